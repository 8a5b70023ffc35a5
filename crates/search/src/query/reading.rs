//! The tokens of one query, with what each may have been meant to be.

use jiff::civil::Date;

use super::{joined, numbers};
use crate::{
    text::{self, Kind, Span, Token},
    vocabulary::{Meaning, Vocabulary, spelling::Correction, trie::WordId},
};

/// Letters of the shortest word that is written as two.
const SHORTEST_TOGETHER: usize = 7;
/// Letters of a short word.
const SHORT: usize = 4;
/// What one error costs.
const ONE_ERROR: f32 = 1.0;

/// A query being read.
pub(super) struct Reading<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) text: &'a str,
    pub(super) today: Date,
    pub(super) tokens: Vec<Token>,
    readings: Vec<Word>,
}

/// What is known about one token.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// Its number in the vocabulary.
    pub(super) exact: Option<WordId>,
    /// Words it may be a misspelling of, the nearest first.
    pub(super) corrections: Vec<Correction>,
    /// The corrections count only inside a phrase whose other words are right: the word is correct as it stands, or short.
    pub(super) only_inside: bool,
    /// Words it may be a misspelling of together with the next token: "foto graphy".
    pub(super) apart: Vec<Correction>,
    /// The word of dates, times and people it must be a misspelling of.
    slot: Option<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary, text: &'a str, today: Date) -> Self {
        let tokens = joined::split(vocabulary, text::tokens(text));
        let mut readings: Vec<Word> = tokens.iter().map(|token| Word::read(vocabulary, token)).collect();
        for at in 0..readings.len() {
            let apart = written_apart(vocabulary, &tokens, &readings, at);
            if let Some(word) = readings.get_mut(at) {
                word.apart = apart;
            }
        }
        Self { vocabulary, text, today, tokens, readings }
    }

    pub(super) const fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    pub(super) fn word(&self, at: usize) -> Option<&Word> {
        self.readings.get(at)
    }

    /// The token as written, folded; empty beyond the end.
    pub(super) fn raw(&self, at: usize) -> &str {
        self.token(at).map_or("", |token| token.text.as_str())
    }

    /// The token, corrected if it is a misspelt word of dates, times and people.
    pub(super) fn at(&self, at: usize) -> &str {
        self.word(at).and_then(|word| word.slot.as_deref()).unwrap_or_else(|| self.raw(at))
    }

    /// The token, corrected to the nearest word of the vocabulary if it is no word as it stands.
    pub(super) fn likely(&self, at: usize) -> &str {
        let Some(word) = self.word(at).filter(|word| word.exact.is_none() && !word.only_inside) else {
            return self.at(at);
        };
        word.corrections
            .first()
            .map_or_else(|| self.at(at), |best| self.vocabulary.phrases.spelled(best.word))
    }

    /// Whether the token is most likely a misspelt word that says little: "clas" is a class, not clay.
    pub(super) fn is_likely_filler(&self, at: usize) -> bool {
        let slot = self.word(at).and_then(|word| word.slot.as_deref());
        slot.is_some_and(|word| self.vocabulary.is_filler(word))
    }

    /// Whether the token reads as another word of dates, times and people than it is written.
    pub(super) fn is_corrected(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| word.slot.is_some())
    }

    /// The token before `at`.
    pub(super) fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.at(at))
    }

    pub(super) fn is_sign(&self, at: usize, sign: char) -> bool {
        self.token(at).is_some_and(|token| token.is_sign(sign))
    }

    /// Whether the token follows the one before without a space.
    pub(super) fn glued(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.glued)
    }

    /// The value in hundredths of a number in digits.
    pub(super) fn hundredths(&self, at: usize) -> Option<u32> {
        match self.token(at)?.kind {
            Kind::Number(value) => Some(value),
            Kind::Word | Kind::Sign => None,
        }
    }

    /// A whole number in digits.
    pub(super) fn digits(&self, at: usize) -> Option<u32> {
        self.hundredths(at).filter(|value| value % 100 == 0).map(|value| value / 100)
    }

    /// A whole number in digits or as a word.
    pub(super) fn number(&self, at: usize) -> Option<u32> {
        self.digits(at).or_else(|| numbers::word(self.at(at)))
    }

    /// The end of `phrase` if it stands at `at`; hyphens between its words do not matter.
    pub(super) fn phrase_end(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut next = at;
        for (ix, word) in phrase.split(' ').enumerate() {
            if ix > 0 && self.is_sign(next, '-') {
                next += 1;
            }
            if self.at(next) != word && self.raw(next) != word {
                return None;
            }
            next += 1;
        }
        Some(next)
    }

    /// The end of the first of `phrases` that stands at `at`.
    pub(super) fn any_phrase_end(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().find_map(|phrase| self.phrase_end(at, phrase))
    }

    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let first = self.token(from).map_or(Span { start: 0, end: 0 }, |token| token.span);
        let last = to.checked_sub(1).and_then(|last| self.token(last)).map_or(first, |token| token.span);
        first.join(last)
    }

    /// The words and numbers of `from..to`, joined by spaces.
    pub(super) fn phrase(&self, from: usize, to: usize) -> String {
        let words: Vec<&str> = (from..to)
            .filter_map(|at| self.token(at))
            .filter(|token| token.kind != Kind::Sign)
            .map(|token| token.text.as_str())
            .collect();
        words.join(" ")
    }
}

