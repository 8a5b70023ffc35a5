//! Words, services and places are edited while people search: a store in memory, the real engine.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use instainstru_domain::{
    catalogue::{CategoryFacts, ServiceFacts},
    editorial::{CategoryRecord, Origin, ServiceRecord},
    event::DomainEvent,
    instructor::Instructor,
    ports::{
        Clock as _, InstructorSearch as _, StorageError, TransactorExt as _, UnitOfWork,
        instructor_search::{SearchAnswer, SearchQuestion, SearchSlot},
    },
    vocabulary::{GroupEntry, Meaning, NewAlias, Phrase, Place, PlaceEntry, PlaceKind, ServiceGroup},
    zone::Zone,
};
use instainstru_server::search::{EngineSearch, Follower, Indexer, LiveSearch};
use instainstru_test_support::{
    builders::{a_catalogue, an_instructor, built_at},
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::civil::date;

/// A Wednesday, 11:00 in New York.
const NOW: &str = "2026-03-11T15:00:00Z";

struct World {
    store: MemoryStore,
    clock: FixedClock,
    live: Arc<LiveSearch>,
    indexer: Option<Indexer>,
}

impl World {
    /// A small catalogue, two boroughs, and the word "lessons", which means nothing.
    fn new() -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at(NOW));
        let _catalogue = a_catalogue(&store);
        let indexer = Indexer::new(Arc::new(store.clone()), Arc::new(clock.clone())).unwrap();
        let world = Self { store, clock, live: Arc::clone(indexer.live()), indexer: Some(indexer) };
        world.write(|uow| {
            uow.vocabulary().insert_places(
                &[place("Queens", PlaceKind::Borough, &[]), place("Brooklyn", PlaceKind::Borough, &[])],
                built_at(),
            )?;
            let weak =
                [NewAlias { phrase: phrase("lessons"), meaning: Meaning::Weak, origin: Origin::Content }];
            uow.vocabulary().insert_aliases(&weak, built_at())
        });
        world
    }

    fn write<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.transaction(work).unwrap()
    }

    /// Changes something as a use case does: with the event that tells of it.
    fn edit<T>(
        &self,
        event: DomainEvent,
        work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>,
    ) -> T {
        let at = self.clock.now();
        self.write(|uow| {
            let done = work(uow)?;
            uow.outbox().push(&event, at)?;
            Ok(done)
        })
    }

    fn update(&mut self) {
        self.indexer.as_mut().unwrap().update().unwrap();
    }

    fn teaches(&self, slug: &str, area: &str) -> Instructor {
        an_instructor(&self.store)
            .areas(&[area])
            .offering(slug, 7_500, &[60])
            .publishing(date(2026, 3, 12), "17:00-20:00")
            .insert()
    }

    fn ask(&self, text: &str) -> SearchAnswer {
        EngineSearch::new(Arc::clone(&self.live)).search(&SearchQuestion {
            text: text.to_owned(),
            now: self.clock.now(),
            zone: Zone::new_york(),
            limit: 20,
        })
    }

    fn total(&self, text: &str) -> usize {
        self.ask(text).total
    }

    fn service(&self, slug: &str) -> ServiceRecord {
        let all = self.write(|uow| uow.catalogue_editor().services());
        all.into_iter().find(|record| record.facts.slug == slug).unwrap()
    }

    fn category(&self, slug: &str) -> CategoryRecord {
        let all = self.write(|uow| uow.catalogue_editor().categories());
        all.into_iter().find(|record| record.category.facts.slug == slug).unwrap()
    }

    fn change_service(&self, record: &ServiceRecord) {
        self.edit(DomainEvent::CatalogueChanged { service: record.id }, |uow| {
            uow.catalogue_editor().update_service(record, built_at())
        });
    }

    fn change_category(&self, record: &CategoryRecord) {
        self.edit(DomainEvent::CategoryChanged { category: record.category.id }, |uow| {
            uow.catalogue_editor().update_category(record, built_at())
        });
    }

    fn say(&self, text: &str, meaning: Meaning) {
        let new = [NewAlias { phrase: phrase(text), meaning, origin: Origin::Admin }];
        self.edit(DomainEvent::VocabularyChanged, |uow| uow.vocabulary().insert_aliases(&new, built_at()));
    }
}

