//! Contracts of the history of alerts.

use instainstru_domain::{
    alert::{Alert, AlertCount, AlertFilter, AlertKind, AlertSeverity, IssueUrl, NewAlert},
    ids::AlertId,
    ports::{StorageError, Transactor},
};
use jiff::civil::date;

use super::{Contract, assert_unexpected, at, attempt, done, named, read};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "alerts":
        an_alert_is_read_back_as_it_was_raised,
        an_unknown_alert_is_none,
        the_newest_alerts_come_first_and_everything_a_filter_asks_for_must_hold,
        the_newest_alert_of_each_kind_is_open_until_it_is_acknowledged_or_old,
        alerts_are_counted_by_day_of_utc_and_kind,
        an_alert_can_be_noted_as_mailed,
        the_latest_issue_of_an_alert_is_noted,
        the_oldest_alerts_are_forgotten_and_no_more_than_asked_for,
        an_alert_shares_the_fate_of_its_transaction,
    }
}

const NOON: &str = "2026-07-01T12:00:00.123456Z";

fn raise(tx: &dyn Transactor, kind: AlertKind, when: &str) -> Alert {
    done(tx, |uow| uow.alerts().insert(&NewAlert::new(kind, "It is slow.", at(when))))
}

fn list(tx: &dyn Transactor, since: &str, severity: Option<AlertSeverity>, limit: u32) -> Vec<AlertId> {
    let filter = AlertFilter { since: at(since), severity };
    read(tx, |uow| uow.alerts().list(&filter, limit)).into_iter().map(|alert| alert.id).collect()
}

fn issue(number: u32) -> IssueUrl {
    IssueUrl::new(&format!("https://github.com/studio/shop/issues/{number}?a='b'")).unwrap()
}

fn open(tx: &dyn Transactor, since: &str) -> Vec<AlertId> {
    read(tx, |uow| uow.alerts().open(at(since))).into_iter().map(|alert| alert.id).collect()
}

fn an_alert_is_read_back_as_it_was_raised(tx: &dyn Transactor) {
    for kind in AlertKind::ALL {
        let new = NewAlert::new(kind, "\"Ünï 🎹\" {} \\", at(NOON)).saying("ms", 1_234).saying("query", "");
        let raised = done(tx, |uow| uow.alerts().insert(&new));
        assert_eq!(raised.alert, new);
        assert_eq!((raised.acknowledged_at, raised.email_sent, &raised.issue_url), (None, false, &None));
        assert_eq!(read(tx, |uow| uow.alerts().find(raised.id)), Some(raised));
    }
}

fn an_unknown_alert_is_none(tx: &dyn Transactor) {
    let unknown = AlertId::new(i64::from(i32::MAX)).unwrap();
    assert_eq!(read(tx, |uow| uow.alerts().find(unknown)), None);
    done(tx, |uow| uow.alerts().note_mailed(unknown));
    done(tx, |uow| uow.alerts().note_issue(unknown, &issue(7)));
}

fn the_newest_alerts_come_first_and_everything_a_filter_asks_for_must_hold(tx: &dyn Transactor) {
    let old = raise(tx, AlertKind::ExtremelySlowQuery, "2026-07-01T11:59:59.999999Z").id;
    let slow = raise(tx, AlertKind::ExtremelySlowQuery, "2026-07-01T12:00:00Z").id;
    let late = raise(tx, AlertKind::HighMemoryUsage, "2026-07-01T13:00:00Z").id;
    let same = raise(tx, AlertKind::ExtremelySlowRequest, "2026-07-01T12:00:00Z").id;
    assert_eq!(list(tx, "2026-07-01T00:00:00Z", None, 10), [late, same, slow, old]);
    assert_eq!(list(tx, "2026-07-01T12:00:00Z", None, 10), [late, same, slow]);
    assert_eq!(list(tx, "2026-07-01T12:00:00Z", None, 2), [late, same]);
    assert_eq!(list(tx, "2026-07-01T12:00:00Z", Some(AlertSeverity::Critical), 10), [same, slow]);
    assert_eq!(list(tx, "2026-07-01T12:00:00Z", Some(AlertSeverity::Warning), 10), [late]);
    assert_eq!(list(tx, "2026-07-01T13:00:01Z", None, 10), []);
}

