//! Searching, with an engine that says what it is told, over a store in memory.

#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::sync::{Arc, Mutex};

use instainstru_core::{grid::GridTime, length::LessonLength, money::Cents};
use instainstru_domain::{
    account::AccountStatus,
    ports::{
        InstructorSearch, SearchLog, StorageError, TransactorExt,
        instructor_search::{
            SearchAnswer, SearchMatch, SearchNearMiss, SearchQuestion, SearchStart, Suggestion,
            SuggestionKind, Understood,
        },
    },
    search_history::{AnsweredSearch, NormalQuery, SearchBatch, SearchVia},
    zone::Zone,
};
use instainstru_service::{
    instructors::UpdateProfile,
    search::{Hit, SearchError, SearchOutcome, SearchService, SearchUseCases, Searcher},
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
            slug: Some("piano".into()),
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

/// Searches with an engine that lists everything there is in the catalogue now.
fn search(world: &World, answer: SearchAnswer) -> Result<SearchOutcome, SearchError> {
    let services = world.store.reading::<_, StorageError>(|uow| uow.catalogue().listings(None)).unwrap();
    service(world, SearchAnswer { services, ..answer }).0.search("piano", 20)
}

/// A log that keeps what it is told and says what it is told to.
#[derive(Default)]
struct Notebook {
    searches: Mutex<Vec<AnsweredSearch>>,
    popular: Vec<&'static str>,
}

impl SearchLog for Notebook {
    fn record(&self, search: AnsweredSearch) {
        self.searches.lock().unwrap().push(search);
    }

    fn popular(&self, prefix: &str, limit: usize) -> Vec<NormalQuery> {
        let fitting = self.popular.iter().filter(|query| query.starts_with(prefix));
        fitting.filter_map(|query| NormalQuery::new(query)).take(limit).collect()
    }
}

fn found(teacher: &Teacher) -> SearchMatch {
    SearchMatch {
        service: "piano".into(),
        instructor: teacher.user.id,
        offer: teacher.service,
        score: 99.5,
        relevance: 1.0,
        why: vec!["service Piano".into()],
        length: LessonLength::from_minutes(60).unwrap(),
        next_starts: vec![SearchStart { date: date(DAY), time: GridTime::from_block(36).unwrap() }],
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
    assert_eq!(first.next_starts[0].time.to_string(), "09:00");
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
fn a_service_that_is_not_listed_is_not_shown() {
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
    assert_eq!(calls(&[&teachers[0]]), 1);
    assert_eq!(calls(&teachers.iter().collect::<Vec<_>>()), 1);
}

#[test]
fn a_failing_store_is_reported() {
    let world = World::at(NOW);
    let ada = world.teacher("Ada");
    world.store.fail_next(Fault::Begin, unavailable);
    let failed = service(&world, answer_of(&[&ada])).0.search("piano", 20);
    assert!(matches!(failed, Err(SearchError::Storage(StorageError::Unavailable(_)))), "{failed:?}");
}

#[test]
fn suggestions_come_from_the_engine() {
    let world = World::at(NOW);
    let (search, _oracle) = service(&world, SearchAnswer::default());
    let suggested = search.suggest("pia", 1);
    assert_eq!((suggested.len(), suggested[0].phrase.as_str()), (1, "pia"));
}

/// What is noted of a search by `searcher` that gets this answer.
fn noted(world: &World, searcher: Searcher, text: &str, answer: SearchAnswer) -> Vec<AnsweredSearch> {
    let services = world.store.reading::<_, StorageError>(|uow| uow.catalogue().listings(None)).unwrap();
    let (search, _oracle) = service(world, SearchAnswer { services, ..answer });
    let notebook = Arc::new(Notebook::default());
    let _found = search.remembering(notebook.clone()).search_for(searcher, text, 20);
    std::mem::take(&mut *notebook.searches.lock().unwrap())
}

const VISITOR: Searcher = Searcher { user: None, via: SearchVia::Api };

#[test]
fn an_answered_search_is_noted() {
    let world = World::at(NOW);
    let (ada, eve, sam) = (world.teacher("Ada"), world.teacher("Eve"), world.student("Sam"));
    world.set_status(&eve.user, AccountStatus::Suspended);
    let piano = world.entry("Piano").id;
    let understood = Understood { service_ids: vec![piano, piano], ..Understood::default() };
    let answer = SearchAnswer { understood, ..answer_of(&[&ada, &eve]) };
    let searcher = Searcher { user: Some(sam.id), via: SearchVia::Page };
    assert_eq!(
        noted(&world, searcher, "  PIANO  please", answer),
        [AnsweredSearch {
            query: NormalQuery::new("piano please").unwrap(),
            at: NOW.parse().unwrap(),
            user: Some(sam.id),
            via: SearchVia::Page,
            services: vec![piano],
            results: 1,
            is_understood: true,
        }],
        "with what is shown, each service once"
    );
}

#[test]
fn a_category_counts_for_what_was_found_of_it_and_a_price_for_nothing() {
    let world = World::at(NOW);
    let (ada, bob) = (world.teacher("Ada"), world.teacher("Bob"));
    let understood = Understood { categories: vec!["Music".into()], ..Understood::default() };
    let of_music = noted(&world, VISITOR, "music", SearchAnswer { understood, ..answer_of(&[&ada, &bob]) });
    assert_eq!(of_music[0].services, [world.entry("Piano").id]);
    let of_anything = noted(&world, VISITOR, "under $50", answer_of(&[&ada]));
    assert_eq!(of_anything[0].services, []);
    // Demand without supply is demand.
    let understood = Understood { service_ids: vec![world.entry("Violin").id], ..Understood::default() };
    let lost = noted(&world, VISITOR, "violin", SearchAnswer { understood, ..SearchAnswer::default() });
    assert_eq!((lost[0].services.len(), lost[0].results), (1, 0));
}

#[test]
fn words_without_meaning_and_guesses_are_not_understood() {
    let world = World::at(NOW);
    let residual = Understood { residual: vec!["qwerty".into()], ..Understood::default() };
    let answer = SearchAnswer { understood: residual, ..SearchAnswer::default() };
    assert!(!noted(&world, VISITOR, "piano qwerty", answer)[0].is_understood);
    let answer = SearchAnswer { did_you_mean: vec!["Piano".into()], ..SearchAnswer::default() };
    assert!(!noted(&world, VISITOR, "pinao forte", answer)[0].is_understood);
}

#[test]
fn a_search_that_was_not_answered_is_not_noted() {
    let world = World::at(NOW);
    let ada = world.teacher("Ada");
    assert_eq!(noted(&world, VISITOR, " ", SearchAnswer::default()), []);
    let (search, _oracle) = service(&world, answer_of(&[&ada]));
    let notebook = Arc::new(Notebook::default());
    let search = search.remembering(notebook.clone());
    world.store.fail_next(Fault::Begin, unavailable);
    assert!(search.search_for(VISITOR, "piano", 20).is_err());
    assert!(notebook.searches.lock().unwrap().is_empty());
    search.search_for(VISITOR, "piano", 20).unwrap();
    assert_eq!(notebook.searches.lock().unwrap().len(), 1);
}

#[test]
fn what_a_page_asks_by_itself_is_not_noted() {
    let world = World::at(NOW);
    let ada = world.teacher("Ada");
    let (search, _oracle) = service(&world, answer_of(&[&ada]));
    let notebook = Arc::new(Notebook::default());
    let search = search.remembering(notebook.clone());
    search.search("piano", 20).unwrap();
    assert!(notebook.searches.lock().unwrap().is_empty());
}

#[test]
fn whoever_is_signed_in_is_reminded_of_past_searches() {
    let world = World::at(NOW);
    let (sam, rita) = (world.student("Sam"), world.student("Rita"));
    let past = |user: &instainstru_domain::account::User, text: &str| AnsweredSearch {
        query: NormalQuery::new(text).unwrap(),
        at: NOW.parse().unwrap(),
        user: Some(user.id),
        via: SearchVia::Api,
        services: vec![],
        results: 1,
        is_understood: true,
    };
    let batch = SearchBatch::of(&[past(&sam, "pia in harlem"), past(&sam, "guitar"), past(&rita, "piazza")]);
    world.write(|uow| uow.search_history().record(&batch, 10));
    let (search, _oracle) = service(&world, SearchAnswer::default());
    let notebook = Notebook { popular: vec!["pia under $50", "drums"], ..Notebook::default() };
    let search = search.remembering(Arc::new(notebook));
    let shown = |suggestions: Vec<Suggestion>| -> Vec<String> {
        suggestions.iter().map(|one| format!("{} {}", one.kind.as_str(), one.phrase)).collect()
    };
    world.spy.calls();
    let mine = search.suggest_to(sam.id, "pia", 3).unwrap();
    assert_eq!(world.spy.calls(), 1);
    assert_eq!(shown(mine), ["recent pia in harlem", "service pia", "popular pia under $50"]);
    assert_eq!(shown(search.suggest("pia", 2)), ["service pia", "popular pia under $50"]);
    assert_eq!(world.spy.calls(), 0, "visitors are answered from memory");
    world.store.fail_next(Fault::Begin, unavailable);
    assert!(matches!(search.suggest_to(sam.id, "pia", 3), Err(SearchError::Storage(_))));
}
