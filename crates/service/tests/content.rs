//! Storing content: again and again, new versions, and what administrators did meanwhile.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use instainstru_domain::{
    catalogue::{CatalogueEntry, CategoryFacts, ServiceFacts},
    editorial::{Origin, ServiceRecord},
    event::DomainEvent,
    ports::{StorageError, TransactorExt, UnitOfWork},
    vocabulary::{Alias, GroupEntry, Meaning, NewAlias, Phrase, Place, PlaceEntry, PlaceKind, ServiceGroup},
};
use instainstru_service::content::{Content, ContentMeaning, ContentService, ContentWord};
use instainstru_test_support::{
    builders::built_at,
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};

fn category(slug: &str) -> CategoryFacts {
    CategoryFacts {
        slug: slug.into(),
        name: slug.to_uppercase(),
        subtitle: None,
        description: None,
        display_order: 1,
        icon_name: None,
    }
}

fn service(slug: &str) -> CatalogueEntry {
    CatalogueEntry {
        category_slug: "music".into(),
        facts: ServiceFacts {
            slug: slug.into(),
            name: slug.to_uppercase(),
            description: None,
            search_terms: vec![],
            display_order: 1,
            online_capable: true,
            requires_certification: false,
            typical_price: None,
        },
        related_slugs: vec![],
    }
}

fn word(phrase: &str, meaning: ContentMeaning) -> ContentWord {
    ContentWord { phrase: Phrase::new(phrase).unwrap(), meaning }
}

fn synonym(phrase: &str, slug: &str) -> ContentWord {
    word(phrase, ContentMeaning::Synonym(slug.into()))
}

fn place(name: &str) -> PlaceEntry {
    PlaceEntry {
        name: name.into(),
        kind: PlaceKind::Neighborhood,
        borough: "Queens".into(),
        aliases: vec![],
        neighbours: vec![],
        origin: Origin::Content,
    }
}

/// Two services, a group, a word of every kind, two places.
fn content() -> Content {
    Content {
        categories: vec![category("music")],
        services: vec![service("violin"), service("cello")],
        groups: vec![("strings".into(), vec!["violin".into(), "cello".into()])],
        words: vec![
            synonym("fiddle", "violin"),
            synonym("fiddle", "violin"),
            word("play like vivaldi", ContentMeaning::Hint("violin".into())),
            word("violin repair", ContentMeaning::Not("violin".into())),
            word("bowed strings", ContentMeaning::Group("strings".into())),
            word("musique", ContentMeaning::Category("music".into())),
            word("lessons", ContentMeaning::Weak),
            word("plumber", ContentMeaning::Outside),
        ],
        places: vec![place("Astoria"), place("Corona")],
    }
}

struct World {
    store: MemoryStore,
    service: ContentService,
}

impl World {
    fn new() -> Self {
        let store = MemoryStore::new();
        let clock = FixedClock::at("2026-07-15T12:00:00Z");
        Self { service: ContentService::new(Arc::new(store.clone()), Arc::new(clock)), store }
    }

    fn stored() -> Self {
        let world = Self::new();
        assert!(world.service.store(&content(), "v1").unwrap());
        world
    }

    fn write<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.transaction(work).unwrap()
    }

    fn read<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.reading(work).unwrap()
    }

    fn aliases(&self) -> Vec<Alias> {
        self.read(|uow| uow.vocabulary().aliases())
    }

    /// Phrases that count.
    fn phrases(&self) -> Vec<String> {
        self.aliases()
            .into_iter()
            .filter(|alias| alias.is_active)
            .map(|alias| alias.phrase.to_string())
            .collect()
    }

    fn services(&self) -> Vec<ServiceRecord> {
        self.read(|uow| uow.catalogue_editor().services())
    }

    fn groups(&self) -> Vec<ServiceGroup> {
        self.read(|uow| uow.vocabulary().groups())
    }

    fn places(&self) -> Vec<Place> {
        self.read(|uow| uow.vocabulary().places())
    }

    fn everything(&self) -> String {
        format!("{:?}{:?}{:?}{:?}", self.aliases(), self.services(), self.groups(), self.places())
    }
}

