//! Categories and services as administrators send them.

use instainstru_core::money::Cents;
use instainstru_domain::{
    editorial::{DisplayOrder, Slug, TypicalPrice},
    ids::{CatalogueServiceId, CategoryId},
    text::{EntryDescription, EntryName, IconName, InvalidText, Subtitle, line},
    vocabulary::Phrase,
};
use instainstru_service::editorial::{
    CategoryChange, CategoryDraft, ServiceChange, ServiceDraft, ServiceFilter,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::super::paging::Paging;
use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::{Amount, given, read_integer, read_switch},
};

/// Most phrases or services of a list.
pub(in crate::admin) const MAX_ENTRIES: usize = 100;

/// A category to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateCategoryRequest {
    /// Unique short name for addresses: lower-case letters, digits and single hyphens. It cannot be changed later.
    #[schema(max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", example = "crafts")]
    slug: String,
    /// Name for people.
    #[schema(max_length = 100, example = "Crafts")]
    name: String,
    /// A few words below the name.
    #[schema(max_length = 100)]
    subtitle: Option<String>,
    /// One line about it.
    #[schema(max_length = 500)]
    description: Option<String>,
    /// Place among the categories; after the last one when absent.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100000)]
    display_order: Option<i64>,
    /// Name of its icon.
    #[schema(max_length = 50)]
    icon_name: Option<String>,
}

impl IntoCommand for CreateCategoryRequest {
    type Command = CategoryDraft;

    fn into_command(self) -> Result<CategoryDraft, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let slug = errors.take("slug", Slug::new(&self.slug));
        let name = errors.take("name", EntryName::new(&self.name));
        let subtitle = errors.take_optional("subtitle", text(self.subtitle, Subtitle::new));
        let description = errors.take_optional("description", text(self.description, EntryDescription::new));
        let order = errors.take_optional("display_order", self.display_order.map(DisplayOrder::new));
        let icon_name = errors.take_optional("icon_name", text(self.icon_name, IconName::new));
        let command = (|| {
            Some(CategoryDraft {
                slug: slug?,
                name: name?,
                subtitle: subtitle?,
                description: description?,
                display_order: order?,
                icon_name: icon_name?,
            })
        })();
        errors.finish(command)
    }
}

/// What to change about a category. What is absent stays; null takes something away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCategoryRequest {
    /// Must be what it is.
    #[schema(nullable = false, max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", example = "crafts")]
    slug: Option<String>,
    /// Name for people.
    #[schema(nullable = false, max_length = 100, example = "Crafts & Co.")]
    name: Option<String>,
    /// A few words below the name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, required = false, max_length = 100)]
    subtitle: Option<Option<String>>,
    /// One line about it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, required = false, max_length = 500)]
    description: Option<Option<String>>,
    /// Place among the categories.
    #[schema(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100000)]
    display_order: Option<i64>,
    /// Name of its icon.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, required = false, max_length = 50)]
    icon_name: Option<Option<String>>,
}

impl IntoCommand for UpdateCategoryRequest {
    type Command = CategoryChange;

    fn into_command(self) -> Result<CategoryChange, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let slug = errors.take_optional("slug", self.slug.map(|slug| Slug::new(&slug)));
        let name = errors.take_optional("name", self.name.map(|name| EntryName::new(&name)));
        let subtitle = errors.take_optional("subtitle", change(self.subtitle, Subtitle::new));
        let description =
            errors.take_optional("description", change(self.description, EntryDescription::new));
        let order = errors.take_optional("display_order", self.display_order.map(DisplayOrder::new));
        let icon_name = errors.take_optional("icon_name", change(self.icon_name, IconName::new));
        let command = (|| {
            Some(CategoryChange {
                slug: slug?,
                name: name?,
                subtitle: subtitle?,
                description: description?,
                display_order: order?,
                icon_name: icon_name?,
            })
        })();
        errors.finish(command)
    }
}

