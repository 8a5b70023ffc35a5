//! Events that wait for delivery.

use diesel::{dsl::max, prelude::*};
use instainstru_core::dates::{DateRange, InvalidDateRange};
use instainstru_domain::{
    delivery::consumers_of,
    event::{DomainEvent, RecordedEvent, UnreadableEvent},
    ids::{
        AlertId, AnalyticsRunId, BookingId, CatalogueServiceId, CategoryId, InvalidId, PasswordResetId,
        UserId,
    },
    ports::{Outbox, StorageError},
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use crate::{
    connection::on_inner,
    deliveries::NewDeliveryRow,
    schema::{outbox, outbox_deliveries},
    types::{Instant, Json},
    unit_of_work::DieselUnitOfWork,
};

/// Events that are stored by one statement; databases limit the values of a statement.
const CHUNK: usize = 1_000;

/// What an event says besides its kind: ids and dates, never copies.
fn payload(event: &DomainEvent) -> serde_json::Value {
    match *event {
        DomainEvent::UserRegistered { user } | DomainEvent::PasswordChanged { user } => {
            json!({ "user": user.get() })
        }
        DomainEvent::PasswordResetRequested { user, reset } => {
            json!({ "user": user.get(), "reset": reset.get() })
        }
        DomainEvent::BookingConfirmed { booking, instructor, student }
        | DomainEvent::BookingRescheduled { booking, instructor, student }
        | DomainEvent::BookingCompleted { booking, instructor, student }
        | DomainEvent::BookingMissed { booking, instructor, student } => json!({
            "booking": booking.get(),
            "instructor": instructor.get(),
            "student": student.get(),
        }),
        DomainEvent::BookingCancelled { booking, instructor, student, by } => json!({
            "booking": booking.get(),
            "instructor": instructor.get(),
            "student": student.get(),
            "by": by.get(),
        }),
        DomainEvent::ReminderDue { booking, hours_before } => {
            json!({ "booking": booking.get(), "hours_before": hours_before })
        }
        DomainEvent::AvailabilityChanged { instructor, dates } => json!({
            "instructor": instructor.get(),
            "first": dates.first().to_string(),
            "last": dates.last().to_string(),
        }),
        DomainEvent::InstructorChanged { instructor } => json!({ "instructor": instructor.get() }),
        DomainEvent::CatalogueChanged { service } => json!({ "service": service.get() }),
        DomainEvent::CategoryChanged { category } => json!({ "category": category.get() }),
        DomainEvent::VocabularyChanged => json!({}),
        DomainEvent::CatalogueRanked { run } => json!({ "run": run.get() }),
        DomainEvent::AlertRaised { alert } => json!({ "alert": alert.get() }),
    }
}

/// Why a row is no event.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("no event is called {0}")]
    Kind(String),
    #[error("not JSON")]
    Json(#[from] serde_json::Error),
    #[error("no number {0}")]
    NoNumber(&'static str),
    #[error("no date {0}")]
    NoDate(&'static str),
    #[error(transparent)]
    Id(#[from] InvalidId),
    #[error(transparent)]
    Date(#[from] jiff::Error),
    #[error(transparent)]
    Dates(#[from] InvalidDateRange),
}

/// A payload, to read again what [`payload`] wrote.
struct Payload(serde_json::Value);

impl Payload {
    fn parse(json: &Json) -> Result<Self, Unreadable> {
        Ok(Self(serde_json::from_str(&json.0)?))
    }

    fn id<T>(&self, name: &'static str, new: fn(i64) -> Result<T, InvalidId>) -> Result<T, Unreadable> {
        let number = self.0.get(name).and_then(serde_json::Value::as_i64);
        Ok(new(number.ok_or(Unreadable::NoNumber(name))?)?)
    }

    fn user(&self, name: &'static str) -> Result<UserId, Unreadable> {
        self.id(name, UserId::new)
    }

    fn booking(&self) -> Result<(BookingId, UserId, UserId), Unreadable> {
        Ok((self.id("booking", BookingId::new)?, self.user("instructor")?, self.user("student")?))
    }

    fn hours(&self, name: &'static str) -> Result<u16, Unreadable> {
        let number = self.0.get(name).and_then(serde_json::Value::as_u64);
        number.and_then(|hours| u16::try_from(hours).ok()).ok_or(Unreadable::NoNumber(name))
    }

    fn date(&self, name: &'static str) -> Result<Date, Unreadable> {
        let text = self.0.get(name).and_then(serde_json::Value::as_str);
        Ok(text.ok_or(Unreadable::NoDate(name))?.parse()?)
    }

    /// The event of a kind, by [`DomainEvent::kind`].
    fn event(&self, kind: &str) -> Result<DomainEvent, Unreadable> {
        Ok(match kind {
            "user.registered" => DomainEvent::UserRegistered { user: self.user("user")? },
            "password.reset_requested" => DomainEvent::PasswordResetRequested {
                user: self.user("user")?,
                reset: self.id("reset", PasswordResetId::new)?,
            },
            "password.changed" => DomainEvent::PasswordChanged { user: self.user("user")? },
            "booking.confirmed" => {
                let (booking, instructor, student) = self.booking()?;
                DomainEvent::BookingConfirmed { booking, instructor, student }
            }
            "booking.rescheduled" => {
                let (booking, instructor, student) = self.booking()?;
                DomainEvent::BookingRescheduled { booking, instructor, student }
            }
            "booking.cancelled" => {
                let (booking, instructor, student) = self.booking()?;
                DomainEvent::BookingCancelled { booking, instructor, student, by: self.user("by")? }
            }
            "booking.completed" => {
                let (booking, instructor, student) = self.booking()?;
                DomainEvent::BookingCompleted { booking, instructor, student }
            }
            "booking.missed" => {
                let (booking, instructor, student) = self.booking()?;
                DomainEvent::BookingMissed { booking, instructor, student }
            }
            "booking.reminder_due" => DomainEvent::ReminderDue {
                booking: self.id("booking", BookingId::new)?,
                hours_before: self.hours("hours_before")?,
            },
            "availability.changed" => DomainEvent::AvailabilityChanged {
                instructor: self.user("instructor")?,
                dates: DateRange::new(self.date("first")?, self.date("last")?)?,
            },
            "instructor.changed" => DomainEvent::InstructorChanged { instructor: self.user("instructor")? },
            "catalogue.changed" => {
                DomainEvent::CatalogueChanged { service: self.id("service", CatalogueServiceId::new)? }
            }
            "category.changed" => {
                DomainEvent::CategoryChanged { category: self.id("category", CategoryId::new)? }
            }
            "vocabulary.changed" => DomainEvent::VocabularyChanged,
            "catalogue.ranked" => DomainEvent::CatalogueRanked { run: self.id("run", AnalyticsRunId::new)? },
            "alert.raised" => DomainEvent::AlertRaised { alert: self.id("alert", AlertId::new)? },
            other => return Err(Unreadable::Kind(other.chars().take(60).collect())),
        })
    }
}

/// An event as it is stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub(crate) struct EventRow {
    id: i64,
    event_type: String,
    payload: Json,
}

/// An event to store.
#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct NewEventRow {
    aggregate_type: &'static str,
    aggregate_id: i32,
    event_type: &'static str,
    payload: Json,
    created_at: Instant,
}

impl NewEventRow {
    fn new(event: &DomainEvent, at: Timestamp) -> Self {
        let (aggregate_type, aggregate_id) = event.aggregate().key();
        Self {
            aggregate_type,
            aggregate_id,
            event_type: event.kind(),
            payload: Json(payload(event).to_string()),
            created_at: Instant(at),
        }
    }
}

impl EventRow {
    pub(crate) fn into_event(self) -> Result<RecordedEvent, UnreadableEvent> {
        let event = Payload::parse(&self.payload).and_then(|payload| payload.event(&self.event_type));
        match event {
            Ok(event) => Ok(RecordedEvent { number: self.id, event }),
            Err(error) => Err(UnreadableEvent { number: self.id, reason: error.to_string() }),
        }
    }
}

impl Outbox for DieselUnitOfWork<'_> {
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError> {
        let row = NewEventRow::new(event, at);
        self.execute(|connection| {
            let number: i64 = on_inner!(connection, |connection| diesel::insert_into(outbox::table)
                .values(row)
                .returning(outbox::id)
                .get_result(connection))?;
            for consumer in consumers_of(event) {
                let row = NewDeliveryRow::new(number, event, consumer, at);
                on_inner!(connection, |connection| diesel::insert_into(outbox_deliveries::table)
                    .values(row)
                    .execute(connection))?;
            }
            Ok(())
        })
    }

    fn push_all(&mut self, events: &[DomainEvent], at: Timestamp) -> Result<(), StorageError> {
        for events in events.chunks(CHUNK) {
            let rows: Vec<NewEventRow> = events.iter().map(|event| NewEventRow::new(event, at)).collect();
            self.execute(|connection| {
                let mut numbers: Vec<i64> =
                    on_inner!(connection, |connection| diesel::insert_into(outbox::table)
                        .values(&rows)
                        .returning(outbox::id)
                        .get_results(connection))?;
                // Numbers are given in the order of the rows; they need not be returned in it.
                numbers.sort_unstable();
                let rows: Vec<NewDeliveryRow> = numbers
                    .into_iter()
                    .zip(events)
                    .flat_map(|(number, event)| {
                        let consumers = consumers_of(event).iter();
                        consumers.map(move |consumer| NewDeliveryRow::new(number, event, consumer, at))
                    })
                    .collect();
                if rows.is_empty() {
                    return Ok(0);
                }
                on_inner!(connection, |connection| diesel::insert_into(outbox_deliveries::table)
                    .values(&rows)
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn events(
        &mut self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Result<RecordedEvent, UnreadableEvent>>, StorageError> {
        let rows: Vec<EventRow> = self.execute(|connection| {
            outbox::table
                .filter(outbox::id.gt(after))
                .order(outbox::id)
                .limit(limit.into())
                .select(EventRow::as_select())
                .load(connection)
        })?;
        Ok(rows.into_iter().map(EventRow::into_event).collect())
    }

    fn last_number(&mut self) -> Result<i64, StorageError> {
        let last: Option<i64> =
            self.execute(|connection| outbox::table.select(max(outbox::id)).get_result(connection))?;
        Ok(last.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// One event of every kind.
    fn every_kind() -> [DomainEvent; 16] {
        let (user, by) = (UserId::new(7).unwrap(), UserId::new(8).unwrap());
        let booking = BookingId::new(i32::MAX.into()).unwrap();
        [
            DomainEvent::UserRegistered { user },
            DomainEvent::BookingConfirmed { booking, instructor: user, student: by },
            DomainEvent::BookingRescheduled { booking, instructor: user, student: by },
            DomainEvent::BookingCancelled { booking, instructor: user, student: by, by },
            DomainEvent::BookingCompleted { booking, instructor: user, student: by },
            DomainEvent::BookingMissed { booking, instructor: user, student: by },
            DomainEvent::AvailabilityChanged {
                instructor: user,
                dates: DateRange::new(date(2026, 12, 31), date(2027, 1, 1)).unwrap(),
            },
            DomainEvent::InstructorChanged { instructor: user },
            DomainEvent::CatalogueChanged { service: CatalogueServiceId::new(9).unwrap() },
            DomainEvent::PasswordResetRequested { user, reset: PasswordResetId::new(3).unwrap() },
            DomainEvent::PasswordChanged { user },
            DomainEvent::ReminderDue { booking, hours_before: 24 },
            DomainEvent::CategoryChanged { category: CategoryId::new(10).unwrap() },
            DomainEvent::VocabularyChanged,
            DomainEvent::CatalogueRanked { run: AnalyticsRunId::new(5).unwrap() },
            DomainEvent::AlertRaised { alert: AlertId::new(5).unwrap() },
        ]
    }

    /// Fails to compile when a kind is added: give it the next number and an example in [`every_kind`].
    fn number(event: &DomainEvent) -> usize {
        match event {
            DomainEvent::UserRegistered { .. } => 0,
            DomainEvent::BookingConfirmed { .. } => 1,
            DomainEvent::BookingRescheduled { .. } => 2,
            DomainEvent::BookingCancelled { .. } => 3,
            DomainEvent::BookingCompleted { .. } => 4,
            DomainEvent::BookingMissed { .. } => 5,
            DomainEvent::AvailabilityChanged { .. } => 6,
            DomainEvent::InstructorChanged { .. } => 7,
            DomainEvent::CatalogueChanged { .. } => 8,
            DomainEvent::PasswordResetRequested { .. } => 9,
            DomainEvent::PasswordChanged { .. } => 10,
            DomainEvent::ReminderDue { .. } => 11,
            DomainEvent::CategoryChanged { .. } => 12,
            DomainEvent::VocabularyChanged => 13,
            DomainEvent::CatalogueRanked { .. } => 14,
            DomainEvent::AlertRaised { .. } => 15,
        }
    }

    fn row(kind: &str, payload: &str) -> EventRow {
        EventRow { id: 12, event_type: kind.to_owned(), payload: Json(payload.to_owned()) }
    }

    #[test]
    fn every_kind_of_event_is_read_back_as_it_was_written() {
        for (position, event) in every_kind().iter().enumerate() {
            assert_eq!(number(event), position);
            let read = row(event.kind(), &payload(event).to_string()).into_event();
            assert_eq!(read, Ok(RecordedEvent { number: 12, event: *event }));
        }
    }

    #[test]
    fn an_event_that_cannot_be_read_keeps_its_number_and_says_why() {
        for (kind, payload, reason) in [
            ("user.vanished", r#"{"user": 7}"#, "no event is called user.vanished"),
            ("user.registered", "not JSON", "not JSON"),
            ("user.registered", "[7]", "no number user"),
            ("user.registered", "{}", "no number user"),
            ("user.registered", r#"{"user": "7"}"#, "no number user"),
            ("user.registered", r#"{"user": 0}"#, "0 is not an id"),
            ("user.registered", r#"{"user": 2147483648}"#, "2147483648 is not an id"),
            ("booking.confirmed", r#"{"booking": 1}"#, "no number instructor"),
            ("booking.confirmed", r#"{"booking": 1, "instructor": 7}"#, "no number student"),
            ("booking.cancelled", r#"{"booking": 1, "instructor": 7, "student": 8}"#, "no number by"),
            ("booking.reminder_due", r#"{"booking": 1, "hours_before": 65536}"#, "no number hours_before"),
            ("availability.changed", r#"{"instructor": 7, "first": "2026-07-01"}"#, "no date last"),
            (
                "availability.changed",
                r#"{"instructor": 7, "first": "July", "last": "2026-07-01"}"#,
                "failed to parse",
            ),
            (
                "availability.changed",
                r#"{"instructor": 7, "first": "2026-07-02", "last": "2026-07-01"}"#,
                "end date 2026-07-01 is before start date 2026-07-02",
            ),
        ] {
            let said = row(kind, payload).into_event().unwrap_err();
            assert_eq!(said.number, 12);
            assert!(said.reason.starts_with(reason), "{kind} {payload}: {said}");
        }
    }
}
