//! Contracts of the storage of the catalogue as those who edit it see it.

use instainstru_core::money::Cents;
use instainstru_domain::{
    catalogue::{Category, CategoryFacts, ServiceFacts},
    editorial::{CategoryRecord, Origin, ServiceRecord},
    ids::{CatalogueServiceId, CategoryId},
    ports::Transactor,
};

use super::{Contract, assert_unexpected, attempt, done, named, read};
use crate::builders::{a_catalogue, an_instructor, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "catalogue_editor":
        what_the_content_files_stored_is_theirs,
        a_new_category_is_of_an_administrator_and_shown,
        a_category_is_changed_but_for_its_slug,
        a_new_service_is_of_an_administrator_and_shown,
        a_service_is_changed_but_for_its_slug,
        a_new_place_counts_at_once_and_another_edit_leaves_the_rank_alone,
        a_service_that_is_switched_off_stays_with_its_editors,
        everything_in_a_category_that_is_switched_off_is_hidden,
        what_an_administrator_wrote_is_left_alone_by_the_content_files,
        offers_show_the_name_and_category_of_their_service_as_they_are_now,
        what_does_not_exist_cannot_be_changed,
        slugs_are_given_once,
    }
}

fn categories(tx: &dyn Transactor) -> Vec<CategoryRecord> {
    read(tx, |uow| uow.catalogue_editor().categories())
}

fn services(tx: &dyn Transactor) -> Vec<ServiceRecord> {
    read(tx, |uow| uow.catalogue_editor().services())
}

fn find(tx: &dyn Transactor, id: CatalogueServiceId) -> Option<ServiceRecord> {
    read(tx, |uow| uow.catalogue_editor().find_service(id))
}

fn service(tx: &dyn Transactor, slug: &str) -> ServiceRecord {
    let found = services(tx).into_iter().find(|record| record.facts.slug == slug);
    found.expect("a service with this slug")
}

fn category(tx: &dyn Transactor, slug: &str) -> CategoryRecord {
    let found = categories(tx).into_iter().find(|record| record.category.facts.slug == slug);
    found.expect("a category with this slug")
}

fn update_service(tx: &dyn Transactor, record: &ServiceRecord) {
    done(tx, |uow| uow.catalogue_editor().update_service(record, built_at()));
}

fn update_category(tx: &dyn Transactor, record: &CategoryRecord) {
    done(tx, |uow| uow.catalogue_editor().update_category(record, built_at()));
}

fn category_facts(slug: &str, display_order: i32) -> CategoryFacts {
    CategoryFacts {
        slug: slug.to_owned(),
        name: "Crafts & Co.".into(),
        subtitle: Some("By hand".into()),
        description: Some("Made of \"wood\", wool and 100% patience".into()),
        display_order,
        icon_name: Some("needle".into()),
    }
}

fn service_facts(slug: &str) -> ServiceFacts {
    ServiceFacts {
        slug: slug.to_owned(),
        name: "Näd'l Work".into(),
        description: Some("Stitch by stitch".into()),
        search_terms: vec!["stitching".into(), "вышивка".into()],
        display_order: 9,
        online_capable: true,
        requires_certification: true,
        typical_price: Some((Cents::new(40_00).unwrap(), Cents::new(90_50).unwrap())),
    }
}

/// Slugs of everything that is listed to the public.
fn listed(tx: &dyn Transactor) -> Vec<String> {
    let listings = read(tx, |uow| uow.catalogue().listings(None));
    listings.into_iter().map(|listing| listing.service.facts.slug).collect()
}

fn what_the_content_files_stored_is_theirs(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let of_services: Vec<_> = services(tx);
    assert!(of_services.is_sorted_by_key(|record| record.id));
    assert_eq!(of_services.len(), catalogue.services.len());
    for (record, service) in of_services.iter().zip(&catalogue.services) {
        let expected = ServiceRecord {
            id: service.id,
            category_id: service.category_id,
            facts: service.facts.clone(),
            related: service.related.clone(),
            is_active: true,
            origin: Origin::Content,
        };
        assert_eq!(*record, expected);
        assert_eq!(find(tx, service.id), Some(expected));
    }
    let expected: Vec<CategoryRecord> = catalogue
        .categories
        .iter()
        .map(|category| CategoryRecord {
            category: category.clone(),
            is_active: true,
            origin: Origin::Content,
        })
        .collect();
    assert_eq!(categories(tx), expected);
    assert_eq!(find(tx, CatalogueServiceId::new(i64::from(i32::MAX)).unwrap()), None);
}