/// A service to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AdminCreateServiceRequest)]
pub(super) struct CreateServiceRequest {
    /// Unique short name for addresses: lower-case letters, digits and single hyphens. It cannot be changed later.
    #[schema(max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", example = "theremin")]
    slug: String,
    /// Category it belongs to.
    #[schema(value_type = i32, minimum = 1, maximum = 2147483647_i64, example = 1)]
    category_id: i64,
    /// Unique name for people.
    #[schema(max_length = 100, example = "Theremin")]
    name: String,
    /// One line about it.
    #[schema(max_length = 500)]
    description: Option<String>,
    /// Words people look for it with, shown with the catalogue.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["theremin lessons"]))]
    search_terms: Vec<String>,
    /// More phrases that mean exactly this service.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["aetherphone"]))]
    synonyms: Vec<String>,
    /// Phrases near it in meaning, in a student's own words. They never match by their words alone.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["play music without touching anything"]))]
    hints: Vec<String>,
    /// Phrases that have its words and mean something else.
    #[serde(default)]
    #[schema(max_items = 100)]
    not: Vec<String>,
    /// Place within its category; after the last one when absent.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100000)]
    display_order: Option<i64>,
    /// Whether it can be taught over the internet; yes when absent.
    online_capable: Option<bool>,
    /// Whether instructors should hold a certificate; no when absent.
    requires_certification: Option<bool>,
    /// Low end of the usual prices of an hour, together with the high end.
    typical_price_min: Option<Amount>,
    /// High end of the usual prices of an hour.
    typical_price_max: Option<Amount>,
    /// Services somebody interested in this one may like.
    #[serde(default)]
    #[schema(value_type = Vec<i32>, max_items = 100)]
    related_services: Vec<i64>,
}

impl IntoCommand for CreateServiceRequest {
    type Command = ServiceDraft;

    fn into_command(self) -> Result<ServiceDraft, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let slug = errors.take("slug", Slug::new(&self.slug));
        let category = errors.take("category_id", CategoryId::new(self.category_id));
        let name = errors.take("name", EntryName::new(&self.name));
        let description = errors.take_optional("description", text(self.description, EntryDescription::new));
        let search_terms = phrases(&mut errors, "search_terms", &self.search_terms);
        let synonyms = phrases(&mut errors, "synonyms", &self.synonyms);
        let hints = phrases(&mut errors, "hints", &self.hints);
        let not = phrases(&mut errors, "not", &self.not);
        let order = errors.take_optional("display_order", self.display_order.map(DisplayOrder::new));
        let price = typical_price(&mut errors, self.typical_price_min, self.typical_price_max);
        let related = service_ids(&mut errors, "related_services", &self.related_services);
        let command = (|| {
            Some(ServiceDraft {
                slug: slug?,
                category: category?,
                name: name?,
                description: description?,
                search_terms: search_terms?,
                synonyms: synonyms?,
                hints: hints?,
                not: not?,
                display_order: order?,
                online_capable: self.online_capable.unwrap_or(true),
                requires_certification: self.requires_certification.unwrap_or(false),
                typical_price: price?,
                related: related?,
            })
        })();
        errors.finish(command)
    }
}

/// What to change about a service. What is absent stays; null takes something away. Aliases are edited one by one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AdminUpdateServiceRequest)]
pub(super) struct UpdateServiceRequest {
    /// Must be what it is.
    #[schema(nullable = false, max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", example = "theremin")]
    slug: Option<String>,
    /// Category it belongs to.
    #[schema(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64, example = 1)]
    category_id: Option<i64>,
    /// Unique name for people.
    #[schema(nullable = false, max_length = 100, example = "Theremin")]
    name: Option<String>,
    /// One line about it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, required = false, max_length = 500)]
    description: Option<Option<String>>,
    /// Words people look for it with, all of them.
    #[schema(nullable = false, max_items = 100)]
    search_terms: Option<Vec<String>>,
    /// Place within its category.
    #[schema(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100000)]
    display_order: Option<i64>,
    /// Whether it can be taught over the internet.
    #[schema(nullable = false)]
    online_capable: Option<bool>,
    /// Whether instructors should hold a certificate.
    #[schema(nullable = false)]
    requires_certification: Option<bool>,
    /// Low end of the usual prices of an hour, together with the high end; null for both takes them away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Amount>, required = false)]
    typical_price_min: Option<Option<Amount>>,
    /// High end of the usual prices of an hour.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Amount>, required = false)]
    typical_price_max: Option<Option<Amount>>,
    /// Services somebody interested in this one may like, all of them.
    #[schema(value_type = Option<Vec<i32>>, nullable = false, max_items = 100)]
    related_services: Option<Vec<i64>>,
}

