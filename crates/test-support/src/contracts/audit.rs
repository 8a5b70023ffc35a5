//! Contracts of the audit log.

use instainstru_domain::{
    audit::{AuditAction, AuditEntry, AuditFilter, AuditSubject, NewAuditEntry, Origin, SubjectKind},
    ids::{BookingId, CatalogueServiceId, CategoryId, UserId},
    ports::{StorageError, Transactor},
};

use super::{Contract, assert_unexpected, at, attempt, done, named, read};
use crate::builders::a_user;

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "audit":
        an_entry_is_read_back_as_it_was_written,
        an_entry_of_nobody_about_nothing_is_an_entry,
        every_action_and_every_kind_of_subject_can_be_written,
        the_newest_entries_come_first_and_a_list_goes_on_before_a_number,
        everything_a_filter_asks_for_must_hold,
        what_concerns_a_person_is_what_they_did_and_what_was_done_to_them,
        an_entry_shares_the_fate_of_its_transaction,
        what_leads_to_a_person_is_forgotten_with_them_and_no_more,
        old_addresses_are_forgotten_and_the_rest_of_the_entry_stays,
    }
}

const NOON: &str = "2026-07-01T12:00:00.123456Z";

fn entry(action: AuditAction) -> NewAuditEntry {
    NewAuditEntry::new(action, at(NOON))
}

fn origin(request: &str) -> Origin {
    Origin { request: Some(request.to_owned()), address: Some("2001:db8::7".parse().unwrap()) }
}

fn record(tx: &dyn Transactor, entries: &[NewAuditEntry]) {
    done(tx, |uow| entries.iter().try_for_each(|entry| uow.audit().record(entry)));
}

fn entries(tx: &dyn Transactor, filter: &AuditFilter, limit: u32) -> Vec<AuditEntry> {
    read(tx, |uow| uow.audit().entries(filter, limit))
}

/// Everything that was written, oldest first.
fn written(tx: &dyn Transactor) -> Vec<NewAuditEntry> {
    let mut all: Vec<_> =
        entries(tx, &AuditFilter::default(), 1000).into_iter().map(|found| found.entry).collect();
    all.reverse();
    all
}

fn actions(found: &[AuditEntry]) -> Vec<AuditAction> {
    found.iter().map(|found| found.entry.action).collect()
}

fn an_entry_is_read_back_as_it_was_written(tx: &dyn Transactor) {
    let (admin, ada) = (a_user(tx).insert().id, a_user(tx).insert().id);
    let full = entry(AuditAction::AccountSwitchedOff)
        .by(admin)
        .about(ada)
        .saying("reason", "\"Ünï 🎹\" {} \\")
        .saying("previous", "")
        .caused_by(Origin {
            request: Some("r".repeat(Origin::MAX_REQUEST_CHARS)),
            address: Some("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".parse().unwrap()),
        });
    let other = entry(AuditAction::LoggedIn)
        .by(ada)
        .caused_by(Origin { request: None, address: Some("203.0.113.7".parse().unwrap()) });
    record(tx, &[full.clone(), other.clone()]);
    assert_eq!(written(tx), [full, other]);
}

fn an_entry_of_nobody_about_nothing_is_an_entry(tx: &dyn Transactor) {
    record(tx, &[entry(AuditAction::LoginFailed)]);
    assert_eq!(written(tx), [entry(AuditAction::LoginFailed)]);
}

fn every_action_and_every_kind_of_subject_can_be_written(tx: &dyn Transactor) {
    let subjects = [
        AuditSubject::from(UserId::new(i64::from(i32::MAX)).unwrap()),
        BookingId::new(3).unwrap().into(),
        CategoryId::new(4).unwrap().into(),
        CatalogueServiceId::new(5).unwrap().into(),
        AuditSubject::event(i64::MAX),
        AuditSubject { kind: SubjectKind::Event, id: 0 },
    ];
    let all: Vec<NewAuditEntry> = AuditAction::ALL
        .iter()
        .flat_map(|action| subjects.map(|subject| entry(*action).about(subject)))
        .collect();
    record(tx, &all);
    assert_eq!(written(tx), all);
}

fn the_newest_entries_come_first_and_a_list_goes_on_before_a_number(tx: &dyn Transactor) {
    let order = [AuditAction::LoginFailed, AuditAction::LoggedIn, AuditAction::LoggedOut];
    record(tx, &order.map(entry));
    let first = entries(tx, &AuditFilter::default(), 2);
    assert_eq!(actions(&first), [AuditAction::LoggedOut, AuditAction::LoggedIn]);
    assert!(first[0].number > first[1].number);
    let rest = AuditFilter { before: Some(first[1].number), ..AuditFilter::default() };
    assert_eq!(actions(&entries(tx, &rest, 2)), [AuditAction::LoginFailed]);
    assert_eq!(entries(tx, &AuditFilter::default(), 0), []);
}

