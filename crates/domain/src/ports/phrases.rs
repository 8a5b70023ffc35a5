//! When two phrases are one.

/// Tells when two phrases are one to search, however they are written.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PhraseKeys: Send + Sync {
    /// The words of a phrase in the form in which search compares them, with single spaces between: "Kid's Café" has the key of
    /// "kids cafe". Empty when there is no word in it.
    fn key(&self, phrase: &str) -> String;
}
