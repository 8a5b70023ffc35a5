//! Figures about what is looked for, booked and taught.
//!
//! Storage counts, this module calculates: every formula is a pure function of counts, so it can be read, tested and doubted
//! without a database.

mod figures;
mod market;
mod report;
mod run;
mod teaching;
mod weekdays;

pub use self::{
    figures::{DayTally, PriceFigures, ServiceFigures, ServiceTally},
    market::{MarketDay, MarketFigures, MarketPeople, MarketWeek, ServiceSales, Trade},
    report::{AnalyticsReport, ReportLine, ReportTotals, ServiceRecord},
    run::{AnalyticsRun, InvalidLookBack, LookBack, RunDates, RunOutcome},
    teaching::{
        InvalidWeekCount, LessonFact, ServiceShare, TeachingFacts, TeachingFigures, TeachingSpan,
        TeachingTotals, TeachingWeek, WeekCount,
    },
    weekdays::{ByWeekday, HourMap, weekday_name},
};

use instainstru_core::money::Cents;

/// The mean of amounts with this sum, to the cent; half a cent rounds up. `None` of nothing.
fn mean(sum: Cents, count: u32) -> Option<Cents> {
    let count = i64::from(count);
    (count > 0).then(|| cents((sum.get() * 2 + count) / (count * 2)))
}

/// The part of a whole, 0..=1; `None` of nothing.
fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// An amount that was calculated from amounts and is therefore not negative.
fn cents(amount: i64) -> Cents {
    Cents::new(amount).unwrap_or(Cents::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_rounded_to_the_cent_and_half_a_cent_up() {
        let of = |sum, count| mean(cents(sum), count).map(Cents::get);
        assert_eq!(
            (of(100, 3), of(200, 3), of(101, 2), of(0, 5), of(0, 0)),
            (Some(33), Some(67), Some(51), Some(0), None)
        );
    }
}
