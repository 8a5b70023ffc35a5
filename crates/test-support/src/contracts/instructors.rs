//! Contracts of the storage of profiles and services.

use std::collections::BTreeSet;

use instainstru_core::length::{Buffer, Notice};
use instainstru_domain::{
    account::AccountStatus,
    handle::Handle,
    ids::{InstructorServiceId, ProfileId, UserId},
    instructor::{
        Areas, DurationOptions, ExperienceLevel, Instructor, InstructorProfile, InstructorService, Offer,
        ProfileDetails, Terms,
    },
    ports::{Conflict, Transactor},
    text::{Bio, Requirements, ServiceDescription, Tag},
    zone::Zone,
};

use super::{Contract, assert_unexpected, at, attempt, conflict, done, named, read};
use crate::builders::{a_booking, a_catalogue, a_profile, a_user, an_instructor, an_offer, built_at, terms};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "instructors":
        a_profile_is_read_back_as_it_was_stored,
        an_instructor_is_found_whatever_the_state_of_the_account,
        without_account_or_profile_there_is_no_instructor,
        a_user_has_one_profile,
        a_short_name_leads_to_one_profile,
        a_short_name_is_gone_with_its_profile,
        short_names_of_those_who_can_be_booked_are_listed,
        the_details_of_a_profile_can_be_replaced,
        an_unknown_profile_cannot_be_changed,
        the_services_of_a_deleted_profile_are_kept_for_their_bookings,
        after_deleting_a_profile_a_new_one_begins_empty,
        a_service_is_read_back_as_it_was_stored,
        a_service_shows_the_catalogue_as_it_is_now,
        services_are_listed_by_id_and_shown_by_catalogue_service,
        a_catalogue_service_is_offered_once_while_active,
        an_inactive_service_leaves_room_for_another_until_it_is_back,
        a_service_can_change_its_offer,
        services_without_bookings_can_be_deleted,
        a_service_with_bookings_cannot_be_deleted,
        services_with_bookings_of_any_state_are_told,
    }
}

fn unknown<T, E: std::fmt::Debug>(id: impl Fn(i64) -> Result<T, E>) -> T {
    id(i64::from(i32::MAX)).unwrap()
}

fn rich_terms() -> Terms {
    let tags = |words: &[&str]| words.iter().map(|word| Tag::new(word).unwrap()).collect::<Vec<Tag>>();
    Terms {
        description: Some(ServiceDescription::new("Jazz & blues,\nfor \"everyone\" – 100% fun").unwrap()),
        durations: DurationOptions::from_minutes(&[60, 30, 240]).unwrap(),
        experience_level: Some(ExperienceLevel::Expert),
        levels_taught: tags(&["beginner", "a, b"]),
        age_groups: tags(&["kids"]),
        location_types: tags(&["online", "in-person"]),
        equipment_required: tags(&["Klavier 🎹"]),
        max_distance_miles: Some(500),
        requirements: Some(Requirements::new("A quiet room").unwrap()),
        ..terms(99_999, &[60])
    }
}

fn a_profile_is_read_back_as_it_was_stored(tx: &dyn Transactor) {
    let bare = ProfileDetails {
        bio: None,
        areas: Areas::default(),
        years_experience: 0,
        notice: Notice::from_hours(0).unwrap(),
        buffer: Buffer::NONE,
        zone: Zone::new("Pacific/Auckland").unwrap(),
    };
    let full = ProfileDetails {
        bio: Some(Bio::new("Ich lehre Klavier.\nÜben macht Freude! 🎹").unwrap()),
        areas: Areas::new(["St. George", "brooklyn", "Hell's Kitchen"]).unwrap(),
        years_experience: ProfileDetails::MAX_YEARS,
        notice: Notice::from_hours(168).unwrap(),
        buffer: Buffer::from_minutes(60).unwrap(),
        zone: Zone::new_york(),
    };
    for details in [bare, full] {
        let user = a_user(tx).instructor().insert();
        let created_at = at("2026-07-01T12:00:00.123456Z");
        let stored = done(tx, |uow| uow.instructors().insert_profile(user.id, &details, created_at));
        let expected =
            InstructorProfile { id: stored.id, user_id: user.id, details, created_at, updated_at: None };
        assert_eq!(stored, expected);
        let found = read(tx, |uow| uow.instructors().find(user.id)).unwrap();
        assert_eq!((found.user, found.profile, found.services), (user, expected, vec![]));
    }
}

