//! Events on their way to their consumers.

use diesel::{
    dsl::{count_star, min, sql},
    prelude::*,
    sql_types::{Array, BigInt, Bool, Text},
};
use instainstru_domain::{
    delivery::{Claimed, Delivery, DeliveryFigures, DeliveryId, DeliveryState, Settlement},
    event::DomainEvent,
    ports::{DeliveryRepository, StorageError, deliveries::Claim},
};
use jiff::Timestamp;

use crate::{
    connection::AnyConnection,
    outbox::EventRow,
    schema::{outbox, outbox_deliveries as deliveries},
    stored::{Place, changed_one, count},
    types::{
        Instant, Json,
        sql::{JsonText, Moment},
    },
    unit_of_work::DieselUnitOfWork,
};

/// An event to deliver.
#[derive(Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub(crate) struct NewDeliveryRow {
    event_id: i64,
    consumer: &'static str,
    aggregate_type: &'static str,
    aggregate_id: i32,
    available_at: Instant,
    created_at: Instant,
}

impl NewDeliveryRow {
    pub(crate) fn new(number: i64, event: &DomainEvent, consumer: &'static str, at: Timestamp) -> Self {
        let (aggregate_type, aggregate_id) = event.aggregate().key();
        Self {
            event_id: number,
            consumer,
            aggregate_type,
            aggregate_id,
            available_at: Instant(at),
            created_at: Instant(at),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries)]
struct DeliveryRow {
    id: i64,
    consumer: String,
    state: String,
    attempts: i32,
    available_at: Instant,
    lease: Option<String>,
    last_error: Option<String>,
    created_at: Instant,
    settled_at: Option<Instant>,
}

impl DeliveryRow {
    fn into_delivery(self, event: EventRow) -> Result<Delivery, StorageError> {
        let place = Place::new("outbox_deliveries", self.id);
        Ok(Delivery {
            id: place.check("id", DeliveryId::new(self.id))?,
            // An administrator is to see what cannot be delivered, so this fails where followers of the outbox pass over it.
            event: event.into_event().map_err(|error| StorageError::Unexpected(Box::new(error)))?,
            consumer: self.consumer,
            state: place.check("state", self.state.parse())?,
            attempts: place.narrow("attempts", self.attempts)?,
            available_at: self.available_at.0,
            lease: self.lease,
            last_error: self.last_error,
            created_at: self.created_at.0,
            settled_at: self.settled_at.map(|at| at.0),
        })
    }
}

/// Everything of a delivery that can change.
#[derive(AsChangeset)]
#[diesel(table_name = deliveries, treat_none_as_null = true)]
struct DeliveryChanges<'a> {
    state: &'static str,
    attempts: i32,
    available_at: Instant,
    lease: Option<&'a str>,
    last_error: Option<&'a str>,
    settled_at: Option<Instant>,
}

/// What can be taken at `$1`, in terms of `d`; `{consumers}` stands for those asked for. The states are literals, so that the
/// indexes of pending deliveries serve.
macro_rules! due {
    ($consumers:literal) => {
        concat!(
            "d.state = 'pending' AND d.available_at <= $1 AND d.consumer ",
            $consumers,
            " AND NOT EXISTS (SELECT 1 FROM outbox_deliveries earlier WHERE earlier.state = 'pending'
                AND earlier.consumer = d.consumer AND earlier.aggregate_type = d.aggregate_type
                AND earlier.aggregate_id = d.aggregate_id AND earlier.event_id < d.event_id)"
        )
    };
}

/// PostgreSQL takes the list as an array.
macro_rules! due_in_postgres {
    () => {
        due!("= ANY($2)")
    };
}

/// SQLite takes the list as JSON.
macro_rules! due_in_sqlite {
    () => {
        due!("IN (SELECT value FROM json_each($2))")
    };
}

const IS_ANY_DUE_IN_POSTGRES: &str =
    concat!("SELECT EXISTS (SELECT 1 FROM outbox_deliveries d WHERE ", due_in_postgres!(), ") AS found");
const IS_ANY_DUE_IN_SQLITE: &str =
    concat!("SELECT EXISTS (SELECT 1 FROM outbox_deliveries d WHERE ", due_in_sqlite!(), ") AS found");

