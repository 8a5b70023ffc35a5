//! Reminding people of their lessons: each once, whatever happens in between.
#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::sync::Arc;

use instainstru_domain::{
    booking::BookingDetails, event::DomainEvent, ports::StorageError, reminder::ReminderLead,
    text::CancellationReason,
};
use instainstru_service::{
    bookings::BookingUseCases as _,
    reminders::{ReminderRules, ReminderService, ReminderUseCases as _},
};
use instainstru_test_support::memory::{Fault, unavailable};
use jiff::SignedDuration;

use world::{Setup, Teacher, World, to};

/// The hours of the reminders of each lesson that were caused, in order.
fn caused(world: &World) -> Vec<(i32, u16)> {
    let reminder = |event: &DomainEvent| match event {
        DomainEvent::ReminderDue { booking, hours_before } => Some((booking.get(), *hours_before)),
        _ => None,
    };
    world.store.events().iter().filter_map(reminder).collect()
}

fn service(world: &World, hours: &[i64]) -> ReminderService {
    let leads = hours.iter().map(|hours| ReminderLead::from_hours(*hours).unwrap());
    ReminderService::new(
        Arc::new(world.store.clone()),
        Arc::new(world.clock.clone()),
        ReminderRules::new(leads),
    )
}

/// A teacher who is always free around these dates.
fn always_free(world: &World, name: &str, zone: &'static str, days: &[&str]) -> Teacher {
    let teacher = world.teacher_with(name, Setup { zone, ..Setup::default() });
    for day in days {
        world.publish(&teacher, day, &["00:00-24:00"]);
    }
    teacher
}

const DAYS: [&str; 3] = ["2026-07-15", "2026-07-16", "2026-07-17"];

/// A lesson on Wednesday 15 July at 10:00 in New York, booked on Monday.
fn a_lesson(world: &World) -> BookingDetails {
    let teacher = always_free(world, "Ada Lovelace", "America/New_York", &DAYS);
    world.book(&world.student("Tom Jones"), &teacher, "2026-07-15", "10:00")
}

#[test]
fn a_lesson_is_reminded_of_once_a_day_before() {
    let world = World::at(world::NOW);
    let lesson = a_lesson(&world);
    let reminders = service(&world, &[24]);
    world.clock.set("2026-07-14T13:59:00Z");
    assert_eq!(reminders.send_due().unwrap(), 0);
    world.clock.set("2026-07-14T14:00:00Z");
    assert_eq!(reminders.send_due().unwrap(), 1);
    for _quarter in 0..100 {
        world.clock.advance(SignedDuration::from_mins(15));
        assert_eq!(reminders.send_due().unwrap(), 0);
    }
    assert_eq!(caused(&world), [(lesson.booking.id.get(), 24)]);
}

#[test]
fn a_crash_in_between_neither_loses_nor_repeats_a_reminder() {
    let world = World::at(world::NOW);
    let lesson = a_lesson(&world);
    let reminders = service(&world, &[24]);
    world.clock.set("2026-07-14T14:00:00Z");
    for fault in [Fault::Begin, Fault::Call(1), Fault::Call(2), Fault::Call(3), Fault::Commit] {
        world.store.fail_next(fault, unavailable);
        let failed = reminders.send_due();
        assert!(matches!(failed, Err(StorageError::Unavailable(_))), "{fault:?}: {failed:?}");
        assert_eq!(caused(&world), [], "{fault:?}");
    }
    assert_eq!(reminders.send_due().unwrap(), 1);
    assert_eq!(reminders.send_due().unwrap(), 0);
    assert_eq!(caused(&world), [(lesson.booking.id.get(), 24)]);
}

