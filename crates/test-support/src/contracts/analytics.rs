//! Contracts of the storage of the daily analytics.

use std::collections::BTreeMap;

use instainstru_core::{length::LessonLength, money::Cents};
use instainstru_domain::{
    account::AccountStatus,
    analytics::{
        AnalyticsRun, DayTally, LookBack, RunDates, RunOutcome, ServiceFigures, ServiceRecord, ServiceTally,
    },
    catalogue::Demand,
    ids::CatalogueServiceId,
    ports::{Conflict, Transactor},
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::{Contract, assert_unexpected, at, attempt, conflict, done, named, read};
use crate::builders::{a_booking, a_catalogue, an_instructor, built_at, searched};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "analytics":
        a_run_is_read_back_as_it_began_and_ended,
        only_one_run_is_under_way,
        a_run_ends_once,
        the_last_success_is_neither_a_failure_nor_under_way,
        the_last_runs_come_first,
        every_active_service_is_tallied_also_without_anything,
        bookings_count_on_the_dates_of_the_run,
        lengths_and_prices_are_those_of_completed_lessons_of_the_window,
        searches_add_up_by_date,
        bookable_instructors_count_as_supply,
        figures_are_read_back_as_they_were_stored,
        figures_replace_those_before_them,
        figures_of_an_unknown_service_are_unexpected,
        figures_show_as_demand_in_the_catalogue,
        services_are_ranked_by_popularity_then_by_their_place_in_the_catalogue_file,
        ranking_again_changes_nothing,
        a_rank_outlives_the_catalogue_file,
    }
}

const TODAY: Date = date(2026, 7, 15);

fn run_dates(days: i64) -> RunDates {
    RunDates::new(TODAY, LookBack::from_days(days).unwrap())
}

fn cents(amount: i64) -> Cents {
    Cents::new(amount).unwrap()
}

fn begin(tx: &dyn Transactor) -> AnalyticsRun {
    done(tx, |uow| uow.analytics().begin_run(LookBack::DAILY, at("2026-07-15T07:00:00.123456Z")))
}

fn end(tx: &dyn Transactor, run: &AnalyticsRun, outcome: &RunOutcome) {
    done(tx, |uow| uow.analytics().end_run(run.id, outcome));
}

fn success() -> RunOutcome {
    RunOutcome::Succeeded { at: at("2026-07-15T07:00:02.5Z"), services: 368 }
}

fn failure() -> RunOutcome {
    RunOutcome::Failed {
        at: at("2026-07-15T07:00:03Z"),
        error: "the database is not available – \"今\"".into(),
    }
}

fn a_run_is_read_back_as_it_began_and_ended(tx: &dyn Transactor) {
    assert_eq!(read(tx, |uow| uow.analytics().running()), None);
    for outcome in [success(), failure()] {
        let run = begin(tx);
        assert_eq!((run.window, run.outcome.clone()), (LookBack::DAILY, None));
        assert_eq!(run.started_at, at("2026-07-15T07:00:00.123456Z"));
        assert_eq!(read(tx, |uow| uow.analytics().running()).as_ref(), Some(&run));
        end(tx, &run, &outcome);
        assert_eq!(read(tx, |uow| uow.analytics().running()), None);
        let ended = AnalyticsRun { outcome: Some(outcome), ..run };
        assert_eq!(read(tx, |uow| uow.analytics().runs(1)), [ended]);
    }
}

fn only_one_run_is_under_way(tx: &dyn Transactor) {
    let first = begin(tx);
    let second = attempt(tx, |uow| uow.analytics().begin_run(LookBack::BY_HAND, built_at()));
    assert_eq!(conflict(second), Conflict::AnalyticsRunning);
    assert_eq!(read(tx, |uow| uow.analytics().running()).as_ref(), Some(&first));
    end(tx, &first, &failure());
    assert_ne!(begin(tx).id, first.id);
}

