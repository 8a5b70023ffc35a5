//! Zones and days on which clocks change.

use instainstru_service::bookings::{BookingUseCases, TimeCheck};

use crate::world::{DAY, Setup, World, lesson, outcome, question};

/// Instants of an hour-long or other lesson in `zone`, or the error.
fn instants(zone: &'static str, day: &str, start: &str, length: i64) -> String {
    let world = World::at("2026-01-05T12:00:00Z");
    let teacher = world.teacher_with("Ada", Setup { zone, buffer_minutes: 15, ..Setup::default() });
    world.publish(&teacher, day, &["00:00-24:00"]);
    let student = world.student("Sam");
    match world.bookings.create(&student, &lesson(&teacher, day, start, length)) {
        Err(error) => crate::world::kind(&error),
        Ok(made) => {
            let time = made.booking.time;
            assert_eq!((time.zone.name(), time.date.to_string().as_str()), (zone, day));
            assert_eq!(world.store.claims_of(student.id), [time.instants]);
            let claim = world.store.claims_of(teacher.user.id)[0];
            assert_eq!(claim, time.instants.extended(jiff::SignedDuration::from_mins(15)));
            format!("{}/{}", time.instants.start(), time.instants.end())
        }
    }
}

#[test]
fn an_hour_that_spring_skips_cannot_be_booked() {
    let spring = |start, length| instants("America/New_York", "2026-03-08", start, length);
    for skipped in ["02:00", "02:15", "02:30", "02:45"] {
        assert_eq!(spring(skipped, 60), "Refused ClockChange", "{skipped}");
    }
    assert_eq!(spring("01:30", 60), "Refused ClockChange", "it would jump over the gap");
    assert_eq!(spring("01:00", 60), "2026-03-08T06:00:00Z/2026-03-08T07:00:00Z");
    assert_eq!(spring("03:00", 60), "2026-03-08T07:00:00Z/2026-03-08T08:00:00Z");
}

#[test]
fn a_repeated_hour_means_its_first_occurrence() {
    let autumn = |start, length| instants("America/New_York", "2026-11-01", start, length);
    assert_eq!(autumn("01:00", 60), "2026-11-01T05:00:00Z/2026-11-01T06:00:00Z");
    assert_eq!(autumn("00:30", 60), "2026-11-01T04:30:00Z/2026-11-01T05:30:00Z");
    assert_eq!(autumn("02:00", 60), "2026-11-01T07:00:00Z/2026-11-01T08:00:00Z");
    assert_eq!(autumn("01:30", 60), "Refused ClockChange", "it would last two hours");
}

#[test]
fn zones_with_odd_offsets_keep_their_wall_clock() {
    assert_eq!(
        instants("Asia/Kathmandu", "2026-07-15", "10:00", 60),
        "2026-07-15T04:15:00Z/2026-07-15T05:15:00Z"
    );
    assert_eq!(
        instants("Pacific/Kiritimati", "2026-07-15", "00:00", 30),
        "2026-07-14T10:00:00Z/2026-07-14T10:30:00Z"
    );
    // Lord Howe Island moves its clocks by half an hour: back from 02:00 to 01:30 in April, forward in October.
    let lord_howe = |day, start, length| instants("Australia/Lord_Howe", day, start, length);
    assert_eq!(lord_howe("2026-04-05", "01:30", 30), "2026-04-04T14:30:00Z/2026-04-04T15:00:00Z");
    assert_eq!(lord_howe("2026-04-05", "02:00", 60), "2026-04-04T15:30:00Z/2026-04-04T16:30:00Z");
    assert_eq!(lord_howe("2026-04-05", "01:30", 60), "Refused ClockChange");
    assert_eq!(lord_howe("2026-10-04", "02:00", 30), "Refused ClockChange");
    assert_eq!(lord_howe("2026-10-04", "02:30", 30), "2026-10-03T15:30:00Z/2026-10-03T16:00:00Z");
}

#[test]
fn lessons_on_both_sides_of_a_clock_change_do_not_clash() {
    let world = World::at("2026-01-05T12:00:00Z");
    let teacher = world.teacher("Ada");
    let student = world.student("Sam");
    for day in ["2026-03-08", "2026-11-01"] {
        world.publish(&teacher, day, &["00:00-24:00"]);
        world.book(&student, &teacher, day, "01:00");
    }
    world.book(&student, &teacher, "2026-03-08", "03:00");
    world.book(&student, &teacher, "2026-11-01", "02:00");
}

#[test]
fn today_is_that_of_the_instructor() {
    // 20:00Z on the 14th: still the 14th in New York, already the 15th in Kathmandu.
    let now = "2026-07-14T20:00:00Z";
    for (zone, on_the_14th) in
        [("America/New_York", "ok"), ("Asia/Kathmandu", "PastDate"), ("Pacific/Pago_Pago", "ok")]
    {
        let world = World::at(now);
        let (teacher, student) =
            (world.teacher_with("Ada", Setup { zone, ..Setup::default() }), world.student("Sam"));
        world.publish(&teacher, "2026-07-14", &["22:00-24:00"]);
        let asked = world.bookings.check(&student, &question(&teacher, "2026-07-14", "22:00-23:00"));
        let booked = world.bookings.create(&student, &lesson(&teacher, "2026-07-14", "22:00", 60));
        assert_eq!(outcome(&booked), on_the_14th, "{zone}");
        assert_eq!(outcome(&asked), on_the_14th, "{zone}");
    }
}

#[test]
fn without_an_instructor_today_is_that_of_new_york() {
    let world = World::at("2026-07-15T03:00:00Z"); // 23:00 on the 14th
    let student = world.student("Sam");
    let nobody = crate::world::Teacher {
        user: student.clone(),
        service: instainstru_domain::ids::InstructorServiceId::new(1).unwrap(),
    };
    let create = |day| outcome(&world.bookings.create(&student, &lesson(&nobody, day, "10:00", 60)));
    assert_eq!(
        (create("2026-07-13").as_str(), create("2026-07-14").as_str()),
        ("PastDate", "ServiceNotFound")
    );
    let check = |day| outcome(&world.bookings.check(&student, &question(&nobody, day, "10:00-11:00")));
    assert_eq!(
        (check("2026-07-13").as_str(), check("2026-07-14").as_str()),
        ("PastDate", "InstructorNotFound")
    );
}

#[test]
fn a_student_is_busy_at_the_same_instant_whatever_the_clock_says() {
    let world = World::at("2026-07-10T12:00:00Z");
    let student = world.student("Sam");
    let here = world.teacher("Ada");
    let there = world.teacher_with("Bob", Setup { zone: "Asia/Kathmandu", ..Setup::default() });
    world.publish(&here, DAY, &["00:00-24:00"]);
    world.publish(&there, DAY, &["00:00-24:00"]);
    world.book(&student, &here, DAY, "10:00"); // 14:00Z, 19:45 in Kathmandu
    let clash = world.bookings.check(&student, &question(&there, DAY, "20:30-21:30")).unwrap();
    assert!(matches!(clash, TimeCheck::Refused { .. }));
    world.book(&student, &there, DAY, "20:45");
    world.book(&student, &there, DAY, "10:00");
}
