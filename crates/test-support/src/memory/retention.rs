//! Forgetting what has served its purpose, in memory.

use std::collections::BTreeSet;

use instainstru_domain::{
    delivery::DeliveryState,
    ports::{RetentionRepository, StorageError},
};
use jiff::Timestamp;

use super::{state::State, unit::MemoryUnitOfWork};

/// The first `limit` keys of what has served its purpose, and how many they are.
fn some<K>(keys: impl Iterator<Item = K>, limit: u32) -> (Vec<K>, u64) {
    let keys: Vec<K> = keys.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let count = u64::try_from(keys.len()).unwrap_or(u64::MAX);
    (keys, count)
}

/// Whether an event has arrived everywhere, or nobody wants it any more.
fn is_settled(state: &State, number: i64) -> bool {
    let mut deliveries = state.deliveries.values().filter(|delivery| delivery.event.number == number);
    deliveries.all(|delivery| matches!(delivery.state, DeliveryState::Delivered | DeliveryState::Discarded))
}

impl RetentionRepository for MemoryUnitOfWork<'_> {
    fn forget_revoked_tokens(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let tokens = &mut self.call()?.revoked_tokens;
        let expired = tokens.iter().filter(|(_id, expires_at)| **expires_at < before);
        let (ids, count) = some(expired.map(|(id, _expires_at)| id.clone()), limit);
        tokens.retain(|id, _expires_at| !ids.contains(id));
        Ok(count)
    }

    fn forget_answers(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let answers = &mut self.call()?.answers;
        let old = answers.iter().filter(|(_key, (at, _answer))| *at < before);
        let (keys, count) = some(old.map(|(key, _stored)| key.clone()), limit);
        answers.retain(|key, _stored| !keys.contains(key));
        Ok(count)
    }

    fn forget_events(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let state = self.call()?;
        let old = state.events.iter().filter(|(_event, at)| *at < before).map(|(event, _at)| event.number);
        let (numbers, count) = some(old.filter(|number| is_settled(state, *number)), limit);
        state.events.retain(|(event, _at)| !numbers.contains(&event.number));
        state.deliveries.retain(|_id, delivery| !numbers.contains(&delivery.event.number));
        Ok(count)
    }

    fn forget_runs(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let runs = &mut self.call()?.runs;
        let mut seen = BTreeSet::new();
        let earlier = runs.values().rev().filter(|run| !seen.insert(run.job.clone()));
        let old = earlier.filter(|run| run.end.as_ref().is_some_and(|end| end.at < before));
        let (ids, count) = some(old.map(|run| run.id), limit);
        runs.retain(|id, _run| !ids.contains(id));
        Ok(count)
    }

    fn forget_reminders(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let marks = &mut self.call()?.reminders;
        let (old, count) = some(marks.iter().filter(|(_id, start, _hours)| *start < before).copied(), limit);
        marks.retain(|mark| !old.contains(mark));
        Ok(count)
    }
}
