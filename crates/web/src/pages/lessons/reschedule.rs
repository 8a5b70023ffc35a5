//! Moving a lesson: the same booker; the old time stays until the new one is confirmed.

use actix_web::web;
use instainstru_core::{booking::BookingAction, length::LessonLength};
use instainstru_domain::{booking::BookingDetails, instructor::Instructor, policy};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::{
    bookings::{Alternative, Reschedule},
    instructors::InstructorError,
};
use jiff::civil::Date;
use serde::Serialize;

use super::{is_possible, show::summary};
use crate::{
    flash::Tone,
    form::Form,
    guards::Student,
    pages::{
        book::{
            Summary,
            choice::{self, ChoiceQuery, Other},
            refusal::Refusal,
            taken::TakenPage,
        },
        profile,
    },
    view::{
        booker::{Booker, BookerFor},
        links,
    },
    visit::{PageResult, Visit},
    words,
};

#[derive(Debug, Serialize)]
pub(crate) struct MovePage {
    pub(crate) summary: Summary,
    /// The times to choose from, until one is chosen.
    pub(crate) booker: Option<Booker>,
    /// The time that is chosen.
    pub(crate) moving: Option<Moving>,
    pub(crate) rules: &'static str,
}

/// A time that is chosen and not confirmed yet.
#[derive(Debug, Serialize)]
pub(crate) struct Moving {
    pub(crate) start: String,
    pub(crate) minutes: u16,
    pub(crate) when: String,
    pub(crate) price_cents: i64,
    pub(crate) back_href: String,
}

/// `GET /lessons/{ref}/reschedule`.
pub(in crate::pages) async fn reschedule_form(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
    query: web::Query<ChoiceQuery>,
) -> PageResult {
    let query = query.into_inner();
    let (details, page) = read
        .run(move |app| {
            let details = super::read(app, &user, &number)?;
            let page = match movable(app, &details)? {
                None => None,
                Some(instructor) => Some(MovePage::read(app, &details, &instructor, &query)?),
            };
            Ok::<_, ApiError>((details, page))
        })
        .await?;
    match page {
        Some(page) => visit.page("pages/lessons/move.html", &page),
        None => not_movable(&visit, &details),
    }
}

/// `POST /lessons/{ref}/reschedule`.
pub(in crate::pages) async fn reschedule(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
    form: Form,
) -> PageResult {
    let (date, time) = form.text("start").split_once('T').unwrap_or_default();
    let wanted = choice::start(date, time).zip(profile::length(form.text("duration")));
    let done = read
        .run(move |app| {
            let details = super::read(app, &user, &number)?;
            let Some((to, length)) = wanted else { return Ok::<_, ApiError>((details, None)) };
            let command = Reschedule { date: to.date, start_time: to.start_time, length: Some(length) };
            let moved = match app.bookings.reschedule(&user, details.booking.id, &command) {
                Ok(moved) => Ok(moved),
                Err(error) => Err((Refusal::of(error)?, to, length)),
            };
            Ok((details, Some(moved)))
        })
        .await?;
    match done {
        (_, Some(Ok(moved))) => {
            let when = summary(&moved).when;
            visit.go_saying(
                &links::lesson(moved.booking.id),
                Tone::Success,
                format!("Your lesson is moved to {when}."),
            )
        }
        (details, Some(Err((refusal, to, length)))) => {
            let status = refusal.status;
            visit.page_with(status, "pages/book/taken.html", &refused(&details, refusal, to, length))
        }
        (details, None) => Ok(visit.go(&address(&details))),
    }
}

/// The page for choosing another time.
fn address(details: &BookingDetails) -> String {
    format!("{}/reschedule", links::lesson(details.booking.id))
}

/// Who teaches the lesson, when it can be moved.
fn movable(app: &Application, details: &BookingDetails) -> Result<Option<Instructor>, ApiError> {
    if !is_possible(details, BookingAction::Reschedule, app.clock.now()) {
        return Ok(None);
    }
    match app.instructors.get(details.booking.instructor_id) {
        Ok(instructor) => Ok(Some(instructor)),
        Err(InstructorError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Back to the lesson, which cannot be moved.
fn not_movable(visit: &Visit, details: &BookingDetails) -> PageResult {
    let booking = &details.booking;
    let why = match booking.status.after(BookingAction::Reschedule) {
        Ok(_) => "has begun, or its instructor takes no bookings at present".to_owned(),
        Err(_) => format!("is {}", words::status(booking.status)),
    };
    visit.go_saying(
        &links::lesson(booking.id),
        Tone::Info,
        format!("This lesson {why}, so it cannot be moved."),
    )
}

/// Why the lesson is not moved, and where else it could go.
fn refused(details: &BookingDetails, refusal: Refusal, to: Alternative, length: LessonLength) -> TakenPage {
    let booking = &details.booking;
    let address = address(details);
    let when = |at: Alternative| words::when(at.date, at.start_time, length, &booking.time.zone);
    let other = |at: Alternative| Other {
        value: choice::start_value(at),
        href: format!(
            "{address}?{}",
            links::query(&[
                ("date", &at.date.to_string()),
                ("time", &format!("{:02}:{:02}", at.start_time.hour(), at.start_time.minute())),
                ("duration", &length.minutes().to_string()),
            ])
        ),
        label: when(at),
    };
    TakenPage {
        summary: Summary {
            action: address.clone(),
            when: when(to),
            length: words::length(length.minutes()),
            price_cents: booking.hourly_rate.price_of(length).get(),
            change_href: address.clone(),
            ..summary(details)
        },
        heading: refusal.heading,
        text: format!("{} Your lesson stays where it was.", refusal.text),
        verb: "Move to",
        others: refusal.others.into_iter().map(other).collect(),
        hidden: vec![("duration", length.minutes().to_string())],
        similar: Vec::new(),
        search_href: String::new(),
    }
}

impl MovePage {
    fn read(
        app: &Application,
        details: &BookingDetails,
        instructor: &Instructor,
        query: &ChoiceQuery,
    ) -> Result<Self, ApiError> {
        let booking = &details.booking;
        let offered = instructor.services.iter().find(|service| service.id == booking.instructor_service_id);
        let mut lengths =
            offered.map_or_else(Vec::new, |service| service.offer.terms.durations.as_slice().to_vec());
        if !lengths.contains(&booking.length) {
            lengths.push(booking.length);
        }
        let length = profile::length(&query.duration)
            .filter(|length| lengths.contains(length))
            .unwrap_or(booking.length);
        let here = address(details);
        let mut page =
            Self { summary: summary(details), booker: None, moving: None, rules: policy::RESCHEDULING };
        if let Some(start) = choice::start(&query.date, &query.time) {
            page.moving = Some(Moving {
                start: choice::start_value(start),
                minutes: length.minutes(),
                when: words::when(start.date, start.start_time, length, &booking.time.zone),
                price_cents: booking.hourly_rate.price_of(length).get(),
                back_href: format!("{here}?duration={}&date={}#times", length.minutes(), start.date),
            });
        } else {
            page.booker = Some(Booker::read(
                app,
                &BookerFor {
                    instructor,
                    service_name: &booking.service_name,
                    service: None,
                    rate: booking.hourly_rate,
                    lengths,
                    length,
                    date: query.date.parse::<Date>().ok(),
                    now_on: Some(booking.time.date),
                    action: here.clone(),
                    here,
                },
            )?);
        }
        Ok(page)
    }
}
