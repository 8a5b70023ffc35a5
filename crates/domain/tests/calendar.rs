//! Calendar files, read by a program of other people: the Python package `icalendar`, which `cargo xtask setup` installs.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{fs, path::Path};

use instainstru_core::{booking::BookingStatus, grid::TimeRange, length::LessonLength, zone::DayClock};
use instainstru_domain::{
    account::{EmailAddress, Role},
    booking::{BookingDetails, Cancellation, LocationType},
    calendar::LessonCalendar,
    ports::TransactorExt,
    text::CancellationReason,
    zone::Zone,
};
use instainstru_test_support::{
    builders::{a_booking, a_user, an_instructor, lesson_time},
    memory::MemoryStore,
    python::python,
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};
use serde_json::{Value, json};

const LINK: &str = "https://studio.example/dashboard/student/bookings";
/// Zones with rules, with two changes a year apart from the rules, with half hours, with dates only, and without changes.
const ZONES: &[&str] = &[
    "America/New_York",
    "America/St_Johns",
    "America/Phoenix",
    "America/Santiago",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Chatham",
    "UTC",
];
const STARTS: &[&str] =
    &["00:00", "00:30", "01:00", "01:30", "01:45", "02:00", "02:30", "03:00", "12:00", "22:45"];

fn calendar() -> LessonCalendar {
    LessonCalendar::new("iNSTAiNSTRU", EmailAddress::new("noreply@studio.example").unwrap())
}

/// A lesson of 75 minutes, unless the clocks skip it.
fn lesson(zone: &Zone, day: Date, start: &str) -> Option<BookingDetails> {
    let range = TimeRange::lesson(start.parse().unwrap(), LessonLength::from_minutes(75).unwrap()).unwrap();
    DayClock::new(day, zone.tz()).instants(range)?;
    let store = MemoryStore::new();
    let ada = an_instructor(&store).named("Ada").zone(zone.name()).offering("piano", 80_00, &[75]).insert();
    let booking = a_booking(&store).with(&ada).at(day, start, 75).insert();
    store.reading(|uow| uow.bookings().find(booking.id)).unwrap()
}

/// The days around every change of the clocks in two years, and a day in each season of a later one.
fn days(zone: &Zone) -> Vec<Date> {
    let from: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let until: Timestamp = "2028-01-01T00:00:00Z".parse().unwrap();
    let mut days = vec![date(2041, 1, 15), date(2041, 7, 15)];
    for change in zone.tz().following(from).take_while(|change| change.timestamp() < until) {
        let day = zone.date_at(change.timestamp());
        days.extend([-1, 0, 1].map(|days: i64| day.saturating_add(days.days())));
    }
    days
}

/// What the file of a lesson should say to `icalendar`.
fn expected(details: &BookingDetails, reader: Role, method: &str) -> Value {
    let booking = &details.booking;
    let (me, other) = match reader {
        Role::Student => (&details.student, &details.instructor),
        Role::Instructor => (&details.instructor, &details.student),
    };
    let place = booking.meeting_location.as_ref().map(ToString::to_string);
    let note = booking.student_note.as_ref();
    let note =
        note.map_or(String::new(), |note| format!("Note from {}: {note}\n", details.student.full_name));
    let attendee =
        json!([format!("mailto:{}", me.email), me.full_name.as_str().replace('"', "'").replace('\\', "/")]);
    json!({
        "method": method,
        "uid": format!("booking-{}@studio.example", booking.id),
        "sequence": booking.revision,
        "status": if booking.status == BookingStatus::Cancelled { "CANCELLED" } else { "CONFIRMED" },
        "start": booking.time.instants.start().to_string(),
        "end": booking.time.instants.end().to_string(),
        "summary": format!("{} with {}", booking.service_name, other.full_name),
        "location": place.unwrap_or_else(|| booking.location_type.display().to_owned()),
        "description": format!("{} minutes, {}\n{note}{LINK}", booking.length.minutes(), booking.total_price),
        "url": LINK,
        "organizer": "mailto:noreply@studio.example",
        "attendees": if method == "PUBLISH" { json!([]) } else { json!([attendee]) },
    })
}

/// Files in the making, and what each should say.
struct Cases<'a> {
    directory: &'a Path,
    cases: Vec<Value>,
}

impl Cases<'_> {
    fn add(&mut self, text: &str, mut expected: Value) {
        let file = format!("{}.ics", self.cases.len());
        fs::write(self.directory.join(&file), text).unwrap();
        expected["file"] = file.into();
        self.cases.push(expected);
    }
}

