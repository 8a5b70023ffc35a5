//! Creating, changing and deleting a profile.

use instainstru_core::length::{Buffer, Notice};
use instainstru_domain::{
    account::{AccountStatus, Role},
    event::DomainEvent,
    instructor::Areas,
    text::{Bio, CancellationReason},
    zone::Zone,
};
use instainstru_service::{
    bookings::BookingUseCases,
    instructors::{CatalogueRef, CreateProfile, InstructorUseCases, ServiceDraft, UpdateProfile},
};
use instainstru_test_support::memory::{Fault, unavailable};
use jiff::civil::date;

use crate::{
    outcome,
    world::{DAY, NOW, Setup, World, details, draft},
};

fn command(services: Vec<ServiceDraft>) -> CreateProfile {
    CreateProfile { details: details(Setup::default()), services }
}

#[test]
fn a_student_with_a_profile_is_an_instructor() {
    let world = World::at(NOW);
    let user = world.student("Ada");
    let seen = world.store.events().len();
    let by_id = ServiceDraft { catalogue: CatalogueRef::Id(world.entry("Spanish").id), ..draft("", 4_000) };
    let made = world.instructors.create_profile(&user, &command(vec![draft("PIANO", 9_000), by_id])).unwrap();
    assert_eq!(made.profile.details, details(Setup::default()));
    assert_eq!(made.user.role, Role::Instructor);
    let offered: Vec<_> = made
        .services
        .iter()
        .map(|s| (s.name.as_str(), s.offer.terms.hourly_rate.cents(), s.is_active))
        .collect();
    assert_eq!(offered, [("Piano", 9_000, true), ("Spanish", 4_000, true)]);
    assert_eq!(made, world.profile_of(&user));
    assert_eq!(world.account_of(&user).updated_at.unwrap().to_string(), NOW);
    assert_eq!(world.events_after(seen), [DomainEvent::InstructorChanged { instructor: user.id }]);
    assert_eq!(world.instructors.get(user.id).unwrap(), made);
}

#[test]
fn a_profile_is_refused_in_the_documented_order() {
    let world = World::at(NOW);
    let user = world.student("Ada");
    let attempt = |services| outcome(&world.instructors.create_profile(&user, &command(services)));
    let nonsense = || vec![draft("Piano", 1), draft("piano", 1), draft("Juggling", 1)];
    assert_eq!(attempt(nonsense()), "UnknownService Juggling");
    assert_eq!(attempt(vec![draft("Theremin", 1)]), "UnknownService Theremin", "switched off");
    let theremin = world.entry("Theremin").id;
    let by_id = ServiceDraft { catalogue: CatalogueRef::Id(theremin), ..draft("", 1) };
    assert_eq!(attempt(vec![by_id]), format!("UnknownService {theremin}"), "switched off");
    assert_eq!(attempt(vec![draft("Piano", 1), draft("piano", 1)]), "DuplicateService Piano");
    let by_id = ServiceDraft { catalogue: CatalogueRef::Id(world.entry("Piano").id), ..draft("", 1) };
    assert_eq!(attempt(vec![by_id, draft("piano", 1)]), "DuplicateService Piano", "under two names");
    let unknown_id = CatalogueRef::Id(instainstru_domain::ids::CatalogueServiceId::new(77).unwrap());
    assert_eq!(attempt(vec![ServiceDraft { catalogue: unknown_id, ..draft("", 1) }]), "UnknownService 77");
    assert_eq!(world.account_of(&user).role, Role::Student, "a refused profile changes nothing");
    assert_eq!(attempt(vec![]), "ok");
    assert_eq!(attempt(nonsense()), "ProfileExists");
}

#[test]
fn an_instructor_who_registered_with_an_empty_profile_completes_it_by_updating() {
    let world = World::at(NOW);
    let user = world.student("Ada");
    let stub = details(Setup { notice_hours: 1, buffer_minutes: 15, areas: &[], ..Setup::default() });
    let at = "2026-07-13T12:00:00Z".parse().unwrap();
    world.write(|uow| {
        let account = instainstru_domain::account::User { role: Role::Instructor, ..user.clone() };
        uow.users().update(&account)?;
        uow.instructors().insert_profile(user.id, &stub, at)
    });
    let user = world.account_of(&user);
    assert_eq!(outcome(&world.instructors.create_profile(&user, &command(vec![]))), "ProfileExists");
    assert_eq!(world.instructors.my_profile(&user).unwrap().profile.details, stub, "readable as it is");
    assert_eq!(world.instructors.get(user.id).unwrap().services, []);
    let bio = Bio::new("Plays since childhood").unwrap();
    let done = world.update(&user, UpdateProfile { bio: Some(bio.clone()), ..UpdateProfile::default() });
    assert_eq!(done.profile.details.bio, Some(bio));
}

