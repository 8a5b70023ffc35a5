//! Editing words while people search: what another vocabulary means to an engine.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "shared with other tests")]

mod golden_support;
mod support;

use std::sync::Arc;

use golden_support as golden;
use instainstru_search::{
    answer::{Context, SearchEngine},
    index::Offered,
    query::Query,
    vocabulary::{Sources, Vocabulary},
};
use jiff::tz::TimeZone;
use support::{Chance, NOW, TODAY, instructor};

fn context() -> Context {
    Context { now: NOW.parse().unwrap(), zone: TimeZone::get("America/New_York").unwrap(), limit: 100 }
}

/// The embedded words without some services, and with a few that nobody uses.
fn edited() -> Sources {
    let mut sources = Sources::embedded().unwrap();
    let kept = |slug: &str| !["piano", "yoga", "spanish", "kids-piano"].contains(&slug);
    sources.catalogue.services.retain(|service| kept(&service.slug));
    sources.words.services.retain(|words| kept(&words.slug));
    for group in &mut sources.words.groups {
        group.services.retain(|slug| kept(slug));
    }
    sources.words.services[0].synonyms.push("zanzithophone".into());
    sources
}

#[test]
fn a_renewed_vocabulary_understands_like_a_new_one() {
    let language = Sources::language().unwrap();
    // The table is the same object, as it is in a running server: its rows may be taken over.
    let with_table = |sources: Sources| Sources {
        embeddings: language.embeddings.clone(),
        english: Arc::clone(&language.english),
        ..sources
    };
    let former = Vocabulary::new(with_table(edited())).unwrap();
    let sources = with_table(Sources::embedded().unwrap());
    let (renewed, new) = (former.renewed(sources.clone()).unwrap(), Vocabulary::new(sources).unwrap());
    let mut queries = 0;
    for file in ["golden_dev.json", "golden_own.json"] {
        for case in golden::load(&golden::data().join(file)).iter().step_by(4) {
            let understood = |vocabulary| Query::parse(vocabulary, &case.query, TODAY);
            assert_eq!(format!("{:?}", understood(&renewed)), format!("{:?}", understood(&new)));
            queries += 1;
        }
    }
    assert!(queries > 100, "{queries}");
}

#[test]
fn other_words_find_the_same_people() {
    let engine = SearchEngine::new(Vocabulary::new(edited()).unwrap(), TODAY, 10);
    let mut chance = Chance(7);
    let services = ["guitar".to_owned(), "piano".to_owned()];
    engine.rebuild(TODAY, (1..200).map(|id| instructor(id, &services, 10, &mut chance)));
    assert_eq!(engine.search("zanzithophone", &context()).query.services.len(), 1);
    assert_eq!(engine.search("piano", &context()).total, 0, "nobody has heard of it");

    let other = engine.with_vocabulary(Vocabulary::embedded().unwrap()).unwrap();
    let found = other.search("piano", &context());
    assert!(found.total > 50, "{}", found.total);
    assert_eq!(other.search("zanzithophone", &context()).total, 0);
    // The index is one: what happens to somebody is seen through both.
    let gone = found.results[0].instructor;
    engine.index().remove_instructor(gone);
    assert!(other.search("piano", &context()).results.iter().all(|found| found.instructor != gone));
    assert_eq!(engine.search("piano", &context()).total, 0, "the former engine is as it was");
}

#[test]
fn other_places_need_another_engine() {
    let engine = SearchEngine::new(Vocabulary::embedded().unwrap(), TODAY, 10);
    let mut sources = Sources::embedded().unwrap();
    sources.places.places.remove(0);
    let given_back = engine.with_vocabulary(Vocabulary::new(sources).unwrap()).unwrap_err();
    assert_eq!(given_back.places().find("Manhattan"), None);
}

#[test]
fn offers_are_counted_with_their_rates() {
    let engine = SearchEngine::new(Vocabulary::embedded().unwrap(), TODAY, 10);
    let mut chance = Chance(3);
    let services = ["piano".to_owned(), "guitar".to_owned(), "yoga".to_owned()];
    let rows: Vec<_> = (1..1_200).map(|id| instructor(id, &services, 10, &mut chance)).collect();
    engine.rebuild(TODAY, rows.clone());
    let snapshot = engine.index().snapshot();
    for service in &services {
        let bookable = rows.iter().filter(|row| row.bookable);
        let offers = bookable.flat_map(|row| &row.offers).filter(|offer| offer.service == *service);
        let rates: Vec<u32> = offers.map(|offer| u32::try_from(offer.rate.cents()).unwrap()).collect();
        let expected = Offered {
            offers: u32::try_from(rates.len()).unwrap(),
            rates_cents: rates.iter().min().copied().zip(rates.iter().max().copied()),
        };
        assert!(expected.offers > 300);
        assert_eq!(snapshot.offered(service), expected, "{service}");
    }
    assert_eq!(snapshot.offered("harp"), Offered::default());
}
