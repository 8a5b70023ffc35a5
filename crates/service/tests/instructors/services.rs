//! The set of services an instructor offers.

use instainstru_domain::{
    instructor::{DurationOptions, ExperienceLevel, InstructorService},
    text::{Requirements, ServiceDescription, Tag},
};
use instainstru_service::{
    bookings::BookingUseCases,
    instructors::{InstructorUseCases, ServiceDraft, UpdateProfile, services_version},
};

use crate::{
    outcome,
    world::{DAY, NOW, Teacher, World, draft, lesson},
};

fn set(world: &World, teacher: &Teacher, services: Vec<ServiceDraft>) -> Vec<(String, bool)> {
    world.update(&teacher.user, UpdateProfile { services: Some(services), ..UpdateProfile::default() });
    all(world, teacher)
}

/// All services, withdrawn ones included, with whether they are active.
fn all(world: &World, teacher: &Teacher) -> Vec<(String, bool)> {
    world.services_of(&teacher.user).into_iter().map(|s| (s.name, s.is_active)).collect()
}

fn named<const N: usize>(expected: [(&str, bool); N]) -> Vec<(String, bool)> {
    expected.map(|(name, active)| (name.to_owned(), active)).to_vec()
}

fn tags(words: &[&str]) -> Option<Vec<Tag>> {
    Some(words.iter().map(|word| Tag::new(word).unwrap()).collect())
}

fn full(rate_cents: i64) -> ServiceDraft {
    ServiceDraft {
        description: Some(ServiceDescription::new("Klavier für alle 🎹").unwrap()),
        durations: DurationOptions::from_minutes(&[45, 90]).unwrap(),
        experience_level: Some(ExperienceLevel::Expert),
        levels_taught: tags(&["beginner"]),
        age_groups: tags(&["adults", "kids"]),
        location_types: tags(&["online"]),
        equipment_required: tags(&["piano"]),
        max_distance_miles: Some(10),
        requirements: Some(Requirements::new("a quiet room").unwrap()),
        ..draft("Piano", rate_cents)
    }
}

fn active(world: &World, teacher: &Teacher) -> InstructorService {
    world.profile_of(&teacher.user).services[0].clone()
}

#[test]
fn a_set_replaces_the_set_before() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    let after = set(&world, &teacher, vec![draft("Guitar", 1), draft("Spanish", 1)]);
    assert_eq!(after, named([("Guitar", true), ("Spanish", true)]), "nothing referred to the piano");
    assert_eq!(set(&world, &teacher, vec![]), []);
}

#[test]
fn a_service_that_was_ever_booked_is_kept_inactive() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "10:00").booking.id;
    let reason = instainstru_domain::text::CancellationReason::new("x").unwrap();
    world.bookings.cancel(&student, made, &reason).unwrap();
    let after = set(&world, &teacher, vec![draft("Guitar", 1)]);
    assert_eq!(after, named([("Piano", false), ("Guitar", true)]));
    assert_eq!(world.profile_of(&teacher.user).services.len(), 1, "nobody sees it any more");
    assert_eq!(set(&world, &teacher, vec![]), named([("Piano", false)]), "and it stays");
}

#[test]
fn a_service_that_returns_is_the_row_it_was() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.book(&student, &teacher, DAY, "10:00");
    set(&world, &teacher, vec![]);
    set(&world, &teacher, vec![draft("piano", 7_700)]);
    let service = active(&world, &teacher);
    assert_eq!((service.id, service.offer.terms.hourly_rate.cents()), (teacher.service, 7_700));
    assert_eq!(all(&world, &teacher).len(), 1);
}

#[test]
fn of_several_withdrawn_rows_the_latest_returns() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.book(&student, &teacher, DAY, "10:00");
    set(&world, &teacher, vec![]);
    let second = world.instructors.add_service(&teacher.user, &draft("Piano", 5_000)).unwrap();
    assert_ne!(second.id, teacher.service, "adding never brings an old row back");
    let later = Teacher { service: second.id, ..teacher.clone() };
    world.book(&student, &later, DAY, "12:00");
    set(&world, &teacher, vec![]);
    assert_eq!(all(&world, &teacher), named([("Piano", false), ("Piano", false)]));
    set(&world, &teacher, vec![draft("Piano", 1)]);
    assert_eq!(active(&world, &teacher).id, second.id);
    assert_eq!(all(&world, &teacher), named([("Piano", false), ("Piano", true)]));
}

#[test]
fn an_active_row_is_kept_although_a_later_one_was_withdrawn() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.book(&student, &teacher, DAY, "10:00");
    set(&world, &teacher, vec![]);
    let second = world.instructors.add_service(&teacher.user, &draft("Piano", 5_000)).unwrap();
    // Make the first row the active one, as an older release could have left it.
    let at = "2026-07-13T12:00:00Z".parse().unwrap();
    world.write(|uow| {
        uow.instructors().update_service(second.id, &second.offer, false, at)?;
        uow.instructors().update_service(teacher.service, &second.offer, true, at)
    });
    set(&world, &teacher, vec![draft("Piano", 1)]);
    assert_eq!(active(&world, &teacher).id, teacher.service);
}

