//! The figures of each service as clients see them.

use std::collections::BTreeMap;

use instainstru_core::length::LessonLength;
use instainstru_domain::analytics::{PriceFigures, ServiceRecord, weekday_name};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{InstantText, Money};

/// The figures of one service, as the last run stored them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceAnalyticsResponse {
    /// Id of the service.
    id: i32,
    /// Its name.
    #[schema(example = "Piano")]
    name: String,
    /// Unique short name.
    #[schema(example = "piano")]
    slug: String,
    /// Name of its category.
    #[schema(example = "Music")]
    category: String,
    /// How sought-after it is, 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    demand_score: f64,
    /// Whether it is looked for more than before.
    is_trending: bool,
    /// Searches that found it in the last 7 days.
    search_count_7d: u32,
    /// Searches that found it in the last 30 days.
    search_count_30d: u32,
    /// Bookings of the last 7 days that nobody called off.
    booking_count_7d: u32,
    /// Bookings of the last 30 days that nobody called off.
    booking_count_30d: u32,
    /// Mean price of a completed lesson.
    avg_price_booked: Option<Money>,
    /// Price below which a quarter of the completed lessons lie.
    price_percentile_25: Option<Money>,
    /// Price below which half of the completed lessons lie.
    price_percentile_50: Option<Money>,
    /// Price below which three quarters of the completed lessons lie.
    price_percentile_75: Option<Money>,
    /// Length in minutes that most completed lessons had.
    #[schema(example = 60)]
    most_booked_duration: Option<u16>,
    /// Completed lessons by length in minutes.
    #[schema(example = json!({"30": 4, "60": 11}))]
    duration_distribution: BTreeMap<u16, u32>,
    /// Share of all bookings that were completed, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    completion_rate: Option<f64>,
    /// Bookings by the hour in which they begin, 0 to 23.
    #[schema(example = json!({"9": 3, "17": 12}))]
    peak_hours: BTreeMap<u8, u32>,
    /// Bookings by weekday.
    #[schema(example = json!({"Monday": 5, "Saturday": 9}))]
    peak_days: BTreeMap<&'static str, u32>,
    /// Number of bookable instructors who offer it.
    active_instructors: u32,
    /// Hours a week that these instructors are taken to have: 20 each.
    #[schema(minimum = 0, example = 60.0)]
    total_weekly_hours: f64,
    /// Hours a week for each booking a week; absent without either.
    supply_demand_ratio: Option<f64>,
    /// When the figures were calculated.
    last_calculated: InstantText,
}

impl From<&ServiceRecord> for ServiceAnalyticsResponse {
    fn from(record: &ServiceRecord) -> Self {
        let (figures, demand) = (&record.figures, record.demand());
        let money = |of: fn(PriceFigures) -> _| figures.prices.map(|prices| Money::from(of(prices)));
        let weekdays = figures.weekdays.iter().filter(|(_day, count)| *count > 0);
        Self {
            id: figures.service.get(),
            name: record.name.clone(),
            slug: record.slug.clone(),
            category: record.category.clone(),
            demand_score: demand.score(),
            is_trending: demand.is_trending(),
            search_count_7d: figures.searches_7d,
            search_count_30d: figures.searches_30d,
            booking_count_7d: figures.bookings_7d,
            booking_count_30d: figures.bookings_30d,
            avg_price_booked: money(|prices| prices.mean),
            price_percentile_25: money(|prices| prices.quarter),
            price_percentile_50: money(|prices| prices.median),
            price_percentile_75: money(|prices| prices.three_quarters),
            most_booked_duration: figures.most_booked_length.map(LessonLength::minutes),
            duration_distribution: figures
                .lengths
                .iter()
                .map(|(length, count)| (length.minutes(), *count))
                .collect(),
            completion_rate: figures.completion_rate,
            peak_hours: figures.hours.clone(),
            peak_days: weekdays.map(|(day, count)| (weekday_name(day), count)).collect(),
            active_instructors: figures.active_instructors,
            total_weekly_hours: figures.weekly_hours,
            supply_demand_ratio: figures.supply_demand_ratio,
            last_calculated: record.calculated_at.into(),
        }
    }
}
