//! Editing over any storage.

use std::{collections::HashSet, sync::Arc};

use instainstru_domain::{
    account::User,
    audit::{AuditAction, NewAuditEntry},
    catalogue::{CategoryFacts, ServiceFacts},
    event::DomainEvent,
    ids::{CatalogueServiceId, CategoryId, UserId},
    page::{Page, Paged},
    ports::{Clock, PhraseKeys, StorageError, Transactor, TransactorExt, UnitOfWork},
    vocabulary::{Meaning, Phrase},
};
use jiff::Timestamp;

use super::EditorialError;
use crate::audit;

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

    /// Runs an edit of an administrator while no other editor is at work, so that what it checks stays true.
    pub(super) fn edit<T>(
        &self,
        actor: &User,
        mut work: impl FnMut(&mut Edit<'_>) -> Result<T, EditorialError>,
    ) -> Result<T, EditorialError> {
        if !actor.is_admin {
            return Err(EditorialError::NotAdmin);
        }
        let (actor, at) = (actor.id, self.clock.now());
        self.tx.transaction(|uow| {
            uow.vocabulary().lock()?;
            work(&mut Edit { uow, actor, at })
        })
    }
}

/// One edit.
pub(super) struct Edit<'u> {
    pub(super) uow: &'u mut dyn UnitOfWork,
    actor: UserId,
    pub(super) at: Timestamp,
}

/// What an edit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Added,
    Changed,
    Removed,
    SwitchedOn,
    SwitchedOff,
}

impl Deed {
    pub(super) const fn switched(on: bool) -> Self {
        if on { Self::SwitchedOn } else { Self::SwitchedOff }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::SwitchedOn => "switched_on",
            Self::SwitchedOff => "switched_off",
        }
    }
}

/// What an edit did it to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edited<'e> {
    Category(CategoryId, &'e CategoryFacts),
    Service(CatalogueServiceId, &'e ServiceFacts),
    Alias(&'e Phrase, Meaning),
    Group(&'e str),
    Place(&'e str),
}

impl Edited<'_> {
    /// What has changed for whoever follows the outbox.
    const fn event(self) -> DomainEvent {
        match self {
            Self::Category(category, _facts) => DomainEvent::CategoryChanged { category },
            Self::Service(service, _facts) => DomainEvent::CatalogueChanged { service },
            Self::Alias(..) | Self::Group(_) | Self::Place(_) => DomainEvent::VocabularyChanged,
        }
    }

    fn describe(self, entry: NewAuditEntry) -> NewAuditEntry {
        match self {
            Self::Category(id, facts) => entry.about(id).saying("slug", &facts.slug),
            Self::Service(id, facts) => entry.about(id).saying("slug", &facts.slug),
            Self::Alias(phrase, meaning) => {
                let entry = entry.saying("alias", phrase).saying("kind", meaning.kind().as_str());
                match (meaning, meaning.service()) {
                    (Meaning::Category(category), _) => entry.about(category),
                    (_, Some(service)) => entry.about(service),
                    (_, None) => entry,
                }
            }
            Self::Group(name) => entry.saying("group", name),
            Self::Place(name) => entry.saying("place", name),
        }
    }
}

impl Edit<'_> {
    /// Tells everybody who wants to know, and writes down who did it.
    pub(super) fn done(&mut self, deed: Deed, to: Edited<'_>) -> Result<(), StorageError> {
        self.uow.outbox().push(&to.event(), self.at)?;
        let entry = NewAuditEntry::new(AuditAction::CatalogueEdited, self.at).by(self.actor);
        audit::record(self.uow, to.describe(entry.saying("deed", deed.as_str())))
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
