//! Contracts of the marks of reminders.

use instainstru_core::zone::UtcRange;
use instainstru_domain::{
    booking::Booking,
    ids::BookingId,
    instructor::Instructor,
    ports::{StorageError, Transactor},
    reminder::ReminderLead,
};
use jiff::{Timestamp, civil::date};

use super::{Contract, assert_unexpected, at, attempt, done, named, read};
use crate::builders::{a_booking, an_instructor, claims_for, lesson_time};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "reminders":
        confirmed_lessons_that_start_in_time_are_found,
        only_confirmed_lessons_are_found,
        lessons_are_found_in_pages,
        a_marked_lesson_is_not_found_again,
        each_lead_has_marks_of_its_own,
        a_lesson_that_is_moved_is_found_again,
        a_mark_is_made_once,
        a_mark_that_was_undone_is_none,
    }
}

pub(super) const DAY: ReminderLead = ReminderLead::DAY;

/// From 15 July 2026, 14:00 UTC, which is 10:00 in New York, for a day.
pub(super) fn a_day() -> UtcRange {
    UtcRange::new(at("2026-07-15T14:00:00Z"), at("2026-07-16T14:00:00Z")).unwrap()
}

fn unreminded(
    tx: &dyn Transactor,
    lead: ReminderLead,
    after: Option<(Timestamp, BookingId)>,
    limit: u32,
) -> Vec<BookingId> {
    let found = done(tx, |uow| uow.reminders().unreminded(lead, a_day(), after, limit));
    found.iter().map(|lesson| lesson.id).collect()
}

fn mark(tx: &dyn Transactor, lead: ReminderLead, lessons: &[Booking]) -> Vec<BookingId> {
    done(tx, |uow| uow.reminders().mark(lead, lessons, at("2026-07-15T12:00:00Z")))
}

fn ids(lessons: &[&Booking]) -> Vec<BookingId> {
    lessons.iter().map(|lesson| lesson.id).collect()
}

pub(super) fn ada(tx: &dyn Transactor) -> Instructor {
    an_instructor(tx).offering("piano", 75_00, &[30, 60]).insert()
}

fn lesson(tx: &dyn Transactor, ada: &Instructor, day: i8, start: &str) -> Booking {
    a_booking(tx).with(ada).at(date(2026, 7, day), start, 30).insert()
}

fn confirmed_lessons_that_start_in_time_are_found(tx: &dyn Transactor) {
    let ada = ada(tx);
    let _before = lesson(tx, &ada, 15, "09:30");
    let last = lesson(tx, &ada, 16, "09:30");
    let first = lesson(tx, &ada, 15, "10:00");
    let _behind = lesson(tx, &ada, 16, "10:00");
    let same_start = a_booking(tx).at(date(2026, 7, 15), "10:00", 30).insert();
    assert_eq!(unreminded(tx, DAY, None, 10), ids(&[&first, &same_start, &last]));
    let found = done(tx, |uow| uow.reminders().unreminded(DAY, a_day(), None, 1));
    assert_eq!(found, [first], "as it is stored");
}

fn only_confirmed_lessons_are_found(tx: &dyn Transactor) {
    let day = date(2026, 7, 15);
    let _pending = a_booking(tx).at(day, "11:00", 60).pending().insert();
    let _cancelled = a_booking(tx).at(day, "11:00", 60).cancelled().insert();
    let _completed = a_booking(tx).at(day, "11:00", 60).completed().insert();
    let _missed = a_booking(tx).at(day, "11:00", 60).missed().insert();
    assert_eq!(unreminded(tx, DAY, None, 10), []);
}

fn lessons_are_found_in_pages(tx: &dyn Transactor) {
    let ada = ada(tx);
    let lessons = ["12:00", "10:30", "11:00", "10:00"].map(|start| lesson(tx, &ada, 15, start));
    let same_start = a_booking(tx).at(date(2026, 7, 15), "11:00", 60).insert();
    let [twelve, half_past, eleven, ten] = &lessons;
    let behind = |lesson: &Booking| Some((lesson.time.instants.start(), lesson.id));
    assert_eq!(unreminded(tx, DAY, None, 3), ids(&[ten, half_past, eleven]));
    assert_eq!(unreminded(tx, DAY, behind(eleven), 3), ids(&[&same_start, twelve]));
    assert_eq!(unreminded(tx, DAY, behind(twelve), 3), []);
}

fn a_marked_lesson_is_not_found_again(tx: &dyn Transactor) {
    let ada = ada(tx);
    let [first, second] = ["10:00", "11:00"].map(|start| lesson(tx, &ada, 15, start));
    assert_eq!(mark(tx, DAY, &[]), []);
    assert_eq!(mark(tx, DAY, std::slice::from_ref(&first)), [first.id]);
    assert_eq!(unreminded(tx, DAY, None, 10), [second.id]);
}

fn each_lead_has_marks_of_its_own(tx: &dyn Transactor) {
    let lesson = lesson(tx, &ada(tx), 15, "10:00");
    let two_hours = ReminderLead::from_hours(2).unwrap();
    assert_eq!(mark(tx, DAY, std::slice::from_ref(&lesson)), [lesson.id]);
    assert_eq!(unreminded(tx, two_hours, None, 10), [lesson.id]);
    assert_eq!(mark(tx, two_hours, std::slice::from_ref(&lesson)), [lesson.id]);
    assert_eq!(unreminded(tx, two_hours, None, 10), []);
}

fn a_lesson_that_is_moved_is_found_again(tx: &dyn Transactor) {
    let ada = ada(tx);
    let lesson = lesson(tx, &ada, 15, "10:00");
    mark(tx, DAY, std::slice::from_ref(&lesson));
    let time = lesson_time(&ada.profile.details.zone, date(2026, 7, 15), "15:00", 30);
    let claims = claims_for(&time, &ada.profile.details);
    let moved = lesson.clone().moved(time, lesson.length, at("2026-07-15T12:30:00Z")).unwrap();
    done(tx, |uow| {
        uow.bookings().move_claims(&moved, &claims)?;
        uow.bookings().update(&moved)
    });
    let found = done(tx, |uow| uow.reminders().unreminded(DAY, a_day(), None, 10));
    assert_eq!(found, std::slice::from_ref(&moved));
    assert_eq!(found[0].moved_at, Some(at("2026-07-15T12:30:00Z")));
    assert_eq!(mark(tx, DAY, &[moved]), [lesson.id]);
    assert_eq!(mark(tx, DAY, &[lesson]), [], "the mark of the old time stays");
}

fn a_mark_is_made_once(tx: &dyn Transactor) {
    let ada = ada(tx);
    let lessons = ["12:00", "10:00", "11:00"].map(|start| lesson(tx, &ada, 15, start));
    let known = &lessons[1..2];
    assert_eq!(mark(tx, DAY, known), [known[0].id]);
    assert_eq!(mark(tx, DAY, &lessons), [lessons[0].id, lessons[2].id], "by id");
    assert_eq!(mark(tx, DAY, &lessons), []);
}

fn a_mark_that_was_undone_is_none(tx: &dyn Transactor) {
    let lesson = lesson(tx, &ada(tx), 15, "10:00");
    assert_unexpected(attempt(tx, |uow| {
        uow.reminders().mark(DAY, std::slice::from_ref(&lesson), at("2026-07-15T12:00:00Z"))?;
        Err::<(), _>(StorageError::unexpected("changed our mind"))
    }));
    assert_eq!(mark(tx, DAY, std::slice::from_ref(&lesson)), [lesson.id]);
    assert_eq!(read(tx, |uow| uow.bookings().find(lesson.id)).unwrap().booking, lesson);
}
