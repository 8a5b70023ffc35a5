//! Publishing free time, on the store in memory.
//!
//! | Rule | Held by |
//! |---|---|
//! | AV-1 seven days from any weekday | `weeks::a_week_is_shown_from_any_weekday_on` |
//! | AV-2 touching ranges do not overlap | `windows::a_range_that_touches_another_is_published_and_merges` |
//! | AV-3 no empty or reversed window | `windows::an_update_to_a_reversed_range_is_refused` |
//! | AV-4 30 to 480 minutes in steps and updates, free in weeks | `bulk::lengths_are_limited_to_30_to_480_minutes`, `windows::an_updated_window_is_30_to_480_minutes_long`, `weeks::weeks_know_no_limits_of_length` |
//! | AV-5 exact duplicates | `windows::publishing_the_same_window_twice_is_refused`, `bulk::exactly_the_same_window_is_refused`, `weeks::duplicates_in_a_week_are_one_range` |
//! | AV-6, AV-7 everything that meets merges | `windows::a_range_that_touches_another_is_published_and_merges`, `bulk::an_added_range_merges_and_is_reported_with_the_window_that_holds_it`, `properties` |
//! | AV-8 past dates and times | `weeks::days_before_today_stay_as_they_are`, `windows::past_dates_are_refused`, `bulk::past_dates_and_times_are_refused`, `windows::past_windows_can_be_moved_and_withdrawn` |
//! | AV-9 saving a week | `weeks` |
//! | AV-10 copying a week | `weeks::a_copied_week_equals_its_source_even_in_the_past`, `properties::copying_there_and_back_changes_nothing` |
//! | AV-11 laying a week over dates | `weeks::a_week_laid_over_dates_replaces_them`, `properties::a_week_laid_over_dates_gives_each_date_its_weekday` |
//! | AV-12 steps in order | `bulk`, `properties::a_bulk_change_is_its_steps_one_by_one` |
//! | AV-13 words that clients look for | `bulk::reasons_hold_the_words_that_clients_look_for` |
//! | AV-14 validating a week | `validate` |
//! | AV-15 windows of others | `windows::windows_of_others_are_not_found`, `bulk::windows_of_others_and_unknown_ones_are_not_found` |
//! | AV-16 booked lessons of a week | `windows::booked_lessons_of_seven_days_are_listed` |
//! | AV-18 blackouts leave windows alone | `windows::a_blackout_leaves_windows_alone` |
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod bulk;
mod properties;
mod validate;
mod weeks;
mod windows;

use std::{collections::BTreeMap, sync::Arc};