fn an_instructor_is_found_whatever_the_state_of_the_account(tx: &dyn Transactor) {
    for status in [AccountStatus::Active, AccountStatus::Suspended, AccountStatus::Deactivated] {
        let ada = an_instructor(tx).offering("piano", 75_00, &[60]).status(status).insert();
        assert_eq!(read(tx, |uow| uow.instructors().find(ada.user.id)), Some(ada));
    }
}

fn without_account_or_profile_there_is_no_instructor(tx: &dyn Transactor) {
    let user = a_user(tx).instructor().insert();
    assert_eq!(read(tx, |uow| uow.instructors().find(user.id)), None);
    assert_eq!(read(tx, |uow| uow.instructors().find(unknown(UserId::new))), None);
    assert_eq!(read(tx, |uow| uow.instructors().find_service(unknown(InstructorServiceId::new))), None);
    assert_eq!(read(tx, |uow| uow.instructors().services(unknown(ProfileId::new))), vec![]);
}

fn a_user_has_one_profile(tx: &dyn Transactor) {
    let ada = an_instructor(tx).insert();
    let second = attempt(tx, |uow| uow.instructors().insert_profile(ada.user.id, &a_profile(), built_at()));
    assert_eq!(conflict(second), Conflict::ProfileExists);
    assert_eq!(read(tx, |uow| uow.instructors().find(ada.user.id)), Some(ada));
}

fn handle(text: &str) -> Handle {
    text.parse().unwrap()
}

fn owner(tx: &dyn Transactor, text: &str) -> Option<UserId> {
    read(tx, |uow| uow.instructors().find_by_handle(&handle(text)))
}

fn a_short_name_leads_to_one_profile(tx: &dyn Transactor) {
    let (ada, ben) = (an_instructor(tx).insert(), an_instructor(tx).insert());
    let claim = |who: &Instructor, text: &str| {
        let (profile, text) = (who.profile.id, handle(text));
        attempt(tx, |uow| uow.instructors().claim_handle(profile, &text, built_at()))
    };
    assert!(claim(&ada, "ada-l").unwrap());
    assert!(!claim(&ben, "ada-l").unwrap(), "the first who asks has it");
    assert!(claim(&ben, "ada-l-2").unwrap());
    assert_unexpected(claim(&ada, "countess"));
    assert_eq!((owner(tx, "ada-l"), owner(tx, "ada-l-2")), (Some(ada.user.id), Some(ben.user.id)));
    assert_eq!(owner(tx, "countess"), None);
    assert_eq!(read(tx, |uow| uow.instructors().handle(ben.user.id)), Some(handle("ada-l-2")));
    let carl = an_instructor(tx).insert();
    assert_eq!(read(tx, |uow| uow.instructors().handle(carl.user.id)), None);
}

fn a_short_name_is_gone_with_its_profile(tx: &dyn Transactor) {
    let (ada, ben) = (an_instructor(tx).insert(), an_instructor(tx).insert());
    for (who, text) in [(&ada, "ada-l"), (&ben, "ben")] {
        assert!(done(tx, |uow| uow.instructors().claim_handle(who.profile.id, &handle(text), built_at())));
    }
    done(tx, |uow| uow.instructors().delete_profile(ada.profile.id, built_at()));
    done(tx, |uow| uow.personal_data().erase(ben.user.id, built_at()));
    assert_eq!((owner(tx, "ada-l"), owner(tx, "ben")), (None, None));
    let carl = an_instructor(tx).insert();
    assert!(done(tx, |uow| uow.instructors().claim_handle(carl.profile.id, &handle("ben"), built_at())));
}