/// Rows that a rival is just taking are passed over, and seen as taken when looked at a moment later.
const CLAIM_IN_POSTGRES: &str = concat!(
    "WITH due AS (SELECT d.id FROM outbox_deliveries d WHERE ",
    due_in_postgres!(),
    " ORDER BY d.available_at, d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
     UPDATE outbox_deliveries SET attempts = attempts + 1, lease = $4, available_at = $5
     FROM due WHERE outbox_deliveries.id = due.id RETURNING outbox_deliveries.id"
);
/// SQLite numbers names as they appear, so they must appear in order.
const CLAIM_IN_SQLITE: &str = concat!(
    "WITH due AS (SELECT d.id FROM outbox_deliveries d WHERE ",
    due_in_sqlite!(),
    " ORDER BY d.available_at, d.id LIMIT $3)
     UPDATE outbox_deliveries SET attempts = attempts + 1, lease = $4, available_at = $5
     WHERE id IN (SELECT id FROM due) RETURNING id"
);

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

fn list_of(consumers: &[&'static str]) -> Result<Json, StorageError> {
    Json::list(consumers).map_err(|error| StorageError::Unexpected(Box::new(error)))
}

/// Pending, in words that the partial indexes are made for.
fn is_pending() -> diesel::expression::SqlLiteral<Bool> {
    sql("outbox_deliveries.state = 'pending'")
}

/// Dead, in words that the partial index is made for.
fn is_dead() -> diesel::expression::SqlLiteral<Bool> {
    sql("outbox_deliveries.state = 'dead'")
}

impl DeliveryRepository for DieselUnitOfWork<'_> {
    fn is_any_due(&mut self, consumers: &[&'static str], now: Timestamp) -> Result<bool, StorageError> {
        let list = list_of(consumers)?;
        let found: Found = self.execute(|connection| match connection {
            AnyConnection::Postgres(connection) => diesel::sql_query(IS_ANY_DUE_IN_POSTGRES)
                .bind::<Moment, _>(Instant(now))
                .bind::<Array<Text>, _>(consumers)
                .get_result(connection),
            AnyConnection::Sqlite(connection) => diesel::sql_query(IS_ANY_DUE_IN_SQLITE)
                .bind::<Moment, _>(Instant(now))
                .bind::<JsonText, _>(list)
                .get_result(connection),
        })?;
        Ok(found.found)
    }

    fn claim(&mut self, claim: &Claim) -> Result<Vec<Claimed>, StorageError> {
        let list = list_of(&claim.consumers)?;
        let limit = i64::from(claim.limit);
        let taken: Vec<Taken> = self.execute(|connection| match connection {
            AnyConnection::Postgres(connection) => diesel::sql_query(CLAIM_IN_POSTGRES)
                .bind::<Moment, _>(Instant(claim.now))
                .bind::<Array<Text>, _>(&claim.consumers)
                .bind::<BigInt, _>(limit)
                .bind::<Text, _>(&claim.lease)
                .bind::<Moment, _>(Instant(claim.until))
                .load(connection),
            AnyConnection::Sqlite(connection) => diesel::sql_query(CLAIM_IN_SQLITE)
                .bind::<Moment, _>(Instant(claim.now))
                .bind::<JsonText, _>(list)
                .bind::<BigInt, _>(limit)
                .bind::<Text, _>(&claim.lease)
                .bind::<Moment, _>(Instant(claim.until))
                .load(connection),
        })?;
        if taken.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<i64> = taken.iter().map(|taken| taken.id).collect();
        let rows: Vec<(DeliveryRow, EventRow)> = self.execute(|connection| {
            deliveries::table
                .inner_join(outbox::table)
                .filter(deliveries::id.eq_any(ids))
                .order(deliveries::event_id)
                .select((DeliveryRow::as_select(), EventRow::as_select()))
                .load(connection)
        })?;
        let claimed = |(row, event): (DeliveryRow, EventRow)| {
            let delivery = row.into_delivery(event)?;
            let Delivery { id, event, consumer, attempts, .. } = delivery;
            Ok(Claimed { id, event, consumer, attempt: attempts })
        };
        rows.into_iter().map(claimed).collect()
    }

    fn settle(
        &mut self,
        id: DeliveryId,
        lease: &str,
        settlement: &Settlement,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let in_hand =
            deliveries::table.filter(deliveries::id.eq(id.get())).filter(deliveries::lease.eq(lease));
        let given_back = deliveries::lease.eq(None::<&str>);
        let rows = self.execute(|connection| match settlement {
            Settlement::Delivered => diesel::update(in_hand)
                .set((
                    given_back,
                    deliveries::state.eq(DeliveryState::Delivered.as_str()),
                    deliveries::last_error.eq(None::<&str>),
                    deliveries::settled_at.eq(Instant(at)),
                ))
                .execute(connection),
            Settlement::Later { available_at, error } => diesel::update(in_hand)
                .set((
                    given_back,
                    deliveries::available_at.eq(Instant(*available_at)),
                    deliveries::last_error.eq(error),
                ))
                .execute(connection),
            Settlement::Dead { error } => diesel::update(in_hand)
                .set((
                    given_back,
                    deliveries::state.eq(DeliveryState::Dead.as_str()),
                    deliveries::last_error.eq(error),
                    deliveries::settled_at.eq(Instant(at)),
                ))
                .execute(connection),
            Settlement::Untried => diesel::update(in_hand)
                .set((
                    given_back,
                    deliveries::available_at.eq(Instant(at)),
                    deliveries::attempts.eq(deliveries::attempts - 1),
                ))
                .execute(connection),
        })?;
        Ok(rows == 1)
    }

    fn figures(&mut self) -> Result<Vec<DeliveryFigures>, StorageError> {
        let pending: Vec<(String, i64, Option<Instant>)> = self.execute(|connection| {
            deliveries::table
                .filter(is_pending())
                .group_by(deliveries::consumer)
                .order(deliveries::consumer)
                .select((deliveries::consumer, count_star(), min(deliveries::created_at)))
                .load(connection)
        })?;
        let dead: Vec<(String, i64)> = self.execute(|connection| {
            deliveries::table
                .filter(is_dead())
                .group_by(deliveries::consumer)
                .order(deliveries::consumer)
                .select((deliveries::consumer, count_star()))
                .load(connection)
        })?;
        let mut figures = Vec::new();
        for (consumer, number, oldest) in pending {
            figures.push(DeliveryFigures {
                consumer,
                pending: count(number)?,
                oldest_pending_at: oldest.map(|at| at.0),
                dead: 0,
            });
        }
        for (consumer, number) in dead {
            let dead = count(number)?;
            match figures.iter_mut().find(|known| known.consumer == consumer) {
                Some(known) => known.dead = dead,
                None => {
                    figures.push(DeliveryFigures { consumer, pending: 0, oldest_pending_at: None, dead });
                }
            }
        }
        figures.sort_by(|a, b| a.consumer.cmp(&b.consumer));
        Ok(figures)
    }

    fn list(
        &mut self,
        state: Option<DeliveryState>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Delivery>, StorageError> {
        let rows: Vec<(DeliveryRow, EventRow)> = self.execute(|connection| {
            let mut listed = deliveries::table
                .inner_join(outbox::table)
                .filter(deliveries::id.gt(after))
                .order(deliveries::id)
                .limit(limit.into())
                .select((DeliveryRow::as_select(), EventRow::as_select()))
                .into_boxed();
            listed = match state {
                None => listed,
                Some(DeliveryState::Pending) => listed.filter(is_pending()),
                Some(DeliveryState::Dead) => listed.filter(is_dead()),
                Some(state) => listed.filter(deliveries::state.eq(state.as_str())),
            };
            listed.load(connection)
        })?;
        rows.into_iter().map(|(row, event)| row.into_delivery(event)).collect()
    }

    fn lock(&mut self, id: DeliveryId) -> Result<Option<Delivery>, StorageError> {
        let row: Option<(DeliveryRow, EventRow)> = self.execute(|connection| {
            if let AnyConnection::Postgres(connection) = connection {
                // Of the two tables only the delivery is held; Diesel cannot say so in one statement.
                let held = deliveries::table.find(id.get()).select(deliveries::id).for_update();
                if held.first::<i64>(connection).optional()?.is_none() {
                    return Ok(None);
                }
            }
            deliveries::table
                .inner_join(outbox::table)
                .filter(deliveries::id.eq(id.get()))
                .select((DeliveryRow::as_select(), EventRow::as_select()))
                .first(connection)
                .optional()
        })?;
        row.map(|(row, event)| row.into_delivery(event)).transpose()
    }

    fn update(&mut self, delivery: &Delivery) -> Result<(), StorageError> {
        let place = Place::new("outbox_deliveries", delivery.id.get());
        let changes = DeliveryChanges {
            state: delivery.state.as_str(),
            attempts: place.narrow("attempts", delivery.attempts)?,
            available_at: Instant(delivery.available_at),
            lease: delivery.lease.as_deref(),
            last_error: delivery.last_error.as_deref(),
            settled_at: delivery.settled_at.map(Instant),
        };
        let rows = self.execute(|connection| {
            diesel::update(deliveries::table.find(delivery.id.get())).set(changes).execute(connection)
        })?;
        changed_one(rows, "outbox_deliveries", delivery.id)
    }
}
