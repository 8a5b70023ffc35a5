//! One lesson as its instructor sees it: who comes, where and when; how it went; a note.

use actix_web::{http::StatusCode, web};
use instainstru_core::booking::BookingAction;
use instainstru_domain::{
    booking::BookingDetails,
    text::{FullName, MeetingLocation, Note},
};
use instainstru_http::{ApiError, Read};
use instainstru_service::bookings::{BookingError, UpdateBooking};
use jiff::Timestamp;
use serde::Serialize;

use super::{may_end, place, summary};
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Instructor,
    local_path::LocalPath,
    pages::{book::Summary, lessons::is_possible},
    view::booking::status_name,
    visit::{PageResult, Visit},
    words,
};

const TEMPLATE: &str = "pages/teach/bookings/show.html";

#[derive(Debug, Default, Serialize)]
pub(crate) struct TaughtLessonPage {
    pub(crate) summary: Summary,
    /// What people quote when they ask about it.
    pub(crate) reference: i32,
    pub(crate) status: &'static str,
    /// The instant it begins, for machines.
    pub(crate) datetime: String,
    /// Full name of the student.
    pub(crate) student: String,
    /// To write to; nothing once the student has left for good or the lesson is cancelled.
    pub(crate) email: Option<String>,
    pub(crate) place: &'static str,
    pub(crate) address: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) cancelled: Option<Cancelled>,
    pub(crate) may_end: bool,
    pub(crate) may_cancel: bool,
    /// The lesson as a file for calendars.
    pub(crate) calendar_href: String,
    /// Whether notes still make sense.
    pub(crate) may_note: bool,
    pub(crate) instructor_note: Option<String>,
    pub(crate) form: FormView,
}

/// How a lesson was cancelled.
#[derive(Debug, Serialize)]
pub(crate) struct Cancelled {
    /// `You`, the name of the student, or that of the marketplace.
    pub(crate) by: String,
    pub(crate) reason: String,
}

/// `GET /teach/bookings/{ref}`.
pub(in crate::pages) async fn show(
    Instructor { visit, user }: Instructor,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let details = super::read(app, &user, &number)?;
            let form = Form::filled([
                ("note", details.booking.instructor_note.as_ref().map_or("", Note::as_str)),
                ("place", details.booking.meeting_location.as_ref().map_or("", MeetingLocation::as_str)),
            ]);
            Ok::<_, ApiError>(TaughtLessonPage::new(&details, &form, app.clock.now()))
        })
        .await?;
    visit.page(TEMPLATE, &page)
}

/// What was asked for.
enum Deed {
    Complete,
    Missed,
    /// `None` when the form has mistakes.
    Note(Option<UpdateBooking>),
}

/// What became of it.
enum Done {
    Said(&'static str),
    Refused(String),
    Mistaken(Box<TaughtLessonPage>),
}

/// `POST /teach/bookings/{ref}`: `do` is `complete`, `missed` or `note`.
pub(in crate::pages) async fn change(
    Instructor { visit, user }: Instructor,
    read: Read,
    number: web::Path<String>,
    mut form: Form,
) -> PageResult {
    let here = format!("/teach/bookings/{number}");
    let next = LocalPath::parse(form.text("next")).map_or_else(|| here.clone(), |next| next.to_string());
    let deed = match form.text("do") {
        "complete" => Deed::Complete,
        "missed" => Deed::Missed,
        "note" => Deed::Note(None),
        _ => return Ok(visit.go(&here)),
    };
    let done = read
        .run(move |app| {
            let details = super::read(app, &user, &number)?;
            let id = details.booking.id;
            let deed = match deed {
                Deed::Note(_) => Deed::Note(note(&mut form, &details)),
                other => other,
            };
            let (done, said) = match deed {
                Deed::Complete => (app.bookings.complete(&user, id), "The lesson is marked as completed."),
                Deed::Missed => (app.bookings.mark_no_show(&user, id), "The lesson is marked as missed."),
                Deed::Note(Some(change)) => (app.bookings.update(&user, id, &change), "Your note is saved."),
                Deed::Note(None) => {
                    let page = TaughtLessonPage::new(&details, &form, app.clock.now());
                    return Ok(Done::Mistaken(Box::new(page)));
                }
            };
            match done {
                Ok(_changed) => Ok(Done::Said(said)),
                Err(BookingError::Transition(error)) => Ok(Done::Refused(format!(
                    "This lesson is {}, so nothing was changed.",
                    words::status(error.status)
                ))),
                Err(BookingError::NotYet(_)) => {
                    Ok(Done::Refused("You can say how a lesson went once it has begun.".to_owned()))
                }
                Err(error) => Err(ApiError::from(error)),
            }
        })
        .await?;
    answer(&visit, done, &here, &next)
}

fn answer(visit: &Visit, done: Done, here: &str, next: &str) -> PageResult {
    match done {
        Done::Said(text) => visit.go_saying(next, Tone::Success, text),
        Done::Refused(text) => visit.go_saying(here, Tone::Error, text),
        Done::Mistaken(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

/// What was typed as a change, or the mistakes. What stands in the booking can be replaced, not taken back.
fn note(form: &mut Form, details: &BookingDetails) -> Option<UpdateBooking> {
    let [typed_note, typed_place] =
        ["note", "place"].map(|field| form.text(field).trim().replace("\r\n", "\n"));
    let booking = &details.booking;
    let mut change = UpdateBooking::default();
    if !typed_note.is_empty() || booking.instructor_note.is_some() {
        change.instructor_note = form.take("note", Note::new(&typed_note), |_| {
            format!("Write a note of 1 to {} ordinary characters", Note::MAX)
        });
    }
    if !typed_place.is_empty() || booking.meeting_location.is_some() {
        change.meeting_location = form.take("place", MeetingLocation::new(&typed_place), |_| {
            format!("Name the place in 1 to {} ordinary characters", MeetingLocation::MAX)
        });
    }
    if change == UpdateBooking::default() && !form.has_errors() {
        form.refuse("note", "Write a note or name a place");
    }
    (!form.has_errors()).then_some(change)
}

impl TaughtLessonPage {
    fn new(details: &BookingDetails, form: &Form, now: Timestamp) -> Self {
        let booking = &details.booking;
        let summary = summary(details);
        let is_held = booking.status.holds_time();
        Self {
            reference: booking.id.get(),
            status: status_name(booking.status),
            datetime: booking.time.instants.start().to_string(),
            student: details.student.full_name.to_string(),
            email: (is_held && details.student.full_name != FullName::deleted())
                .then(|| details.student.email.to_string()),
            place: place(booking.location_type),
            address: booking.meeting_location.as_ref().map(ToString::to_string),
            note: booking.student_note.as_ref().map(ToString::to_string),
            cancelled: booking.cancellation.as_ref().map(|cancellation| Cancelled {
                by: if cancellation.by == booking.instructor_id {
                    "You".to_owned()
                } else if cancellation.by == booking.student_id {
                    summary.with.clone()
                } else {
                    "InstaInstru".to_owned()
                },
                reason: cancellation.reason.to_string(),
            }),
            may_end: may_end(details, now),
            may_cancel: is_possible(details, BookingAction::Cancel, now),
            calendar_href: format!("{}.ics", summary.action),
            may_note: is_held,
            instructor_note: booking.instructor_note.as_ref().map(ToString::to_string),
            form: form.view(),
            summary,
        }
    }
}
