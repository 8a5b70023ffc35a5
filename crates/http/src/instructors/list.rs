//! Lists of instructors, with and without filters.

use instainstru_domain::{ids::CatalogueServiceId, page::Page};
use instainstru_service::instructors::{InstructorList, ListInstructors};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{dto::ProfileResponse, requests::skill_name};
use crate::{
    error::{ApiError, ErrorCode, FieldErrors, Place},
    extract::IntoCommand,
    wire::{Amount, InvalidAmount, Money, read_bounded, read_cents, read_integer},
};

const MAX_SEARCH_CHARS: usize = 100;
const MAX_PRICE_CENTS: i64 = 100_000;
const MAX_SKIP: u32 = i32::MAX.unsigned_abs();

/// Which instructors to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListInstructorsParams {
    /// Text to find in the name, the bio, or a service's name, description, category or search terms.
    #[param(
        nullable = false,
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        example = "piano"
    )]
    search: Option<String>,
    /// A service of the catalogue they must offer.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64)]
    service_catalog_id: Option<String>,
    /// Name or slug of a service, else of a category.
    #[param(
        nullable = false,
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        example = "music"
    )]
    skill: Option<String>,
    /// Lowest price of an hour.
    #[param(value_type = Option<f64>, nullable = false, minimum = 0, maximum = 1000)]
    min_price: Option<String>,
    /// Highest price of an hour.
    #[param(value_type = Option<f64>, nullable = false, minimum = 0, maximum = 1000)]
    max_price: Option<String>,
    /// Number of instructors to leave out at the front.
    #[param(value_type = Option<i32>, nullable = false, minimum = 0, maximum = 2147483647_i64, default = 0)]
    skip: Option<String>,
    /// Greatest number of instructors.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 100)]
    limit: Option<String>,
}

/// A list to make. Some limits of filters have their own status, so they are checked when it is known that all else is fine.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) page: Page,
    filters: Filters,
}

/// The filters of a list as the client gave them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Filters {
    search: Option<String>,
    catalogue_service_id: Option<i64>,
    skill: Option<String>,
    min_cents: Option<i64>,
    max_cents: Option<i64>,
}

impl Filters {
    /// Nothing but a text.
    pub(crate) fn searching(text: String) -> Self {
        Self { search: Some(text), ..Self::default() }
    }

    /// The list they ask for, as a text that no other list has.
    pub(super) fn question(&self, page: Page) -> String {
        let Self { search, catalogue_service_id, skill, min_cents, max_cents } = self;
        // Texts of clients are quoted, so that none can look like the next filter.
        format!(
            "{}:{}:{catalogue_service_id:?}:{min_cents:?}:{max_cents:?}:{skill:?}:{search:?}",
            page.offset, page.limit
        )
    }
}

/// A price that is no price.
#[derive(Debug, thiserror::Error)]
enum InvalidPrice {
    /// No amount.
    #[error(transparent)]
    Amount(#[from] InvalidAmount),
    /// Outside the limits.
    #[error("must be from 0 to 1000")]
    OutOfRange,
}

fn read_price(text: &str) -> Result<i64, InvalidPrice> {
    let cents = match (read_cents(text), text.parse::<serde_json::Number>()) {
        (Ok(cents), _) => cents,
        // A number may also be written with an exponent.
        (Err(_), Ok(number)) => Amount::Number(number).cents()?,
        (Err(error), Err(_)) => return Err(error.into()),
    };
    if (0..=MAX_PRICE_CENTS).contains(&cents) { Ok(cents) } else { Err(InvalidPrice::OutOfRange) }
}

impl IntoCommand for ListInstructorsParams {
    type Command = Listing;

