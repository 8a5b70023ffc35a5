//! Events and stored answers in memory.

use std::collections::hash_map::Entry;

use instainstru_domain::{
    event::{DomainEvent, RecordedEvent, UnreadableEvent},
    ports::{
        AnswerRepository, Conflict, Outbox, StorageError,
        idempotency::{AnswerKey, StoredAnswer},
    },
};
use jiff::Timestamp;

use super::unit::MemoryUnitOfWork;

impl Outbox for MemoryUnitOfWork<'_> {
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError> {
        self.call()?.record(*event, at);
        Ok(())
    }

    fn events(
        &mut self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Result<RecordedEvent, UnreadableEvent>>, StorageError> {
        let state = self.call()?;
        let readable = state.events.iter().map(|(recorded, _at)| (recorded.number, Ok(*recorded)));
        let unreadable = state.unreadable_events.iter().map(|error| (error.number, Err(error.clone())));
        let mut later: Vec<_> =
            readable.chain(unreadable).filter(|(number, _event)| *number > after).collect();
        later.sort_by_key(|(number, _event)| *number);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(later.into_iter().map(|(_number, event)| event).take(limit).collect())
    }

    fn last_number(&mut self) -> Result<i64, StorageError> {
        let state = self.call()?;
        let readable = state.events.last().map_or(0, |(recorded, _at)| recorded.number);
        Ok(state.unreadable_events.last().map_or(readable, |error| error.number.max(readable)))
    }
}

impl AnswerRepository for MemoryUnitOfWork<'_> {
    fn find(&mut self, key: &AnswerKey, since: Timestamp) -> Result<Option<StoredAnswer>, StorageError> {
        let stored = self.call()?.answers.get(key).cloned().flatten();
        Ok(stored.filter(|answer| answer.stored_at >= since))
    }

    fn reserve(
        &mut self,
        key: &AnswerKey,
        _fingerprint: &str,
        since: Timestamp,
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        match self.call()?.answers.entry(key.clone()) {
            Entry::Occupied(entry) if entry.get().as_ref().is_some_and(|a| a.stored_at >= since) => {
                Err(StorageError::Conflict(Conflict::AnswerExists))
            }
            entry => {
                entry.insert_entry(None);
                Ok(())
            }
        }
    }

    fn store(&mut self, key: &AnswerKey, answer: &StoredAnswer) -> Result<(), StorageError> {
        match self.call()?.answers.get_mut(key) {
            Some(reserved @ None) => {
                *reserved = Some(answer.clone());
                Ok(())
            }
            Some(Some(_)) | None => Err(StorageError::unexpected("the key of an answer is not reserved")),
        }
    }
}
