//! Events and stored answers in memory.

use std::collections::hash_map::Entry;

use instainstru_domain::{
    event::{DomainEvent, RecordedEvent},
    ports::{
        AnswerRepository, Conflict, Outbox, StorageError,
        idempotency::{AnswerKey, StoredAnswer},
    },
};
use jiff::Timestamp;

use super::unit::MemoryUnitOfWork;

impl Outbox for MemoryUnitOfWork<'_> {
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError> {
        self.call()?.record(*event, at)
    }

    fn events(&mut self, after: i64, limit: u32) -> Result<Vec<RecordedEvent>, StorageError> {
        let events = self.call()?.events.iter().map(|(recorded, _at)| *recorded);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(events.filter(|recorded| recorded.number > after).take(limit).collect())
    }

    fn last_number(&mut self) -> Result<i64, StorageError> {
        Ok(self.call()?.events.last().map_or(0, |(recorded, _at)| recorded.number))
    }
}

impl AnswerRepository for MemoryUnitOfWork<'_> {
    fn find(&mut self, key: &AnswerKey, since: Timestamp) -> Result<Option<StoredAnswer>, StorageError> {
        let stored = self.call()?.answers.get(key).and_then(|(_at, answer)| answer.clone());
        Ok(stored.filter(|answer| answer.stored_at >= since))
    }

    fn reserve(
        &mut self,
        key: &AnswerKey,
        _fingerprint: &str,
        since: Timestamp,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        match self.call()?.answers.entry(key.clone()) {
            Entry::Occupied(entry) if entry.get().1.as_ref().is_some_and(|a| a.stored_at >= since) => {
                Err(StorageError::Conflict(Conflict::AnswerExists))
            }
            entry => {
                entry.insert_entry((at, None));
                Ok(())
            }
        }
    }

    fn store(&mut self, key: &AnswerKey, answer: &StoredAnswer) -> Result<(), StorageError> {
        match self.call()?.answers.get_mut(key) {
            Some(reserved @ (_, None)) => {
                *reserved = (answer.stored_at, Some(answer.clone()));
                Ok(())
            }
            Some((_, Some(_))) | None => {
                Err(StorageError::unexpected("the key of an answer is not reserved"))
            }
        }
    }
}
