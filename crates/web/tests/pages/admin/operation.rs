//! Events, jobs, searches and the audit log.

use instainstru_domain::{
    delivery::{MAIL, Settlement},
    event::DomainEvent,
    ids::{CatalogueServiceId, UserId},
    ports::{
        StorageError, TransactorExt as _, UnitOfWork,
        deliveries::Claim,
        instructor_search::{SearchAnswer, Understood},
    },
    search_history::{AnsweredSearch, NormalQuery, SearchBatch, SearchVia},
};
use jiff::{SignedDuration, Timestamp};

use super::token;
use crate::support::{Site, instructor};

fn now() -> Timestamp {
    "2026-07-13T12:00:00Z".parse().unwrap()
}

fn write<T>(site: &Site, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
    site.store.transaction(|uow| work(uow)).unwrap()
}

/// Two people signed up an hour ago; one welcome was given up.
fn events(site: &Site) {
    let joined = [71, 72].map(|id| DomainEvent::UserRegistered { user: UserId::new(id).unwrap() });
    let then = now() - SignedDuration::from_hours(1);
    write(site, |uow| uow.outbox().push_all(&joined, then));
    let until = now() + SignedDuration::from_mins(2);
    let claim = Claim { consumers: vec![MAIL], lease: "worker".into(), now: now(), until, limit: 1 };
    let taken = write(site, |uow| uow.deliveries().claim(&claim)).remove(0);
    let dead = Settlement::Dead { error: "no such address <b>".into() };
    write(site, |uow| uow.deliveries().settle(taken.id, "worker", &dead, now()));
}

#[actix_web::test]
async fn events_that_were_given_up_are_tried_again_or_discarded() {
    let site = Site::start().await;
    let root = site.admin();
    events(&site);
    let browser = site.browser_of(&root).await;
    let overview = browser.get("/admin").await.text();
    assert!(overview.contains("Events waiting 1 the oldest for 1 hour"), "{overview}");
    assert!(overview.contains("Events given up 1"), "{overview}");

    let page = browser.get("/admin/outbox").await;
    let text = page.text();
    for words in
        ["user.registered", "account 71", "no such address <b>", "for mail", "1 attempt;", "Given up 1"]
    {
        assert!(text.contains(words), "no {words} in {text}");
    }
    assert!(!text.contains("account 72"));
    let done = browser.submit(&page, "/admin/outbox", &[("do", "retry")]).await;
    assert_eq!(done.location().as_deref(), Some("/admin/outbox"));
    let shown = browser.follow(done).await.text();
    assert!(shown.contains("is tried again") && shown.contains("Nothing was given up"), "{shown}");

    let waiting = browser.get("/admin/outbox?state=pending").await;
    assert!(waiting.text().contains("account 71") && waiting.text().contains("account 72"));
    let done = browser.submit(&waiting, "/admin/outbox", &[("do", "discard")]).await;
    assert_eq!(done.location().as_deref(), Some("/admin/outbox?state=pending"));
    assert!(browser.follow(done).await.text().contains("is discarded"));
    let discarded = browser.get("/admin/outbox?state=discarded").await.text();
    assert!(discarded.contains("user.registered") && !discarded.contains("account 72"), "{discarded}");
    let log = browser.get("/admin/audit?action=event.discarded").await;
    assert_eq!(log.body.matches("<time").count(), 1, "{}", log.text());
}

#[actix_web::test]
async fn an_event_that_is_under_way_is_left_alone() {
    let site = Site::start().await;
    events(&site);
    let until = now() + SignedDuration::from_mins(2);
    let claim = Claim { consumers: vec![MAIL], lease: "worker".into(), now: now(), until, limit: 1 };
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get("/admin/outbox?state=pending").await;
    write(&site, |uow| uow.deliveries().claim(&claim));
    let shown = browser.follow(browser.submit(&page, "/admin/outbox", &[("do", "discard")]).await).await;
    let text = shown.text();
    assert!(text.contains("This event is being delivered right now. Nothing was changed."), "{text}");
    assert!(text.contains("Under way") && !text.contains("Discard:"), "{text}");
    let odd = [("do", "retry"), ("id", "4711"), ("csrf", &token(&page))];
    assert_eq!(browser.post("/admin/outbox", &odd).await.status, 404);
    assert_eq!(browser.submit(&page, "/admin/outbox", &[("do", "perhaps")]).await.status, 400);
}

