//! Raising alerts and looking after them.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use instainstru_domain::{
    alert::{Alert, AlertKind, AlertSeverity, NewAlert},
    audit::AuditAction,
    event::DomainEvent,
    ids::UserId,
    ports::{Clock as _, StorageError},
};
use instainstru_service::alerts::{AcknowledgedBy, AlertService, AlertUseCases as _, RecentAlerts};
use instainstru_test_support::{
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::{SignedDuration, civil::date};

struct World {
    store: MemoryStore,
    clock: FixedClock,
    alerts: AlertService,
}

impl World {
    fn new() -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at("2026-07-15T12:00:00Z"));
        let alerts = AlertService::new(Arc::new(store.clone()), Arc::new(clock.clone()));
        Self { store, clock, alerts }
    }

    fn raise(&self, kind: AlertKind) -> Option<Alert> {
        self.alerts.raise(&NewAlert::new(kind, "It is slow.", self.clock.now())).unwrap()
    }

    fn recent(&self, minutes: u32, severity: Option<AlertSeverity>, limit: u32) -> Vec<AlertKind> {
        let found = self.alerts.recent(RecentAlerts { minutes, severity, limit }).unwrap();
        found.iter().map(|alert| alert.alert.kind).collect()
    }
}

#[test]
fn administrators_are_told_of_what_is_critical_and_of_nothing_else() {
    let world = World::new();
    for kind in AlertKind::ALL {
        let raised = world.raise(kind).unwrap();
        let expected = (kind.severity() == AlertSeverity::Critical)
            .then_some(DomainEvent::AlertRaised { alert: raised.id });
        assert_eq!(world.store.events().last().copied().filter(|_| expected.is_some()), expected, "{kind}");
    }
    assert_eq!(world.store.events().len(), 2);
}

#[test]
fn the_same_kind_is_not_raised_again_for_a_quarter_of_an_hour() {
    let world = World::new();
    assert!(world.raise(AlertKind::ExtremelySlowQuery).is_some());
    assert!(world.raise(AlertKind::ExtremelySlowQuery).is_none());
    assert!(world.raise(AlertKind::HighMemoryUsage).is_some(), "another kind is");
    world.clock.advance(AlertKind::COOLDOWN);
    assert!(world.raise(AlertKind::ExtremelySlowQuery).is_none());
    world.clock.advance(SignedDuration::from_micros(1));
    assert!(world.raise(AlertKind::ExtremelySlowQuery).is_some());
    assert_eq!(world.store.events().len(), 2, "a mail each");
}

#[test]
fn acknowledging_ends_the_cooldown_and_is_written_down_once() {
    let world = World::new();
    world.raise(AlertKind::ExtremelySlowQuery);
    let active = |world: &World| -> Vec<AlertKind> {
        world.alerts.active().unwrap().iter().map(|alert| alert.alert.kind).collect()
    };
    assert_eq!(active(&world), [AlertKind::ExtremelySlowQuery]);
    for _time in 0..2 {
        world.alerts.acknowledge(AcknowledgedBy::MonitoringKey, AlertKind::ExtremelySlowQuery).unwrap();
    }
    assert_eq!(active(&world), []);
    assert_eq!(world.store.audit_entries().len(), 1);
    assert!(world.raise(AlertKind::ExtremelySlowQuery).is_some());
}

#[test]
fn the_audit_log_says_who_acknowledged_an_alert() {
    let world = World::new();
    let ada = UserId::new(7).unwrap();
    for (by, actor, key) in [
        (AcknowledgedBy::Administrator(ada), Some(ada), None),
        (AcknowledgedBy::MonitoringKey, None, Some("monitoring key")),
    ] {
        world.raise(AlertKind::ExtremelySlowQuery).unwrap();
        world.alerts.acknowledge(by, AlertKind::ExtremelySlowQuery).unwrap();
        let entry = world.store.audit_entries().pop().unwrap();
        assert_eq!((entry.action, entry.actor), (AuditAction::AlertAcknowledged, actor));
        assert_eq!(entry.detail.facts()["kind"], "extremely_slow_query");
        assert_eq!(entry.detail.facts().get("by").map(String::as_str), key);
    }
}

#[test]
fn people_are_told_of_a_warning_when_it_is_the_third_within_an_hour() {
    let world = World::new();
    let mut raised = |minutes: i64| {
        world.clock.advance(SignedDuration::from_mins(minutes));
        world.raise(AlertKind::HighMemoryUsage).unwrap();
        world.store.events().len()
    };
    let told: Vec<usize> = [0, 20, 20, 16, 61].map(&mut raised).to_vec();
    // At 0:00, 0:20, 0:40, 0:56 and 1:57: the third and the fourth have two others in the hour before them, the fifth has none.
    assert_eq!(told, [0, 0, 1, 2, 2]);
    let other = world.raise(AlertKind::LowCacheHitRate);
    assert!(other.is_some() && world.store.events().len() == 2, "each kind counts for itself");
}

#[test]
fn recent_alerts_are_those_of_so_many_minutes() {
    let world = World::new();
    world.raise(AlertKind::HighMemoryUsage);
    world.clock.advance(SignedDuration::from_mins(10));
    world.raise(AlertKind::ExtremelySlowRequest);
    assert_eq!(world.recent(60, None, 10), [AlertKind::ExtremelySlowRequest, AlertKind::HighMemoryUsage]);
    assert_eq!(world.recent(5, None, 10), [AlertKind::ExtremelySlowRequest]);
    assert_eq!(world.recent(60, Some(AlertSeverity::Warning), 10), [AlertKind::HighMemoryUsage]);
    assert_eq!(world.recent(60, None, 1), [AlertKind::ExtremelySlowRequest]);
}

#[test]
fn a_summary_counts_by_kind_severity_and_day_of_utc() {
    let world = World::new();
    world.clock.set("2026-07-13T23:59:59Z");
    world.raise(AlertKind::ExtremelySlowQuery);
    world.clock.set("2026-07-15T00:00:00Z");
    world.raise(AlertKind::ExtremelySlowQuery);
    world.raise(AlertKind::HighMemoryUsage);
    let summary = world.alerts.summary(3).unwrap();
    assert_eq!(summary.by_day, [(date(2026, 7, 15), 2), (date(2026, 7, 14), 0), (date(2026, 7, 13), 1)]);
    assert_eq!(summary.total, 3);
    assert_eq!(summary.by_kind[&AlertKind::ExtremelySlowQuery], 2);
    assert_eq!(summary.by_severity[&AlertSeverity::Warning], 1);
    let today = world.alerts.summary(1).unwrap();
    assert_eq!((today.total, today.by_day.len()), (2, 1));
}

#[test]
fn an_alert_that_cannot_be_kept_tells_nobody() {
    let world = World::new();
    world.store.fail_next(Fault::Commit, unavailable);
    let alert = NewAlert::new(AlertKind::ExtremelySlowQuery, "Slow.", world.clock.now());
    assert!(matches!(world.alerts.raise(&alert), Err(StorageError::Unavailable(_))));
    assert_eq!(world.store.events(), []);
    assert!(world.alerts.raise(&alert).unwrap().is_some());
}
