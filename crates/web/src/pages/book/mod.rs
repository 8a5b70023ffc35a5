//! The review page: be sure, then reserve.

pub(in crate::pages) mod choice;
pub(in crate::pages) mod refusal;
mod reserve;
pub(in crate::pages) mod taken;

use actix_web::{http::StatusCode, web};
use instainstru_domain::{
    account::Role,
    booking::LocationType,
    ids::UserId,
    policy,
    text::{MeetingLocation, Note},
};
use instainstru_http::{
    ApiError, Application, Read,
    error::ErrorCode,
    limits::{Limited, Limits, Subject},
};
use instainstru_service::{bookings::CreateBooking, public::WhyNotQuery};
use serde::Serialize;

use self::{
    choice::{Choice, ChoiceQuery},
    refusal::Refusal,
    reserve::{Key, Reserved},
    taken::{REVIEW, Sent, TakenPage},
};
use super::profile;
use crate::{
    flash::Tone,
    form::{Form, FormView},
    view::links,
    visit::{PageResult, Visit, public_name},
    words,
};

/// What, when, where and how much, before it is reserved.
#[derive(Debug, Serialize)]
pub(crate) struct ReviewPage {
    pub(crate) summary: Summary,
    pub(crate) form: FormView,
    /// What goes along unseen: name and value. Empty for those who cannot book.
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) may_book: bool,
    /// For the links to sign in or up and come back.
    pub(crate) next_query: String,
    pub(crate) policy: Vec<String>,
}

/// A lesson in words.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) action: String,
    pub(crate) id: i32,
    pub(crate) with: String,
    pub(crate) service: String,
    pub(crate) when: String,
    pub(crate) length: String,
    pub(crate) price_cents: i64,
    pub(crate) change_href: String,
}

/// What a visitor finds at the address of a review.
enum Found {
    /// Nothing is chosen yet: the profile is the place to choose.
    Nothing(String),
    Free(Box<Choice>),
    Refused(Box<TakenPage>, StatusCode),
}

/// `GET /book/{id}`.
pub(super) async fn review(
    visit: Visit,
    read: Read,
    id: web::Path<String>,
    query: web::Query<ChoiceQuery>,
) -> PageResult {
    let (id, query) = (profile::user_id(&id)?, query.into_inner());
    let student = visit.user().filter(|user| user.role == Role::Student).map(|user| user.id);
    let found = read
        .run(move |app| {
            let instructor = app.instructors.get(id)?;
            let Some(choice) = Choice::new(&instructor, &query) else {
                return Ok::<_, ApiError>(Found::Nothing(links::profile(&instructor.user)));
            };
            look(app, choice, &Sent::default(), student)
        })
        .await?;
    match found {
        Found::Nothing(profile) => Ok(visit.go(&profile)),
        Found::Refused(page, status) => visit.page_with(status, "pages/book/taken.html", &page),
        Found::Free(choice) => {
            let form = Form::filled([("location_type", LocationType::default().as_str())]);
            let key = Key::new()?;
            visit.page("pages/book/review.html", &ReviewPage::new(&visit, &choice, &form, &key))
        }
    }
}

/// Whether the time is free as far as can be told before it is taken.
fn look(app: &Application, choice: Choice, sent: &Sent, student: Option<UserId>) -> Result<Found, ApiError> {
    let answer = app.public.why_not(&WhyNotQuery {
        instructor: choice.instructor.user.id,
        date: choice.date,
        start_time: choice.start,
        duration_minutes: i64::from(choice.length.minutes()),
    })?;
    Ok(match Refusal::of_time(&answer) {
        None => Found::Free(Box::new(choice)),
        Some(refusal) => {
            let status = refusal.status;
            Found::Refused(Box::new(TakenPage::new(app, &choice, refusal, sent, student)?), status)
        }
    })
}

/// `POST /book/{id}`.
pub(super) async fn reserve(
    visit: Visit,
    read: Read,
    limits: Limits,
    id: web::Path<String>,
    mut form: Form,
) -> PageResult {
    let id = profile::user_id(&id)?;
    let query = ChoiceQuery::of(&form);
    let Some(user) = visit.user().cloned() else {
        // The session ended meanwhile: the choice survives signing in.
        return Ok(visit.go(&format!("/login{}", next_query(&query.href(id)))));
    };
    if user.role != Role::Student {
        return Err(ApiError::new(ErrorCode::Forbidden, "Lessons are booked with a student account."));
    }
    let key = Key::of(&form)?;
    let sent = Sent::of(&form, &key);
    let only_review = form.text(REVIEW) == "1";
    // A form that is only shown has no mistakes yet.
    let place = if only_review { None } else { place(&mut form) };
    if place.is_some() {
        limits.spend(Limited::CreateBooking, Subject::User(user.id)).await?;
    }
    let outcome = read
        .run(move |app| {
            let instructor = app.instructors.get(id)?;
            let Some(choice) = Choice::new(&instructor, &query) else {
                return Ok::<_, ApiError>(Outcome::Nothing(links::profile(&instructor.user)));
            };
            if only_review {
                return Ok(match look(app, choice, &sent, Some(user.id))? {
                    Found::Free(choice) => Outcome::Shown(choice, Key::new()?),
                    Found::Nothing(profile) => Outcome::Nothing(profile),
                    Found::Refused(page, status) => Outcome::Refused(page, status),
                });
            }
            let Some(place) = place else { return Ok(Outcome::Wrong(Box::new(choice), key)) };
            let command = place.command(&choice);
            Ok(match reserve::once(app, &user, &command, &key)? {
                Reserved::Lesson(booking) => Outcome::Done(format!("{}?new=1", links::lesson(booking))),
                Reserved::Another => Outcome::Another,
                Reserved::Refused(error) => {
                    let refusal = Refusal::of(error)?;
                    let status = refusal.status;
                    let page = TakenPage::new(app, &choice, refusal, &sent, Some(user.id))?;
                    Outcome::Refused(Box::new(page), status)
                }
            })
        })
        .await?;
    match outcome {
        Outcome::Done(lesson) => Ok(visit.go(&lesson)),
        Outcome::Nothing(profile) => Ok(visit.go(&profile)),
        Outcome::Another => visit.go_saying(
            "/lessons",
            Tone::Info,
            "You already reserved a lesson from that page. Here it is.",
        ),
        Outcome::Refused(page, status) => visit.page_with(status, "pages/book/taken.html", &page),
        Outcome::Shown(choice, key) => {
            visit.page("pages/book/review.html", &ReviewPage::new(&visit, &choice, &form, &key))
        }
        Outcome::Wrong(choice, key) => visit.page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            "pages/book/review.html",
            &ReviewPage::new(&visit, &choice, &form, &key),
        ),
    }
}

