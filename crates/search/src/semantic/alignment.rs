//! How well the words of a query are accounted for, one by one, by the words of a service.
//!
//! The vector of a whole phrase blurs its words: "defend myself on the subway" lies near everything about the subway. Asking of
//! each word by itself whether the service has one like it finds that "defend" is the one that counts.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::table::{self, Embeddings, Row};
use crate::{text, vocabulary::lists};

/// The words of every service with their vectors.
#[derive(Debug)]
pub(super) struct Alignment {
    stop: FxHashSet<&'static str>,
    /// Number of each word.
    words: FxHashMap<Box<str>, usize>,
    vectors: Vec<Option<Row>>,
    /// How much each word tells: words of few services tell more.
    weights: Vec<f32>,
    /// What a word tells that no service uses.
    rarest: f32,
    /// Numbers of the words of each service.
    services: Vec<Vec<usize>>,
}

/// A word of a query, how much it tells, and its vector if it has one.
#[derive(Debug)]
pub(super) struct Asked {
    known: Option<usize>,
    weight: f32,
    vector: Option<Row>,
}

impl Alignment {
    /// Collects the telling words of the phrases of each service. Vectors that a former one of the same table has are taken over.
    pub(super) fn new<'a>(
        table: &Embeddings,
        services: impl Iterator<Item = Vec<&'a str>>,
        former: Option<&Self>,
    ) -> Self {
        let stop: FxHashSet<&'static str> = lists::STOP.iter().copied().collect();
        let mut words: FxHashMap<Box<str>, usize> = FxHashMap::default();
        let mut users: Vec<u16> = Vec::new();
        let services: Vec<Vec<usize>> = services
            .map(|phrases| {
                let distinct: BTreeSet<String> =
                    phrases.into_iter().flat_map(|phrase| telling(phrase, &stop)).collect();
                let number = |word: String| {
                    let next = words.len();
                    let number = *words.entry(word.into_boxed_str()).or_insert(next);
                    if number == users.len() {
                        users.push(0);
                    }
                    if let Some(users) = users.get_mut(number) {
                        *users = users.saturating_add(1);
                    }
                    number
                };
                distinct.into_iter().map(number).collect()
            })
            .collect();
        let mut vectors: Vec<Option<Row>> = vec![None; words.len()];
        for (word, number) in &words {
            if let Some(vector) = vectors.get_mut(*number) {
                let known = former.and_then(|former| former.vectors.get(*former.words.get(word)?));
                let compute = || table.embed(word).map(|vector| table::quantise(&vector));
                *vector = known.cloned().unwrap_or_else(compute);
            }
        }
        let total = u16::try_from(services.len()).unwrap_or(u16::MAX);
        let weight = |users: u16| (f32::from(total) + 1.0).ln() - (f32::from(users) + 1.0).ln() + 0.3;
        let weights = users.iter().map(|users| weight(*users)).collect();
        Self { stop, words, vectors, weights, rarest: weight(0), services }
    }

    /// The telling words of a query.
    pub(super) fn ask(&self, phrase: &str, table: &Embeddings) -> Vec<Asked> {
        let asked = telling(phrase, &self.stop).map(|word| {
            let known = self.words.get(word.as_str()).copied();
            let weight = known.and_then(|number| self.weights.get(number)).copied().unwrap_or(self.rarest);
            let vector = table.embed(&word).map(|vector| table::quantise(&vector));
            Asked { known, weight, vector }
        });
        asked.collect()
    }

    /// The share of what the asked words tell that words of the service account for, from 0 to 1; nothing without telling words.
    pub(super) fn share(&self, asked: &[Asked], service: usize) -> Option<f32> {
        let words = self.services.get(service).map(Vec::as_slice).unwrap_or_default();
        let (mut told, mut total) = (0.0, 0.0);
        for word in asked {
            total += word.weight;
            told += word.weight * self.best(word, words);
        }
        (total > 0.0).then(|| told / total)
    }

    fn best(&self, asked: &Asked, words: &[usize]) -> f32 {
        if asked.known.is_some_and(|known| words.contains(&known)) {
            return 1.0;
        }
        let Some(vector) = &asked.vector else { return 0.0 };
        let near = words.iter().filter_map(|word| self.vectors.get(*word)?.as_ref());
        near.map(|word| vector.cosine(word)).fold(0.0, f32::max)
    }
}

fn telling(phrase: &str, stop: &FxHashSet<&'static str>) -> impl Iterator<Item = String> {
    text::words(phrase).into_iter().filter(|word| word.len() > 1 && !stop.contains(word.as_str()))
}
