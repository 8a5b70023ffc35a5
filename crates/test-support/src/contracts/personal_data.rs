//! Contracts of what is stored about a person, as a whole.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, User},
    audit::{AuditAction, AuditFilter, NewAuditEntry, Origin},
    booking::{BookingFilter, BookingOrder, Cancellation, Side},
    ids::UserId,
    instructor::Instructor,
    page::Page,
    password_reset::{NewPasswordReset, ResetNonce, ResetTokenHash},
    ports::{
        Transactor,
        idempotency::{AnswerKey, StoredAnswer},
    },
    search_history::{AnsweredSearch, NormalQuery, SearchBatch, SearchVia},
    text::{CancellationReason, FullName, MeetingLocation, Note},
};
use jiff::civil::date;

use super::{Contract, assert_unexpected, at, attempt, done, named, read};
use crate::builders::{a_booking, a_user, an_instructor, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "personal_data":
        an_erased_account_is_nobody_and_cannot_come_back,
        the_address_of_an_erased_account_is_free_again,
        an_erased_instructor_leaves_only_what_bookings_refer_to,
        bookings_of_an_erased_person_keep_their_times_and_prices_and_nothing_in_words,
        services_of_an_earlier_profile_are_erased_as_well,
        proofs_of_an_erased_person_are_gone_and_those_of_others_stay,
        what_an_erased_person_searched_for_is_forgotten_and_stays_so,
        the_audit_log_forgets_an_erased_person,
        erasing_twice_changes_nothing_and_an_unknown_account_is_unexpected,
    }
}

const ERASED: &str = "2026-07-03T12:00:00.123456Z";

fn erase(tx: &dyn Transactor, user: UserId) {
    done(tx, |uow| uow.personal_data().erase(user, at(ERASED)));
}

fn account(tx: &dyn Transactor, user: UserId) -> User {
    read(tx, |uow| uow.users().find(user)).unwrap()
}

fn an_erased_account_is_nobody_and_cannot_come_back(tx: &dyn Transactor) {
    let ben = a_user(tx).insert();
    let ada = a_user(tx).named("Ada Lovelace").insert();
    done(tx, |uow| uow.users().update(&User { is_admin: true, ..ada.clone() }));
    erase(tx, ada.id);
    let expected = User {
        email: EmailAddress::of_deleted(ada.id),
        full_name: FullName::deleted(),
        is_admin: false,
        is_active: false,
        account_status: AccountStatus::Deactivated,
        credential_version: ada.credential_version + 1,
        updated_at: Some(at(ERASED)),
        deleted_at: Some(at(ERASED)),
        ..ada.clone()
    };
    assert_eq!(account(tx, ada.id), expected);
    for address in [&ada.email, &expected.email] {
        assert_eq!(read(tx, |uow| uow.users().find_credentials(address)), None, "{address}");
    }
    done(tx, |uow| uow.users().update(&User { deleted_at: None, ..expected.clone() }));
    assert_eq!(account(tx, ada.id), expected, "deleted is deleted");
    assert_eq!(account(tx, ben.id), ben);
}

fn the_address_of_an_erased_account_is_free_again(tx: &dyn Transactor) {
    let ada = a_user(tx).email("ada@example.com").insert();
    erase(tx, ada.id);
    let again = a_user(tx).email("ada@example.com").insert();
    assert_ne!(again.id, ada.id);
    assert_eq!(read(tx, |uow| uow.users().find_credentials(&again.email)).unwrap().user, again);
}

fn teacher(tx: &dyn Transactor, name: &str) -> Instructor {
    an_instructor(tx)
        .named(name)
        .offering("piano", 75_00, &[60])
        .offering("guitar", 60_00, &[60])
        .publishing(date(2026, 7, 15), "09:00-17:00")
        .away_on(date(2026, 7, 20))
        .insert()
}

