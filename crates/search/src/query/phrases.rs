//! Finding phrases of the vocabulary: exact, misspelt, joined and split.

use super::{
    lattice::{Candidate, Found, Phrase, length_score},
    reading::Reading,
};
use crate::{
    text::Token,
    vocabulary::{
        AliasKind, Meaning, lists,
        trie::{NodeId, Trie, WordId},
    },
};

/// Words of the longest phrase that is looked for.
const MAX_WORDS: usize = 7;
/// A phrase with more errors than this is another phrase.
const MAX_COST: f32 = 3.2;
/// From this many letters on a word is long.
const LONG_WORD: usize = 9;
/// What a word that says little takes off the score of a phrase.
const FILLER: f32 = 1.5;
/// What such a word at either end of a phrase adds.
const EDGE: f32 = 0.5;
/// The share of an error that counts in such a word.
const OF_FILLER: f32 = 0.15;
/// What writing a word as two costs.
const APART: f32 = 0.6;
/// What an error takes off the score.
const ERROR: f32 = 2.6;

/// Steps through the vocabulary from one token on; a real query takes a few dozen. More is given up, so that no text is slow.
const MAX_STEPS: usize = 2_000;

/// All phrases of the vocabulary that begin anywhere.
pub(super) fn propose(reading: &Reading<'_>) -> Vec<Candidate> {
    let mut out = Vec::new();
    for from in 0..reading.len() {
        walk_from(reading, from, &mut out);
    }
    out
}

/// The phrases that begin at `from`, and how many steps it took to find them.
fn walk_from(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) -> usize {
    let path = Path { from, next: from, ..Path::default() };
    let mut steps_left = MAX_STEPS;
    walk(reading, &path, Trie::<Meaning>::ROOT, &mut steps_left, out);
    MAX_STEPS - steps_left
}

/// The way through the trie so far.
#[derive(Debug, Clone, Default)]
struct Path {
    from: usize,
    next: usize,
    words: Vec<WordId>,
    cost: f32,
    /// Telling words that stand as typed.
    exact: usize,
    /// Words whose correction needs an exact word beside it.
    needs_company: bool,
    corrected: bool,
}

impl Path {
    fn step(&self, next: usize, word: WordId, cost: f32) -> Self {
        let mut path = self.clone();
        path.next = next;
        path.words.push(word);
        path.cost += cost;
        path
    }
}

fn walk(reading: &Reading<'_>, path: &Path, node: NodeId, steps_left: &mut usize, out: &mut Vec<Candidate>) {
    let phrases = &reading.vocabulary.phrases;
    if node != Trie::<Meaning>::ROOT {
        for meaning in phrases.values(node) {
            out.extend(candidate(reading, path, meaning));
        }
    }
    if path.words.len() >= MAX_WORDS {
        return;
    }
    let mut at = path.next;
    if !path.words.is_empty() {
        // Hyphens within a name do not matter: "hip-hop", "St. George".
        while reading.is_sign(at, '-') || (reading.is_sign(at, '.') && reading.glued(at)) {
            at += 1;
        }
    }
    for (next, word, step) in steps(reading, path, at) {
        let Some(left) = steps_left.checked_sub(1) else { return };
        *steps_left = left;
        if let Some(node) = phrases.step(node, word) {
            let mut path = path.step(next, word, step.cost);
            path.exact += usize::from(step.exact);
            path.needs_company |= step.needs_company;
            path.corrected |= step.corrected;
            if path.cost <= MAX_COST {
                walk(reading, &path, node, steps_left, out);
            }
        }
    }
}

#[derive(Default)]
struct Step {
    cost: f32,
    exact: bool,
    needs_company: bool,
    corrected: bool,
}

/// The words that may be meant at `at`, each with the token behind it.
fn steps(reading: &Reading<'_>, path: &Path, at: usize) -> Vec<(usize, WordId, Step)> {
    let mut out = Vec::new();
    let Some(word) = reading.word(at) else { return out };
    let phrases = &reading.vocabulary.phrases;
    let text = reading.raw(at);
    let telling = !reading.vocabulary.is_filler(text);
    if let Some(id) = word.exact {
        out.push((at + 1, id, Step { exact: telling, ..Step::default() }));
    }
    if telling && text.len() >= 4 {
        let singular = text.strip_suffix('s').and_then(|stem| phrases.word(stem));
        let plural = phrases.word(&format!("{text}s"));
        for id in singular.into_iter().chain(plural) {
            out.push((at + 1, id, Step { cost: 0.2, exact: true, ..Step::default() }));
        }
    }
    // "key board"
    if let Some(next) =
        reading.token(at + 1).filter(|next| next.is_word() && reading.token(at).is_some_and(Token::is_word))
        && text.len() + next.text.len() >= 6
        && !(word.exact.is_some()
            && reading.word(at + 1).is_some_and(|word| word.exact.is_some())
            && !telling)
        && let Some(id) = phrases.word(&format!("{text}{}", next.text))
    {
        out.push((at + 2, id, Step { cost: APART, exact: true, ..Step::default() }));
    }
    for correction in &word.apart {
        let cost = correction.cost + APART;
        if path.cost + cost <= MAX_COST {
            let step = Step { cost, exact: false, needs_company: false, corrected: true };
            out.push((at + 2, correction.word, step));
        }
    }
    for correction in &word.corrections {
        let cost = if reading.vocabulary.is_filler(phrases.spelled(correction.word)) {
            correction.cost * OF_FILLER
        } else {
            correction.cost
        };
        let step = Step { cost, exact: false, needs_company: word.only_inside, corrected: true };
        // The first word of a phrase must leave room for the others.
        if path.cost + cost <= MAX_COST {
            out.push((at + 1, correction.word, step));
        }
    }
    out
}

