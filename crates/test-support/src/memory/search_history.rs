//! What was searched for, in memory.

use std::{cmp::Reverse, collections::BTreeMap};

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    ids::{CatalogueServiceId, UserId},
    ports::{SearchHistoryRepository, StorageError, search_history::QueryFault},
    search_history::{
        DaySearches, NormalQuery, PastSearch, QuerySearches, SearchBatch, SearchTally, ServiceSearches,
    },
};
use jiff::{Timestamp, civil::Date};

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

fn add(to: &mut SearchTally, tally: SearchTally) {
    to.searches += tally.searches;
    to.without_results += tally.without_results;
    to.not_understood += tally.not_understood;
}

impl State {
    /// What one person searched for, the latest first.
    fn searches_of(&self, user: UserId) -> Vec<PastSearch> {
        let mut past: Vec<PastSearch> = self
            .search_history
            .iter()
            .filter(|((who, _query), _past)| *who == user)
            .map(|(_key, past)| past.clone())
            .collect();
        past.sort_by_key(|past| Reverse(past.last_at));
        past
    }

    /// Each query of these dates with how it went.
    fn queries_of(&self, dates: DateRange) -> Vec<QuerySearches> {
        let mut all: BTreeMap<&NormalQuery, QuerySearches> = BTreeMap::new();
        for ((date, query), tally) in &self.search_queries {
            if dates.contains(*date) {
                let entry = all.entry(query).or_insert_with(|| QuerySearches {
                    query: query.clone(),
                    tally: SearchTally::default(),
                    last_date: *date,
                });
                add(&mut entry.tally, *tally);
                entry.last_date = entry.last_date.max(*date);
            }
        }
        all.into_values().collect()
    }
}

const fn had(fault: QueryFault, tally: SearchTally) -> u32 {
    match fault {
        QueryFault::WithoutResults => tally.without_results,
        QueryFault::NotUnderstood => tally.not_understood,
    }
}

fn at_most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl SearchHistoryRepository for MemoryUnitOfWork<'_> {
    fn record(&mut self, batch: &SearchBatch, kept_per_user: u32) -> Result<(), StorageError> {
        let state = self.call()?;
        for ((user, query), past) in &batch.history {
            if state.user(*user)?.deleted_at.is_some() {
                continue;
            }
            let key = (*user, query.clone());
            let before = state.search_history.get(&key).map_or(0, |known| known.searches);
            state.search_history.insert(key, PastSearch { searches: before + past.searches, ..past.clone() });
            for given_up in state.searches_of(*user).into_iter().skip(at_most(kept_per_user)) {
                state.search_history.remove(&(*user, given_up.query));
            }
        }
        for ((date, service), searches) in &batch.services {
            if !state.catalogue.contains_key(service) {
                return Err(missing("service", service.get()));
            }
            *state.search_counts.entry((*date, *service)).or_default() += searches;
        }
        for (key, tally) in &batch.queries {
            add(state.search_queries.entry(key.clone()).or_default(), *tally);
        }
        Ok(())
    }

    fn distinct_queries(&mut self, date: Date) -> Result<u64, StorageError> {
        let count = self.call()?.search_queries.keys().filter(|(on, _query)| *on == date).count();
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }

    fn recent(&mut self, user: UserId, limit: u32) -> Result<Vec<PastSearch>, StorageError> {
        let mut past = self.call()?.searches_of(user);
        past.truncate(at_most(limit));
        Ok(past)
    }

    fn forget(&mut self, user: UserId) -> Result<u64, StorageError> {
        let history = &mut self.call()?.search_history;
        let before = history.len();
        history.retain(|(who, _query), _past| *who != user);
        Ok(u64::try_from(before - history.len()).unwrap_or(u64::MAX))
    }

    fn search_counts(&mut self, dates: DateRange) -> Result<Vec<ServiceSearches>, StorageError> {
        let mut sums: BTreeMap<CatalogueServiceId, u64> = BTreeMap::new();
        for ((date, service), searches) in &self.call()?.search_counts {
            if dates.contains(*date) {
                *sums.entry(*service).or_default() += u64::from(*searches);
            }
        }
        Ok(sums.into_iter().map(|(service, searches)| ServiceSearches { service, searches }).collect())
    }

    fn days(&mut self, dates: DateRange) -> Result<Vec<DaySearches>, StorageError> {
        let mut days: BTreeMap<Date, SearchTally> = BTreeMap::new();
        for ((date, _query), tally) in &self.call()?.search_queries {
            if dates.contains(*date) {
                add(days.entry(*date).or_default(), *tally);
            }
        }
        Ok(days.into_iter().map(|(date, tally)| DaySearches { date, tally }).collect())
    }

    fn faulty(
        &mut self,
        fault: QueryFault,
        dates: DateRange,
        limit: u32,
    ) -> Result<Vec<QuerySearches>, StorageError> {
        let mut queries = self.call()?.queries_of(dates);
        queries.retain(|query| had(fault, query.tally) > 0);
        queries.sort_by_key(|query| Reverse(had(fault, query.tally)));
        queries.truncate(at_most(limit));
        Ok(queries)
    }

    fn popular(
        &mut self,
        dates: DateRange,
        least: u32,
        limit: u32,
    ) -> Result<Vec<NormalQuery>, StorageError> {
        let mut queries = self.call()?.queries_of(dates);
        queries.retain(|QuerySearches { tally, .. }| {
            tally.searches >= least && tally.without_results == 0 && tally.not_understood == 0
        });
        queries.sort_by_key(|query| Reverse(query.tally.searches));
        Ok(queries.into_iter().map(|query| query.query).take(at_most(limit)).collect())
    }

    fn purge(&mut self, searched: Timestamp, queries: Date, counts: Date) -> Result<u64, StorageError> {
        let state = self.call()?;
        let size = |state: &State| {
            state.search_history.len() + state.search_queries.len() + state.search_counts.len()
        };
        let before = size(state);
        state.search_history.retain(|_key, past| past.last_at >= searched);
        state.search_queries.retain(|(date, _query), _tally| *date >= queries);
        state.search_counts.retain(|(date, _service), _count| *date >= counts);
        Ok(u64::try_from(before - size(state)).unwrap_or(u64::MAX))
    }
}