fn short_names_of_those_who_can_be_booked_are_listed(tx: &dyn Transactor) {
    let teaching = || an_instructor(tx).offering("piano", 75_00, &[60]);
    for (who, text) in [
        (teaching().insert(), "zoe"),
        (teaching().insert(), "ada-l"),
        (teaching().status(AccountStatus::Suspended).insert(), "hidden"),
        (an_instructor(tx).insert(), "idle"),
    ] {
        assert!(done(tx, |uow| uow.instructors().claim_handle(who.profile.id, &handle(text), built_at())));
    }
    let listed = |limit| read(tx, |uow| uow.instructors().handles(limit));
    assert_eq!(listed(10), [handle("ada-l"), handle("zoe")]);
    assert_eq!(listed(1), [handle("ada-l")]);
}

fn the_details_of_a_profile_can_be_replaced(tx: &dyn Transactor) {
    let ada = an_instructor(tx).insert();
    let ben = an_instructor(tx).insert();
    let now = at("2026-07-02T12:00:00.000001Z");
    for details in [
        ProfileDetails {
            bio: None,
            areas: Areas::default(),
            zone: Zone::new("Asia/Tokyo").unwrap(),
            ..a_profile()
        },
        ProfileDetails { years_experience: 31, buffer: Buffer::from_minutes(45).unwrap(), ..a_profile() },
    ] {
        done(tx, |uow| uow.instructors().update_profile(ada.profile.id, &details, now));
        let found = read(tx, |uow| uow.instructors().find(ada.user.id)).unwrap().profile;
        assert_eq!(found, InstructorProfile { details, updated_at: Some(now), ..ada.profile.clone() });
    }
    assert_eq!(read(tx, |uow| uow.instructors().find(ben.user.id)), Some(ben));
}

fn an_unknown_profile_cannot_be_changed(tx: &dyn Transactor) {
    let id = unknown(ProfileId::new);
    assert_unexpected(attempt(tx, |uow| uow.instructors().update_profile(id, &a_profile(), built_at())));
    assert_unexpected(attempt(tx, |uow| uow.instructors().delete_profile(id, built_at())));
}

fn the_services_of_a_deleted_profile_are_kept_for_their_bookings(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).offering("guitar", 60_00, &[60]).insert();
    let ben = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let lesson = a_booking(tx).with(&ada).insert();
    let now = at("2026-07-02T12:00:00Z");
    done(tx, |uow| uow.instructors().delete_profile(ada.profile.id, now));

    assert_eq!(read(tx, |uow| uow.instructors().find(ada.user.id)), None);
    assert_eq!(read(tx, |uow| uow.instructors().services(ada.profile.id)), vec![]);
    for service in &ada.services {
        let kept = read(tx, |uow| uow.instructors().find_service(service.id)).unwrap();
        assert_eq!((kept.profile_id, kept.is_active), (None, false));
        assert_eq!((kept.offer, kept.name), (service.offer.clone(), service.name.clone()));
    }
    assert_eq!(read(tx, |uow| uow.bookings().find(lesson.id)).unwrap().booking, lesson);
    assert_eq!(read(tx, |uow| uow.instructors().find(ben.user.id)), Some(ben));
}

fn after_deleting_a_profile_a_new_one_begins_empty(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let offer = ada.services[0].offer.clone();
    let profile = done(tx, |uow| {
        uow.instructors().delete_profile(ada.profile.id, built_at())?;
        uow.instructors().insert_profile(ada.user.id, &a_profile(), built_at())
    });
    assert_eq!(read(tx, |uow| uow.instructors().find(ada.user.id)).unwrap().services, vec![]);
    let service = done(tx, |uow| uow.instructors().insert_service(profile.id, &offer, built_at()));
    assert_ne!(service.id, ada.services[0].id);
    assert_eq!(read(tx, |uow| uow.instructors().services(profile.id)), vec![service]);
}

