//! The figures of one instructor.
#![expect(clippy::unwrap_used, reason = "tests may panic: that is how they report")]

use std::collections::BTreeSet;

use instainstru_core::{booking::BookingStatus, dates::DateRange, money::Cents};
use instainstru_domain::{
    analytics::{LessonFact, TeachingFacts, TeachingFigures, TeachingSpan, Trade, WeekCount, weekday_name},
    availability::{Blackout, Window},
    ids::{BlackoutId, UserId, WindowId},
};
use jiff::civil::{Date, date};

use BookingStatus::{Cancelled, Completed, Confirmed, NoShow, Pending};

/// A Wednesday.
const TODAY: Date = date(2026, 7, 15);

fn user(id: i64) -> UserId {
    UserId::new(id).unwrap()
}

fn lesson(day: Date, range: &str, status: BookingStatus, cents: i64, student: i64) -> LessonFact {
    LessonFact {
        date: day,
        range: range.parse().unwrap(),
        status,
        price: Cents::new(cents).unwrap(),
        student: user(student),
        service_name: "Piano".into(),
    }
}

fn window(day: Date, range: &str) -> Window {
    Window { id: WindowId::new(1).unwrap(), instructor_id: user(1), date: day, range: range.parse().unwrap() }
}

fn blackout(day: Date) -> Blackout {
    Blackout {
        id: BlackoutId::new(1).unwrap(),
        instructor_id: user(1),
        date: day,
        reason: None,
        created_at: "2026-07-01T12:00:00Z".parse().unwrap(),
    }
}

fn figures(weeks: i64, facts: &TeachingFacts) -> TeachingFigures {
    TeachingFigures::of(TeachingSpan::new(TODAY, WeekCount::new(weeks).unwrap()), facts)
}

fn lessons(lessons: Vec<LessonFact>) -> TeachingFacts {
    TeachingFacts { lessons, ..TeachingFacts::default() }
}

#[test]
fn a_span_is_whole_weeks_up_to_that_of_today() {
    for (today, weeks, first, last) in [
        (TODAY, 1, date(2026, 7, 13), date(2026, 7, 19)),
        (TODAY, 2, date(2026, 7, 6), date(2026, 7, 19)),
        (date(2026, 7, 13), 1, date(2026, 7, 13), date(2026, 7, 19)),
        (date(2026, 7, 19), 1, date(2026, 7, 13), date(2026, 7, 19)),
        (date(2026, 1, 1), 52, date(2025, 1, 6), date(2026, 1, 4)),
    ] {
        let span = TeachingSpan::new(today, WeekCount::new(weeks).unwrap());
        assert_eq!(span.dates(), DateRange::new(first, last).unwrap(), "{weeks} weeks to {today}");
    }
    for weeks in [0, 53, -1, 1 << 33] {
        assert!(WeekCount::new(weeks).is_err(), "{weeks}");
    }
}

#[test]
fn every_week_is_shown_also_an_empty_one() {
    let nothing = figures(12, &TeachingFacts::default());
    assert_eq!(nothing.weeks.len(), 12);
    assert!(nothing.weeks.is_sorted_by(|a, b| a.week < b.week));
    assert_eq!(nothing.weeks[11].week.monday(), date(2026, 7, 13));
    assert_eq!(nothing.totals, Default::default());
    assert_eq!((nothing.totals.utilisation(), nothing.totals.repeat_rate()), (None, None));
}

#[test]
fn only_completed_lessons_earn_and_only_cancelled_ones_take_no_time() {
    let day = date(2026, 7, 14);
    let facts = lessons(vec![
        lesson(day, "09:00-10:00", Completed, 75_00, 1),
        lesson(day, "10:00-11:30", Completed, 11_250, 2),
        lesson(day, "12:00-13:00", Cancelled, 75_00, 3),
        lesson(day, "13:00-14:00", NoShow, 75_00, 4),
        lesson(day, "14:00-15:00", Confirmed, 75_00, 5),
        lesson(day, "15:00-15:30", Pending, 37_50, 6),
    ]);
    let found = figures(1, &facts);
    let expected =
        Trade { bookings: 6, completed: 2, cancelled: 1, no_show: 1, revenue: Cents::new(18_750).unwrap() };
    assert_eq!(found.weeks[0].trade, expected);
    assert_eq!(found.totals.trade, expected);
    assert_eq!(found.totals.booked_minutes, 60 + 90 + 60 + 60 + 30);
    assert_eq!((found.totals.students, found.totals.repeat_students), (5, 0));
    assert_eq!(expected.mean_price().unwrap().get(), 93_75);
}

