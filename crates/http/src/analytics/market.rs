//! The figures of the whole marketplace as clients see them.

use instainstru_domain::analytics::{MarketDay, MarketWeek, ServiceSales, Trade};
use instainstru_service::analytics::MarketAnalytics;
use serde::Serialize;
use utoipa::ToSchema;

use super::report::StatusResponse;
use crate::wire::{DateText, Money};

/// The figures of the whole marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarketAnalyticsResponse {
    /// First date.
    start_date: DateText,
    /// Last date: today in New York.
    end_date: DateText,
    /// All dates together.
    totals: MarketTotalsItem,
    /// Every date, in order.
    by_day: Vec<MarketDayItem>,
    /// The same by week; the first and the last week may be parts.
    by_week: Vec<MarketWeekItem>,
    /// Who took part.
    people: PeopleItem,
    /// Lessons that were called off.
    cancellations: CancellationsItem,
    /// The services with the most bookings, at most 10.
    top_services: Vec<SoldServiceItem>,
    #[serde(flatten)]
    status: StatusResponse,
}

/// Bookings and what they cost.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RevenueItem {
    /// Bookings in any state.
    bookings: u32,
    /// Those that took place.
    completed: u32,
    /// Those that were called off.
    cancelled: u32,
    /// Those the student missed.
    no_show: u32,
    /// Price of those that took place.
    revenue: Money,
}

/// All dates together.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarketTotalsItem {
    #[serde(flatten)]
    lessons: RevenueItem,
    /// Mean price of a lesson that took place.
    average_price: Option<Money>,
    /// Share of the bookings completed, missed or called off that took place, 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.9)]
    completion_rate: Option<f64>,
}

/// One date.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarketDayItem {
    /// Which date.
    date: DateText,
    #[serde(flatten)]
    lessons: RevenueItem,
}

/// One week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarketWeekItem {
    /// Its Monday.
    week_start: DateText,
    #[serde(flatten)]
    lessons: RevenueItem,
}

/// Who took part.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PeopleItem {
    /// Instructors with a lesson that nobody called off.
    active_instructors: u32,
    /// Students with such a lesson.
    active_students: u32,
    /// Instructors whom students can book now.
    bookable_instructors: u64,
}

/// Lessons that were called off.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CancellationsItem {
    /// All of them.
    total: u32,
    /// By their student.
    by_student: u32,
    /// By their instructor.
    by_instructor: u32,
    /// Share of the bookings completed, missed or called off, 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.05)]
    rate: Option<f64>,
}

/// What was booked of one service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SoldServiceItem {
    /// Id of the service.
    id: i32,
    /// Its name.
    #[schema(example = "Piano")]
    name: String,
    #[serde(flatten)]
    lessons: RevenueItem,
}

impl From<&MarketAnalytics> for MarketAnalyticsResponse {
    fn from(market: &MarketAnalytics) -> Self {
        let figures = &market.figures;
        let total = figures.total;
        Self {
            start_date: figures.dates.first().into(),
            end_date: market.today.into(),
            totals: MarketTotalsItem {
                lessons: total.into(),
                average_price: total.mean_price().map(Into::into),
                completion_rate: total.completion_rate(),
            },
            by_day: figures.days.iter().map(Into::into).collect(),
            by_week: figures.weeks.iter().map(Into::into).collect(),
            people: PeopleItem {
                active_instructors: figures.people.active_instructors,
                active_students: figures.people.active_students,
                bookable_instructors: market.bookable_instructors,
            },
            cancellations: CancellationsItem {
                total: total.cancelled,
                by_student: figures.people.cancelled_by_student,
                by_instructor: figures.people.cancelled_by_instructor,
                rate: total.cancellation_rate(),
            },
            top_services: figures.top_services.iter().map(Into::into).collect(),
            status: (&market.status).into(),
        }
    }
}

impl From<Trade> for RevenueItem {
    fn from(trade: Trade) -> Self {
        Self {
            bookings: trade.bookings,
            completed: trade.completed,
            cancelled: trade.cancelled,
            no_show: trade.no_show,
            revenue: trade.revenue.into(),
        }
    }
}

impl From<&MarketDay> for MarketDayItem {
    fn from(day: &MarketDay) -> Self {
        Self { date: day.date.into(), lessons: day.trade.into() }
    }
}

impl From<&MarketWeek> for MarketWeekItem {
    fn from(week: &MarketWeek) -> Self {
        Self { week_start: week.week.monday().into(), lessons: week.trade.into() }
    }
}

impl From<&ServiceSales> for SoldServiceItem {
    fn from(sales: &ServiceSales) -> Self {
        Self { id: sales.service.get(), name: sales.name.clone(), lessons: sales.trade.into() }
    }
}
