//! Contracts of the storage of what was searched for.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    ids::{CatalogueServiceId, UserId},
    ports::{Transactor, search_history::QueryFault},
    search_history::{AnsweredSearch, NormalQuery, PastSearch, SearchBatch, SearchTally, SearchVia},
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};

use super::{Contract, assert_unexpected, at, attempt, done, named, read};
use crate::builders::{a_catalogue, a_user};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "search_history":
        nothing_was_searched_for_at_first,
        what_somebody_searched_for_is_read_back_the_latest_first,
        the_same_query_again_is_counted_and_says_how_it_went_the_last_time,
        only_the_latest_queries_of_each_person_are_kept,
        forgetting_is_for_one_person,
        services_are_counted_by_date_and_added_up,
        queries_are_counted_by_date_and_added_up,
        queries_with_a_fault_come_by_how_often_they_had_it,
        popular_queries_are_frequent_and_flawless,
        old_searches_are_deleted,
        unknown_people_and_services_are_unexpected,
        many_searches_are_stored_at_once,
    }
}

const MONDAY: Date = date(2026, 7, 13);
/// Noon in New York on [`MONDAY`].
const NOON: &str = "2026-07-13T16:00:00Z";
const KEPT: u32 = 3;

fn later(days: i64, minutes: i64) -> Timestamp {
    at(NOON).checked_add((24 * 60 * days + minutes).minutes()).unwrap()
}

fn query(text: &str) -> NormalQuery {
    NormalQuery::new(text).unwrap()
}

/// Somebody's search for something we understand.
fn search(text: &str, when: Timestamp, user: Option<UserId>) -> AnsweredSearch {
    AnsweredSearch {
        query: query(text),
        at: when,
        user,
        via: SearchVia::Api,
        services: Vec::new(),
        results: 1,
        is_understood: true,
    }
}

fn record(tx: &dyn Transactor, searches: &[AnsweredSearch]) {
    let batch = SearchBatch::of(searches);
    done(tx, |uow| uow.search_history().record(&batch, KEPT));
}

fn recent(tx: &dyn Transactor, user: UserId) -> Vec<PastSearch> {
    read(tx, |uow| uow.search_history().recent(user, 100))
}

fn texts(searches: &[PastSearch]) -> Vec<&str> {
    searches.iter().map(|past| past.query.as_str()).collect()
}

fn days(first: i64, last: i64) -> DateRange {
    DateRange::new(MONDAY.saturating_add(first.days()), MONDAY.saturating_add(last.days())).unwrap()
}

fn counts(tx: &dyn Transactor, dates: DateRange) -> Vec<(CatalogueServiceId, u64)> {
    let counts = read(tx, |uow| uow.search_history().search_counts(dates));
    counts.into_iter().map(|count| (count.service, count.searches)).collect()
}

const fn tally(searches: u32, without_results: u32, not_understood: u32) -> SearchTally {
    SearchTally { searches, without_results, not_understood }
}

fn nothing_was_searched_for_at_first(tx: &dyn Transactor) {
    let ada = a_user(tx).insert().id;
    record(tx, &[]);
    assert_eq!(recent(tx, ada), []);
    assert_eq!(counts(tx, days(-1000, 1000)), []);
    assert_eq!(read(tx, |uow| uow.search_history().days(days(-1000, 1000))), []);
    assert_eq!(read(tx, |uow| uow.search_history().distinct_queries(MONDAY)), 0);
    assert_eq!(done(tx, |uow| uow.search_history().forget(ada)), 0);
    assert_eq!(done(tx, |uow| uow.search_history().purge(later(0, 0), MONDAY, MONDAY)), 0);
}

fn what_somebody_searched_for_is_read_back_the_latest_first(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    let rich = AnsweredSearch {
        via: SearchVia::Page,
        services: vec![catalogue.id("yoga"), catalogue.id("piano")],
        results: 42,
        ..search("ПИАНО 🎹 \"100%\" it's", later(0, 2), Some(ada))
    };
    record(tx, &[search("guitar", later(0, 1), Some(ada)), rich.clone(), search("tuba", later(0, 3), None)]);
    record(tx, &[search("drums", later(0, 4), Some(ben))]);
    let expected = PastSearch {
        query: rich.query,
        services: rich.services,
        results: 42,
        searches: 1,
        via: SearchVia::Page,
        last_at: later(0, 2),
    };
    let found = recent(tx, ada);
    assert_eq!(found[0], expected);
    assert_eq!(texts(&found), ["пиано 🎹 \"100%\" it's", "guitar"]);
    assert_eq!(texts(&recent(tx, ben)), ["drums"]);
    assert_eq!(texts(&read(tx, |uow| uow.search_history().recent(ada, 1))), [expected.query.as_str()]);
}

