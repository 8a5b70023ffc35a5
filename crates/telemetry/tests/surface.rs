//! The whole surface of monitoring: every series, and every operation that is counted.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Arc,
};

use instainstru_domain::{
    delivery::{DeliveryFigures, MAIL},
    job::{JobSpec, JobState, Schedule},
    ports::{Clock as _, MockEventConsumer, response_cache::CacheServerInfo},
};
use instainstru_service::{
    accounts::MockAccountUseCases,
    administration::MockAdministrationUseCases,
    alerts::MockAlertUseCases,
    analytics::MockAnalyticsUseCases,
    audit::MockAuditUseCases,
    availability::MockAvailabilityUseCases,
    bookings::{BookingError, BookingUseCases as _, MockBookingUseCases},
    catalogue::MockCatalogueUseCases,
    deliveries::MockDeliveryUseCases,
    editorial::{MockCatalogueEditing, MockVocabularyEditing},
    instructors::MockInstructorUseCases,
    jobs::{JobOverview, MockJobUseCases},
    passwords::MockPasswordUseCases,
    personal_data::MockPersonalDataUseCases,
    public::MockPublicUseCases,
    reminders::MockReminderUseCases,
    search::{MockSearchUseCases, SearchError, SearchUseCases as _},
    search_history::MockSearchHistoryUseCases,
};
use instainstru_telemetry::{
    JobSource, SharedRedis, Telemetry,
    operations::{
        CountedAccounts, CountedAdministration, CountedAlerts, CountedAnalytics, CountedAudit,
        CountedAvailability, CountedBookings, CountedCatalogue, CountedCatalogueEditing, CountedConsumer,
        CountedDeliveries, CountedInstructors, CountedJobs, CountedPasswords, CountedPersonalData,
        CountedPublic, CountedReminders, CountedSearch, CountedSearchHistory, CountedVocabularyEditing,
        Operations,
    },
    sources::{BreakerFigures, Cache, CacheFigures, LookupFigures, OutboxSource, Pool, PoolFigures},
};
use instainstru_test_support::{builders::a_user, clock::FixedClock, memory::MemoryStore};
use jiff::SignedDuration;

struct Still;

impl Pool for Still {
    fn figures(&self) -> PoolFigures {
        PoolFigures { size: 1, open: 1, idle: 1 }
    }
}

impl Cache for Still {
    fn figures(&self) -> CacheFigures {
        CacheFigures {
            lookups: vec![LookupFigures { kind: "search", hits: 0, misses: 0 }],
            breaker: Some(BreakerFigures { state: "closed", failure_count: 0, threshold: 5 }),
            ..CacheFigures::default()
        }
    }

    fn reset(&self) {}
}

fn clock() -> FixedClock {
    FixedClock::at("2026-07-15T12:00:00Z")
}

/// Makes every decorator there is.
fn count_everything(operations: &Operations) {
    let _all = (
        CountedAccounts::new(Arc::new(MockAccountUseCases::new()), operations),
        CountedAdministration::new(Arc::new(MockAdministrationUseCases::new()), operations),
        CountedAlerts::new(Arc::new(MockAlertUseCases::new()), operations),
        CountedAudit::new(Arc::new(MockAuditUseCases::new()), operations),
        CountedAvailability::new(Arc::new(MockAvailabilityUseCases::new()), operations),
        CountedBookings::new(Arc::new(MockBookingUseCases::new()), operations),
        CountedCatalogue::new(Arc::new(MockCatalogueUseCases::new()), operations),
        CountedDeliveries::new(Arc::new(MockDeliveryUseCases::new()), operations),
        CountedCatalogueEditing::new(Arc::new(MockCatalogueEditing::new()), operations),
        CountedVocabularyEditing::new(Arc::new(MockVocabularyEditing::new()), operations),
        CountedSearchHistory::new(Arc::new(MockSearchHistoryUseCases::new()), operations),
    );
    let _newer = CountedAnalytics::new(Arc::new(MockAnalyticsUseCases::new()), operations);
    let _more = (
        CountedInstructors::new(Arc::new(MockInstructorUseCases::new()), operations),
        CountedJobs::new(Arc::new(MockJobUseCases::new()), operations),
        CountedPasswords::new(Arc::new(MockPasswordUseCases::new()), operations),
        CountedPersonalData::new(Arc::new(MockPersonalDataUseCases::new()), operations),
        CountedPublic::new(Arc::new(MockPublicUseCases::new()), operations),
        CountedReminders::new(Arc::new(MockReminderUseCases::new()), operations),
        CountedSearch::new(Arc::new(MockSearchUseCases::new()), operations),
        CountedConsumer::new(Arc::new(MockEventConsumer::new()), operations),
    );
}

/// A job that should have begun a minute ago.
fn jobs() -> JobSource {
    let now = clock().now();
    let schedule = Schedule::Every { minutes: 15.try_into().unwrap() };
    let source = JobSource::new(Arc::new(clock()));
    source.read(vec![JobOverview {
        spec: JobSpec { name: "retention", about: "Forgets what is old", schedule },
        state: JobState { failures: 2, ..JobState::default() },
        next_at: now - SignedDuration::from_mins(1),
        latest: None,
    }]);
    source
}

#[test]
fn a_job_says_how_late_it_is_and_how_often_it_failed() {
    let telemetry = Telemetry::new(Arc::new(clock())).unwrap();
    telemetry.add_source(jobs());
    let text = telemetry.scrape();
    for line in [
        "instainstru_job_failures{job_name=\"retention\"} 2",
        "instainstru_job_late_seconds{job_name=\"retention\"} 60",
    ] {
        assert!(text.lines().any(|written| written == line), "{line}\n{text}");
    }
}

