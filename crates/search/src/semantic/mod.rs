//! Nearness in meaning: a static table of token vectors, and a row for every phrase a service goes by.
//!
//! Meaning never overrides an exact name. It fills the gap when no name was used, and picks between names that contradict
//! each other.

mod table;
mod wordpiece;

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use self::table::{Embeddings, InvalidEmbeddings};
use crate::vocabulary::{
    Category, KIDS, Service, ServiceIx,
    data::{Catalogue, Words},
};

/// From this similarity on, the meaning of a whole query may overrule a name in it.
pub(crate) const ACCEPT: f32 = 0.64;
/// From this similarity on, a service is worth asking about.
pub(crate) const SUGGEST: f32 = 0.52;
/// By how much the meaning of the whole query must beat the named service to overrule it.
pub(crate) const OVERRULE_MARGIN: f32 = 0.12;

/// The similarity from which on a service answers a query of `telling` words that names none. A sentence describes what
/// somebody wants to do; a bare noun is the name of something, and what is merely near a name is a neighbour of it.
pub(crate) const fn acceptance(telling: usize, sentence: bool) -> f32 {
    match (telling, sentence) {
        (0 | 1, false) => 0.95,
        (0 | 1, true) => 0.78,
        (2, false) => 0.80,
        (2, true) => 0.67,
        (_, false) => 0.72,
        (_, true) => 0.65,
    }
}

/// The phrases of all services as vectors of whole numbers.
#[derive(Debug)]
pub(crate) struct Meanings {
    table: Arc<Embeddings>,
    rows: Vec<i8>,
    scales: Vec<f32>,
    services: Vec<ServiceIx>,
    children: Vec<bool>,
    /// Rows of what nobody teaches.
    outside: Vec<(Vec<i8>, f32)>,
    /// The phrase of each row.
    phrases: Vec<Box<str>>,
}

/// Rows of former meanings, to be taken over instead of being computed again.
struct Former<'a> {
    rows: FxHashMap<&'a str, (&'a [i8], f32)>,
}

impl<'a> Former<'a> {
    fn of(former: Option<&'a Meanings>) -> Self {
        let Some(former) = former else { return Self { rows: FxHashMap::default() } };
        let length = former.rows.len().checked_div(former.scales.len()).unwrap_or(0).max(1);
        let rows = former.rows.chunks_exact(length).zip(&former.scales).map(|(row, scale)| (row, *scale));
        Self { rows: former.phrases.iter().map(AsRef::as_ref).zip(rows).collect() }
    }

    fn row(&self, phrase: &str) -> Option<(&'a [i8], f32)> {
        self.rows.get(phrase).copied()
    }
}

/// The services nearest to a phrase.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Nearness {
    /// The nearest first, each service once.
    pub(crate) services: Vec<Near>,
    /// How near the phrase is to something nobody teaches.
    pub(crate) outside: f32,
}

impl Nearness {
    /// The nearest service, unless something nobody teaches is nearer.
    pub(crate) fn best(&self) -> Option<Near> {
        self.services.first().copied().filter(|near| near.similarity > self.outside)
    }

    /// How near the nearest of these services is.
    pub(crate) fn of(&self, services: &[ServiceIx]) -> f32 {
        self.services.iter().find(|near| services.contains(&near.service)).map_or(0.0, |near| near.similarity)
    }
}

/// A service and how near it is, at most 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Near {
    pub(crate) service: ServiceIx,
    pub(crate) similarity: f32,
}

impl Meanings {
    pub(crate) fn new(
        table: Arc<Embeddings>,
        services: &[Service],
        categories: &[Category],
        catalogue: &Catalogue,
        words: &Words,
        former: Option<&Self>,
    ) -> Self {
        let former = Former::of(former.filter(|former| Arc::ptr_eq(&former.table, &table)));
        let outside = words.outside.iter().filter_map(|phrase| table.embed(phrase));
        let outside = outside.map(|vector| table::quantise(&vector)).collect();
        let mut meanings = Self {
            table,
            rows: Vec::new(),
            scales: Vec::new(),
            services: Vec::new(),
            children: Vec::new(),
            outside,
            phrases: Vec::new(),
        };
        let more: FxHashMap<&str, _> =
            words.services.iter().map(|entry| (entry.slug.as_str(), entry)).collect();
        for ((ix, service), entry) in (0..).zip(services).zip(&catalogue.services) {
            let for_children =
                categories.get(usize::from(service.category)).is_some_and(|category| category.slug == KIDS);
            meanings.children.push(for_children);
            meanings.add(&entry.name, ix, &former);
            for term in &entry.search_terms {
                meanings.add(term, ix, &former);
            }
            if let Some(entry) = more.get(entry.slug.as_str()) {
                for phrase in entry.synonyms.iter().chain(&entry.hints) {
                    meanings.add(phrase, ix, &former);
                }
            }
        }
        meanings.rows.shrink_to_fit();
        meanings
    }

    fn add(&mut self, phrase: &str, service: ServiceIx, former: &Former<'_>) {
        if let Some((row, scale)) = former.row(phrase) {
            self.rows.extend(row);
            self.scales.push(scale);
        } else if let Some(vector) = self.table.embed(phrase) {
            let (row, scale) = table::quantise(&vector);
            self.rows.extend(row);
            self.scales.push(scale);
        } else {
            return;
        }
        self.services.push(service);
        self.phrases.push(phrase.into());
    }

    /// The services nearest to the phrase. Services for children only if asked for.
    pub(crate) fn nearest(&self, phrase: &str, children: bool) -> Nearness {
        let Some(vector) = self.table.embed(phrase) else { return Nearness::default() };
        let (query, query_scale) = table::quantise(&vector);
        let mut best: Vec<f32> = vec![0.0; self.children.len()];
        let rows = self.rows.chunks_exact(query.len());
        for ((row, scale), service) in rows.zip(&self.scales).zip(&self.services) {
            let similarity = table::dot(row, &query) * scale * query_scale;
            if let Some(known) = best.get_mut(usize::from(*service)) {
                *known = known.max(similarity);
            }
        }
        let mut services: Vec<Near> = (0..)
            .zip(&best)
            .zip(&self.children)
            .filter(|((_, similarity), child)| **similarity > 0.0 && (children || !**child))
            .map(|((service, similarity), _)| Near { service, similarity: *similarity })
            .collect();
        services.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.service.cmp(&b.service)));
        let outside = self.outside.iter().map(|(row, scale)| table::dot(row, &query) * scale * query_scale);
        Nearness { services, outside: outside.fold(0.0, f32::max) }
    }

    /// How near one service is to the phrase.
    pub(crate) fn similarity(&self, phrase: &str, service: ServiceIx) -> f32 {
        self.nearest(phrase, true).of(&[service])
    }
}