fn a_service_is_read_back_as_it_was_stored(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let ada = an_instructor(tx).insert();
    for (slug, terms) in [("piano", rich_terms()), ("spanish", terms(1, &[30]))] {
        let listed = catalogue.service(slug);
        let offer = Offer { catalogue_service_id: listed.id, terms };
        let created_at = at("2026-07-01T12:00:00.123456Z");
        let stored = done(tx, |uow| uow.instructors().insert_service(ada.profile.id, &offer, created_at));
        let expected = InstructorService {
            id: stored.id,
            profile_id: Some(ada.profile.id),
            name: listed.facts.name.clone(),
            category_id: listed.category_id,
            offer,
            is_active: true,
            created_at,
            updated_at: None,
        };
        assert_eq!(stored, expected);
        assert_eq!(read(tx, |uow| uow.instructors().find_service(stored.id)), Some(expected));
    }
}

fn a_service_shows_the_catalogue_as_it_is_now(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let catalogue = a_catalogue(tx);
    let entry = instainstru_domain::catalogue::CatalogueEntry {
        category_slug: "wellbeing-languages".into(),
        facts: instainstru_domain::catalogue::ServiceFacts {
            name: "Grand Piano".into(),
            ..catalogue.service("piano").facts.clone()
        },
        related_slugs: vec![],
    };
    done(tx, |uow| uow.catalogue().upsert_services(std::slice::from_ref(&entry), built_at()));
    let service = read(tx, |uow| uow.instructors().find_service(ada.services[0].id)).unwrap();
    assert_eq!(service.name, "Grand Piano");
    assert_eq!(service.category_id, catalogue.category("wellbeing-languages").id);
}

fn services_are_listed_by_id_and_shown_by_catalogue_service(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let mut slugs = ["piano", "guitar", "yoga", "spanish"];
    slugs.sort_by_key(|slug| std::cmp::Reverse(catalogue.id(slug)));
    let ada =
        slugs.into_iter().fold(an_instructor(tx), |ada, slug| ada.offering(slug, 50_00, &[60])).insert();

    let shown: Vec<_> = ada.services.iter().map(|service| service.offer.catalogue_service_id).collect();
    assert!(shown.is_sorted() && shown.len() == 4, "{shown:?}");

    let hidden = ada.services[1].clone();
    done(tx, |uow| uow.instructors().update_service(hidden.id, &hidden.offer, false, built_at()));
    let shown = read(tx, |uow| uow.instructors().find(ada.user.id)).unwrap().services;
    assert_eq!(shown.len(), 3);
    assert!(shown.iter().all(|service| service.id != hidden.id && service.is_active));

    let listed = read(tx, |uow| uow.instructors().services(ada.profile.id));
    assert_eq!(listed.len(), 4);
    assert!(listed.is_sorted_by_key(|service| service.id), "{listed:?}");
    assert_eq!(listed.iter().filter(|service| !service.is_active).count(), 1);
}

fn a_catalogue_service_is_offered_once_while_active(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let again = an_offer(ada.services[0].offer.catalogue_service_id, 80_00, &[30]);
    let second = attempt(tx, |uow| uow.instructors().insert_service(ada.profile.id, &again, built_at()));
    assert_eq!(conflict(second), Conflict::ServiceOffered);
    assert_eq!(read(tx, |uow| uow.instructors().services(ada.profile.id)), ada.services);

    let ben = an_instructor(tx).insert();
    done(tx, |uow| uow.instructors().insert_service(ben.profile.id, &again, built_at()));
}

