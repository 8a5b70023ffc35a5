//! Searching ignores case in all scripts and takes every character for itself.

use instainstru_domain::{
    instructor::InstructorFilter,
    page::Page,
    ports::{StorageError, TransactorExt},
};
use instainstru_test_support::builders::an_instructor;

use crate::databases::{Fresh, on_both_databases};

on_both_databases! {
    names_are_found_in_any_case_and_script,
    wildcards_are_ordinary_characters,
    services_of_the_catalogue_are_found_by_name_in_any_case,
}

/// Stores an instructor who teaches piano.
fn teaches_piano(fresh: &Fresh, name: &str) {
    let _stored = an_instructor(fresh).named(name).offering("piano", 75_00, &[60]).insert();
}

fn found(fresh: &Fresh, search: &str) -> Vec<String> {
    let filter = InstructorFilter { search: Some(search.to_owned()), ..InstructorFilter::default() };
    let listed =
        fresh.reading::<_, StorageError>(|uow| uow.instructors().list(&filter, Page::first(10))).unwrap();
    assert_eq!(usize::try_from(listed.total).unwrap(), listed.items.len());
    listed.items.iter().map(|instructor| instructor.user.full_name.to_string()).collect()
}

fn names_are_found_in_any_case_and_script(fresh: &Fresh) {
    for (name, search) in [
        ("Jürgen ÜNÏ", "ünï"),
        ("Ελένη Παπαδοπούλου", "ΠΑΠΑΔΟΠΟΎΛΟΥ"),
        ("Дмитрий Шостакович", "шОСТАК"),
        ("שרה כהן", "כהן"),
        ("山田 太郎", "太郎"),
    ] {
        teaches_piano(fresh, name);
        assert_eq!(found(fresh, search), [name], "{search}");
    }
    assert_eq!(found(fresh, "nobody of this name"), Vec::<String>::new());
}

fn wildcards_are_ordinary_characters(fresh: &Fresh) {
    teaches_piano(fresh, "Ada 100% Lovelace");
    teaches_piano(fresh, "Ben O_Neil");
    teaches_piano(fresh, "Cy \\ Young");
    assert_eq!(found(fresh, "0%"), ["Ada 100% Lovelace"]);
    assert_eq!(found(fresh, "o_n"), ["Ben O_Neil"]);
    assert_eq!(found(fresh, "\\"), ["Cy \\ Young"]);
    assert_eq!(found(fresh, "%%%"), Vec::<String>::new());
    assert_eq!(found(fresh, "a\0b"), Vec::<String>::new());
}

fn services_of_the_catalogue_are_found_by_name_in_any_case(fresh: &Fresh) {
    teaches_piano(fresh, "Ada");
    let texts = ["PIANO", "no such thing", "nul\0"].map(str::to_owned);
    let named = fresh.reading::<_, StorageError>(|uow| uow.catalogue().find_named(&texts)).unwrap();
    assert_eq!(named.iter().map(|service| service.facts.slug.as_str()).collect::<Vec<_>>(), ["piano"]);
}