#[test]
fn a_change_replaces_what_is_given_and_keeps_the_rest() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    let before = world.profile_of(&teacher.user);
    world.clock.set("2026-07-14T00:00:00Z");
    let seen = world.store.events().len();

    let untouched = world.update(&teacher.user, UpdateProfile::default());
    assert_eq!(
        (&untouched.profile.details, &untouched.services),
        (&before.profile.details, &before.services)
    );

    let zone = Zone::new("Asia/Kathmandu").unwrap();
    let change = UpdateProfile {
        bio: Some(Bio::new("Lehrt seit zehn Jahren").unwrap()),
        areas: Some(Areas::new(["st. george"]).unwrap()),
        years_experience: Some(50),
        notice: Some(Notice::from_hours(168).unwrap()),
        buffer: Some(Buffer::from_minutes(60).unwrap()),
        zone: Some(zone.clone()),
        services: None,
        expected_services: None,
    };
    let after = world.update(&teacher.user, change.clone());
    let details = &after.profile.details;
    assert_eq!((details.bio.clone(), details.areas.joined()), (change.bio, "St. George".into()));
    assert_eq!((details.years_experience, details.notice.hours(), details.buffer.minutes()), (50, 168, 60));
    assert_eq!(details.zone, zone);
    assert_eq!(after.profile.updated_at.unwrap().to_string(), "2026-07-14T00:00:00Z");
    assert_eq!(after.services, before.services);
    let changed = DomainEvent::InstructorChanged { instructor: teacher.user.id };
    assert_eq!(world.events_after(seen), [changed, changed]);
}

#[test]
fn only_instructors_have_profiles_to_read_and_change() {
    let world = World::at(NOW);
    let student = world.student("Sam");
    let only = |what: &str| format!("NotInstructor {what}");
    assert_eq!(outcome(&world.instructors.my_profile(&student)), only("access profiles"));
    let nothing = UpdateProfile::default();
    assert_eq!(outcome(&world.instructors.update_profile(&student, &nothing)), only("update profiles"));
    assert_eq!(outcome(&world.instructors.delete_profile(&student)), only("delete profiles"));
    assert_eq!(outcome(&world.instructors.add_service(&student, &draft("Piano", 1))), only("add services"));

    // Somebody whose session began before the profile was deleted.
    let stale = world.teacher("Ada").user;
    world.instructors.delete_profile(&stale).unwrap();
    assert_eq!(outcome(&world.instructors.my_profile(&stale)), "NoProfile");
    assert_eq!(outcome(&world.instructors.update_profile(&stale, &nothing)), "NoProfile");
    assert_eq!(outcome(&world.instructors.delete_profile(&stale)), "NoProfile");
    assert_eq!(outcome(&world.instructors.add_service(&stale, &draft("Piano", 1))), "NoProfile");
}

#[test]
fn a_deleted_profile_leaves_a_student_and_the_history() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "10:00").booking;
    world.clock.set("2026-07-16T12:00:00Z");
    world.bookings.complete(&teacher.user, made.id).unwrap();
    let seen = world.store.events().len();

    world.instructors.delete_profile(&teacher.user).unwrap();

    assert_eq!(world.account_of(&teacher.user).role, Role::Student);
    assert_eq!(outcome(&world.instructors.get(teacher.user.id)), "NotFound");
    assert_eq!(world.stored(made.id).booking.service_name, "Piano");
    let kept = world.write(|uow| uow.instructors().find_service(teacher.service)).unwrap();
    assert_eq!((kept.profile_id, kept.is_active), (None, false));
    assert_eq!(world.events_after(seen), [DomainEvent::InstructorChanged { instructor: teacher.user.id }]);
    // And back again, with a new service.
    let again =
        world.instructors.create_profile(&world.account_of(&teacher.user), &command(vec![draft("Piano", 1)]));
    assert_ne!(again.unwrap().services[0].id, teacher.service);
}