#[test]
fn a_second_reminder_comes_when_it_is_configured() {
    let world = World::at(world::NOW);
    let lesson = a_lesson(&world).booking.id.get();
    let reminders = service(&world, &[2, 24, 2]);
    for (now, expected) in [
        ("2026-07-14T14:00:00Z", 1),
        ("2026-07-15T11:59:00Z", 0),
        ("2026-07-15T12:00:00Z", 1),
        ("2026-07-15T13:59:00Z", 0),
    ] {
        world.clock.set(now);
        assert_eq!(reminders.send_due().unwrap(), expected, "{now}");
    }
    assert_eq!(caused(&world), [(lesson, 24), (lesson, 2)]);
}

#[test]
fn after_a_long_silence_only_the_shortest_reminder_comes() {
    let world = World::at(world::NOW);
    let lesson = a_lesson(&world).booking.id.get();
    let reminders = service(&world, &[24, 2]);
    world.clock.set("2026-07-15T12:30:00Z");
    assert_eq!(reminders.send_due().unwrap(), 1);
    assert_eq!(reminders.send_due().unwrap(), 0);
    assert_eq!(caused(&world), [(lesson, 2)]);
}

#[test]
fn a_reminder_that_is_late_still_comes_before_the_lesson() {
    let world = World::at(world::NOW);
    let lesson = a_lesson(&world).booking.id.get();
    world.clock.set("2026-07-15T13:45:00Z");
    assert_eq!(service(&world, &[24]).send_due().unwrap(), 1);
    assert_eq!(caused(&world), [(lesson, 24)]);
}

#[test]
fn whoever_books_within_the_lead_gets_the_next_shorter_reminder_only() {
    let world = World::at(world::NOW);
    let teacher = always_free(&world, "Ada Lovelace", "America/New_York", &DAYS);
    let student = world.student("Tom Jones");
    world.clock.set("2026-07-15T06:00:00Z");
    let lesson = world.book(&student, &teacher, "2026-07-15", "10:00").booking.id.get();
    let reminders = service(&world, &[24, 2]);
    for (now, expected) in [("2026-07-15T06:15:00Z", 0), ("2026-07-15T12:00:00Z", 1)] {
        world.clock.set(now);
        assert_eq!(reminders.send_due().unwrap(), expected, "{now}");
    }
    assert_eq!(caused(&world), [(lesson, 2)]);
    world.clock.set("2026-07-15T15:00:00Z");
    world.book(&student, &teacher, "2026-07-15", "12:00");
    assert_eq!(reminders.send_due().unwrap(), 0, "an hour before, the confirmation serves");
}

#[test]
fn a_cancelled_lesson_is_not_reminded_of() {
    let world = World::at(world::NOW);
    let lesson = a_lesson(&world);
    let student = world.write(|uow| uow.users().find(lesson.student.id)).unwrap();
    let reason = CancellationReason::new("Plans changed").unwrap();
    world.bookings.cancel(&student, lesson.booking.id, &reason).unwrap();
    world.clock.set("2026-07-14T14:00:00Z");
    assert_eq!(service(&world, &[24]).send_due().unwrap(), 0);
}

#[test]
fn a_lesson_that_is_moved_is_reminded_of_at_its_new_time() {
    let world = World::at(world::NOW);
    let lesson = a_lesson(&world);
    let student = world.write(|uow| uow.users().find(lesson.student.id)).unwrap();
    let id = lesson.booking.id;
    let reminders = service(&world, &[24]);
    world.clock.set("2026-07-14T14:00:00Z");
    assert_eq!(reminders.send_due().unwrap(), 1);
    world.bookings.reschedule(&student, id, &to("2026-07-17", "10:00")).unwrap();
    assert_eq!(reminders.send_due().unwrap(), 0);
    world.clock.set("2026-07-16T14:00:00Z");
    assert_eq!(reminders.send_due().unwrap(), 1);
    assert_eq!(caused(&world), [(id.get(), 24); 2]);
    // Whoever moves it to this evening needs no reminder of what was just decided.
    world.bookings.reschedule(&student, id, &to("2026-07-16", "20:00")).unwrap();
    for now in ["2026-07-16T14:15:00Z", "2026-07-16T23:45:00Z"] {
        world.clock.set(now);
        assert_eq!(reminders.send_due().unwrap(), 0, "{now}");
    }
}

