//! Aliases and groups.

use instainstru_domain::{
    editorial::Origin,
    event::DomainEvent,
    ids::{AliasId, CatalogueServiceId, CategoryId, GroupId},
    page::Page,
    vocabulary::{Meaning, MeaningKind},
};
use instainstru_service::editorial::{AliasFilter, EditorialError, VocabularyEditing};

use crate::{World, name, phrase};

fn group(world: &World, text: &str) -> GroupId {
    world.editor.add_group(&world.admin, &name(text), &[world.piano, world.guitar]).unwrap().id
}

#[test]
fn a_phrase_is_given_a_meaning_and_it_is_taken_away() {
    let world = World::new();
    let strings = group(&world, "strings");
    for meaning in [
        Meaning::Synonym(world.piano),
        Meaning::Hint(world.piano),
        Meaning::Not(world.piano),
        Meaning::Group(strings),
        Meaning::Category(world.music),
        Meaning::Weak,
        Meaning::Outside,
    ] {
        let text = format!("a {}", meaning.kind().as_str());
        let (alias, events) =
            world.events_of(|editor| editor.add_alias(&world.admin, &phrase(&text), meaning).unwrap());
        assert_eq!((alias.phrase.as_str(), alias.meaning), (text.as_str(), meaning));
        assert_eq!((alias.is_active, alias.origin), (true, Origin::Admin));
        assert_eq!(events, [DomainEvent::VocabularyChanged]);
        assert!(world.phrases().contains(&text));
        let ((), events) = world.events_of(|editor| editor.remove_alias(&world.admin, alias.id).unwrap());
        assert_eq!(events, [DomainEvent::VocabularyChanged]);
        assert!(!world.phrases().contains(&text));
        assert!(matches!(
            world.editor.remove_alias(&world.admin, alias.id),
            Err(EditorialError::AliasNotFound)
        ));
        let again = world.editor.add_alias(&world.admin, &phrase(&text), meaning).unwrap();
        assert_eq!(again.id, alias.id, "it comes back as the row it was");
    }
}

#[test]
fn what_is_taken_away_from_the_files_is_an_administrators_decision() {
    let world = World::new();
    world.content_says("ivories", Meaning::Synonym(world.piano));
    let id = world.write(|uow| uow.vocabulary().aliases()).pop().unwrap().id;
    world.editor.remove_alias(&world.admin, id).unwrap();
    let kept = world.write(|uow| uow.vocabulary().aliases()).pop().unwrap();
    assert_eq!((kept.is_active, kept.origin), (false, Origin::Admin));
    // The phrase is free for something else.
    world.editor.add_alias(&world.admin, &phrase("ivories"), Meaning::Synonym(world.guitar)).unwrap();
}

#[test]
fn a_phrase_keeps_the_meaning_it_has() {
    let world = World::new();
    let (strings, keys) = (group(&world, "strings"), group(&world, "keys"));
    world.content_says("strumming", Meaning::Synonym(world.guitar));
    world.content_says("feel the strings", Meaning::Hint(world.guitar));
    world.content_says("guitar hero", Meaning::Not(world.guitar));
    world.content_says("bowed things", Meaning::Group(strings));
    world.content_says("musique", Meaning::Category(world.music));
    world.content_says("lessons", Meaning::Weak);
    world.content_says("plumber", Meaning::Outside);
    let taken = |text: &str, by: &str| Some(format!("'{text}' already means {by}"));
    let cases = [
        // A synonym stands for one service.
        ("Guitar", Meaning::Synonym(world.piano), taken("guitar", "Guitar")),
        ("chords", Meaning::Synonym(world.piano), taken("chords", "Guitar")),
        ("strumming", Meaning::Synonym(world.piano), taken("strumming", "Guitar")),
        ("strumming", Meaning::Synonym(world.guitar), taken("strumming", "Guitar")),
        ("bowed things", Meaning::Synonym(world.guitar), taken("bowed things", "the group strings")),
        ("music", Meaning::Synonym(world.guitar), taken("music", "the category Music")),
        ("musique", Meaning::Synonym(world.guitar), taken("musique", "the category Music")),
        ("guitar hero", Meaning::Synonym(world.piano), None),
        // A hint is near, and that may be to several.
        ("strumming", Meaning::Hint(world.piano), None),
        ("feel the strings", Meaning::Hint(world.piano), None),
        ("feel the strings", Meaning::Hint(world.guitar), taken("feel the strings", "something near Guitar")),
        // A service stays reachable by its own names.
        ("strumming", Meaning::Not(world.guitar), taken("strumming", "Guitar")),
        ("guitar", Meaning::Not(world.guitar), taken("guitar", "Guitar")),
        ("guitar", Meaning::Not(world.piano), None),
        // A group wins over the words of one service, but not over its name.
        ("strumming", Meaning::Group(strings), None),
        ("guitar", Meaning::Group(strings), taken("guitar", "Guitar")),
        ("bowed things", Meaning::Group(keys), taken("bowed things", "the group strings")),
        ("bowed things", Meaning::Group(strings), taken("bowed things", "the group strings")),
        ("music", Meaning::Group(strings), taken("music", "the category Music")),
        // Everything wins over a category, so it would mean nothing.
        ("strumming", Meaning::Category(world.music), taken("strumming", "Guitar")),
        ("bowed things", Meaning::Category(world.music), taken("bowed things", "the group strings")),
        ("music", Meaning::Category(world.music), None),
        ("musique", Meaning::Category(world.music), taken("musique", "the category Music")),
        // What means something cannot mean nothing.
        ("guitar", Meaning::Weak, taken("guitar", "Guitar")),
        ("musique", Meaning::Outside, taken("musique", "the category Music")),
        ("lessons", Meaning::Weak, taken("lessons", "nothing in particular")),
        ("plumber", Meaning::Outside, taken("plumber", "something nobody teaches")),
        ("plumber", Meaning::Weak, None),
    ];
    for (text, meaning, expected) in cases {
        if let Some(expected) = expected {
            assert_eq!(
                world.refused(|editor| editor.add_alias(&world.admin, &phrase(text), meaning)),
                expected
            );
        } else {
            let alias = world.editor.add_alias(&world.admin, &phrase(text), meaning);
            let alias = alias.unwrap_or_else(|error| panic!("{text} {meaning:?}: {error}"));
            world.editor.remove_alias(&world.admin, alias.id).unwrap();
        }
    }
}