use instainstru_core::{dates::DateRange, grid::TimeRange, week::WeekStart};
use instainstru_domain::{
    account::User,
    availability::Window,
    event::DomainEvent,
    ids::WindowId,
    ports::{StorageError, TransactorExt},
};
use instainstru_service::availability::{
    AvailabilityError, AvailabilityService, AvailabilityUseCases, DayRanges, SaveWeek, WeekView,
};
use instainstru_test_support::{
    builders::{InstructorBuilder, a_user, an_instructor},
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::civil::{Date, date};

/// Wednesday, 15 July 2026, 10:20 in New York.
const NOW: &str = "2026-07-15T14:20:00Z";
const MONDAY: Date = date(2026, 7, 13);
const TUESDAY: Date = date(2026, 7, 14);
const TODAY: Date = date(2026, 7, 15);
const THURSDAY: Date = date(2026, 7, 16);
const FRIDAY: Date = date(2026, 7, 17);
const NEXT_MONDAY: Date = date(2026, 7, 20);

/// A marketplace with one instructor.
struct World {
    store: MemoryStore,
    clock: FixedClock,
    service: AvailabilityService,
    ada: User,
}

impl World {
    fn new() -> Self {
        Self::with(|ada| ada)
    }

    /// A world whose instructor is as `change` says.
    fn with(change: impl FnOnce(InstructorBuilder<'_>) -> InstructorBuilder<'_>) -> Self {
        let store = MemoryStore::new();
        let clock = FixedClock::at(NOW);
        let service = AvailabilityService::new(Arc::new(store.clone()), Arc::new(clock.clone()));
        let ada = change(an_instructor(&store).named("Ada")).insert().user;
        Self { store, clock, service, ada }
    }

    /// A world in which this is published.
    fn publishing(published: &[(Date, &str)]) -> Self {
        Self::with(|ada| published.iter().fold(ada, |ada, (date, range)| ada.publishing(*date, range)))
    }

    fn another_instructor(&self) -> User {
        an_instructor(&self.store).publishing(FRIDAY, "09:00-12:00").insert().user
    }

    fn student(&self) -> User {
        a_user(&self.store).insert()
    }

    fn windows_of(&self, user: &User) -> Vec<Window> {
        let all = DateRange::new(date(1, 1, 1), Date::MAX).unwrap();
        let read: Result<_, StorageError> =
            self.store.reading(|uow| uow.availability().windows(user.id, all));
        read.unwrap()
    }

    fn windows(&self) -> Vec<Window> {
        self.windows_of(&self.ada)
    }

    /// What is published, such as `07-16 09:00-10:00`.
    fn published(&self) -> Vec<String> {
        self.windows().iter().map(shown).collect()
    }

    /// The id of the window of this date and range.
    fn id(&self, date: Date, text: &str) -> WindowId {
        let wanted = range(text);
        self.windows().iter().find(|window| window.date == date && window.range == wanted).unwrap().id
    }

    fn version(&self, start: Date) -> String {
        self.service.week(&self.ada, start).unwrap().version
    }

    /// Spans of the dates that were announced as changed.
    fn announced(&self) -> Vec<(Date, Date)> {
        let spans = self.store.events().into_iter().map(|event| match event {
            DomainEvent::AvailabilityChanged { instructor, dates } => {
                assert_eq!(instructor, self.ada.id);
                (dates.first(), dates.last())
            }
            other => panic!("nobody asked for {other:?}"),
        });
        spans.collect()
    }
}

fn range(text: &str) -> TimeRange {
    text.parse().unwrap()
}

fn shown(window: &Window) -> String {
    format!("{:02}-{:02} {}", window.date.month(), window.date.day(), window.range)
}

fn week_of(day: Date) -> WeekStart {
    WeekStart::containing(day)
}

fn days(view: &WeekView) -> Vec<String> {
    let all = view.days.iter().flat_map(|(date, ranges)| {
        ranges.iter().map(move |range| format!("{:02}-{:02} {range}", date.month(), date.day()))
    });
    all.collect()
}

/// Ranges by date.
fn by_date(ranges: &[(Date, &str)]) -> DayRanges {
    let mut days: DayRanges = BTreeMap::new();
    for (date, text) in ranges {
        days.entry(*date).or_default().push(range(text));
    }
    days
}

/// A week to save that replaces what there is.
fn week(monday: Date, ranges: &[(Date, &str)]) -> SaveWeek {
    SaveWeek {
        week: Some(WeekStart::new(monday).unwrap()),
        ranges: ranges.iter().map(|(date, text)| (*date, range(text))).collect(),
        clear_existing: true,
        expected_version: None,
    }
}

/// Lets `act` fail at each of its repository calls and at the commit in turn; nothing must be kept of it, and no event.
fn nothing_is_kept_when_storage_fails<T: std::fmt::Debug>(
    world: impl Fn() -> World,
    act: impl Fn(&World) -> Result<T, AvailabilityError>,
) {
    let mut failures = 0;
    for fault in (1..).map(Fault::Call) {
        if survives(&world(), fault, &act) {
            break;
        }
        failures += 1;
    }
    assert!(failures >= 4, "locking, reading, writing and announcing can all fail");
    assert!(!survives(&world(), Fault::Commit, &act));
    assert!(!survives(&world(), Fault::Begin, &act));
}

fn survives<T: std::fmt::Debug>(
    world: &World,
    fault: Fault,
    act: &impl Fn(&World) -> Result<T, AvailabilityError>,
) -> bool {
    let before = (world.windows(), world.store.events());
    world.store.fail_next(fault, unavailable);
    match act(world) {
        Ok(_) => {
            // The fault is still waiting: there were fewer calls.
            assert!(!world.store.events().is_empty(), "something was announced");
            true
        }
        Err(AvailabilityError::Storage(StorageError::Unavailable(_))) => {
            assert_eq!((world.windows(), world.store.events()), before, "{fault:?}");
            false
        }
        Err(other) => panic!("{fault:?} became {other:?}"),
    }
}

/// What `act` returns, which must make at most so many repository calls.
fn with_at_most<T>(calls: u32, world: &World, act: impl FnOnce(&World) -> Result<T, AvailabilityError>) -> T {
    world.store.fail_next(Fault::Call(calls + 1), unavailable);
    act(world).unwrap_or_else(|error| panic!("more than {calls} calls: {error:?}"))
}
