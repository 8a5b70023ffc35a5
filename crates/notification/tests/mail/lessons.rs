//! What is told about lessons, and to whom.

use instainstru_domain::{
    booking::Booking,
    calendar::CalendarMethod,
    event::DomainEvent,
    ids::{BookingId, UserId},
};
use instainstru_notification::mail::{Mail, MailKind};
use jiff::civil::date;

use crate::world::{World, called_off, confirmed, rescheduled, to};

/// The text of the calendar file, unfolded.
fn calendar(mail: &Mail) -> String {
    mail.calendar.as_ref().expect("a calendar file").text.replace("\r\n ", "")
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.subject.as_str()).collect()
}

fn kinds(mails: &[Mail]) -> Vec<MailKind> {
    mails.iter().map(|mail| mail.kind).collect()
}

#[test]
fn a_booking_is_told_to_both_with_a_file_for_their_calendars() {
    let world = World::new();
    let lesson = world.lesson();
    let mails = world.mails_about(confirmed(&lesson));
    assert_eq!(subjects(&mails), ["Booking Confirmed: Piano with Ada", "New Booking: Piano with Zoë"]);
    let ada = world.user(lesson.instructor_id).email;
    for (address, expected) in [("zoe@example.com", "Piano with Ada"), (ada.as_str(), "Piano with Zoë")] {
        let mail = to(&mails, address);
        for part in ["Wednesday, July 15, 2026", "10:00 AM", "11:00 AM", "New York time", "I'm new", "$75.00"]
        {
            assert!(mail.text.contains(part), "{part}: {}", mail.text);
        }
        assert_eq!(mail.calendar.as_ref().unwrap().method, CalendarMethod::Request);
        let file = calendar(mail);
        for line in [
            format!("UID:booking-{}@studio.example", lesson.id),
            "SEQUENCE:0".to_owned(),
            "DTSTART;TZID=America/New_York:20260715T100000".to_owned(),
            format!("SUMMARY:{expected}"),
        ] {
            assert!(file.contains(&format!("\r\n{line}\r\n")), "{line}: {file}");
        }
    }
    assert!(to(&mails, "zoe@example.com").text.contains("https://studio.example/dashboard/student/bookings"));
    let link = format!("https://studio.example/dashboard/instructor/bookings/{}", lesson.id);
    assert!(to(&mails, ada.as_str()).html.contains(&link));
}

#[test]
fn a_move_is_told_to_both_and_their_calendars_follow() {
    let world = World::new();
    let lesson = world.lesson();
    let before = calendar(&world.mails_about(confirmed(&lesson))[0]);
    world.moved(lesson.id, date(2026, 11, 1), "16:30");
    let mails = world.mails_about(rescheduled(&lesson));
    assert_eq!(subjects(&mails), ["Booking Moved: Piano with Ada", "Booking Moved: Piano with Zoë"]);
    for mail in &mails {
        assert!(mail.text.contains("Sunday, November 1, 2026\n4:30 PM – 5:30 PM"), "{}", mail.text);
        let after = calendar(mail);
        assert!(after.contains("\r\nSEQUENCE:1\r\n"), "{after}");
        let uid = |file: &str| file.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
        assert_eq!(uid(&after), uid(&before));
    }
}

