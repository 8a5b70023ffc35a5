//! What administrators do with accounts.
#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::sync::Arc;

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    account::{AccountStatus, User},
    administration::{AccountState, BookingSearch, UserFilter},
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    ids::BookingId,
    page::Page,
    ports::Clock,
    text::{AdminReason, CancellationReason},
};
use instainstru_service::{
    administration::{AdministrationError, AdministrationService, AdministrationUseCases, Scope},
    bookings::BookingUseCases,
    instructors::InstructorUseCases,
};
use instainstru_test_support::{
    builders::{a_booking, an_instructor},
    memory::{Fault, unavailable},
};

use world::{DAY, NOW, World, user_id};

fn service(world: &World) -> AdministrationService {
    AdministrationService::new(world.spy.clone(), Arc::new(world.clock.clone()))
}

fn admin(world: &World) -> User {
    let admin = world.student("Root");
    world.store.set_admin(admin.id, true);
    world.account_of(&admin)
}

fn reason() -> AdminReason {
    AdminReason::new("three complaints").unwrap()
}

fn ill() -> CancellationReason {
    CancellationReason::new("The instructor is in hospital").unwrap()
}

#[test]
fn an_account_that_is_switched_off_vanishes_and_loses_its_sessions() {
    let world = World::at(NOW);
    let (admin, ada, service) = (admin(&world), world.teacher("Ada").user, service(&world));
    let seen = world.store.events().len();
    let off = service.switch_off(&admin, ada.id, Scope::Instructors, &reason()).unwrap();
    assert_eq!(
        (off.state(), off.credential_version),
        (AccountState::SwitchedOff, ada.credential_version + 1)
    );
    assert_eq!(world.account_of(&ada), off);
    assert!(world.instructors.get(ada.id).is_err());
    world.clock.advance(jiff::SignedDuration::from_mins(1));
    let on = service.switch_on(&admin, ada.id, Scope::Instructors, &reason()).unwrap();
    assert_eq!((on.state(), on.credential_version), (AccountState::Active, off.credential_version));
    assert!(world.instructors.get(ada.id).is_ok());
    let changed = DomainEvent::InstructorChanged { instructor: ada.id };
    assert_eq!(world.events_after(seen), [changed, changed]);
    let entry = |action, at| {
        NewAuditEntry::new(action, at).by(admin.id).about(ada.id).saying("reason", "three complaints")
    };
    let expected = [
        entry(AuditAction::AccountSwitchedOff, NOW.parse().unwrap()),
        entry(AuditAction::AccountSwitchedOn, world.clock.now()),
    ];
    assert_eq!(world.store.audit_entries(), expected);
}

#[test]
fn what_the_owner_made_of_an_account_survives_the_switch() {
    let world = World::at(NOW);
    let (admin, ada, service) = (admin(&world), world.teacher("Ada").user, service(&world));
    world.set_status(&ada, AccountStatus::Suspended);
    service.switch_off(&admin, ada.id, Scope::Everybody, &reason()).unwrap();
    let on = service.switch_on(&admin, ada.id, Scope::Everybody, &reason()).unwrap();
    assert_eq!(on.state(), AccountState::Suspended);
}

#[test]
fn switching_twice_changes_nothing() {
    let world = World::at(NOW);
    let (admin, sam, service) = (admin(&world), world.student("Sam"), service(&world));
    service.switch_on(&admin, sam.id, Scope::Everybody, &reason()).unwrap();
    assert_eq!(world.store.audit_entries(), []);
    let once = service.switch_off(&admin, sam.id, Scope::Everybody, &reason()).unwrap();
    let twice = service.switch_off(&admin, sam.id, Scope::Everybody, &reason()).unwrap();
    assert_eq!((once, world.store.audit_entries().len()), (twice, 1));
    assert_eq!(world.store.events(), [], "nobody looks for students");
}

#[test]
fn only_others_who_are_there_and_no_administrators_are_switched_off() {
    let world = World::at(NOW);
    let (admin, sam, service) = (admin(&world), world.student("Sam"), service(&world));
    let other = world.student("Other");
    world.store.set_admin(other.id, true);
    let gone = world.teacher("Gone").user;
    let at = world.clock.now();
    world.write(|uow| uow.personal_data().erase(gone.id, at));
    let outcome = |user: &User, scope| match service.switch_off(&admin, user.id, scope, &reason()) {
        Ok(_) => "ok",
        Err(AdministrationError::OwnAccount) => "own",
        Err(AdministrationError::IsAdmin) => "admin",
        Err(AdministrationError::NotFound) => "not found",
        Err(other) => panic!("{other}"),
    };
    assert_eq!(outcome(&admin, Scope::Everybody), "own");
    assert_eq!(outcome(&other, Scope::Everybody), "admin");
    assert_eq!(outcome(&gone, Scope::Everybody), "not found");
    assert_eq!(outcome(&sam, Scope::Instructors), "not found");
    assert_eq!(outcome(&User { id: user_id(4711), ..sam.clone() }, Scope::Everybody), "not found");
    assert_eq!(outcome(&sam, Scope::Everybody), "ok");
    let refused = service.switch_on(&admin, gone.id, Scope::Everybody, &reason());
    assert!(matches!(refused, Err(AdministrationError::NotFound)), "deleted is deleted");
}