fn a_run_ends_once(tx: &dyn Transactor) {
    let run = begin(tx);
    end(tx, &run, &success());
    assert_unexpected(attempt(tx, |uow| uow.analytics().end_run(run.id, &failure())));
    let ended = AnalyticsRun { outcome: Some(success()), ..run };
    assert_eq!(read(tx, |uow| uow.analytics().runs(9)), [ended]);
}

fn the_last_success_is_neither_a_failure_nor_under_way(tx: &dyn Transactor) {
    let last = |expected: Option<&AnalyticsRun>| {
        let found = read(tx, |uow| uow.analytics().last_success());
        assert_eq!(found.map(|run| run.id), expected.map(|run| run.id));
    };
    last(None);
    let failed = begin(tx);
    last(None);
    end(tx, &failed, &failure());
    last(None);
    let succeeded = begin(tx);
    end(tx, &succeeded, &success());
    last(Some(&succeeded));
    let failed = begin(tx);
    end(tx, &failed, &failure());
    let _under_way = begin(tx);
    last(Some(&succeeded));
}

fn the_last_runs_come_first(tx: &dyn Transactor) {
    let ids: Vec<_> = [success(), failure(), success()]
        .iter()
        .map(|outcome| {
            let run = begin(tx);
            end(tx, &run, outcome);
            run.id
        })
        .collect();
    let listed = |limit| -> Vec<_> {
        read(tx, |uow| uow.analytics().runs(limit)).into_iter().map(|run| run.id).collect()
    };
    assert_eq!(listed(10), [ids[2], ids[1], ids[0]]);
    assert_eq!(listed(2), [ids[2], ids[1]]);
    assert_eq!(listed(0), []);
}

/// What was counted about each service, by slug.
fn tallies(tx: &dyn Transactor, dates: RunDates) -> BTreeMap<String, ServiceTally> {
    let catalogue = a_catalogue(tx);
    let tallies = read(tx, |uow| uow.analytics().tallies(dates));
    assert!(tallies.is_sorted_by_key(|tally| tally.service));
    let slug_of = |id: CatalogueServiceId| {
        catalogue.services.iter().find(|service| service.id == id).unwrap().facts.slug.clone()
    };
    tallies.into_iter().map(|tally| (slug_of(tally.service), tally)).collect()
}

fn every_active_service_is_tallied_also_without_anything(tx: &dyn Transactor) {
    assert_eq!(read(tx, |uow| uow.analytics().tallies(run_dates(30))), []);
    let catalogue = a_catalogue(tx);
    let found = tallies(tx, run_dates(30));
    assert_eq!(found.len(), 4);
    assert_eq!(found["yoga"], ServiceTally::new(catalogue.id("yoga")));
}

fn bookings_count_on_the_dates_of_the_run(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 60_00, &[60]).offering("yoga", 40_00, &[60]).insert();
    let on = |days_ago: i64, start: &str| {
        a_booking(tx).with(&ada).at(TODAY.saturating_sub(days_ago.days()), start, 60)
    };
    let _today = [
        on(0, "00:00").completed().insert(),
        on(0, "09:00").cancelled().insert(),
        on(0, "09:00").insert(),
        on(0, "23:00").missed().insert(),
        on(0, "20:15").pending().insert(),
    ];
    let _before = [on(7, "10:00").insert(), on(8, "10:00").insert(), on(30, "10:00").insert()];
    let _long_before = [on(31, "11:00").insert(), on(90, "11:00").insert(), on(91, "11:00").insert()];
    let _ahead = [on(-1, "12:00").insert(), on(-400, "12:00").insert()];
    let yoga = ada.services.iter().find(|service| service.name == "Yoga").unwrap();
    let _other = on(1, "10:00").in_service(yoga).insert();

    let days_ago = |days: i64| TODAY.saturating_sub(days.days());
    let one = DayTally { all: 1, completed: 0 };
    let month = [
        (TODAY, DayTally { all: 5, completed: 1 }),
        (days_ago(7), one),
        (days_ago(8), one),
        (days_ago(30), one),
    ];
    let hours = [(0, 1), (9, 2), (20, 1), (23, 1)];
    for (window, older, hours) in [
        (1, vec![], BTreeMap::from(hours)),
        (7, vec![], BTreeMap::from_iter(hours.into_iter().chain([(10, 1)]))),
        (30, vec![], BTreeMap::from_iter(hours.into_iter().chain([(10, 3)]))),
        (90, vec![31, 90], BTreeMap::from_iter(hours.into_iter().chain([(10, 3), (11, 2)]))),
    ] {
        let found = tallies(tx, run_dates(window));
        let days =
            BTreeMap::from_iter(month.into_iter().chain(older.into_iter().map(|days| (days_ago(days), one))));
        assert_eq!(found["piano"].days, days, "{window} days");
        assert_eq!(found["piano"].hours, hours, "{window} days");
        assert_eq!(found["yoga"].days, BTreeMap::from([(days_ago(1), one)]));
        assert_eq!(found["guitar"].days, BTreeMap::new());
    }
}