fn the_newest_alert_of_each_kind_is_open_until_it_is_acknowledged_or_old(tx: &dyn Transactor) {
    let memory = raise(tx, AlertKind::HighMemoryUsage, "2026-07-01T12:20:00Z").id;
    raise(tx, AlertKind::HighMemoryUsage, "2026-07-01T12:10:00Z");
    let slow = raise(tx, AlertKind::ExtremelySlowQuery, "2026-07-01T12:00:00Z").id;
    assert_eq!(open(tx, "2026-07-01T12:00:00Z"), [slow, memory]);
    assert_eq!(open(tx, "2026-07-01T12:00:00.000001Z"), [memory]);
    let acknowledge = |kind| done(tx, |uow| uow.alerts().acknowledge(kind, at("2026-07-01T12:30:00.5Z")));
    assert_eq!(acknowledge(AlertKind::HighMemoryUsage), 2);
    assert_eq!(acknowledge(AlertKind::HighMemoryUsage), 0);
    assert_eq!(open(tx, "2026-07-01T12:00:00Z"), [slow]);
    let kept = read(tx, |uow| uow.alerts().find(memory)).unwrap();
    assert_eq!(kept.acknowledged_at, Some(at("2026-07-01T12:30:00.5Z")));
}

fn alerts_are_counted_by_day_of_utc_and_kind(tx: &dyn Transactor) {
    for (kind, when) in [
        (AlertKind::ExtremelySlowQuery, "2026-06-30T23:59:59.999999Z"),
        (AlertKind::HighMemoryUsage, "2026-07-01T00:00:00Z"),
        (AlertKind::ExtremelySlowQuery, "2026-07-01T23:59:59Z"),
        (AlertKind::ExtremelySlowQuery, "2026-07-01T01:00:00Z"),
        (AlertKind::LowCacheHitRate, "2026-07-02T00:00:00Z"),
    ] {
        raise(tx, kind, when);
    }
    let count = |day, kind, count| AlertCount { date: date(2026, 7, day), kind, count };
    let july = [
        count(2, AlertKind::LowCacheHitRate, 1),
        count(1, AlertKind::ExtremelySlowQuery, 2),
        count(1, AlertKind::HighMemoryUsage, 1),
    ];
    assert_eq!(read(tx, |uow| uow.alerts().counts(at("2026-07-01T00:00:00Z"))), july);
    assert_eq!(read(tx, |uow| uow.alerts().counts(at("2026-06-01T00:00:00Z"))).len(), 4);
    assert_eq!(read(tx, |uow| uow.alerts().counts(at("2026-07-03T00:00:00Z"))), []);
}

fn an_alert_can_be_noted_as_mailed(tx: &dyn Transactor) {
    let (one, other) =
        (raise(tx, AlertKind::ExtremelySlowQuery, NOON), raise(tx, AlertKind::ExtremelySlowQuery, NOON));
    for _time in 0..2 {
        done(tx, |uow| uow.alerts().note_mailed(one.id));
    }
    let is_mailed = |id| read(tx, |uow| uow.alerts().find(id)).unwrap().email_sent;
    assert!(is_mailed(one.id) && !is_mailed(other.id));
}

fn the_latest_issue_of_an_alert_is_noted(tx: &dyn Transactor) {
    let (one, other) =
        (raise(tx, AlertKind::ExtremelySlowQuery, NOON), raise(tx, AlertKind::ExtremelySlowQuery, NOON));
    for number in [7, 8] {
        done(tx, |uow| uow.alerts().note_issue(one.id, &issue(number)));
    }
    let noted = |id| read(tx, |uow| uow.alerts().find(id)).unwrap().issue_url;
    assert_eq!((noted(one.id), noted(other.id)), (Some(issue(8)), None));
}

fn the_oldest_alerts_are_forgotten_and_no_more_than_asked_for(tx: &dyn Transactor) {
    let third = raise(tx, AlertKind::HighMemoryUsage, "2026-07-03T12:00:00Z").id;
    raise(tx, AlertKind::HighMemoryUsage, "2026-07-01T12:00:00Z");
    let second = raise(tx, AlertKind::HighMemoryUsage, "2026-07-02T12:00:00Z").id;
    let forget = |limit| done(tx, |uow| uow.alerts().forget(at("2026-07-03T12:00:00Z"), limit));
    assert_eq!(forget(1), 1);
    assert_eq!(list(tx, "2026-07-01T00:00:00Z", None, 10), [third, second]);
    assert_eq!(forget(10), 1);
    assert_eq!(forget(10), 0);
    assert_eq!(list(tx, "2026-07-01T00:00:00Z", None, 10), [third]);
}

fn an_alert_shares_the_fate_of_its_transaction(tx: &dyn Transactor) {
    assert_unexpected(attempt(tx, |uow| {
        uow.alerts().insert(&NewAlert::new(AlertKind::HighMemoryUsage, "Full.", at(NOON)))?;
        Err::<(), _>(StorageError::unexpected("changed our mind"))
    }));
    assert_eq!(list(tx, "2026-07-01T00:00:00Z", None, 10), []);
}
