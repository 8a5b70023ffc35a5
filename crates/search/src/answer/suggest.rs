//! Completing what somebody begins to type.

use super::SearchEngine;
use crate::{
    text,
    vocabulary::{Completes, Vocabulary},
};

/// What a completion leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A service.
    Service,
    /// A category.
    Category,
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What it leads to.
    pub kind: CompletionKind,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The phrase that begins with what was typed.
    pub phrase: String,
}

/// Most completions.
const LIMIT: usize = 8;
/// Most phrases that are looked at: more begin alike only for one or two letters.
const SCANNED: usize = 400;

impl SearchEngine {
    /// Services and categories with a phrase that begins with `prefix`, at most eight: names first, then the shorter phrase.
    #[must_use]
    pub fn suggest(&self, prefix: &str) -> Vec<Completion> {
        complete(self.vocabulary(), prefix)
    }
}

fn complete(vocabulary: &Vocabulary, prefix: &str) -> Vec<Completion> {
    let typed = text::words(prefix).join(" ");
    if typed.is_empty() {
        return Vec::new();
    }
    let all = &vocabulary.completions;
    let from = all.partition_point(|(phrase, _)| phrase.as_str() < typed.as_str());
    let alike = all
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take(SCANNED)
        .take_while(|(phrase, _)| phrase.starts_with(&typed));
    let mut found: Vec<(bool, usize, &str, Completes)> = alike
        .map(|(phrase, target)| {
            let name = match target {
                Completes::Service(ix) => vocabulary.service(*ix).map(|service| service.name.as_str()),
                Completes::Category(ix) => vocabulary.category(*ix).map(|category| category.name.as_str()),
            };
            let by_name = name.is_some_and(|name| text::words(name).join(" ") == *phrase);
            (!by_name, phrase.len(), phrase.as_str(), *target)
        })
        .collect();
    found.sort_unstable();
    let mut seen: Vec<Completes> = Vec::new();
    let mut out = Vec::new();
    for (_, _, phrase, target) in found {
        if seen.contains(&target) {
            continue;
        }
        seen.push(target);
        let entry = match target {
            Completes::Service(ix) => {
                vocabulary.service(ix).map(|service| (CompletionKind::Service, &service.slug, &service.name))
            }
            Completes::Category(ix) => vocabulary
                .category(ix)
                .map(|category| (CompletionKind::Category, &category.slug, &category.name)),
        };
        if let Some((kind, slug, name)) = entry {
            out.push(Completion { kind, slug: slug.clone(), name: name.clone(), phrase: phrase.to_owned() });
        }
        if out.len() == LIMIT {
            break;
        }
    }
    out
}
