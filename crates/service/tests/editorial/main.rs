//! Editing the catalogue and its words, over a store in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

mod categories;
mod places;
mod services;
mod words;

use std::sync::Arc;

use instainstru_domain::{
    account::User,
    audit::AuditAction,
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
    builders::{a_catalogue, a_user, built_at},
    clock::FixedClock,
    memory::MemoryStore,
    phrases::PlainKeys,
};

/// Music with piano ("klavier") and guitar, Wellbeing & Languages with yoga and Spanish.
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) admin: User,
    pub(crate) editor: EditorialService,
    pub(crate) music: CategoryId,
    pub(crate) piano: CatalogueServiceId,
    pub(crate) guitar: CatalogueServiceId,
}

impl World {
    pub(crate) fn new() -> Self {
        let store = MemoryStore::new();
        let catalogue = a_catalogue(&store);
        let admin = a_user(&store).insert();
        store.set_admin(admin.id, true);
        let clock = FixedClock::at("2026-07-15T12:00:00Z");
        Self {
            editor: EditorialService::new(Arc::new(store.clone()), Arc::new(clock), Arc::new(PlainKeys)),
            admin: User { is_admin: true, ..admin },
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
    let failed = world.editor.add_service(&world.admin, &draft(&world, "Harp"));
    assert!(matches!(failed, Err(EditorialError::Storage(StorageError::Unavailable(_)))));
    assert_eq!(listed(&world).len(), 4);
    world.editor.add_service(&world.admin, &draft(&world, "Harp")).unwrap();
}

#[test]
fn nobody_but_an_administrator_edits() {
    let world = World::new();
    let student = User { is_admin: false, ..world.admin.clone() };
    let said = world.refused(|editor| editor.add_service(&student, &draft(&world, "Harp")));
    assert_eq!(said, "Only administrators can do this");
    for said in [
        world.refused(|editor| editor.switch_category(&student, world.music, false)),
        world.refused(|editor| editor.add_alias(&student, &phrase("keys"), Meaning::Weak)),
        world.refused(|editor| editor.add_group(&student, &name("Strings"), &[])),
    ] {
        assert_eq!(said, "Only administrators can do this");
    }
    assert_eq!(world.store.audit_entries(), []);
}

#[test]
fn every_edit_is_written_down() {
    let world = World::new();
    let harp = world.editor.add_service(&world.admin, &draft(&world, "Harp")).unwrap().record.id;
    let lute = world.editor.add_alias(&world.admin, &phrase("lute"), Meaning::Hint(harp)).unwrap();
    world.editor.remove_alias(&world.admin, lute.id).unwrap();
    world.editor.switch_category(&world.admin, world.music, false).unwrap();
    world.editor.switch_category(&world.admin, world.music, false).unwrap();
    world.editor.add_group(&world.admin, &name("Strings"), &[harp, world.guitar]).unwrap();
    let entries = world.store.audit_entries();
    assert!(entries.iter().all(|entry| entry.action == AuditAction::CatalogueEdited));
    assert!(entries.iter().all(|entry| entry.actor == Some(world.admin.id)));
    let said: Vec<String> = entries
        .iter()
        .map(|entry| {
            let subject = entry.subject.map(|subject| format!("{} {}", subject.kind.as_str(), subject.id));
            let facts = entry.detail.facts().iter().map(|(name, value)| format!("{name}={value}"));
            subject.into_iter().chain(facts).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        said,
        [
            format!("catalogue_service {harp} deed=added slug=harp"),
            format!("catalogue_service {harp} alias=lute deed=added kind=hint"),
            format!("catalogue_service {harp} alias=lute deed=removed kind=hint"),
            format!("category {} deed=switched_off slug=music", world.music),
            "deed=added group=Strings".to_owned(),
        ]
    );
}
