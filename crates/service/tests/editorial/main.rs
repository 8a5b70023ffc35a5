//! Editing the catalogue and its words, over a store in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

mod categories;
mod places;
mod services;
mod words;

use std::sync::Arc;

use instainstru_domain::{
    editorial::{CategoryRecord, Origin, ServiceRecord, Slug},
    event::DomainEvent,
    ids::{CatalogueServiceId, CategoryId},
    page::Page,
    ports::{StorageError, TransactorExt, UnitOfWork},
    text::EntryName,
    vocabulary::{Meaning, NewAlias, Phrase},
};
use instainstru_service::editorial::{
    AliasFilter, CatalogueEditing, EditorialError, EditorialService, ServiceDraft, VocabularyEditing,
};
use instainstru_test_support::{
    builders::{a_catalogue, built_at},
    clock::FixedClock,
    memory::MemoryStore,
    phrases::PlainKeys,
};

/// Music with piano ("klavier") and guitar, Wellbeing & Languages with yoga and Spanish.
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) editor: EditorialService,
    pub(crate) music: CategoryId,
    pub(crate) piano: CatalogueServiceId,
    pub(crate) guitar: CatalogueServiceId,
}

impl World {
    pub(crate) fn new() -> Self {
        let store = MemoryStore::new();
        let catalogue = a_catalogue(&store);
        let clock = FixedClock::at("2026-07-15T12:00:00Z");
        Self {
            editor: EditorialService::new(Arc::new(store.clone()), Arc::new(clock), Arc::new(PlainKeys)),
            music: catalogue.category("music").id,
            piano: catalogue.id("piano"),
            guitar: catalogue.id("guitar"),
            store,
        }
    }

    pub(crate) fn write<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.transaction(work).unwrap()
    }

    /// What the content files say.
    pub(crate) fn content_says(&self, text: &str, meaning: Meaning) {
        let new = [NewAlias { phrase: phrase(text), meaning, origin: Origin::Content }];
        self.write(|uow| uow.vocabulary().insert_aliases(&new, built_at()));
    }

    pub(crate) fn service(&self, id: CatalogueServiceId) -> ServiceRecord {
        self.write(|uow| uow.catalogue_editor().find_service(id)).unwrap()
    }

    pub(crate) fn category(&self, id: CategoryId) -> CategoryRecord {
        let all = self.write(|uow| uow.catalogue_editor().categories());
        all.into_iter().find(|record| record.category.id == id).unwrap()
    }

    /// The phrases that count.
    pub(crate) fn phrases(&self) -> Vec<String> {
        let aliases = self.editor.aliases(&AliasFilter::default(), Page::first(100)).unwrap();
        aliases.items.into_iter().map(|alias| alias.phrase.to_string()).collect()
    }

    /// Does something and returns the events it caused.
    pub(crate) fn events_of<T>(&self, work: impl FnOnce(&EditorialService) -> T) -> (T, Vec<DomainEvent>) {
        let before = self.store.events().len();
        let done = work(&self.editor);
        (done, self.store.events().split_off(before))
    }

    /// Does something that must be refused and change nothing.
    #[track_caller]
    pub(crate) fn refused<T: std::fmt::Debug>(
        &self,
        work: impl FnOnce(&EditorialService) -> Result<T, EditorialError>,
    ) -> String {
        let before = format!("{:?}", self.everything());
        let (result, events) = self.events_of(work);
        assert_eq!(events, []);
        assert_eq!(format!("{:?}", self.everything()), before);
        result.unwrap_err().to_string()
    }

    fn everything(&self) -> impl std::fmt::Debug {
        self.write(|uow| {
            let catalogue = (uow.catalogue_editor().categories()?, uow.catalogue_editor().services()?);
            let words = (uow.vocabulary().aliases()?, uow.vocabulary().groups()?, uow.vocabulary().places()?);
            Ok((catalogue, words))
        })
    }
}

pub(crate) fn phrase(text: &str) -> Phrase {
    Phrase::new(text).unwrap()
}

pub(crate) fn name(text: &str) -> EntryName {
    EntryName::new(text).unwrap()
}

pub(crate) fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

/// A service with nothing but a name.
pub(crate) fn draft(world: &World, text: &str) -> ServiceDraft {
    ServiceDraft {
        slug: slug(&text.to_lowercase().replace(' ', "-")),
        category: world.music,
        name: name(text),
        description: None,
        search_terms: vec![],
        synonyms: vec![],
        hints: vec![],
        not: vec![],
        display_order: None,
        online_capable: true,
        requires_certification: false,
        typical_price: None,
        related: vec![],
    }
}

/// The catalogue as the public sees it.
pub(crate) fn listed(world: &World) -> Vec<String> {
    let listings = world.write(|uow| uow.catalogue().listings(None));
    listings.into_iter().map(|listing| listing.service.facts.name).collect()
}

#[test]
fn an_edit_that_fails_leaves_nothing_behind() {
    let world = World::new();
    world.store.fail_next(
        instainstru_test_support::memory::Fault::Commit,
        instainstru_test_support::memory::unavailable,
    );
    let failed = world.editor.add_service(&draft(&world, "Harp"));
    assert!(matches!(failed, Err(EditorialError::Storage(StorageError::Unavailable(_)))));
    assert_eq!(listed(&world).len(), 4);
    world.editor.add_service(&draft(&world, "Harp")).unwrap();
}
