//! Correcting misspelt words: deletes in the manner of `SymSpell`, and a phonetic key.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::trie::WordId;

/// Longest word that is looked up; nothing in a vocabulary is as long.
const MAX_LETTERS: usize = 24;
/// Words of this many letters may carry two errors, shorter ones one.
const TWO_ERRORS_FROM: usize = 7;
/// Shortest word that is corrected on its own.
const ONE_ERROR_FROM: usize = 4;

/// A word somebody may have meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Correction {
    pub(crate) word: WordId,
    /// Number of errors, plus a part for an error in the first letter.
    pub(crate) cost: f32,
}

/// Finds words of the vocabulary near a misspelt one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spelling {
    /// Hash of a word with letters left out, and the word. Sorted.
    deletes: Vec<(u32, WordId)>,
    /// Hash of a word's phonetic key, and the word. Sorted.
    sounds: Vec<(u32, WordId)>,
    words: Vec<Box<str>>,
}

impl Spelling {
    /// Indexes the words; their position is their number.
    pub(crate) fn new(words: Vec<Box<str>>) -> Self {
        Self::default().renewed(words)
    }

    /// An index of these words that takes over what this one knows about those it has, which is much faster.
    pub(crate) fn renewed(&self, words: Vec<Box<str>>) -> Self {
        let numbers: FxHashMap<&str, WordId> =
            (0..).zip(&words).map(|(id, word)| (word.as_ref(), id)).collect();
        let moved: Vec<Option<WordId>> =
            self.words.iter().map(|word| numbers.get(word.as_ref()).copied()).collect();
        let taken_over = |(hash, id): &(u32, WordId)| {
            let id = usize::try_from(*id).ok().and_then(|at| moved.get(at).copied().flatten())?;
            Some((*hash, id))
        };
        let mut deletes: Vec<(u32, WordId)> = self.deletes.iter().filter_map(taken_over).collect();
        let mut sounds: Vec<(u32, WordId)> = self.sounds.iter().filter_map(taken_over).collect();
        let known: FxHashSet<WordId> = moved.into_iter().flatten().collect();
        let (mut new_deletes, mut new_sounds) = (Vec::new(), Vec::new());
        for (id, word) in (0..).zip(&words).filter(|(id, _)| !known.contains(id)) {
            let letters: Vec<char> = word.chars().collect();
            if letters.len() < 3 || letters.len() > MAX_LETTERS || !letters.iter().all(|c| c.is_alphabetic())
            {
                continue;
            }
            let errors = if letters.len() >= TWO_ERRORS_FROM { 2 } else { 1 };
            variants(&letters, errors, &mut |variant| new_deletes.push((hash(variant), id)));
            if letters.len() >= ONE_ERROR_FROM {
                new_sounds.push((hash(&sound(&letters)), id));
            }
        }
        new_deletes.sort_unstable();
        new_deletes.dedup();
        new_sounds.sort_unstable();
        // Both halves are in order, so this stable sort only merges them.
        deletes.append(&mut new_deletes);
        deletes.sort_by_key(|(hash, _)| *hash);
        deletes.shrink_to_fit();
        sounds.append(&mut new_sounds);
        sounds.sort_by_key(|(hash, _)| *hash);
        Self { deletes, sounds, words }
    }

    /// Words within the allowed number of errors of `word`, the nearest first. Never the word itself.
    pub(crate) fn near(&self, word: &str) -> Vec<Correction> {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 3 || letters.len() > MAX_LETTERS {
            return Vec::new();
        }
        let errors = if letters.len() >= TWO_ERRORS_FROM { 2 } else { 1 };
        let mut candidates: Vec<WordId> = Vec::new();
        variants(&letters, errors, &mut |variant| {
            let wanted = hash(variant);
            let from = self.deletes.partition_point(|(hash, _)| *hash < wanted);
            let same = self.deletes.get(from..).unwrap_or_default();
            candidates.extend(same.iter().take_while(|(hash, _)| *hash == wanted).map(|(_, id)| *id));
        });
        let wanted = hash(&sound(&letters));
        let from = self.sounds.partition_point(|(hash, _)| *hash < wanted);
        let alike =
            self.sounds.get(from..).unwrap_or_default().iter().take_while(|(hash, _)| *hash == wanted);
        let alike: Vec<WordId> = alike.map(|(_, id)| *id).collect();
        candidates.extend(&alike);
        candidates.sort_unstable();
        candidates.dedup();
        let mut found: Vec<Correction> = candidates
            .into_iter()
            .filter_map(|id| {
                let other: Vec<char> = self.word(id).chars().collect();
                let cost = distance(&letters, &other);
                let sounds_alike = alike.contains(&id) && letters.len() >= ONE_ERROR_FROM;
                let allowed = if other.len() >= TWO_ERRORS_FROM { errors } else { 1 };
                if cost == 0 || (cost > allowed && !sounds_alike) {
                    return None;
                }
                // Whoever writes by ear makes one error, however many letters it costs.
                let cost = if sounds_alike { cost.min(2) } else { cost };
                let first = if letters.first() == other.first() { 0.0 } else { 0.6 };
                let swapped_letters = sorted(&letters) == sorted(&other);
                let kind = if sounds_alike || swapped_letters { -0.3 } else { 0.0 };
                Some(Correction { word: id, cost: f32::from(cost) + first + kind })
            })
            .collect();
        found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.word.cmp(&b.word)));
        found.truncate(8);
        found
    }

    fn word(&self, id: WordId) -> &str {
        usize::try_from(id).ok().and_then(|at| self.words.get(at)).map_or("", AsRef::as_ref)
    }
}

