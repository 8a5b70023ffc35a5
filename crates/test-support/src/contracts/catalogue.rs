//! Contracts of the storage of the catalogue.

use std::collections::BTreeSet;

use instainstru_core::money::Cents;
use instainstru_domain::{
    account::AccountStatus,
    catalogue::{CatalogueEntry, CatalogueService, CategoryFacts, Demand, ServiceFacts},
    ids::CatalogueServiceId,
    ports::Transactor,
};

use super::{Contract, assert_unexpected, attempt, done, named, read};
use crate::builders::{a_catalogue, an_instructor, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "catalogue":
        an_empty_catalogue_is_empty,
        categories_are_listed_by_display_order,
        a_category_is_brought_up_to_date_by_its_slug,
        a_service_is_read_back_as_it_was_stored,
        a_service_is_brought_up_to_date_by_its_slug,
        related_services_are_resolved_after_all_are_stored,
        a_service_of_an_unknown_category_is_unexpected,
        services_are_listed_by_category_display_order_and_name,
        services_of_one_category_can_be_listed,
        only_bookable_instructors_and_active_services_count,
        services_are_found_by_id,
        services_are_found_by_name_or_slug_ignoring_case,
    }
}

fn category(slug: &str, display_order: i32) -> CategoryFacts {
    CategoryFacts {
        slug: slug.to_owned(),
        name: format!("Name of {slug}"),
        subtitle: None,
        description: None,
        display_order,
        icon_name: None,
    }
}

fn service(category: &str, slug: &str, name: &str, display_order: i32) -> CatalogueEntry {
    CatalogueEntry {
        category_slug: category.to_owned(),
        facts: ServiceFacts {
            slug: slug.to_owned(),
            name: name.to_owned(),
            description: None,
            search_terms: Vec::new(),
            display_order,
            online_capable: false,
            requires_certification: false,
            typical_price: None,
        },
        related_slugs: Vec::new(),
    }
}

fn store(tx: &dyn Transactor, categories: &[CategoryFacts], services: &[CatalogueEntry]) {
    done(tx, |uow| {
        uow.catalogue().upsert_categories(categories, built_at())?;
        uow.catalogue().upsert_services(services, built_at())
    });
}

fn named_one(tx: &dyn Transactor, text: &str) -> CatalogueService {
    let found = read(tx, |uow| uow.catalogue().find_named(&[text.to_owned()]));
    let [found] = <[_; 1]>::try_from(found).expect("exactly one service of this name");
    found
}

fn listed(tx: &dyn Transactor) -> Vec<String> {
    let listings = read(tx, |uow| uow.catalogue().listings(None));
    listings.into_iter().map(|listing| listing.service.facts.slug).collect()
}

fn an_empty_catalogue_is_empty(tx: &dyn Transactor) {
    store(tx, &[], &[]);
    assert_eq!(read(tx, |uow| uow.catalogue().categories()), vec![]);
    assert_eq!(read(tx, |uow| uow.catalogue().listings(None)), vec![]);
}

fn categories_are_listed_by_display_order(tx: &dyn Transactor) {
    let facts = [category("sports", 3), category("music", 1), category("dance", 2)];
    let rich = CategoryFacts {
        subtitle: Some("Instruments & voice".into()),
        description: Some("Everything – with 🎹".into()),
        icon_name: Some("note".into()),
        ..category("arts", 4)
    };
    store(tx, &facts, &[]);
    store(tx, std::slice::from_ref(&rich), &[]);
    let listed: Vec<CategoryFacts> =
        read(tx, |uow| uow.catalogue().categories()).into_iter().map(|category| category.facts).collect();
    let [sports, music, dance] = facts;
    assert_eq!(listed, [music, dance, sports, rich]);
}

fn a_category_is_brought_up_to_date_by_its_slug(tx: &dyn Transactor) {
    store(tx, &[category("music", 1), category("dance", 2)], &[]);
    let before = read(tx, |uow| uow.catalogue().categories());
    let changed = CategoryFacts {
        name: "Music & Voice".into(),
        subtitle: Some("All of it".into()),
        ..category("music", 9)
    };
    store(tx, &[changed.clone(), category("sports", 3)], &[]);
    let after = read(tx, |uow| uow.catalogue().categories());
    assert_eq!(after.len(), 3);
    assert_eq!(after[0], before[1], "dance is as it was");
    assert_eq!((after[2].id, &after[2].facts), (before[0].id, &changed), "music is the same category");
}