impl IntoCommand for UpdateServiceRequest {
    type Command = ServiceChange;

    fn into_command(self) -> Result<ServiceChange, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let slug = errors.take_optional("slug", self.slug.map(|slug| Slug::new(&slug)));
        let category = errors.take_optional("category_id", self.category_id.map(CategoryId::new));
        let name = errors.take_optional("name", self.name.map(|name| EntryName::new(&name)));
        let description =
            errors.take_optional("description", change(self.description, EntryDescription::new));
        let search_terms = optional(self.search_terms, |terms| phrases(&mut errors, "search_terms", &terms));
        let order = errors.take_optional("display_order", self.display_order.map(DisplayOrder::new));
        let price = price_change(&mut errors, self.typical_price_min, self.typical_price_max);
        let related =
            optional(self.related_services, |ids| service_ids(&mut errors, "related_services", &ids));
        let command = (|| {
            Some(ServiceChange {
                slug: slug?,
                category: category?,
                name: name?,
                description: description?,
                search_terms: search_terms?,
                display_order: order?,
                online_capable: self.online_capable,
                requires_certification: self.requires_certification,
                typical_price: price?,
                related: related?,
            })
        })();
        errors.finish(command)
    }
}

/// Which services to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListServicesParams {
    /// Only services of this category.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64)]
    category_id: Option<String>,
    /// Only services that are switched on, or off.
    #[param(value_type = Option<bool>, nullable = false)]
    is_active: Option<String>,
    /// Only services with this text in the name, slug or search terms, ignoring case.
    #[param(nullable = false, min_length = 1, max_length = 100, example = "piano")]
    q: Option<String>,
    /// Number of the page, from 1.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 10000000, default = 1)]
    page: Option<String>,
    /// Services on a page.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 50)]
    per_page: Option<String>,
}

impl IntoCommand for ListServicesParams {
    type Command = (ServiceFilter, Paging);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let category = query_id(&mut errors, "category_id", self.category_id, CategoryId::new);
        let is_active = errors.take_optional("is_active", self.is_active.map(|text| read_switch(&text)));
        let text = errors.take_optional("q", self.q.map(|text| line("q", &text, 1, 100)));
        let paging = Paging::read(&mut errors, self.page, self.per_page);
        let command =
            (|| Some((ServiceFilter { category: category?, is_active: is_active?, text: text? }, paging?)))();
        errors.finish(command)
    }
}

/// An id of a query. The outer `None` means wrong.
pub(in crate::admin) fn query_id<T>(
    errors: &mut FieldErrors,
    field: &str,
    text: Option<String>,
    new: fn(i64) -> Result<T, instainstru_domain::ids::InvalidId>,
) -> Option<Option<T>> {
    let number = errors.take_optional(field, text.map(|text| read_integer(&text)))?;
    errors.take_optional(field, number.map(new))
}

/// A text that may be absent; a blank one is.
fn text<T>(text: Option<String>, new: fn(&str) -> Result<T, InvalidText>) -> Option<Result<T, InvalidText>> {
    text.filter(|text| !text.trim().is_empty()).map(|text| new(&text))
}

/// A text that is changed, or taken away by null or blank.
fn change<T>(
    change: Option<Option<String>>,
    new: fn(&str) -> Result<T, InvalidText>,
) -> Option<Result<Option<T>, InvalidText>> {
    change.map(|given| text(given, new).transpose())
}

/// The outer `None` means wrong.
fn optional<S, T>(value: Option<S>, read: impl FnOnce(S) -> Option<T>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => read(value).map(Some),
    }
}

/// A list of phrases.
pub(in crate::admin) fn phrases(
    errors: &mut FieldErrors,
    field: &str,
    texts: &[String],
) -> Option<Vec<Phrase>> {
    entries(errors, field, texts, |text| Phrase::new(text))
}

/// A list of ids of services.
pub(in crate::admin) fn service_ids(
    errors: &mut FieldErrors,
    field: &str,
    ids: &[i64],
) -> Option<Vec<CatalogueServiceId>> {
    entries(errors, field, ids, |id| CatalogueServiceId::new(*id))
}

