//! Reminding everybody of their lessons of tomorrow.

use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    act::Act,
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Digest},
    limits::{Limited, Limits},
    reply::Reply,
};

/// How many lessons are reminded of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RemindersSentResponse {
    /// Always `success`.
    #[schema(example = "success")]
    status: &'static str,
    /// Number of lessons whose two parties are written to now.
    #[schema(minimum = 0, example = 12)]
    reminders_sent: u64,
    /// The same in words.
    #[schema(example = "Reminding of 12 lessons")]
    message: String,
}

impl RemindersSentResponse {
    fn new(lessons: u64) -> Self {
        let message = match lessons {
            0 => "There is nothing to remind of".to_owned(),
            1 => "Reminding of 1 lesson".to_owned(),
            lessons => format!("Reminding of {lessons} lessons"),
        };
        Self { status: "success", reminders_sent: lessons, message }
    }
}

/// Send reminders
///
/// Reminds both parties of every confirmed lesson of tomorrow, and of whatever else is due. Nobody is reminded of a lesson
/// twice, however often this is called and whatever the scheduled job has done.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How many lessons are reminded of", body = RemindersSentResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[post("/send-reminders")]
pub(super) async fn send_reminders(
    admin: AdminUser,
    act: Act,
    limits: Limits,
) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.id;
    act.run_limited(&limits, Limited::SendReminders, &admin.0, Digest::empty(), move |app| {
        Reply::ok(&RemindersSentResponse::new(app.reminders.send_for_tomorrow(Some(actor))?))
    })
    .await
}
