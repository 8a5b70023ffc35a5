//! Reading the catalogue, over a store in memory.

#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use instainstru_service::{
    catalogue::{CatalogueError, CatalogueService, CatalogueUseCases},
    instructors::UpdateProfile,
};
use world::{NOW, World, draft};

fn catalogue(world: &World) -> CatalogueService {
    CatalogueService::new(world.spy.clone())
}

fn services(world: &World, slug: Option<&str>) -> Vec<String> {
    catalogue(world).services(slug).unwrap().into_iter().map(|listing| listing.service.facts.name).collect()
}

#[test]
fn categories_come_in_their_order_also_empty_ones() {
    let world = World::at(NOW);
    let slugs: Vec<_> =
        catalogue(&world).categories().unwrap().into_iter().map(|category| category.facts.slug).collect();
    assert_eq!(slugs, ["language", "music", "kids"]);
}

#[test]
fn services_are_the_active_ones_of_all_or_one_category() {
    let world = World::at(NOW);
    assert_eq!(services(&world, None), ["Spanish", "Français", "Piano", "Guitar", "Violin"]);
    assert_eq!(services(&world, Some("music")), ["Piano", "Guitar", "Violin"]);
    assert_eq!(services(&world, Some("kids")), Vec::<String>::new());
}

#[test]
fn an_unknown_category_is_named() {
    let world = World::at(NOW);
    for unknown in ["cooking", "", "Music"] {
        let error = catalogue(&world).services(Some(unknown)).unwrap_err();
        assert!(matches!(&error, CatalogueError::UnknownCategory(slug) if slug == unknown), "{error:?}");
        assert_eq!(error.to_string(), format!("Category '{unknown}' not found"));
    }
}

#[test]
fn the_front_page_shows_the_first_services_of_categories_that_have_any() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    world.update(
        &teacher.user,
        UpdateProfile {
            services: Some(vec![draft("Piano", 4_000), draft("Guitar", 5_000)]),
            ..UpdateProfile::default()
        },
    );
    let top = catalogue(&world).top_per_category(2).unwrap();
    assert_eq!(top.total_categories, 3, "the empty one counts");
    let shown: Vec<_> = top
        .categories
        .iter()
        .map(|top| {
            let services: Vec<_> =
                top.services.iter().map(|s| (s.service.facts.name.as_str(), s.active_instructors)).collect();
            (top.category.facts.slug.as_str(), services)
        })
        .collect();
    assert_eq!(
        shown,
        [("language", vec![("Spanish", 0), ("Français", 0)]), ("music", vec![("Piano", 1), ("Guitar", 1)])]
    );
}

#[test]
fn reading_takes_a_constant_number_of_statements() {
    let world = World::at(NOW);
    let catalogue = catalogue(&world);
    let calls = |work: &dyn Fn()| {
        world.spy.calls();
        work();
        world.spy.calls()
    };
    assert_eq!(calls(&|| drop(catalogue.categories().unwrap())), 1);
    assert_eq!(calls(&|| drop(catalogue.services(None).unwrap())), 1);
    assert_eq!(calls(&|| drop(catalogue.services(Some("music")).unwrap())), 2);
    assert_eq!(calls(&|| drop(catalogue.top_per_category(7).unwrap())), 2);
}
