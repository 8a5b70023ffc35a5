//! Sums over bookings, for instructors and administrators.

use std::collections::BTreeSet;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Date as SqlDate, Integer, Text},
};
use instainstru_core::{booking::BookingStatus, dates::DateRange, money::Cents};
use instainstru_domain::{
    analytics::{LessonFact, MarketDay, MarketPeople, ServiceSales, Trade},
    ids::{CatalogueServiceId, UserId},
    ports::{StatisticsRepository, StorageError},
};
use jiff::civil::Date;

use crate::{schema::bookings, stored::Place, types::Day, unit_of_work::DieselUnitOfWork};

/// A statement that adds up the trade of each group of bookings, between what it selects besides and the rest of it.
macro_rules! trade_of {
    ($besides:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $besides,
            ", count(*) AS bookings,
                count(*) FILTER (WHERE b.status = 'COMPLETED') AS completed,
                count(*) FILTER (WHERE b.status = 'CANCELLED') AS cancelled,
                count(*) FILTER (WHERE b.status = 'NO_SHOW') AS no_show,
                CAST(coalesce(sum(b.total_price_cents) FILTER (WHERE b.status = 'COMPLETED'), 0) AS BIGINT) AS revenue
            FROM bookings AS b ",
            $rest
        )
    };
}

/// By date; `$1` and `$2` are the ends of the dates.
const DAYS: &str = trade_of!(
    "b.booking_date AS day",
    "WHERE b.booking_date BETWEEN $1 AND $2 GROUP BY b.booking_date ORDER BY b.booking_date"
);

/// By service of the catalogue; `$1` and `$2` are the ends of the dates, `$3` is the limit.
const SERVICES: &str = trade_of!(
    "s.id AS service, s.name AS name",
    "JOIN instructor_services AS o ON o.id = b.instructor_service_id
        JOIN service_catalog AS s ON s.id = o.service_catalog_id
    WHERE b.booking_date BETWEEN $1 AND $2
    GROUP BY s.id, s.name ORDER BY count(*) DESC, s.id LIMIT $3"
);

/// `$1` and `$2` are the ends of the dates.
const PEOPLE: &str = "
    SELECT count(DISTINCT instructor_id) FILTER (WHERE status <> 'CANCELLED') AS active_instructors,
        count(DISTINCT student_id) FILTER (WHERE status <> 'CANCELLED') AS active_students,
        count(*) FILTER (WHERE cancelled_by_id = student_id) AS cancelled_by_student,
        count(*) FILTER (WHERE cancelled_by_id = instructor_id) AS cancelled_by_instructor
    FROM bookings WHERE booking_date BETWEEN $1 AND $2";

#[derive(QueryableByName)]
struct TradeRow {
    #[diesel(sql_type = BigInt)]
    bookings: i64,
    #[diesel(sql_type = BigInt)]
    completed: i64,
    #[diesel(sql_type = BigInt)]
    cancelled: i64,
    #[diesel(sql_type = BigInt)]
    no_show: i64,
    #[diesel(sql_type = BigInt)]
    revenue: i64,
}

impl TradeRow {
    fn into_trade(self) -> Result<Trade, StorageError> {
        let revenue = Cents::new(self.revenue).map_err(|error| StorageError::Unexpected(error.into()))?;
        Ok(Trade {
            bookings: number(self.bookings)?,
            completed: number(self.completed)?,
            cancelled: number(self.cancelled)?,
            no_show: number(self.no_show)?,
            revenue,
        })
    }
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = SqlDate)]
    day: Day,
    #[diesel(embed)]
    trade: TradeRow,
}

#[derive(QueryableByName)]
struct ServiceRow {
    #[diesel(sql_type = Integer)]
    service: i32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(embed)]
    trade: TradeRow,
}

#[derive(QueryableByName)]
struct PeopleRow {
    #[diesel(sql_type = BigInt)]
    active_instructors: i64,
    #[diesel(sql_type = BigInt)]
    active_students: i64,
    #[diesel(sql_type = BigInt)]
    cancelled_by_student: i64,
    #[diesel(sql_type = BigInt)]
    cancelled_by_instructor: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bookings)]