fn a_service_is_read_back_as_it_was_stored(tx: &dyn Transactor) {
    let cents = |cents| Cents::new(cents).unwrap();
    let rich = ServiceFacts {
        slug: "cafe-latte-art".into(),
        name: "Café Latte Art".into(),
        description: Some("\"Milk\", foam & 100% patience".into()),
        search_terms: vec!["latte".into(), "милк, пена".into(), "it's".into()],
        display_order: 7,
        online_capable: true,
        requires_certification: true,
        typical_price: Some((cents(40_00), cents(90_50))),
    };
    let bare = service("food", "tea", "Tea", 1);
    let entry = CatalogueEntry { facts: rich.clone(), ..service("food", "", "", 0) };
    store(tx, &[category("food", 1)], &[entry, bare.clone()]);
    let food = read(tx, |uow| uow.catalogue().categories())[0].clone();
    for facts in [rich, bare.facts] {
        let stored = named_one(tx, &facts.slug);
        let expected = CatalogueService {
            id: stored.id,
            category_id: food.id,
            display_order: facts.display_order,
            facts,
            related: Vec::new(),
            is_active: true,
        };
        assert_eq!(stored, expected);
        assert_eq!(read(tx, |uow| uow.catalogue().find(&[stored.id])), vec![expected.clone()]);
        let listings = read(tx, |uow| uow.catalogue().listings(None));
        let listing = listings.into_iter().find(|listing| listing.service.id == stored.id).unwrap();
        assert_eq!((listing.service, listing.category), (expected, food.clone()));
        assert_eq!((listing.active_instructors, listing.offered_rates), (0, None));
        assert_eq!(listing.demand, Demand::default());
    }
}

fn a_service_is_brought_up_to_date_by_its_slug(tx: &dyn Transactor) {
    let categories = [category("music", 1), category("dance", 2)];
    store(tx, &categories, &[service("music", "piano", "Piano", 1), service("music", "guitar", "Guitar", 2)]);
    let (piano, guitar) = (named_one(tx, "piano"), named_one(tx, "guitar"));
    let mut changed = service("dance", "piano", "Grand Piano", 5);
    changed.facts.search_terms = vec!["wing".into()];
    store(tx, &[], std::slice::from_ref(&changed));

    let after = named_one(tx, "piano");
    let dance = read(tx, |uow| uow.catalogue().categories())[1].id;
    assert_eq!(
        after,
        CatalogueService { facts: changed.facts, category_id: dance, ..piano },
        "all but its place in lists"
    );
    assert_eq!(named_one(tx, "guitar"), guitar);
    assert_eq!(read(tx, |uow| uow.catalogue().find_named(&["Piano ".into()])), vec![]);
}

fn related_services_are_resolved_after_all_are_stored(tx: &dyn Transactor) {
    let relating = |entry: CatalogueEntry, slugs: &[&str]| CatalogueEntry {
        related_slugs: slugs.iter().map(|slug| (*slug).to_owned()).collect(),
        ..entry
    };
    let related = |slug: &str| named_one(tx, slug).related.into_iter().collect::<BTreeSet<_>>();
    store(
        tx,
        &[category("music", 1)],
        &[
            relating(service("music", "piano", "Piano", 1), &["organ", "guitar", "unheard-of"]),
            relating(service("music", "guitar", "Guitar", 2), &["piano"]),
            service("music", "organ", "Organ", 3),
        ],
    );
    let [piano, guitar, organ] = ["piano", "guitar", "organ"].map(|slug| named_one(tx, slug).id);
    assert_eq!(related("piano"), BTreeSet::from([guitar, organ]));
    assert_eq!(related("guitar"), BTreeSet::from([piano]));
    assert_eq!(related("organ"), BTreeSet::new());

    store(tx, &[], &[relating(service("music", "piano", "Piano", 1), &["organ"])]);
    assert_eq!(related("piano"), BTreeSet::from([organ]));
    assert_eq!(related("guitar"), BTreeSet::from([piano]), "others keep theirs");
    let listings = read(tx, |uow| uow.catalogue().listings(None));
    assert_eq!(listings[0].service.related, [organ], "listings tell them too");
}

fn a_service_of_an_unknown_category_is_unexpected(tx: &dyn Transactor) {
    store(tx, &[category("music", 1)], &[]);
    let services = [service("music", "piano", "Piano", 1), service("unheard-of", "kazoo", "Kazoo", 2)];
    assert_unexpected(attempt(tx, |uow| uow.catalogue().upsert_services(&services, built_at())));
    assert_eq!(listed(tx), Vec::<String>::new());
}

