//! Bookings.

mod claims;
mod rows;

use diesel::{
    dsl::{auto_type, count_star},
    prelude::*,
    sql_types::{BigInt, Date as SqlDate, Integer},
};
use instainstru_core::{booking::BookingStatus, dates::DateRange, money::Cents, zone::UtcRange};
use instainstru_domain::{
    booking::{
        Booking, BookingClaims, BookingDetails, BookingFilter, BookingOrder, BookingStats, NewBooking, Side,
    },
    ids::{BookingId, UserId},
    page::{Page, Paged},
    ports::{BookingRepository, StorageError, UserRepository},
};
use jiff::civil::Date;

pub(crate) use self::rows::BookingRow;
use self::rows::{BookingChanges, DetailsRow, NewBookingRow, into_details};
use crate::{
    connection::{AnyConnection, MultiBackend, on_inner},
    error::storage_error,
    schema::{bookings, instructor_services, users},
    stored::{Place, changed_one, count},
    types::{Day, month_of},
    unit_of_work::DieselUnitOfWork,
};

diesel::alias!(users as students: Students, users as instructors: Instructors);

/// Bookings with everything that is shown about them.
#[auto_type]
fn detailed() -> _ {
    let student = students.fields((users::id, users::full_name, users::email));
    let instructor = instructors.fields((users::id, users::full_name, users::email));
    let row: diesel::dsl::AsSelect<BookingRow, MultiBackend> = BookingRow::as_select();
    bookings::table
        .inner_join(students.on(students.field(users::id).eq(bookings::student_id)))
        .inner_join(instructors.on(instructors.field(users::id).eq(bookings::instructor_id)))
        .inner_join(instructor_services::table)
        .select((row, student, instructor, instructor_services::description))
}

/// The bookings out of `$all` that fit a filter, not in any order. A macro, because each query is of a type of its own.
macro_rules! fitting {
    ($all:expr, $filter:expr) => {{
        let mut fitting = $all.into_boxed();
        fitting = match $filter.side {
            Side::Student(user) => fitting.filter(bookings::student_id.eq(user.get())),
            Side::Instructor(user) => fitting.filter(bookings::instructor_id.eq(user.get())),
            Side::Either(user) => {
                fitting.filter(bookings::instructor_id.eq(user.get()).or(bookings::student_id.eq(user.get())))
            }
            Side::Everybody => fitting,
        };
        if let Some(status) = $filter.status {
            fitting = fitting.filter(bookings::status.eq(status.as_str()));
        }
        if let Some(from) = $filter.from {
            fitting = fitting.filter(bookings::booking_date.ge(Day(from)));
        }
        if let Some(until) = $filter.until {
            fitting = fitting.filter(bookings::booking_date.le(Day(until)));
        }
        fitting
    }};
}

#[derive(QueryableByName)]
struct StatsRow {
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    upcoming: i64,
    #[diesel(sql_type = BigInt)]
    completed: i64,
    #[diesel(sql_type = BigInt)]
    cancelled: i64,
    #[diesel(sql_type = BigInt)]
    no_show: i64,
    #[diesel(sql_type = BigInt)]
    earnings: i64,
    #[diesel(sql_type = BigInt)]
    earnings_this_month: i64,
}

/// One pass over the bookings of an instructor: `$1` is today, `$2` and `$3` the ends of the month, `$4` the instructor. SQLite
/// takes `$n` for a name and numbers names as they appear, so they must appear in order.
const STATS: &str = "
    SELECT count(*) AS total,
        count(*) FILTER (WHERE status = 'CONFIRMED' AND booking_date > $1) AS upcoming,
        count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
        count(*) FILTER (WHERE status = 'CANCELLED') AS cancelled,
        count(*) FILTER (WHERE status = 'NO_SHOW') AS no_show,
        CAST(coalesce(sum(total_price_cents) FILTER (WHERE status = 'COMPLETED'), 0) AS BIGINT) AS earnings,
        CAST(coalesce(sum(total_price_cents) FILTER (
            WHERE status = 'COMPLETED' AND booking_date BETWEEN $2 AND $3), 0) AS BIGINT) AS earnings_this_month
    FROM bookings WHERE instructor_id = $4";

