//! Audit entries on the wire.

use std::collections::BTreeMap;

use instainstru_domain::{
    audit::{AuditAction, AuditEntry, AuditFilter, AuditSubject, SubjectKind},
    ids::UserId,
};
use instainstru_service::audit::AuditPage;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::{InstantText, read_bounded, read_integer},
};

const MAX_LIMIT: u32 = 200;
const USUAL_LIMIT: u32 = 50;

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParams {
    /// Only what this account did.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64)]
    actor: Option<String>,
    /// Only this action.
    #[param(value_type = Option<ActionName>, nullable = false)]
    action: Option<String>,
    /// Only what was done then or later, as in RFC 3339.
    #[param(nullable = false, format = DateTime, example = "2026-07-15T00:00:00Z")]
    since: Option<String>,
    /// Greatest number of entries.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// Goes on after this entry of an earlier list, which is its `next_after`.
    #[param(value_type = Option<i64>, nullable = false, minimum = 1, maximum = 999999999999999999_i64)]
    after: Option<String>,
}

/// A list to make.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) filter: AuditFilter,
    pub(super) limit: u32,
}

impl IntoCommand for AuditParams {
    type Command = Listing;

    fn into_command(self) -> Result<Listing, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let user = |text: String| {
            let number = read_integer(&text).map_err(|error| error.to_string())?;
            UserId::new(number).map_err(|error| error.to_string())
        };
        let number = |text: String| match read_integer(&text) {
            Ok(number) if number >= 1 => Ok(number),
            _ => Err("must be a whole number from 1"),
        };
        let instant = |text: String| {
            text.parse::<Timestamp>().map_err(|_error| "must be an instant such as 2026-07-15T00:00:00Z")
        };
        let actor = errors.take_optional("actor", self.actor.map(user));
        let action = errors.take_optional("action", self.action.map(|text| text.parse::<AuditAction>()));
        let since = errors.take_optional("since", self.since.map(instant));
        let limit = errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, MAX_LIMIT)));
        let before = errors.take_optional("after", self.after.map(number));
        let listing = (|| {
            let filter = AuditFilter {
                actor: actor?,
                concerning: None,
                action: action?,
                since: since?,
                before: before?,
            };
            Some(Listing { filter, limit: limit?.unwrap_or(USUAL_LIMIT) })
        })();
        errors.finish(listing)
    }
}

/// What was done.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct ActionName(&'static str);

impl PartialSchema for ActionName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(AuditAction::ALL.iter().map(|action| action.as_str())))
            .description(Some("What was done"))
            .into()
    }
}

impl ToSchema for ActionName {}

/// The kind of a thing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AuditSubjectKind)]
pub(crate) enum SubjectKindName {
    /// An account.
    User,
    /// A booking.
    Booking,
    /// A category of the catalogue.
    Category,
    /// A service of the catalogue.
    CatalogueService,
    /// An event of the outbox.
    Event,
}

/// What an action was done to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditSubject)]
pub(crate) struct SubjectResponse {
    /// Kind of the thing.
    kind: SubjectKindName,
    /// Its id.
    #[schema(example = 7)]
    id: i64,
}

/// One thing somebody did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct AuditEntryResponse {
    /// Number of the entry; later entries have higher ones.
    #[schema(minimum = 1, example = 4711)]
    id: i64,
    /// When it was done.
    at: InstantText,
    /// What was done.
    action: ActionName,
    /// Who did it; null for the command line, for jobs, and for whoever was not logged in.
    #[schema(required = true, example = 1)]
    actor_id: Option<i32>,
    /// What it was done to.
    #[schema(required = true)]
    subject: Option<SubjectResponse>,
    /// A few facts; none once the account it was done to is deleted.
    #[schema(example = json!({"reason": "three complaints"}))]
    detail: BTreeMap<String, String>,
    /// Id of the request it was done with.
    #[schema(required = true)]
    request_id: Option<String>,
    /// Network address of the client; forgotten after a while, and with the account.
    #[schema(required = true, example = "203.0.113.7")]
    address: Option<String>,
}

/// A part of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub(super) struct AuditPageResponse {
    /// The entries, newest first.
    entries: Vec<AuditEntryResponse>,
    /// When there are older ones: what to give as `after` to read on.
    #[schema(required = true, minimum = 1)]
    next_after: Option<i64>,
}

impl From<AuditSubject> for SubjectResponse {
    fn from(subject: AuditSubject) -> Self {
        let kind = match subject.kind {
            SubjectKind::User => SubjectKindName::User,
            SubjectKind::Booking => SubjectKindName::Booking,
            SubjectKind::Category => SubjectKindName::Category,
            SubjectKind::CatalogueService => SubjectKindName::CatalogueService,
            SubjectKind::Event => SubjectKindName::Event,
        };
        Self { kind, id: subject.id }
    }
}

impl From<AuditEntry> for AuditEntryResponse {
    fn from(AuditEntry { number, entry }: AuditEntry) -> Self {
        Self {
            id: number,
            at: entry.at.into(),
            action: ActionName(entry.action.as_str()),
            actor_id: entry.actor.map(UserId::get),
            subject: entry.subject.map(SubjectResponse::from),
            detail: entry.detail.facts().clone(),
            request_id: entry.origin.request,
            address: entry.origin.address.map(|address| address.to_string()),
        }
    }
}

impl From<AuditPage> for AuditPageResponse {
    fn from(page: AuditPage) -> Self {
        Self {
            entries: page.entries.into_iter().map(AuditEntryResponse::from).collect(),
            next_after: page.next,
        }
    }
}
