//! Contracts of the storage of what search takes words for.

use instainstru_domain::{
    editorial::Origin,
    ids::{AliasId, CatalogueServiceId, GroupId, PlaceId},
    ports::Transactor,
    vocabulary::{Alias, GroupEntry, Meaning, NewAlias, Phrase, Place, PlaceEntry, PlaceKind, ServiceGroup},
};

use super::{Contract, assert_unexpected, attempt, done, named, read};
use crate::builders::{a_catalogue, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "vocabulary":
        nothing_is_known_at_first,
        aliases_of_every_kind_are_read_back_in_the_order_of_their_ids,
        the_same_phrase_may_mean_several_things_but_each_once,
        an_alias_is_found_by_phrase_and_meaning,
        an_alias_is_taken_away_and_given_back,
        deleted_aliases_leave_no_trace,
        an_alias_about_nothing_is_unexpected,
        groups_are_read_back_and_changed_but_for_their_names,
        places_are_read_back_and_changed_but_for_their_names,
        names_of_groups_and_places_are_given_once,
        many_words_are_stored_at_once,
        the_digest_of_the_content_files_is_remembered,
        editors_can_hold_the_vocabulary,
        what_is_rolled_back_is_forgotten,
    }
}

fn phrase(text: &str) -> Phrase {
    Phrase::new(text).unwrap()
}

fn alias(text: &str, meaning: Meaning, origin: Origin) -> NewAlias {
    NewAlias { phrase: phrase(text), meaning, origin }
}

fn aliases(tx: &dyn Transactor) -> Vec<Alias> {
    read(tx, |uow| uow.vocabulary().aliases())
}

fn insert(tx: &dyn Transactor, new: &[NewAlias]) {
    done(tx, |uow| uow.vocabulary().insert_aliases(new, built_at()));
}

fn groups(tx: &dyn Transactor) -> Vec<ServiceGroup> {
    read(tx, |uow| uow.vocabulary().groups())
}

fn places(tx: &dyn Transactor) -> Vec<Place> {
    read(tx, |uow| uow.vocabulary().places())
}

fn group(name: &str, services: &[CatalogueServiceId], origin: Origin) -> GroupEntry {
    GroupEntry { name: name.to_owned(), services: services.to_vec(), origin }
}

fn place(name: &str, kind: PlaceKind) -> PlaceEntry {
    PlaceEntry {
        name: name.to_owned(),
        kind,
        borough: "Queens".into(),
        aliases: vec![phrase("the \"old\" place"), phrase("дом")],
        neighbours: vec!["Hell's Kitchen".into(), "Queens".into()],
        origin: Origin::Content,
    }
}

fn nothing_is_known_at_first(tx: &dyn Transactor) {
    assert_eq!((aliases(tx), groups(tx), places(tx)), (vec![], vec![], vec![]));
    done(tx, |uow| {
        uow.vocabulary().insert_aliases(&[], built_at())?;
        uow.vocabulary().insert_groups(&[], built_at())?;
        uow.vocabulary().insert_places(&[], built_at())?;
        uow.vocabulary().delete_aliases(&[])
    });
    assert_eq!((aliases(tx), groups(tx), places(tx)), (vec![], vec![], vec![]));
}

fn aliases_of_every_kind_are_read_back_in_the_order_of_their_ids(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    done(tx, |uow| uow.vocabulary().insert_groups(&[group("strings", &[], Origin::Content)], built_at()));
    let piano = catalogue.id("piano");
    let new = [
        alias("klavier", Meaning::Synonym(piano), Origin::Content),
        alias("black & white keys", Meaning::Hint(piano), Origin::Admin),
        alias("piano repair", Meaning::Not(piano), Origin::Content),
        alias("strings", Meaning::Group(groups(tx)[0].id), Origin::Admin),
        alias("musique", Meaning::Category(catalogue.category("music").id), Origin::Content),
        alias("уроки", Meaning::Weak, Origin::Content),
        alias("it's \"plumbing\" 100%", Meaning::Outside, Origin::Admin),
    ];
    insert(tx, &new);
    let stored = aliases(tx);
    assert!(stored.is_sorted_by_key(|alias| alias.id));
    let expected: Vec<Alias> = stored
        .iter()
        .zip(new)
        .map(|(stored, NewAlias { phrase, meaning, origin })| Alias {
            id: stored.id,
            phrase,
            meaning,
            is_active: true,
            origin,
        })
        .collect();
    assert_eq!(stored, expected);
    assert_eq!(stored.len(), 7);
}