#[test]
fn lessons_count_in_the_week_of_their_date_and_others_not_at_all() {
    let found = figures(
        2,
        &lessons(vec![
            lesson(date(2026, 7, 5), "09:00-10:00", Completed, 1, 1),
            lesson(date(2026, 7, 6), "09:00-10:00", Completed, 10, 1),
            lesson(date(2026, 7, 12), "09:00-10:00", Completed, 100, 1),
            lesson(date(2026, 7, 13), "09:00-10:00", Completed, 1000, 1),
            lesson(date(2026, 7, 19), "09:00-10:00", Confirmed, 10_000, 1),
            lesson(date(2026, 7, 20), "09:00-10:00", Confirmed, 100_000, 1),
        ]),
    );
    let earned: Vec<i64> = found.weeks.iter().map(|week| week.trade.revenue.get()).collect();
    assert_eq!(earned, [110, 1000]);
    assert_eq!(found.totals.trade.bookings, 4);
}

#[test]
fn offered_hours_are_published_ones_on_days_that_are_not_blocked() {
    let (monday, tuesday) = (date(2026, 7, 13), date(2026, 7, 14));
    let facts = TeachingFacts {
        lessons: vec![lesson(monday, "09:00-12:00", Confirmed, 1, 1)],
        windows: vec![
            window(monday, "09:00-11:00"),
            // Overlapping windows, as old data may have them, count once.
            window(monday, "10:00-13:00"),
            window(tuesday, "09:00-24:00"),
            window(date(2026, 7, 6), "09:00-10:00"),
            window(date(2026, 7, 20), "09:00-10:00"),
        ],
        blackouts: vec![blackout(tuesday)],
        earlier_students: BTreeSet::new(),
    };
    let found = figures(2, &facts);
    let offered: Vec<u32> = found.weeks.iter().map(|week| week.offered_minutes).collect();
    assert_eq!(offered, [60, 240]);
    assert_eq!(found.weeks[0].utilisation(), Some(0.0));
    assert_eq!(found.weeks[1].utilisation(), Some(0.75));
    assert_eq!(found.totals.utilisation(), Some(0.6));
}

#[test]
fn time_taken_back_after_it_was_booked_is_booked_all_the_same() {
    let facts = TeachingFacts {
        windows: vec![window(TODAY, "09:00-10:00")],
        ..lessons(vec![lesson(TODAY, "09:00-11:00", Confirmed, 1, 1)])
    };
    assert_eq!(figures(1, &facts).totals.utilisation(), Some(2.0));
}

#[test]
fn a_student_repeats_with_a_second_lesson_now_or_a_first_one_before() {
    let facts = TeachingFacts {
        earlier_students: [user(2), user(9)].into(),
        ..lessons(vec![
            lesson(TODAY, "09:00-10:00", Completed, 1, 1),
            lesson(TODAY, "10:00-11:00", Completed, 1, 1),
            lesson(TODAY, "11:00-12:00", Confirmed, 1, 2),
            lesson(TODAY, "12:00-13:00", Completed, 1, 3),
            lesson(TODAY, "13:00-14:00", Cancelled, 1, 3),
            lesson(TODAY, "14:00-15:00", Cancelled, 1, 9),
        ])
    };
    let totals = figures(1, &facts).totals;
    assert_eq!((totals.students, totals.repeat_students), (3, 2));
}

#[test]
fn the_busiest_hours_are_those_in_which_lessons_take_place() {
    let found = figures(
        2,
        &lessons(vec![
            lesson(date(2026, 7, 8), "17:00-18:30", Completed, 1, 1),
            lesson(TODAY, "17:30-18:00", Confirmed, 1, 2),
            lesson(TODAY, "20:00-21:00", Cancelled, 1, 2),
        ]),
    );
    let busy: Vec<(&str, usize, u32)> = found
        .busiest_hours
        .iter()
        .flat_map(|(day, hours)| {
            let busy = |(hour, count): (usize, u32)| (count > 0).then(|| (weekday_name(day), hour, count));
            hours.into_iter().enumerate().filter_map(busy).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(busy, [("Wednesday", 17, 2), ("Wednesday", 18, 1)]);
}

#[test]
fn services_are_listed_by_bookings_then_by_name() {
    let named = |name: &str, status| LessonFact {
        service_name: name.into(),
        ..lesson(TODAY, "09:00-10:00", status, 50_00, 1)
    };
    let found = figures(
        1,
        &lessons(vec![
            named("Yoga", Completed),
            named("Piano", Completed),
            named("Piano", Cancelled),
            named("Guitar", Confirmed),
        ]),
    );
    let shown: Vec<(&str, u32, i64)> = found
        .services
        .iter()
        .map(|share| (share.name.as_str(), share.trade.bookings, share.trade.revenue.get()))
        .collect();
    assert_eq!(shown, [("Piano", 2, 50_00), ("Guitar", 1, 0), ("Yoga", 1, 50_00)]);
}
