//! When two phrases are one.

use instainstru_domain::ports::PhraseKeys;
use instainstru_search::text;

/// Phrases are one when search cannot tell them apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct SearchKeys;

impl PhraseKeys for SearchKeys {
    fn key(&self, phrase: &str) -> String {
        text::key(phrase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_does_not_tell_case_accents_and_punctuation_apart() {
        assert_eq!(SearchKeys.key("Café-Guitar"), SearchKeys.key("cafe guitar"));
        assert_ne!(SearchKeys.key("guitar"), SearchKeys.key("guitars cafe"));
    }
}