fn phrase(text: &str) -> Phrase {
    Phrase::new(text).unwrap()
}

fn place(name: &str, kind: PlaceKind, neighbours: &[&str]) -> PlaceEntry {
    PlaceEntry {
        name: name.to_owned(),
        kind,
        borough: if kind == PlaceKind::Borough { name.to_owned() } else { "Queens".to_owned() },
        aliases: vec![],
        neighbours: neighbours.iter().map(|name| (*name).to_owned()).collect(),
        origin: Origin::Admin,
    }
}

#[test]
fn words_are_those_of_the_database() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    assert_eq!(world.total("piano lessons"), 0, "nothing was read yet");
    world.update();
    let answer = world.ask("klavier lessons in queens under $80");
    assert_eq!((answer.total, &answer.understood.services[..]), (1, &["Piano".to_owned()][..]));
    assert_eq!(answer.understood.service_ids, [world.service("piano").id]);
    assert_eq!(world.ask("saxophone").understood.services, Vec::<String>::new(), "not in this catalogue");
}

#[test]
fn the_services_of_an_answer_are_listed_as_they_are_offered() {
    let mut world = World::new();
    for rate in [5_000, 9_000, 7_000] {
        let _teacher = an_instructor(&world.store).offering("piano", rate, &[60]).insert();
    }
    world.update();
    let services = world.ask("piano").services;
    assert_eq!(services.len(), 1);
    let piano = &services[0];
    assert_eq!((piano.service.facts.slug.as_str(), piano.category.facts.name.as_str()), ("piano", "Music"));
    assert_eq!(piano.active_instructors, 3);
    let rates = piano.offered_rates.unwrap();
    assert_eq!((rates.0.get(), rates.1.get()), (5_000, 9_000));
}

#[test]
fn a_new_word_is_understood_and_a_lost_one_is_not() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    world.update();
    assert_eq!(world.total("88 ivories"), 0);
    world.say("88 ivories", Meaning::Synonym(world.service("piano").id));
    world.update();
    assert_eq!(world.total("88 ivories lessons"), 1);
    assert_eq!(world.total("88 ivores"), 1, "misspelt as well");
    let alias = world.write(|uow| uow.vocabulary().aliases()).pop().unwrap();
    world.edit(DomainEvent::VocabularyChanged, |uow| uow.vocabulary().delete_aliases(&[alias.id]));
    world.update();
    assert_eq!(world.total("88 ivories"), 0);
}

#[test]
fn words_of_every_kind_count() {
    let mut world = World::new();
    let _teachers = [world.teaches("piano", "Queens"), world.teaches("guitar", "Queens")];
    let [piano, guitar] = ["piano", "guitar"].map(|slug| world.service(slug).id);
    world.edit(DomainEvent::VocabularyChanged, |uow| {
        let entry =
            GroupEntry { name: "plucked".into(), services: vec![guitar, piano], origin: Origin::Admin };
        uow.vocabulary().insert_groups(&[entry], built_at())
    });
    let group = world.write(|uow| uow.vocabulary().groups())[0].clone();
    world.say("things with strings", Meaning::Group(group.id));
    world.say("noise making", Meaning::Category(world.category("music").category.id));
    world.say("piano removal", Meaning::Not(piano));
    world.say("pretty please", Meaning::Weak);
    world.update();
    assert_eq!(world.total("things with strings"), 2);
    assert_eq!(world.ask("noise making").understood.categories, ["Music"]);
    assert_eq!(world.ask("piano removal").understood.services, Vec::<String>::new());
    // A group counts as long as it is switched on and one of its services is.
    let off = ServiceRecord { is_active: false, ..world.service("guitar") };
    world.change_service(&off);
    world.update();
    assert_eq!(world.total("things with strings"), 1);
    world.edit(DomainEvent::VocabularyChanged, |uow| {
        uow.vocabulary().update_groups(&[ServiceGroup { is_active: false, ..group.clone() }], built_at())
    });
    world.update();
    assert_eq!(world.total("things with strings"), 0);
}

