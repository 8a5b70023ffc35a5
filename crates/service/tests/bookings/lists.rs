//! Reading bookings: one, many, the next ones, and figures.

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{account::User, ids::BookingId, page::Page, text::CancellationReason};
use instainstru_service::bookings::{BookingRules, BookingUseCases, ListBookings};

use crate::world::{NOW, Setup, Teacher, World, outcome};

/// A teacher and a student with lessons on 13th (07:00 past, 20:00), 14th, 15th at 9 and 12, and August 3rd.
fn busy() -> (World, Teacher, User) {
    let world = World::with_rules("2026-07-13T10:00:00Z", BookingRules { allow_early_complete: true });
    let (teacher, student) = (world.teacher("Ada"), world.student("Sam"));
    for (day, starts) in [
        ("2026-07-15", &["12:00", "09:00"][..]),
        ("2026-08-03", &["10:00"]),
        ("2026-07-13", &["07:00", "20:00"]),
        ("2026-07-14", &["10:00"]),
    ] {
        world.publish(&teacher, day, &["00:00-24:00"]);
        for start in starts {
            world.book(&student, &teacher, day, start);
        }
    }
    world.clock.set(NOW);
    (world, teacher, student)
}

fn starts(bookings: &[instainstru_domain::booking::BookingDetails]) -> Vec<String> {
    bookings.iter().map(|b| format!("{} {}", b.booking.time.date, b.booking.time.range.start())).collect()
}

fn id_at(world: &World, student: &User, start: &str) -> BookingId {
    let all = world.bookings.list(student, ListBookings::default(), Page::first(100)).unwrap().items;
    all.iter().find(|b| starts(std::slice::from_ref(b)) == [start]).unwrap().booking.id
}

const LATEST_FIRST: [&str; 6] = [
    "2026-08-03 10:00",
    "2026-07-15 12:00",
    "2026-07-15 09:00",
    "2026-07-14 10:00",
    "2026-07-13 20:00",
    "2026-07-13 07:00",
];

#[test]
fn both_parties_see_their_bookings_latest_first_page_by_page() {
    let (world, teacher, student) = busy();
    for actor in [&student, &teacher.user] {
        let all = world.bookings.list(actor, ListBookings::default(), Page::first(20)).unwrap();
        assert_eq!((starts(&all.items), all.total), (LATEST_FIRST.map(String::from).to_vec(), 6));
        let second = world.bookings.list(actor, ListBookings::default(), Page::numbered(2, 4)).unwrap();
        assert_eq!(
            (starts(&second.items), second.total),
            (LATEST_FIRST[4..].iter().map(ToString::to_string).collect(), 6)
        );
    }
    let stranger =
        world.bookings.list(&world.student("Rita"), ListBookings::default(), Page::first(20)).unwrap();
    assert_eq!((stranger.items.len(), stranger.total), (0, 0));
}

#[test]
fn a_list_can_be_narrowed_to_a_state_or_to_what_is_ahead() {
    let (world, teacher, student) = busy();
    let id = id_at(&world, &student, "2026-07-14 10:00");
    world.bookings.cancel(&student, id, &CancellationReason::new("x").unwrap()).unwrap();
    world.bookings.complete(&teacher.user, id_at(&world, &student, "2026-07-13 07:00")).unwrap();
    let list = |status, upcoming_only| {
        let found =
            world.bookings.list(&student, ListBookings { status, upcoming_only }, Page::first(20)).unwrap();
        assert_eq!(u64::try_from(found.items.len()).unwrap(), found.total);
        starts(&found.items)
    };
    assert_eq!(list(Some(BookingStatus::Cancelled), false), ["2026-07-14 10:00"]);
    assert_eq!(list(Some(BookingStatus::Completed), false), ["2026-07-13 07:00"]);
    let ahead = ["2026-08-03 10:00", "2026-07-15 12:00", "2026-07-15 09:00", "2026-07-13 20:00"];
    assert_eq!(list(None, true), ahead);
    assert_eq!(list(Some(BookingStatus::Confirmed), true), ahead);
    assert_eq!(list(Some(BookingStatus::Cancelled), true), Vec::<String>::new());
    assert_eq!(list(Some(BookingStatus::Pending), true), Vec::<String>::new());
}

