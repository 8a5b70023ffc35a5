//! Trying out the changes of a week before they are saved.

use actix_web::{HttpResponse, post};
use instainstru_domain::ids::WindowId;
use instainstru_service::availability::{DayRanges, ProposedChange};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{bulk::ActionName, dto::GivenWeek};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody, FieldErrors, Place},
    extract::{Body, InstructorUser, IntoCommand},
    reply::Reply,
    wire::{DateText, TimeText, TimeWindow, seconds},
};

/// Two versions of a week.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ValidateWeekRequest {
    /// The edited week: free time by date.
    #[schema(value_type = BTreeMap<String, Vec<TimeWindow>>)]
    current_week: GivenWeek,
    /// The stored week: free time by date.
    #[schema(value_type = BTreeMap<String, Vec<TimeWindow>>)]
    saved_week: GivenWeek,
    /// First day of the week.
    week_start: DateText,
}

/// Two versions of a week.
#[derive(Debug)]
pub(super) struct TwoWeeks {
    start: Date,
    current: DayRanges,
    saved: DayRanges,
}

impl IntoCommand for ValidateWeekRequest {
    type Command = TwoWeeks;

    fn into_command(self) -> Result<TwoWeeks, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let start = errors.take("week_start", self.week_start.read());
        let current = self.current_week.read(&mut errors, "current_week");
        let saved = self.saved_week.read(&mut errors, "saved_week");
        let command =
            start.zip(current).zip(saved).map(|((start, current), saved)| TwoWeeks { start, current, saved });
        errors.finish(command)
    }
}

/// What saving the week would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ValidateWeekResponse {
    /// Whether every change would work.
    valid: bool,
    /// The changes in figures.
    summary: ChangeSummary,
    /// Each change.
    details: Vec<ChangeResponse>,
    /// Remarks for people.
    warnings: Vec<String>,
}

/// Changes in figures.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangeSummary {
    /// Number of changes.
    total_operations: usize,
    /// Number of those that would work.
    valid_operations: usize,
    /// Number of those that would fail.
    invalid_operations: usize,
    /// Number by kind.
    operations_by_type: ChangesByType,
    /// Whether any would fail.
    has_conflicts: bool,
    /// What would change.
    estimated_changes: EstimatedChanges,
}

/// Number of changes by kind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangesByType {
    /// Ranges to add.
    add: usize,
    /// Ranges to remove.
    remove: usize,
    /// Always 0.
    update: usize,
}

/// What would change.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EstimatedChanges {
    /// Ranges that would be added.
    slots_added: usize,
    /// Ranges that would be removed.
    slots_removed: usize,
    /// Changes that would fail.
    conflicts: usize,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangeResponse {
    /// Place of the change, from 0.
    operation_index: usize,
    /// Whether a range is added or removed.
    action: ActionName,
    /// The date.
    date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End.
    end_time: TimeText,
    /// The stored stretch that would be removed.
    slot_id: Option<i32>,
    /// What would become of it.
    reason: Option<String>,
    /// Always null: free time conflicts with nothing.
    #[schema(value_type = Option<Vec<Object>>)]
    conflicts_with: Option<Vec<()>>,
}

impl ValidateWeekResponse {
    fn new(changes: &[ProposedChange]) -> Self {
        let count = |fits: fn(&ProposedChange) -> bool| changes.iter().filter(|change| fits(change)).count();
        let failed = count(|change| !change.result.success);
        let warnings = if failed == 0 { Vec::new() } else { vec![format!("{failed} changes would fail")] };
        Self {
            valid: failed == 0,
            summary: ChangeSummary {
                total_operations: changes.len(),
                valid_operations: changes.len() - failed,
                invalid_operations: failed,
                operations_by_type: ChangesByType {
                    add: count(|change| change.adds),
                    remove: count(|change| !change.adds),
                    update: 0,
                },
                has_conflicts: failed > 0,
                estimated_changes: EstimatedChanges {
                    slots_added: count(|change| change.adds && change.result.success),
                    slots_removed: count(|change| !change.adds && change.result.success),
                    conflicts: failed,
                },
            },
            details: changes
                .iter()
                .enumerate()
                .map(|(index, change)| ChangeResponse::new(index, change))
                .collect(),
            warnings,
        }
    }
}

impl ChangeResponse {
    fn new(operation_index: usize, change: &ProposedChange) -> Self {
        Self {
            operation_index,
            action: if change.adds { ActionName::Add } else { ActionName::Remove },
            date: change.date.into(),
            start_time: seconds(change.range.start()),
            end_time: seconds(change.range.end()),
            slot_id: change.window.map(WindowId::get),
            reason: change.result.reason.clone(),
            conflicts_with: None,
        }
    }
}

/// Try out the changes of a week
///
/// Compares two versions of a week and tells for each range that differs whether saving it would work. Changes nothing.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    request_body = ValidateWeekRequest,
    responses(
        (status = 200, description = "What would happen", body = ValidateWeekResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[post("/week/validate-changes")]
pub(super) async fn validate_week_changes(
    user: InstructorUser,
    read: Read,
    body: Body<ValidateWeekRequest>,
) -> Result<HttpResponse, ApiError> {
    let weeks = body.read().await?.command;
    let changes = read
        .run(move |app| app.availability.validate_week(&user.0, weeks.start, &weeks.current, &weeks.saved))
        .await?;
    Reply::ok(&ValidateWeekResponse::new(&changes))?.into_response()
}
