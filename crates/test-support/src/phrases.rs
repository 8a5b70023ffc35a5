//! Telling phrases apart in a simple way.

use instainstru_domain::ports::PhraseKeys;

/// Phrases are one when their letters and digits are, ignoring case.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainKeys;

impl PhraseKeys for PlainKeys {
    fn key(&self, phrase: &str) -> String {
        let lower = phrase.to_lowercase().replace('\'', "");
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }
}