#[test]
fn everything_is_stored_in_the_order_of_the_files_as_theirs() {
    let world = World::stored();
    let expected =
        ["fiddle", "play like vivaldi", "violin repair", "bowed strings", "musique", "lessons", "plumber"];
    assert_eq!(world.phrases(), expected);
    assert!(world.aliases().iter().all(|alias| alias.origin == Origin::Content));
    let slugs: Vec<String> = world.services().into_iter().map(|record| record.facts.slug).collect();
    assert_eq!(slugs, ["violin", "cello"]);
    let violin = world.services()[0].id;
    assert_eq!(world.aliases()[0].meaning, Meaning::Synonym(violin));
    assert_eq!(world.aliases()[3].meaning, Meaning::Group(world.groups()[0].id));
    assert_eq!(world.groups()[0].entry.services.len(), 2);
    assert_eq!(world.places().iter().map(|place| place.entry.clone()).collect::<Vec<_>>(), content().places);
    let events = world.store.events();
    assert_eq!(events.len(), 2, "{events:?}");
    assert!(events.contains(&DomainEvent::VocabularyChanged), "those who know the words hear of it");
}

#[test]
fn the_same_version_again_changes_nothing() {
    let world = World::stored();
    let (before, commits) = (world.everything(), world.store.commits());
    assert!(world.service.is_stored("v1").unwrap() && !world.service.is_stored("v2").unwrap());
    assert!(!world.service.store(&content(), "v1").unwrap());
    assert_eq!((world.everything(), world.store.commits()), (before, commits));
    assert_eq!(world.store.events().len(), 2);
    // Another version that says the same changes no row either.
    let before = world.everything();
    assert!(world.service.store(&content(), "v2").unwrap());
    assert_eq!(world.everything(), before);
}

#[test]
fn a_new_version_brings_what_is_the_files_own_up_to_date() {
    let world = World::stored();
    let mut next = content();
    next.services[0].facts.name = "Violin & Fiddle".into();
    next.services.push(service("viola"));
    next.groups[0].1.push("viola".into());
    next.words[0] = synonym("geige", "violin");
    next.words[1] = synonym("bratsche", "viola");
    next.places[0].aliases = vec![Phrase::new("little egypt").unwrap()];
    next.places.remove(1);
    next.places.push(place("Sunnyside"));
    assert!(world.service.store(&next, "v2").unwrap());
    let phrases = world.phrases();
    assert!(!phrases.contains(&"fiddle".to_owned()), "it left the files: {phrases:?}");
    assert!(phrases.contains(&"geige".to_owned()) && phrases.contains(&"bratsche".to_owned()));
    assert_eq!(world.services()[0].facts.name, "Violin & Fiddle");
    assert_eq!(world.groups()[0].entry.services.len(), 3);
    let places: Vec<(String, usize)> =
        world.places().into_iter().map(|place| (place.entry.name, place.entry.aliases.len())).collect();
    assert_eq!(places, [("Astoria".into(), 1), ("Corona".into(), 0), ("Sunnyside".into(), 0)]);

    // A group that left the files means nothing any more, and comes back with them.
    let mut without = next.clone();
    without.groups.clear();
    without.words.retain(|word| !matches!(word.meaning, ContentMeaning::Group(_)));
    assert!(world.service.store(&without, "v3").unwrap());
    assert!(!world.groups()[0].is_active);
    assert!(world.service.store(&next, "v4").unwrap());
    assert!(world.groups()[0].is_active);
}

