//! scratch
#![allow(missing_docs, clippy::all, reason = "scratch")]
use instainstru_search::{query::*, vocabulary::Vocabulary};
fn main() {
    let v = Vocabulary::embedded().unwrap();
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let q = Query::parse(&v, &line, "2026-03-11".parse().unwrap());
        let n = |l: &[u16]| l.iter().map(|i| v.service(*i).unwrap().slug.clone()).collect::<Vec<_>>().join(",");
        println!("{line:<50} {:?} [{}] cats {:?} dym[{}] res {:?} unk {:?} pl {:?} d {:?} wd {} t {:?} dur {:?} price {:?}/{:?}/{:?} lv {:?} au {:?} {:?} {:?} mode {:?} near {}", q.evidence, n(&q.services), q.categories, n(&q.did_you_mean), q.residual, q.unknown_place, q.places.iter().map(|p| v.places().get(*p).unwrap().name.clone()).collect::<Vec<_>>(), q.dates.iter().map(|d| format!("{}..{}", d.first(), d.last())).collect::<Vec<_>>(), q.weekdays.letters(), q.time.map(|t| (t.from, t.to)), q.duration, q.price.min, q.price.max, q.price.word, q.levels, q.audience, q.age, q.max_age, q.mode, q.near_user);
    }
}
