//! Nearness in meaning: a static table of token vectors, and a row for every phrase a service goes by.
//!
//! Meaning never overrides an exact name. It fills the gap when no name was used, and picks between names that contradict
//! each other.

mod alignment;
mod kinds;
mod table;
mod wordpiece;

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use self::table::{Embeddings, InvalidEmbeddings};
use self::{
    alignment::{Alignment, Asked},
    kinds::{Kind, PLACES, THINGS},
    table::Row,
};
use crate::vocabulary::{
    Category, KIDS, Service, ServiceIx,
    data::{Catalogue, Words},
};

/// From this similarity on, the meaning of a whole query settles which of two names is meant.
pub(crate) const ACCEPT: f32 = 0.64;
/// From this similarity on, it may overrule the only name.
pub(crate) const OVERRULE: f32 = 0.7;
/// From this similarity on, a service is worth asking about.
pub(crate) const SUGGEST: f32 = 0.52;
/// By how much the meaning of the whole query must beat the named service to overrule it.
pub(crate) const OVERRULE_MARGIN: f32 = 0.12;

/// From this similarity on, a phrase is as good as a name.
pub(crate) const A_NAME: f32 = 0.95;
/// How much being nearer than the next service counts beside being nearer than what nobody teaches.
const CLEARLY: f32 = 0.4;

/// How much of a similarity is due to the words one by one, the rest being due to the phrase as a whole.
const BY_WORDS: f32 = 0.3;
/// The services nearest by the phrase as a whole that are compared word by word.
const COMPARED: usize = 12;

/// From this likeness on, a word is like the name of a place.
const PLACE_LIKE: f32 = 0.28;

/// The phrases of all services as vectors of whole numbers.
#[derive(Debug)]
pub(crate) struct Meanings {
    table: Arc<Embeddings>,
    rows: Vec<i16>,
    scales: Vec<f32>,
    services: Vec<ServiceIx>,
    children: Vec<bool>,
    alignment: Alignment,
    /// Rows of what nobody teaches.
    outside: Vec<Row>,
    places: Arc<Kind>,
    things: Arc<Kind>,
    /// The phrase of each row.
    phrases: Vec<Box<str>>,
}

/// What former meanings know, to be taken over instead of being computed again.
struct Former<'a> {
    meanings: Option<&'a Meanings>,
    rows: FxHashMap<&'a str, (&'a [i16], f32)>,
}

impl<'a> Former<'a> {
    fn of(former: Option<&'a Meanings>) -> Self {
        let Some(meanings) = former else { return Self { meanings: None, rows: FxHashMap::default() } };
        let length = meanings.rows.len().checked_div(meanings.scales.len()).unwrap_or(0).max(1);
        let rows = meanings.rows.chunks_exact(length).zip(&meanings.scales).map(|(row, scale)| (row, *scale));
        let rows = meanings.phrases.iter().map(AsRef::as_ref).zip(rows).collect();
        Self { meanings: former, rows }
    }

    fn row(&self, phrase: &str) -> Option<(&'a [i16], f32)> {
        self.rows.get(phrase).copied()
    }

    fn alignment(&self) -> Option<&'a Alignment> {
        self.meanings.map(|meanings| &meanings.alignment)
    }

    /// The same kind, or a new one.
    fn kind(&self, of: impl Fn(&'a Meanings) -> &'a Arc<Kind>, new: impl FnOnce() -> Kind) -> Arc<Kind> {
        self.meanings.map_or_else(|| Arc::new(new()), |meanings| Arc::clone(of(meanings)))
    }
}

/// The services nearest to a phrase.
#[derive(Debug)]
pub(crate) struct Nearness<'a> {
    meanings: &'a Meanings,
    asked: Vec<Asked>,
    /// How near the best phrase of each service is to the whole.
    wholes: Vec<f32>,
    /// The nearest first, each service once; those that were compared word by word.
    pub(crate) services: Vec<Near>,
    /// How near the phrase is to something nobody teaches.
    pub(crate) outside: f32,
}

