//! Leaving for good: what happens is named before the click, and lessons ahead are shown.

use actix_web::http::StatusCode;
use instainstru_domain::{
    account::{Role, User},
    booking::BookingDetails,
};
use instainstru_http::{
    ApiError, Application, Read,
    limits::{Limited, Limits, Subject},
};
use instainstru_service::personal_data::{Leave, PersonalDataError};
use serde::Serialize;

use crate::{
    cookies::{self, Name},
    flash::Tone,
    form::{Form, FormView},
    guards::SignedIn,
    pages::credentials::{self, NOT_YOURS},
    view::{LessonCard, links},
    visit::{PageResult, Visit},
    words,
};

/// Lessons ahead that are shown one by one.
const SHOWN: usize = 5;
/// Lessons ahead that are counted.
const MOST: u32 = 500;
/// The box that says that lessons ahead are to be cancelled.
const CANCEL: &str = "cancel_upcoming";

#[derive(Debug, Default, Serialize)]
pub(crate) struct DeletePage {
    pub(crate) form: FormView,
    pub(crate) is_instructor: bool,
    pub(crate) ahead: Ahead,
}

/// The lessons that are ahead.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Ahead {
    /// `1 lesson`, `12 lessons`; nothing when there are none.
    pub(crate) count: Option<String>,
    pub(crate) is_one: bool,
    /// The next of them.
    pub(crate) lessons: Vec<LessonCard>,
    /// How many more there are.
    pub(crate) more: usize,
}

/// `GET /account/delete`.
pub(in crate::pages) async fn delete_form(SignedIn { visit, user }: SignedIn, read: Read) -> PageResult {
    let actor = user.clone();
    let ahead = read.run(move |app| Ahead::read(app, &actor)).await?;
    show(&visit, StatusCode::OK, &user, &Form::default(), ahead)
}

/// `POST /account/delete`.
pub(in crate::pages) async fn delete(
    SignedIn { visit, user }: SignedIn,
    read: Read,
    limits: Limits,
    mut form: Form,
) -> PageResult {
    let cancel_upcoming = form.text(CANCEL) == "yes";
    let command =
        credentials::own_password(&mut form, "password").map(|password| Leave { password, cancel_upcoming });
    if command.is_some() {
        limits.spend(Limited::ConfirmPassword, Subject::User(user.id)).await?;
    }
    let actor = user.clone();
    let (left, ahead) = read
        .run_hashing(move |app| {
            let left = command.map(|command| app.personal_data.leave(&actor, &command));
            let ahead =
                if matches!(left, Some(Ok(()))) { Ahead::default() } else { Ahead::read(app, &actor)? };
            Ok::<_, ApiError>((left, ahead))
        })
        .await?;
    match left {
        Some(Ok(())) => return gone(&visit),
        None => {}
        Some(Err(PersonalDataError::WrongPassword)) => form.refuse("password", NOT_YOURS),
        Some(Err(PersonalDataError::UpcomingLessons { count })) => {
            let lessons = words::count(u64::try_from(count).unwrap_or(u64::MAX), "lesson");
            form.refuse(CANCEL, format!("Agree that {lessons} will be cancelled, or keep your account"));
        }
        Some(Err(PersonalDataError::LessonUnderWay)) => {
            let wait = "A lesson of yours is under way. Come back when it is over.";
            return visit.go_saying(links::DELETE_ACCOUNT, Tone::Error, wait);
        }
        Some(Err(other @ (PersonalDataError::Storage(_) | PersonalDataError::Security(_)))) => {
            return Err(other.into());
        }
    }
    show(&visit, StatusCode::UNPROCESSABLE_ENTITY, &user, &form, ahead)
}

/// The home page, for somebody who is a stranger from now on.
fn gone(visit: &Visit) -> PageResult {
    let mut response = visit.go_saying("/", Tone::Success, "Your account is deleted. Take care!")?;
    response
        .add_cookie(&cookies::removed(&visit.site().settings, Name::Session))
        .map_err(ApiError::internal)?;
    Ok(response)
}

fn show(visit: &Visit, status: StatusCode, user: &User, form: &Form, ahead: Ahead) -> PageResult {
    let page = DeletePage { form: form.view(), is_instructor: user.role == Role::Instructor, ahead };
    visit.page_with(status, "pages/account/delete.html", &page)
}

impl Ahead {
    fn read(app: &Application, user: &User) -> Result<Self, ApiError> {
        let now = app.clock.now();
        let found = app.bookings.upcoming(user, MOST)?;
        let is_all = found.len() < usize::try_from(MOST).unwrap_or(usize::MAX);
        // Those of this morning are among them, and over.
        let lessons: Vec<&BookingDetails> =
            found.iter().filter(|details| details.booking.time.instants.end() > now).collect();
        let total = lessons.len();
        let count = words::count(u64::try_from(total).unwrap_or(u64::MAX), "lesson");
        Ok(Self {
            count: (total > 0).then(|| if is_all { count } else { format!("At least {count}") }),
            is_one: total == 1,
            more: total.saturating_sub(SHOWN),
            lessons: lessons
                .into_iter()
                .take(SHOWN)
                .map(|details| LessonCard::new(details, user, now))
                .collect(),
        })
    }
}