fn a_new_category_is_of_an_administrator_and_shown(tx: &dyn Transactor) {
    let _catalogue = a_catalogue(tx);
    let facts = category_facts("crafts", 1);
    let made = done(tx, |uow| uow.catalogue_editor().insert_category(&facts, built_at()));
    assert_eq!((made.is_active, made.origin, &made.category.facts), (true, Origin::Admin, &facts));
    assert_eq!(category(tx, "crafts"), made);
    let slugs: Vec<String> = categories(tx).into_iter().map(|record| record.category.facts.slug).collect();
    assert_eq!(slugs, ["music", "crafts", "wellbeing-languages"], "by display order, then by id");
    assert!(read(tx, |uow| uow.catalogue().categories()).contains(&made.category));
}

fn a_category_is_changed_but_for_its_slug(tx: &dyn Transactor) {
    let _catalogue = a_catalogue(tx);
    let music = category(tx, "music");
    let bare = CategoryFacts {
        slug: "noise".into(),
        subtitle: None,
        description: None,
        icon_name: None,
        ..category_facts("noise", 7)
    };
    let changed = CategoryRecord {
        category: Category { facts: bare.clone(), ..music.category },
        origin: Origin::Admin,
        ..music
    };
    update_category(tx, &changed);
    let expected = CategoryFacts { slug: "music".into(), ..bare };
    let after = category(tx, "music");
    assert_eq!((after.category.facts, after.origin, after.is_active), (expected, Origin::Admin, true));
}

fn a_new_service_is_of_an_administrator_and_shown(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (music, related) = (catalogue.category("music").id, [catalogue.id("yoga"), catalogue.id("piano")]);
    let facts = service_facts("needlework");
    let made = done(tx, |uow| uow.catalogue_editor().insert_service(music, &facts, &related, built_at()));
    let expected = ServiceRecord {
        id: made.id,
        category_id: music,
        facts,
        related: related.to_vec(),
        is_active: true,
        origin: Origin::Admin,
    };
    assert_eq!(made, expected);
    assert_eq!(find(tx, made.id), Some(expected));
    assert_eq!(listed(tx), ["piano", "guitar", "needlework", "yoga", "spanish"]);
    let by_name = read(tx, |uow| uow.catalogue().find_named(&["NÄD'L WORK".into()]));
    assert_eq!(by_name.len(), 1, "it is found like any other");
    let _teacher = an_instructor(tx).offering("piano", 1, &[60]).insert();
}

fn a_service_is_changed_but_for_its_slug(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let piano = service(tx, "piano");
    let bare = ServiceFacts {
        description: None,
        search_terms: Vec::new(),
        typical_price: None,
        ..service_facts("other")
    };
    let changed = ServiceRecord {
        category_id: catalogue.category("wellbeing-languages").id,
        facts: bare.clone(),
        related: vec![catalogue.id("guitar")],
        origin: Origin::Admin,
        ..piano.clone()
    };
    update_service(tx, &changed);
    let expected = ServiceRecord { facts: ServiceFacts { slug: "piano".into(), ..bare }, ..changed };
    assert_eq!(service(tx, "piano"), expected);
    let others: Vec<String> = services(tx).into_iter().map(|record| record.facts.name).collect();
    assert_eq!(others, ["Näd'l Work", "Guitar", "Yoga", "Spanish"], "the others are as they were");
    // What people look for is the new text.
    assert!(read(tx, |uow| uow.catalogue().find_named(&["Piano keys".into()])).is_empty());
}

fn a_new_place_counts_at_once_and_another_edit_leaves_the_rank_alone(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    done(tx, |uow| uow.analytics().rank_services(built_at()));
    let place = || {
        let found = read(tx, |uow| uow.catalogue().find(&[piano]));
        (found[0].display_order, found[0].facts.display_order)
    };
    let ranked = place();
    let mut record = service(tx, "piano");
    record.facts.name = "Grand Piano".into();
    update_service(tx, &record);
    assert_eq!(place(), ranked, "only its name changed");
    record.facts.display_order = 77;
    update_service(tx, &record);
    assert_eq!(place(), (77, 77));
}

fn a_service_that_is_switched_off_stays_with_its_editors(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let off = ServiceRecord { is_active: false, ..service(tx, "piano") };
    update_service(tx, &off);
    assert_eq!(service(tx, "piano"), off);
    assert_eq!(listed(tx), ["guitar", "yoga", "spanish"]);
    assert!(!read(tx, |uow| uow.catalogue().find(&[catalogue.id("piano")]))[0].is_active);
    assert!(read(tx, |uow| uow.catalogue().find_named(&["piano".into()])).is_empty());
    update_service(tx, &ServiceRecord { is_active: true, ..off });
    assert_eq!(listed(tx), ["piano", "guitar", "yoga", "spanish"]);
}

