//! Many changes of free time at once.

use actix_web::{HttpResponse, patch};
use instainstru_core::grid::{GridTime, TimeRange};
use instainstru_domain::ids::WindowId;
use instainstru_service::availability::{BulkChange, BulkOperation, StepResult};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{
    act::Act,
    error::{ApiError, ErrorBody, FieldErrors, Place},
    extract::{Body, InstructorUser, IntoCommand},
    reply::Reply,
    wire::{DateText, TimeText},
};

/// What to do with a stretch of free time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = BulkAction)]
pub(super) enum ActionName {
    /// Publish it.
    Add,
    /// Withdraw it.
    Remove,
    /// Move its ends.
    Update,
}

/// One step. What a step needs and lacks makes that step fail, not the whole call.
#[derive(Debug, Deserialize, ToSchema)]
struct OperationRequest {
    /// What to do.
    action: ActionName,
    /// The date, for `add`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = DateText, required = false)]
    date: Option<Option<DateText>>,
    /// Begin, for `add` and `update`.
    start_time: Option<TimeText>,
    /// End, for `add` and `update`.
    end_time: Option<TimeText>,
    /// Which stretch, for `remove` and `update`.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 2147483647_i64)]
    slot_id: Option<i64>,
}

/// Tells null from absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<DateText>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl OperationRequest {
    fn read(self, errors: &mut FieldErrors) -> Option<BulkOperation> {
        let start = errors.take_optional("start_time", self.start_time.as_ref().map(TimeText::read));
        let end = errors.take_optional("end_time", self.end_time.as_ref().map(TimeText::read));
        let window = errors.take_optional("slot_id", self.slot_id.map(WindowId::new));
        let (start, end, window) = (start?, end?, window?);
        check_order(errors, start, end)?;
        Some(match self.action {
            ActionName::Add => {
                let date = match self.date {
                    Some(None) => {
                        errors.push("date", "date must not be null");
                        return None;
                    }
                    Some(Some(date)) => Some(errors.take("date", date.read())?),
                    None => None,
                };
                BulkOperation::Add { date, start, end }
            }
            ActionName::Remove => BulkOperation::Remove { window },
            ActionName::Update => BulkOperation::Update { window, start, end },
        })
    }
}

fn check_order(errors: &mut FieldErrors, start: Option<GridTime>, end: Option<GridTime>) -> Option<()> {
    match (start, end) {
        (Some(start), Some(end)) => errors.take("end_time", TimeRange::new(start, end)).map(|_range| ()),
        (None, _) | (_, None) => Some(()),
    }
}

/// Steps to carry out in order.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct BulkUpdateRequest {
    /// The steps.
    #[schema(max_items = 500)]
    operations: Vec<OperationRequest>,
    /// Whether only to tell what would happen.
    #[serde(default)]
    #[schema(default = false)]
    validate_only: bool,
    /// Whether one failure undoes all steps.
    #[serde(default)]
    #[schema(default = false)]
    atomic: bool,
}

impl BulkUpdateRequest {
    const MAX_OPERATIONS: usize = 500;
}

/// A bulk change and the action of each step, which the answer repeats.
#[derive(Debug)]
pub(super) struct NamedChange {
    change: BulkChange,
    actions: Vec<ActionName>,
}

impl IntoCommand for BulkUpdateRequest {
    type Command = NamedChange;

    fn into_command(self) -> Result<NamedChange, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        if self.operations.len() > Self::MAX_OPERATIONS {
            errors.push("operations", format!("operations may have at most {} steps", Self::MAX_OPERATIONS));
            return errors.finish(None);
        }
        let actions = self.operations.iter().map(|operation| operation.action).collect();
        let operations = self
            .operations
            .into_iter()
            .enumerate()
            .filter_map(|(index, step)| {
                errors.within(&format!("operations.{index}"), |errors| step.read(errors))
            })
            .collect();
        let change = BulkChange { operations, validate_only: self.validate_only, atomic: self.atomic };
        errors.finish(Some(NamedChange { change, actions }))
    }
}

/// What became of the steps.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulkUpdateResponse {
    /// Number of steps that worked.
    successful: usize,
    /// Number of steps that failed.
    failed: usize,
    /// Always 0: every step is tried.
    skipped: usize,
    /// Each step.
    results: Vec<StepResponse>,
}

/// What became of one step.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StepResponse {
    /// Place of the step, from 0.
    operation_index: usize,
    /// What it was to do.
    action: ActionName,
    /// `success` or `failed`.
    #[schema(pattern = "^(success|failed|skipped)$", example = "success")]
    status: &'static str,
    /// Why it failed, or a remark.
    reason: Option<String>,
    /// The stretch that holds the time of a step that worked.
    slot_id: Option<i32>,
}

impl BulkUpdateResponse {
    fn new(actions: &[ActionName], steps: Vec<StepResult>) -> Self {
        let successful = steps.iter().filter(|step| step.success).count();
        Self {
            successful,
            failed: steps.len() - successful,
            skipped: 0,
            results: steps
                .into_iter()
                .zip(actions)
                .enumerate()
                .map(|(operation_index, (step, action))| StepResponse {
                    operation_index,
                    action: *action,
                    status: if step.success { "success" } else { "failed" },
                    reason: step.reason,
                    slot_id: step.window.map(WindowId::get),
                })
                .collect(),
        }
    }
}

/// Change free time in bulk
///
/// Carries out steps in order and reports each. A failed step does not stop later ones, unless `atomic` is true: then one
/// failure undoes everything. The status is 200 even when every step failed.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    request_body = BulkUpdateRequest,
    responses(
        (status = 200, description = "What became of the steps", body = BulkUpdateResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[patch("/bulk-update")]
pub(super) async fn bulk_update(
    user: InstructorUser,
    act: Act,
    body: Body<BulkUpdateRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| {
        let steps = app.availability.bulk(&actor, &body.command.change)?;
        Reply::ok(&BulkUpdateResponse::new(&body.command.actions, steps))
    })
    .await
}
