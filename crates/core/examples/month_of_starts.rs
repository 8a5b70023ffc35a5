//! Prints how long one instructor-month of offered starts takes, in microseconds: `cargo run --release --example month_of_starts`.
#![expect(clippy::print_stdout, reason = "an example prints its result")]

use std::{hint::black_box, time::Instant};

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::TimeRange,
    length::{Buffer, LessonLength},
    offer::{Agenda, DayPlan},
    zone::DayClock,
};
use jiff::{civil::date, tz::TimeZone};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const ROUNDS: u32 = 20_000;
    let zone = TimeZone::get("America/New_York")?;
    let month = DateRange::of_days(date(2026, 7, 1), 30);
    let lunch: TimeRange = "12:00-13:00".parse()?;
    let claims: Vec<_> =
        month.iter().take(20).filter_map(|day| DayClock::new(day, &zone).instants(lunch)).collect();
    let agenda = Agenda {
        zone: &zone,
        earliest_start: "2026-07-01T12:00:00Z".parse()?,
        buffer: Buffer::from_minutes(15)?,
        instructor_claims: &claims,
        student_claims: &[],
    };
    let began = Instant::now();
    for _ in 0..ROUNDS {
        for day in month.iter() {
            let available = BlockSet::between(36, 48) | BlockSet::between(52, 80);
            let plan = DayPlan { date: day, available, blackout: false };
            black_box(agenda.offered_starts(black_box(&plan), LessonLength::HOUR));
        }
    }
    println!("{:.2}", began.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS));
    Ok(())
}