#[test]
fn what_an_administrator_did_outlives_every_version() {
    let world = World::stored();
    let [violin, cello] = [0, 1].map(|nth: usize| world.services()[nth].clone());
    world.write(|uow| {
        // A service is renamed, another switched off; a word is added, and one of the files taken away.
        let mut renamed = ServiceRecord { origin: Origin::Admin, ..violin.clone() };
        renamed.facts.name = "Our Violin".into();
        uow.catalogue_editor().update_service(&renamed, built_at())?;
        let off = ServiceRecord { is_active: false, ..cello.clone() };
        uow.catalogue_editor().update_service(&off, built_at())?;
        let own = NewAlias {
            phrase: Phrase::new("geige").unwrap(),
            meaning: Meaning::Synonym(violin.id),
            origin: Origin::Admin,
        };
        uow.vocabulary().insert_aliases(&[own], built_at())?;
        let fiddle = uow.vocabulary().aliases()?.remove(0);
        let away = Alias { is_active: false, origin: Origin::Admin, ..fiddle };
        uow.vocabulary().update_alias(&away, built_at())?;
        // A group and a place are changed.
        let group = uow.vocabulary().groups()?.remove(0);
        let entry = GroupEntry { services: vec![cello.id], origin: Origin::Admin, ..group.entry.clone() };
        uow.vocabulary().update_groups(&[ServiceGroup { entry, ..group }], built_at())?;
        let astoria = uow.vocabulary().places()?.remove(0);
        let entry = PlaceEntry { borough: "Bronx".into(), origin: Origin::Admin, ..astoria.entry.clone() };
        uow.vocabulary().update_places(&[Place { entry, is_active: false, ..astoria }], built_at())
    });
    let mut next = content();
    next.services[0].facts.name = "Violin & Fiddle".into();
    next.services[1].facts.name = "Violoncello".into();
    next.groups[0].1.reverse();
    next.places[0].kind = PlaceKind::Landmark;
    next.words.push(synonym("geige", "violin"));
    assert!(world.service.store(&next, "v2").unwrap());

    let after = world.services();
    assert_eq!((after[0].facts.name.as_str(), after[0].origin), ("Our Violin", Origin::Admin));
    assert_eq!(
        (after[1].facts.name.as_str(), after[1].is_active),
        ("Violoncello", false),
        "only its switch is ours"
    );
    let phrases = world.phrases();
    assert!(!phrases.contains(&"fiddle".to_owned()), "it does not come back: {phrases:?}");
    assert_eq!(phrases.iter().filter(|phrase| *phrase == "geige").count(), 1);
    assert_eq!(world.groups()[0].entry.services, [cello.id]);
    let astoria = &world.places()[0];
    assert_eq!((astoria.entry.borough.as_str(), astoria.is_active), ("Bronx", false));

    // Even when the files do not know the word any more, the administrator's stays.
    assert!(world.service.store(&content(), "v3").unwrap());
    assert!(world.phrases().contains(&"geige".to_owned()));
}

#[test]
fn content_that_contradicts_itself_is_not_stored_at_all() {
    for wrong in [
        Content { words: vec![synonym("lyre", "harp")], ..content() },
        Content { words: vec![word("x", ContentMeaning::Group("brass".into()))], ..content() },
        Content { words: vec![word("x", ContentMeaning::Category("sports".into()))], ..content() },
        Content { groups: vec![("g".into(), vec!["harp".into()])], ..content() },
    ] {
        let world = World::new();
        let error = world.service.store(&wrong, "v1").unwrap_err();
        assert!(matches!(error, StorageError::Unexpected(_)));
        assert_eq!((world.services().len(), world.phrases().len()), (0, 0));
        assert!(!world.service.is_stored("v1").unwrap());
    }
}

#[test]
fn whatever_step_fails_nothing_is_half_stored() {
    let world = World::new();
    for call in 1..=15 {
        world.store.fail_next(Fault::Call(call), unavailable);
        let failed = world.service.store(&content(), "v1");
        if failed.is_ok() {
            break;
        }
        assert!(!world.service.is_stored("v1").unwrap());
        assert_eq!(world.store.events(), []);
    }
    world.store.fail_next(Fault::Commit, unavailable);
    let _failed_or_stored_before = world.service.store(&content(), "v1");
    world.service.store(&content(), "v1").unwrap();
    assert_eq!(world.phrases().len(), 7);
}