impl BookingRepository for DieselUnitOfWork<'_> {
    fn insert(&mut self, booking: &NewBooking, claims: &BookingClaims) -> Result<Booking, StorageError> {
        let row = NewBookingRow::new(booking);
        let (instructor, student) = (booking.instructor_id, booking.student_id);
        let inserted = self.claiming(instructor, student, |connection| {
            let row: BookingRow = on_inner!(connection, |connection| diesel::insert_into(bookings::table)
                .values(row)
                .returning(BookingRow::as_returning())
                .get_result(connection))?;
            let id = row.id();
            claims::insert(connection, id, claims::Kind::Teaching, instructor, claims.instructor)?;
            claims::insert(connection, id, claims::Kind::Learning, student, claims.student)?;
            Ok(row)
        })?;
        inserted.into_booking()
    }

    fn find(&mut self, id: BookingId) -> Result<Option<BookingDetails>, StorageError> {
        let row: Option<DetailsRow> = self.execute(|connection| {
            detailed().filter(bookings::id.eq(id.get())).first(connection).optional()
        })?;
        row.map(into_details).transpose()
    }

    fn lock(&mut self, id: BookingId) -> Result<Option<Booking>, StorageError> {
        let row: Option<BookingRow> = self.execute(|connection| match connection {
            AnyConnection::Postgres(connection) => bookings::table
                .find(id.get())
                .for_no_key_update()
                .select(BookingRow::as_select())
                .first(connection)
                .optional(),
            // Whoever writes holds the whole file already.
            AnyConnection::Sqlite(connection) => {
                bookings::table.find(id.get()).select(BookingRow::as_select()).first(connection).optional()
            }
        })?;
        row.map(BookingRow::into_booking).transpose()
    }

    fn update(&mut self, booking: &Booking) -> Result<(), StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(bookings::table.find(booking.id.get()))
                .set(BookingChanges::new(booking))
                .execute(connection)
        })?;
        changed_one(rows, "bookings", booking.id)
    }

    fn release_claims(&mut self, id: BookingId) -> Result<(), StorageError> {
        self.execute(|connection| claims::release(connection, id))
    }

    fn move_claims(&mut self, booking: &Booking, claims: &BookingClaims) -> Result<(), StorageError> {
        let (instructor, student) = (booking.instructor_id, booking.student_id);
        self.claiming(instructor, student, |connection| {
            let id = booking.id.get();
            claims::shift(connection, id, claims::Kind::Teaching, instructor, claims.instructor)?;
            claims::shift(connection, id, claims::Kind::Learning, student, claims.student)
        })
    }

    fn claims(
        &mut self,
        user: UserId,
        within: UtcRange,
        except: Option<BookingId>,
    ) -> Result<Vec<UtcRange>, StorageError> {
        let rows = self.execute(|connection| claims::overlapping(connection, user, within, except))?;
        rows.into_iter().map(claims::ClaimRow::into_range).collect()
    }

    fn list(&mut self, filter: &BookingFilter, page: Page) -> Result<Paged<BookingDetails>, StorageError> {
        let (total, rows) = self.execute(|connection| {
            let total: i64 = fitting!(bookings::table.select(count_star()), filter).get_result(connection)?;
            let (date, start) = (bookings::booking_date, bookings::start_minute);
            let fitting = fitting!(detailed(), filter);
            let ordered = match filter.order {
                BookingOrder::NewestFirst => fitting.order((date.desc(), start.desc(), bookings::id)),
                BookingOrder::SoonestFirst => fitting.order((date, start, bookings::id)),
            };
            let rows: Vec<DetailsRow> =
                ordered.limit(page.limit.into()).offset(page.offset.into()).load(connection)?;
            Ok((total, rows))
        })?;
        let items = rows.into_iter().map(into_details).collect::<Result<_, _>>()?;
        Ok(Paged { items, total: count(total)? })
    }

    fn booked(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<BookingDetails>, StorageError> {
        let states = [BookingStatus::Confirmed, BookingStatus::Completed].map(BookingStatus::as_str);
        let rows: Vec<DetailsRow> = self.execute(|connection| {
            detailed()
                .filter(bookings::instructor_id.eq(instructor.get()))
                .filter(bookings::booking_date.between(Day(dates.first()), Day(dates.last())))
                .filter(bookings::status.eq_any(states))
                .order((bookings::booking_date, bookings::start_minute, bookings::id))
                .load(connection)
        })?;
        rows.into_iter().map(into_details).collect()
    }

    fn stats(&mut self, instructor: UserId, today: Date) -> Result<BookingStats, StorageError> {
        let (first, last) = month_of(today);
        let row: StatsRow = self.execute(|connection| {
            diesel::sql_query(STATS)
                .bind::<SqlDate, _>(Day(today))
                .bind::<SqlDate, _>(first)
                .bind::<SqlDate, _>(last)
                .bind::<Integer, _>(instructor.get())
                .get_result(connection)
        })?;
        let place = Place::new("bookings of instructor", instructor.get());
        Ok(BookingStats {
            total: count(row.total)?,
            upcoming: count(row.upcoming)?,
            completed: count(row.completed)?,
            cancelled: count(row.cancelled)?,
            no_show: count(row.no_show)?,
            earnings: place.check("total_price_cents", Cents::new(row.earnings))?,
            earnings_this_month: place.check("total_price_cents", Cents::new(row.earnings_this_month))?,
        })
    }

    fn count_future(&mut self, instructor: UserId, today: Date) -> Result<u64, StorageError> {
        let states = [BookingStatus::Pending, BookingStatus::Confirmed].map(BookingStatus::as_str);
        count(self.execute(|connection| {
            bookings::table
                .filter(bookings::instructor_id.eq(instructor.get()))
                .filter(bookings::booking_date.ge(Day(today)))
                .filter(bookings::status.eq_any(states))
                .count()
                .get_result(connection)
        })?)
    }
}

impl DieselUnitOfWork<'_> {
    /// The claims of these people that overlap `within`, by person and start.
    pub(crate) fn claims_of(
        &mut self,
        people: &[i32],
        within: UtcRange,
    ) -> Result<Vec<(UserId, UtcRange)>, StorageError> {
        let rows = self.execute(|connection| claims::of_people(connection, people, within))?;
        rows.into_iter().map(claims::ClaimRow::into_owned_range).collect()
    }

    /// Takes or moves time, all or nothing, and says whose time is taken.
    ///
    /// Rivals for the time of the same people must come one after the other: two claims that are written at once wait for each
    /// other until PostgreSQL finds the deadlock, a second later. Use cases lock both people before they look at their time, so
    /// this is only for those that do not.
    fn claiming<T>(
        &mut self,
        instructor: UserId,
        student: UserId,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, claims::ClaimError>,
    ) -> Result<T, StorageError> {
        let parties = [instructor, student];
        if !self.has_locked(&parties) {
            UserRepository::lock(self, &parties)?;
        }
        let mut refused = None;
        let result = self.try_execute(|connection| {
            connection.all_or_nothing(work).map_err(|error| {
                refused = error.refused;
                error.source
            })
        });
        result.map_err(|error| match refused {
            Some(claims::Kind::Teaching) => claims::taken(instructor),
            Some(claims::Kind::Learning) => claims::taken(student),
            None => storage_error(error),
        })
    }
}
