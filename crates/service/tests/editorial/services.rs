//! Services.

use instainstru_core::money::Cents;
use instainstru_domain::{
    editorial::{DisplayOrder, Origin, TypicalPrice},
    event::DomainEvent,
    ids::{CatalogueServiceId, CategoryId},
    page::Page,
    text::EntryDescription,
    vocabulary::{Meaning, MeaningKind},
};
use instainstru_service::editorial::{
    CatalogueEditing, EditedService, EditorialError, ServiceChange, ServiceDraft, ServiceFilter,
};

use crate::{World, draft, listed, name, phrase, slug};

fn price(low: i64, high: i64) -> TypicalPrice {
    TypicalPrice::new(Cents::new(low).unwrap(), Cents::new(high).unwrap()).unwrap()
}

fn rich(world: &World) -> ServiceDraft {
    ServiceDraft {
        description: Some(EntryDescription::new("Forty-seven strings").unwrap()),
        search_terms: vec![phrase("pedal harp"), phrase("pedal harp")],
        synonyms: vec![phrase("lyre")],
        hints: vec![phrase("play like an angel"), phrase("strings to pluck")],
        not: vec![phrase("harp seal")],
        online_capable: false,
        requires_certification: true,
        typical_price: Some(price(6_000, 12_000)),
        related: vec![world.guitar, world.guitar, world.piano],
        ..draft(world, "Harp")
    }
}

fn words(service: &EditedService) -> Vec<(MeaningKind, &str)> {
    service.aliases.iter().map(|alias| (alias.meaning.kind(), alias.phrase.as_str())).collect()
}

#[test]
fn a_new_service_has_its_words_and_comes_last_in_its_category() {
    let world = World::new();
    let (made, events) = world.events_of(|editor| editor.add_service(&world.admin, &rich(&world)).unwrap());
    let record = &made.record;
    assert_eq!(record.facts.slug, "harp");
    assert_eq!(record.facts.search_terms, ["pedal harp"]);
    assert_eq!(record.facts.display_order, 3);
    assert_eq!(record.facts.typical_price, Some(price(6_000, 12_000).ends()));
    assert!(!record.facts.online_capable && record.facts.requires_certification);
    assert_eq!(record.related, [world.guitar, world.piano]);
    assert_eq!((record.is_active, record.origin, made.is_shown()), (true, Origin::Admin, true));
    assert_eq!(
        words(&made),
        [
            (MeaningKind::Synonym, "lyre"),
            (MeaningKind::Hint, "play like an angel"),
            (MeaningKind::Hint, "strings to pluck"),
            (MeaningKind::Not, "harp seal")
        ]
    );
    assert_eq!(events, [DomainEvent::CatalogueChanged { service: record.id }]);
    assert_eq!(listed(&world), ["Piano", "Guitar", "Harp", "Yoga", "Spanish"]);
    assert_eq!(world.editor.service(record.id).unwrap(), made);
}

#[test]
fn no_phrase_names_two_services() {
    let world = World::new();
    world.content_says("strumming", Meaning::Synonym(world.guitar));
    world.content_says("musique", Meaning::Category(world.music));
    world.editor.switch_service(&world.admin, world.guitar, false).unwrap();
    let named = |text: &str| ServiceDraft { name: name(text), slug: slug("x"), ..draft(&world, "X") };
    let with = |change: fn(&mut ServiceDraft)| {
        let mut draft = draft(&world, "Harp");
        change(&mut draft);
        draft
    };
    let guitar = "Guitar, which is switched off";
    for (draft, expected) in [
        (
            ServiceDraft { slug: slug("piano"), ..draft(&world, "Harp") },
            "the slug 'piano' is taken".to_owned(),
        ),
        (named("PIANO!"), "'PIANO!' already means Piano".into()),
        (named("Klavier"), "'Klavier' already means Piano".into()),
        (named("Strumming"), format!("'Strumming' already means {guitar}")),
        (named("Music"), "'Music' already means the category Music".into()),
        (named("Musique"), "'Musique' already means the category Music".into()),
        (with(|draft| draft.search_terms = vec![phrase("vinyasa")]), "'vinyasa' already means Yoga".into()),
        (with(|draft| draft.synonyms = vec![phrase("piano")]), "'piano' already means Piano".into()),
        (with(|draft| draft.not = vec![phrase("harp")]), "'harp' already means Harp".into()),
    ] {
        assert_eq!(world.refused(|editor| editor.add_service(&world.admin, &draft)), expected);
    }
}

#[test]
fn what_a_service_refers_to_must_exist() {
    let world = World::new();
    let nothing = CatalogueServiceId::new(999).unwrap();
    let homeless = ServiceDraft { category: CategoryId::new(99).unwrap(), ..draft(&world, "Harp") };
    assert_eq!(
        world.refused(|editor| editor.add_service(&world.admin, &homeless)),
        "there is no category 99"
    );
    let lonely = ServiceDraft { related: vec![world.piano, nothing], ..draft(&world, "Harp") };
    assert_eq!(world.refused(|editor| editor.add_service(&world.admin, &lonely)), "there is no service 999");
    let change = ServiceChange { related: Some(vec![nothing]), ..ServiceChange::default() };
    assert_eq!(
        world.refused(|editor| editor.change_service(&world.admin, world.piano, &change)),
        "there is no service 999"
    );
    let change = ServiceChange { category: CategoryId::new(99).ok(), ..ServiceChange::default() };
    assert_eq!(
        world.refused(|editor| editor.change_service(&world.admin, world.piano, &change)),
        "there is no category 99"
    );
    for result in [
        world.editor.service(nothing),
        world.editor.change_service(&world.admin, nothing, &ServiceChange::default()),
        world.editor.switch_service(&world.admin, nothing, true),
    ] {
        assert!(matches!(result, Err(EditorialError::ServiceNotFound)));
    }
}