/// Lets the other program read everything that `add` adds.
#[track_caller]
fn read_by_icalendar(add: impl FnOnce(&mut Cases<'_>)) {
    let Some(mut python) = python() else { return };
    let directory = tempfile::tempdir().unwrap();
    let mut cases = Cases { directory: directory.path(), cases: Vec::new() };
    add(&mut cases);
    fs::write(directory.path().join("cases.json"), Value::from(cases.cases).to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/calendar/check.py");
    let output = python.arg(script).arg(directory.path()).output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}");
}

#[test]
fn every_zone_means_the_right_instants_around_its_changes() {
    read_by_icalendar(|cases| {
        for zone in ZONES.iter().map(|name| Zone::new(name).unwrap()) {
            let before = cases.cases.len();
            for day in days(&zone) {
                for details in STARTS.iter().filter_map(|start| lesson(&zone, day, start)) {
                    let text = calendar().published(&details, Role::Student, LINK);
                    cases.add(&text, expected(&details, Role::Student, "PUBLISH"));
                }
            }
            assert!(cases.cases.len() >= before + 2 * STARTS.len(), "{zone:?}");
        }
    });
}

#[test]
fn a_lesson_keeps_its_uid_while_its_sequence_rises_to_the_cancellation() {
    let store = MemoryStore::new();
    let lesson = a_booking(&store).insert();
    let details = store.reading(|uow| uow.bookings().find(lesson.id)).unwrap().unwrap();
    let at: Timestamp = "2026-07-10T12:00:00Z".parse().unwrap();
    let time = lesson_time(&lesson.time.zone, date(2026, 11, 1), "12:00", 60);
    let moved = lesson.clone().moved(time, lesson.length, at).unwrap();
    let reason = CancellationReason::new("ill").unwrap();
    let cancelled = moved.clone().cancelled(Cancellation { at, by: lesson.student_id, reason }).unwrap();
    read_by_icalendar(|cases| {
        for (sequence, booking, method) in
            [(0, lesson, "REQUEST"), (1, moved, "REQUEST"), (2, cancelled, "CANCEL")]
        {
            let details = BookingDetails { booking, ..details.clone() };
            for reader in [Role::Student, Role::Instructor] {
                let file = calendar().sent(&details, reader, LINK);
                assert_eq!(file.method.as_str(), method);
                let expected = expected(&details, reader, method);
                assert_eq!(expected["sequence"], sequence);
                cases.add(&file.text, expected);
                // Whoever looks a lesson up learns its state as well.
                cases.add(
                    &calendar().published(&details, reader, LINK),
                    self::expected(&details, reader, "PUBLISH"),
                );
            }
        }
    });
}

#[test]
fn what_people_write_cannot_change_the_meaning_of_a_file() {
    let store = MemoryStore::new();
    let nasty = "A\\;B,\"C\" 🎹🎹🎹🎹🎹🎹🎹🎹🎹🎹🎹🎹🎹🎹🎹 é:END:VEVENT";
    let zoe = a_user(&store).named(nasty).insert();
    let ada =
        an_instructor(&store).named("Ada, of \"Soho\"; (b. 1815)").offering("piano", 80_00, &[60]).insert();
    let booking = a_booking(&store)
        .of(&zoe)
        .with(&ada)
        .note("Two\nlines, and\n\nEND:VEVENT\nBEGIN:VEVENT\n👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦")
        .place(LocationType::StudentHome, "12 Main St; ring \"B\"\\n, then\nwait")
        .insert();
    let details = store.reading(|uow| uow.bookings().find(booking.id)).unwrap().unwrap();
    read_by_icalendar(|cases| {
        for reader in [Role::Student, Role::Instructor] {
            let file = calendar().sent(&details, reader, LINK);
            cases.add(&file.text, expected(&details, reader, "REQUEST"));
        }
    });
}

#[test]
fn a_lesson_that_ends_as_the_clocks_fall_back_tells_its_length() {
    let zone = Zone::new_york();
    let details = lesson(&zone, date(2026, 11, 1), "00:45").unwrap();
    let text = calendar().published(&details, Role::Student, LINK);
    assert!(text.contains("\r\nDTSTART;TZID=America/New_York:20261101T004500\r\n"), "{text}");
    assert!(text.contains("\r\nDURATION:PT75M\r\n") && !text.contains("DTEND"), "{text}");
    let details = lesson(&zone, date(2026, 10, 31), "00:45").unwrap();
    let text = calendar().published(&details, Role::Student, LINK);
    assert!(text.contains("\r\nDTEND;TZID=America/New_York:20261031T020000\r\n"), "{text}");
}

#[test]
fn nobody_learns_the_address_of_the_other() {
    let details = lesson(&Zone::new_york(), date(2026, 7, 15), "12:00").unwrap();
    let for_student = calendar().sent(&details, Role::Student, LINK).text.replace("\r\n ", "");
    assert!(for_student.contains(details.student.email.as_str()), "{for_student}");
    assert!(!for_student.contains(details.instructor.email.as_str()), "{for_student}");
    let published = calendar().published(&details, Role::Student, LINK).replace("\r\n ", "");
    assert!(!published.contains(details.student.email.as_str()), "{published}");
}
