//! Scored spans over the tokens, and the best cover of them without overlaps.

use instainstru_core::dates::DateRange;

use super::{Audience, Level, Mode, PriceLimit, TimeWindow, Weekdays, reading::Reading};
use crate::vocabulary::Meaning;

/// What a span says.
#[derive(Debug, Clone)]
pub(super) enum Found {
    Phrase(Phrase),
    Price(PriceLimit),
    When(When),
    Duration(u16),
    Mode(Mode),
    NearUser,
    Level(Level),
    People(People),
    /// Understood, and of no consequence.
    Noise,
}

/// A phrase of the vocabulary.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    pub(super) meaning: Meaning,
    /// The phrase as it is spelt correctly.
    pub(super) spelled: String,
    /// Whether a word had to be corrected.
    pub(super) corrected: bool,
}

/// Dates and times.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct When {
    pub(super) dates: Vec<DateRange>,
    pub(super) weekdays: Weekdays,
    pub(super) time: Option<TimeWindow>,
}

/// Who is to be taught.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct People {
    pub(super) audience: Option<Audience>,
    pub(super) age: Option<u8>,
    pub(super) max_age: Option<u8>,
}

/// A reading of the tokens `from..to`.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) score: f32,
    pub(super) found: Found,
}

impl Candidate {
    /// A slot: each token counts as much as a word of a name, and being longer helps.
    pub(super) fn slot(from: usize, to: usize, found: Found) -> Self {
        Self { from, to, score: length_score(to - from), found }
    }

    pub(super) fn plus(mut self, bonus: f32) -> Self {
        self.score += bonus;
        self
    }
}

/// Ten for each token and two for each that follows another.
pub(super) fn length_score(tokens: usize) -> f32 {
    let tokens = f32::from(u16::try_from(tokens).unwrap_or(u16::MAX));
    tokens.mul_add(12.0, -2.0)
}

/// What a corrected word takes off the score of a slot.
const CORRECTED: f32 = 2.6;

/// The candidates of the best cover, in order.
pub(super) fn cover(reading: &Reading<'_>, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let count = reading.len();
    for candidate in &mut candidates {
        if !matches!(candidate.found, Found::Phrase(_)) {
            let corrected = (candidate.from..candidate.to).filter(|at| reading.is_corrected(*at)).count();
            candidate.score -= f32::from(u8::try_from(corrected).unwrap_or(u8::MAX)) * CORRECTED;
        }
    }
    candidates.retain(|c| c.from < c.to && c.to <= count && c.score > 0.0);
    candidates.sort_by(|a, b| a.to.cmp(&b.to).then(b.score.total_cmp(&a.score)));
    // best[t] is the best score of the first t tokens, and the candidate that ends there if one does.
    let mut best: Vec<(f32, Option<usize>)> = vec![(0.0, None); count + 1];
    let score_at = |best: &[(f32, Option<usize>)], at: usize| best.get(at).map_or(0.0, |(score, _)| *score);
    let mut next = candidates.iter().enumerate().peekable();
    for end in 1..=count {
        let mut choice = (score_at(&best, end - 1), None);
        while let Some((ix, candidate)) = next.next_if(|(_, candidate)| candidate.to == end) {
            let score = score_at(&best, candidate.from) + candidate.score;
            if score > choice.0 {
                choice = (score, Some(ix));
            }
        }
        if let Some(slot) = best.get_mut(end) {
            *slot = choice;
        }
    }
    let mut chosen = Vec::new();
    let mut end = count;
    while end > 0 {
        match best.get(end).and_then(|(_, ix)| *ix) {
            Some(ix) => {
                chosen.push(ix);
                end = candidates.get(ix).map_or(0, |candidate| candidate.from);
            }
            None => end -= 1,
        }
    }
    chosen.reverse();
    let mut slots: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    chosen.into_iter().filter_map(|ix| slots.get_mut(ix).and_then(Option::take)).collect()
}
