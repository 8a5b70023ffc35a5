//! What can be taught, and what search takes words for.

pub(in crate::pages) mod list;
pub(in crate::pages) mod service;
pub(in crate::pages) mod words;

use instainstru_domain::{
    editorial::Origin,
    vocabulary::{Alias, MeaningKind},
};
use instainstru_service::editorial::{EditedService, EditorialError};
use serde::Serialize;

use super::Badge;

pub(in crate::pages::admin) use self::words::about_service;

/// A phrase and what search takes it for.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AliasRow {
    pub(crate) id: i32,
    pub(crate) phrase: String,
    /// Such as `means exactly this`.
    pub(crate) meaning: &'static str,
    /// Whether an administrator wrote it.
    pub(crate) is_own: bool,
}

impl AliasRow {
    fn new(alias: &Alias) -> Self {
        Self {
            id: alias.id.get(),
            phrase: alias.phrase.to_string(),
            meaning: meaning(alias.meaning.kind()),
            is_own: alias.origin == Origin::Admin,
        }
    }
}

/// What a kind of meaning says, in words that go with what it is about.
const fn meaning(kind: MeaningKind) -> &'static str {
    match kind {
        MeaningKind::Synonym => "means exactly",
        MeaningKind::Hint => "is near to",
        MeaningKind::Not => "does not mean",
        MeaningKind::Group => "means the group",
        MeaningKind::Category => "means the category",
        MeaningKind::Weak => "says nothing about what is meant",
        MeaningKind::Outside => "is something that nobody teaches here",
    }
}

/// Whether a service is found.
const fn listed(service: &EditedService) -> Badge {
    match (service.record.is_active, service.category.is_active) {
        (true, true) => Badge::good("Shown"),
        (true, false) => Badge::plain("Hidden with its category"),
        (false, _) => Badge::bad("Switched off"),
    }
}

/// Why an edit was refused, as a sentence, when it was for what was typed.
fn refusal(error: EditorialError) -> Result<String, EditorialError> {
    match error {
        EditorialError::PhraseTaken { .. }
        | EditorialError::UnknownServices(_)
        | EditorialError::UnknownCategory(_)
        | EditorialError::UnknownGroup(_) => {
            let text = error.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            Ok(format!("{}{}", first.unwrap_or_default(), letters.as_str()))
        }
        other => Err(other),
    }
}
