//! Places.

use instainstru_domain::{
    editorial::Origin,
    event::DomainEvent,
    ids::PlaceId,
    page::Page,
    vocabulary::{MAX_PLACES, Place, PlaceEntry, PlaceKind},
};
use instainstru_service::editorial::{PlaceChange, PlaceDraft, PlaceFilter, VocabularyEditing};
use instainstru_test_support::builders::built_at;

use crate::{World, name, phrase};

fn entry(name: &str, kind: PlaceKind, borough: &str, aliases: &[&str], neighbours: &[&str]) -> PlaceEntry {
    PlaceEntry {
        name: name.into(),
        kind,
        borough: borough.into(),
        aliases: aliases.iter().map(|alias| phrase(alias)).collect(),
        neighbours: neighbours.iter().map(|name| (*name).to_owned()).collect(),
        origin: Origin::Content,
    }
}

/// Queens with Astoria ("ditmars") next to Sunnyside, and the Bronx.
fn town() -> World {
    let world = World::new();
    let places = [
        entry("Queens", PlaceKind::Borough, "Queens", &[], &[]),
        entry("Bronx", PlaceKind::Borough, "Bronx", &["the bronx"], &[]),
        entry("Astoria", PlaceKind::Neighborhood, "Queens", &["ditmars"], &["Sunnyside"]),
        entry("Sunnyside", PlaceKind::Neighborhood, "Queens", &[], &["Astoria"]),
    ];
    world.write(|uow| uow.vocabulary().insert_places(&places, built_at()));
    world
}

fn draft(text: &str) -> PlaceDraft {
    PlaceDraft {
        name: name(text),
        kind: PlaceKind::Neighborhood,
        borough: Some("queens".into()),
        aliases: vec![],
        neighbours: vec![],
    }
}

fn place(world: &World, name: &str) -> Place {
    let all = world.editor.places(&PlaceFilter::default(), Page::first(1000)).unwrap().items;
    all.into_iter().find(|place| place.entry.name == name).unwrap()
}

/// Whose row says so, and not the neighbour's.
fn origin(world: &World, name: &str) -> Origin {
    let all = world.write(|uow| uow.vocabulary().places());
    all.into_iter().find(|place| place.entry.name == name).unwrap().entry.origin
}

#[test]
fn a_new_place_lies_in_a_borough_and_next_to_others() {
    let world = town();
    let wanted = PlaceDraft {
        aliases: vec![phrase("little guyana"), phrase("little guyana")],
        neighbours: vec!["DITMARS".into(), "sunnyside".into(), "Astoria".into()],
        ..draft("Richmond Hill")
    };
    let (made, events) = world.events_of(|editor| editor.add_place(&world.admin, &wanted).unwrap());
    assert_eq!((made.entry.borough.as_str(), made.entry.aliases.len()), ("Queens", 1), "as they are called");
    assert_eq!(made.entry.neighbours, ["Astoria", "Sunnyside"]);
    assert_eq!((made.is_active, made.entry.origin), (true, Origin::Admin));
    assert_eq!(events, [DomainEvent::VocabularyChanged]);
    assert_eq!(place(&world, "Astoria").entry.neighbours, ["Richmond Hill", "Sunnyside"], "it is mutual");
    assert_eq!(origin(&world, "Astoria"), Origin::Content, "its row was not touched");
    let borough = PlaceDraft { kind: PlaceKind::Borough, borough: None, ..draft("Yonkers") };
    assert_eq!(world.editor.add_place(&world.admin, &borough).unwrap().entry.borough, "Yonkers");
}

#[test]
fn no_two_places_go_by_one_name_and_everything_named_exists() {
    let world = town();
    let refused = |draft: PlaceDraft| world.refused(|editor| editor.add_place(&world.admin, &draft));
    assert_eq!(refused(draft("ASTORIA")), "'ASTORIA' is already the name of Astoria");
    assert_eq!(refused(draft("Ditmars")), "'Ditmars' is already the name of Astoria");
    assert_eq!(
        refused(PlaceDraft { aliases: vec![phrase("sunnyside")], ..draft("X") }),
        "'sunnyside' is already the name of Sunnyside"
    );
    assert_eq!(
        refused(PlaceDraft {
            neighbours: vec!["Atlantis".into(), "Astoria".into(), "Oz".into()],
            ..draft("X")
        }),
        "there is no place Atlantis, Oz"
    );
    assert_eq!(
        refused(PlaceDraft { borough: Some("Astoria".into()), ..draft("X") }),
        "there is no borough 'Astoria'"
    );
    assert_eq!(refused(PlaceDraft { borough: None, ..draft("X") }), "borough is required");
    let nested = PlaceDraft { kind: PlaceKind::Borough, ..draft("X") };
    assert_eq!(refused(nested), "a borough lies in no other borough");
}

#[test]
fn what_is_given_changes_and_the_rest_stays() {
    let world = town();
    let astoria = place(&world, "Astoria").id;
    let change = PlaceChange {
        name: Some(name("Astoria")),
        borough: Some("the bronx".into()),
        aliases: Some(vec![phrase("ditmars"), phrase("little egypt")]),
        neighbours: None,
    };
    let (changed, events) =
        world.events_of(|editor| editor.change_place(&world.admin, astoria, &change).unwrap());
    assert_eq!((changed.entry.borough.as_str(), changed.entry.aliases.len()), ("Bronx", 2));
    assert_eq!(changed.entry.neighbours, ["Sunnyside"]);
    assert_eq!(changed.entry.origin, Origin::Admin);
    assert_eq!(events, [DomainEvent::VocabularyChanged]);
    let (same, events) =
        world.events_of(|editor| editor.change_place(&world.admin, astoria, &change).unwrap());
    assert_eq!((same, events), (changed, vec![]));
}

