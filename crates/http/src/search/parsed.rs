//! How a query was understood, in the form clients of 2025 know: sets of keys, each true.

use std::collections::BTreeMap;

use instainstru_domain::ports::instructor_search::Understood;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;

/// How the query was understood.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ParsedQuery {
    /// The text as typed.
    #[schema(example = "piano lessons under $80 tomorrow in brooklyn")]
    original_query: String,
    /// The text without prices, times, places and levels.
    #[schema(example = "piano lessons")]
    cleaned_query: String,
    /// Limits of the price of an hour.
    price: PriceLimits,
    /// When, such as `tomorrow` or `this_weekend`; each is true.
    #[schema(example = json!({"tomorrow": true}))]
    time: BTreeMap<String, bool>,
    /// Where, such as `online`, `in_person` or `staten_island`; each is true.
    #[schema(example = json!({"brooklyn": true}))]
    location: BTreeMap<String, bool>,
    /// Levels and ages, such as `beginner` or `kids`; each is true.
    #[schema(example = json!({}))]
    level: BTreeMap<String, bool>,
    /// Name of the service, when exactly one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Piano")]
    normalized_service: Option<String>,
    /// Names of all services that were asked for.
    #[schema(example = json!(["Piano"]))]
    services: Vec<String>,
    /// Whether a category was asked for rather than a service.
    is_category_query: bool,
    /// Name of the category, when one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Music")]
    category: Option<String>,
    /// Words that were not understood.
    #[schema(example = json!([]))]
    residual: Vec<String>,
}

/// Limits of the price of an hour.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PriceLimits {
    /// At least.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    min: Option<Money>,
    /// At most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max: Option<Money>,
}

impl ParsedQuery {
    pub(super) fn new(text: &str, understood: &Understood) -> Self {
        let one = |names: &[String]| match names {
            [only] => Some(only.clone()),
            _ => None,
        };
        let mode = understood.online.map(|online| if online { "online" } else { "in_person" }.to_owned());
        Self {
            original_query: text.to_owned(),
            cleaned_query: understood.cleaned.clone(),
            price: PriceLimits {
                min: understood.min_rate.map(Into::into),
                max: understood.max_rate.map(Into::into),
            },
            time: keys(&understood.when),
            location: mode
                .into_iter()
                .chain(understood.places.iter().map(|place| key(place)))
                .map(|key| (key, true))
                .collect(),
            level: keys(&understood.levels),
            normalized_service: one(&understood.services),
            services: understood.services.clone(),
            is_category_query: understood.services.is_empty() && !understood.categories.is_empty(),
            category: understood.categories.first().cloned(),
            residual: understood.residual.clone(),
        }
    }

    /// What results had to meet, in words: the price, then times, places and levels.
    pub(super) fn applied_filters(&self, understood: &Understood) -> Vec<String> {
        let dollars = |cents: i64| {
            if cents % 100 == 0 {
                format!("${}", cents / 100)
            } else {
                format!("${}.{:02}", cents / 100, cents % 100)
            }
        };
        let (min, max) = (understood.min_rate, understood.max_rate);
        let price = match (min.map(|min| dollars(min.get())), max.map(|max| dollars(max.get()))) {
            (Some(min), Some(max)) => Some(format!("price: {min}-{max}")),
            (Some(min), None) => Some(format!("price: >{min}")),
            (None, Some(max)) => Some(format!("price: <{max}")),
            (None, None) => None,
        };
        let keys = [&self.time, &self.location, &self.level].into_iter().flat_map(BTreeMap::keys).cloned();
        price.into_iter().chain(keys).collect()
    }
}

fn keys(words: &[String]) -> BTreeMap<String, bool> {
    words.iter().map(|word| (key(word), true)).filter(|(key, _)| !key.is_empty()).collect()
}

/// `Staten Island` as `staten_island`.
fn key(words: &str) -> String {
    let parts: Vec<String> = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    parts.join("_")
}

#[cfg(test)]
mod tests {
    use instainstru_core::money::Cents;

    use super::*;

    #[test]
    fn keys_are_lower_case_words_joined_by_underscores() {
        assert_eq!(key("Staten Island"), "staten_island");
        assert_eq!(key(" Bedford-Stuyvesant "), "bedford_stuyvesant");
        assert_eq!(key("--"), "");
    }

    #[test]
    fn filters_name_the_price_first() {
        let filters = |min, max| {
            let cents = |cents: Option<i64>| cents.map(|cents| Cents::new(cents).unwrap());
            let understood = Understood {
                min_rate: cents(min),
                max_rate: cents(max),
                when: vec!["this weekend".into()],
                online: Some(false),
                levels: vec!["kids".into()],
                ..Understood::default()
            };
            ParsedQuery::new("x", &understood).applied_filters(&understood).join(", ")
        };
        assert_eq!(filters(Some(4_000), Some(6_050)), "price: $40-$60.50, this_weekend, in_person, kids");
        assert_eq!(filters(Some(4_000), None), "price: >$40, this_weekend, in_person, kids");
        assert_eq!(filters(None, Some(4_000)), "price: <$40, this_weekend, in_person, kids");
        assert_eq!(filters(None, None), "this_weekend, in_person, kids");
    }
}
