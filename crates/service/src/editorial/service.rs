//! Editing over any storage.

use std::{collections::HashSet, sync::Arc};

use instainstru_domain::{
    event::DomainEvent,
    ids::CatalogueServiceId,
    page::{Page, Paged},
    ports::{Clock, PhraseKeys, StorageError, Transactor, TransactorExt, UnitOfWork},
};
use jiff::Timestamp;

use super::EditorialError;

/// Editing the catalogue and its words over any storage.
pub struct EditorialService {
    pub(super) tx: Arc<dyn Transactor>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) keys: Arc<dyn PhraseKeys>,
}

impl EditorialService {
    /// Editing what is kept in `tx`; `keys` tells when two phrases are one.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>, keys: Arc<dyn PhraseKeys>) -> Self {
        Self { tx, clock, keys }
    }

    /// Runs an edit while no other editor is at work, so that what it checks stays true.
    pub(super) fn edit<T>(
        &self,
        mut work: impl FnMut(&mut Edit<'_>) -> Result<T, EditorialError>,
    ) -> Result<T, EditorialError> {
        let at = self.clock.now();
        self.tx.transaction(|uow| {
            uow.vocabulary().lock()?;
            work(&mut Edit { uow, at })
        })
    }
}

/// One edit.
pub(super) struct Edit<'u> {
    pub(super) uow: &'u mut dyn UnitOfWork,
    pub(super) at: Timestamp,
}

impl Edit<'_> {
    /// Tells everybody who wants to know.
    pub(super) fn tell(&mut self, event: DomainEvent) -> Result<(), StorageError> {
        self.uow.outbox().push(&event, self.at)
    }

    /// Fails unless all these services exist.
    pub(super) fn services_exist(&mut self, ids: &[CatalogueServiceId]) -> Result<(), EditorialError> {
        let known: HashSet<CatalogueServiceId> =
            self.uow.catalogue().find(ids)?.into_iter().map(|service| service.id).collect();
        let unknown: Vec<CatalogueServiceId> = ids.iter().filter(|id| !known.contains(id)).copied().collect();
        if unknown.is_empty() { Ok(()) } else { Err(EditorialError::UnknownServices(unknown)) }
    }
}

/// One page of a list that was read as a whole: there are hundreds of such things, not millions.
pub(super) fn page_of<T>(items: Vec<T>, page: Page) -> Paged<T> {
    let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let total = u64::try_from(items.len()).unwrap_or(u64::MAX);
    Paged { items: items.into_iter().skip(number(page.offset)).take(number(page.limit)).collect(), total }
}

/// Whether one of the texts contains what is looked for, ignoring case; whether or not when nothing is.
pub(super) fn contains<'t>(texts: impl IntoIterator<Item = &'t str>, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| {
        let wanted = wanted.to_lowercase();
        texts.into_iter().any(|text| text.to_lowercase().contains(&wanted))
    })
}

/// The same entries, each once, in their order.
pub(super) fn each_once<T: Clone + Eq + std::hash::Hash>(items: &[T]) -> Vec<T> {
    let mut seen = HashSet::new();
    items.iter().filter(|item| seen.insert((*item).clone())).cloned().collect()
}