#[test]
fn what_is_given_changes_and_the_rest_stays() {
    let world = World::new();
    let before = world.service(world.piano);
    let languages = world.editor.categories().unwrap().pop().unwrap().category.id;
    let change = ServiceChange {
        slug: Some(slug("piano")),
        category: Some(languages),
        name: Some(name("Grand Piano")),
        description: Some(None),
        search_terms: Some(vec![phrase("klavier"), phrase("flügel")]),
        display_order: Some(DisplayOrder::new(7).unwrap()),
        online_capable: Some(false),
        typical_price: Some(Some(price(1, 2))),
        related: Some(vec![world.guitar]),
        ..ServiceChange::default()
    };
    let (changed, events) =
        world.events_of(|editor| editor.change_service(&world.admin, world.piano, &change).unwrap());
    let facts = &changed.record.facts;
    assert_eq!((facts.name.as_str(), facts.description.as_deref()), ("Grand Piano", None));
    assert_eq!(facts.search_terms, ["klavier", "flügel"]);
    assert_eq!((facts.display_order, facts.online_capable), (7, false));
    assert_eq!(facts.requires_certification, before.facts.requires_certification);
    assert_eq!((changed.record.category_id, changed.record.origin), (languages, Origin::Admin));
    assert_eq!(changed.category.category.id, languages);
    assert_eq!(events, [DomainEvent::CatalogueChanged { service: world.piano }]);
    let (same, events) =
        world.events_of(|editor| editor.change_service(&world.admin, world.piano, &change).unwrap());
    assert_eq!((same, events), (changed, vec![]));
}

#[test]
fn a_service_keeps_its_slug_and_takes_no_word_from_another() {
    let world = World::new();
    let refused = |change: ServiceChange| {
        world.refused(|editor| editor.change_service(&world.admin, world.piano, &change))
    };
    assert_eq!(
        refused(ServiceChange { slug: Some(slug("klavier")), ..ServiceChange::default() }),
        "the slug of this service is 'piano' and stays so: others know it by that"
    );
    assert_eq!(
        refused(ServiceChange { name: Some(name("Guitar")), ..ServiceChange::default() }),
        "'Guitar' already means Guitar"
    );
    assert_eq!(
        refused(ServiceChange { search_terms: Some(vec![phrase("chords")]), ..ServiceChange::default() }),
        "'chords' already means Guitar"
    );
    // Its own words are no obstacle, and what it shares with others since before stays shared.
    let own = ServiceChange { name: Some(name("Klavier")), ..ServiceChange::default() };
    world.editor.change_service(&world.admin, world.piano, &own).unwrap();
    world.write(|uow| {
        let mut guitar = uow.catalogue_editor().find_service(world.guitar)?.unwrap();
        guitar.facts.search_terms.push("klavier".into());
        uow.catalogue_editor().update_service(&guitar, instainstru_test_support::builders::built_at())
    });
    let terms = Some(vec![phrase("piano"), phrase("klavier"), phrase("pianoforte")]);
    let change = ServiceChange { search_terms: terms, ..ServiceChange::default() };
    let changed = world.editor.change_service(&world.admin, world.piano, &change).unwrap();
    assert_eq!(changed.record.facts.search_terms.len(), 3);
}

#[test]
fn a_service_is_hidden_and_shown_again() {
    let world = World::new();
    let (off, events) =
        world.events_of(|editor| editor.switch_service(&world.admin, world.piano, false).unwrap());
    assert_eq!((off.record.is_active, off.is_shown(), off.record.origin), (false, false, Origin::Content));
    assert_eq!(events, [DomainEvent::CatalogueChanged { service: world.piano }]);
    assert_eq!(listed(&world), ["Guitar", "Yoga", "Spanish"]);
    let (_same, events) =
        world.events_of(|editor| editor.switch_service(&world.admin, world.piano, false).unwrap());
    assert_eq!(events, []);
    world.editor.switch_service(&world.admin, world.piano, true).unwrap();
    assert_eq!(listed(&world).len(), 4);
}

#[test]
fn services_are_listed_by_what_is_asked_for_in_pages() {
    let world = World::new();
    world.content_says("strumming", Meaning::Synonym(world.guitar));
    world.editor.switch_service(&world.admin, world.guitar, false).unwrap();
    let listed = |filter: ServiceFilter, page: Page| {
        let found = world.editor.services(&filter, page).unwrap();
        let names: Vec<String> =
            found.items.iter().map(|service| service.record.facts.name.clone()).collect();
        (names.join(" "), found.total)
    };
    let all = ServiceFilter::default();
    assert_eq!(listed(all.clone(), Page::first(100)), ("Piano Guitar Yoga Spanish".into(), 4));
    assert_eq!(listed(all.clone(), Page::numbered(2, 3)), ("Spanish".into(), 4));
    let of_music = ServiceFilter { category: Some(world.music), ..all.clone() };
    assert_eq!(listed(of_music, Page::first(1)), ("Piano".into(), 2));
    let off = ServiceFilter { is_active: Some(false), ..all.clone() };
    assert_eq!(listed(off, Page::first(9)), ("Guitar".into(), 1));
    for (text, expected) in
        [("PIA", "Piano"), ("español", "Spanish"), ("a", "Piano Guitar Yoga Spanish"), ("zz", "")]
    {
        let filter = ServiceFilter { text: Some(text.into()), ..all.clone() };
        assert_eq!(listed(filter, Page::first(9)).0, expected, "{text}");
    }
    let guitar = world.editor.services(&all, Page::first(9)).unwrap().items.remove(1);
    assert_eq!(words(&guitar), [(MeaningKind::Synonym, "strumming")]);
}