/// What became of a form that was sent.
enum Outcome {
    Done(String),
    Nothing(String),
    Another,
    /// To be looked at once more, with somebody else and everything that was typed.
    Shown(Box<Choice>, Key),
    Wrong(Box<Choice>, Key),
    Refused(Box<TakenPage>, StatusCode),
}

/// Where the lesson takes place, and what the instructor should know.
struct Place {
    location_type: LocationType,
    meeting_location: Option<MeetingLocation>,
    student_note: Option<Note>,
}

/// What was typed, or the mistakes in it.
fn place(form: &mut Form) -> Option<Place> {
    let location_type = form.text("location_type").parse::<LocationType>();
    let location_type =
        form.take("location_type", location_type, |_| "Choose where the lesson takes place".to_owned());
    let typed = |form: &Form, field: &str| form.text(field).replace("\r\n", "\n").trim().to_owned();
    let address = Some(typed(form, "meeting_location")).filter(|text| !text.is_empty());
    let address = address.map(|text| MeetingLocation::new(&text)).transpose();
    let meeting_location = form.take("meeting_location", address, |_| {
        format!("Say where in {} ordinary characters or fewer", MeetingLocation::MAX)
    });
    let note = Some(typed(form, "note")).filter(|text| !text.is_empty());
    let note = note.map(|text| Note::new(&text)).transpose();
    let student_note =
        form.take("note", note, |_| format!("Write {} ordinary characters or fewer", Note::MAX));
    Some(Place {
        location_type: location_type?,
        meeting_location: meeting_location?,
        student_note: student_note?,
    })
}

impl Place {
    fn command(self, choice: &Choice) -> CreateBooking {
        CreateBooking {
            instructor_id: choice.instructor.user.id,
            instructor_service_id: choice.service.id,
            date: choice.date,
            start_time: choice.start,
            length: choice.length,
            student_note: self.student_note,
            meeting_location: self.meeting_location,
            location_type: self.location_type,
        }
    }
}

impl Summary {
    fn new(choice: &Choice) -> Self {
        let id = choice.instructor.user.id;
        let change = format!(
            "{}&duration={}&date={}#times",
            links::profile_of_service(&choice.instructor.user, choice.service.id),
            choice.length.minutes(),
            choice.date
        );
        Self {
            action: format!("/book/{id}"),
            id: id.get(),
            with: public_name(&choice.instructor.user),
            service: choice.service.name.clone(),
            when: choice.when(),
            length: words::length(choice.length.minutes()),
            price_cents: choice.service.offer.terms.hourly_rate.price_of(choice.length).get(),
            change_href: change,
        }
    }

    /// The fields of the form but for the time and what is typed.
    fn hidden(choice: &Choice, key: &Key) -> Vec<(&'static str, String)> {
        vec![
            ("key", key.as_str().to_owned()),
            ("service", choice.service.id.get().to_string()),
            ("duration", choice.length.minutes().to_string()),
        ]
    }
}

impl ReviewPage {
    fn new(visit: &Visit, choice: &Choice, form: &Form, key: &Key) -> Self {
        let may_book = visit.user().is_some_and(|user| user.role == Role::Student);
        let time = Summary::hidden(choice, key).into_iter().chain([("start", choice.start_value())]);
        let query = choice
            .at(instainstru_service::bookings::Alternative { date: choice.date, start_time: choice.start });
        Self {
            summary: Summary::new(choice),
            form: form.view(),
            // Not for others: a page that is the same for everybody can be kept.
            hidden: if may_book { time.collect() } else { Vec::new() },
            may_book,
            next_query: next_query(&query.href),
            policy: vec![policy::CANCELLATION.to_owned(), policy::late_notice(), policy::PAYMENT.to_owned()],
        }
    }
}

/// A page to come back to, as a query.
fn next_query(next: &str) -> String {
    format!("?{}", links::query(&[("next", next)]))
}
