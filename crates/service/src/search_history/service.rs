//! Implementation of reading what was searched for.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    ids::{CatalogueServiceId, UserId},
    ports::{Clock, StorageError, Transactor, TransactorExt, UnitOfWork, search_history::QueryFault},
    zone::Zone,
};
use jiff::ToSpan;

use super::{RememberedSearch, SearchHistoryUseCases, SearchQuality};

/// Most queries of a list of faults.
const SHOWN: u32 = 100;

/// What was searched for, over any storage.
pub struct SearchHistoryService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl SearchHistoryService {
    /// What is kept in `tx`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }
}

/// What a person searched for, the latest first, at most `limit`.
pub(crate) fn remembered(
    uow: &mut dyn UnitOfWork,
    user: UserId,
    limit: u32,
) -> Result<Vec<RememberedSearch>, StorageError> {
    let past = uow.search_history().recent(user, limit)?;
    let ids: BTreeSet<CatalogueServiceId> = past.iter().flat_map(|past| &past.services).copied().collect();
    let services = uow.catalogue().find(&ids.into_iter().collect::<Vec<_>>())?;
    let names: HashMap<CatalogueServiceId, String> =
        services.into_iter().map(|service| (service.id, service.facts.name)).collect();
    let named = |id: &CatalogueServiceId| Some((*id, names.get(id)?.clone()));
    Ok(past
        .into_iter()
        .map(|search| RememberedSearch {
            services: search.services.iter().filter_map(named).collect(),
            search,
        })
        .collect())
}

impl SearchHistoryUseCases for SearchHistoryService {
    fn recent(&self, user: UserId, limit: u32) -> Result<Vec<RememberedSearch>, StorageError> {
        self.tx.reading(|uow| remembered(uow, user, limit))
    }

    fn forget(&self, user: UserId) -> Result<u64, StorageError> {
        self.tx.transaction(|uow| uow.search_history().forget(user))
    }

    fn quality(&self, days: u16) -> Result<SearchQuality, StorageError> {
        let today = Zone::new_york().date_at(self.clock.now());
        let first = today.saturating_sub((i64::from(days.max(1)) - 1).days());
        let dates = DateRange::of_days(first, days);
        self.tx.reading(|uow| {
            let history = uow.search_history();
            Ok(SearchQuality {
                dates,
                days: history.days(dates)?,
                without_results: history.faulty(QueryFault::WithoutResults, dates, SHOWN)?,
                not_understood: history.faulty(QueryFault::NotUnderstood, dates, SHOWN)?,
            })
        })
    }
}