#[test]
fn a_new_service_is_found_by_its_name_and_words_once_somebody_teaches_it() {
    let mut world = World::new();
    world.update();
    let music = world.category("music").category.id;
    let facts = ServiceFacts {
        slug: "theremin".into(),
        name: "Theremin".into(),
        description: None,
        search_terms: vec!["aetherphone".into()],
        display_order: 9,
        online_capable: true,
        requires_certification: false,
        typical_price: None,
    };
    let record = world.write(|uow| uow.catalogue_editor().insert_service(music, &facts, &[], built_at()));
    world.edit(DomainEvent::CatalogueChanged { service: record.id }, |_uow| Ok(()));
    world.say("spooky antenna", Meaning::Synonym(record.id));
    world.update();
    for text in ["theremin", "aetherphone", "spooky antenna lessons"] {
        assert_eq!(world.ask(text).understood.services, ["Theremin"], "{text}");
    }
    let teacher = world.teaches("piano", "Queens");
    let offer = instainstru_domain::instructor::Offer {
        catalogue_service_id: record.id,
        ..teacher.services[0].offer.clone()
    };
    world.edit(DomainEvent::InstructorChanged { instructor: teacher.user.id }, |uow| {
        uow.instructors().insert_service(teacher.profile.id, &offer, built_at())
    });
    world.update();
    assert_eq!(world.total("spooky antenna"), 1);
    assert_eq!(world.ask("theremin").services[0].service.facts.name, "Theremin");
}

#[test]
fn a_service_that_is_switched_off_is_neither_understood_nor_found() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    let _bob = world.teaches("guitar", "Queens");
    world.update();
    assert_eq!(world.total("lessons under $80"), 2);
    let piano = world.service("piano");
    world.change_service(&ServiceRecord { is_active: false, ..piano.clone() });
    world.update();
    let answer = world.ask("lessons under $80");
    assert_eq!((answer.total, answer.services.len()), (1, 1));
    assert_eq!(world.total("piano"), 0);
    world.change_service(&piano);
    world.update();
    assert_eq!((world.total("piano"), world.total("lessons under $80")), (1, 2));
}

#[test]
fn everything_of_a_category_vanishes_and_comes_back_with_it() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    let _eve = world.teaches("yoga", "Queens");
    world.update();
    let music = world.category("music");
    world.change_category(&CategoryRecord { is_active: false, ..music.clone() });
    world.update();
    let counts =
        |world: &World| ["piano", "yoga", "music", "lessons under $80"].map(|text| world.total(text));
    assert_eq!(counts(&world), [0, 1, 0, 1]);
    world.change_category(&music);
    world.update();
    assert_eq!(counts(&world), [1, 1, 1, 2]);
}

#[test]
fn what_is_said_about_a_service_changes_without_new_words() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    world.update();
    let mut piano = world.service("piano");
    piano.facts.description = Some("Eighty-eight keys".into());
    world.change_service(&piano);
    world.update();
    let listed = world.ask("piano").services;
    assert_eq!(listed[0].service.facts.description.as_deref(), Some("Eighty-eight keys"));
    let mut music = world.category("music");
    music.category.facts = CategoryFacts { icon_name: Some("harp".into()), ..music.category.facts };
    world.change_category(&music);
    world.update();
    assert_eq!(world.ask("piano").services[0].category.facts.icon_name.as_deref(), Some("harp"));
}