#[test]
fn what_a_phrase_is_to_mean_must_exist() {
    let world = World::new();
    let service = CatalogueServiceId::new(99).unwrap();
    for (meaning, expected) in [
        (Meaning::Synonym(service), "there is no service 99"),
        (Meaning::Hint(service), "there is no service 99"),
        (Meaning::Not(service), "there is no service 99"),
        (Meaning::Group(GroupId::new(99).unwrap()), "there is no group 99"),
        (Meaning::Category(CategoryId::new(99).unwrap()), "there is no category 99"),
    ] {
        assert_eq!(world.refused(|editor| editor.add_alias(&world.admin, &phrase("x"), meaning)), expected);
    }
    let nothing = AliasId::new(99).unwrap();
    assert_eq!(world.refused(|editor| editor.remove_alias(&world.admin, nothing)), "Alias not found");
}

#[test]
fn aliases_are_listed_by_what_is_asked_for_in_pages() {
    let world = World::new();
    let strings = group(&world, "strings");
    for (text, meaning) in [
        ("b keys", Meaning::Hint(world.piano)),
        ("a keys", Meaning::Synonym(world.piano)),
        ("c strings", Meaning::Group(strings)),
        ("d music", Meaning::Category(world.music)),
        ("e lessons", Meaning::Weak),
    ] {
        world.content_says(text, meaning);
    }
    let listed = |filter: AliasFilter, page: Page| {
        let found = world.editor.aliases(&filter, page).unwrap();
        let letters: String =
            found.items.iter().filter_map(|alias| alias.phrase.as_str().chars().next()).collect();
        (letters, found.total)
    };
    let all = AliasFilter::default();
    assert_eq!(listed(all.clone(), Page::first(9)), ("abcde".into(), 5));
    assert_eq!(listed(all.clone(), Page::numbered(2, 2)), ("cd".into(), 5));
    for (filter, expected) in [
        (AliasFilter { kind: Some(MeaningKind::Weak), ..all.clone() }, "e"),
        (AliasFilter { service: Some(world.piano), ..all.clone() }, "ab"),
        (AliasFilter { service: Some(world.piano), kind: Some(MeaningKind::Hint), ..all.clone() }, "b"),
        (AliasFilter { group: Some(strings), ..all.clone() }, "c"),
        (AliasFilter { category: Some(world.music), ..all.clone() }, "d"),
        (AliasFilter { text: Some("KEYS".into()), ..all }, "ab"),
    ] {
        assert_eq!(listed(filter, Page::first(9)).0, expected);
    }
}

#[test]
fn groups_are_made_changed_and_switched_off() {
    let world = World::new();
    let (made, events) = world.events_of(|editor| {
        editor.add_group(&world.admin, &name("Strings"), &[world.guitar, world.guitar]).unwrap()
    });
    assert_eq!(
        (made.entry.services.as_slice(), made.is_active, made.entry.origin),
        (&[world.guitar][..], true, Origin::Admin)
    );
    assert_eq!(events, [DomainEvent::VocabularyChanged]);
    let both = [world.guitar, world.piano];
    let (changed, events) =
        world.events_of(|editor| editor.change_group(&world.admin, made.id, &both).unwrap());
    assert_eq!((changed.entry.services.as_slice(), events.len()), (&both[..], 1));
    let (_same, events) =
        world.events_of(|editor| editor.change_group(&world.admin, made.id, &both).unwrap());
    assert_eq!(events, []);
    let off = world.editor.switch_group(&world.admin, made.id, false).unwrap();
    assert!(!off.is_active);
    assert_eq!(world.editor.groups().unwrap(), [off]);
    let (_same, events) =
        world.events_of(|editor| editor.switch_group(&world.admin, made.id, false).unwrap());
    assert_eq!(events, []);

    let nothing = GroupId::new(99).unwrap();
    let unknown = [CatalogueServiceId::new(99).unwrap()];
    assert_eq!(
        world.refused(|editor| editor.add_group(&world.admin, &name("STRINGS"), &[])),
        "'STRINGS' is already the name of the group Strings"
    );
    assert_eq!(
        world.refused(|editor| editor.add_group(&world.admin, &name("x"), &unknown)),
        "there is no service 99"
    );
    assert_eq!(
        world.refused(|editor| editor.change_group(&world.admin, made.id, &unknown)),
        "there is no service 99"
    );
    assert_eq!(world.refused(|editor| editor.change_group(&world.admin, nothing, &[])), "Group not found");
    assert_eq!(world.refused(|editor| editor.switch_group(&world.admin, nothing, true)), "Group not found");
}