fn lengths_and_prices_are_those_of_completed_lessons_of_the_window(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 60_00, &[30, 60]).insert();
    let ben = an_instructor(tx).offering("piano", 30_00, &[60]).insert();
    let _completed = [
        a_booking(tx).with(&ada).at(TODAY, "09:00", 60).completed().insert(),
        a_booking(tx).with(&ada).at(TODAY, "10:00", 30).completed().insert(),
        a_booking(tx).with(&ben).at(TODAY, "10:00", 60).completed().insert(),
        a_booking(tx).with(&ben).at(date(2026, 7, 8), "10:00", 60).completed().insert(),
    ];
    let _others = [
        a_booking(tx).with(&ada).at(TODAY, "11:00", 60).insert(),
        a_booking(tx).with(&ada).at(TODAY, "12:00", 60).cancelled().insert(),
        a_booking(tx).with(&ada).at(TODAY, "13:00", 60).missed().insert(),
        a_booking(tx).with(&ada).at(date(2026, 7, 7), "09:00", 60).completed().insert(),
        a_booking(tx).with(&ada).at(date(2026, 7, 16), "09:00", 60).completed().insert(),
    ];
    let piano = &tallies(tx, run_dates(7))["piano"];
    let length = |minutes| LessonLength::from_minutes(minutes).unwrap();
    assert_eq!(piano.completed_by_length, BTreeMap::from([(length(30), 1), (length(60), 3)]));
    assert_eq!(piano.completed_by_price, BTreeMap::from([(cents(30_00), 3), (cents(60_00), 1)]));
}

fn searches_add_up_by_date(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (piano, yoga) = (catalogue.id("piano"), catalogue.id("yoga"));
    let outside = [date(2026, 4, 15), date(2026, 7, 16)];
    for (service, on, times) in [
        (piano, TODAY, 3),
        (yoga, TODAY, 1),
        (piano, TODAY, 4),
        (piano, date(2026, 6, 15), 2),
        (piano, date(2026, 4, 16), 9),
        (piano, outside[0], 9),
        (piano, outside[1], 9),
    ] {
        searched(tx, service, on, times);
    }
    for (window, older) in [(7, vec![]), (90, vec![(date(2026, 4, 16), 9)])] {
        let found = tallies(tx, run_dates(window));
        let recent = [(TODAY, 7), (date(2026, 6, 15), 2)];
        assert_eq!(
            found["piano"].searches,
            BTreeMap::from_iter(recent.into_iter().chain(older)),
            "{window} days"
        );
        assert_eq!(found["yoga"].searches, BTreeMap::from([(TODAY, 1)]));
    }
}

