//! A search engine that says what it is told.

use std::sync::{Arc, Mutex};

use instainstru_core::{grid::GridTime, length::LessonLength};
use instainstru_domain::{
    instructor::Instructor,
    ports::{
        InstructorSearch,
        instructor_search::{
            SearchAnswer, SearchMatch, SearchQuestion, SearchStart, Suggestion, SuggestionKind,
        },
    },
};

use instainstru_test_support::memory::MemoryStore;

use super::WEDNESDAY;

/// A search engine that says what it is told. Clones share what they say.
#[derive(Clone)]
pub struct Oracle {
    store: MemoryStore,
    answer: Arc<Mutex<SearchAnswer>>,
}

impl Oracle {
    pub fn over(store: &MemoryStore) -> Self {
        Self { store: store.clone(), answer: Arc::default() }
    }

    /// From now on this is the answer.
    pub fn says(&self, answer: SearchAnswer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// From now on the first service of these people is the answer.
    pub fn finds(&self, instructors: &[&Instructor]) {
        let matches: Vec<SearchMatch> =
            instructors.iter().map(|instructor| Self::matched(instructor)).collect();
        self.says(SearchAnswer { total: matches.len(), matches, ..SearchAnswer::default() });
    }

    /// The first service of an instructor as a match.
    pub fn matched(instructor: &Instructor) -> SearchMatch {
        SearchMatch {
            service: "piano".into(),
            instructor: instructor.user.id,
            offer: instructor.services[0].id,
            score: 87.5,
            relevance: 1.0,
            why: vec!["service Piano".into(), "$75 an hour".into()],
            length: LessonLength::from_minutes(60).unwrap(),
            next_starts: vec![SearchStart { date: WEDNESDAY, time: GridTime::from_block(36).unwrap() }],
        }
    }
}

impl InstructorSearch for Oracle {
    fn search(&self, question: &SearchQuestion) -> SearchAnswer {
        let mut answer = self.answer.lock().unwrap().clone();
        answer.matches.truncate(question.limit);
        answer.services = self.store.listings();
        answer
    }

    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        let suggestion = |slug: &str, name: &str, kind| Suggestion {
            kind,
            slug: Some(slug.into()),
            name: name.into(),
            phrase: slug.into(),
        };
        let all = [
            suggestion("music", "Music", SuggestionKind::Category),
            suggestion("piano", "Piano", SuggestionKind::Service),
        ];
        all.into_iter().filter(|one| one.phrase.starts_with(prefix.trim())).take(limit).collect()
    }
}
