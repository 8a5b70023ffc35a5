//! Phrases as paths of words.

use rustc_hash::FxHashMap;

/// Number of a word.
pub(crate) type WordId = u32;
/// Number of a node; the root is 0.
pub(crate) type NodeId = u32;

/// A trie over words; each path that is a phrase carries values.
#[derive(Debug, Clone)]
pub(crate) struct Trie<T> {
    words: FxHashMap<Box<str>, WordId>,
    steps: FxHashMap<(NodeId, WordId), NodeId>,
    values: Vec<Vec<T>>,
    spelled: Vec<Box<str>>,
}

impl<T> Default for Trie<T> {
    fn default() -> Self {
        Self {
            words: FxHashMap::default(),
            steps: FxHashMap::default(),
            values: vec![Vec::new()],
            spelled: Vec::new(),
        }
    }
}

impl<T> Trie<T> {
    pub(crate) const ROOT: NodeId = 0;

    /// The number of `word`, given a new one if need be.
    pub(crate) fn intern(&mut self, word: &str) -> WordId {
        if let Some(id) = self.words.get(word) {
            return *id;
        }
        let id = u32::try_from(self.spelled.len()).unwrap_or(u32::MAX);
        self.words.insert(word.into(), id);
        self.spelled.push(word.into());
        id
    }

    pub(crate) fn insert<S: AsRef<str>>(&mut self, phrase: &[S], value: T) {
        let mut node = Self::ROOT;
        for word in phrase {
            let word = self.intern(word.as_ref());
            let fresh = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            node = *self.steps.entry((node, word)).or_insert(fresh);
            if node == fresh {
                self.values.push(Vec::new());
            }
        }
        if node != Self::ROOT
            && let Some(values) = self.values_mut(node)
        {
            values.push(value);
        }
    }

    fn values_mut(&mut self, node: NodeId) -> Option<&mut Vec<T>> {
        usize::try_from(node).ok().and_then(|node| self.values.get_mut(node))
    }

    pub(crate) fn word(&self, word: &str) -> Option<WordId> {
        self.words.get(word).copied()
    }

    pub(crate) fn spelled(&self, word: WordId) -> &str {
        usize::try_from(word).ok().and_then(|at| self.spelled.get(at)).map_or("", AsRef::as_ref)
    }

    pub(crate) fn step(&self, node: NodeId, word: WordId) -> Option<NodeId> {
        self.steps.get(&(node, word)).copied()
    }

    pub(crate) fn values(&self, node: NodeId) -> &[T] {
        usize::try_from(node).ok().and_then(|node| self.values.get(node)).map_or(&[], Vec::as_slice)
    }

    /// Values of exactly this phrase.
    pub(crate) fn find<S: AsRef<str>>(&self, phrase: &[S]) -> &[T] {
        let end = phrase.iter().try_fold(Self::ROOT, |node, word| self.step(node, self.word(word.as_ref())?));
        end.filter(|node| *node != Self::ROOT).map_or(&[], |node| self.values(node))
    }

    /// Keeps only some values of exactly this phrase.
    pub(crate) fn retain<S: AsRef<str>>(&mut self, phrase: &[S], keep: impl Fn(&T) -> bool) {
        let end = phrase.iter().try_fold(Self::ROOT, |node, word| self.step(node, self.word(word.as_ref())?));
        if let Some(values) = end.and_then(|node| self.values_mut(node)) {
            values.retain(keep);
        }
    }

    /// All words in the order of their numbers.
    pub(crate) fn all_words(&self) -> Vec<Box<str>> {
        self.spelled.clone()
    }
}