fn bookable_instructors_count_as_supply(tx: &dyn Transactor) {
    let _ada = an_instructor(tx).offering("piano", 60_00, &[60]).offering("yoga", 60_00, &[60]).insert();
    let _ben = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let _suspended =
        an_instructor(tx).offering("piano", 60_00, &[60]).status(AccountStatus::Suspended).insert();
    let _gone = an_instructor(tx).offering("yoga", 60_00, &[60]).status(AccountStatus::Deactivated).insert();
    let paused = an_instructor(tx).offering("guitar", 60_00, &[60]).insert();
    let service = &paused.services[0];
    done(tx, |uow| uow.instructors().update_service(service.id, &service.offer, false, built_at()));
    let found = tallies(tx, run_dates(30));
    let supply = ["piano", "yoga", "guitar"].map(|slug| found[slug].active_instructors);
    assert_eq!(supply, [2, 1, 0]);
}

/// Figures in which everything is different from everything else.
fn rich(service: CatalogueServiceId) -> ServiceFigures {
    let length = |minutes| LessonLength::from_minutes(minutes).unwrap();
    let day = |all, completed| DayTally { all, completed };
    let tally = ServiceTally {
        active_instructors: 3,
        searches: [(TODAY, 40), (date(2026, 6, 20), 41)].into(),
        days: [(TODAY, day(20, 10)), (date(2026, 7, 5), day(5, 3)), (date(2026, 6, 20), day(7, 7))].into(),
        hours: [(0, 1), (9, 11), (23, 20)].into(),
        completed_by_length: [(length(15), 5), (length(60), 9), (length(720), 6)].into(),
        completed_by_price: [(cents(0), 4), (cents(10_00), 6), (cents(99_99), 5), (cents(1_200_000), 5)]
            .into(),
        ..ServiceTally::new(service)
    };
    ServiceFigures::of(&tally, run_dates(30))
}

fn bare(service: CatalogueServiceId) -> ServiceFigures {
    ServiceFigures::of(&ServiceTally::new(service), run_dates(30))
}

fn store(tx: &dyn Transactor, figures: &[ServiceFigures], when: &str) {
    done(tx, |uow| uow.analytics().store_figures(figures, at(when)));
}

fn records(tx: &dyn Transactor) -> Vec<ServiceRecord> {
    read(tx, |uow| uow.analytics().records())
}

fn figures_are_read_back_as_they_were_stored(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    assert_eq!(records(tx), [], "nothing is known before a run");
    store(tx, &[], "2026-07-15T07:00:00Z");
    assert_eq!(records(tx), []);
    let (piano, guitar) = (rich(catalogue.id("piano")), bare(catalogue.id("guitar")));
    store(tx, &[guitar.clone(), piano.clone()], "2026-07-15T07:00:00.5Z");
    let record = |name: &str, figures| ServiceRecord {
        name: name.into(),
        slug: name.to_lowercase(),
        category: "Music".into(),
        figures,
        view_to_booking_rate: None,
        calculated_at: at("2026-07-15T07:00:00.5Z"),
    };
    assert_eq!(records(tx), [record("Piano", piano), record("Guitar", guitar)]);
}

fn figures_replace_those_before_them(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let [piano, guitar, yoga] = ["piano", "guitar", "yoga"].map(|slug| catalogue.id(slug));
    store(tx, &[rich(piano), rich(guitar), bare(yoga)], "2026-07-14T07:00:00Z");
    store(tx, &[bare(piano), rich(yoga)], "2026-07-15T07:00:00Z");
    let stored: BTreeMap<CatalogueServiceId, ServiceRecord> =
        records(tx).into_iter().map(|record| (record.figures.service, record)).collect();
    for (service, figures, day) in [
        (piano, bare(piano), "2026-07-15T07:00:00Z"),
        (guitar, rich(guitar), "2026-07-14T07:00:00Z"),
        (yoga, rich(yoga), "2026-07-15T07:00:00Z"),
    ] {
        assert_eq!((&stored[&service].figures, stored[&service].calculated_at), (&figures, at(day)));
    }
}

fn figures_of_an_unknown_service_are_unexpected(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    let unknown = CatalogueServiceId::new(i64::from(i32::MAX)).unwrap();
    let figures = [bare(piano), bare(unknown)];
    assert_unexpected(attempt(tx, |uow| uow.analytics().store_figures(&figures, built_at())));
    assert_eq!(records(tx), []);
}