fn the_same_query_again_is_counted_and_says_how_it_went_the_last_time(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    let ada = a_user(tx).insert().id;
    record(tx, &[search("Piano", later(0, 1), Some(ada)), search("piano", later(0, 2), Some(ada))]);
    record(tx, &[search("guitar", later(0, 3), Some(ada))]);
    let again = AnsweredSearch {
        via: SearchVia::Page,
        services: vec![piano],
        results: 0,
        ..search("PIANO", later(1, 0), Some(ada))
    };
    record(tx, &[again]);
    let found = recent(tx, ada);
    assert_eq!(texts(&found), ["piano", "guitar"]);
    let expected = PastSearch {
        query: query("piano"),
        services: vec![piano],
        results: 0,
        searches: 3,
        via: SearchVia::Page,
        last_at: later(1, 0),
    };
    assert_eq!(found[0], expected);
}

fn only_the_latest_queries_of_each_person_are_kept(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    record(tx, &[search("a", later(0, 1), Some(ada)), search("b", later(0, 2), Some(ada))]);
    record(tx, &[search("x", later(0, 0), Some(ben))]);
    let more = [
        search("c", later(0, 3), Some(ada)),
        search("a", later(0, 4), Some(ada)),
        search("d", later(0, 5), Some(ada)),
        search("y", later(0, 6), Some(ben)),
    ];
    record(tx, &more);
    assert_eq!(texts(&recent(tx, ada)), ["d", "a", "c"]);
    assert_eq!(texts(&recent(tx, ben)), ["y", "x"]);
}

fn forgetting_is_for_one_person(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    record(
        tx,
        &[
            search("a", later(0, 1), Some(ada)),
            search("b", later(0, 2), Some(ada)),
            search("a", later(0, 3), Some(ben)),
        ],
    );
    assert_eq!(done(tx, |uow| uow.search_history().forget(ada)), 2);
    assert_eq!((recent(tx, ada).len(), recent(tx, ben).len()), (0, 1));
    assert_eq!(read(tx, |uow| uow.search_history().distinct_queries(MONDAY)), 2, "counts name nobody");
}

fn services_are_counted_by_date_and_added_up(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (piano, yoga) = (catalogue.id("piano"), catalogue.id("yoga"));
    let found = |services: &[CatalogueServiceId], day| AnsweredSearch {
        services: services.to_vec(),
        ..search("x", later(day, 0), None)
    };
    record(tx, &[found(&[yoga, piano], 0), found(&[piano], 0), found(&[piano], 2)]);
    record(tx, &[found(&[piano], 0), found(&[yoga], 5)]);
    assert_eq!(counts(tx, days(0, 0)), [(piano, 3), (yoga, 1)]);
    assert_eq!(counts(tx, days(0, 5)), [(piano, 4), (yoga, 2)], "both ends belong to it");
    assert_eq!(counts(tx, days(1, 4)), [(piano, 1)]);
    assert_eq!(counts(tx, days(6, 9)), []);
}

fn queries_are_counted_by_date_and_added_up(tx: &dyn Transactor) {
    let lost = |day| AnsweredSearch { results: 0, ..search("piano", later(day, 0), None) };
    let odd = |day| AnsweredSearch { is_understood: false, ..search("qwerty", later(day, 0), None) };
    record(tx, &[search("piano", later(0, 0), None), lost(0), odd(0)]);
    record(tx, &[lost(0), odd(2), search("piano", later(2, 0), None)]);
    let found = read(tx, |uow| uow.search_history().days(days(0, 2)));
    let found: Vec<_> = found.iter().map(|day| (day.date, day.tally)).collect();
    assert_eq!(found, [(MONDAY, tally(4, 2, 1)), (date(2026, 7, 15), tally(2, 0, 1))]);
    assert_eq!(read(tx, |uow| uow.search_history().days(days(1, 1))), []);
    assert_eq!(read(tx, |uow| uow.search_history().distinct_queries(MONDAY)), 2);
}