fn entries<S, T, E: std::fmt::Display>(
    errors: &mut FieldErrors,
    field: &str,
    values: &[S],
    new: impl Fn(&S) -> Result<T, E>,
) -> Option<Vec<T>> {
    if values.len() > MAX_ENTRIES {
        errors.push(field, format!("{field} must have at most {MAX_ENTRIES} entries"));
        return None;
    }
    errors.within(field, |errors| {
        let read: Vec<Option<T>> =
            values.iter().enumerate().map(|(at, value)| errors.take(&at.to_string(), new(value))).collect();
        read.into_iter().collect()
    })
}

/// The outer `None` means wrong.
fn typical_price(
    errors: &mut FieldErrors,
    low: Option<Amount>,
    high: Option<Amount>,
) -> Option<Option<TypicalPrice>> {
    let (low, high) = match (low, high) {
        (None, None) => return Some(None),
        (Some(low), Some(high)) => (low, high),
        (low, _) => {
            let missing = if low.is_some() { "typical_price_max" } else { "typical_price_min" };
            errors.push(missing, "typical_price_min and typical_price_max go together");
            return None;
        }
    };
    let low = cents(errors, "typical_price_min", &low);
    let high = cents(errors, "typical_price_max", &high);
    errors.take("typical_price_max", TypicalPrice::new(low?, high?)).map(Some)
}

fn cents(errors: &mut FieldErrors, field: &str, amount: &Amount) -> Option<Cents> {
    let cents = errors.take(field, amount.cents())?;
    errors.take(field, Cents::new(cents))
}

/// The outer `None` means wrong.
fn price_change(
    errors: &mut FieldErrors,
    low: Option<Option<Amount>>,
    high: Option<Option<Amount>>,
) -> Option<Option<Option<TypicalPrice>>> {
    match (low, high) {
        (None, None) => Some(None),
        (Some(low), Some(high)) => typical_price(errors, low, high).map(Some),
        (Some(low), None) => typical_price(errors, low.or(Some(zero())), None).map(Some),
        (None, Some(high)) => typical_price(errors, None, high.or(Some(zero()))).map(Some),
    }
}

/// Stands for a null whose partner is absent: the two go together, and that is what is told.
fn zero() -> Amount {
    Amount::Number(0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned + IntoCommand>(json: &str) -> Result<T::Command, FieldErrors> {
        serde_json::from_str::<T>(json).unwrap().into_command()
    }

    #[test]
    fn what_is_absent_stays_and_null_takes_away() {
        let change = read::<UpdateServiceRequest>("{}").unwrap();
        assert_eq!(change, ServiceChange::default());
        let change = read::<UpdateServiceRequest>(
            r#"{"description": null, "typical_price_min": null, "typical_price_max": null}"#,
        )
        .unwrap();
        assert_eq!((change.description, change.typical_price), (Some(None), Some(None)));
        let change = read::<UpdateServiceRequest>(
            r#"{"description": " ", "typical_price_min": 50, "typical_price_max": "80.5"}"#,
        )
        .unwrap();
        assert_eq!(change.description, Some(None));
        let price = change.typical_price.flatten().unwrap().ends();
        assert_eq!((price.0.get(), price.1.get()), (5_000, 8_050));
    }

    #[test]
    fn both_ends_of_the_usual_price_go_together() {
        for json in [
            r#"{"typical_price_min": 50}"#,
            r#"{"typical_price_max": 50}"#,
            r#"{"typical_price_min": null}"#,
            r#"{"typical_price_max": null}"#,
            r#"{"typical_price_min": 50, "typical_price_max": null}"#,
            r#"{"typical_price_min": 80, "typical_price_max": 50}"#,
            r#"{"typical_price_min": -1, "typical_price_max": 50}"#,
            r#"{"typical_price_min": 1, "typical_price_max": 1000.01}"#,
        ] {
            assert!(read::<UpdateServiceRequest>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn everything_wrong_is_told_with_its_place() {
        let errors = read::<CreateServiceRequest>(
            r#"{"slug": "A b", "category_id": 0, "name": " ", "search_terms": ["ok", "!!"], "related_services": [1, 0], "display_order": 0}"#,
        )
        .unwrap_err();
        let error = crate::error::ApiError::from(errors);
        let paths: Vec<&str> = error.fields().iter().map(crate::error::FieldError::path).collect();
        assert_eq!(
            paths,
            ["slug", "category_id", "name", "search_terms.1", "display_order", "related_services.1"]
        );
    }
}