fn an_erased_instructor_leaves_only_what_bookings_refer_to(tx: &dyn Transactor) {
    let (ada, ben) = (teacher(tx, "Ada Lovelace"), teacher(tx, "Ben"));
    let lesson = a_booking(tx).with(&ada).insert();
    let theirs = a_booking(tx).with(&ben).insert();
    erase(tx, ada.user.id);
    assert_eq!(read(tx, |uow| uow.instructors().find(ada.user.id)), None);
    let every_day = DateRange::new(date(2026, 1, 1), date(2026, 12, 31)).unwrap();
    assert_eq!(read(tx, |uow| uow.availability().windows(ada.user.id, every_day)), []);
    assert_eq!(read(tx, |uow| uow.availability().blackouts(ada.user.id, every_day)), []);
    for service in &ada.services {
        let left = read(tx, |uow| uow.instructors().find_service(service.id));
        if service.id != lesson.instructor_service_id {
            assert_eq!(left, None);
            continue;
        }
        let left = left.unwrap();
        let terms = &left.offer.terms;
        assert_eq!((left.profile_id, left.is_active), (None, false));
        assert_eq!(terms.hourly_rate, service.offer.terms.hourly_rate);
        assert_eq!((&terms.description, &terms.requirements), (&None, &None));
        let lists =
            [&terms.levels_taught, &terms.age_groups, &terms.location_types, &terms.equipment_required];
        assert!(lists.iter().all(|list| list.is_empty()), "{terms:?}");
    }
    assert_eq!(read(tx, |uow| uow.instructors().find(ben.user.id)), Some(ben.clone()));
    assert_eq!(read(tx, |uow| uow.availability().windows(ben.user.id, every_day)).len(), 1);
    assert_eq!(read(tx, |uow| uow.availability().blackouts(ben.user.id, every_day)).len(), 1);
    assert_eq!(read(tx, |uow| uow.bookings().find(theirs.id)).unwrap().booking, theirs);
}

fn bookings_of_an_erased_person_keep_their_times_and_prices_and_nothing_in_words(tx: &dyn Transactor) {
    let (ada, tom) = (teacher(tx, "Ada Lovelace"), a_user(tx).named("Tom Jones").insert());
    let lesson = |start| a_booking(tx).with(&ada).of(&tom).at(date(2026, 7, 15), start, 60).insert();
    let (plain, mut wordy) = (lesson("09:00"), lesson("10:00"));
    wordy.student_note = Some(Note::new("Ring at Jones").unwrap());
    wordy.instructor_note = Some(Note::new("Tom is shy").unwrap());
    wordy.meeting_location = Some(MeetingLocation::new("7 Elm Street").unwrap());
    let cancellation = |reason: &str| Cancellation {
        at: built_at(),
        by: ada.user.id,
        reason: CancellationReason::new(reason).unwrap(),
    };
    let wordy = wordy.cancelled(cancellation("Tom has a cold")).unwrap();
    done(tx, |uow| {
        uow.bookings().update(&wordy)?;
        uow.bookings().release_claims(wordy.id)
    });
    erase(tx, tom.id);
    let mut silent = wordy.clone();
    silent.cancellation = Some(cancellation(Cancellation::ERASED_REASON));
    for mut expected in [plain.clone(), silent] {
        (expected.student_note, expected.instructor_note, expected.meeting_location) = (None, None, None);
        let found = read(tx, |uow| uow.bookings().find(expected.id)).unwrap();
        assert_eq!(found.booking, expected);
        assert_eq!((found.student.full_name, found.student.id), (FullName::deleted(), tom.id));
        assert!(found.student.email.reaches_nobody());
        assert_eq!(found.instructor.full_name, ada.user.full_name);
    }
    erase(tx, ada.user.id);
    let found = read(tx, |uow| uow.bookings().find(plain.id)).unwrap();
    assert_eq!((found.booking.service_area, found.service_description), (None, None));
    assert_eq!(found.booking.total_price, plain.total_price);
}

fn services_of_an_earlier_profile_are_erased_as_well(tx: &dyn Transactor) {
    let ada = teacher(tx, "Ada Lovelace");
    let lesson = a_booking(tx).with(&ada).insert();
    done(tx, |uow| uow.instructors().delete_profile(ada.profile.id, built_at()));
    erase(tx, ada.user.id);
    for service in &ada.services {
        let left = read(tx, |uow| uow.instructors().find_service(service.id));
        if service.id == lesson.instructor_service_id {
            assert_eq!(left.unwrap().offer.terms.description, None);
        } else {
            assert_eq!(left, None);
        }
    }
}

