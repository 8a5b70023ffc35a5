//! What deciding costs: nothing is allocated, whatever the day.

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::TimeRange,
    length::{Buffer, LessonLength},
    offer::{Agenda, DayPlan},
    zone::{DayClock, UtcRange},
};
use jiff::{civil::date, tz::TimeZone};

#[test]
fn a_month_of_offered_starts_allocates_nothing() {
    let zone = TimeZone::get("America/New_York").unwrap();
    let month = DateRange::of_days(date(2026, 10, 15), 30); // includes the end of summer time
    let lunch: TimeRange = "12:00-13:00".parse().unwrap();
    let claims: Vec<UtcRange> =
        month.iter().take(20).filter_map(|day| DayClock::new(day, &zone).instants(lunch)).collect();
    assert_eq!(claims.len(), 20);
    let agenda = Agenda {
        zone: &zone,
        earliest_start: "2026-10-15T12:00:00Z".parse().unwrap(),
        buffer: Buffer::from_minutes(15).unwrap(),
        instructor_claims: &claims,
        student_claims: &[],
    };
    let mut found = 0;
    let allocations = allocation_counter::measure(|| {
        for day in month.iter() {
            let plan = DayPlan { date: day, available: BlockSet::between(36, 80), blackout: false };
            found += agenda.offered_starts(&plan, LessonLength::HOUR).len();
        }
    });
    assert!(found > 800, "only {found} starts");
    assert_eq!(allocations.count_total, 0);
}
