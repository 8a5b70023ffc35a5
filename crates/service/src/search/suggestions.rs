//! Putting suggestions of several kinds together.

use instainstru_domain::{
    ports::instructor_search::{Suggestion, SuggestionKind},
    search_history::NormalQuery,
};

/// Past searches of a person that are looked at.
pub(super) const LOOKED_AT: u32 = 100;
/// Most past searches that are shown.
const RECENT: usize = 3;
/// Places kept for popular searches, if there are any.
const POPULAR: usize = 2;

/// At most `limit` suggestions: what the person searched for before, completions, and what many people search for. Nothing is said
/// twice. `recent` may hold queries that begin otherwise, the others may not.
pub(super) fn blend(
    prefix: &str,
    recent: &[NormalQuery],
    completions: Vec<Suggestion>,
    popular: &[NormalQuery],
    limit: usize,
) -> Vec<Suggestion> {
    let typed = NormalQuery::new(prefix);
    let begins =
        |query: &&NormalQuery| typed.as_ref().is_none_or(|typed| query.as_str().starts_with(typed.as_str()));
    let mut blended: Vec<Suggestion> = recent
        .iter()
        .filter(begins)
        .take(RECENT.min(limit))
        .map(|query| past(SuggestionKind::Recent, query))
        .collect();
    let is_new = |blended: &[Suggestion], phrase: &str| {
        !blended.iter().any(|known| known.phrase == phrase || known.name.to_lowercase() == phrase)
    };
    let popular: Vec<Suggestion> = popular
        .iter()
        .filter(|query| is_new(&blended, query.as_str()) && is_new(&completions, query.as_str()))
        .map(|query| past(SuggestionKind::Popular, query))
        .collect();
    let kept = POPULAR.min(popular.len());
    for completion in completions {
        if blended.len() + kept < limit && is_new(&blended, &completion.name.to_lowercase()) {
            blended.push(completion);
        }
    }
    blended.extend(popular);
    blended.truncate(limit);
    blended
}

fn past(kind: SuggestionKind, query: &NormalQuery) -> Suggestion {
    Suggestion { kind, slug: None, name: query.to_string(), phrase: query.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(texts: &[&str]) -> Vec<NormalQuery> {
        texts.iter().filter_map(|text| NormalQuery::new(text)).collect()
    }

    fn service(name: &str) -> Suggestion {
        Suggestion {
            kind: SuggestionKind::Service,
            slug: Some(name.to_lowercase()),
            name: name.to_owned(),
            phrase: name.to_lowercase(),
        }
    }

    fn shown(
        prefix: &str,
        recent: &[&str],
        services: &[&str],
        popular: &[&str],
        limit: usize,
    ) -> Vec<String> {
        let services = services.iter().map(|name| service(name)).collect();
        let blended = blend(prefix, &queries(recent), services, &queries(popular), limit);
        blended.iter().map(|one| format!("{} {}", one.kind.as_str(), one.name)).collect()
    }

    #[test]
    fn recent_ones_come_first_and_popular_ones_last() {
        let recent = ["piano in harlem", "guitar", "piano online", "pilates", "pizza", "piano"];
        let found = shown("PI", &recent, &["Piano", "Pilates", "Pickleball"], &["piano under $50"], 8);
        assert_eq!(
            found,
            [
                "recent piano in harlem",
                "recent piano online",
                "recent pilates",
                "service Piano",
                "service Pickleball",
                "popular piano under $50"
            ],
            "three at most, and nothing twice"
        );
    }

    #[test]
    fn popular_ones_have_their_places_and_fill_what_is_left() {
        let services = ["A1", "A2", "A3", "A4"];
        assert_eq!(
            shown("a", &[], &services, &["a5", "a6", "a7"], 4),
            ["service A1", "service A2", "popular a5", "popular a6"]
        );
        assert_eq!(shown("a", &[], &services[..1], &["a5", "a6", "a7"], 4).len(), 4);
        assert_eq!(shown("a", &[], &services, &["a1"], 4).len(), 4, "none, when they are said already");
        assert_eq!(shown("a", &["a8", "a9"], &services, &["a5"], 1), ["recent a8"]);
        assert_eq!(shown("a", &["a8"], &services, &["a5"], 0), Vec::<String>::new());
    }

    #[test]
    fn without_a_beginning_everything_recent_counts() {
        assert_eq!(shown(" ", &["piano", "guitar"], &[], &[], 8), ["recent piano", "recent guitar"]);
    }
}