#[test]
fn every_account_can_be_looked_at_even_a_deleted_one() {
    let world = World::at(NOW);
    let (admin, sam, service) = (admin(&world), world.student("Sam"), service(&world));
    assert_eq!(service.account(&admin, sam.id).unwrap(), sam);
    let at = world.clock.now();
    world.write(|uow| uow.personal_data().erase(sam.id, at));
    assert_eq!(service.account(&admin, sam.id).unwrap().state(), AccountState::Deleted);
    let nobody = service.account(&admin, user_id(4711));
    assert!(matches!(nobody, Err(AdministrationError::NotFound)), "{nobody:?}");
}

#[test]
fn nobody_else_administers() {
    let world = World::at(NOW);
    let (ada, sam, service) = (world.teacher("Ada").user, world.student("Sam"), service(&world));
    for user in [&ada, &sam] {
        let refusals = [
            service.users(user, &UserFilter::default(), Page::first(10)).map(|_list| ()),
            service.account(user, sam.id).map(|_user| ()),
            service.switch_off(user, sam.id, Scope::Everybody, &reason()).map(|_user| ()),
            service.switch_on(user, sam.id, Scope::Everybody, &reason()).map(|_user| ()),
            service.cancel_booking(user, BookingId::new(1).unwrap(), &ill()).map(|_booking| ()),
        ];
        for refused in refusals {
            assert!(matches!(refused, Err(AdministrationError::NotAdmin)), "{refused:?}");
        }
    }
}

#[test]
fn accounts_are_listed_by_name_role_and_state() {
    let world = World::at(NOW);
    let (admin, ada, service) = (admin(&world), world.teacher("Ada").user, service(&world));
    let filter =
        UserFilter { query: Some("ADA".into()), role: Some(ada.role), state: Some(AccountState::Active) };
    let found = service.users(&admin, &filter, Page::first(10)).unwrap();
    assert_eq!((found.total, found.items), (1, vec![world.account_of(&ada)]));
}

#[test]
fn a_switch_that_fails_changes_nothing() {
    let world = World::at(NOW);
    let (admin, ada, service) = (admin(&world), world.teacher("Ada").user, service(&world));
    let (account, events) = (world.account_of(&ada), world.store.events());
    for fault in (1..=5).map(Fault::Call).chain([Fault::Begin, Fault::Commit]) {
        world.store.fail_next(fault, unavailable);
        let failed = service.switch_off(&admin, ada.id, Scope::Everybody, &reason());
        assert!(matches!(failed, Err(AdministrationError::Storage(_))), "{fault:?}");
        assert_eq!((world.account_of(&ada), world.store.events()), (account.clone(), events.clone()));
    }
    world.spy.calls();
    service.switch_off(&admin, ada.id, Scope::Everybody, &reason()).unwrap();
    assert_eq!(world.spy.calls(), 5, "every call was made to fail");
}

#[test]
fn bookings_of_everybody_are_found_by_whom_they_are_and_when() {
    let world = World::at(NOW);
    let (admin, ada, tom, service) = (
        admin(&world),
        an_instructor(&world.store).offering("piano", 7_500, &[60]).insert(),
        world.student("Tom"),
        service(&world),
    );
    let day = jiff::civil::date(2026, 7, 20);
    let booked = |start: &str| a_booking(&world.store).with(&ada).of(&tom).at(day, start, 60);
    let (held, lost) = (booked("09:00").insert().id, booked("11:00").cancelled().insert().id);
    let other = a_booking(&world.store).at(day.tomorrow().unwrap(), "09:00", 60).insert().id;
    let nothing = BookingSearch::default;
    let person = |text: &str| BookingSearch { person: Some(text.parse().unwrap()), ..nothing() };
    for (search, expected) in [
        (nothing(), vec![other, lost, held]),
        (person(tom.email.as_str()), vec![lost, held]),
        (person(&ada.user.id.to_string()), vec![lost, held]),
        (person("nobody@example.com"), vec![]),
        (BookingSearch { status: Some(BookingStatus::Cancelled), ..nothing() }, vec![lost]),
        (BookingSearch { from: Some(day.tomorrow().unwrap()), ..nothing() }, vec![other]),
        (BookingSearch { until: Some(day), ..person(tom.email.as_str()) }, vec![lost, held]),
    ] {
        let found = service.bookings(&admin, &search, Page::first(10)).unwrap();
        let ids: Vec<_> = found.items.iter().map(|details| details.booking.id).collect();
        assert_eq!(
            (ids, found.total),
            (expected.clone(), u64::try_from(expected.len()).unwrap()),
            "{search:?}"
        );
    }
    assert_eq!(service.booking(&admin, held).unwrap().booking.id, held);
    let gone = service.booking(&admin, BookingId::new(4711).unwrap());
    assert!(matches!(gone, Err(AdministrationError::BookingNotFound)));
    for stranger in [&tom, &ada.user] {
        let refused = service.bookings(stranger, &nothing(), Page::first(10));
        assert!(matches!(refused, Err(AdministrationError::NotAdmin)));
        assert!(matches!(service.booking(stranger, held), Err(AdministrationError::NotAdmin)));
    }
}