struct LessonRow {
    id: i32,
    booking_date: Day,
    start_minute: i32,
    end_minute: i32,
    status: String,
    total_price_cents: i64,
    student_id: i32,
    service_name: String,
}

impl LessonRow {
    fn into_fact(self) -> Result<LessonFact, StorageError> {
        let place = Place::new("bookings", self.id);
        Ok(LessonFact {
            date: self.booking_date.0,
            range: place.range(self.start_minute, self.end_minute)?,
            status: place.check("status", self.status.parse())?,
            price: place.check("total_price_cents", Cents::new(self.total_price_cents))?,
            student: place.check("student_id", UserId::new(self.student_id.into()))?,
            service_name: self.service_name,
        })
    }
}

/// A number of rows.
fn number(rows: i64) -> Result<u32, StorageError> {
    u32::try_from(rows).map_err(|error| StorageError::Unexpected(Box::new(error)))
}

impl StatisticsRepository for DieselUnitOfWork<'_> {
    fn lessons(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<LessonFact>, StorageError> {
        let rows: Vec<LessonRow> = self.execute(|connection| {
            bookings::table
                .filter(bookings::instructor_id.eq(instructor.get()))
                .filter(bookings::booking_date.between(Day(dates.first()), Day(dates.last())))
                .order((bookings::booking_date, bookings::start_minute, bookings::id))
                .select(LessonRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(LessonRow::into_fact).collect()
    }

    fn students_before(&mut self, instructor: UserId, date: Date) -> Result<BTreeSet<UserId>, StorageError> {
        let ids: Vec<i32> = self.execute(|connection| {
            bookings::table
                .filter(bookings::instructor_id.eq(instructor.get()))
                .filter(bookings::booking_date.lt(Day(date)))
                .filter(bookings::status.ne(BookingStatus::Cancelled.as_str()))
                .select(bookings::student_id)
                .distinct()
                .load(connection)
        })?;
        let student = |id: i32| Place::new("users", id).check("id", UserId::new(id.into()));
        ids.into_iter().map(student).collect()
    }

    fn market_days(&mut self, dates: DateRange) -> Result<Vec<MarketDay>, StorageError> {
        let rows: Vec<DayRow> = self.execute(|connection| {
            diesel::sql_query(DAYS)
                .bind::<SqlDate, _>(Day(dates.first()))
                .bind::<SqlDate, _>(Day(dates.last()))
                .load(connection)
        })?;
        rows.into_iter()
            .map(|row| Ok(MarketDay { date: row.day.0, trade: row.trade.into_trade()? }))
            .collect()
    }

    fn market_people(&mut self, dates: DateRange) -> Result<MarketPeople, StorageError> {
        let row: PeopleRow = self.execute(|connection| {
            diesel::sql_query(PEOPLE)
                .bind::<SqlDate, _>(Day(dates.first()))
                .bind::<SqlDate, _>(Day(dates.last()))
                .get_result(connection)
        })?;
        Ok(MarketPeople {
            active_instructors: number(row.active_instructors)?,
            active_students: number(row.active_students)?,
            cancelled_by_student: number(row.cancelled_by_student)?,
            cancelled_by_instructor: number(row.cancelled_by_instructor)?,
        })
    }

    fn top_services(&mut self, dates: DateRange, limit: u32) -> Result<Vec<ServiceSales>, StorageError> {
        let rows: Vec<ServiceRow> = self.execute(|connection| {
            diesel::sql_query(SERVICES)
                .bind::<SqlDate, _>(Day(dates.first()))
                .bind::<SqlDate, _>(Day(dates.last()))
                .bind::<BigInt, _>(i64::from(limit))
                .load(connection)
        })?;
        let sales = |row: ServiceRow| {
            let place = Place::new("service_catalog", row.service);
            Ok(ServiceSales {
                service: place.check("id", CatalogueServiceId::new(row.service.into()))?,
                name: row.name,
                trade: row.trade.into_trade()?,
            })
        };
        rows.into_iter().map(sales).collect()
    }
}
