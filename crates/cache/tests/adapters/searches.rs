//! Keeping what search found.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use instainstru_cache::{AnswerCache, AnswerSettings, KeptSearch};
use instainstru_domain::{
    ports::{
        InstructorSearch, ResponseCache,
        instructor_search::{SearchAnswer, SearchQuestion, Suggestion},
        response_cache::{AnswerKind, Lookups, Topic},
    },
    zone::Zone,
};
use instainstru_test_support::clock::FixedClock;
use jiff::Timestamp;

use crate::support::NOON;

/// An engine that counts what it is asked, and finds as many as it was asked questions.
#[derive(Default)]
struct Engine(AtomicUsize);

impl InstructorSearch for Engine {
    fn search(&self, _question: &SearchQuestion) -> SearchAnswer {
        SearchAnswer { total: self.0.fetch_add(1, Ordering::SeqCst) + 1, ..SearchAnswer::default() }
    }

    fn suggest(&self, _prefix: &str, _limit: usize) -> Vec<Suggestion> {
        Vec::new()
    }
}

fn kept() -> (AnswerCache, KeptSearch) {
    let cache = AnswerCache::in_process(&AnswerSettings::default(), Arc::new(FixedClock::at(NOON)));
    let search = cache.searching(Arc::new(Engine::default()));
    (cache, search)
}

fn asked(text: &str, now: &str) -> SearchQuestion {
    let now: Timestamp = now.parse().unwrap();
    SearchQuestion { text: text.to_owned(), now, zone: Zone::new_york(), limit: 20 }
}

#[test]
fn a_question_is_thought_about_once_until_the_index_changes() {
    let (cache, search) = kept();
    let find = || search.search(&asked("piano", NOON)).total;
    assert_eq!([find(), find(), find()], [1, 1, 1]);
    cache.void([Topic::Search]);
    assert_eq!([find(), find()], [2, 2]);
    assert_eq!(cache.stats().of(AnswerKind::Search), Lookups { hits: 3, misses: 2 });
}

#[test]
fn other_questions_are_others() {
    let (_cache, search) = kept();
    let piano = asked("piano", NOON);
    let others = [
        asked("piano ", NOON),
        SearchQuestion { limit: 21, ..piano.clone() },
        SearchQuestion { zone: Zone::new("America/Chicago").unwrap(), ..piano.clone() },
    ];
    assert_eq!(search.search(&piano).total, 1);
    for (nth, other) in (2..).zip(&others) {
        assert_eq!(search.search(other).total, nth);
    }
    assert_eq!(search.search(&piano).total, 1);
}

#[test]
fn what_can_be_booked_changes_with_the_quarter_of_an_hour() {
    let (_cache, search) = kept();
    let find = |now: &str| search.search(&asked("piano", now)).total;
    assert_eq!(find("2026-07-15T12:14:00Z"), 1);
    assert_eq!(find("2026-07-15T12:14:59Z"), 1);
    assert_eq!(find("2026-07-15T12:15:00Z"), 2);
    assert_eq!(find("2026-07-15T12:15:00Z"), 3, "the instant between two quarters belongs to neither");
    assert_eq!(find("2026-07-15T12:15:01Z"), 4);
    assert_eq!(find("2026-07-15T12:15:02Z"), 4);
}
