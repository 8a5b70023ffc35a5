//! Finding instructors.

use instainstru_domain::{account::AccountStatus, instructor::Instructor, page::Page};
use instainstru_service::instructors::{InstructorUseCases, ListInstructors, UpdateProfile};

use crate::{
    outcome,
    world::{NOW, Setup, World, draft, user_id},
};

fn names(found: &[Instructor]) -> Vec<&str> {
    found.iter().map(|instructor| instructor.user.full_name.as_str()).collect()
}

/// Ada teaches piano ($100) and Spanish ($40), Bob piano ($50), Cyd French ($80), Dee nothing.
fn four() -> World {
    let world = World::at(NOW);
    for (name, services) in [
        ("Ada", vec![draft("Piano", 10_000), draft("Spanish", 4_000)]),
        ("Bob", vec![draft("Piano", 5_000)]),
        ("Cyd", vec![draft("Français", 8_000)]),
        ("Dee", vec![]),
    ] {
        let teacher = world.teacher_with(name, Setup::default());
        world.update(&teacher.user, UpdateProfile { services: Some(services), ..UpdateProfile::default() });
    }
    world
}

fn found(world: &World, query: &ListInstructors) -> Vec<String> {
    let list = world.instructors.list(query, Page::first(10)).unwrap();
    assert_eq!(list.active_instructors, 4, "whether or not they fit");
    assert_eq!(list.found.total, u64::try_from(list.found.items.len()).unwrap());
    names(&list.found.items).into_iter().map(String::from).collect()
}

#[test]
fn without_a_filter_everybody_bookable_is_listed_also_without_services() {
    let world = four();
    assert_eq!(found(&world, &ListInstructors::default()), ["Ada", "Bob", "Cyd", "Dee"]);
    let page = world.instructors.list(&ListInstructors::default(), Page { offset: 1, limit: 2 }).unwrap();
    assert_eq!((names(&page.found.items), page.found.total), (vec!["Bob", "Cyd"], 4));
}

#[test]
fn a_skill_names_a_service_or_else_a_category_ignoring_case() {
    let world = four();
    for (skill, expected) in [
        ("piano", vec!["Ada", "Bob"]),
        ("PIANO", vec!["Ada", "Bob"]),
        ("  Piano ", vec!["Ada", "Bob"]),
        ("FRANÇAIS", vec!["Cyd"]),
        ("french", vec!["Cyd"]),
        ("guitar", vec![]),
        ("music", vec!["Ada", "Bob"]),
        ("language", vec!["Ada", "Cyd"]),
        ("languages & SPEECH", vec!["Ada", "Cyd"]),
        ("kids", vec![]),
        ("theremin", vec![]), // switched off in the catalogue
        ("juggling", vec![]),
        ("  ", vec!["Ada", "Bob", "Cyd", "Dee"]),
    ] {
        let query = ListInstructors { skill: Some(skill.into()), ..ListInstructors::default() };
        assert_eq!(found(&world, &query), expected, "{skill}");
    }
}

#[test]
fn everything_asked_for_must_hold() {
    let world = four();
    let piano = world.entry("Piano").id;
    let spanish = world.entry("Spanish").id;
    let all = ListInstructors::default;
    let skill = |name: &str| Some(name.to_owned());
    for (query, expected) in [
        (
            ListInstructors { catalogue_service_id: Some(piano), skill: skill("piano"), ..all() },
            vec!["Ada", "Bob"],
        ),
        (ListInstructors { catalogue_service_id: Some(spanish), skill: skill("piano"), ..all() }, vec![]),
        (
            ListInstructors { catalogue_service_id: Some(spanish), skill: skill("language"), ..all() },
            vec!["Ada"],
        ),
        (ListInstructors { catalogue_service_id: Some(spanish), skill: skill("music"), ..all() }, vec![]),
        (ListInstructors { skill: skill("piano"), max_rate_cents: Some(6_000), ..all() }, vec!["Bob"]),
        (ListInstructors { search: Some("PIAN".into()), min_rate_cents: Some(6_000), ..all() }, vec!["Ada"]),
        (ListInstructors { search: Some("ada".into()), skill: skill("music"), ..all() }, vec!["Ada"]),
        (ListInstructors { min_rate_cents: Some(4_000), max_rate_cents: Some(4_000), ..all() }, vec!["Ada"]),
    ] {
        assert_eq!(found(&world, &query), expected, "{query:?}");
    }
}

#[test]
fn a_highest_price_below_the_lowest_is_refused() {
    let world = four();
    let query =
        ListInstructors { min_rate_cents: Some(50), max_rate_cents: Some(49), ..ListInstructors::default() };
    let refused = world.instructors.list(&query, Page::first(10));
    assert_eq!(outcome(&refused), "PriceRange");
    assert_eq!(refused.unwrap_err().to_string(), "max_price must be greater than or equal to min_price");
}

#[test]
fn hidden_instructors_are_neither_listed_nor_found_nor_counted() {
    let world = four();
    let ada = user_id(1);
    let account = world.instructors.get(ada).unwrap().user;
    for status in [AccountStatus::Suspended, AccountStatus::Deactivated] {
        world.set_status(&account, status);
        let list = world.instructors.list(&ListInstructors::default(), Page::first(10)).unwrap();
        assert_eq!((names(&list.found.items), list.active_instructors), (vec!["Bob", "Cyd", "Dee"], 3));
        assert_eq!(outcome(&world.instructors.get(ada)), "NotFound");
        assert_eq!(outcome(&world.instructors.my_profile(&account)), "ok", "the owner still sees it");
    }
    world.set_status(&account, AccountStatus::Active);
    world.store.set_user_active(ada, false);
    assert_eq!(outcome(&world.instructors.get(ada)), "NotFound");
    world.store.set_user_active(ada, true);
    assert_eq!(names(&[world.instructors.get(ada).unwrap()]), ["Ada"]);
}

#[test]
fn students_and_strangers_are_not_instructors() {
    let world = four();
    assert_eq!(outcome(&world.instructors.get(world.student("Sam").id)), "NotFound");
    assert_eq!(outcome(&world.instructors.get(user_id(999))), "NotFound");
}

#[test]
fn listing_takes_the_same_number_of_statements_however_many_there_are() {
    let world = four();
    let calls = |skill: &str| {
        world.spy.calls();
        let query = ListInstructors { skill: Some(skill.into()), ..ListInstructors::default() };
        world.instructors.list(&query, Page::first(50)).unwrap();
        world.spy.calls()
    };
    assert_eq!((calls("piano"), calls("music"), calls("")), (3, 4, 2));
    for n in 0..20 {
        world.teacher(&format!("Extra {n}"));
    }
    assert_eq!((calls("piano"), calls("music"), calls("")), (3, 4, 2));
}
