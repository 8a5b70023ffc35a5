//! The envelope every error is sent in.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{FieldError, Inner};

/// Any error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong, for people.
    #[schema(example = "Booking not found")]
    detail: String,
    /// What went wrong, for machines.
    #[schema(example = "NOT_FOUND", pattern = "^[A-Z_]+$")]
    code: &'static str,
    /// The first field that is wrong, when the error is about input.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    /// Everything that is wrong with the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ErrorItem>,
    /// Seconds after which trying again makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after: Option<u32>,
    /// Facts that help to go on, such as free times near a taken one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    details: Option<Value>,
    /// Id of the request, to be quoted when asking for help.
    #[schema(required = true)]
    request_id: String,
}

/// One thing that is wrong with the input.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorItem {
    /// Where: the part of the request, then the way to the field.
    #[schema(value_type = Vec<Location>)]
    loc: Vec<Location>,
    /// What is wrong.
    msg: String,
    /// Kind of error.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// A step on the way to a field: a name, or a place in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Location {
    /// Name of a member.
    Name(String),
    /// Place in a list, from 0.
    Index(u32),
}

impl ErrorBody {
    pub(super) fn of(error: &Inner, request_id: Option<&str>) -> Self {
        Self {
            detail: error.detail.clone().into_owned(),
            code: error.code.as_str(),
            field: error.fields.first().map(|field| field.name().to_owned()),
            errors: error.fields.iter().map(ErrorItem::of).collect(),
            retry_after: error.retry_after,
            details: error.details.clone(),
            request_id: request_id.unwrap_or_default().to_owned(),
        }
    }
}

impl ErrorItem {
    fn of(error: &FieldError) -> Self {
        let steps = error.path().split('.').filter(|step| !step.is_empty());
        let loc =
            std::iter::once(Location::Name(error.place().as_str().to_owned()))
                .chain(steps.map(|step| {
                    step.parse().map_or_else(|_| Location::Name(step.to_owned()), Location::Index)
                }))
                .collect();
        Self { loc, msg: error.message().to_owned(), kind: error.kind() }
    }
}
