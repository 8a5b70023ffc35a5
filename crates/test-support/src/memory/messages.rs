//! Events, stored answers and sent mails in memory.

use std::collections::hash_map::Entry;

use instainstru_domain::{
    event::{DomainEvent, RecordedEvent, UnreadableEvent},
    ports::{
        AnswerRepository, Conflict, Outbox, SentMailRepository, StorageError,
        idempotency::{AnswerKey, StoredAnswer},
        mails::SentMail,
    },
};
use jiff::Timestamp;

use super::unit::MemoryUnitOfWork;

impl Outbox for MemoryUnitOfWork<'_> {
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError> {
        self.call()?.record(*event, at)
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

impl SentMailRepository for MemoryUnitOfWork<'_> {
    fn about(&mut self, event: i64) -> Result<Vec<String>, StorageError> {
        let mails = self.call()?.sent_mails.values().filter(|mail| mail.event == event);
        Ok(mails.map(|mail| mail.message_id.clone()).collect())
    }

    fn insert(&mut self, mail: &SentMail) -> Result<(), StorageError> {
        let state = self.call()?;
        if !state.events.iter().any(|(recorded, _at)| recorded.number == mail.event) {
            return Err(StorageError::unexpected(format!("there is no event {}", mail.event)));
        }
        state.sent_mails.entry(mail.message_id.clone()).or_insert_with(|| mail.clone());
        Ok(())
    }
}
