//! What one holder has at a time.

use diesel::{prelude::*, sql_types::Text};
use instainstru_domain::ports::{LeaseRepository, StorageError};
use jiff::Timestamp;

use crate::{
    schema::leases,
    types::{Instant, sql::Moment},
    unit_of_work::DieselUnitOfWork,
};

/// Whoever comes second waits for the row, finds it changed, and changes nothing.
const TAKE: &str = "INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
    WHERE leases.holder = excluded.holder OR leases.expires_at <= $4";

impl LeaseRepository for DieselUnitOfWork<'_> {
    fn take(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        let rows = self.execute(|connection| {
            diesel::sql_query(TAKE)
                .bind::<Text, _>(name)
                .bind::<Text, _>(holder)
                .bind::<Moment, _>(Instant(until))
                .bind::<Moment, _>(Instant(now))
                .execute(connection)
        })?;
        Ok(rows == 1)
    }

    fn give_up(&mut self, name: &str, holder: &str) -> Result<(), StorageError> {
        self.execute(|connection| {
            diesel::delete(leases::table.find(name)).filter(leases::holder.eq(holder)).execute(connection)
        })?;
        Ok(())
    }
}