#[test]
fn a_new_place_is_understood_and_reached_by_those_who_teach_there() {
    let mut world = World::new();
    let ada = world.teaches("piano", "Little Guyana");
    let _bob = world.teaches("piano", "Brooklyn");
    world.update();
    assert_eq!(world.total("piano"), 2);
    assert_eq!(world.total("piano in queens"), 0, "nobody knows where Little Guyana is");
    let new = [place("Little Guyana", PlaceKind::Neighborhood, &["Forest Park"])];
    world.edit(DomainEvent::VocabularyChanged, |uow| uow.vocabulary().insert_places(&new, built_at()));
    world.update();
    for text in ["piano in little guyana", "piano in queens"] {
        let answer = world.ask(text);
        assert_eq!(answer.total, 1, "{text}");
        assert_eq!(answer.matches[0].instructor, ada.user.id);
    }
    // Being next to each other is mutual, whichever of the two says so.
    let park = [place("Forest Park", PlaceKind::Landmark, &[])];
    world.edit(DomainEvent::VocabularyChanged, |uow| uow.vocabulary().insert_places(&park, built_at()));
    world.update();
    assert_eq!(world.total("piano in forest park"), 1);
    // The people whose places were counted anew are still followed.
    world.edit(DomainEvent::InstructorChanged { instructor: ada.user.id }, |uow| {
        uow.instructors().delete_profile(ada.profile.id, built_at())
    });
    world.update();
    assert_eq!(world.total("piano in little guyana"), 0);
    let known = world.write(|uow| uow.vocabulary().places())[2].clone();
    world.edit(DomainEvent::VocabularyChanged, |uow| {
        uow.vocabulary().update_places(&[Place { is_active: false, ..known.clone() }], built_at())
    });
    world.update();
    let chips = world.ask("piano in little guyana").chips;
    assert!(chips.iter().any(|chip| chip.slot == SearchSlot::UnknownPlace), "{chips:?}");
}

#[test]
fn an_edit_that_nobody_told_of_is_noticed_by_the_comparison() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    world.update();
    let new = [NewAlias {
        phrase: phrase("ivories"),
        meaning: Meaning::Synonym(world.service("piano").id),
        origin: Origin::Admin,
    }];
    world.write(|uow| uow.vocabulary().insert_aliases(&new, built_at()));
    world.update();
    assert_eq!(world.total("ivories"), 0);
    world.indexer.as_mut().unwrap().compare().unwrap();
    assert_eq!(world.total("ivories"), 1);
}

#[test]
fn words_that_could_not_be_read_are_read_the_next_time() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    world.update();
    world.say("ivories", Meaning::Synonym(world.service("piano").id));
    world.change_service(&world.service("piano"));
    for call in 1..=12 {
        world.store.fail_next(Fault::Call(call), unavailable);
        let _failed = world.indexer.as_mut().unwrap().update();
    }
    // What is left of the failures does not concern this one.
    while world.indexer.as_mut().unwrap().update().is_err() {}
    assert_eq!(world.total("ivories"), 1);
}

#[test]
fn searches_never_see_half_an_edit() {
    let mut world = World::new();
    let _ada = world.teaches("piano", "Queens");
    let _bob = world.teaches("guitar", "Queens");
    world.update();
    let follower = Follower::start(world.indexer.take().unwrap()).unwrap();
    let piano = world.service("piano");
    // A service changes its name again and again while people search for it by slug and name.
    let began = Instant::now();
    let mut names = std::collections::BTreeSet::new();
    for round in 0..4 {
        let mut record = piano.clone();
        record.facts.name = format!("Piano {round}");
        record.facts.search_terms = vec!["klavier".into()];
        world.change_service(&record);
        loop {
            let answer = world.ask("klavier");
            assert_eq!((answer.total, answer.services.len()), (1, 1), "{answer:?}");
            assert_eq!(answer.understood.services[0], answer.services[0].service.facts.name);
            names.insert(answer.understood.services[0].clone());
            if answer.understood.services[0] == record.facts.name {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(60));
        }
    }
    assert_eq!(names.len(), 5, "{names:?}");
    drop(follower);
}