#[test]
fn the_next_lessons_come_soonest_first_and_include_today() {
    let (world, teacher, student) = busy();
    for actor in [&student, &teacher.user] {
        assert_eq!(
            starts(&world.bookings.upcoming(actor, 3).unwrap()),
            ["2026-07-13 07:00", "2026-07-13 20:00", "2026-07-14 10:00"],
            "all of today, as the list does"
        );
        assert_eq!(world.bookings.upcoming(actor, 20).unwrap().len(), 6);
    }
    world.clock.set("2026-07-15T03:59:59Z");
    assert_eq!(starts(&world.bookings.upcoming(&student, 1).unwrap()), ["2026-07-14 10:00"]);
    world.clock.set("2026-07-15T04:00:00Z");
    assert_eq!(starts(&world.bookings.upcoming(&student, 1).unwrap()), ["2026-07-15 09:00"]);
}

#[test]
fn today_is_the_instructors_own_for_instructors_and_new_yorks_for_students() {
    let world = World::at("2026-07-10T00:00:00Z");
    let teacher = world.teacher_with("Ada", Setup { zone: "Asia/Kathmandu", ..Setup::default() });
    let student = world.student("Sam");
    world.publish(&teacher, "2026-07-14", &["10:00-11:00"]);
    world.book(&student, &teacher, "2026-07-14", "10:00");
    world.clock.set("2026-07-14T20:00:00Z"); // the 15th in Kathmandu, the 14th in New York
    assert_eq!(world.bookings.upcoming(&teacher.user, 5).unwrap().len(), 0);
    assert_eq!(world.bookings.upcoming(&student, 5).unwrap().len(), 1);
    assert_eq!(world.bookings.stats(&teacher.user).unwrap().upcoming, 0);
}

#[test]
fn figures_count_what_happened_and_what_is_strictly_ahead() {
    let (world, teacher, student) = busy();
    let id = |start| id_at(&world, &student, start);
    world.bookings.cancel(&student, id("2026-07-14 10:00"), &CancellationReason::new("x").unwrap()).unwrap();
    world.bookings.mark_no_show(&teacher.user, id("2026-07-15 09:00")).unwrap();
    world.bookings.complete(&teacher.user, id("2026-07-13 07:00")).unwrap();
    world.bookings.complete(&teacher.user, id("2026-08-03 10:00")).unwrap();
    let stats = world.bookings.stats(&teacher.user).unwrap();
    assert_eq!(
        (stats.total, stats.upcoming, stats.completed, stats.cancelled, stats.no_show),
        (6, 1, 2, 1, 1),
        "the lesson of tonight is not counted as upcoming"
    );
    assert_eq!(stats.earnings.get(), 20_000);
    let refused = world.bookings.stats(&student);
    assert_eq!(outcome(&refused), "NotInstructor");
}

#[test]
fn figures_of_an_instructor_without_bookings_are_zero() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    assert_eq!(
        world.bookings.stats(&teacher.user).unwrap(),
        instainstru_domain::booking::BookingStats::default()
    );
}

#[test]
fn only_the_parties_see_a_booking() {
    let (world, teacher, student) = busy();
    let id = id_at(&world, &student, "2026-07-14 10:00");
    assert_eq!(world.bookings.get(&student, id).unwrap(), world.stored(id));
    assert_eq!(world.bookings.get(&teacher.user, id).unwrap(), world.stored(id));
    assert_eq!(outcome(&world.bookings.get(&world.student("Rita"), id)), "NotFound");
    assert_eq!(outcome(&world.bookings.get(&world.teacher("Bob").user, id)), "NotFound");
    assert_eq!(outcome(&world.bookings.get(&student, BookingId::new(999).unwrap())), "NotFound");
}

#[test]
fn lists_take_the_same_number_of_statements_however_long_they_are() {
    let (world, teacher, student) = busy();
    let empty = world.student("Rita");
    let calls = |actor: &User| {
        world.spy.calls();
        world
            .bookings
            .list(actor, ListBookings { upcoming_only: true, status: None }, Page::first(50))
            .unwrap();
        let list = world.spy.calls();
        world.bookings.upcoming(actor, 50).unwrap();
        (list, world.spy.calls())
    };
    assert_eq!(calls(&empty), (1, 1));
    assert_eq!(calls(&student), (1, 1));
    assert_eq!(calls(&teacher.user), (2, 2), "the zone of the profile, then the list");
}
