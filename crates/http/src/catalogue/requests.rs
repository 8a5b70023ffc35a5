//! What clients ask of the catalogue.

use instainstru_domain::{ids::CatalogueServiceId, text};
use instainstru_service::instructors::{CatalogueRef, ServiceDraft};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    instructors::OfferFields,
    wire::{Amount, read_bounded},
};

/// Which services to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CatalogueParams {
    /// Slug of a category.
    #[param(nullable = false, max_length = 100, pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$", example = "music")]
    category: Option<String>,
}

impl IntoCommand for CatalogueParams {
    type Command = Option<String>;

    fn into_command(self) -> Result<Option<String>, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let slug =
            errors.take_optional("category", self.category.map(|slug| text::line("category", &slug, 1, 100)));
        errors.finish(slug)
    }
}

/// How many services to show of each category.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TopParams {
    /// Greatest number of services of each category.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 20, default = 7)]
    limit: Option<String>,
}

impl IntoCommand for TopParams {
    type Command = u32;

    fn into_command(self) -> Result<u32, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let limit = errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, 20)));
        errors.finish(limit.map(|limit| limit.unwrap_or(7)))
    }
}

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// Text to find, at least two characters.
    #[param(value_type = String, required = true, min_length = 2, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f]{2}[^\x00-\x1f\x7f-\x9f]*$", example = "piano")]
    q: Option<String>,
}

impl IntoCommand for SearchParams {
    type Command = String;

    fn into_command(self) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let text = errors.require("q", self.q);
        let text = text.and_then(|text| errors.take("q", text::line("q", &text, 2, 100)));
        errors.finish(text)
    }
}

/// A service of the catalogue to offer.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AddServiceRequest {
    /// Which service of the catalogue.
    #[schema(value_type = i32, minimum = 1, maximum = 2147483647_i64, example = 12)]
    catalog_service_id: i64,
    /// Price of an hour: more than 0, at most 1000.
    hourly_rate: Amount,
    /// In the instructor's own words; the catalogue's description when absent.
    #[schema(max_length = 500)]
    custom_description: Option<String>,
    /// Lengths that can be booked, each 30 to 240 minutes in steps of 15; 60 when absent.
    #[schema(value_type = Option<Vec<i32>>, min_items = 1, max_items = 15, example = json!([30, 60]))]
    duration_options: Option<Vec<i64>>,
}

impl IntoCommand for AddServiceRequest {
    type Command = ServiceDraft;

    fn into_command(self) -> Result<ServiceDraft, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let id = errors.take("catalog_service_id", CatalogueServiceId::new(self.catalog_service_id));
        let draft = OfferFields {
            hourly_rate: self.hourly_rate,
            description: self.custom_description,
            duration_options: self.duration_options,
            experience_level: None,
            levels_taught: None,
            age_groups: None,
            location_types: None,
            equipment_required: None,
            max_distance_miles: None,
            requirements: None,
        }
        .read(&mut errors, id.map(CatalogueRef::Id), "custom_description");
        errors.finish(draft)
    }
}