/// Errors that a phrase without a single right word may have: one, or two in a long word.
fn lonely_cost(reading: &Reading<'_>, path: &Path) -> f32 {
    let lengths = (path.from..path.next).map(|at| reading.raw(at).len());
    let apart = path.next - path.from > path.words.len();
    let letters = if apart { lengths.sum() } else { lengths.max().unwrap_or(0) };
    if letters >= LONG_WORD { MAX_COST } else { 1.75 }
}

fn candidate(reading: &Reading<'_>, path: &Path, meaning: &Meaning) -> Option<Candidate> {
    if path.corrected && path.words.len() == 1 && reading.is_likely_filler(path.from) {
        return None;
    }
    let expected = matches!(meaning, Meaning::Place(_)) && prepared(reading, path.from);
    let too_far = path.cost > lonely_cost(reading, path) && !expected;
    if path.exact == 0 && (path.needs_company || too_far) {
        return None;
    }
    let phrases = &reading.vocabulary.phrases;
    let words: Vec<&str> = path.words.iter().map(|id| phrases.spelled(*id)).collect();
    let says_little = |word: &&&str| reading.vocabulary.is_filler(word);
    let telling = words.iter().filter(|word| !says_little(word)).count();
    let count = |fillers: usize| f32::from(u8::try_from(fillers).unwrap_or(u8::MAX));
    let fillers = count(words.len() - telling);
    let only_frames = |word: &&&str| says_little(word) && lists::frames(word);
    let edges =
        words.iter().take_while(only_frames).count() + words.iter().rev().take_while(only_frames).count();
    // "middle school math" is one name, though "school" says little by itself; "math tutor" says no more than "math".
    let mut score = if telling > 0 {
        length_score(words.len() - edges) - (fillers - count(edges)) * FILLER + count(edges) * EDGE
    } else {
        fillers.mul_add(5.0, 2.0)
    };
    score -= path.cost * ERROR;
    let tokens = path.next - path.from;
    if tokens > path.words.len() {
        // A name written apart covers two tokens.
        score += if path.corrected { 6.0 } else { 2.0 };
    }
    match meaning {
        Meaning::Services { kind, .. } => {
            score += match kind {
                AliasKind::Name => 0.6,
                AliasKind::Synonym => 0.4,
                AliasKind::Term => 0.2,
            };
        }
        Meaning::Group(_) => score += 0.1,
        Meaning::Category(_) => score -= 0.5,
        Meaning::NotService(_) => score += 1.0,
        Meaning::Place(_) => {
            // "in Chelsea" is a place whatever else Chelsea may be.
            score += place_bonus(reading, path.from);
            if path.corrected && !prepared(reading, path.from) {
                score -= 3.0;
            }
            // Two letters are a place only where a place is expected.
            if words.iter().map(|word| word.len()).sum::<usize>() <= 2
                && !prepared(reading, path.from)
                && path.next < reading.len()
            {
                return None;
            }
        }
        Meaning::WholeCity | Meaning::Elsewhere => {
            score += place_bonus(reading, path.from);
            // Who travels to Rome does not look for a teacher there.
            let destination = matches!(meaning, Meaning::Elsewhere) && reading.before(path.from) == "to";
            if path.corrected || destination {
                return None;
            }
        }
        Meaning::Slot => return None,
    }
    let found = Found::Phrase(Phrase {
        meaning: meaning.clone(),
        spelled: words.join(" "),
        corrected: path.corrected,
    });
    Some(Candidate { from: path.from, to: path.next, score, found })
}

/// Whether the word before leads to a place.
pub(super) fn prepared(reading: &Reading<'_>, at: usize) -> bool {
    let before = if reading.before(at) == "the" { at.saturating_sub(1) } else { at };
    matches!(reading.before(before), "in" | "near" | "around" | "at" | "from" | "to" | "of" | "by")
}

fn place_bonus(reading: &Reading<'_>, at: usize) -> f32 {
    let before = if reading.before(at) == "the" { at.saturating_sub(1) } else { at };
    match reading.before(before) {
        "in" | "near" | "around" => 3.0,
        "at" | "from" => 1.5,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::vocabulary::Vocabulary;

    fn most_steps(vocabulary: &Vocabulary, text: &str) -> usize {
        let reading = Reading::new(vocabulary, text, date(2026, 3, 11));
        (0..reading.len()).map(|from| walk_from(&reading, from, &mut Vec::new())).max().unwrap_or(0)
    }

    #[test]
    fn no_text_takes_many_steps_and_no_real_query_is_given_up() {
        let vocabulary = Vocabulary::embedded().unwrap();
        let real = [
            "piano lessons for my 7 year old in park slope under $70 on saturday mornings",
            "i cant organize my school work and forget assignments",
            "advanced placement environmental science test prep tutor high school",
            "learn how to take good pictures with my camera",
            "middle school english language arts reading and writing tutor",
        ];
        for text in real {
            assert!(most_steps(&vocabulary, text) < MAX_STEPS / 10, "{text}");
        }
        let words: Vec<String> =
            vocabulary.services().flat_map(|(_, service)| crate::text::words(&service.name)).collect();
        let misspelt = |word: &String| format!("{}{}", word.chars().skip(1).collect::<String>(), "xe");
        let hostile = [
            "dance ".repeat(5_000),
            "learn to play the ".repeat(5_000),
            words.join(" "),
            words.concat(),
            words.iter().map(misspelt).collect::<Vec<_>>().join(" "),
            "aeiouaeiouaeiouaeiouaeio ".repeat(500),
            "lesons clases techer tutr ".repeat(500),
        ];
        for text in hostile {
            assert!(most_steps(&vocabulary, &text) <= MAX_STEPS);
        }
    }
}