fn everything_a_filter_asks_for_must_hold(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    let early = |action| NewAuditEntry::new(action, at("2026-06-30T12:00:00Z"));
    record(
        tx,
        &[
            early(AuditAction::LoggedIn).by(ada),
            early(AuditAction::LoggedOut).by(ada),
            entry(AuditAction::LoggedIn).by(ben),
            entry(AuditAction::LoggedIn).by(ada),
            entry(AuditAction::LoginFailed).about(ada),
        ],
    );
    let count = |filter: AuditFilter| entries(tx, &filter, 100).len();
    let all = AuditFilter::default();
    assert_eq!(count(all), 5);
    assert_eq!(count(AuditFilter { actor: Some(ada), ..all }), 3);
    assert_eq!(count(AuditFilter { action: Some(AuditAction::LoggedIn), ..all }), 3);
    assert_eq!(count(AuditFilter { since: Some(at(NOON)), ..all }), 3);
    let strict = AuditFilter {
        actor: Some(ada),
        action: Some(AuditAction::LoggedIn),
        since: Some(at(NOON)),
        ..AuditFilter::default()
    };
    assert_eq!(count(strict), 1);
    assert_eq!(count(AuditFilter { action: Some(AuditAction::JobRun), ..strict }), 0);
}

fn what_concerns_a_person_is_what_they_did_and_what_was_done_to_them(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    // The booking with Ada's number is not Ada.
    let booking = BookingId::new(ada.get().into()).unwrap();
    record(
        tx,
        &[
            entry(AuditAction::LoggedIn).by(ada),
            entry(AuditAction::LoginFailed).about(ada),
            entry(AuditAction::AdminGranted).by(ben).about(ada),
            entry(AuditAction::LoggedOut).by(ben),
            entry(AuditAction::EventRetried).by(ben).about(booking),
        ],
    );
    let filter = AuditFilter { concerning: Some(ada), ..AuditFilter::default() };
    let found = actions(&entries(tx, &filter, 100));
    assert_eq!(found, [AuditAction::AdminGranted, AuditAction::LoginFailed, AuditAction::LoggedIn]);
}

fn an_entry_shares_the_fate_of_its_transaction(tx: &dyn Transactor) {
    assert_unexpected(attempt(tx, |uow| {
        uow.audit().record(&entry(AuditAction::JobRun))?;
        Err::<(), _>(StorageError::unexpected("changed our mind"))
    }));
    assert_eq!(written(tx), []);
}

fn what_leads_to_a_person_is_forgotten_with_them_and_no_more(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    let by_ada = entry(AuditAction::AdminGranted).by(ada).about(ben).saying("how", "by hand");
    let about_ada = entry(AuditAction::AccountSwitchedOff).by(ben).about(ada);
    let of_ben = entry(AuditAction::LoggedIn).by(ben).saying("how", "x").caused_by(origin("r3"));
    let booking = entry(AuditAction::EventRetried)
        .about(BookingId::new(ada.get().into()).unwrap())
        .saying("how", "y")
        .caused_by(origin("r4"));
    record(
        tx,
        &[
            by_ada.clone().caused_by(origin("r1")),
            about_ada.clone().saying("reason", "Ada was rude").caused_by(origin("r2")),
            of_ben.clone(),
            booking.clone(),
        ],
    );
    for _again in 0..2 {
        done(tx, |uow| uow.audit().forget_person(ada));
        assert_eq!(written(tx), [by_ada.clone(), about_ada.clone(), of_ben.clone(), booking.clone()]);
    }
}

fn old_addresses_are_forgotten_and_the_rest_of_the_entry_stays(tx: &dyn Transactor) {
    let old = entry(AuditAction::LoggedIn).saying("how", "x").caused_by(origin("r1"));
    let (mut older, mut young) = (old.clone(), old.clone());
    older.at = at("2026-07-01T11:00:00Z");
    young.at = at("2026-07-01T12:00:00.123457Z");
    record(tx, &[old.clone(), older.clone(), young.clone(), entry(AuditAction::JobRun)]);
    let forget = |limit| done(tx, |uow| uow.audit().forget_addresses(young.at, limit));
    let without_address = |entry: &NewAuditEntry| {
        let mut forgotten = entry.clone();
        forgotten.origin.address = None;
        forgotten
    };
    assert_eq!((forget(0), forget(1)), (0, 1), "the oldest first");
    assert_eq!(written(tx)[..3], [old.clone(), without_address(&older), young.clone()]);
    assert_eq!((forget(5), forget(5)), (1, 0));
    let expected =
        [without_address(&old), without_address(&older), young.clone(), entry(AuditAction::JobRun)];
    assert_eq!(written(tx), expected);
}