fn everything_in_a_category_that_is_switched_off_is_hidden(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let music = category(tx, "music");
    update_category(tx, &CategoryRecord { is_active: false, ..music.clone() });
    let shown: Vec<CategoryId> =
        read(tx, |uow| uow.catalogue().categories()).iter().map(|category| category.id).collect();
    assert_eq!(shown, [catalogue.category("wellbeing-languages").id]);
    assert_eq!(categories(tx).len(), 2, "its editors see it");
    assert_eq!(listed(tx), ["yoga", "spanish"]);
    assert!(read(tx, |uow| uow.catalogue().listings(Some(music.category.id))).is_empty());
    let ids = [catalogue.id("piano"), catalogue.id("yoga")];
    let mut found = read(tx, |uow| uow.catalogue().find(&ids));
    found.sort_by_key(|service| service.id);
    assert_eq!(found.iter().map(|service| service.is_active).collect::<Vec<_>>(), [false, true]);
    assert!(read(tx, |uow| uow.catalogue().find_named(&["piano".into()])).is_empty());
    assert!(service(tx, "piano").is_active, "its own switch is on");

    update_category(tx, &music);
    assert_eq!(listed(tx), ["piano", "guitar", "yoga", "spanish"]);
}

fn what_an_administrator_wrote_is_left_alone_by_the_content_files(tx: &dyn Transactor) {
    let _catalogue = a_catalogue(tx);
    let (music, piano) = (category(tx, "music"), service(tx, "piano"));
    let mut ours = CategoryRecord { origin: Origin::Admin, ..music };
    ours.category.facts.name = "Our Music".into();
    update_category(tx, &ours);
    let mut grand = ServiceRecord { origin: Origin::Admin, related: vec![piano.id], ..piano };
    grand.facts.name = "Grand Piano".into();
    update_service(tx, &grand);
    let switched_off = ServiceRecord { is_active: false, ..service(tx, "guitar") };
    update_service(tx, &switched_off);
    let new = done(tx, |uow| {
        let category = uow.catalogue_editor().insert_category(&category_facts("crafts", 3), built_at())?;
        uow.catalogue_editor().insert_service(
            category.category.id,
            &service_facts("needlework"),
            &[],
            built_at(),
        )
    });
    let before = (categories(tx), services(tx));

    let _again = a_catalogue(tx);
    assert_eq!((categories(tx), services(tx)), before);
    assert_eq!(service(tx, "needlework"), new);
    assert_eq!(service(tx, "guitar").origin, Origin::Content, "switching off is no writing");
}

fn offers_show_the_name_and_category_of_their_service_as_they_are_now(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let piano = service(tx, "piano");
    let languages = category(tx, "wellbeing-languages").category.id;
    let mut changed = ServiceRecord { category_id: languages, ..piano };
    changed.facts.name = "Grand Piano".into();
    update_service(tx, &changed);
    let found = read(tx, |uow| uow.instructors().find(ada.user.id)).unwrap();
    assert_eq!((found.services[0].name.as_str(), found.services[0].category_id), ("Grand Piano", languages));
}

fn what_does_not_exist_cannot_be_changed(tx: &dyn Transactor) {
    let _catalogue = a_catalogue(tx);
    let nothing = i64::from(i32::MAX);
    let mut lost = category(tx, "music");
    lost.category.id = CategoryId::new(nothing).unwrap();
    assert_unexpected(attempt(tx, |uow| uow.catalogue_editor().update_category(&lost, built_at())));
    let piano = service(tx, "piano");
    let unknown = ServiceRecord { id: CatalogueServiceId::new(nothing).unwrap(), ..piano.clone() };
    assert_unexpected(attempt(tx, |uow| uow.catalogue_editor().update_service(&unknown, built_at())));
    let homeless = ServiceRecord { category_id: lost.category.id, ..piano };
    assert_unexpected(attempt(tx, |uow| uow.catalogue_editor().update_service(&homeless, built_at())));
    assert_unexpected(attempt(tx, |uow| {
        uow.catalogue_editor().insert_service(lost.category.id, &service_facts("x"), &[], built_at())
    }));
}

fn slugs_are_given_once(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let music = catalogue.category("music").id;
    assert_unexpected(attempt(tx, |uow| {
        uow.catalogue_editor().insert_category(&category_facts("music", 9), built_at())
    }));
    assert_unexpected(attempt(tx, |uow| {
        uow.catalogue_editor().insert_service(music, &service_facts("piano"), &[], built_at())
    }));
    assert_eq!((categories(tx).len(), services(tx).len()), (2, 4));
}
