//! Forgetting what has served its purpose.

use diesel::{prelude::*, sql_types::BigInt};
use instainstru_domain::ports::{RetentionRepository, StorageError};
use jiff::Timestamp;

use crate::{
    types::{Instant, sql::Moment},
    unit_of_work::DieselUnitOfWork,
};

/// SQL that forgets a limited number of rows of a table with this key: those that `$1` says have served their purpose.
macro_rules! forget {
    ($table:literal, $key:literal, $condition:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $condition,
            " LIMIT $2)"
        )
    };
}

const REVOKED_TOKENS: &str = forget!("revoked_tokens", "token_id", "expires_at < $1");
const ANSWERS: &str = forget!("idempotency_answers", "scope, key", "stored_at < $1");
/// The deliveries go with the event.
const EVENTS: &str = forget!(
    "outbox",
    "id",
    "created_at < $1 AND NOT EXISTS (SELECT 1 FROM outbox_deliveries d
        WHERE d.event_id = outbox.id AND d.state IN ('pending', 'dead'))"
);
const RUNS: &str = forget!(
    "job_runs",
    "id",
    "finished_at < $1 AND EXISTS (SELECT 1 FROM job_runs later WHERE later.job = job_runs.job AND later.id > job_runs.id)"
);
const REMINDERS: &str = forget!("booking_reminders", "booking_id, starts_at, hours_before", "starts_at < $1");

impl DieselUnitOfWork<'_> {
    fn forget(&mut self, statement: &str, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let rows = self.execute(|connection| {
            diesel::sql_query(statement)
                .bind::<Moment, _>(Instant(before))
                .bind::<BigInt, _>(i64::from(limit))
                .execute(connection)
        })?;
        u64::try_from(rows).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }
}

impl RetentionRepository for DieselUnitOfWork<'_> {
    fn forget_revoked_tokens(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        self.forget(REVOKED_TOKENS, before, limit)
    }

    fn forget_answers(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        self.forget(ANSWERS, before, limit)
    }

    fn forget_events(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        self.forget(EVENTS, before, limit)
    }

    fn forget_runs(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        self.forget(RUNS, before, limit)
    }

    fn forget_reminders(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        self.forget(REMINDERS, before, limit)
    }
}