fn the_same_phrase_may_mean_several_things_but_each_once(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (piano, guitar) = (catalogue.id("piano"), catalogue.id("guitar"));
    let of = |meaning| alias("keys", meaning, Origin::Content);
    insert(tx, &[of(Meaning::Synonym(piano)), of(Meaning::Hint(piano)), of(Meaning::Hint(guitar))]);
    for again in [Meaning::Synonym(piano), Meaning::Hint(guitar)] {
        let again = [alias("keys", again, Origin::Admin)];
        assert_unexpected(attempt(tx, |uow| uow.vocabulary().insert_aliases(&again, built_at())));
    }
    let weak = alias("lesson", Meaning::Weak, Origin::Content);
    insert(tx, &[weak.clone(), alias("lesson", Meaning::Outside, Origin::Content)]);
    assert_unexpected(attempt(tx, |uow| {
        uow.vocabulary().insert_aliases(std::slice::from_ref(&weak), built_at())
    }));
    assert_eq!(aliases(tx).len(), 5);
}

fn an_alias_is_found_by_phrase_and_meaning(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (piano, guitar) = (catalogue.id("piano"), catalogue.id("guitar"));
    let hint = alias("keys", Meaning::Hint(guitar), Origin::Content);
    insert(tx, &[alias("keys", Meaning::Hint(piano), Origin::Content), hint.clone()]);
    let find = |wanted: &NewAlias| read(tx, |uow| uow.vocabulary().find_alias(wanted));
    let found = find(&NewAlias { origin: Origin::Admin, ..hint }).unwrap();
    assert_eq!(
        (found.id, found.meaning, found.origin),
        (aliases(tx)[1].id, Meaning::Hint(guitar), Origin::Content)
    );
    assert_eq!(find(&alias("keys", Meaning::Synonym(piano), Origin::Content)), None);
    assert_eq!(find(&alias("key", Meaning::Hint(piano), Origin::Content)), None);
}

fn an_alias_is_taken_away_and_given_back(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    let new = alias("klavier", Meaning::Synonym(piano), Origin::Content);
    insert(tx, &[new.clone(), alias("ivories", Meaning::Synonym(piano), Origin::Content)]);
    let before = aliases(tx);
    let away = Alias { is_active: false, origin: Origin::Admin, ..before[0].clone() };
    done(tx, |uow| uow.vocabulary().update_alias(&away, built_at()));
    assert_eq!(aliases(tx), [away.clone(), before[1].clone()], "it stays on record");
    assert_eq!(read(tx, |uow| uow.vocabulary().find_alias(&new)), Some(away.clone()));
    let back = Alias { is_active: true, ..away };
    done(tx, |uow| uow.vocabulary().update_alias(&back, built_at()));
    assert_eq!(aliases(tx)[0], back);
    let unknown = Alias { id: AliasId::new(i64::from(i32::MAX)).unwrap(), ..back };
    assert_unexpected(attempt(tx, |uow| uow.vocabulary().update_alias(&unknown, built_at())));
}

fn deleted_aliases_leave_no_trace(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    let new = ["a", "b", "c"].map(|text| alias(text, Meaning::Synonym(piano), Origin::Content));
    insert(tx, &new);
    let stored = aliases(tx);
    let doomed = [stored[0].id, stored[2].id, AliasId::new(i64::from(i32::MAX)).unwrap()];
    done(tx, |uow| uow.vocabulary().delete_aliases(&doomed));
    assert_eq!(aliases(tx), stored[1..2]);
    insert(tx, &new[..1]);
    assert!(aliases(tx)[1].id > stored[2].id, "ids are given once");
}

fn an_alias_about_nothing_is_unexpected(tx: &dyn Transactor) {
    let _catalogue = a_catalogue(tx);
    let nothing = i64::from(i32::MAX);
    let service = CatalogueServiceId::new(nothing).unwrap();
    for meaning in [Meaning::Synonym(service), Meaning::Group(GroupId::new(nothing).unwrap())] {
        let new = [alias("ok", Meaning::Weak, Origin::Admin), alias("x", meaning, Origin::Admin)];
        assert_unexpected(attempt(tx, |uow| uow.vocabulary().insert_aliases(&new, built_at())));
    }
    assert_eq!(aliases(tx), []);
}

fn groups_are_read_back_and_changed_but_for_their_names(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (piano, guitar) = (catalogue.id("piano"), catalogue.id("guitar"));
    let entries =
        [group("strings & keys", &[guitar, piano], Origin::Content), group("none", &[], Origin::Admin)];
    done(tx, |uow| uow.vocabulary().insert_groups(&entries, built_at()));
    let stored = groups(tx);
    assert!(stored.is_sorted_by_key(|group| group.id) && stored.iter().all(|group| group.is_active));
    assert_eq!(stored.iter().map(|group| group.entry.clone()).collect::<Vec<_>>(), entries);

    let changed = ServiceGroup {
        entry: group("renamed", &[piano], Origin::Admin),
        is_active: false,
        ..stored[0].clone()
    };
    let unknown = ServiceGroup { id: GroupId::new(i64::from(i32::MAX)).unwrap(), ..changed.clone() };
    done(tx, |uow| uow.vocabulary().update_groups(&[changed.clone(), unknown.clone()], built_at()));
    let entry = GroupEntry { name: "strings & keys".into(), ..changed.entry.clone() };
    assert_eq!(groups(tx), [ServiceGroup { entry, ..changed }, stored[1].clone()]);
}

