//! What the analytics leave in the tables, and what they make of tables that others wrote.

use instainstru_domain::{
    analytics::{LookBack, RunDates, RunOutcome, ServiceFigures},
    ports::{StorageError, TransactorExt},
};
use instainstru_test_support::builders::{a_booking, a_catalogue, an_instructor, built_at};
use jiff::civil::date;

use crate::databases::{Fresh, on_both_databases};

on_both_databases! {
    what_no_run_calculates_stays_as_it_is,
    figures_are_stored_as_plain_objects,
    a_service_that_is_switched_off_is_neither_tallied_nor_ranked_nor_reported,
    invalid_figures_and_runs_are_named,
    ranking_writes_only_what_changes,
}

fn dates() -> RunDates {
    RunDates::new(date(2026, 7, 15), LookBack::DAILY)
}

/// Counts, stores and ranks as a run does.
fn run(fresh: &Fresh) {
    fresh
        .transaction::<_, StorageError>(|uow| {
            let tallies = uow.analytics().tallies(dates())?;
            let figures: Vec<ServiceFigures> =
                tallies.iter().map(|tally| ServiceFigures::of(tally, dates())).collect();
            uow.analytics().store_figures(&figures, built_at())?;
            uow.analytics().rank_services(built_at())
        })
        .unwrap();
}

fn what_no_run_calculates_stays_as_it_is(fresh: &Fresh) {
    let piano = a_catalogue(fresh).id("piano");
    let left = "SELECT CAST(count(*) AS TEXT) AS text FROM service_analytics
        WHERE search_to_view_rate IS NULL AND view_to_booking_rate IS NULL AND avg_rating IS NULL
            AND seasonality_index IS NULL";
    run(fresh);
    assert_eq!(fresh.texts(left), ["4"], "nobody makes them up");
    fresh.sql(&format!(
        "UPDATE service_analytics SET search_to_view_rate = 0.5, view_to_booking_rate = 0.25, avg_rating = 4.5,
            seasonality_index = '{{\"1\": 2}}' WHERE service_catalog_id = {piano}"
    ));
    let others = "SELECT search_to_view_rate || ' ' || view_to_booking_rate || ' ' || avg_rating AS text
        FROM service_analytics WHERE seasonality_index IS NOT NULL";
    run(fresh);
    assert_eq!(fresh.texts(others), ["0.5 0.25 4.5"]);
    assert_eq!(fresh.texts(left), ["3"]);
    let records = fresh.reading::<_, StorageError>(|uow| uow.analytics().records()).unwrap();
    assert_eq!(records[0].view_to_booking_rate, Some(0.25));
    assert_eq!(records[1].view_to_booking_rate, None);
}

fn figures_are_stored_as_plain_objects(fresh: &Fresh) {
    let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
    let _lesson = a_booking(fresh).with(&ada).at(date(2026, 7, 15), "09:30", 60).completed().insert();
    run(fresh);
    let stored = fresh.texts(
        "SELECT CAST(duration_distribution AS TEXT) || CAST(peak_hours AS TEXT) || CAST(peak_days AS TEXT) AS text
         FROM service_analytics WHERE booking_count_7d = 1",
    );
    let spaceless: Vec<String> = stored.iter().map(|text| text.replace(' ', "")).collect();
    assert_eq!(spaceless, [r#"{"60":1}{"9":1}{"Wednesday":1}"#]);
}

fn a_service_that_is_switched_off_is_neither_tallied_nor_ranked_nor_reported(fresh: &Fresh) {
    let catalogue = a_catalogue(fresh);
    run(fresh);
    let piano = catalogue.id("piano");
    fresh.sql(&format!(
        "UPDATE service_catalog SET is_active = (1 = 0), display_order = 77 WHERE id = {piano}"
    ));
    run(fresh);
    let (tallies, records, stored) = fresh
        .reading::<_, StorageError>(|uow| {
            let analytics = uow.analytics();
            Ok((analytics.tallies(dates())?, analytics.records()?, uow.catalogue().find(&[piano])?))
        })
        .unwrap();
    assert_eq!((tallies.len(), records.len(), stored[0].display_order), (3, 3, 77));
    let places =
        fresh.texts("SELECT CAST(display_order AS TEXT) AS text FROM service_catalog ORDER BY display_order");
    assert_eq!(places, ["1", "2", "3", "77"]);
}

fn invalid_figures_and_runs_are_named(fresh: &Fresh) {
    let piano = a_catalogue(fresh).id("piano");
    run(fresh);
    let complaint = || match fresh.reading(|uow| uow.analytics().records()) {
        Err(StorageError::Unexpected(source)) => source.to_string(),
        other => panic!("what breaks a rule cannot be read, not {other:?}"),
    };
    for (column, value, valid) in [
        ("peak_days", "'{\"Someday\": 1}'", "'{}'"),
        ("peak_hours", "'{\"noon\": 1}'", "'{}'"),
        ("peak_hours", "'[1]'", "'{}'"),
        ("duration_distribution", "'{\"61\": 1}'", "'{}'"),
        ("duration_distribution", "'{\"60\": -1}'", "'{}'"),
        ("most_booked_duration", "7", "NULL"),
        ("avg_price_booked_cents", "100", "NULL"),
    ] {
        let set = |value: &str| {
            fresh.sql(&format!(
                "UPDATE service_analytics SET {column} = {value} WHERE service_catalog_id = {piano}"
            ));
        };
        set(value);
        assert_eq!(complaint(), format!("service_analytics {piano} holds an invalid {column}"), "{value}");
        set(valid);
    }
}

fn ranking_writes_only_what_changes(fresh: &Fresh) {
    let _catalogue = a_catalogue(fresh);
    run(fresh);
    let moved = "SELECT slug AS text FROM service_catalog WHERE updated_at IS NOT NULL ORDER BY slug";
    fresh.sql("UPDATE service_catalog SET updated_at = NULL");
    run(fresh);
    assert_eq!(fresh.texts(moved), Vec::<String>::new());
    fresh.sql("UPDATE service_catalog SET curated_order = 99 WHERE slug = 'piano'");
    run(fresh);
    assert_eq!(fresh.texts(moved), ["guitar", "piano", "spanish", "yoga"]);
}

#[test]
fn a_run_that_others_damaged_is_named() {
    let fresh = Fresh::sqlite();
    let begun = fresh
        .transaction::<_, StorageError>(|uow| {
            let run = uow.analytics().begin_run(LookBack::DAILY, built_at())?;
            uow.analytics().end_run(run.id, &RunOutcome::Succeeded { at: built_at(), services: 1 })?;
            Ok(run)
        })
        .unwrap();
    fresh.sql("PRAGMA ignore_check_constraints = ON; UPDATE analytics_runs SET days = 0");
    match fresh.reading(|uow| uow.analytics().runs(1)) {
        Err(StorageError::Unexpected(source)) => {
            assert_eq!(source.to_string(), format!("analytics_runs {} holds an invalid days", begun.id));
        }
        other => panic!("a run of no days cannot be read, not {other:?}"),
    }
}