#[test]
fn a_cancellation_is_a_notice_to_one_and_a_confirmation_to_the_other() {
    let notices = [
        (MailKind::CancellationConfirmationStudent, MailKind::CancellationInstructor),
        (MailKind::CancellationStudent, MailKind::CancellationConfirmationInstructor),
    ];
    for (by_student, expected) in [true, false].into_iter().zip(notices) {
        let world = World::new();
        let lesson = world.lesson();
        let by = if by_student { lesson.student_id } else { lesson.instructor_id };
        world.cancelled(lesson.id, by);
        let mails = world.mails_about(called_off(&lesson, by));
        assert_eq!(kinds(&mails), [expected.0, expected.1]);
        for mail in &mails {
            let is_notice =
                matches!(mail.kind, MailKind::CancellationStudent | MailKind::CancellationInstructor);
            let subject =
                if is_notice { "Booking Cancelled: Piano" } else { "Cancellation Confirmed: Piano" };
            assert_eq!(mail.subject.as_str(), subject);
            assert!(mail.text.contains("I am ill, <b>sorry</b>"), "{}", mail.text);
            assert!(mail.html.contains("I am ill, &lt;b&gt;sorry&lt;/b&gt;"), "{}", mail.html);
            assert_eq!(mail.calendar.as_ref().unwrap().method, CalendarMethod::Cancel);
            let file = calendar(mail);
            assert!(
                file.contains("\r\nSTATUS:CANCELLED\r\n") && file.contains("\r\nSEQUENCE:1\r\n"),
                "{file}"
            );
        }
    }
}

#[test]
fn a_cancellation_by_somebody_else_is_a_notice_to_both() {
    let world = World::new();
    let lesson = world.lesson();
    let admin = UserId::new(99).unwrap();
    world.cancelled(lesson.id, admin);
    let mails = world.mails_about(called_off(&lesson, admin));
    assert_eq!(kinds(&mails), [MailKind::CancellationStudent, MailKind::CancellationInstructor]);
    for mail in &mails {
        assert!(
            mail.text.contains("iNSTAiNSTRU had to cancel") || mail.text.contains("iNSTAiNSTRU cancelled")
        );
        assert!(mail.text.contains("I am ill, <b>sorry</b>"), "{}", mail.text);
        assert_eq!(mail.calendar.as_ref().unwrap().method, CalendarMethod::Cancel);
        let file = calendar(mail);
        assert!(file.contains("\r\nSTATUS:CANCELLED\r\n") && file.contains("\r\nSEQUENCE:1\r\n"), "{file}");
    }
}

#[test]
fn nobody_is_told_of_a_lesson_that_is_off_that_it_is_on() {
    let world = World::new();
    let lesson = world.lesson();
    world.cancelled(lesson.id, lesson.student_id);
    assert!(world.mails_about(confirmed(&lesson)).is_empty());
    assert!(world.mails_about(rescheduled(&lesson)).is_empty());
    assert!(world.mails_about(DomainEvent::ReminderDue { booking: lesson.id, hours_before: 24 }).is_empty());
    // The cancellation is told all the same.
    assert_eq!(world.mails_about(called_off(&lesson, lesson.student_id)).len(), 2);
}

#[test]
fn a_confirmation_that_comes_late_tells_where_the_lesson_is_now() {
    let world = World::new();
    let lesson = world.lesson();
    world.moved(lesson.id, date(2026, 7, 16), "12:00");
    for mail in world.mails_about(confirmed(&lesson)) {
        assert!(mail.text.contains("Thursday, July 16, 2026\n12:00 PM – 1:00 PM"), "{}", mail.text);
        assert!(calendar(&mail).contains("\r\nSEQUENCE:1\r\n"));
    }
}

#[test]
fn only_far_lessons_promise_a_reminder() {
    for (now, is_promised) in [("2026-07-14T13:59:59Z", true), ("2026-07-14T14:00:00Z", false)] {
        let world = World::new();
        let lesson = world.lesson();
        world.clock.set(now);
        for mail in world.mails_about(confirmed(&lesson)) {
            assert_eq!(mail.text.contains("24 hours before it begins"), is_promised, "{now}");
        }
    }
}

/// What is told when a reminder is due so many hours before the lesson, at this moment.
fn reminded(now: &str, hours_before: u16, change: impl FnOnce(&World, &Booking)) -> Vec<Mail> {
    let world = World::new();
    let lesson = world.lesson();
    change(&world, &lesson);
    world.clock.set(now);
    world.mails_about(DomainEvent::ReminderDue { booking: lesson.id, hours_before })
}