#[test]
fn a_lesson_of_others_is_called_off_in_the_name_of_the_marketplace() {
    let world = World::at(NOW);
    let (admin, ada, sam, service) =
        (admin(&world), world.free_teacher("Ada"), world.student("Sam"), service(&world));
    let booking = world.book(&sam, &ada, DAY, "10:00").booking.id;
    let seen = world.store.events().len();
    let off = service.cancel_booking(&admin, booking, &ill()).unwrap();
    assert_eq!((off.booking.status, &off), (BookingStatus::Cancelled, &world.stored(booking)));
    let cancellation = off.booking.cancellation.unwrap();
    assert_eq!((cancellation.by, cancellation.at, cancellation.reason), (admin.id, world.clock.now(), ill()));
    assert!(world.store.claims_of(sam.id).is_empty() && world.store.claims_of(ada.user.id).is_empty());
    let (instructor, student) = (ada.user.id, sam.id);
    let told = DomainEvent::BookingCancelled { booking, instructor, student, by: admin.id };
    assert_eq!(world.events_after(seen), [told], "both get a mail about it");
    let entry = NewAuditEntry::new(AuditAction::BookingCancelled, world.clock.now())
        .by(admin.id)
        .about(booking)
        .saying("reason", ill());
    assert_eq!(world.store.audit_entries(), [entry]);
    world.book(&world.student("Eve"), &ada, DAY, "10:00");
}

#[test]
fn only_lessons_that_are_ahead_are_called_off() {
    let world = World::at(NOW);
    let (admin, ada, sam, service) =
        (admin(&world), world.free_teacher("Ada"), world.student("Sam"), service(&world));
    let outcome = |booking| match service.cancel_booking(&admin, booking, &ill()) {
        Ok(_) => "ok".to_owned(),
        Err(AdministrationError::BookingNotFound) => "not found".to_owned(),
        Err(AdministrationError::AlreadyBegan) => "began".to_owned(),
        Err(AdministrationError::Transition(error)) => error.to_string(),
        Err(other) => panic!("{other}"),
    };
    let [lost, begun, held] = ["10:00", "12:00", "14:00"].map(|at| world.book(&sam, &ada, DAY, at).booking);
    world.bookings.cancel(&sam, lost.id, &ill()).unwrap();
    let before = world.store.audit_entries().len();
    world.clock.set(&begun.time.instants.start().to_string());
    assert_eq!(outcome(BookingId::new(4711).unwrap()), "not found");
    assert!(outcome(lost.id).contains("CANCELLED"), "{}", outcome(lost.id));
    assert_eq!(outcome(begun.id), "began");
    assert_eq!(world.stored(begun.id).booking.status, BookingStatus::Confirmed);
    assert_eq!(world.store.audit_entries().len(), before);
    assert_eq!(outcome(held.id), "ok");
}

#[test]
fn a_lesson_that_cannot_be_called_off_stays_as_it_is() {
    let world = World::at(NOW);
    let (admin, ada, sam, service) =
        (admin(&world), world.free_teacher("Ada"), world.student("Sam"), service(&world));
    let booking = world.book(&sam, &ada, DAY, "10:00").booking.id;
    let (before, events) = (world.stored(booking), world.store.events());
    for fault in (1..=7).map(Fault::Call).chain([Fault::Begin, Fault::Commit]) {
        world.store.fail_next(fault, unavailable);
        let failed = service.cancel_booking(&admin, booking, &ill());
        assert!(matches!(failed, Err(AdministrationError::Storage(_))), "{fault:?}");
        assert_eq!((world.stored(booking), world.store.events()), (before.clone(), events.clone()));
        assert_eq!(world.store.audit_entries(), []);
    }
    world.spy.calls();
    service.cancel_booking(&admin, booking, &ill()).unwrap();
    assert_eq!(world.spy.calls(), 7, "every call was made to fail");
}