fn places_are_read_back_and_changed_but_for_their_names(tx: &dyn Transactor) {
    let entries = [
        PlaceEntry { aliases: vec![], neighbours: vec![], ..place("Queens", PlaceKind::Borough) },
        place("Ditmars–Steinway", PlaceKind::Neighborhood),
        PlaceEntry { origin: Origin::Admin, ..place("Astoria Park", PlaceKind::Landmark) },
    ];
    done(tx, |uow| uow.vocabulary().insert_places(&entries, built_at()));
    let stored = places(tx);
    assert!(stored.is_sorted_by_key(|place| place.id) && stored.iter().all(|place| place.is_active));
    assert_eq!(stored.iter().map(|place| place.entry.clone()).collect::<Vec<_>>(), entries);

    let changed = Place {
        entry: PlaceEntry {
            borough: "Bronx".into(),
            aliases: vec![phrase("elsewhere")],
            neighbours: vec![],
            origin: Origin::Admin,
            ..place("renamed", PlaceKind::Landmark)
        },
        is_active: false,
        ..stored[1].clone()
    };
    let unknown = Place { id: PlaceId::new(i64::from(i32::MAX)).unwrap(), ..changed.clone() };
    done(tx, |uow| uow.vocabulary().update_places(&[changed.clone(), unknown.clone()], built_at()));
    let entry = PlaceEntry { name: "Ditmars–Steinway".into(), ..changed.entry.clone() };
    assert_eq!(places(tx), [stored[0].clone(), Place { entry, ..changed }, stored[2].clone()]);
}

fn names_of_groups_and_places_are_given_once(tx: &dyn Transactor) {
    let entry = group("strings", &[], Origin::Content);
    let queens = place("Queens", PlaceKind::Borough);
    done(tx, |uow| {
        uow.vocabulary().insert_groups(std::slice::from_ref(&entry), built_at())?;
        uow.vocabulary().insert_places(std::slice::from_ref(&queens), built_at())
    });
    assert_unexpected(attempt(tx, |uow| {
        uow.vocabulary().insert_groups(std::slice::from_ref(&entry), built_at())
    }));
    assert_unexpected(attempt(tx, |uow| {
        uow.vocabulary().insert_places(std::slice::from_ref(&queens), built_at())
    }));
    assert_eq!((groups(tx).len(), places(tx).len()), (1, 1));
}

fn many_words_are_stored_at_once(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    let new: Vec<NewAlias> = (0..2_500)
        .map(|number| alias(&format!("word {number}"), Meaning::Synonym(piano), Origin::Content))
        .collect();
    insert(tx, &new);
    let stored = aliases(tx);
    assert_eq!(stored.len(), 2_500);
    let doomed: Vec<AliasId> = stored.iter().skip(1).map(|alias| alias.id).collect();
    done(tx, |uow| uow.vocabulary().delete_aliases(&doomed));
    assert_eq!(aliases(tx), stored[..1]);
}

fn the_digest_of_the_content_files_is_remembered(tx: &dyn Transactor) {
    let digest = || read(tx, |uow| uow.vocabulary().content_digest());
    assert_eq!(digest(), None);
    for text in ["cbf29ce484222325", &"f".repeat(64)] {
        done(tx, |uow| uow.vocabulary().set_content_digest(text, built_at()));
        assert_eq!(digest().as_deref(), Some(text));
    }
}

fn editors_can_hold_the_vocabulary(tx: &dyn Transactor) {
    done(tx, |uow| {
        uow.vocabulary().lock()?;
        uow.vocabulary().lock()?;
        uow.vocabulary().insert_aliases(&[alias("x", Meaning::Weak, Origin::Admin)], built_at())
    });
    assert_eq!(aliases(tx).len(), 1);
    assert_eq!(read(tx, |uow| uow.vocabulary().content_digest()), None, "holding changes nothing");
}

fn what_is_rolled_back_is_forgotten(tx: &dyn Transactor) {
    let new = [alias("x", Meaning::Weak, Origin::Admin)];
    assert_unexpected(attempt(tx, |uow| {
        uow.vocabulary().insert_aliases(&new, built_at())?;
        uow.vocabulary().insert_groups(&[group("g", &[], Origin::Admin)], built_at())?;
        uow.vocabulary().insert_places(&[place("p", PlaceKind::Landmark)], built_at())?;
        uow.vocabulary().set_content_digest("d", built_at())?;
        Err::<(), _>(instainstru_domain::ports::StorageError::unexpected("changed our mind"))
    }));
    assert_eq!((aliases(tx), groups(tx), places(tx)), (vec![], vec![], vec![]));
    assert_eq!(read(tx, |uow| uow.vocabulary().content_digest()), None);
}