#[test]
fn a_profile_cannot_be_deleted_while_lessons_are_ahead() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let first = world.book(&student, &teacher, DAY, "10:00").booking.id;
    world.book(&student, &teacher, DAY, "12:00");
    let delete = || outcome(&world.instructors.delete_profile(&teacher.user));
    assert_eq!(delete(), "FutureBookings 2");
    world.bookings.cancel(&student, first, &CancellationReason::new("x").unwrap()).unwrap();
    assert_eq!(delete(), "FutureBookings 1");
    world.clock.set("2026-07-16T03:59:59Z"); // still the 15th in New York
    assert_eq!(delete(), "FutureBookings 1");
    world.clock.set("2026-07-16T04:00:00Z");
    assert_eq!(delete(), "ok");
}

#[test]
fn a_suspension_does_not_outlive_the_profile() {
    let world = World::at(NOW);
    let teacher = world.teacher("Ada");
    world.instructors.suspend(&teacher.user, teacher.user.id).unwrap();
    world.instructors.delete_profile(&teacher.user).unwrap();
    let account = world.account_of(&teacher.user);
    assert_eq!((account.role, account.account_status), (Role::Student, AccountStatus::Active));
}

#[test]
fn whatever_fails_nothing_of_a_change_stays() {
    let world = World::at(NOW);
    let (teacher, user) = (world.teacher("Ada"), world.student("Bob"));
    let services = vec![draft("Piano", 1), draft("Guitar", 1)];
    let create = || outcome(&world.instructors.create_profile(&user, &command(services.clone())));
    let change = UpdateProfile { services: Some(vec![draft("Violin", 1)]), ..UpdateProfile::default() };
    let update = || outcome(&world.instructors.update_profile(&teacher.user, &change));
    let add = || outcome(&world.instructors.add_service(&teacher.user, &draft("Spanish", 1)));
    let delete = || outcome(&world.instructors.delete_profile(&teacher.user));
    let suspend = || outcome(&world.instructors.suspend(&teacher.user, teacher.user.id));
    let actions: [(&str, &dyn Fn() -> String, u32); 5] = [
        ("create", &create, 12),
        ("update", &update, 10),
        ("add", &add, 5),
        ("suspend", &suspend, 7),
        ("delete", &delete, 7),
    ];
    for (name, action, calls) in actions {
        let events = world.store.events();
        let people = (world.account_of(&user), world.account_of(&teacher.user));
        let services = world.services_of(&teacher.user);
        for fault in [Fault::Begin, Fault::Commit].into_iter().chain((1..=calls).map(Fault::Call)) {
            let commits = world.store.commits();
            world.store.fail_next(fault, unavailable);
            assert_eq!(action(), "Storage", "{name} {fault:?}");
            assert_eq!(world.store.commits(), commits, "{name} {fault:?}");
        }
        assert_eq!(world.store.events(), events, "{name}");
        assert_eq!((world.account_of(&user), world.account_of(&teacher.user)), people, "{name}");
        assert_eq!(world.services_of(&teacher.user), services, "{name}");
        world.spy.calls();
        assert_eq!(
            (action().as_str(), world.spy.calls()),
            ("ok", calls),
            "{name}: every call was made to fail"
        );
    }
}

#[test]
fn dates_are_those_of_the_profile() {
    // 20:00Z on the 14th is the 15th in Kathmandu: the lesson of the 14th is no longer ahead there.
    let world = World::at("2026-07-10T00:00:00Z");
    let teacher = world.teacher_with("Ada", Setup { zone: "Asia/Kathmandu", ..Setup::default() });
    let student = world.student("Sam");
    world.publish(&teacher, "2026-07-14", &["10:00-11:00"]);
    let made = world.book(&student, &teacher, "2026-07-14", "10:00");
    assert_eq!(made.booking.time.date, date(2026, 7, 14));
    world.clock.set("2026-07-14T18:00:00Z");
    assert_eq!(outcome(&world.instructors.suspend(&teacher.user, teacher.user.id)), "FutureBookings 1");
    world.clock.set("2026-07-14T18:15:00Z");
    assert_eq!(outcome(&world.instructors.suspend(&teacher.user, teacher.user.id)), "ok");
}
