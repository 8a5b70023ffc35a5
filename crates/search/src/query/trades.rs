//! What holds the name of a service and is no lesson: "piano tuning", "guitar store", "russian doll".

use super::{lattice::Candidate, reading::Reading, services::Hit};
use crate::{semantic::Meanings, vocabulary::lists};

/// What stands beside the name of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Buying, mending, hiring: certainly no lesson.
    Trade,
    /// A thing that the service has nothing to do with: the name is no name here.
    Thing,
}

/// The words of a query around the names in it.
pub(super) struct Surroundings<'a> {
    reading: &'a Reading<'a>,
    /// Tokens that no span explains, words that say little among them.
    free: Vec<usize>,
    /// Those of them that say something.
    leftover: &'a [usize],
}

impl<'a> Surroundings<'a> {
    /// What the cover leaves free; phrases that block a service explain nothing.
    pub(super) fn new(
        reading: &'a Reading<'a>,
        cover: &[Candidate],
        leftover: &'a [usize],
        hits: &[Hit],
    ) -> Self {
        let within = |from: usize, to: usize, at: usize| (from..to).contains(&at);
        let covered = |at: &usize| cover.iter().any(|candidate| within(candidate.from, candidate.to, *at));
        let blocking = |at: &usize| hits.iter().any(|hit| hit.blocked && within(hit.from, hit.to, *at));
        let free = (0..reading.len()).filter(|at| !covered(at) || blocking(at)).collect();
        Self { reading, free, leftover }
    }

    /// What makes the hit no request for lessons, if anything does.
    pub(super) fn beside(&self, hit: &Hit) -> Option<Beside> {
        if is_bought_or_mended(self.reading, hit) || self.is_of_a_trade(hit) {
            Some(Beside::Trade)
        } else if self.names_a_thing(hit) {
            Some(Beside::Thing)
        } else {
            None
        }
    }

    /// "piano tuning" and "guitar store"; with words between, "guitar amp repair" and "drums for sale", unless lessons are asked
    /// for.
    fn is_of_a_trade(&self, hit: &Hit) -> bool {
        let is_trade = |at: usize| self.reading.vocabulary.other_trade.contains(self.reading.raw(at));
        let behind = hit.to..(hit.to + 1 + MOST_WORDS_BETWEEN).min(self.reading.len());
        let mut behind = behind.take_while(|at| !CLAUSE.contains(&self.reading.raw(*at)));
        is_trade(hit.to) || (self.is_bare() && behind.any(|at| self.free.contains(&at) && is_trade(at)))
    }

    /// "russian doll", "english breakfast": a noun right behind a name says what the whole is, and when it is a thing that has
    /// nothing to do with the service, no lesson is meant.
    fn names_a_thing(&self, hit: &Hit) -> bool {
        let Some(meanings) = &self.reading.vocabulary.meanings else { return false };
        let noun = |at: &usize| self.free.contains(at) && !FUNCTION.contains(&self.reading.raw(*at));
        let head = (hit.to..).take_while(noun).filter(|at| self.leftover.contains(at)).last();
        let head = head.map(|at| self.reading.raw(at));
        head.is_some_and(|head| {
            self.reading.vocabulary.english.contains(head)
                && self.is_bare()
                && is_foreign(meanings, head, hit)
        })
    }

    /// No lessons are asked for, and nobody says what they want to do.
    fn is_bare(&self) -> bool {
        (0..self.reading.len()).all(|at| {
            !lists::TEACHING.contains(&self.reading.at(at))
                && !lists::SENTENCE.contains(&self.reading.raw(at))
        })
    }
}

/// "buy a used piano", "tune my guitar".
fn is_bought_or_mended(reading: &Reading<'_>, hit: &Hit) -> bool {
    let mut first = hit.from;
    while first > 0 && matches!(reading.before(first), "a" | "an" | "my" | "the" | "some" | "our") {
        first -= 1;
    }
    let before = reading.before(first);
    hit.category.is_none() && (lists::TRADE.contains(&before) || lists::MENDING.contains(&before))
}

/// Words between the name of a service and the word of a trade that belongs to it.
const MOST_WORDS_BETWEEN: usize = 2;

fn is_foreign(meanings: &Meanings, word: &str, hit: &Hit) -> bool {
    let like_a_thing = meanings.likeness_to_things(word);
    let of_the_service = meanings.likeness_to_words_of(word, &hit.services);
    of_the_service < OF_THE_SERVICE && like_a_thing >= A_THING && like_a_thing >= of_the_service
}

/// From this nearness to some word of a service on, a word has to do with it.
const OF_THE_SERVICE: f32 = 0.55;
/// From this nearness to things that are bought, visited or eaten on, a word is one.
const A_THING: f32 = 0.25;

/// Words that begin a clause, which speaks of something else: "japanese before moving to tokyo".
const CLAUSE: &[&str] = &["before", "after", "when", "while", "because", "since", "so", "until", "if"];

/// Words that end a run of nouns.
const FUNCTION: &[&str] = &[
    "for", "in", "at", "on", "with", "without", "to", "of", "and", "or", "near", "by", "from", "not", "no",
    "under", "over", "after", "before", "the", "a", "an",
];