fn sorted(letters: &[char]) -> Vec<char> {
    let mut letters = letters.to_vec();
    letters.sort_unstable();
    letters
}

/// Calls `each` with the word and every form with up to `errors` letters left out.
fn variants(letters: &[char], errors: u8, each: &mut impl FnMut(&[char])) {
    each(letters);
    let mut shorter = Vec::with_capacity(letters.len());
    let mut twice: Vec<char> = Vec::with_capacity(letters.len());
    for skip in 0..letters.len() {
        shorter.clear();
        shorter.extend(letters.iter().enumerate().filter(|(at, _)| *at != skip).map(|(_, c)| *c));
        each(&shorter);
        if errors > 1 {
            for also in skip..shorter.len() {
                twice.clear();
                twice.extend(shorter.iter().enumerate().filter(|(at, _)| *at != also).map(|(_, c)| *c));
                each(&twice);
            }
        }
    }
}

fn hash(letters: &[char]) -> u32 {
    let mut hasher = FxHasher::default();
    letters.hash(&mut hasher);
    u32::try_from(hasher.finish() >> 32).unwrap_or(0)
}

/// How a word sounds: ph as f, hard c and ck as k, x as ks, z as s, doubled letters once, vowels after the first merged.
fn sound(letters: &[char]) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(letters.len() + 2);
    let mut push = |c: char| {
        if out.last() != Some(&c) {
            out.push(c);
        }
    };
    let mut rest = letters.iter().copied().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek().copied()) {
            ('p', Some('h')) => {
                rest.next();
                push('f');
            }
            ('c', Some('h')) => push('k'),
            ('c', Some('e' | 'i' | 'y')) | ('z', _) => push('s'),
            ('c' | 'q', _) => push('k'),
            ('x', _) => {
                push('k');
                push('s');
            }
            ('h', _) if !matches!(rest.peek(), Some('a' | 'e' | 'i' | 'o' | 'u' | 'y')) => {}
            ('y', _) => push('i'),
            ('e', None) => {}
            (other, _) => push(other),
        }
    }
    out
}

/// Optimal string alignment distance, with a transposition as one error; stops counting at 4.
fn distance(a: &[char], b: &[char]) -> u8 {
    if a.len().abs_diff(b.len()) > 3 {
        return 4;
    }
    let width = b.len() + 1;
    let first: Vec<u8> = (0..width).map(|at| u8::try_from(at).unwrap_or(u8::MAX)).collect();
    let mut before: Vec<u8> = Vec::new();
    let mut above = first;
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(width);
        row.push(u8::try_from(i + 1).unwrap_or(u8::MAX));
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[u8], column: usize| row.get(column).copied().unwrap_or(u8::MAX);
            let changed = at(&above, j).saturating_add(u8::from(x != y));
            let mut best =
                changed.min(at(&above, j + 1).saturating_add(1)).min(at(&row, j).saturating_add(1));
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                best = best.min(at(&before, j - 1).saturating_add(1));
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(4).min(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(words: &[&str], typed: &str) -> Option<String> {
        let spelling = Spelling::new(words.iter().map(|word| Box::from(*word)).collect());
        spelling.near(typed).first().map(|found| spelling.word(found.word).to_owned())
    }

    #[test]
    fn single_errors_double_errors_and_sounds_are_found() {
        let words = ["piano", "photography", "accordion", "taxi", "clarinet", "yoga"];
        for (typed, meant) in [
            ("piono", "piano"),
            ("paino", "piano"),
            ("fotografy", "photography"),
            ("arkordion", "accordion"),
            ("taksi", "taxi"),
            ("clarinette", "clarinet"),
        ] {
            assert_eq!(nearest(&words, typed).as_deref(), Some(meant), "{typed}");
        }
        for typed in ["pi", "pxxno", "house", "yoga"] {
            assert_eq!(nearest(&words, typed), None, "{typed}");
        }
    }

    #[test]
    fn renewing_gives_what_a_new_index_would() {
        let boxed = |words: &[&str]| words.iter().map(|word| Box::from(*word)).collect::<Vec<Box<str>>>();
        let former = Spelling::new(boxed(&["piano", "viola", "photography", "yoga", "accordion"]));
        let words = boxed(&["yoga", "taxi", "photography", "guitar", "piano"]);
        let (renewed, new) = (former.renewed(words.clone()), Spelling::new(words));
        for typed in ["piono", "fotografy", "taksi", "gitar", "yoda", "voila", "acordion", "photograpyh"] {
            assert_eq!(renewed.near(typed), new.near(typed), "{typed}");
        }
        assert_eq!(renewed.deletes.len(), new.deletes.len());
        assert_eq!(renewed.sounds.len(), new.sounds.len());
    }

    #[test]
    fn transposition_is_one_error() {
        let d = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(
            (d("viloin", "violin"), d("abc", "abc"), d("", "ab"), d("abcdefgh", "zzzzzzzz")),
            (1, 0, 2, 4)
        );
    }
}
