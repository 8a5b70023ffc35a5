//! The analytics, over a store in memory.

mod world;

use std::sync::Arc;

use instainstru_domain::{
    account::User,
    analytics::{AnalyticsRun, LookBack, RunOutcome, WeekCount, weekday_name},
    audit::{AuditAction, AuditFilter},
    event::DomainEvent,
    ids::CatalogueServiceId,
    ports::TransactorExt,
};
use instainstru_service::{
    analytics::{ABANDONED_AFTER, AnalyticsError, AnalyticsService, AnalyticsUseCases},
    bookings::BookingUseCases,
    catalogue::{CatalogueService, CatalogueUseCases},
};
use instainstru_test_support::{
    builders::{self, a_booking, a_user, an_instructor},
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::SignedDuration;
use world::{DAY, NOW, Setup, World, date};

fn analytics(world: &World) -> AnalyticsService {
    AnalyticsService::new(world.spy.clone(), Arc::new(world.clock.clone()))
}

/// Somebody who may see everything.
fn admin() -> User {
    let store = MemoryStore::new();
    let user = a_user(&store).insert();
    User { is_admin: true, ..user }
}

fn searched(world: &World, service: CatalogueServiceId, day: &str, times: u32) {
    builders::searched(&world.store, service, date(day), times);
}

fn succeeded(run: &AnalyticsRun) -> u32 {
    match &run.outcome {
        Some(RunOutcome::Succeeded { services, .. }) => *services,
        other => panic!("the run should have succeeded: {other:?}"),
    }
}

#[test]
fn a_run_calculates_every_active_service_and_says_so_once() {
    let world = World::at("2026-07-15T07:00:00Z");
    let analytics = analytics(&world);
    let (piano, spanish) = (world.entry("Piano").id, world.entry("Spanish").id);
    let ada = an_instructor(&world.store).offering("piano", 75_00, &[60]).insert();
    let _lessons = [
        a_booking(&world.store).with(&ada).at(date("2026-07-14"), "10:00", 60).completed().insert(),
        a_booking(&world.store).with(&ada).at(date("2026-07-16"), "10:00", 60).insert(),
    ];
    searched(&world, spanish, "2026-07-14", 5);
    let seen = world.store.events().len();

    let run = analytics.run(None, LookBack::DAILY).unwrap();
    let services = u32::try_from(analytics.services(&admin()).unwrap().len()).unwrap();
    assert_eq!(succeeded(&run), services);
    assert_eq!(world.events_after(seen), [DomainEvent::CatalogueRanked { run: run.id }]);
    let status = analytics.status().unwrap();
    assert_eq!((status.last_success.as_ref(), &status.runs), (Some(&run), &vec![run.clone()]));
    let totals = status.report.totals;
    assert_eq!((totals.services, totals.bookings_30d, totals.searches_30d), (services, 1, 5));
    assert_eq!((totals.with_bookings, totals.with_searches), (1, 1));
    let records = analytics.services(&admin()).unwrap();
    assert_eq!(records[0].figures.service, spanish, "five searches outweigh a booking");
    assert_eq!(records[1].figures.service, piano);
    assert!(records.iter().all(|record| record.name != "Theremin"), "it is switched off");
}

#[test]
fn demand_and_ranks_reach_the_front_page() {
    let world = World::at("2026-07-15T07:00:00Z");
    let catalogue = CatalogueService::new(world.spy.clone());
    let top = || -> Vec<(String, bool, bool)> {
        let top = catalogue.top_per_category(2).unwrap();
        let music = top.categories.into_iter().find(|top| top.category.facts.slug == "music").unwrap();
        music
            .services
            .into_iter()
            .map(|listing| {
                (listing.service.facts.name, listing.demand.score() > 0.0, listing.demand.is_trending())
            })
            .collect()
    };
    assert_eq!(top(), [("Piano".into(), false, false), ("Guitar".into(), false, false)]);
    searched(&world, world.entry("Violin").id, "2026-07-14", 70);
    analytics(&world).run(None, LookBack::DAILY).unwrap();
    assert_eq!(top(), [("Violin".into(), true, true), ("Piano".into(), false, false)]);
}

#[test]
fn running_again_changes_nothing_but_the_history() {
    let world = World::at("2026-07-15T07:00:00Z");
    let analytics = analytics(&world);
    let _lesson = a_booking(&world.store).at(date("2026-07-14"), "10:00", 60).completed().insert();
    searched(&world, world.entry("Violin").id, "2026-07-01", 3);
    let everything = || {
        let listings = world.store.reading(|uow| uow.catalogue().listings(None)).unwrap();
        (listings, analytics.services(&admin()).unwrap(), analytics.status().unwrap().report)
    };
    analytics.run(None, LookBack::BY_HAND).unwrap();
    let first = everything();
    analytics.run(None, LookBack::BY_HAND).unwrap();
    assert_eq!(everything(), first);
    assert_eq!(analytics.status().unwrap().runs.len(), 2);
}

#[test]
fn today_is_that_of_new_york() {
    // Half past nine on the evening of the 14th.
    let world = World::at("2026-07-15T01:30:00Z");
    let analytics = analytics(&world);
    let ada = an_instructor(&world.store).offering("piano", 75_00, &[60]).insert();
    let _lessons = [
        a_booking(&world.store).with(&ada).at(date("2026-07-14"), "10:00", 60).completed().insert(),
        a_booking(&world.store).with(&ada).at(date("2026-07-15"), "10:00", 60).insert(),
    ];
    analytics.run(None, LookBack::DAILY).unwrap();
    assert_eq!(analytics.status().unwrap().report.totals.bookings_30d, 1);
    assert_eq!(analytics.market(&admin(), LookBack::DAILY).unwrap().today, date("2026-07-14"));
}

#[test]
fn counts_roll_on_as_days_pass() {
    let world = World::at("2026-07-15T07:00:00Z");
    let analytics = analytics(&world);
    searched(&world, world.entry("Piano").id, "2026-07-14", 7);
    let searches = || {
        analytics.run(None, LookBack::DAILY).unwrap();
        let records = analytics.services(&admin()).unwrap();
        let piano = records.iter().find(|record| record.name == "Piano").unwrap();
        (piano.figures.searches_7d, piano.figures.searches_30d)
    };
    for (now, expected) in [
        ("2026-07-15T07:00:00Z", (7, 7)),
        ("2026-07-21T07:00:00Z", (7, 7)),
        ("2026-07-22T07:00:00Z", (0, 7)),
        ("2026-08-13T07:00:00Z", (0, 7)),
        ("2026-08-14T07:00:00Z", (0, 0)),
    ] {
        world.clock.set(now);
        assert_eq!(searches(), expected, "{now}");
    }
}

#[test]
fn one_run_at_a_time_unless_the_other_was_abandoned() {
    let world = World::at("2026-07-15T07:00:00Z");
    let analytics = analytics(&world);
    let other = world
        .write(|uow| uow.analytics().begin_run(LookBack::DAILY, "2026-07-15T06:59:00Z".parse().unwrap()));
    match analytics.run(None, LookBack::DAILY) {
        Err(AnalyticsError::AlreadyRunning { since }) => assert_eq!(since, other.started_at),
        other => panic!("one run at a time, not {other:?}"),
    }
    assert_eq!(analytics.run_daily().unwrap(), None, "that is no failure of a scheduler");
    assert_eq!(analytics.status().unwrap().runs.len(), 1, "what did not begin is not in the history");

    world.clock.advance(ABANDONED_AFTER - SignedDuration::from_secs(60));
    let run = analytics.run(None, LookBack::DAILY).unwrap();
    let runs = analytics.status().unwrap().runs;
    assert_eq!(runs[0], run);
    let Some(RunOutcome::Failed { error, .. }) = &runs[1].outcome else { panic!("{:?}", runs[1]) };
    assert!(error.contains("never ended"), "{error}");
}

#[test]
fn a_run_that_fails_changes_nothing_and_is_remembered() {
    let calls = {
        let world = World::at("2026-07-15T07:00:00Z");
        world.spy.calls();
        analytics(&world).run(None, LookBack::DAILY).unwrap();
        world.spy.calls()
    };
    // The first three calls put the run into the history and the audit log.
    for call in 4..=calls {
        let world = World::at("2026-07-15T07:00:00Z");
        let analytics = analytics(&world);
        searched(&world, world.entry("Violin").id, "2026-07-14", 3);
        let listings = || world.store.reading(|uow| uow.catalogue().listings(None)).unwrap();
        let (before, seen) = (listings(), world.store.events().len());
        world.store.fail_next(Fault::Call(call), unavailable);
        assert!(
            matches!(analytics.run(None, LookBack::DAILY), Err(AnalyticsError::Storage(_))),
            "call {call}"
        );
        assert_eq!((listings(), world.events_after(seen)), (before, vec![]), "call {call}");
        let status = analytics.status().unwrap();
        assert_eq!(status.last_success, None);
        let Some(RunOutcome::Failed { error, .. }) = &status.runs[0].outcome else { panic!("call {call}") };
        assert_eq!(error, "the database is not available");
        assert!(analytics.run(None, LookBack::DAILY).is_ok(), "the next one is not hindered");
    }
}

#[test]
fn the_daily_run_looks_back_a_month_and_nobody_asked_for_it() {
    let world = World::at("2026-07-15T07:00:00Z");
    let run = analytics(&world).run_daily().unwrap().unwrap();
    assert_eq!(run.window.days(), 30);
    let entries = world.store.reading(|uow| uow.audit().entries(&AuditFilter::default(), 10)).unwrap();
    assert_eq!(entries, vec![]);
}

#[test]
fn a_daily_run_that_failed_is_a_failure_and_can_be_tried_again() {
    let world = World::at("2026-07-15T07:00:00Z");
    let analytics = analytics(&world);
    world.store.fail_next(Fault::Call(4), unavailable);
    assert!(analytics.run_daily().is_err());
    assert!(analytics.run_daily().unwrap().is_some());
}

#[test]
fn instructors_see_what_they_taught_and_what_they_are_booked_for() {
    let world = World::at(NOW);
    let analytics = analytics(&world);
    let teacher = world.free_teacher("Ada");
    let (tom, zoe) = (world.student("Tom"), world.student("Zoe"));
    world.book(&tom, &teacher, DAY, "10:00");
    let second = world.book(&tom, &teacher, DAY, "11:00").booking.id;
    world.book(&zoe, &teacher, DAY, "13:00");
    world.clock.set("2026-07-15T20:00:00Z");
    world.bookings.complete(&teacher.user, second).unwrap();

    let found = analytics.teaching(&teacher.user, WeekCount::new(2).unwrap()).unwrap();
    assert_eq!((found.today, found.zone.name()), (date(DAY), "America/New_York"));
    let figures = found.figures;
    assert_eq!(figures.weeks.len(), 2);
    let week = figures.weeks[1];
    assert_eq!((week.trade.bookings, week.trade.completed, week.trade.revenue.get()), (3, 1, 10_000));
    assert_eq!((week.offered_minutes, week.booked_minutes), (24 * 60, 180));
    assert_eq!((figures.totals.students, figures.totals.repeat_students), (2, 1));
    let stats = world.bookings.stats(&teacher.user).unwrap();
    assert_eq!(stats.earnings, figures.totals.trade.revenue, "the same money as elsewhere");
    assert_eq!(stats.total, u64::from(figures.totals.trade.bookings));
    let wednesday =
        figures.busiest_hours.iter().find(|(day, _hours)| weekday_name(*day) == "Wednesday").unwrap();
    let busy: Vec<usize> = (0..24).filter(|hour| wednesday.1[*hour] > 0).collect();
    assert_eq!(busy, [10, 11, 13]);
}

#[test]
fn a_blocked_day_is_not_offered_and_earlier_lessons_make_a_student_come_again() {
    let world = World::at(NOW);
    let analytics = analytics(&world);
    let ada = an_instructor(&world.store)
        .offering("piano", 75_00, &[60])
        .publishing(date(DAY), "09:00-17:00")
        .publishing(date("2026-07-16"), "09:00-12:00")
        .away_on(date(DAY))
        .insert();
    let tom = a_user(&world.store).insert();
    let _lessons = [
        a_booking(&world.store).with(&ada).of(&tom).at(date("2026-01-07"), "10:00", 60).completed().insert(),
        a_booking(&world.store).with(&ada).of(&tom).at(date("2026-07-16"), "10:00", 60).insert(),
    ];
    let totals = analytics.teaching(&ada.user, WeekCount::new(1).unwrap()).unwrap().figures.totals;
    assert_eq!((totals.offered_minutes, totals.booked_minutes), (180, 60));
    assert_eq!((totals.students, totals.repeat_students), (1, 1));
}

#[test]
fn weeks_are_those_of_the_instructor() {
    // Sunday evening in New York, Monday in Tokyo.
    let world = World::at("2026-07-19T23:00:00Z");
    let analytics = analytics(&world);
    let setup = Setup { zone: "Asia/Tokyo", ..Setup::default() };
    let (here, there) = (world.teacher("Ada"), world.teacher_with("Ben", setup));
    let monday = |user| {
        let found = analytics.teaching(user, WeekCount::new(1).unwrap()).unwrap();
        found.figures.weeks[0].week.monday()
    };
    assert_eq!((monday(&here.user), monday(&there.user)), (date("2026-07-13"), date("2026-07-20")));
}

#[test]
fn only_instructors_have_teaching_analytics() {
    let world = World::at(NOW);
    let tom = world.student("Tom");
    let refused = analytics(&world).teaching(&tom, WeekCount::USUAL);
    assert!(matches!(refused, Err(AnalyticsError::NotInstructor)), "{refused:?}");
    let newcomer = a_user(&world.store).instructor().insert();
    let figures = analytics(&world).teaching(&newcomer, WeekCount::USUAL).unwrap().figures;
    assert_eq!(figures.weeks.len(), 12, "a profile is not needed to see nothing");
}

#[test]
fn the_market_is_seen_as_a_whole() {
    let world = World::at(NOW);
    let analytics = analytics(&world);
    let ada = an_instructor(&world.store).offering("piano", 75_00, &[60]).insert();
    let ben = an_instructor(&world.store).offering("yoga", 50_00, &[60]).insert();
    let _lessons = [
        a_booking(&world.store).with(&ada).at(date("2026-07-13"), "10:00", 60).completed().insert(),
        a_booking(&world.store).with(&ben).at(date("2026-07-12"), "10:00", 60).cancelled().insert(),
        a_booking(&world.store).with(&ada).at(date("2026-07-06"), "10:00", 60).completed().insert(),
        a_booking(&world.store).with(&ada).at(date("2026-07-14"), "10:00", 60).insert(),
        a_booking(&world.store).with(&ada).at(date("2026-07-05"), "10:00", 60).completed().insert(),
    ];
    let market = analytics.market(&admin(), LookBack::from_days(7).unwrap()).unwrap();
    let figures = &market.figures;
    assert_eq!((figures.dates.first(), figures.dates.last()), (date("2026-07-06"), date("2026-07-13")));
    assert_eq!((figures.days.len(), figures.weeks.len()), (8, 2));
    assert_eq!((figures.total.bookings, figures.total.revenue.get()), (3, 15_000));
    assert_eq!((figures.people.active_instructors, figures.people.cancelled_by_student), (1, 1));
    assert_eq!(figures.top_services[0].name, "Piano");
    assert_eq!(market.bookable_instructors, 2);
    assert_eq!(market.status.runs, vec![]);
}

#[test]
fn only_administrators_see_the_market_and_start_runs() {
    let world = World::at(NOW);
    let analytics = analytics(&world);
    let teacher = world.teacher("Ada").user;
    let refused = [
        analytics.market(&teacher, LookBack::DAILY).map(drop),
        analytics.services(&teacher).map(drop),
        analytics.run(Some(&teacher), LookBack::DAILY).map(drop),
    ];
    for result in refused {
        assert!(matches!(result, Err(AnalyticsError::NotAdmin)), "{result:?}");
    }
    assert_eq!(analytics.status().unwrap().runs, vec![]);
}

#[test]
fn a_run_that_somebody_asked_for_is_in_the_audit_log() {
    let world = World::at(NOW);
    let analytics = analytics(&world);
    let ada = User { is_admin: true, ..world.student("Ada") };
    analytics.run_daily().unwrap();
    analytics.run(None, LookBack::BY_HAND).unwrap();
    analytics.run(Some(&ada), LookBack::DAILY).unwrap();
    let filter = AuditFilter { action: Some(AuditAction::JobRun), ..AuditFilter::default() };
    let entries = world.store.reading(|uow| uow.audit().entries(&filter, 10)).unwrap();
    let said: Vec<_> = entries
        .iter()
        .map(|entry| {
            let facts = entry.entry.detail.facts();
            (entry.entry.actor, facts["job"].as_str(), facts["days"].as_str())
        })
        .collect();
    assert_eq!(said, [(Some(ada.id), "analytics", "30"), (None, "analytics", "90")]);
}

#[test]
fn reading_takes_a_constant_number_of_calls() {
    let world = World::at(NOW);
    let analytics = analytics(&world);
    let teacher = world.free_teacher("Ada");
    let counts = || {
        let calls = |work: &dyn Fn()| {
            world.spy.calls();
            work();
            world.spy.calls()
        };
        [
            calls(&|| drop(analytics.teaching(&teacher.user, WeekCount::USUAL).unwrap())),
            calls(&|| drop(analytics.market(&admin(), LookBack::DAILY).unwrap())),
            calls(&|| drop(analytics.run(None, LookBack::DAILY).unwrap())),
        ]
    };
    let before = counts();
    for hour in 8..20 {
        world.book(&world.student(&format!("Student {hour}")), &teacher, DAY, &format!("{hour:02}:00"));
    }
    assert_eq!(counts(), before);
}
