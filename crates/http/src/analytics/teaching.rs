//! The figures of one instructor as clients see them.

use instainstru_domain::analytics::{ServiceShare, TeachingTotals, TeachingWeek, Trade, weekday_name};
use instainstru_service::analytics::TeachingAnalytics;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{DateText, Money};

/// The figures of one instructor.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeachingAnalyticsResponse {
    /// Zone in which dates and hours are meant.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// Today in that zone.
    today: DateText,
    /// First date: a Monday.
    start_date: DateText,
    /// Last date: the Sunday of the current week.
    end_date: DateText,
    /// All weeks together.
    totals: TeachingTotalsItem,
    /// Every week, in order.
    by_week: Vec<TeachingWeekItem>,
    /// How many lessons that nobody called off take place in each hour, Monday first.
    busiest_hours: Vec<BusyDayItem>,
    /// The services that were booked, most bookings first.
    services: Vec<TaughtServiceItem>,
}

/// Bookings and what they earned.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EarningsItem {
    /// Bookings in any state.
    bookings: u32,
    /// Those that took place.
    completed: u32,
    /// Those that were called off.
    cancelled: u32,
    /// Those the student missed.
    no_show: u32,
    /// Price of those that took place.
    earnings: Money,
}

/// All weeks together.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeachingTotalsItem {
    #[serde(flatten)]
    lessons: EarningsItem,
    /// Mean price of a lesson that took place.
    average_price: Option<Money>,
    /// Share of the bookings completed, missed or called off that took place, 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.9)]
    completion_rate: Option<f64>,
    /// Share of the same bookings that were called off, 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.05)]
    cancellation_rate: Option<f64>,
    /// Hours published as free time, blocked days excepted.
    #[schema(minimum = 0, example = 120.0)]
    hours_offered: f64,
    /// Hours of lessons that nobody called off.
    #[schema(minimum = 0, example = 47.5)]
    hours_booked: f64,
    /// Booked hours for each offered one; above 1 when free time was taken back after it was booked.
    #[schema(minimum = 0, example = 0.4)]
    utilisation: Option<f64>,
    /// Students with a lesson that nobody called off.
    students: u32,
    /// Those of them who have had another such lesson, in these weeks or before.
    repeat_students: u32,
    /// Share of the students who come again, 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.6)]
    repeat_rate: Option<f64>,
}

/// One week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeachingWeekItem {
    /// Its Monday.
    week_start: DateText,
    #[serde(flatten)]
    lessons: EarningsItem,
    /// Hours published as free time, blocked days excepted.
    #[schema(minimum = 0, example = 10.0)]
    hours_offered: f64,
    /// Hours of lessons that nobody called off.
    #[schema(minimum = 0, example = 4.25)]
    hours_booked: f64,
    /// Booked hours for each offered one; above 1 when free time was taken back after it was booked.
    #[schema(minimum = 0, example = 0.425)]
    utilisation: Option<f64>,
}

/// The hours of one weekday.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BusyDayItem {
    /// Which day.
    #[schema(example = "Monday")]
    weekday: &'static str,
    /// Lessons in each hour of the day: the first number is midnight to one o'clock.
    #[schema(min_items = 24, max_items = 24)]
    lessons_by_hour: Vec<u32>,
}

/// What was booked of one service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaughtServiceItem {
    /// Its name when it was booked.
    #[schema(example = "Piano")]
    name: String,
    #[serde(flatten)]
    lessons: EarningsItem,
}

impl From<&TeachingAnalytics> for TeachingAnalyticsResponse {
    fn from(analytics: &TeachingAnalytics) -> Self {
        let figures = &analytics.figures;
        let busy = |(day, hours): (_, [u32; 24])| BusyDayItem {
            weekday: weekday_name(day),
            lessons_by_hour: hours.to_vec(),
        };
        Self {
            timezone: analytics.zone.name().to_owned(),
            today: analytics.today.into(),
            start_date: figures.dates.first().into(),
            end_date: figures.dates.last().into(),
            totals: (&figures.totals).into(),
            by_week: figures.weeks.iter().map(Into::into).collect(),
            busiest_hours: figures.busiest_hours.iter().map(busy).collect(),
            services: figures.services.iter().map(Into::into).collect(),
        }
    }
}

impl From<Trade> for EarningsItem {
    fn from(trade: Trade) -> Self {
        Self {
            bookings: trade.bookings,
            completed: trade.completed,
            cancelled: trade.cancelled,
            no_show: trade.no_show,
            earnings: trade.revenue.into(),
        }
    }
}

impl From<&TeachingTotals> for TeachingTotalsItem {
    fn from(totals: &TeachingTotals) -> Self {
        Self {
            lessons: totals.trade.into(),
            average_price: totals.trade.mean_price().map(Into::into),
            completion_rate: totals.trade.completion_rate(),
            cancellation_rate: totals.trade.cancellation_rate(),
            hours_offered: hours(totals.offered_minutes),
            hours_booked: hours(totals.booked_minutes),
            utilisation: totals.utilisation(),
            students: totals.students,
            repeat_students: totals.repeat_students,
            repeat_rate: totals.repeat_rate(),
        }
    }
}

impl From<&TeachingWeek> for TeachingWeekItem {
    fn from(week: &TeachingWeek) -> Self {
        Self {
            week_start: week.week.monday().into(),
            lessons: week.trade.into(),
            hours_offered: hours(week.offered_minutes),
            hours_booked: hours(week.booked_minutes),
            utilisation: week.utilisation(),
        }
    }
}

impl From<&ServiceShare> for TaughtServiceItem {
    fn from(share: &ServiceShare) -> Self {
        Self { name: share.name.clone(), lessons: share.trade.into() }
    }
}

/// Minutes on the quarter-hour grid as hours, which are exact.
fn hours(minutes: u32) -> f64 {
    f64::from(minutes) / 60.0
}