    fn into_command(self) -> Result<Listing, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let search = self.search.map(|text| text.trim().to_owned());
        if search.as_deref().is_some_and(str::is_empty) {
            errors.push("search", "search must have at least 1 character");
        }
        if search.as_deref().is_some_and(|text| text.chars().any(char::is_control)) {
            errors.push("search", "search must not contain control characters");
        }
        let id = errors
            .take_optional("service_catalog_id", self.service_catalog_id.map(|text| read_integer(&text)));
        let skill = errors.take_optional("skill", self.skill.map(|text| skill_name(&text)));
        let min = errors.take_optional("min_price", self.min_price.map(|text| read_price(&text)));
        let max = errors.take_optional("max_price", self.max_price.map(|text| read_price(&text)));
        let skip = errors.take_optional("skip", self.skip.map(|text| read_bounded(&text, 0, MAX_SKIP)));
        let limit = errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, 100)));
        let command = (|| {
            Some(Listing {
                page: Page { offset: skip?.unwrap_or(0), limit: limit?.unwrap_or(100) },
                filters: Filters {
                    search,
                    catalogue_service_id: id?,
                    skill: skill?,
                    min_cents: min?,
                    max_cents: max?,
                },
            })
        })();
        errors.finish(command)
    }
}

impl Listing {
    /// The question to ask, and the filters for the answer.
    ///
    /// # Errors
    /// 400 for filters that break a rule about their value.
    pub(super) fn checked(self) -> Result<(ListInstructors, Page, Filters), ApiError> {
        let broken = |field, text: &'static str| {
            Err(ApiError::new(ErrorCode::BadRequest, text).about(Place::Query, field))
        };
        if self.filters.search.as_deref().is_some_and(|text| text.chars().count() > MAX_SEARCH_CHARS) {
            return broken("search", "search must have at most 100 characters");
        }
        let id = match self.filters.catalogue_service_id.map(CatalogueServiceId::new).transpose() {
            Ok(id) => id,
            Err(_invalid) => return broken("service_catalog_id", "service_catalog_id must be an id from 1"),
        };
        let query = ListInstructors {
            search: self.filters.search.clone(),
            catalogue_service_id: id,
            skill: self.filters.skill.clone(),
            min_rate_cents: self.filters.min_cents,
            max_rate_cents: self.filters.max_cents,
        };
        Ok((query, self.page, self.filters))
    }
}

/// A list of instructors: without filters only the instructors, with filters also figures.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ListResponse {
    /// Without filters.
    All(Vec<ProfileResponse>),
    /// With filters.
    Filtered(FilteredResponse),
}

/// Instructors that fit, and figures about them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FilteredResponse {
    /// The instructors of this part.
    instructors: Vec<ProfileResponse>,
    /// Figures.
    metadata: ListMetadata,
}

/// Figures about a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListMetadata {
    /// The filters that were given.
    filters_applied: AppliedFilters,
    /// The part of the list.
    pagination: PaginationResponse,
    /// Number of all instructors that fit.
    total_matches: u64,
    /// Number of all bookable instructors.
    active_instructors: u64,
}

/// The filters that were given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppliedFilters {
    /// Text.
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<String>,
    /// Service of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    service_catalog_id: Option<i64>,
    /// Name of a service or category.
    #[serde(skip_serializing_if = "Option::is_none")]
    skill: Option<String>,
    /// Lowest price.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_price: Option<Money>,
    /// Highest price.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_price: Option<Money>,
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaginationResponse {
    /// Number left out at the front.
    skip: u32,
    /// Greatest number.
    limit: u32,
    /// Number in this part.
    count: usize,
}

impl ListResponse {
    pub(super) fn new(found: &InstructorList, page: Page, filters: Filters) -> Self {
        if filters == Filters::default() {
            Self::All(found.found.items.iter().map(Into::into).collect())
        } else {
            Self::Filtered(FilteredResponse::new(found, page, filters))
        }
    }
}

impl FilteredResponse {
    pub(crate) fn new(found: &InstructorList, page: Page, filters: Filters) -> Self {
        let instructors: Vec<ProfileResponse> = found.found.items.iter().map(Into::into).collect();
        let pagination =
            PaginationResponse { skip: page.offset, limit: page.limit, count: instructors.len() };
        Self {
            instructors,
            metadata: ListMetadata {
                filters_applied: AppliedFilters {
                    search: filters.search,
                    service_catalog_id: filters.catalogue_service_id,
                    skill: filters.skill,
                    min_price: filters.min_cents.map(Money::from_cents),
                    max_price: filters.max_cents.map(Money::from_cents),
                },
                pagination,
                total_matches: found.found.total,
                active_instructors: found.active_instructors,
            },
        }
    }
}
