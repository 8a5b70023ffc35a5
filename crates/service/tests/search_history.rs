//! Remembering searches, reading them, and forgetting them in time.

#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::sync::Arc;

use instainstru_domain::{
    account::User,
    ports::{StorageError, TransactorExt},
    search_history::{AnsweredSearch, NormalQuery, SearchVia},
};
use instainstru_service::search_history::{SearchArchive, SearchHistoryService, SearchHistoryUseCases};
use instainstru_test_support::memory::{Fault, unavailable};
use jiff::SignedDuration;
use world::{NOW, World, date};

struct Kept {
    world: World,
    archive: SearchArchive,
    history: SearchHistoryService,
}

impl Kept {
    fn new() -> Self {
        let world = World::at(NOW);
        let clock = Arc::new(world.clock.clone());
        Self {
            archive: SearchArchive::new(world.spy.clone(), clock.clone()),
            history: SearchHistoryService::new(world.spy.clone(), clock),
            world,
        }
    }

    fn search(&self, text: &str, user: Option<&User>) -> AnsweredSearch {
        AnsweredSearch {
            query: NormalQuery::new(text).unwrap(),
            at: instainstru_domain::ports::Clock::now(&self.world.clock),
            user: user.map(|user| user.id),
            via: SearchVia::Api,
            services: vec![],
            results: 1,
            is_understood: true,
        }
    }

    fn store(&self, searches: &[AnsweredSearch]) {
        self.archive.store(searches).unwrap();
    }

    fn recent(&self, user: &User) -> Vec<String> {
        let recent = self.history.recent(user.id, 100).unwrap();
        recent.into_iter().map(|past| past.search.query.to_string()).collect()
    }
}

#[test]
fn everybody_reads_and_forgets_their_own_searches() {
    let kept = Kept::new();
    let (sam, rita) = (kept.world.student("Sam"), kept.world.student("Rita"));
    let piano = kept.world.entry("Piano");
    let of_piano = AnsweredSearch { services: vec![piano.id], ..kept.search("Piano lessons", Some(&sam)) };
    kept.store(&[of_piano, kept.search("guitar", Some(&rita)), kept.search("tuba", None)]);
    let remembered = kept.history.recent(sam.id, 10).unwrap();
    assert_eq!(remembered.len(), 1);
    assert_eq!(remembered[0].services, [(piano.id, "Piano".to_owned())]);
    assert_eq!(remembered[0].search.query.as_str(), "piano lessons");
    assert_eq!(kept.history.forget(sam.id).unwrap(), 1);
    assert_eq!((kept.recent(&sam).len(), kept.recent(&rita).len()), (0, 1));
    assert_eq!(kept.history.forget(sam.id).unwrap(), 0);
}

#[test]
fn a_person_has_at_most_a_hundred_queries() {
    let kept = Kept::new();
    let sam = kept.world.student("Sam");
    for round in 0..3 {
        let searches: Vec<AnsweredSearch> =
            (0..50).map(|nth| kept.search(&format!("query {round} {nth}"), Some(&sam))).collect();
        kept.store(&searches);
        kept.world.clock.advance(SignedDuration::from_secs(1));
    }
    let recent = kept.recent(&sam);
    assert_eq!(recent.len(), 100);
    assert!(recent.iter().all(|query| !query.starts_with("query 0")), "the oldest are forgotten");
}

