//! Searching, with an engine that says what it is told, over a store in memory.

#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::sync::{Arc, Mutex};

use instainstru_core::{grid::GridTime, money::Cents};
use instainstru_domain::{
    account::AccountStatus,
    ports::{
        InstructorSearch, StorageError,
        instructor_search::{
            SearchAnswer, SearchMatch, SearchNearMiss, SearchQuestion, SearchStart, Suggestion,
            SuggestionKind, Understood,
        },
    },
    zone::Zone,
};
use instainstru_service::{
    instructors::UpdateProfile,
    search::{Hit, SearchError, SearchOutcome, SearchService, SearchUseCases},
};
use instainstru_test_support::memory::{Fault, unavailable};
use world::{DAY, NOW, Teacher, World, date, draft, user_id};

/// An engine that says what it is told and remembers what it was asked.
#[derive(Default)]
struct Oracle {
    answer: SearchAnswer,
    asked: Mutex<Vec<SearchQuestion>>,
}

impl InstructorSearch for Oracle {
    fn search(&self, question: &SearchQuestion) -> SearchAnswer {
        self.asked.lock().unwrap().push(question.clone());
        self.answer.clone()
    }

    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        let one = Suggestion {
            kind: SuggestionKind::Service,
            slug: "piano".into(),
            name: "Piano".into(),
            phrase: prefix.into(),
        };
        vec![one; limit]
    }
}

fn service(world: &World, answer: SearchAnswer) -> (SearchService, Arc<Oracle>) {
    let oracle = Arc::new(Oracle { answer, asked: Mutex::default() });
    (SearchService::new(world.spy.clone(), oracle.clone(), Arc::new(world.clock.clone())), oracle)
}

fn search(world: &World, answer: SearchAnswer) -> Result<SearchOutcome, SearchError> {
    service(world, answer).0.search("piano", 20)
}

fn found(teacher: &Teacher) -> SearchMatch {
    SearchMatch {
        service: "piano".into(),
        instructor: teacher.user.id,
        offer: teacher.service,
        score: 99.5,
        relevance: 1.0,
        why: vec!["service Piano".into()],
        next_start: Some(SearchStart { date: date(DAY), time: GridTime::from_block(36).unwrap() }),
    }
}

fn answer_of(teachers: &[&Teacher]) -> SearchAnswer {
    SearchAnswer {
        matches: teachers.iter().map(|teacher| found(teacher)).collect(),
        total: teachers.len(),
        ..SearchAnswer::default()
    }
}

fn names<'a>(hits: impl IntoIterator<Item = &'a Hit>) -> Vec<String> {
    hits.into_iter().map(|hit| hit.instructor.user.full_name.to_string()).collect()
}

#[test]
fn blank_text_is_refused_and_nobody_is_asked() {
    let world = World::at(NOW);
    let (search, oracle) = service(&world, SearchAnswer::default());
    for blank in ["", " ", "\t\n\u{a0}\u{2003}"] {
        assert!(matches!(search.search(blank, 20), Err(SearchError::Empty)), "{blank:?}");
    }
    assert!(oracle.asked.lock().unwrap().is_empty());
}

#[test]
fn the_engine_is_asked_here_and_now() {
    let world = World::at(NOW);
    let (search, oracle) = service(&world, SearchAnswer::default());
    let outcome = search.search(" Piano \u{1f3b9}", 7).unwrap();
    let asked = oracle.asked.lock().unwrap();
    let expected = SearchQuestion {
        text: " Piano \u{1f3b9}".into(),
        now: NOW.parse().unwrap(),
        zone: Zone::new_york(),
        limit: 7,
    };
    assert_eq!(*asked, [expected]);
    assert_eq!((outcome.text.as_str(), outcome.at), (" Piano \u{1f3b9}", NOW.parse().unwrap()));
    assert!(outcome.hits.is_empty() && outcome.total == 0);
}

