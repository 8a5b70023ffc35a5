//! What an instructor teaches, for how long and at which price.

pub(in crate::pages) mod add;
pub(in crate::pages) mod edit;
pub(in crate::pages) mod list;

use instainstru_core::money::{Cents, HourlyRate};
use instainstru_domain::{
    catalogue::ServiceListing,
    instructor::{DurationOptions, InstructorService},
    text::ServiceDescription,
};
use instainstru_http::{ApiError, Application};
use instainstru_service::instructors::{CatalogueRef, ServiceDraft};
use serde::Serialize;

use crate::{
    form::{Form, FormView},
    pages::teach::profile::Choice,
    words,
};

const HERE: &str = "/teach/services";

/// Lengths to choose from, in minutes.
const LENGTHS: [u16; 8] = [30, 45, 60, 75, 90, 120, 150, 180];

/// The fields about a service.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct TermsFields {
    pub(crate) form: FormView,
    pub(crate) lengths: Vec<Choice>,
    /// What others ask for, when anybody does.
    pub(crate) price_hint: String,
}

/// Services of one category to choose from.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) services: Vec<Choice>,
}

impl TermsFields {
    /// The fields with what was typed; what is stored can always be chosen.
    pub(crate) fn new(form: &Form, listing: Option<&ServiceListing>) -> Self {
        let mut all = LENGTHS.to_vec();
        all.extend(form.all("lengths").filter_map(|length| length.parse::<u16>().ok()));
        all.sort_unstable();
        all.dedup();
        Self {
            form: form.view(),
            lengths: all
                .into_iter()
                .map(|length| Choice { value: length.to_string(), label: format!("{length} min") })
                .collect(),
            price_hint: listing.map_or_else(String::new, price_hint),
        }
    }
}

/// What others ask for an hour, else what the catalogue knows to be usual.
fn price_hint(listing: &ServiceListing) -> String {
    let range = |(low, high): (Cents, Cents)| {
        if low == high {
            words::money(low)
        } else {
            format!("{} to {}", words::money(low), words::money(high))
        }
    };
    match (listing.offered_rates, listing.service.facts.typical_price) {
        (Some(rates), _) => format!("Instructors here ask {} an hour", range(rates)),
        (None, Some(usual)) => format!("Usual: {} an hour", range(usual)),
        (None, None) => String::new(),
    }
}

/// Everything in the catalogue that is not offered yet, by category.
pub(crate) fn choices(listings: &[ServiceListing], offered: &[InstructorService]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let is_new = |listing: &&ServiceListing| {
        offered.iter().all(|service| service.offer.catalogue_service_id != listing.service.id)
    };
    for listing in listings.iter().filter(is_new) {
        let facts = &listing.service.facts;
        let choice = Choice { value: facts.slug.clone(), label: facts.name.clone() };
        let name = &listing.category.facts.name;
        match groups.iter_mut().find(|group| group.name == *name) {
            Some(group) => group.services.push(choice),
            None => groups.push(Group { name: name.clone(), services: vec![choice] }),
        }
    }
    groups
}

/// The active service of the catalogue with this short name.
pub(crate) fn listing(app: &Application, slug: &str) -> Result<Option<ServiceListing>, ApiError> {
    Ok(app.catalogue.services(None)?.into_iter().find(|listing| listing.service.facts.slug == slug))
}

/// The fields of a service that is offered.
fn filled(service: &InstructorService) -> Form {
    let terms = &service.offer.terms;
    let rate = words::decimal(terms.hourly_rate.cents());
    let lengths: Vec<String> = terms.durations.as_slice().iter().map(|it| it.minutes().to_string()).collect();
    let description = terms.description.as_ref().map_or("", ServiceDescription::as_str);
    let fixed = [("rate", rate.as_str()), ("description", description)];
    Form::filled(fixed.into_iter().chain(lengths.iter().map(|length| ("lengths", length.as_str()))))
}

/// What was typed about a service, or the mistakes.
pub(crate) fn terms(form: &mut Form, catalogue: CatalogueRef) -> Option<ServiceDraft> {
    let rate = cents(form.text("rate")).and_then(|cents| HourlyRate::from_cents(cents).ok()).ok_or(());
    let hourly_rate = form.take("rate", rate, |()| {
        let most = Cents::new(HourlyRate::MAX_CENTS).map_or_else(|_| String::new(), words::money);
        format!("Give the price of an hour in dollars, such as 60 or 62.50, at most {most}")
    });
    let minutes: Vec<i64> = form.all("lengths").filter_map(|length| length.parse().ok()).collect();
    let durations = form.take("lengths", DurationOptions::from_minutes(&minutes), |_| {
        "Choose at least one length".to_owned()
    });
    let typed = form.text("description").replace("\r\n", "\n");
    let description = if typed.trim().is_empty() {
        None
    } else {
        form.take("description", ServiceDescription::new(&typed), |_| {
            format!("Describe it in at most {} ordinary characters", ServiceDescription::MAX)
        })
    };
    let (hourly_rate, durations) = hourly_rate.zip(durations)?;
    (!form.has_errors()).then_some(ServiceDraft { description, ..draft(catalogue, hourly_rate, durations) })
}

/// A service that is offered, as it is: what a draft does not mention stays.
fn unchanged(service: &InstructorService) -> ServiceDraft {
    let terms = &service.offer.terms;
    let catalogue = CatalogueRef::Id(service.offer.catalogue_service_id);
    ServiceDraft {
        description: terms.description.clone(),
        ..draft(catalogue, terms.hourly_rate, terms.durations.clone())
    }
}

const fn draft(catalogue: CatalogueRef, hourly_rate: HourlyRate, durations: DurationOptions) -> ServiceDraft {
    ServiceDraft {
        catalogue,
        hourly_rate,
        description: None,
        durations,
        experience_level: None,
        levels_taught: None,
        age_groups: None,
        location_types: None,
        equipment_required: None,
        max_distance_miles: None,
        requirements: None,
    }
}

/// An amount in dollars as people type it, in cents.
fn cents(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches('$').trim_start();
    let (dollars, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if dollars.is_empty() || rest.is_empty() || rest.len() > 2 || !digits(dollars) || !digits(rest) {
        return None;
    }
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    dollars.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, read) in [
            ("60", Some(6_000)),
            (" $62.5 ", Some(6_250)),
            ("62.50", Some(6_250)),
            ("0.05", Some(5)),
            ("", None),
            (".5", None),
            ("60.", None),
            ("60.505", None),
            ("-60", None),
            ("6,000", None),
            ("99999999999999999999", None),
            ("922337203685477580", None),
        ] {
            assert_eq!(cents(typed), read, "{typed}");
        }
    }
}
