//! Answers of unsafe requests.

use diesel::prelude::*;
use instainstru_domain::ports::{
    AnswerRepository, Conflict, StorageError,
    idempotency::{AnswerKey, StoredAnswer},
};
use jiff::Timestamp;

use crate::{
    connection::on_inner, schema::idempotency_answers as answers, stored::missing, types::Instant,
    unit_of_work::DieselUnitOfWork,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = answers)]
struct AnswerRow {
    fingerprint: String,
    status: Option<i32>,
    body: Option<String>,
    stored_at: Instant,
}

impl AnswerRow {
    /// `None` while the request is being worked on.
    fn into_answer(self, key: &AnswerKey) -> Result<Option<StoredAnswer>, StorageError> {
        let (Some(status), Some(body)) = (self.status, self.body) else { return Ok(None) };
        let status = u16::try_from(status).map_err(|error| {
            let place =
                format!("idempotency_answers {} {} holds an invalid status: {error}", key.scope, key.key);
            StorageError::unexpected(place)
        })?;
        Ok(Some(StoredAnswer { fingerprint: self.fingerprint, status, body, stored_at: self.stored_at.0 }))
    }
}

impl AnswerRepository for DieselUnitOfWork<'_> {
    fn find(&mut self, key: &AnswerKey, since: Timestamp) -> Result<Option<StoredAnswer>, StorageError> {
        let row = self.execute(|connection| {
            answers::table
                .find((&key.scope, &key.key))
                .filter(answers::stored_at.ge(Instant(since)))
                .filter(answers::status.is_not_null())
                .select(AnswerRow::as_select())
                .first(connection)
                .optional()
        })?;
        row.map_or(Ok(None), |row| row.into_answer(key))
    }

    fn reserve(
        &mut self,
        key: &AnswerKey,
        fingerprint: &str,
        since: Timestamp,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let reserved = self.execute(|connection| {
            diesel::delete(answers::table.find((&key.scope, &key.key)))
                .filter(answers::stored_at.lt(Instant(since)))
                .execute(connection)?;
            let row = (
                answers::scope.eq(&key.scope),
                answers::key.eq(&key.key),
                answers::fingerprint.eq(fingerprint),
                answers::stored_at.eq(Instant(at)),
            );
            // Waits for a rival that holds the same key; unlike a failed insert it leaves the transaction usable.
            on_inner!(connection, |connection| diesel::insert_into(answers::table)
                .values(row)
                .on_conflict_do_nothing()
                .execute(connection))
        })?;
        if reserved == 1 { Ok(()) } else { Err(StorageError::Conflict(Conflict::AnswerExists)) }
    }

    fn store(&mut self, key: &AnswerKey, answer: &StoredAnswer) -> Result<(), StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(answers::table.find((&key.scope, &key.key)))
                .filter(answers::status.is_null())
                .set((
                    answers::fingerprint.eq(&answer.fingerprint),
                    answers::status.eq(i32::from(answer.status)),
                    answers::body.eq(&answer.body),
                    answers::stored_at.eq(Instant(answer.stored_at)),
                ))
                .execute(connection)
        })?;
        if rows == 1 { Ok(()) } else { Err(missing("a reservation in idempotency_answers of", &key.scope)) }
    }
}