#[test]
fn matches_come_in_their_order_with_everything_to_show() {
    let world = World::at(NOW);
    let (ada, bob) = (world.teacher("Ada"), world.teacher("Bob"));
    let outcome = search(&world, answer_of(&[&bob, &ada])).unwrap();
    assert_eq!(names(&outcome.hits), ["Bob", "Ada"]);
    let first = &outcome.hits[0];
    assert_eq!(first.listing.service.facts.name, "Piano");
    assert_eq!(first.listing.active_instructors, 2);
    assert_eq!((first.offer.id, first.score.to_bits()), (bob.service, 99.5f64.to_bits()));
    assert_eq!(first.why, ["service Piano"]);
    assert_eq!(first.next_start.unwrap().time.to_string(), "09:00");
    assert_eq!(outcome.total, 2);
}

#[test]
fn who_cannot_be_booked_by_now_is_not_shown_and_not_counted() {
    let world = World::at(NOW);
    let (ada, bob, eve) = (world.teacher("Ada"), world.teacher("Bob"), world.teacher("Eve"));
    world.set_status(&ada.user, AccountStatus::Suspended);
    // Bob does not teach the piano any more.
    let only_guitar = Some(vec![draft("Guitar", 5_000)]);
    world.update(&bob.user, UpdateProfile { services: only_guitar, ..UpdateProfile::default() });
    let stranger = SearchMatch { instructor: user_id(999), ..found(&eve) };
    let mut answer = answer_of(&[&ada, &bob, &eve]);
    answer.matches.push(stranger);
    answer.total = 14;
    answer.near_misses = [&ada, &eve]
        .map(|teacher| SearchNearMiss { found: found(teacher), differs: "later".into() })
        .to_vec();
    let outcome = search(&world, answer).unwrap();
    assert_eq!(names(&outcome.hits), ["Eve"]);
    assert_eq!(outcome.total, 11);
    assert_eq!(names(outcome.near_misses.iter().map(|(hit, _)| hit)), ["Eve"]);
    assert_eq!(outcome.near_misses[0].1, "later");
}

#[test]
fn a_service_that_left_the_catalogue_is_not_shown() {
    let world = World::at(NOW);
    let ada = world.teacher("Ada");
    world.store.set_catalogue_service_active(world.entry("Piano").id, false);
    assert_eq!(names(&search(&world, answer_of(&[&ada])).unwrap().hits), Vec::<String>::new());
}

#[test]
fn a_price_that_changed_a_moment_ago_is_judged_as_it_is() {
    let world = World::at(NOW);
    let ada = world.teacher("Ada");
    let hits = |min: Option<i64>, max: Option<i64>| {
        let cents = |cents: Option<i64>| cents.map(|cents| Cents::new(cents).unwrap());
        let understood = Understood { min_rate: cents(min), max_rate: cents(max), ..Understood::default() };
        search(&world, SearchAnswer { understood, ..answer_of(&[&ada]) }).unwrap().hits.len()
    };
    // She asks for 100 dollars.
    assert_eq!([hits(None, None), hits(Some(10_000), Some(10_000))], [1, 1]);
    assert_eq!([hits(None, Some(9_999)), hits(Some(10_001), None)], [0, 0]);
}

#[test]
fn the_number_of_statements_does_not_depend_on_the_number_of_matches() {
    let world = World::at(NOW);
    let teachers: Vec<Teacher> = ["Ada", "Bob", "Eve"].map(|name| world.teacher(name)).to_vec();
    let calls = |teachers: &[&Teacher]| {
        world.spy.calls();
        search(&world, answer_of(teachers)).unwrap();
        world.spy.calls()
    };
    assert_eq!(calls(&[]), 0);
    assert_eq!(calls(&[&teachers[0]]), 2);
    assert_eq!(calls(&teachers.iter().collect::<Vec<_>>()), 2);
}

#[test]
fn a_failing_store_is_reported() {
    let world = World::at(NOW);
    let ada = world.teacher("Ada");
    world.store.fail_next(Fault::Begin, unavailable);
    let failed = search(&world, answer_of(&[&ada]));
    assert!(matches!(failed, Err(SearchError::Storage(StorageError::Unavailable(_)))), "{failed:?}");
}

#[test]
fn suggestions_come_from_the_engine() {
    let world = World::at(NOW);
    let (search, _oracle) = service(&world, SearchAnswer::default());
    let suggested = search.suggest("pia", 2);
    assert_eq!((suggested.len(), suggested[0].phrase.as_str()), (2, "pia"));
}