#[test]
fn terms_that_are_not_mentioned_stay_and_price_lengths_and_description_are_replaced() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    set(&world, &teacher, vec![full(9_000)]);
    let complete = active(&world, &teacher);
    assert_eq!(complete.id, teacher.service);
    assert_eq!(complete.offer.terms.max_distance_miles, Some(10));

    set(&world, &teacher, vec![draft("Piano", 4_000)]);
    let terms = active(&world, &teacher).offer.terms;
    assert_eq!(
        (terms.hourly_rate.cents(), terms.description, terms.durations),
        (4_000, None, DurationOptions::one_hour())
    );
    assert_eq!(terms.experience_level, Some(ExperienceLevel::Expert));
    assert_eq!(Some(terms.levels_taught), tags(&["beginner"]));
    assert_eq!(Some(terms.age_groups), tags(&["adults", "kids"]));
    assert_eq!(Some(terms.location_types), tags(&["online"]));
    assert_eq!(Some(terms.equipment_required), tags(&["piano"]));
    assert_eq!((terms.max_distance_miles, terms.requirements.unwrap().as_str()), (Some(10), "a quiet room"));

    let emptied =
        ServiceDraft { age_groups: Some(vec![]), max_distance_miles: Some(0), ..draft("Piano", 4_000) };
    set(&world, &teacher, vec![emptied]);
    let terms = active(&world, &teacher).offer.terms;
    assert_eq!((terms.age_groups.len(), terms.max_distance_miles), (0, Some(0)));
    assert_eq!(Some(terms.levels_taught), tags(&["beginner"]));
}

#[test]
fn a_new_service_begins_with_nothing_that_is_not_mentioned() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    let terms = world.instructors.add_service(&teacher.user, &draft("Guitar", 1)).unwrap().offer.terms;
    assert_eq!((terms.experience_level, terms.max_distance_miles, terms.requirements), (None, None, None));
    let lists = [terms.levels_taught, terms.age_groups, terms.location_types, terms.equipment_required];
    assert!(lists.iter().all(Vec::is_empty));
}

#[test]
fn a_set_with_unknown_or_repeated_services_changes_nothing() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    let before = world.profile_of(&teacher.user);
    for (services, expected) in [
        (vec![draft("Guitar", 1), draft("Juggling", 1)], "UnknownService Juggling"),
        (vec![draft("Theremin", 1)], "UnknownService Theremin"),
        (vec![draft("Guitar", 1), draft("GUITAR", 1)], "DuplicateService Guitar"),
    ] {
        let change =
            UpdateProfile { years_experience: Some(1), services: Some(services), ..UpdateProfile::default() };
        assert_eq!(outcome(&world.instructors.update_profile(&teacher.user, &change)), expected);
        assert_eq!(world.profile_of(&teacher.user), before);
    }
}

#[test]
fn one_service_is_added_once() {
    let world = World::at(NOW);
    let teacher = world.free_teacher("Ada");
    let add = |name: &str| world.instructors.add_service(&teacher.user, &draft(name, 6_000));
    assert_eq!(outcome(&add("Piano")), "AlreadyOffered");
    assert_eq!(outcome(&add("Juggling")), "ServiceNotFound");
    assert_eq!(outcome(&add("Theremin")), "ServiceNotFound");
    let added = add("Violin").unwrap();
    assert_eq!((added.name.as_str(), added.is_active), ("Violin", true));
    assert_eq!(all(&world, &teacher), named([("Piano", true), ("Violin", true)]));
    let student = world.student("Sam");
    let with_violin = Teacher { service: added.id, ..teacher };
    world.bookings.create(&student, &lesson(&with_violin, DAY, "10:00", 60)).unwrap();
}

#[test]
fn many_services_are_found_in_the_catalogue_with_two_statements() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    let resolving = |services: Vec<ServiceDraft>| {
        let count = u32::try_from(services.len()).unwrap();
        set(&world, &teacher, vec![]);
        world.spy.calls();
        let change = UpdateProfile { services: Some(services), ..UpdateProfile::default() };
        world.instructors.update_profile(&teacher.user, &change).unwrap();
        world.spy.calls() - count // one insert for each
    };
    let by_name = |names: &[&str]| names.iter().map(|name| draft(name, 1)).collect::<Vec<_>>();
    assert_eq!(resolving(by_name(&["Piano"])), resolving(by_name(&["Piano", "Guitar", "Violin", "Spanish"])));
}

#[test]
fn nobody_overwrites_services_that_were_changed_meanwhile() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    let version = || services_version(&world.profile_of(&teacher.user).services);
    let edit = |seen: &str, rate_cents| UpdateProfile {
        services: Some(vec![draft("Piano", rate_cents)]),
        expected_services: Some(seen.to_owned()),
        ..UpdateProfile::default()
    };
    let try_to = |change: &UpdateProfile| outcome(&world.instructors.update_profile(&teacher.user, change));
    let seen = version();
    assert_eq!(seen, version(), "reading changes nothing");
    assert_eq!(try_to(&edit(&seen, 8_000)), "ok");
    assert_ne!(seen, version());
    let before = world.store.events().len();
    assert_eq!(try_to(&edit(&seen, 9_000)), "StaleServices");
    assert_eq!(try_to(&edit("", 9_000)), "StaleServices");
    assert_eq!(active(&world, &teacher).offer.terms.hourly_rate.cents(), 8_000);
    assert_eq!(world.events_after(before), []);
    assert_eq!(try_to(&edit(&version(), 9_000)), "ok");
    assert_eq!(active(&world, &teacher).offer.terms.hourly_rate.cents(), 9_000);
}
