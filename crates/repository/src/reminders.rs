//! Who has been reminded of what.

use diesel::{
    dsl::{exists, not, sql},
    prelude::*,
    sql_types::Bool,
};
use instainstru_core::zone::UtcRange;
use instainstru_domain::{
    booking::Booking,
    ids::BookingId,
    ports::{ReminderRepository, StorageError},
    reminder::ReminderLead,
};
use jiff::Timestamp;

use crate::{
    bookings::BookingRow,
    connection::{AnyConnection, on_inner},
    schema::{booking_reminders as reminders, bookings},
    stored::Place,
    types::Instant,
    unit_of_work::DieselUnitOfWork,
};

/// Lessons that are marked by one statement; databases limit the values of a statement.
const CHUNK: usize = 1_000;

#[derive(Insertable)]
#[diesel(table_name = reminders, treat_none_as_default_value = false)]
struct NewReminderRow {
    booking_id: i32,
    starts_at: Instant,
    hours_before: i32,
    created_at: Instant,
}

/// Confirmed lessons without a mark. A macro, because each database has a type of query of its own.
macro_rules! unreminded {
    ($lead:expr, $starts:expr, $after:expr, $limit:expr) => {{
        let marks = reminders::table
            .filter(reminders::booking_id.eq(bookings::id))
            .filter(reminders::starts_at.eq(bookings::starts_at))
            .filter(reminders::hours_before.eq(i32::from($lead.hours())));
        let (starts_at, id) = $after;
        bookings::table
            // A literal, so that the index of confirmed lessons serves.
            .filter(sql::<Bool>("bookings.status = 'CONFIRMED'"))
            .filter(bookings::starts_at.ge(Instant($starts.start())))
            .filter(bookings::starts_at.lt(Instant($starts.end())))
            .filter(
                bookings::starts_at
                    .gt(Instant(starts_at))
                    .or(bookings::starts_at.eq(Instant(starts_at)).and(bookings::id.gt(id))),
            )
            .filter(not(exists(marks)))
            .order((bookings::starts_at, bookings::id))
            .limit($limit.into())
            .select(BookingRow::as_select())
    }};
}

impl ReminderRepository for DieselUnitOfWork<'_> {
    fn unreminded(
        &mut self,
        lead: ReminderLead,
        starts: UtcRange,
        after: Option<(Timestamp, BookingId)>,
        limit: u32,
    ) -> Result<Vec<Booking>, StorageError> {
        // Ids begin at 1, so the first lesson is behind this.
        let after = after.map_or((starts.start(), 0), |(starts_at, id)| (starts_at, id.get()));
        let rows: Vec<BookingRow> = self.execute(|connection| match connection {
            AnyConnection::Postgres(connection) => {
                unreminded!(lead, starts, after, limit).for_no_key_update().skip_locked().load(connection)
            }
            // Whoever writes holds the whole file already.
            AnyConnection::Sqlite(connection) => unreminded!(lead, starts, after, limit).load(connection),
        })?;
        rows.into_iter().map(BookingRow::into_booking).collect()
    }

    fn mark(
        &mut self,
        lead: ReminderLead,
        lessons: &[Booking],
        at: Timestamp,
    ) -> Result<Vec<BookingId>, StorageError> {
        let row = |lesson: &Booking| NewReminderRow {
            booking_id: lesson.id.get(),
            starts_at: Instant(lesson.time.instants.start()),
            hours_before: lead.hours().into(),
            created_at: Instant(at),
        };
        let mut rows: Vec<NewReminderRow> = lessons.iter().map(row).collect();
        // In one order for all, so that rivals wait for each other and not both at once.
        rows.sort_unstable_by_key(|row| row.booking_id);
        let mut marked: Vec<i32> = Vec::with_capacity(rows.len());
        for rows in rows.chunks(CHUNK) {
            let new: Vec<i32> = self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(reminders::table)
                    .values(rows)
                    .on_conflict_do_nothing()
                    .returning(reminders::booking_id)
                    .get_results(connection))
            })?;
            marked.extend(new);
        }
        marked.sort_unstable();
        let id = |id: i32| Place::new("booking_reminders", id).check("booking_id", BookingId::new(id.into()));
        marked.into_iter().map(id).collect()
    }
}