impl Word {
    fn read(vocabulary: &Vocabulary, token: &Token) -> Self {
        if token.kind == Kind::Sign {
            return Self::default();
        }
        let exact = vocabulary.phrases.word(&token.text);
        if !token.is_word() || vocabulary.is_filler(&token.text) {
            return Self { exact, ..Self::default() };
        }
        let mut corrections = vocabulary.spelling.near(&token.text);
        // A word that only occurs inside some phrase may itself be a common misspelling.
        let named = !vocabulary.phrases.find(&[token.text.as_str()]).is_empty();
        let english = vocabulary.english.contains(&token.text);
        let rare = english && !named && vocabulary.is_rare(&token.text);
        if rare {
            // "sowing" is a word, and yet who types it most likely wants to sew.
            corrections.retain(|correction| correction.cost <= ONE_ERROR);
        }
        let only_inside = named || (english && !rare) || token.text.chars().count() < 4;
        // Of words equally near to a short one, the one that says when or for whom is likelier: "clas" is a class, not clay.
        let nearest = corrections.first().map_or(0.0, |best| best.cost);
        let alike = if token.text.len() > SHORT { 1 } else { corrections.len() };
        let slot = corrections
            .iter()
            .take(alike)
            .filter(|correction| !only_inside && (nearest <= ONE_ERROR || !is_weak(vocabulary, correction)))
            .take_while(|correction| correction.cost <= nearest)
            .map(|correction| vocabulary.phrases.spelled(correction.word))
            .find(|word| is_slot_word(vocabulary, word))
            .map(str::to_owned);
        if slot.is_some() {
            corrections.retain(|correction| correction.cost <= nearest + 0.5);
        }
        Self { exact, corrections, only_inside, apart: Vec::new(), slot }
    }

    /// Nobody knows it.
    fn is_unknown(&self) -> bool {
        self.exact.is_none() && !self.only_inside
    }
}

/// What two words may be together, when at least one of them is none.
fn written_apart(vocabulary: &Vocabulary, tokens: &[Token], readings: &[Word], at: usize) -> Vec<Correction> {
    let (Some(first), Some(second)) = (tokens.get(at), tokens.get(at + 1)) else { return Vec::new() };
    let telling = |token: &Token| token.is_word() && !vocabulary.is_filler(&token.text);
    let unknown = |at: usize| readings.get(at).is_some_and(Word::is_unknown);
    if !telling(first) || !telling(second) || !(unknown(at) || unknown(at + 1)) {
        return Vec::new();
    }
    let together = format!("{}{}", first.text, second.text);
    if together.len() < SHORTEST_TOGETHER { Vec::new() } else { vocabulary.spelling.near(&together) }
}

/// Two errors make too much of a word that says nothing: "twerking" is not "working".
fn is_weak(vocabulary: &Vocabulary, correction: &Correction) -> bool {
    vocabulary.is_filler(vocabulary.phrases.spelled(correction.word))
}

fn is_slot_word(vocabulary: &Vocabulary, word: &str) -> bool {
    vocabulary.phrases.find(&[word]).contains(&Meaning::Slot)
}
