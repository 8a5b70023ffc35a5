//! Figures as they are stored.

use std::{collections::BTreeMap, fmt::Display};

use diesel::prelude::*;
use instainstru_core::{length::LessonLength, money::Cents};
use instainstru_domain::{
    analytics::{ByWeekday, PriceFigures, ServiceFigures, ServiceRecord, weekday_name},
    ids::CatalogueServiceId,
    ports::StorageError,
};
use jiff::{Timestamp, civil::Weekday};

use crate::{
    schema::service_analytics,
    stored::Place,
    types::{Instant, Json},
};

/// What a run calculates about one service. Everything else in the table is not its business.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = service_analytics, treat_none_as_default_value = false)]
pub(super) struct FiguresRow {
    service_catalog_id: i32,
    search_count_7d: i32,
    search_count_30d: i32,
    booking_count_7d: i32,
    booking_count_30d: i32,
    avg_price_booked_cents: Option<i64>,
    price_percentile_25_cents: Option<i64>,
    price_percentile_50_cents: Option<i64>,
    price_percentile_75_cents: Option<i64>,
    most_booked_duration: Option<i32>,
    duration_distribution: Option<Json>,
    peak_hours: Option<Json>,
    peak_days: Option<Json>,
    completion_rate: Option<f64>,
    active_instructors: i32,
    total_weekly_hours: Option<f64>,
    supply_demand_ratio: Option<f64>,
    last_calculated: Instant,
}

impl FiguresRow {
    pub(super) fn new(figures: &ServiceFigures, at: Timestamp) -> Result<Self, StorageError> {
        let prices = figures.prices;
        let cents = |price: fn(PriceFigures) -> Cents| prices.map(|prices| price(prices).get());
        let lengths = figures.lengths.iter().map(|(length, count)| (length.minutes(), *count));
        let weekdays = figures.weekdays.iter().filter(|(_day, count)| *count > 0);
        Ok(Self {
            service_catalog_id: figures.service.get(),
            search_count_7d: stored(figures.searches_7d),
            search_count_30d: stored(figures.searches_30d),
            booking_count_7d: stored(figures.bookings_7d),
            booking_count_30d: stored(figures.bookings_30d),
            avg_price_booked_cents: cents(|prices| prices.mean),
            price_percentile_25_cents: cents(|prices| prices.quarter),
            price_percentile_50_cents: cents(|prices| prices.median),
            price_percentile_75_cents: cents(|prices| prices.three_quarters),
            most_booked_duration: figures.most_booked_length.map(|length| length.minutes().into()),
            duration_distribution: Some(histogram(lengths)?),
            peak_hours: Some(histogram(figures.hours.iter().map(|(hour, count)| (*hour, *count)))?),
            peak_days: Some(histogram(weekdays.map(|(day, count)| (weekday_name(day), count)))?),
            completion_rate: figures.completion_rate,
            active_instructors: stored(figures.active_instructors),
            total_weekly_hours: Some(figures.weekly_hours),
            supply_demand_ratio: figures.supply_demand_ratio,
            last_calculated: Instant(at),
        })
    }

    fn into_figures(self) -> Result<ServiceFigures, StorageError> {
        let place = Place::new("service_analytics", self.service_catalog_id);
        let count = |column, count: i32| place.narrow(column, count);
        let length = |minutes: i64| LessonLength::from_minutes(minutes);
        let counts = |column, json: &Option<Json>| place.check(column, bars(json.as_ref()));
        Ok(ServiceFigures {
            service: place
                .check("service_catalog_id", CatalogueServiceId::new(self.service_catalog_id.into()))?,
            searches_7d: count("search_count_7d", self.search_count_7d)?,
            searches_30d: count("search_count_30d", self.search_count_30d)?,
            bookings_7d: count("booking_count_7d", self.booking_count_7d)?,
            bookings_30d: count("booking_count_30d", self.booking_count_30d)?,
            prices: self.prices(place)?,
            most_booked_length: place.check_some(
                "most_booked_duration",
                self.most_booked_duration,
                |minutes| length(minutes.into()),
            )?,
            lengths: counts("duration_distribution", &self.duration_distribution)?
                .into_iter()
                .map(|(minutes, count)| {
                    let minutes = place.check("duration_distribution", minutes.parse())?;
                    Ok((place.check("duration_distribution", length(minutes))?, count))
                })
                .collect::<Result<_, StorageError>>()?,
            completion_rate: self.completion_rate,
            hours: counts("peak_hours", &self.peak_hours)?
                .into_iter()
                .map(|(hour, count)| Ok((place.check("peak_hours", hour.parse())?, count)))
                .collect::<Result<_, StorageError>>()?,
            weekdays: weekdays(place, counts("peak_days", &self.peak_days)?)?,
            active_instructors: count("active_instructors", self.active_instructors)?,
            weekly_hours: self.total_weekly_hours.unwrap_or_default(),
            supply_demand_ratio: self.supply_demand_ratio,
        })
    }

    fn prices(&self, place: Place) -> Result<Option<PriceFigures>, StorageError> {
        let cents = |column, cents| place.check(column, Cents::new(cents));
        let all = (
            self.avg_price_booked_cents,
            self.price_percentile_25_cents,
            self.price_percentile_50_cents,
            self.price_percentile_75_cents,
        );
        match all {
            (None, None, None, None) => Ok(None),
            (Some(mean), Some(quarter), Some(median), Some(three_quarters)) => Ok(Some(PriceFigures {
                mean: cents("avg_price_booked_cents", mean)?,
                quarter: cents("price_percentile_25_cents", quarter)?,
                median: cents("price_percentile_50_cents", median)?,
                three_quarters: cents("price_percentile_75_cents", three_quarters)?,
            })),
            _ => place.check("avg_price_booked_cents", Err("a part of the prices only")),
        }
    }
}

/// Name, slug and category of a service, its figures, and what nobody calculates yet.
pub(super) type RecordRow = (String, String, String, FiguresRow, Option<f64>);

pub(super) fn into_record(row: RecordRow) -> Result<ServiceRecord, StorageError> {
    let (name, slug, category, row, view_to_booking_rate) = row;
    let calculated_at = row.last_calculated.0;
    Ok(ServiceRecord {
        name,
        slug,
        category,
        figures: row.into_figures()?,
        view_to_booking_rate,
        calculated_at,
    })
}

/// A count, as far as the column can hold it.
fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A histogram as an object: what is counted, and how often it was.
fn histogram(bars: impl Iterator<Item = (impl Display, u32)>) -> Result<Json, StorageError> {
    let bars: BTreeMap<String, u32> = bars.map(|(what, count)| (what.to_string(), count)).collect();
    let text = serde_json::to_string(&bars).map_err(|error| StorageError::Unexpected(Box::new(error)))?;
    Ok(Json(text))
}

/// The bars of a histogram; none when it was never calculated.
fn bars(json: Option<&Json>) -> Result<BTreeMap<String, u32>, serde_json::Error> {
    json.map_or_else(|| Ok(BTreeMap::new()), |json| serde_json::from_str(&json.0))
}

fn weekdays(place: Place, bars: BTreeMap<String, u32>) -> Result<ByWeekday, StorageError> {
    let mut weekdays = ByWeekday::default();
    for (name, count) in bars {
        let day = Weekday::Monday.cycle_forward().take(7).find(|day| weekday_name(*day) == name);
        let unknown = || format!("no weekday is called {name}");
        weekdays.add(place.check("peak_days", day.ok_or_else(unknown))?, count);
    }
    Ok(weekdays)
}
