//! A copy of everything about somebody, and leaving for good.
#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::sync::Arc;

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    account::{EmailAddress, Password, Role, SessionKind, User},
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    ports::{Clock, StorageError},
    search_history::{AnsweredSearch, NormalQuery, SearchBatch, SearchVia},
    text::{CancellationReason, FullName},
};
use instainstru_service::{
    accounts::{AccountError, AccountService, AccountUseCases, RegisterAccount},
    bookings::BookingUseCases,
    instructors::InstructorUseCases,
    personal_data::{Leave, PersonalDataError, PersonalDataService, PersonalDataUseCases},
};
use instainstru_test_support::{
    memory::{Fault, unavailable},
    security::{PlainHasher, PlainTokens},
};

use world::{DAY, NOW, World, lesson};

const PASSWORD: &str = "TestPassword123!";

/// The market with people who can leave it.
struct Market {
    world: World,
    hasher: PlainHasher,
    personal_data: PersonalDataService,
}

impl std::ops::Deref for Market {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

impl Market {
    fn new() -> Self {
        let (world, hasher) = (World::at(NOW), PlainHasher::default());
        let personal_data = PersonalDataService::new(
            world.spy.clone(),
            Arc::new(hasher.clone()),
            Arc::new(world.clock.clone()),
        );
        Self { world, hasher, personal_data }
    }

    /// Gives the account a password that can be typed.
    fn with_password(&self, user: &User) -> User {
        let hash = PlainHasher::hash_of(PASSWORD);
        let at = self.clock.now();
        self.write(|uow| uow.users().set_password(user.id, &hash, at));
        self.account_of(user)
    }

    /// What somebody asked for was stored.
    fn search(&self, user: &User, query: &str) {
        let asked = AnsweredSearch {
            query: NormalQuery::new(query).unwrap(),
            at: self.clock.now(),
            user: Some(user.id),
            via: SearchVia::Page,
            services: Vec::new(),
            results: 0,
            is_understood: true,
        };
        self.write(|uow| uow.search_history().record(&SearchBatch::of([&asked]), 10));
    }

    fn leave(&self, user: &User, cancel_upcoming: bool) -> Result<(), PersonalDataError> {
        let password = Password::presented(PASSWORD).unwrap();
        self.personal_data.leave(user, &Leave { password, cancel_upcoming })
    }