fn figures_show_as_demand_in_the_catalogue(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    store(tx, &[rich(piano)], "2026-07-15T07:00:00Z");
    for listing in read(tx, |uow| uow.catalogue().listings(None)) {
        let expected = if listing.service.id == piano {
            Demand { searches_7d: 40, searches_30d: 81, bookings_30d: 32, view_to_booking_rate: 0.0 }
        } else {
            Demand::default()
        };
        assert_eq!(listing.demand, expected, "{}", listing.service.facts.slug);
    }
}

/// Figures with so many searches and bookings.
fn wanted(service: CatalogueServiceId, searches: u32, bookings: u32) -> ServiceFigures {
    let tally = ServiceTally {
        searches: [(TODAY, searches)].into(),
        days: [(TODAY, DayTally { all: bookings, completed: 0 })].into(),
        ..ServiceTally::new(service)
    };
    ServiceFigures::of(&tally, run_dates(30))
}

fn rank(tx: &dyn Transactor) {
    done(tx, |uow| uow.analytics().rank_services(built_at()));
}

/// Slugs and numbers of all services, by number.
fn ranks(tx: &dyn Transactor) -> Vec<(String, i32)> {
    let mut ranks: Vec<_> = read(tx, |uow| uow.catalogue().listings(None))
        .into_iter()
        .map(|listing| (listing.service.facts.slug, listing.service.display_order))
        .collect();
    ranks.sort_by_key(|(_slug, order)| *order);
    ranks
}

fn numbered(slugs: &[&str]) -> Vec<(String, i32)> {
    slugs.iter().map(|slug| (*slug).to_owned()).zip(1..).collect()
}

fn services_are_ranked_by_popularity_then_by_their_place_in_the_catalogue_file(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let [piano, guitar, yoga, spanish] =
        ["piano", "guitar", "yoga", "spanish"].map(|slug| catalogue.id(slug));
    rank(tx);
    assert_eq!(ranks(tx), numbered(&["piano", "yoga", "guitar", "spanish"]), "nothing is known yet");
    for (figures, expected) in [
        (vec![wanted(spanish, 1, 0)], ["spanish", "piano", "yoga", "guitar"]),
        (vec![wanted(guitar, 0, 1)], ["guitar", "spanish", "piano", "yoga"]),
        (vec![wanted(yoga, 2, 0)], ["yoga", "guitar", "spanish", "piano"]),
        (
            vec![wanted(yoga, 2_000_000_000, 0), wanted(piano, 0, 1_500_000_000)],
            ["piano", "yoga", "guitar", "spanish"],
        ),
        (vec![wanted(yoga, 0, 0), wanted(piano, 0, 0)], ["guitar", "spanish", "piano", "yoga"]),
    ] {
        store(tx, &figures, "2026-07-15T07:00:00Z");
        rank(tx);
        assert_eq!(ranks(tx), numbered(&expected));
    }
    let names: Vec<String> = records(tx).into_iter().map(|record| record.slug).collect();
    assert_eq!(names, ["guitar", "spanish", "piano", "yoga"], "records come in this order");
}

fn ranking_again_changes_nothing(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    store(tx, &[wanted(catalogue.id("yoga"), 5, 5)], "2026-07-15T07:00:00Z");
    rank(tx);
    let before = read(tx, |uow| uow.catalogue().listings(None));
    rank(tx);
    assert_eq!(read(tx, |uow| uow.catalogue().listings(None)), before);
}

fn a_rank_outlives_the_catalogue_file(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    store(tx, &[wanted(catalogue.id("yoga"), 5, 5)], "2026-07-15T07:00:00Z");
    rank(tx);
    let before = ranks(tx);
    let again = a_catalogue(tx);
    assert_eq!(ranks(tx), before, "storing the file again does not undo a rank");
    assert_eq!(again.service("yoga").facts, catalogue.service("yoga").facts);
}
