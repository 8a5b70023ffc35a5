//! What was wrong with the marketplace itself.

use instainstru_domain::{
    alert::{AlertKind, IssueUrl, NewAlert},
    audit::AuditAction,
    ids::AlertId,
    ports::{StorageError, TransactorExt as _},
};
use jiff::{SignedDuration, Timestamp};

use crate::support::Site;

const HERE: &str = "/admin/alerts";

/// An alert that was raised so long ago.
fn raise(site: &Site, kind: AlertKind, message: &str, ago: SignedDuration) {
    let now: Timestamp = "2026-07-13T12:00:00Z".parse().unwrap();
    let alert = NewAlert::new(kind, message, now - ago).saying("duration_ms", "1203");
    site.store.transaction::<_, StorageError>(|uow| uow.alerts().insert(&alert)).unwrap();
}

#[actix_web::test]
async fn what_is_wrong_stays_until_somebody_acknowledges_it() {
    let site = Site::start().await;
    raise(&site, AlertKind::ExtremelySlowQuery, "A statement <b> took long.", SignedDuration::from_mins(5));
    raise(&site, AlertKind::HighMemoryUsage, "Memory is short.", SignedDuration::from_hours(25));
    let admin = site.admin();
    let browser = site.browser_of(&admin).await;
    let page = browser.get(HERE).await;
    let text = page.text();
    for words in [
        "extremely_slow_query Critical A statement <b> took long.",
        "5 minutes ago.",
        "Alerts 2 extremely_slow_query 1 high_memory_usage 1",
        "duration_ms: 1203",
        "not acknowledged",
    ] {
        assert!(text.contains(words), "no {words} in {text}");
    }
    // What was raised yesterday is history.
    assert_eq!(page.body.matches("Acknowledge<").count(), 1, "{text}");

    let done = browser.submit(&page, HERE, &[("kind", "extremely_slow_query")]).await;
    assert_eq!(done.location().as_deref(), Some(HERE));
    let shown = browser.follow(done).await;
    let text = shown.text();
    assert!(text.contains("Nothing is wrong") && text.contains("acknowledged on Jul 13, 2026"), "{text}");
    let log = browser.get("/admin/audit?action=alert.acknowledged").await.text();
    assert!(log.contains("kind: extremely_slow_query"), "{log}");
    let entry = site.store.audit_entries().pop().unwrap();
    assert_eq!((entry.action, entry.actor), (AuditAction::AlertAcknowledged, Some(admin.id)));
}

#[actix_web::test]
async fn an_alert_leads_to_its_issue() {
    let site = Site::start().await;
    raise(&site, AlertKind::ExtremelySlowQuery, "Slow.", SignedDuration::from_hours(1));
    let browser = site.browser_of(&site.admin()).await;
    assert!(!browser.get(HERE).await.body.contains(">Issue<"));
    let url = IssueUrl::new("https://github.com/studio/shop/issues/7?a=\"><b").unwrap();
    let id = AlertId::new(1).unwrap();
    site.store.transaction::<_, StorageError>(|uow| uow.alerts().note_issue(id, &url)).unwrap();
    let body = browser.get(HERE).await.body;
    assert!(body.contains("https://github.com/studio/shop/issues/7?a=&quot;&gt;&lt;b\">Issue</a>"), "{body}");
}

#[actix_web::test]
async fn alerts_are_narrowed_by_severity() {
    let site = Site::start().await;
    raise(&site, AlertKind::ExtremelySlowRequest, "A request took long.", SignedDuration::from_hours(1));
    raise(&site, AlertKind::LowCacheHitRate, "The cache misses.", SignedDuration::from_hours(1));
    let browser = site.browser_of(&site.admin()).await;
    let critical = browser.get("/admin/alerts?severity=critical").await.text();
    assert!(
        critical.contains("A request took long.") && !critical.contains("The cache misses."),
        "{critical}"
    );
    let warnings = browser.get("/admin/alerts?severity=warning").await.text();
    assert!(
        !warnings.contains("A request took long.") && warnings.contains("The cache misses."),
        "{warnings}"
    );
    // What is no severity narrows nothing.
    let all = browser.get("/admin/alerts?severity=mild").await.text();
    assert!(all.contains("A request took long.") && all.contains("The cache misses."), "{all}");
}

#[actix_web::test]
async fn only_kinds_of_alerts_are_acknowledged() {
    let site = Site::start().await;
    raise(&site, AlertKind::ExtremelySlowQuery, "Slow.", SignedDuration::from_mins(1));
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get(HERE).await;
    assert_eq!(browser.submit(&page, HERE, &[("kind", "bad_weather")]).await.status, 404);
}