fn queries_with_a_fault_come_by_how_often_they_had_it(tx: &dyn Transactor) {
    let of = |text: &str, day, results, is_understood| AnsweredSearch {
        results,
        is_understood,
        ..search(text, later(day, 0), None)
    };
    record(
        tx,
        &[
            of("twice", 0, 0, true),
            of("twice", 1, 0, true),
            of("twice", 2, 9, true),
            of("once b", 1, 0, false),
            of("once a", 1, 0, false),
            of("good", 1, 5, true),
            of("old", -9, 0, false),
        ],
    );
    let faulty = |fault, limit| {
        let found = read(tx, |uow| uow.search_history().faulty(fault, days(0, 3), limit));
        found
            .into_iter()
            .map(|query| (query.query.to_string(), query.tally, query.last_date))
            .collect::<Vec<_>>()
    };
    let day = |ahead: i64| MONDAY.saturating_add(ahead.days());
    let once = |text: &str| (text.to_owned(), tally(1, 1, 1), day(1));
    assert_eq!(
        faulty(QueryFault::WithoutResults, 10),
        [("twice".to_owned(), tally(3, 2, 0), day(2)), once("once a"), once("once b")]
    );
    assert_eq!(faulty(QueryFault::NotUnderstood, 10), [once("once a"), once("once b")]);
    assert_eq!(faulty(QueryFault::WithoutResults, 1).len(), 1);
}

fn popular_queries_are_frequent_and_flawless(tx: &dyn Transactor) {
    let mut searches = Vec::new();
    for (text, times) in
        [("piano", 5), ("guitar", 3), ("drums", 3), ("rare", 2), ("once lost", 4), ("odd", 4)]
    {
        searches.extend((0..times).map(|nth| search(text, later(nth, 0), None)));
    }
    searches.push(AnsweredSearch { results: 0, ..search("once lost", later(0, 1), None) });
    searches.push(AnsweredSearch { is_understood: false, ..search("odd", later(0, 1), None) });
    record(tx, &searches);
    let popular = |dates, limit| {
        let found = read(tx, |uow| uow.search_history().popular(dates, 3, limit));
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(popular(days(0, 9), 9), ["piano", "drums", "guitar"]);
    assert_eq!(popular(days(0, 9), 1), ["piano"]);
    assert_eq!(popular(days(1, 9), 9), ["piano", "odd", "once lost"], "of these dates only");
}

fn old_searches_are_deleted(tx: &dyn Transactor) {
    let piano = a_catalogue(tx).id("piano");
    let ada = a_user(tx).insert().id;
    let of = |day: i64| AnsweredSearch {
        services: vec![piano],
        ..search(&format!("day {day}"), later(day, 0), Some(ada))
    };
    record(tx, &[of(0), of(1), of(2)]);
    let day = |ahead: i64| MONDAY.saturating_add(ahead.days());
    assert_eq!(done(tx, |uow| uow.search_history().purge(later(1, 0), day(2), day(1))), 4);
    assert_eq!(texts(&recent(tx, ada)), ["day 2", "day 1"]);
    assert_eq!(read(tx, |uow| uow.search_history().days(days(0, 2))).len(), 1);
    assert_eq!(counts(tx, days(0, 2)), [(piano, 2)]);
}

fn unknown_people_and_services_are_unexpected(tx: &dyn Transactor) {
    let nobody = UserId::new(i64::from(i32::MAX)).unwrap();
    let nothing = CatalogueServiceId::new(i64::from(i32::MAX)).unwrap();
    for broken in [
        search("x", later(0, 0), Some(nobody)),
        AnsweredSearch { services: vec![nothing], ..search("x", later(0, 0), None) },
    ] {
        let batch = SearchBatch::of([&broken]);
        assert_unexpected(attempt(tx, |uow| uow.search_history().record(&batch, KEPT)));
    }
    assert_eq!(read(tx, |uow| uow.search_history().distinct_queries(MONDAY)), 0);
}

fn many_searches_are_stored_at_once(tx: &dyn Transactor) {
    let ada = a_user(tx).insert().id;
    let searches: Vec<AnsweredSearch> =
        (0..2_500).map(|nth| search(&format!("query {nth}"), later(0, 0), Some(ada))).collect();
    record(tx, &searches);
    assert_eq!(read(tx, |uow| uow.search_history().distinct_queries(MONDAY)), 2_500);
    assert_eq!(recent(tx, ada).len(), 3);
}
