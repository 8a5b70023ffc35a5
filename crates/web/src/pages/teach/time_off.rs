//! Days on which an instructor does not teach, whatever the published times say.

use actix_web::{http::StatusCode, web};
use instainstru_core::dates::DateRange;
use instainstru_domain::{
    account::User, availability::Blackout, booking::BookingDetails, ids::BlackoutId, text::BlackoutReason,
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::availability::{AvailabilityError, MAX_BLOCKED_DAYS};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::today;
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Instructor,
    view::{Link, links},
    visit::PageResult,
    words,
};

const TEMPLATE: &str = "pages/teach/time_off.html";
const HERE: &str = "/teach/time-off";
/// Most lessons that are looked at.
const LESSONS: u32 = 500;

#[derive(Debug, Default, Serialize)]
pub(crate) struct TimeOffPage {
    pub(crate) form: FormView,
    pub(crate) days: Vec<DayOff>,
}

/// A blocked day.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DayOff {
    pub(crate) id: i32,
    /// Such as `Fri, Jul 17`.
    pub(crate) date: String,
    pub(crate) reason: Option<String>,
    /// Lessons on that day, which stay booked.
    pub(crate) lessons: Vec<Link>,
}

/// A day to propose, as links from elsewhere may do.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Proposed {
    first: String,
}

/// `GET /teach/time-off`.
pub(in crate::pages) async fn show(
    Instructor { visit, user }: Instructor,
    read: Read,
    proposed: web::Query<Proposed>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let form = Form::filled([("first", proposed.first.as_str())]);
            TimeOffPage::read(app, &user, &form)
        })
        .await?;
    visit.page(TEMPLATE, &page)
}

/// What becomes of a form.
enum Outcome {
    Done(String),
    Wrong(Box<TimeOffPage>),
}

/// `POST /teach/time-off`: `do` is `add` or `remove`.
pub(in crate::pages) async fn change(
    Instructor { visit, user }: Instructor,
    read: Read,
    mut form: Form,
) -> PageResult {
    let outcome = read
        .run(move |app| {
            if form.text("do") == "remove" {
                return remove(app, &user, form.text("id")).map(Outcome::Done);
            }
            match days(&mut form, today(app, &user)?).zip(reason(&mut form)) {
                Some((days, reason)) => add(app, &user, days, reason.as_ref()).map(Outcome::Done),
                None => Ok(Outcome::Wrong(Box::new(TimeOffPage::read(app, &user, &form)?))),
            }
        })
        .await?;
    match outcome {
        Outcome::Done(text) => visit.go_saying(HERE, Tone::Success, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

/// The days that were typed, or the mistakes.
fn days(form: &mut Form, today: Date) -> Option<DateRange> {
    let first = form.text("first").parse::<Date>().ok().filter(|first| *first >= today).ok_or(());
    let first = form.take("first", first, |()| "Choose a day from today on".to_owned())?;
    let typed = form.text("last").trim();
    let last = if typed.is_empty() { Some(first) } else { typed.parse().ok() };
    let days =
        last.and_then(|last| DateRange::new(first, last).ok()).ok_or("Choose a last day after the first");
    let days = days.and_then(|days| {
        if days.days() > MAX_BLOCKED_DAYS { Err("Block at most 31 days at once") } else { Ok(days) }
    });
    form.take("last", days, str::to_owned)
}

/// Why, if it was said; `None` when it cannot be kept.
#[expect(clippy::option_option, reason = "nothing said and nothing kept are two things")]
fn reason(form: &mut Form) -> Option<Option<BlackoutReason>> {
    let typed = form.text("reason").trim().to_owned();
    if typed.is_empty() {
        return Some(None);
    }
    let long = |_| format!("Say why in at most {} ordinary characters", BlackoutReason::MAX);
    form.take("reason", BlackoutReason::new(&typed), long).map(Some)
}

/// Blocks the days, all or none. One that is blocked already stays as it is, so that sending a form twice is harmless.
fn add(
    app: &Application,
    user: &User,
    days: DateRange,
    reason: Option<&BlackoutReason>,
) -> Result<String, ApiError> {
    app.availability.block(user, days, reason.cloned())?;
    let lessons = app.bookings.upcoming(user, LESSONS)?;
    let kept = lessons.iter().filter(|details| days.contains(details.booking.time.date)).count();
    let dates = words::dates(days.first(), days.last());
    Ok(match kept {
        0 => format!("{dates} is blocked. Nobody can book you then."),
        1 => format!("{dates} is blocked. 1 lesson then stays booked; cancel it if you cannot teach."),
        count => {
            format!("{dates} is blocked. {count} lessons then stay booked; cancel them if you cannot teach.")
        }
    })
}

fn remove(app: &Application, user: &User, id: &str) -> Result<String, ApiError> {
    let id = id.parse().ok().and_then(|id| BlackoutId::new(id).ok());
    match id.map(|id| app.availability.delete_blackout(user, id)) {
        Some(Ok(())) => Ok("The day is open again, with the times you publish.".to_owned()),
        // Whoever removes it twice wanted the same thing twice.
        None | Some(Err(AvailabilityError::BlackoutNotFound)) => Ok("That day is not blocked.".to_owned()),
        Some(Err(error)) => Err(error.into()),
    }
}

impl TimeOffPage {
    fn read(app: &Application, user: &User, form: &Form) -> Result<Self, ApiError> {
        let lessons = app.bookings.upcoming(user, LESSONS)?;
        let days = app.availability.blackouts(user)?;
        Ok(Self { form: form.view(), days: days.iter().map(|day| DayOff::new(day, &lessons)).collect() })
    }
}

impl DayOff {
    fn new(day: &Blackout, lessons: &[BookingDetails]) -> Self {
        let link = |details: &BookingDetails| {
            let booking = &details.booking;
            let name = words::short_name(details.student.full_name.as_str());
            let label = format!("{}, {} with {name}", words::range(booking.time.range), booking.service_name);
            Link::new(links::taught(booking.id), label)
        };
        Self {
            id: day.id.get(),
            date: words::date(day.date),
            reason: day.reason.as_ref().map(ToString::to_string),
            lessons: lessons.iter().filter(|it| it.booking.time.date == day.date).map(link).collect(),
        }
    }
}