/// Each series as a line: name, type, labels, help.
fn surface(text: &str) -> String {
    let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for sample in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = sample.split_once(['{', ' ']).unwrap();
        let name =
            ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        let found = labels.entry(name).or_default();
        if sample.contains('{') {
            found.extend(rest.split("\",").filter_map(|label| Some(label.split_once("=\"")?.0)));
        }
    }
    let kinds: BTreeMap<&str, &str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect();
    let mut lines = String::new();
    for (name, help) in text.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split_once(' ')) {
        let labels: Vec<&str> = labels[name].iter().copied().filter(|label| *label != "le").collect();
        writeln!(lines, "{name} ({}) {{{}}} {help}", kinds[name], labels.join(", ")).unwrap();
    }
    lines
}

#[test]
#[cfg(target_os = "linux")]
fn every_series_has_a_name_a_type_labels_and_help() {
    let telemetry = Telemetry::new(Arc::new(clock())).unwrap();
    let outbox = OutboxSource::new(Arc::new(clock()));
    outbox.counted(vec![DeliveryFigures {
        consumer: MAIL.into(),
        pending: 0,
        oldest_pending_at: None,
        dead: 0,
    }]);
    telemetry.add_source(outbox);
    telemetry.add_source(jobs());
    let redis = SharedRedis::default();
    redis.said(Some(CacheServerInfo::default()));
    telemetry.add_source(redis);
    telemetry.add_build_info("1.0.0", "test".into(), "sqlite");
    telemetry.watch_pool(Arc::new(Still));
    telemetry.watch_cache(Arc::new(Still));
    let request = telemetry.requests().begin(telemetry.requests().route("GET", Some("/health")));
    telemetry.request_ended(request, None, 200, None);
    let refused = telemetry.operations().operation("SearchService", "natural_language_search");
    assert!(refused.run(|| Err::<(), _>(SearchError::Empty)).is_err());
    insta::assert_snapshot!("series", surface(&telemetry.scrape()));
}

#[test]
fn every_operation_belongs_to_a_service() {
    let telemetry = Telemetry::new(Arc::new(clock())).unwrap();
    count_everything(telemetry.operations());
    let operations = telemetry.operations().figures();
    let lines = operations.iter().fold(String::new(), |mut lines, figures| {
        writeln!(lines, "{} {}", figures.service, figures.operation).unwrap();
        lines
    });
    insta::assert_snapshot!("operations", lines);
}

#[test]
fn a_use_case_is_counted_under_its_operation_with_the_code_of_its_error() {
    let telemetry = Telemetry::new(Arc::new(clock())).unwrap();
    let mut bookings = MockBookingUseCases::new();
    bookings
        .expect_upcoming()
        .withf(|_actor, limit| *limit == 3)
        .times(2)
        .returning(|_actor, _limit| Ok(Vec::new()));
    bookings.expect_stats().returning(|_actor| Err(BookingError::NotInstructor("see statistics")));
    let counted = CountedBookings::new(Arc::new(bookings), telemetry.operations());
    let user = a_user(&MemoryStore::new()).insert();
    assert_eq!(counted.upcoming(&user, 3).unwrap(), []);
    assert_eq!(counted.upcoming(&user, 3).unwrap(), []);
    assert!(matches!(counted.stats(&user), Err(BookingError::NotInstructor(_))));
    let text = telemetry.scrape();
    for line in [
        "instainstru_service_operations_total{operation=\"get_upcoming_bookings\",service=\"BookingService\",status=\"success\"} 2",
        "instainstru_service_operations_total{operation=\"get_booking_stats_for_instructor\",service=\"BookingService\",status=\"error\"} 1",
        "instainstru_errors_total{error_type=\"VALIDATION_ERROR\",operation=\"get_booking_stats_for_instructor\",service=\"BookingService\"} 1",
        "instainstru_service_operation_duration_seconds_count{operation=\"get_upcoming_bookings\",service=\"BookingService\"} 2",
        "instainstru_service_operations_total{operation=\"create_booking\",service=\"BookingService\",status=\"success\"} 0",
    ] {
        assert!(text.lines().any(|written| written == line), "{line}\n{text}");
    }
}

#[test]
fn searches_that_are_refused_are_no_searches() {
    let telemetry = Telemetry::new(Arc::new(clock())).unwrap();
    let mut search = MockSearchUseCases::new();
    search.expect_search().returning(|_text, _limit| Err(SearchError::Empty));
    search.expect_suggest().returning(|_prefix, _limit| Vec::new());
    let counted = CountedSearch::new(Arc::new(search), telemetry.operations());
    assert!(counted.search(" ", 10).is_err());
    assert!(counted.suggest("p", 10).is_empty());
    let text = telemetry.scrape();
    assert!(text.contains("instainstru_search_queries_total 0\n"));
    assert!(
        text.contains("operation=\"get_search_suggestions\",service=\"SearchService\",status=\"success\"} 1")
    );
}

#[test]
fn a_request_that_is_given_up_is_not_in_progress_any_more() {
    let telemetry = Telemetry::new(Arc::new(clock())).unwrap();
    let route = telemetry.requests().route("GET", None);
    drop(telemetry.requests().begin(route));
    assert_eq!(telemetry.requests().in_progress(), 0);
    let text = telemetry.scrape();
    assert!(text.contains("instainstru_http_requests_in_progress{endpoint=\"unmatched\",method=\"GET\"} 0"));
}
