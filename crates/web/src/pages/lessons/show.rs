//! One lesson: what, when, where and how much; and booking the same again.

use actix_web::web;
use instainstru_core::booking::{BookingAction, BookingStatus};
use instainstru_domain::{account::User, booking::BookingDetails, policy};
use instainstru_http::{ApiError, Read};
use instainstru_service::instructors::InstructorError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{calendar::CalendarLinks, is_possible, place};
use crate::{
    flash::Tone,
    guards::Student,
    pages::{book::Summary, plumbing},
    view::{booking::status_name, links},
    visit::{PageResult, Visit},
    words,
};

/// Whether the lesson was reserved a moment ago.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Arrival {
    new: String,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct LessonPage {
    pub(crate) summary: Summary,
    /// What people quote when they ask about it.
    pub(crate) reference: i32,
    pub(crate) href: String,
    pub(crate) status: &'static str,
    /// Whether it was just reserved.
    pub(crate) is_new: bool,
    /// The instant it begins, for machines.
    pub(crate) datetime: String,
    pub(crate) place: &'static str,
    pub(crate) address: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) instructor_note: Option<String>,
    pub(crate) cancelled: Option<Cancelled>,
    pub(crate) may_move: bool,
    pub(crate) may_cancel: bool,
    pub(crate) rebook_href: String,
    /// Ways to put it into a calendar, while it is ahead.
    pub(crate) calendar: Option<CalendarLinks>,
    pub(crate) policy: Vec<String>,
}

/// How a lesson was cancelled.
#[derive(Debug, Serialize)]
pub(crate) struct Cancelled {
    /// `You`, the name of the instructor, or that of the marketplace.
    pub(crate) by: String,
    pub(crate) reason: String,
}

/// `GET /lessons/{ref}`.
pub(in crate::pages) async fn show(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
    arrival: web::Query<Arrival>,
) -> PageResult {
    let page = LessonPage::read(&visit, read, user, number.into_inner(), arrival.new == "1").await?;
    visit.page("pages/lessons/show.html", &page)
}

/// `GET /lessons/{ref}/print`: the same on paper.
pub(in crate::pages) async fn print(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let page = LessonPage::read(&visit, read, user, number.into_inner(), false).await?;
    visit.page("pages/lessons/print.html", &page)
}

/// `GET /lessons/{ref}/rebook`: the times of the same instructor, for the same service and length.
pub(in crate::pages) async fn rebook(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let (details, times) = read
        .run(move |app| {
            let details = super::read(app, &user, &number)?;
            let booking = &details.booking;
            let times = match app.instructors.get(booking.instructor_id) {
                Ok(instructor) => {
                    let service = instructor
                        .services
                        .iter()
                        .find(|service| service.id == booking.instructor_service_id && service.is_active);
                    Some(service.map_or_else(
                        || links::profile(&instructor.user),
                        |service| {
                            let profile = links::profile_of_service(&instructor.user, service.id);
                            format!("{profile}&duration={}#times", booking.length.minutes())
                        },
                    ))
                }
                Err(InstructorError::NotFound) => None,
                Err(error) => return Err(error.into()),
            };
            Ok::<_, ApiError>((details, times))
        })
        .await?;
    match times {
        Some(times) => Ok(visit.go(&times)),
        None => {
            let name = words::short_name(details.instructor.full_name.as_str());
            let others = links::search(&[("q", &details.booking.service_name)]);
            visit.go_saying(
                &others,
                Tone::Info,
                format!("{name} takes no bookings at present. Here is who else teaches this."),
            )
        }
    }
}

/// The lesson in brief, as the pages about it show it.
pub(super) fn summary(details: &BookingDetails) -> Summary {
    let booking = &details.booking;
    let href = links::lesson(booking.id);
    Summary {
        change_href: format!("{href}/reschedule"),
        action: href,
        id: details.instructor.id.get(),
        with: words::short_name(details.instructor.full_name.as_str()),
        service: booking.service_name.clone(),
        when: words::when(booking.time.date, booking.time.range.start(), booking.length, &booking.time.zone),
        length: words::length(booking.length.minutes()),
        price_cents: booking.total_price.get(),
    }
}

impl LessonPage {
    async fn read(
        visit: &Visit,
        read: Read,
        user: User,
        number: String,
        is_new: bool,
    ) -> Result<Self, ApiError> {
        let origin = plumbing::origin(visit.request(), visit.site());
        read.run(move |app| {
            let details = super::read(app, &user, &number)?;
            Ok::<_, ApiError>(Self::new(&details, is_new, &origin, app.clock.now()))
        })
        .await
    }

    fn new(details: &BookingDetails, is_new: bool, origin: &str, now: Timestamp) -> Self {
        let booking = &details.booking;
        let summary = summary(details);
        let ahead = is_possible(details, BookingAction::Cancel, now);
        Self {
            reference: booking.id.get(),
            href: links::lesson(booking.id),
            status: status_name(booking.status),
            is_new: is_new && booking.status == BookingStatus::Confirmed,
            datetime: booking.time.instants.start().to_string(),
            place: place(booking.location_type),
            address: booking.meeting_location.as_ref().map(ToString::to_string),
            note: booking.student_note.as_ref().map(ToString::to_string),
            instructor_note: booking.instructor_note.as_ref().map(ToString::to_string),
            cancelled: booking.cancellation.as_ref().map(|cancellation| Cancelled {
                by: if cancellation.by == booking.student_id {
                    "You".to_owned()
                } else if cancellation.by == booking.instructor_id {
                    summary.with.clone()
                } else {
                    "InstaInstru".to_owned()
                },
                reason: cancellation.reason.to_string(),
            }),
            may_move: is_possible(details, BookingAction::Reschedule, now),
            may_cancel: ahead,
            rebook_href: links::rebook(booking.id),
            calendar: ahead.then(|| CalendarLinks::new(details, origin)),
            policy: if ahead {
                vec![
                    policy::CANCELLATION.to_owned(),
                    policy::late_notice(),
                    policy::RESCHEDULING.to_owned(),
                    policy::PAYMENT.to_owned(),
                ]
            } else {
                Vec::new()
            },
            summary,
        }
    }
}
