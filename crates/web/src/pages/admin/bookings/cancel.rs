//! Calling a lesson off in the name of the marketplace: what it means for both sides is said before the click.

use actix_web::{http::StatusCode, web};
use instainstru_core::booking::BookingAction;
use instainstru_domain::{booking::BookingDetails, ids::BookingId, policy, text::CancellationReason};
use instainstru_http::{ApiError, Read};
use instainstru_service::administration::AdministrationError;
use serde::Serialize;

use super::BookingRow;
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Admin,
    pages::{admin::number, lessons::is_possible},
    view::links,
    visit::PageResult,
};

const TEMPLATE: &str = "pages/admin/bookings/cancel.html";

#[derive(Debug, Serialize)]
pub(crate) struct CancelBookingPage {
    pub(crate) booking: BookingRow,
    pub(crate) form: FormView,
    /// What follows, in sentences.
    pub(crate) outcome: Vec<String>,
}

/// What becomes of the form.
enum Outcome {
    Done,
    Refused(String),
    Wrong(Box<CancelBookingPage>),
}

/// `GET /admin/bookings/{ref}/cancel`.
pub(in crate::pages) async fn cancel_form(
    Admin { visit, user }: Admin,
    read: Read,
    id: web::Path<String>,
) -> PageResult {
    let id = number(&id, |id| BookingId::new(id).ok(), "Booking")?;
    let (details, now) = read
        .run(move |app| Ok::<_, ApiError>((app.administration.booking(&user, id)?, app.clock.now())))
        .await?;
    if !is_possible(&details, BookingAction::Cancel, now) {
        let over = "This lesson has begun, is over or was cancelled, so it cannot be cancelled.";
        return visit.go_saying(&links::administered_booking(id), Tone::Info, over);
    }
    visit.page(TEMPLATE, &CancelBookingPage::new(&details, &Form::default()))
}

/// `POST /admin/bookings/{ref}/cancel`.
pub(in crate::pages) async fn cancel(
    Admin { visit, user }: Admin,
    read: Read,
    id: web::Path<String>,
    mut form: Form,
) -> PageResult {
    let id = number(&id, |id| BookingId::new(id).ok(), "Booking")?;
    let typed = CancellationReason::new(&form.text("reason").replace("\r\n", "\n"));
    let reason = form.take("reason", typed, |_| {
        format!("Say why in 1 to {} ordinary characters", CancellationReason::MAX)
    });
    let outcome = read
        .run(move |app| {
            let Some(reason) = reason else {
                let details = app.administration.booking(&user, id)?;
                return Ok(Outcome::Wrong(Box::new(CancelBookingPage::new(&details, &form))));
            };
            match app.administration.cancel_booking(&user, id, &reason) {
                Ok(_cancelled) => Ok(Outcome::Done),
                Err(error @ (AdministrationError::Transition(_) | AdministrationError::AlreadyBegan)) => {
                    Ok(Outcome::Refused(format!("{error}.")))
                }
                Err(
                    error @ (AdministrationError::NotAdmin
                    | AdministrationError::NotFound
                    | AdministrationError::BookingNotFound
                    | AdministrationError::OwnAccount
                    | AdministrationError::IsAdmin
                    | AdministrationError::Storage(_)),
                ) => Err(ApiError::from(error)),
            }
        })
        .await?;
    let back = links::administered_booking(id);
    match outcome {
        Outcome::Done => visit.go_saying(
            &back,
            Tone::Success,
            "The lesson is cancelled. Student and instructor get a mail with your reason.",
        ),
        Outcome::Refused(text) => visit.go_saying(&back, Tone::Error, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

impl CancelBookingPage {
    fn new(details: &BookingDetails, form: &Form) -> Self {
        let (student, instructor) = (&details.student.full_name, &details.instructor.full_name);
        Self {
            booking: BookingRow::new(details),
            form: form.view(),
            outcome: vec![
                format!("{student} pays nothing and gets a mail that InstaInstru cancelled the lesson, with your reason."),
                format!("{instructor} gets the same mail and earns nothing. {}", policy::CANCELLED_TIME),
                "The lesson vanishes from the calendars of both. It cannot be brought back; it can only be booked again."
                    .to_owned(),
            ],
        }
    }
}