#[test]
fn the_quality_of_searches_is_told_by_day_and_query() {
    let kept = Kept::new();
    let lost = |text: &str| AnsweredSearch { results: 0, ..kept.search(text, None) };
    let odd = |text: &str| AnsweredSearch { is_understood: false, ..kept.search(text, None) };
    kept.store(&[lost("harp"), kept.search("piano", None)]);
    kept.world.clock.advance(SignedDuration::from_hours(48));
    kept.store(&[lost("harp"), odd("piano qwerty")]);
    let quality = kept.history.quality(3).unwrap();
    assert_eq!((quality.dates.first(), quality.dates.last()), (date("2026-07-13"), date("2026-07-15")));
    let days: Vec<_> = quality.days.iter().map(|day| (day.date, day.tally.searches)).collect();
    assert_eq!(days, [(date("2026-07-13"), 2), (date("2026-07-15"), 2)]);
    assert_eq!(quality.without_results.len(), 1);
    assert_eq!(
        (quality.without_results[0].query.as_str(), quality.without_results[0].tally.searches),
        ("harp", 2)
    );
    assert_eq!(quality.not_understood[0].query.as_str(), "piano qwerty");
    assert_eq!(kept.history.quality(1).unwrap().days.len(), 1, "today only");
    kept.world.spy.calls();
    kept.history.quality(30).unwrap();
    assert_eq!(kept.world.spy.calls(), 1);
}

#[test]
fn only_frequent_queries_that_went_well_are_popular() {
    let kept = Kept::new();
    let times = |text: &str, count: usize| vec![kept.search(text, None); count];
    let mut unclear = times("call me at home", 9);
    unclear[0].is_understood = false;
    kept.store(&[times("piano", 5), times("guitar", 6), times("rare", 4), unclear].concat());
    let popular =
        |kept: &Kept| kept.archive.popular().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(popular(&kept), ["guitar", "piano"]);
    kept.world.clock.advance(SignedDuration::from_hours(24 * 29));
    assert_eq!(popular(&kept).len(), 2);
    kept.world.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(popular(&kept), Vec::<String>::new(), "of the last thirty days");
}

#[test]
fn what_was_kept_long_enough_is_deleted() {
    let kept = Kept::new();
    let sam = kept.world.student("Sam");
    let piano = kept.world.entry("Piano").id;
    kept.store(&[AnsweredSearch { services: vec![piano], ..kept.search("piano", Some(&sam)) }]);
    kept.world.clock.advance(SignedDuration::from_hours(24 * 90));
    assert_eq!(kept.archive.purge().unwrap(), 0);
    kept.world.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(kept.archive.purge().unwrap(), 2, "the person's and the text");
    assert_eq!(kept.recent(&sam), Vec::<String>::new());
    kept.world.clock.advance(SignedDuration::from_hours(24 * 640));
    assert_eq!(kept.archive.purge().unwrap(), 1, "the count of the service");
}

#[test]
fn nonsense_does_not_fill_the_database() {
    let kept = Kept::new();
    let sam = kept.world.student("Sam");
    let piano = kept.world.entry("Piano").id;
    let nonsense: Vec<AnsweredSearch> =
        (0..20_000).map(|nth| kept.search(&format!("nonsense {nth}"), None)).collect();
    kept.store(&nonsense);
    kept.store(&[AnsweredSearch { services: vec![piano], ..kept.search("one more", Some(&sam)) }]);
    let today = date("2026-07-13");
    let read = |kept: &Kept| {
        kept.world
            .store
            .reading(|uow| {
                let counts =
                    uow.search_history().search_counts(instainstru_core::dates::DateRange::day(today))?;
                Ok::<_, StorageError>((uow.search_history().distinct_queries(today)?, counts.len()))
            })
            .unwrap()
    };
    assert_eq!(read(&kept), (20_000, 1), "services are counted all the same");
    assert_eq!(kept.recent(&sam), ["one more"], "and people's own are remembered");
}

#[test]
fn searches_are_stored_all_or_none() {
    let kept = Kept::new();
    let sam = kept.world.student("Sam");
    let searches = [kept.search("piano", Some(&sam)), kept.search("guitar", Some(&sam))];
    kept.world.store.fail_next(Fault::Commit, unavailable);
    assert!(kept.archive.store(&searches).is_err());
    assert_eq!(kept.recent(&sam), Vec::<String>::new());
    kept.store(&searches);
    assert_eq!(kept.recent(&sam).len(), 2);
    kept.world.spy.calls();
    kept.store(&[]);
    assert_eq!(kept.world.spy.calls(), 0, "nothing to store is nothing to do");
}