impl Nearness<'_> {
    /// The nearest service, unless something nobody teaches is nearer.
    pub(crate) fn best(&self) -> Option<Near> {
        self.services.first().copied().filter(|near| near.similarity > self.outside)
    }

    /// Whether the nearest service may answer a query of `telling` words that names none.
    ///
    /// A sentence describes what somebody wants to do; a bare noun is the name of something, and what is merely near a name is a
    /// neighbour of it. So the fewer words, the nearer it must be, and the more clearly nearer than the next service and than what
    /// nobody teaches.
    pub(crate) fn is_accepted(&self, telling: usize, sentence: bool) -> bool {
        let Some(top) = self.best() else { return false };
        let next = self.services.get(1).map_or(0.0, |next| next.similarity);
        let ahead = CLEARLY.mul_add(top.similarity - next, top.similarity - self.outside);
        let (least, least_ahead) = match (telling, sentence) {
            (0 | 1, false) => (A_NAME, 0.0),
            (0 | 1, true) => (0.78, 0.15),
            (2, false) => (0.80, 0.35),
            (2, true) => (0.60, 0.26),
            (3, false) => (0.58, 0.22),
            (_, false) => (0.58, 0.18),
            (_, true) => (0.58, 0.14),
        };
        top.similarity >= least && ahead >= least_ahead
    }

    /// How near the nearest of these services is.
    pub(crate) fn of(&self, services: &[ServiceIx]) -> f32 {
        services.iter().map(|service| self.similarity(usize::from(*service))).fold(0.0, f32::max)
    }

    /// Both comparisons, the whole phrase and its words, in one figure of at most 1.
    fn similarity(&self, service: usize) -> f32 {
        let whole = self.wholes.get(service).copied().unwrap_or(0.0);
        let share = self.meanings.alignment.share(&self.asked, service);
        share.map_or(whole, |share| BY_WORDS.mul_add(share - whole, whole))
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
        let more: FxHashMap<&str, _> =
            words.services.iter().map(|entry| (entry.slug.as_str(), entry)).collect();
        let phrases: Vec<Vec<&str>> = catalogue
            .services
            .iter()
            .map(|entry| {
                let own = std::iter::once(&entry.name).chain(&entry.search_terms);
                let more = more.get(entry.slug.as_str());
                let more = more.into_iter().flat_map(|entry| entry.synonyms.iter().chain(&entry.hints));
                own.chain(more).map(String::as_str).collect()
            })
            .collect();
        let children = services.iter().map(|service| {
            categories.get(usize::from(service.category)).is_some_and(|category| category.slug == KIDS)
        });
        let mut meanings = Self {
            rows: Vec::new(),
            scales: Vec::new(),
            services: Vec::new(),
            children: children.collect(),
            alignment: Alignment::new(&table, phrases.iter().cloned(), former.alignment()),
            outside,
            places: former.kind(|known| &known.places, || Kind::new(PLACES, &table)),
            things: former.kind(|known| &known.things, || Kind::new(THINGS, &table)),
            phrases: Vec::new(),
            table,
        };
        for (service, phrases) in (0..).zip(phrases) {
            for phrase in phrases {
                meanings.add(phrase, service, &former);
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
            let row = table::quantise(&vector);
            self.rows.extend(row.values);
            self.scales.push(row.scale);
        } else {
            return;
        }
        self.services.push(service);
        self.phrases.push(phrase.into());
    }

    /// The services nearest to the phrase. Services for children only if asked for.
    pub(crate) fn nearest(&self, phrase: &str, children: bool) -> Nearness<'_> {
        let asked = self.alignment.ask(phrase, &self.table);
        let wholes = vec![0.0; self.children.len()];
        let mut near = Nearness { meanings: self, asked, wholes, services: Vec::new(), outside: 0.0 };
        let Some(vector) = self.table.embed(phrase) else { return near };
        let query = table::quantise(&vector);
        let rows = self.rows.chunks_exact(query.values.len());
        for ((row, scale), service) in rows.zip(&self.scales).zip(&self.services) {
            let similarity = table::dot(row, &query.values) * scale * query.scale;
            if let Some(known) = near.wholes.get_mut(usize::from(*service)) {
                *known = known.max(similarity);
            }
        }
        near.outside = self.outside.iter().map(|row| row.cosine(&query)).fold(0.0, f32::max);
        let mut services: Vec<Near> = (0..)
            .zip(&near.wholes)
            .zip(&self.children)
            .filter(|((_, similarity), child)| **similarity > 0.0 && (children || !**child))
            .map(|((service, similarity), _)| Near { service, similarity: *similarity })
            .collect();
        let nearest_first =
            |a: &Near, b: &Near| b.similarity.total_cmp(&a.similarity).then(a.service.cmp(&b.service));
        services.sort_by(nearest_first);
        services.truncate(COMPARED);
        for service in &mut services {
            service.similarity = near.similarity(usize::from(service.service));
        }
        services.sort_by(nearest_first);
        near.services = services;
        near
    }

    /// Whether the word is like the names of places: "atlantis" is, "meetings" is not.
    pub(crate) fn is_like_a_place(&self, word: &str) -> bool {
        self.places.likeness(word, &self.table) >= PLACE_LIKE
    }

    /// How much the word is like things that are bought, visited or eaten, at most 1.
    pub(crate) fn likeness_to_things(&self, word: &str) -> f32 {
        self.things.likeness(word, &self.table)
    }

    /// How near the word is to the nearest word of these services, at most 1.
    pub(crate) fn likeness_to_words_of(&self, word: &str, services: &[ServiceIx]) -> f32 {
        let asked = self.alignment.ask(word, &self.table);
        let shares =
            services.iter().filter_map(|service| self.alignment.share(&asked, usize::from(*service)));
        shares.fold(0.0, f32::max)
    }

    /// Whether the word is among the commonest thirty thousand, which have a vector of their own.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        self.table.token(word).is_some()
    }

    /// How near one service is to the phrase.
    pub(crate) fn similarity(&self, phrase: &str, service: ServiceIx) -> f32 {
        self.nearest(phrase, true).of(&[service])
    }
}
