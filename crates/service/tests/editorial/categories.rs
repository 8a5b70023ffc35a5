//! Categories.

use instainstru_domain::{
    editorial::{DisplayOrder, Origin},
    event::DomainEvent,
    ids::CategoryId,
    text::{EntryDescription, IconName, Subtitle},
    vocabulary::Meaning,
};
use instainstru_service::editorial::{CatalogueEditing, CategoryChange, CategoryDraft, EditorialError};

use crate::{World, listed, name, slug};

fn crafts() -> CategoryDraft {
    CategoryDraft {
        slug: slug("crafts"),
        name: name("Crafts"),
        subtitle: Some(Subtitle::new("By hand").unwrap()),
        description: Some(EntryDescription::new("Wood and wool").unwrap()),
        display_order: None,
        icon_name: Some(IconName::new("needle").unwrap()),
    }
}

#[test]
fn a_new_category_comes_last_and_is_of_an_administrator() {
    let world = World::new();
    let (made, events) = world.events_of(|editor| editor.add_category(&world.admin, &crafts()).unwrap());
    let facts = &made.category.facts;
    assert_eq!((facts.slug.as_str(), facts.name.as_str(), facts.display_order), ("crafts", "Crafts", 3));
    assert_eq!((facts.subtitle.as_deref(), facts.icon_name.as_deref()), (Some("By hand"), Some("needle")));
    assert_eq!((made.is_active, made.origin), (true, Origin::Admin));
    assert_eq!(events, [DomainEvent::CategoryChanged { category: made.category.id }]);
    assert_eq!(world.editor.categories().unwrap().last(), Some(&made));
    let first = CategoryDraft {
        slug: slug("first"),
        name: name("First"),
        display_order: Some(DisplayOrder::new(1).unwrap()),
        ..crafts()
    };
    assert_eq!(world.editor.add_category(&world.admin, &first).unwrap().category.facts.display_order, 1);
}

#[test]
fn slugs_and_names_of_categories_mean_one_thing() {
    let world = World::new();
    world.content_says("strumming", Meaning::Synonym(world.guitar));
    for (slug_text, name_text, expected) in [
        ("music", "Crafts", "the slug 'music' is taken"),
        ("tunes", "MUSIC", "'MUSIC' already means the category Music"),
        ("keys", "Piano", "'Piano' already means Piano"),
        ("keys", "Klavier", "'Klavier' already means Piano"),
        ("keys", "strumming", "'strumming' already means Guitar"),
    ] {
        let draft = CategoryDraft { slug: slug(slug_text), name: name(name_text), ..crafts() };
        assert_eq!(world.refused(|editor| editor.add_category(&world.admin, &draft)), expected);
    }
}

#[test]
fn what_is_given_changes_and_the_rest_stays() {
    let world = World::new();
    let change = CategoryChange {
        name: Some(name("Sound & Music")),
        subtitle: Some(None),
        display_order: Some(DisplayOrder::new(9).unwrap()),
        slug: Some(slug("music")),
        ..CategoryChange::default()
    };
    let before = world.category(world.music);
    let (changed, events) =
        world.events_of(|editor| editor.change_category(&world.admin, world.music, &change).unwrap());
    let facts = &changed.category.facts;
    assert_eq!(
        (facts.name.as_str(), facts.subtitle.as_deref(), facts.display_order),
        ("Sound & Music", None, 9)
    );
    assert_eq!(facts.description, before.category.facts.description);
    assert_eq!((before.origin, changed.origin), (Origin::Content, Origin::Admin));
    assert_eq!(events, [DomainEvent::CategoryChanged { category: world.music }]);
    assert_eq!(world.category(world.music), changed);
    // The same again is no edit.
    let (same, events) =
        world.events_of(|editor| editor.change_category(&world.admin, world.music, &change).unwrap());
    assert_eq!((same, events), (changed, vec![]));
}

#[test]
fn a_category_keeps_its_slug_and_is_not_named_like_something_else() {
    let world = World::new();
    let renamed = |change: &CategoryChange| {
        world.refused(|editor| editor.change_category(&world.admin, world.music, change))
    };
    let other_slug = CategoryChange { slug: Some(slug("tunes")), ..CategoryChange::default() };
    assert_eq!(
        renamed(&other_slug),
        "the slug of this category is 'music' and stays so: others know it by that"
    );
    let other_name = CategoryChange { name: Some(name("Yoga")), ..CategoryChange::default() };
    assert_eq!(renamed(&other_name), "'Yoga' already means Yoga");
    let nobody = CategoryId::new(999).unwrap();
    for result in [
        world.editor.change_category(&world.admin, nobody, &CategoryChange::default()),
        world.editor.switch_category(&world.admin, nobody, false),
    ] {
        assert!(matches!(result, Err(EditorialError::CategoryNotFound)));
    }
}

#[test]
fn a_category_is_hidden_with_everything_in_it_and_shown_again() {
    let world = World::new();
    let (off, events) =
        world.events_of(|editor| editor.switch_category(&world.admin, world.music, false).unwrap());
    assert_eq!((off.is_active, off.origin), (false, Origin::Content), "its words are still the files'");
    assert_eq!(events, [DomainEvent::CategoryChanged { category: world.music }]);
    assert_eq!(listed(&world), ["Yoga", "Spanish"]);
    let piano = world.editor.service(world.piano).unwrap();
    assert_eq!((piano.record.is_active, piano.is_shown()), (true, false));
    let (_same, events) =
        world.events_of(|editor| editor.switch_category(&world.admin, world.music, false).unwrap());
    assert_eq!(events, []);
    world.editor.switch_category(&world.admin, world.music, true).unwrap();
    assert_eq!(listed(&world).len(), 4);
}