#[actix_web::test]
async fn a_job_is_asked_for() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get("/admin/jobs").await;
    for words in ["reminders", "Reminds people of lessons, every 15 minutes.", "It has never run."] {
        assert!(page.text().contains(words), "no {words} in {}", page.text());
    }
    let done = browser.submit(&page, "/admin/jobs", &[("job", "reminders")]).await;
    assert_eq!(done.location().as_deref(), Some("/admin/jobs"));
    let shown = browser.follow(done).await;
    assert!(shown.text().contains("reminders was asked for."));
    assert!(shown.text().contains("Asked for on Jul 13, 2026, 8:00 AM."), "{}", shown.text());
    assert_eq!(browser.get("/admin/jobs/cleaning").await.status, 404);
    assert_eq!(browser.submit(&shown, "/admin/jobs", &[("job", "cleaning")]).await.status, 404);
}

#[actix_web::test]
async fn searches_that_went_wrong_are_counted_and_lead_to_the_form_for_words() {
    let site = Site::start().await;
    let searched = |query: &str, results, is_understood| AnsweredSearch {
        query: NormalQuery::new(query).unwrap(),
        at: now(),
        user: None,
        via: SearchVia::Page,
        services: Vec::<CatalogueServiceId>::new(),
        results,
        is_understood,
    };
    let searches =
        [searched("harp & lute", 0, true), searched("harp & lute", 0, true), searched("qwerty", 3, false)];
    write(&site, |uow| uow.search_history().record(&SearchBatch::of(&searches), 10));
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get("/admin/search").await;
    let text = page.text();
    assert!(text.contains("Searches 3 Found nothing 2 Not understood 1"), "{text}");
    assert!(
        text.contains("harp & lute 2 2 Mon, Jul 13") && text.contains("qwerty 1 1 Mon, Jul 13"),
        "{text}"
    );
    let teach = page.links().into_iter().find(|link| link.contains("phrase=harp")).unwrap();
    let form = browser.get(&teach).await;
    assert!(form.body.contains("value=\"harp &amp; lute\""));
}

#[actix_web::test]
async fn words_that_may_mean_a_service_are_added_with_one_press() {
    let site = Site::start().await;
    instructor(&site);
    let searched = AnsweredSearch {
        query: NormalQuery::new("klaver lessons").unwrap(),
        at: "2026-07-13T12:00:00Z".parse().unwrap(),
        user: None,
        via: SearchVia::Page,
        services: Vec::new(),
        results: 0,
        is_understood: false,
    };
    write(&site, |uow| uow.search_history().record(&SearchBatch::of(std::slice::from_ref(&searched)), 10));
    site.oracle.says(SearchAnswer {
        understood: Understood { residual: vec!["klaver".to_owned()], ..Understood::default() },
        did_you_mean: vec!["Piano".to_owned()],
        ..SearchAnswer::default()
    });
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get("/admin/search").await;
    assert!(page.body.contains("Add &ldquo;klaver&rdquo; as another word for Piano"), "{}", page.body);
    let added = browser.submit(&page, "/admin/catalogue/words", &[("do", "add")]).await;
    assert_eq!(added.status, 303, "{}", added.text());
    let words = browser.follow(added).await;
    assert!(words.text().contains("\u{201c}klaver\u{201d} is added."), "{}", words.text());
    // Once it is known, adding it again says so and changes nothing.
    let again = browser.submit(&page, "/admin/catalogue/words", &[("do", "add")]).await;
    assert_eq!(again.status, 422, "{}", again.text());

    // What search has no idea about gets a form only.
    site.oracle.says(SearchAnswer::default());
    let page = browser.get("/admin/search").await;
    assert!(!page.body.contains("as another word for") && page.text().contains("Give it a meaning"));
}

#[actix_web::test]
async fn the_audit_log_is_narrowed_and_read_on() {
    let site = Site::start().await;
    let (tom, root) = (site.student(), site.admin());
    for _ in 0..60 {
        site.browser_of(&tom).await;
    }
    let browser = site.browser_of(&root).await;
    let page = browser.get(&format!("/admin/audit?actor={}&action=login.succeeded", tom.id)).await;
    let rows = |body: &str| body.matches("<time").count();
    assert_eq!(rows(&page.body), 50);
    let older = page.links().into_iter().find(|link| link.contains("after=")).unwrap();
    assert!(older.contains(&format!("actor={}&action=login.succeeded", tom.id)), "{older}");
    let rest = browser.get(&older).await;
    assert_eq!(rows(&rest.body), 10);
    assert!(rest.text().contains("Newest entries") && !rest.text().contains("Older entries"));
    let none = browser.get("/admin/audit?since=2026-07-14").await;
    assert!(none.text().contains("No such entry"));
    let wrong = browser.get("/admin/audit?actor=tom&action=dance&since=yesterday").await;
    for words in ["Enter the number of an account", "Choose one of the actions", "Enter a date"] {
        assert!(wrong.text().contains(words), "no {words}");
    }
}
