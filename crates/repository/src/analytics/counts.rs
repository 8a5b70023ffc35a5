//! What the analytics count.

use diesel::{
    prelude::*,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_types::{BigInt, Date as SqlDate, Integer, Nullable, Text},
};
use instainstru_core::{length::LessonLength, money::Cents};
use instainstru_domain::{
    analytics::{DayTally, RunDates, ServiceTally},
    ports::StorageError,
};

use crate::{connection::MultiBackend, schema::search_counts, stored::Place, types::Day};

/// Every count of bookings in one statement, and so of one moment. The bookings of the dates are read once; then each group of
/// rows is one histogram. `$1` and `$2` are the first and last of all dates, `$3` is the first of the window. SQLite takes `$n` for
/// a name and numbers names as they appear, so they must appear in order.
const COUNT: &str = "
    WITH counted AS MATERIALIZED (
        SELECT offered.service_catalog_id AS service, booked.booking_date AS day, booked.start_minute / 60 AS hour,
            booked.duration_minutes AS length, booked.total_price_cents AS price,
            booked.status = 'COMPLETED' AS is_completed
        FROM bookings AS booked JOIN instructor_services AS offered ON offered.id = booked.instructor_service_id
        WHERE booked.booking_date BETWEEN $1 AND $2
    )
    SELECT 'day' AS kind, service, day, CAST(0 AS BIGINT) AS value, count(*) AS bookings,
        count(*) FILTER (WHERE is_completed) AS completed
    FROM counted GROUP BY service, day
    UNION ALL
    SELECT 'hour', service, NULL, hour, count(*), 0
    FROM counted WHERE day >= $3 GROUP BY service, hour
    UNION ALL
    SELECT 'length', service, NULL, length, count(*), 0
    FROM counted WHERE day >= $3 AND is_completed GROUP BY service, length
    UNION ALL
    SELECT 'price', service, NULL, price, count(*), 0
    FROM counted WHERE day >= $3 AND is_completed GROUP BY service, price";

/// The query for the dates of a run.
pub(super) fn query(dates: RunDates) -> BoxedSqlQuery<'static, MultiBackend, SqlQuery> {
    diesel::sql_query(COUNT)
        .into_boxed()
        .bind::<SqlDate, _>(Day(dates.all().first()))
        .bind::<SqlDate, _>(Day(dates.all().last()))
        .bind::<SqlDate, _>(Day(dates.window().first()))
}

/// One bar of one histogram of one service.
#[derive(QueryableByName)]
pub(super) struct CountRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    service: i32,
    #[diesel(sql_type = Nullable<SqlDate>)]
    day: Option<Day>,
    #[diesel(sql_type = BigInt)]
    value: i64,
    #[diesel(sql_type = BigInt)]
    bookings: i64,
    #[diesel(sql_type = BigInt)]
    completed: i64,
}

impl CountRow {
    pub(super) const fn service(&self) -> i32 {
        self.service
    }

    /// Adds the bar to the tally of its service.
    pub(super) fn add_to(&self, tally: &mut ServiceTally) -> Result<(), StorageError> {
        let place = Place::new("bookings of service_catalog", self.service);
        let bookings = place.narrow("count", self.bookings)?;
        match (self.kind.as_str(), self.day) {
            ("day", Some(day)) => {
                let completed = place.narrow("count", self.completed)?;
                tally.days.insert(day.0, DayTally { all: bookings, completed });
            }
            ("hour", None) => {
                tally.hours.insert(place.narrow("start_minute", self.value)?, bookings);
            }
            ("length", None) => {
                let length = place.check("duration_minutes", LessonLength::from_minutes(self.value))?;
                tally.completed_by_length.insert(length, bookings);
            }
            ("price", None) => {
                let price = place.check("total_price_cents", Cents::new(self.value))?;
                tally.completed_by_price.insert(price, bookings);
            }
            (kind, _) => return Err(StorageError::unexpected(format!("counted bookings by {kind:?}"))),
        }
        Ok(())
    }
}

/// Searches that found a service on a date.
#[derive(Queryable, Selectable)]
#[diesel(table_name = search_counts)]
pub(super) struct SearchRow {
    date: Day,
    service_catalog_id: i32,
    searches: i32,
}

impl SearchRow {
    pub(super) const fn service(&self) -> i32 {
        self.service_catalog_id
    }

    /// Adds the searches to the tally of their service.
    pub(super) fn add_to(&self, tally: &mut ServiceTally) -> Result<(), StorageError> {
        let place = Place::new("search_counts of service_catalog", self.service_catalog_id);
        tally.searches.insert(self.date.0, place.narrow("searches", self.searches)?);
        Ok(())
    }
}
