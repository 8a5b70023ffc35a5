//! Cancelling a lesson one teaches: the student is told why.

use actix_web::{http::StatusCode, web};
use instainstru_core::booking::BookingAction;
use instainstru_domain::{booking::BookingDetails, policy};
use instainstru_http::{ApiError, Read};
use jiff::Timestamp;
use serde::Serialize;

use super::summary;
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Instructor,
    pages::{
        book::Summary,
        lessons::{
            cancel::{Reason, call_off, choices, lateness, reason},
            is_possible,
        },
    },
    view::links,
    visit::{PageResult, Visit},
    words,
};

/// Reasons to choose from, besides one in the instructor's own words.
const REASONS: [&str; 3] = ["I am not well", "Something came up that I cannot move", "I cannot get there"];

const TEMPLATE: &str = "pages/teach/bookings/cancel.html";

#[derive(Debug, Serialize)]
pub(crate) struct CancelTaughtPage {
    pub(crate) summary: Summary,
    pub(crate) form: FormView,
    pub(crate) reasons: Vec<Reason>,
    /// What happens, in sentences.
    pub(crate) outcome: Vec<String>,
}

/// `GET /teach/bookings/{ref}/cancel`.
pub(in crate::pages) async fn cancel_form(
    Instructor { visit, user }: Instructor,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let (details, now) =
        read.run(move |app| super::read(app, &user, &number).map(|found| (found, app.clock.now()))).await?;
    if !is_possible(&details, BookingAction::Cancel, now) {
        return too_late(&visit, &details);
    }
    visit.page(TEMPLATE, &CancelTaughtPage::new(&details, &Form::default(), now))
}

/// `POST /teach/bookings/{ref}/cancel`.
pub(in crate::pages) async fn cancel(
    Instructor { visit, user }: Instructor,
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
    let lesson = links::taught(details.booking.id);
    match done {
        Some(Ok(())) => {
            let name = summary(&details).with;
            visit.go_saying(
                &lesson,
                Tone::Success,
                format!("The lesson is cancelled. {name} pays nothing and gets a message with your reason."),
            )
        }
        Some(Err(refusal)) => {
            visit.go_saying(&lesson, Tone::Error, format!("{}. {}", refusal.heading, refusal.text))
        }
        None if is_possible(&details, BookingAction::Cancel, now) => visit.page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            TEMPLATE,
            &CancelTaughtPage::new(&details, &form, now),
        ),
        None => too_late(&visit, &details),
    }
}

/// Back to the lesson, which cannot be cancelled any more.
fn too_late(visit: &Visit, details: &BookingDetails) -> PageResult {
    let booking = &details.booking;
    let text = match booking.status.after(BookingAction::Cancel) {
        Ok(_) => "This lesson has begun. Say how it went instead.".to_owned(),
        Err(_) => format!("This lesson is {}, so it cannot be cancelled.", words::status(booking.status)),
    };
    visit.go_saying(&links::taught(booking.id), Tone::Info, text)
}

impl CancelTaughtPage {
    fn new(details: &BookingDetails, form: &Form, now: Timestamp) -> Self {
        let summary = summary(details);
        Self {
            form: form.view(),
            reasons: Self::reasons(),
            outcome: vec![
                format!("{} pays nothing and gets a message with your reason.", summary.with),
                lateness(details, now),
                policy::CANCELLED_TIME.to_owned(),
            ],
            summary,
        }
    }

    pub(crate) fn reasons() -> Vec<Reason> {
        choices(&REASONS)
    }
}