fn proofs_of_an_erased_person_are_gone_and_those_of_others_stay(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).email("a_da@example.com").insert(), a_user(tx).insert());
    let mut resets = Vec::new();
    for user in [&ada, &ben] {
        let new = NewPasswordReset {
            user_id: user.id,
            nonce: ResetNonce::new("n".into()),
            token_hash: ResetTokenHash::new(format!("hash of {}", user.id)),
            created_at: built_at(),
        };
        resets.push(done(tx, |uow| uow.password_resets().insert(&new)).id);
    }
    let answers = [
        (ada.id, "a", "{}"),
        (ben.id, "b", r#"{"student":{"email":"a_da@example.com"}}"#),
        (ben.id, "c", r#"{"student":{"email":"axda@example.com"}}"#),
        (ben.id, "d", "{}"),
    ];
    let key = |user: UserId, key: &str| AnswerKey { scope: format!("user:{user}"), key: key.to_owned() };
    for (user, name, body) in answers {
        let answer = StoredAnswer {
            fingerprint: "f".into(),
            status: 200,
            body: body.to_owned(),
            stored_at: built_at(),
        };
        done(tx, |uow| {
            uow.answers().reserve(&key(user, name), "f", built_at(), built_at())?;
            uow.answers().store(&key(user, name), &answer)
        });
    }
    erase(tx, ada.id);
    assert_eq!(read(tx, |uow| uow.password_resets().find(resets[0])), None);
    assert!(read(tx, |uow| uow.password_resets().find(resets[1])).is_some());
    let left = answers.map(|(user, name, _body)| {
        read(tx, |uow| uow.answers().find(&key(user, name), built_at())).is_some()
    });
    assert_eq!(left, [false, false, true, true]);
}

fn what_an_erased_person_searched_for_is_forgotten_and_stays_so(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    let search = |text: &str, user| AnsweredSearch {
        query: NormalQuery::new(text).unwrap(),
        at: built_at(),
        user: Some(user),
        via: SearchVia::Api,
        services: Vec::new(),
        results: 1,
        is_understood: true,
    };
    let record = |searches: &[AnsweredSearch]| {
        let batch = SearchBatch::of(searches);
        done(tx, |uow| uow.search_history().record(&batch, 10));
    };
    let recent = |user| {
        let past = read(tx, |uow| uow.search_history().recent(user, 10));
        past.into_iter().map(|past| past.query.to_string()).collect::<Vec<_>>()
    };
    record(&[search("piano", ada), search("yoga", ben)]);
    erase(tx, ada);
    assert_eq!((recent(ada), recent(ben)), (Vec::new(), vec!["yoga".to_owned()]));
    // What was asked before the account was deleted may be written down after it.
    record(&[search("tuba", ada), search("yoga", ben)]);
    assert_eq!((recent(ada), recent(ben)), (Vec::new(), vec!["yoga".to_owned()]));
}

fn the_audit_log_forgets_an_erased_person(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    let origin = Origin { request: Some("r".into()), address: Some("203.0.113.7".parse().unwrap()) };
    let by_ada = NewAuditEntry::new(AuditAction::LoggedIn, built_at()).by(ada);
    let by_ben = NewAuditEntry::new(AuditAction::LoggedIn, built_at()).by(ben).caused_by(origin.clone());
    done(tx, |uow| {
        uow.audit().record(&by_ada.clone().caused_by(origin.clone()))?;
        uow.audit().record(&by_ben)
    });
    erase(tx, ada);
    let found = read(tx, |uow| uow.audit().entries(&AuditFilter::default(), 10));
    let found: Vec<_> = found.into_iter().map(|entry| entry.entry).collect();
    assert_eq!(found, [by_ben, by_ada]);
}

fn erasing_twice_changes_nothing_and_an_unknown_account_is_unexpected(tx: &dyn Transactor) {
    let tom = a_user(tx).insert();
    let lesson = a_booking(tx).of(&tom).insert();
    erase(tx, tom.id);
    let erased = account(tx, tom.id);
    done(tx, |uow| uow.personal_data().erase(tom.id, at("2026-08-01T12:00:00Z")));
    assert_eq!(account(tx, tom.id), erased);
    let filter = BookingFilter {
        side: Side::Student(tom.id),
        status: None,
        from: None,
        until: None,
        order: BookingOrder::NewestFirst,
    };
    let listed = read(tx, |uow| uow.bookings().list(&filter, Page::first(10)));
    assert_eq!(listed.items.iter().map(|item| item.booking.id).collect::<Vec<_>>(), [lesson.id]);
    let unknown = UserId::new(i64::from(i32::MAX)).unwrap();
    assert_unexpected(attempt(tx, |uow| uow.personal_data().erase(unknown, at(ERASED))));
}