#[test]
fn a_reminder_says_when_in_the_words_of_its_day() {
    for (now, hours, subject) in [
        ("2026-07-14T14:00:00Z", 24, "Reminder: Piano Tomorrow"),
        ("2026-07-15T12:00:00Z", 2, "Reminder: Piano Today"),
        // Asked for in the morning, for all of tomorrow.
        ("2026-07-14T04:00:00Z", 24, "Reminder: Piano Tomorrow"),
        ("2026-07-14T04:00:00Z", 2, "Reminder: Piano Tomorrow"),
        // Midnight in New York, not in Greenwich.
        ("2026-07-15T03:59:59Z", 24, "Reminder: Piano Tomorrow"),
        ("2026-07-15T04:00:00Z", 24, "Reminder: Piano Today"),
        ("2026-07-13T14:00:00Z", 48, "Reminder: Piano on Wednesday, July 15"),
    ] {
        let mails = reminded(now, hours, |_world, _lesson| {});
        assert_eq!(subjects(&mails), [subject; 2], "{now}");
        assert_eq!(kinds(&mails), [MailKind::ReminderStudent, MailKind::ReminderInstructor]);
        assert!(mails.iter().all(|mail| mail.calendar.is_none()));
    }
    let mails = reminded("2026-07-14T14:00:00Z", 24, |_world, _lesson| {});
    assert!(to(&mails, "zoe@example.com").text.contains("Please cancel 2 or more hours ahead"));
}

#[test]
fn a_reminder_that_has_become_wrong_is_not_sent() {
    let day_before = "2026-07-14T14:00:00Z";
    assert_eq!(reminded(day_before, 24, |_world, _lesson| {}).len(), 2);
    // Moved within the day, or to an earlier one: the lesson is as near as the reminder says.
    for (day, start) in [(date(2026, 7, 15), "20:00"), (date(2026, 7, 14), "20:00")] {
        let mails = reminded(day_before, 24, |world, lesson| drop(world.moved(lesson.id, day, start)));
        assert_eq!(mails.len(), 2, "{day} {start}");
    }
    // Moved beyond it: there will be another one.
    assert!(
        reminded(day_before, 24, |world, lesson| drop(world.moved(lesson.id, date(2026, 7, 16), "10:00")))
            .is_empty()
    );
    // Called off, held, missed, or begun.
    let cancel = |world: &World, lesson: &Booking| drop(world.cancelled(lesson.id, lesson.student_id));
    assert!(reminded(day_before, 24, cancel).is_empty());
    let done = crate::world::at("2026-07-15T15:00:00Z");
    let hold =
        |world: &World, lesson: &Booking| world.changed(lesson.id, |lesson| lesson.completed(done).unwrap());
    assert!(reminded(day_before, 24, hold).is_empty());
    let miss =
        |world: &World, lesson: &Booking| world.changed(lesson.id, |lesson| lesson.missed(done).unwrap());
    assert!(reminded(day_before, 24, miss).is_empty());
    assert!(reminded("2026-07-15T14:00:00Z", 24, |_world, _lesson| {}).is_empty());
}

#[test]
fn events_about_nothing_are_told_to_nobody() {
    let world = World::new();
    let booking = BookingId::new(7).unwrap();
    let (instructor, student) = (UserId::new(8).unwrap(), UserId::new(9).unwrap());
    for event in [
        DomainEvent::BookingConfirmed { booking, instructor, student },
        DomainEvent::BookingRescheduled { booking, instructor, student },
        DomainEvent::BookingCancelled { booking, instructor, student, by: instructor },
        DomainEvent::ReminderDue { booking, hours_before: 24 },
        DomainEvent::UserRegistered { user: instructor },
        DomainEvent::PasswordChanged { user: instructor },
    ] {
        assert!(world.mails_about(event).is_empty(), "{event:?}");
    }
}
