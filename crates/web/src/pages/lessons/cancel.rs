//! Cancelling a lesson: the outcome is named before the click.

use actix_web::{http::StatusCode, web};
use instainstru_core::booking::BookingAction;
use instainstru_domain::{account::User, booking::BookingDetails, policy, text::CancellationReason};
use instainstru_http::{ApiError, Application, Read};
use jiff::Timestamp;
use serde::Serialize;

use super::{is_possible, show::summary};
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Student,
    pages::book::{Summary, refusal::Refusal},
    view::links,
    visit::{PageResult, Visit},
    words,
};

/// Reasons to choose from; the last one asks for words.
const REASONS: [&str; 3] = ["My plans changed", "I am not well", "I found another instructor"];
const OTHER: &str = "other";

#[derive(Debug, Serialize)]
pub(crate) struct CancelPage {
    pub(crate) summary: Summary,
    pub(crate) form: FormView,
    pub(crate) reasons: Vec<Reason>,
    /// What happens, in sentences.
    pub(crate) outcome: Vec<String>,
    pub(crate) may_move: bool,
}

/// A reason to choose.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Reason {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) note: &'static str,
}

/// `GET /lessons/{ref}/cancel`.
pub(in crate::pages) async fn cancel_form(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let (details, now) =
        read.run(move |app| super::read(app, &user, &number).map(|found| (found, app.clock.now()))).await?;
    if !is_possible(&details, BookingAction::Cancel, now) {
        return too_late(&visit, &details);
    }
    visit.page("pages/lessons/cancel.html", &CancelPage::new(&details, &Form::default(), now))
}

/// `POST /lessons/{ref}/cancel`.
pub(in crate::pages) async fn cancel(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
    mut form: Form,
) -> PageResult {
    let reason = reason(&mut form, &REASONS);
    let (details, now, done) = read
        .run(move |app| {
            let (details, now) = (super::read(app, &user, &number)?, app.clock.now());
            let done = call_off(app, &user, &details, reason, now)?;
            Ok::<_, ApiError>((details, now, done))
        })
        .await?;
    let lesson = links::lesson(details.booking.id);
    match done {
        Some(Ok(())) => visit.go_saying(&lesson, Tone::Success, "Your lesson is cancelled. You pay nothing."),
        Some(Err(refusal)) => {
            visit.go_saying(&lesson, Tone::Error, format!("{}. {}", refusal.heading, refusal.text))
        }
        None if is_possible(&details, BookingAction::Cancel, now) => visit.page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            "pages/lessons/cancel.html",
            &CancelPage::new(&details, &form, now),
        ),
        None => too_late(&visit, &details),
    }
}

/// Cancels a lesson for one of its parties, if there is a reason and it is not too late: nothing, or what became of it.
///
/// # Errors
/// What is no refusal of this lesson: it is somebody else's, or storage failed.
pub(in crate::pages) fn call_off(
    app: &Application,
    user: &User,
    details: &BookingDetails,
    reason: Option<CancellationReason>,
    now: Timestamp,
) -> Result<Option<Result<(), Refusal>>, ApiError> {
    let Some(reason) = reason.filter(|_| is_possible(details, BookingAction::Cancel, now)) else {
        return Ok(None);
    };
    Ok(Some(match app.bookings.cancel(user, details.booking.id, &reason) {
        Ok(_cancelled) => Ok(()),
        Err(error) => Err(Refusal::of(error)?),
    }))
}

/// Back to the lesson, which cannot be cancelled any more.
fn too_late(visit: &Visit, details: &BookingDetails) -> PageResult {
    let booking = &details.booking;
    let why = match booking.status.after(BookingAction::Cancel) {
        Ok(_) => "has begun".to_owned(),
        Err(_) => format!("is {}", words::status(booking.status)),
    };
    visit.go_saying(
        &links::lesson(booking.id),
        Tone::Info,
        format!("This lesson {why}, so it cannot be cancelled."),
    )
}

/// The reason that was chosen out of these, or the mistake.
pub(in crate::pages) fn reason(form: &mut Form, reasons: &[&str]) -> Option<CancellationReason> {
    let chosen = form.text("reason").to_owned();
    if chosen == OTHER {
        let words = CancellationReason::new(&form.text("words").replace("\r\n", "\n"));
        return form.take("words", words, |_| {
            format!("Say why in 1 to {} ordinary characters", CancellationReason::MAX)
        });
    }
    let known = reasons.iter().find(|reason| **reason == chosen).ok_or(());
    let known = form.take("reason", known, |()| "Choose why you cancel".to_owned())?;
    form.take("reason", CancellationReason::new(known), |_| "Choose why you cancel".to_owned())
}

impl CancelPage {
    fn new(details: &BookingDetails, form: &Form, now: Timestamp) -> Self {
        Self {
            summary: summary(details),
            form: form.view(),
            reasons: Self::reasons(),
            outcome: vec![
                policy::CANCELLATION.to_owned(),
                lateness(details, now),
                policy::CANCELLED_TIME.to_owned(),
            ],
            may_move: is_possible(details, BookingAction::Reschedule, now),
        }
    }

    pub(crate) fn reasons() -> Vec<Reason> {
        choices(&REASONS)
    }
}

/// These reasons to choose from, and one for everything else.
pub(in crate::pages) fn choices(reasons: &[&'static str]) -> Vec<Reason> {
    let given = reasons.iter().map(|reason| Reason { value: reason, label: reason, note: "" });
    given.chain([Reason { value: OTHER, label: "Another reason", note: "Say it below" }]).collect()
}

/// What is said about a cancellation at `now`: that it is late, or until when it would not be.
pub(in crate::pages) fn lateness(details: &BookingDetails, now: Timestamp) -> String {
    if policy::is_late_cancellation(details.booking.time.instants.start(), now) {
        "The lesson is so near that this is recorded as a late cancellation.".to_owned()
    } else {
        policy::late_notice()
    }
}
