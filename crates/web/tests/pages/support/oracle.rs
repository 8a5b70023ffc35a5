//! A search engine that says what it is told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use instainstru_core::grid::GridTime;
use instainstru_domain::{
    instructor::Instructor,
    ports::{
        InstructorSearch,
        instructor_search::{SearchAnswer, SearchMatch, SearchQuestion, SearchStart, Suggestion},
    },
};
use instainstru_test_support::memory::MemoryStore;
use jiff::civil::Date;

/// A search engine that says what it is told. Clones share what they say.
#[derive(Clone)]
pub struct Oracle {
    store: MemoryStore,
    answers: Arc<Mutex<Answers>>,
}

#[derive(Default)]
struct Answers {
    usual: SearchAnswer,
    totals: BTreeMap<String, usize>,
}

impl Oracle {
    pub fn over(store: &MemoryStore) -> Self {
        Self { store: store.clone(), answers: Arc::default() }
    }

    /// From now on this is the answer to everything.
    pub fn says(&self, answer: SearchAnswer) {
        self.answers.lock().unwrap().usual = answer;
    }

    /// From now on so many offers fit this question, none of which is shown.
    pub fn counts(&self, text: &str, total: usize) {
        self.answers.lock().unwrap().totals.insert(text.to_owned(), total);
    }

    /// From now on the answer is the first service of these people, free at these starts.
    pub fn finds(&self, found: &[(&Instructor, Date, &str)]) {
        let matches: Vec<SearchMatch> = found
            .iter()
            .map(|(instructor, date, time)| SearchMatch {
                service: instructor.services[0].name.clone(),
                instructor: instructor.user.id,
                offer: instructor.services[0].id,
                score: 87.5,
                relevance: 1.0,
                why: Vec::new(),
                length: instructor.services[0].offer.terms.durations.first(),
                next_starts: vec![SearchStart { date: *date, time: grid_time(time) }],
            })
            .collect();
        self.says(SearchAnswer { total: matches.len(), matches, ..SearchAnswer::default() });
    }
}

fn grid_time(text: &str) -> GridTime {
    let (hour, minute) = text.split_once(':').unwrap();
    GridTime::new(hour.parse().unwrap(), minute.parse().unwrap()).unwrap()
}

impl InstructorSearch for Oracle {
    fn search(&self, question: &SearchQuestion) -> SearchAnswer {
        let answers = self.answers.lock().unwrap();
        if let Some(total) = answers.totals.get(&question.text) {
            return SearchAnswer { total: *total, ..SearchAnswer::default() };
        }
        let mut answer = answers.usual.clone();
        answer.matches.truncate(question.limit);
        answer.services = self.store.listings();
        answer
    }

    fn suggest(&self, _prefix: &str, _limit: usize) -> Vec<Suggestion> {
        Vec::new()
    }
}
