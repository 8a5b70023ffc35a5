//! Keeping what search understood and found.
//!
//! This is kept beneath the use case and not as a ready answer: each search is noted with who asked for it, and the database has
//! the last word on whether somebody can still be booked. Understanding and matching is what costs time and repeats.

use std::{sync::Arc, time::Duration};

use instainstru_domain::ports::{
    InstructorSearch,
    instructor_search::{SearchAnswer, SearchQuestion, Suggestion},
    response_cache::{AnswerKind, CacheKey, Topic},
};

use super::{
    counters::{Counters, count},
    generations::{Generations, Stamp},
    hearing::Hearing,
    moment::Moment,
};

/// Questions whose answers are kept.
const MOST: u64 = 1_000;
/// How long an answer is kept when nothing changes at all.
const LIFETIME: Duration = Duration::from_secs(300);
const ABOUT: [Topic; 1] = [Topic::Search];

/// An engine whose answers are kept until something changes.
///
/// Whoever keeps its index up to date declares [`Topic::Search`] void after each change of it.
pub struct KeptSearch {
    engine: Arc<dyn InstructorSearch>,
    answers: moka::sync::Cache<Question, Arc<Found>>,
    generations: Arc<Generations>,
    hearing: Arc<Hearing>,
    counters: Arc<Counters>,
}

/// What is asked, apart from the moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    text: String,
    zone: String,
    limit: usize,
}

struct Found {
    stamp: Stamp,
    quarter: i64,
    made_at: i64,
    answer: SearchAnswer,
}

impl KeptSearch {
    pub(super) fn new(
        engine: Arc<dyn InstructorSearch>,
        generations: Arc<Generations>,
        hearing: Arc<Hearing>,
        counters: Arc<Counters>,
    ) -> Self {
        let answers =
            moka::sync::Cache::builder().name("searches").max_capacity(MOST).time_to_live(LIFETIME).build();
        Self { engine, answers, generations, hearing, counters }
    }
}

impl InstructorSearch for KeptSearch {
    fn search(&self, question: &SearchQuestion) -> SearchAnswer {
        let key = CacheKey::new(AnswerKind::Search, "", &ABOUT, LIFETIME);
        let Some(moment) = Moment::of(&key, question.now) else { return self.engine.search(question) };
        // Taken before the engine looks: what changes meanwhile voids what it finds.
        let stamp = self.generations.stamp(&ABOUT);
        let asked = Question {
            text: question.text.clone(),
            zone: question.zone.name().to_owned(),
            limit: question.limit,
        };
        let lifetime = i64::try_from(LIFETIME.as_micros()).unwrap_or(i64::MAX);
        let lifetime = lifetime.min(self.hearing.longest_life(moment.now));
        if let Some(found) = self.answers.get(&asked)
            && found.stamp == stamp
            && found.quarter == moment.quarter
            && moment.allows(found.made_at, lifetime)
        {
            self.counters.hit(AnswerKind::Search);
            return found.answer.clone();
        }
        self.counters.miss(AnswerKind::Search);
        let answer = self.engine.search(question);
        let found = Found { stamp, quarter: moment.quarter, made_at: moment.now, answer: answer.clone() };
        self.answers.insert(asked, Arc::new(found));
        count(&self.counters.sets);
        answer
    }

    /// Suggestions take microseconds and are not kept.
    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        self.engine.suggest(prefix, limit)
    }
}