fn services_are_listed_by_category_display_order_and_name(tx: &dyn Transactor) {
    store(
        tx,
        &[category("dance", 2), category("music", 1)],
        &[
            service("dance", "salsa", "Salsa", 1),
            service("music", "viola", "Viola", 2),
            service("music", "cello", "Cello", 2),
            service("music", "piano", "Piano", 1),
        ],
    );
    assert_eq!(listed(tx), ["piano", "cello", "viola", "salsa"]);
}

fn services_of_one_category_can_be_listed(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let listings =
        read(tx, |uow| uow.catalogue().listings(Some(catalogue.category("wellbeing-languages").id)));
    let slugs: Vec<&str> = listings.iter().map(|listing| listing.service.facts.slug.as_str()).collect();
    assert_eq!(slugs, ["yoga", "spanish"]);
}

fn only_bookable_instructors_and_active_services_count(tx: &dyn Transactor) {
    let _ada = an_instructor(tx).offering("piano", 75_00, &[60]).offering("yoga", 40_00, &[60]).insert();
    let _ben = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let _suspended = an_instructor(tx).offering("piano", 1, &[60]).status(AccountStatus::Suspended).insert();
    let paused = an_instructor(tx).offering("piano", 99_900, &[60]).offering("guitar", 1, &[60]).insert();
    let gone = an_instructor(tx).offering("piano", 99_900, &[60]).insert();
    done(tx, |uow| {
        for service in &paused.services {
            uow.instructors().update_service(service.id, &service.offer, false, built_at())?;
        }
        uow.instructors().delete_profile(gone.profile.id, built_at())
    });
    let offered: Vec<_> = read(tx, |uow| uow.catalogue().listings(None))
        .into_iter()
        .map(|listing| {
            let rates = listing.offered_rates.map(|(low, high)| (low.get(), high.get()));
            (listing.service.facts.slug, listing.active_instructors, rates)
        })
        .collect();
    assert_eq!(
        offered,
        [
            ("piano".to_owned(), 2, Some((60_00, 75_00))),
            ("guitar".to_owned(), 0, None),
            ("yoga".to_owned(), 1, Some((40_00, 40_00))),
            ("spanish".to_owned(), 0, None),
        ]
    );
}

fn services_are_found_by_id(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let unknown = CatalogueServiceId::new(i64::from(i32::MAX)).unwrap();
    let found = |ids: &[CatalogueServiceId]| {
        let services = read(tx, |uow| uow.catalogue().find(ids));
        let slugs: BTreeSet<String> = services.iter().map(|service| service.facts.slug.clone()).collect();
        assert_eq!(slugs.len(), services.len(), "no service comes twice");
        slugs.into_iter().collect::<Vec<_>>()
    };
    let (yoga, piano) = (catalogue.id("yoga"), catalogue.id("piano"));
    assert_eq!(found(&[yoga, unknown, piano, yoga]), ["piano", "yoga"]);
    assert_eq!(found(&[unknown]), Vec::<String>::new());
    assert_eq!(found(&[]), Vec::<String>::new());
}

fn services_are_found_by_name_or_slug_ignoring_case(tx: &dyn Transactor) {
    store(
        tx,
        &[category("food", 1)],
        &[
            service("food", "latte-art", "Café Latte", 1),
            service("food", "tea", "Чай", 2),
            service("food", "a-b", "100% Rye_Bread", 3),
        ],
    );
    for (text, expected) in [
        ("LATTE-art", vec!["latte-art"]),
        ("CAFÉ latte", vec!["latte-art"]),
        ("чАЙ", vec!["tea"]),
        ("100% rye_bread", vec!["a-b"]),
        ("a_b", vec![]),
        ("%", vec![]),
        ("latte", vec![]),
        ("", vec![]),
    ] {
        let found = read(tx, |uow| uow.catalogue().find_named(&[text.to_owned()]));
        let slugs: Vec<String> = found.into_iter().map(|service| service.facts.slug).collect();
        assert_eq!(slugs, expected, "{text}");
    }
    let several: Vec<String> = ["TEA", "чай", "nothing", "café latte"].map(str::to_owned).to_vec();
    assert_eq!(read(tx, |uow| uow.catalogue().find_named(&several)).len(), 2);
    assert_eq!(read(tx, |uow| uow.catalogue().find_named(&[])), vec![]);
}