fn an_inactive_service_leaves_room_for_another_until_it_is_back(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let first = ada.services[0].clone();
    let set_active = |service: &InstructorService, is_active| {
        attempt(tx, |uow| uow.instructors().update_service(service.id, &service.offer, is_active, built_at()))
    };
    set_active(&first, false).unwrap();
    let second = done(tx, |uow| uow.instructors().insert_service(ada.profile.id, &first.offer, built_at()));
    assert_eq!(conflict(set_active(&first, true)), Conflict::ServiceOffered);
    set_active(&second, true).unwrap();

    set_active(&second, false).unwrap();
    let _third = done(tx, |uow| uow.instructors().insert_service(ada.profile.id, &first.offer, built_at()));
    let listed = read(tx, |uow| uow.instructors().services(ada.profile.id));
    assert_eq!(listed.iter().map(|service| service.is_active).collect::<Vec<_>>(), [false, false, true]);
}

fn a_service_can_change_its_offer(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).offering("guitar", 60_00, &[60]).insert();
    let service = ada.services[0].clone();
    let now = at("2026-07-02T12:00:00.5Z");
    let offer = Offer { terms: rich_terms(), ..service.offer.clone() };
    for (offer, is_active) in [(offer, true), (service.offer.clone(), false), (service.offer.clone(), true)] {
        done(tx, |uow| uow.instructors().update_service(service.id, &offer, is_active, now));
        let expected = InstructorService { offer, is_active, updated_at: Some(now), ..service.clone() };
        assert_eq!(read(tx, |uow| uow.instructors().find_service(service.id)), Some(expected));
    }
    let other = ada.services[1].clone();
    assert_eq!(read(tx, |uow| uow.instructors().find_service(other.id)), Some(other));
}

fn services_without_bookings_can_be_deleted(tx: &dyn Transactor) {
    let ada = an_instructor(tx)
        .offering("piano", 75_00, &[60])
        .offering("guitar", 60_00, &[60])
        .offering("yoga", 60_00, &[60])
        .insert();
    let ids: Vec<_> = ada.services.iter().map(|service| service.id).collect();
    done(tx, |uow| uow.instructors().delete_services(&[]));
    done(tx, |uow| uow.instructors().delete_services(&ids[..2]));
    let left = read(tx, |uow| uow.instructors().services(ada.profile.id));
    assert_eq!(left, ada.services[2..]);
    assert_eq!(read(tx, |uow| uow.instructors().find_service(ids[0])), None);
}

fn a_service_with_bookings_cannot_be_deleted(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).offering("guitar", 60_00, &[60]).insert();
    let _cancelled = a_booking(tx).with(&ada).in_service(&ada.services[0]).cancelled().insert();
    let ids: Vec<_> = ada.services.iter().map(|service| service.id).collect();
    assert_unexpected(attempt(tx, |uow| uow.instructors().delete_services(&ids)));
    assert_eq!(read(tx, |uow| uow.instructors().services(ada.profile.id)).len(), 2, "all or nothing");
}

fn services_with_bookings_of_any_state_are_told(tx: &dyn Transactor) {
    let ada = an_instructor(tx)
        .offering("piano", 75_00, &[60])
        .offering("guitar", 60_00, &[60])
        .offering("yoga", 60_00, &[60])
        .insert();
    let [piano, guitar, yoga] = [0, 1, 2].map(|nth: usize| ada.services[nth].clone());
    let date = jiff::civil::date(2026, 7, 15);
    let _ = a_booking(tx).with(&ada).in_service(&piano).at(date, "10:00", 60).cancelled().insert();
    let _ = a_booking(tx).with(&ada).in_service(&guitar).at(date, "12:00", 60).insert();
    let _ = a_booking(tx).with(&ada).in_service(&guitar).at(date, "14:00", 60).insert();
    let told = |ids: &[InstructorServiceId]| read(tx, |uow| uow.instructors().with_bookings(ids));
    assert_eq!(told(&[piano.id, guitar.id, yoga.id]), BTreeSet::from([piano.id, guitar.id]));
    assert_eq!(told(&[yoga.id, unknown(InstructorServiceId::new)]), BTreeSet::new());
    assert_eq!(told(&[guitar.id]), BTreeSet::from([guitar.id]));
    assert_eq!(told(&[]), BTreeSet::new());
}