    fn accounts(&self) -> AccountService {
        AccountService::new(
            Arc::new(self.store.clone()),
            Arc::new(self.hasher.clone()),
            Arc::new(PlainTokens::default()),
            Arc::new(self.clock.clone()),
        )
    }
}

#[test]
fn a_copy_holds_both_sides_of_somebody_and_is_written_down() {
    let market = Market::new();
    let (ada, sam) = (market.free_teacher("Ada Lovelace"), market.student("Sam"));
    market.block(&ada, "2026-07-20");
    market.search(&ada.user, "Piano");
    let given = market.book(&sam, &ada, DAY, "10:00");
    // Before she taught, Ada learned.
    let ben = market.free_teacher("Ben");
    let student = User { role: Role::Student, ..ada.user.clone() };
    let taken = market.bookings.create(&student, &lesson(&ben, DAY, "14:00", 60)).unwrap();

    let archive = market.personal_data.export(&ada.user).unwrap();
    assert_eq!((archive.made_at, &archive.account), (market.clock.now(), &ada.user));
    assert_eq!(
        (archive.bookings_as_instructor.items, archive.bookings_as_student.items),
        (vec![given], vec![taken])
    );
    let teaching = archive.teaching.unwrap();
    assert_eq!((teaching.services.len(), teaching.windows.len(), teaching.blackouts.len()), (1, 1, 1));
    let exported = NewAuditEntry::new(AuditAction::AccountExported, market.clock.now())
        .by(ada.user.id)
        .about(ada.user.id);
    assert_eq!(archive.audit.items.iter().map(|kept| kept.entry.clone()).collect::<Vec<_>>(), [exported]);
    let searches: Vec<_> = archive.searches.iter().map(|past| past.search.query.as_str()).collect();
    assert_eq!(searches, ["piano"]);
    assert!(archive.bookings_as_instructor.is_complete && archive.audit.is_complete);

    let archive = market.personal_data.export(&sam).unwrap();
    assert_eq!((archive.teaching, archive.bookings_as_student.items.len()), (None, 1));
}

#[test]
fn a_copy_takes_the_same_number_of_calls_for_little_and_for_much() {
    let market = Market::new();
    let (ada, sam) = (market.free_teacher("Ada"), market.student("Sam"));
    let calls = || {
        market.spy.calls();
        market.personal_data.export(&ada.user).unwrap();
        market.spy.calls()
    };
    let little = calls();
    for hour in 0..20 {
        market.book(&sam, &ada, DAY, &format!("{hour:02}:00"));
    }
    assert_eq!(calls(), little);
    assert_eq!(little, 11);
}

#[test]
fn nothing_is_copied_that_is_not_written_down() {
    let market = Market::new();
    let ada = market.teacher("Ada").user;
    market.store.fail_next(Fault::Commit, unavailable);
    let failed = market.personal_data.export(&ada);
    assert!(matches!(failed, Err(PersonalDataError::Storage(StorageError::Unavailable(_)))));
}

#[test]
fn somebody_without_lessons_ahead_leaves_and_can_come_back_as_somebody_else() {
    let market = Market::new();
    let ada = market.teacher("Ada Lovelace").user;
    let ada = market.with_password(&ada);
    let seen = market.store.events().len();
    market.leave(&ada, false).unwrap();
    let gone = market.account_of(&ada);
    assert_eq!((gone.full_name, gone.deleted_at), (FullName::deleted(), Some(market.clock.now())));
    assert_eq!(market.events_after(seen), [DomainEvent::InstructorChanged { instructor: ada.id }]);
    assert!(matches!(
        market.accounts().log_in(&ada.email, &Password::presented(PASSWORD).unwrap(), SessionKind::Program),
        Err(AccountError::BadCredentials)
    ));
    let left = NewAuditEntry::new(AuditAction::AccountDeleted, market.clock.now()).by(ada.id).about(ada.id);
    let entries = market.store.audit_entries();
    assert!(entries.contains(&left.saying("cancelled_lessons", 0)), "{entries:?}");

    let again = RegisterAccount {
        email: ada.email.clone(),
        password: Password::new(PASSWORD).unwrap(),
        full_name: ada.full_name.clone(),
        role: Role::Student,
    };
    let back = market.accounts().register(&again).unwrap();
    assert_ne!(back.id, ada.id);
    // The old session of somebody who is gone does nothing to the new account.
    market.leave(&ada, true).unwrap();
    assert_eq!(market.account_of(&back), back);
}

#[test]
fn the_role_that_counts_is_that_of_the_account_and_not_of_the_session() {
    let market = Market::new();
    let ada = market.with_password(&market.teacher("Ada").user);
    // Her session is from a time before she taught.
    let before = User { role: Role::Student, ..ada.clone() };
    let seen = market.store.events().len();
    market.leave(&before, false).unwrap();
    assert_eq!(market.events_after(seen), [DomainEvent::InstructorChanged { instructor: ada.id }]);

    let sam = market.with_password(&market.student("Sam"));
    let seen = market.store.events().len();
    market.leave(&User { role: Role::Instructor, ..sam }, false).unwrap();
    assert_eq!(market.events_after(seen), []);
}

#[test]
fn the_password_is_asked_for_once_more() {
    let market = Market::new();
    let sam = market.with_password(&market.student("Sam"));
    let wrong = Leave { password: Password::presented("wrong").unwrap(), cancel_upcoming: true };
    let refused = market.personal_data.leave(&sam, &wrong);
    assert!(matches!(refused, Err(PersonalDataError::WrongPassword)));
    assert_eq!(market.account_of(&sam), sam);
    let entry = NewAuditEntry::new(AuditAction::LoginFailed, market.clock.now()).by(sam.id).about(sam.id);
    assert_eq!(market.store.audit_entries(), [entry.saying("reason", "wrong_current_password")]);
}

#[test]
fn lessons_ahead_are_in_the_way_until_they_are_called_off() {
    let market = Market::new();
    let (ada, sam) = (market.free_teacher("Ada"), market.student("Sam"));
    let booked: Vec<_> =
        ["10:00", "12:00"].map(|start| market.book(&sam, &ada, DAY, start).booking.id).into();
    for user in [&ada.user, &sam] {
        let user = market.with_password(user);
        let refused = market.leave(&user, false).unwrap_err();
        assert!(matches!(refused, PersonalDataError::UpcomingLessons { count: 2 }), "{refused}");
        assert!(refused.to_string().contains("2 lessons are ahead"), "{refused}");
        assert_eq!(market.account_of(&user), user, "nothing happened");
    }
    let seen = market.store.events().len();
    let sam = market.account_of(&sam);
    market.leave(&sam, true).unwrap();
    let (instructor, student) = (ada.user.id, sam.id);
    let cancelled = |booking| DomainEvent::BookingCancelled { booking, instructor, student, by: sam.id };
    assert_eq!(market.events_after(seen), [cancelled(booked[0]), cancelled(booked[1])]);
    assert_eq!(market.store.claims_of(ada.user.id), [], "the time is free again");
    for id in booked {
        let left = market.stored(id);
        assert_eq!(left.booking.status, BookingStatus::Cancelled);
        let cancellation = left.booking.cancellation.unwrap();
        assert_eq!((cancellation.by, cancellation.reason.as_str()), (sam.id, "The account was deleted"));
        assert_eq!((left.student.full_name, left.booking.student_note), (FullName::deleted(), None));
    }
}

#[test]
fn a_lesson_under_way_is_finished_first_and_one_that_is_over_is_no_obstacle() {
    let market = Market::new();
    let (ada, sam) = (market.free_teacher("Ada"), market.with_password(&market.student("Sam")));
    let lesson = market.book(&sam, &ada, DAY, "10:00").booking;
    market.clock.set("2026-07-15T14:00:00Z");
    for cancel in [false, true] {
        assert!(matches!(market.leave(&sam, cancel), Err(PersonalDataError::LessonUnderWay)));
    }
    market.clock.set("2026-07-15T15:00:00Z");
    market.leave(&sam, false).unwrap();
    assert_eq!(
        market.stored(lesson.id).booking.status,
        BookingStatus::Confirmed,
        "Ada may still complete it"
    );
    market.bookings.complete(&ada.user, lesson.id).unwrap();
}

#[test]
fn lessons_that_were_called_off_are_no_obstacle_and_lose_their_words() {
    let market = Market::new();
    let (ada, sam) = (market.free_teacher("Ada"), market.with_password(&market.student("Sam")));
    let lesson = market.book(&sam, &ada, DAY, "10:00").booking;
    let reason = CancellationReason::new("Sam is ill").unwrap();
    market.bookings.cancel(&ada.user, lesson.id, &reason).unwrap();
    market.leave(&sam, false).unwrap();
    assert_eq!(market.stored(lesson.id).booking.cancellation.unwrap().reason.as_str(), "(removed)");
}

#[test]
fn leaving_halfway_is_not_possible() {
    let market = Market::new();
    let (ada, sam) = (market.free_teacher("Ada"), market.student("Sam"));
    let ada = market.with_password(&ada.user);
    let teacher = world::Teacher { user: ada.clone(), service: market.services_of(&ada)[0].id };
    let lesson = market.book(&sam, &teacher, DAY, "10:00").booking;
    let before = (market.account_of(&ada), market.store.events(), market.store.audit_entries());
    // Account; credentials; lessons twice, the lesson, people, lessons twice, account; erasing; the lesson again, people,
    // change, claims, event; event; entry.
    let calls = 17;
    for fault in (1..=calls).map(Fault::Call).chain([Fault::Begin, Fault::Commit]) {
        market.store.fail_next(fault, unavailable);
        assert!(matches!(market.leave(&ada, true), Err(PersonalDataError::Storage(_))), "{fault:?}");
        let after = (market.account_of(&ada), market.store.events(), market.store.audit_entries());
        assert_eq!(after, before, "{fault:?}");
        assert_eq!(market.stored(lesson.id).booking, lesson, "{fault:?}");
    }
    market.spy.calls();
    market.leave(&ada, true).unwrap();
    assert_eq!(market.spy.calls(), calls, "every call was made to fail");
    market.spy.calls();
    market.leave(&ada, true).unwrap();
    assert_eq!(market.spy.calls(), 1, "whoever is gone is gone");
}

#[test]
fn whoever_left_cannot_be_booked_or_found() {
    let market = Market::new();
    let (ada, sam) = (market.free_teacher("Ada"), market.student("Sam"));
    market.leave(&market.with_password(&ada.user), false).unwrap();
    assert!(market.bookings.create(&sam, &lesson(&ada, DAY, "10:00", 60)).is_err());
    assert!(market.instructors.get(ada.user.id).is_err());
}

#[test]
fn the_addresses_of_those_who_left_are_set_aside() {
    let market = Market::new();
    let ada = market.with_password(&market.student("Ada"));
    for id in [ada.id, world::user_id(4711)] {
        let command = RegisterAccount {
            email: EmailAddress::of_deleted(id),
            password: Password::new(PASSWORD).unwrap(),
            full_name: ada.full_name.clone(),
            role: Role::Student,
        };
        assert!(matches!(market.accounts().register(&command), Err(AccountError::EmailTaken)));
    }
    market.leave(&ada, false).unwrap();
}