#[test]
fn neighbours_change_on_both_sides() {
    let world = town();
    let (astoria, bronx) = (place(&world, "Astoria").id, place(&world, "Bronx").id);
    let next_to = |id, names: &[&str]| {
        let neighbours = Some(names.iter().map(|name| (*name).to_owned()).collect());
        let change = PlaceChange { neighbours, ..PlaceChange::default() };
        world.events_of(|editor| editor.change_place(&world.admin, id, &change).unwrap()).1.len()
    };
    assert_eq!(next_to(astoria, &["Sunnyside"]), 0, "as before");
    assert_eq!(next_to(astoria, &["Bronx"]), 1);
    assert_eq!(place(&world, "Astoria").entry.neighbours, ["Bronx"]);
    assert_eq!(place(&world, "Sunnyside").entry.neighbours, Vec::<String>::new());
    assert_eq!(place(&world, "Bronx").entry.neighbours, ["Astoria"]);
    assert_eq!((origin(&world, "Sunnyside"), origin(&world, "Bronx")), (Origin::Admin, Origin::Content));
    assert_eq!(next_to(bronx, &[]), 1);
    assert_eq!(place(&world, "Astoria").entry.neighbours, Vec::<String>::new());
}

#[test]
fn a_place_keeps_its_name_and_takes_none_from_another() {
    let world = town();
    let (astoria, queens) = (place(&world, "Astoria").id, place(&world, "Queens").id);
    let refused =
        |id, change: PlaceChange| world.refused(|editor| editor.change_place(&world.admin, id, &change));
    assert_eq!(
        refused(astoria, PlaceChange { name: Some(name("Oz")), ..PlaceChange::default() }),
        "the name of this place is 'Astoria' and stays so: others know it by that"
    );
    assert_eq!(
        refused(astoria, PlaceChange { aliases: Some(vec![phrase("queens")]), ..PlaceChange::default() }),
        "'queens' is already the name of Queens"
    );
    assert_eq!(
        refused(astoria, PlaceChange { neighbours: Some(vec!["ditmars".into()]), ..PlaceChange::default() }),
        "a place does not lie next to itself"
    );
    assert_eq!(
        refused(astoria, PlaceChange { borough: Some("Sunnyside".into()), ..PlaceChange::default() }),
        "there is no borough 'Sunnyside'"
    );
    assert_eq!(
        refused(queens, PlaceChange { borough: Some("Bronx".into()), ..PlaceChange::default() }),
        "a borough lies in no other borough"
    );
    let nowhere = PlaceId::new(999).unwrap();
    assert_eq!(refused(nowhere, PlaceChange::default()), "Place not found");
    assert_eq!(world.refused(|editor| editor.switch_place(&world.admin, nowhere, true)), "Place not found");
}

#[test]
fn places_are_switched_off_and_on_within_bounds() {
    let world = town();
    let (astoria, queens) = (place(&world, "Astoria").id, place(&world, "Queens").id);
    assert_eq!(
        world.refused(|editor| editor.switch_place(&world.admin, queens, false)),
        "2 places lie in this borough; switch them off first"
    );
    let (off, events) = world.events_of(|editor| editor.switch_place(&world.admin, astoria, false).unwrap());
    assert_eq!((off.is_active, off.entry.origin, events.len()), (false, Origin::Admin, 1));
    let (_same, events) =
        world.events_of(|editor| editor.switch_place(&world.admin, astoria, false).unwrap());
    assert_eq!(events, []);
    // As many as search can know: three are known.
    let many: Vec<PlaceEntry> = (3..MAX_PLACES)
        .map(|nth| entry(&format!("Corner {nth}"), PlaceKind::Landmark, "Queens", &[], &[]))
        .collect();
    world.write(|uow| uow.vocabulary().insert_places(&many, built_at()));
    let full = "search knows 512 places at most; switch another one off first";
    assert_eq!(world.refused(|editor| editor.add_place(&world.admin, &draft("One More"))), full);
    assert_eq!(world.refused(|editor| editor.switch_place(&world.admin, astoria, true)), full);
    world.editor.switch_place(&world.admin, place(&world, "Corner 7").id, false).unwrap();
    assert!(world.editor.switch_place(&world.admin, astoria, true).unwrap().is_active);
}

#[test]
fn places_are_listed_by_what_is_asked_for_in_pages() {
    let world = town();
    world.editor.switch_place(&world.admin, place(&world, "Sunnyside").id, false).unwrap();
    let listed = |filter: PlaceFilter, page: Page| {
        let found = world.editor.places(&filter, page).unwrap();
        let names: Vec<&str> = found.items.iter().map(|place| place.entry.name.as_str()).collect();
        (names.join(" "), found.total)
    };
    let all = PlaceFilter::default();
    assert_eq!(listed(all.clone(), Page::first(9)), ("Astoria Bronx Queens Sunnyside".into(), 4));
    assert_eq!(listed(all.clone(), Page::numbered(2, 3)), ("Sunnyside".into(), 4));
    for (filter, expected) in [
        (PlaceFilter { kind: Some(PlaceKind::Borough), ..all.clone() }, "Bronx Queens"),
        (PlaceFilter { borough: Some("QUEENS".into()), ..all.clone() }, "Astoria Queens Sunnyside"),
        (PlaceFilter { is_active: Some(false), ..all.clone() }, "Sunnyside"),
        (PlaceFilter { text: Some("DITM".into()), ..all.clone() }, "Astoria"),
        (PlaceFilter { borough: Some("Oz".into()), ..all }, ""),
    ] {
        assert_eq!(listed(filter, Page::first(9)).0, expected);
    }
}