#[test]
fn a_day_has_24_hours_when_clocks_change() {
    // Clocks go forward in the night before one lesson and back in the night before the other.
    for (booked, day, start) in [
        ("2026-03-01T12:00:00Z", "2026-03-08", "2026-03-08T14:00:00Z"),
        ("2026-10-25T12:00:00Z", "2026-11-01", "2026-11-01T15:00:00Z"),
    ] {
        let world = World::at(booked);
        let teacher = always_free(&world, "Ada Lovelace", "America/New_York", &[day]);
        let lesson = world.book(&world.student("Tom Jones"), &teacher, day, "10:00");
        assert_eq!(lesson.booking.time.instants.start(), start.parse().unwrap());
        let reminders = service(&world, &[24]);
        world.clock.set(start);
        world.clock.advance(-SignedDuration::from_hours(24) - SignedDuration::from_mins(1));
        assert_eq!(reminders.send_due().unwrap(), 0, "{day}");
        world.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(reminders.send_due().unwrap(), 1, "{day}");
    }
}

#[test]
fn many_lessons_are_reminded_of_in_pages() {
    let world = World::at("2026-07-01T12:00:00Z");
    let mut count = 0;
    for nth in 0..23 {
        let teacher = world.free_teacher(&format!("Teacher {nth}"));
        for hour in 8..20 {
            let learner = world.student(&format!("Student {count}"));
            world.book(&learner, &teacher, world::DAY, &format!("{hour:02}:00"));
            count += 1;
        }
    }
    world.clock.set("2026-07-15T00:00:00Z");
    let reminders = service(&world, &[24]);
    assert_eq!(reminders.send_due().unwrap(), count);
    assert_eq!(reminders.send_due().unwrap(), 0);
    assert!(count > 200, "more than a page");
}

#[test]
fn whoever_asks_for_reminders_reminds_of_all_of_tomorrow() {
    let world = World::at(world::NOW);
    let teacher = always_free(&world, "Ada Lovelace", "America/New_York", &DAYS);
    let far = always_free(&world, "Hana Sato", "Asia/Tokyo", &DAYS);
    // Tuesday, 20:00 in New York; Wednesday, 9:00 in Tokyo.
    world.clock.set("2026-07-15T00:00:00Z");
    let mut booked = Vec::new();
    for (teacher, day, start) in [
        (&teacher, "2026-07-15", "00:30"),
        (&teacher, "2026-07-15", "23:00"),
        (&teacher, "2026-07-16", "00:30"),
        (&far, "2026-07-15", "23:00"),
        (&far, "2026-07-16", "00:30"),
        (&far, "2026-07-16", "23:00"),
    ] {
        let student = world.student(&format!("Student {}", booked.len()));
        booked.push(world.book(&student, teacher, day, start).booking.id.get());
    }
    let reminders = service(&world, &[24]);
    assert_eq!(reminders.send_due().unwrap(), 0, "some are far away, the others were booked late");
    assert_eq!(reminders.send_for_tomorrow(None).unwrap(), 4);
    assert_eq!(reminders.send_for_tomorrow(None).unwrap(), 0, "once");
    let mut reminded: Vec<i32> = caused(&world).into_iter().map(|(booking, _hours)| booking).collect();
    reminded.sort_unstable();
    assert_eq!(reminded, [0, 1, 4, 5].map(|nth: usize| booked.get(nth).copied().unwrap()));
}

#[test]
fn without_leads_nobody_is_reminded() {
    let world = World::at(world::NOW);
    let _lesson = a_lesson(&world);
    world.clock.set("2026-07-14T14:00:00Z");
    let reminders = service(&world, &[]);
    assert_eq!(reminders.send_due().unwrap(), 0);
    assert_eq!(reminders.send_for_tomorrow(None).unwrap(), 0);
}
