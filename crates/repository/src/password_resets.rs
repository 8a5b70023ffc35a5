//! Requests for a new password.

use diesel::{alias, prelude::*};
use instainstru_domain::{
    ids::{PasswordResetId, UserId},
    password_reset::{NewPasswordReset, PasswordReset, ResetNonce, ResetTokenHash},
    ports::{PasswordResetRepository, StorageError},
};
use jiff::Timestamp;

use crate::{
    connection::on_inner, schema::password_resets as resets, stored::Place, types::Instant,
    unit_of_work::DieselUnitOfWork,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = resets)]
struct ResetRow {
    id: i32,
    user_id: i32,
    nonce: String,
    created_at: Instant,
    expires_at: Instant,
    used_at: Option<Instant>,
}

impl ResetRow {
    fn into_reset(self) -> Result<PasswordReset, StorageError> {
        let place = Place::new("password_resets", self.id);
        Ok(PasswordReset {
            id: place.check("id", PasswordResetId::new(self.id.into()))?,
            user_id: place.check("user_id", UserId::new(self.user_id.into()))?,
            nonce: ResetNonce::new(self.nonce),
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
            used_at: self.used_at.map(|at| at.0),
        })
    }
}

impl PasswordResetRepository for DieselUnitOfWork<'_> {
    fn insert(&mut self, reset: &NewPasswordReset) -> Result<PasswordReset, StorageError> {
        let expires_at = reset.created_at.checked_add(PasswordReset::LIFETIME);
        let expires_at = expires_at.map_err(|error| StorageError::Unexpected(Box::new(error)))?;
        let row: ResetRow = self.execute(|connection| {
            let values = (
                resets::user_id.eq(reset.user_id.get()),
                resets::nonce.eq(reset.nonce.as_str()),
                resets::token_hash.eq(reset.token_hash.as_str()),
                resets::created_at.eq(Instant(reset.created_at)),
                resets::expires_at.eq(Instant(expires_at)),
            );
            on_inner!(connection, |connection| diesel::insert_into(resets::table)
                .values(values)
                .returning(ResetRow::as_returning())
                .get_result(connection))
        })?;
        row.into_reset()
    }

    fn find(&mut self, id: PasswordResetId) -> Result<Option<PasswordReset>, StorageError> {
        let row: Option<ResetRow> = self.execute(|connection| {
            resets::table.find(id.get()).select(ResetRow::as_select()).first(connection).optional()
        })?;
        row.map(ResetRow::into_reset).transpose()
    }

    fn find_by_token(&mut self, hash: &ResetTokenHash) -> Result<Option<PasswordReset>, StorageError> {
        let row: Option<ResetRow> = self.execute(|connection| {
            resets::table
                .filter(resets::token_hash.eq(hash.as_str()))
                .select(ResetRow::as_select())
                .first(connection)
                .optional()
        })?;
        row.map(ResetRow::into_reset).transpose()
    }

    fn void_all(&mut self, user: UserId, at: Timestamp) -> Result<(), StorageError> {
        self.execute(|connection| {
            diesel::update(resets::table)
                .filter(resets::user_id.eq(user.get()))
                .filter(resets::used_at.is_null())
                .set(resets::used_at.eq(Instant(at)))
                .execute(connection)
        })?;
        Ok(())
    }

    fn delete_expired(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let rows = self.execute(|connection| {
            let oldest = alias!(resets as oldest);
            let ids = oldest
                .filter(oldest.field(resets::expires_at).lt(Instant(before)))
                .order((oldest.field(resets::expires_at), oldest.field(resets::id)))
                .limit(limit.into())
                .select(oldest.field(resets::id));
            diesel::delete(resets::table.filter(resets::id.eq_any(ids))).execute(connection)
        })?;
        u64::try_from(rows).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }
}
