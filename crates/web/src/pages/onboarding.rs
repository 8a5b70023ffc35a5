//! Becoming an instructor, one saved step after the other: who, what, when. Whoever comes back goes on where the last one was
//! saved.

use actix_web::{http::StatusCode, web};
use instainstru_domain::{
    account::{Role, User},
    instructor::Instructor as Profile,
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::instructors::{CatalogueRef, CreateProfile, InstructorError};
use serde::{Deserialize, Serialize};

use super::teach::{
    profile::{Fields, details, filled},
    services::{Group, TermsFields, choices, listing, terms},
};
use crate::{
    flash::Tone,
    form::Form,
    guards::SignedIn,
    visit::{PageResult, Visit},
    words,
};

const TEMPLATE: &str = "pages/onboarding.html";
const HERE: &str = "/become-instructor";
/// The last step: publishing free time.
const LAST: &str = "/teach/availability";
/// Most lessons of a student that are counted.
const LESSONS: u32 = 100;

#[derive(Debug, Default, Serialize)]
pub(crate) struct OnboardingPage {
    /// `0` for visitors, who have no account yet; `1` who one is, `2` what one teaches. The third step is the week editor.
    pub(crate) step: u8,
    /// What a student gives up by teaching, when it is something.
    pub(crate) warning: Option<String>,
    pub(crate) about: Fields,
    /// What can be taught.
    pub(crate) groups: Vec<Group>,
    /// The service that is chosen, with its terms.
    pub(crate) service: Option<Chosen>,
}

/// A service that is chosen.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Chosen {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) terms: TermsFields,
}

/// Which service, and which step when it is not the next one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    service: String,
    step: String,
}

/// `GET /become-instructor`.
pub(super) async fn show(visit: Visit, read: Read, asked: web::Query<Asked>) -> PageResult {
    let Some(user) = visit.user().cloned() else { return visit.page(TEMPLATE, &OnboardingPage::default()) };
    let page = read
        .run(move |app| {
            let profile = profile(app, &user)?;
            match step(profile.as_ref(), &asked.step) {
                Some(1) => {
                    Ok::<_, ApiError>(Some(OnboardingPage::about(app, &user, profile.as_ref(), None)?))
                }
                Some(_) => {
                    let form = Form::filled([("lengths", "60")]);
                    Ok(Some(OnboardingPage::service(app, &asked.service, &form)?))
                }
                None => Ok(None),
            }
        })
        .await?;
    match page {
        Some(page) => visit.page(TEMPLATE, &page),
        None => Ok(visit.go("/teach")),
    }
}

/// What becomes of a form.
enum Outcome {
    Next(&'static str, Tone, String),
    Wrong(Box<OnboardingPage>),
}

/// `POST /become-instructor`: saves the step that `step` names.
pub(super) async fn save(SignedIn { visit, user }: SignedIn, read: Read, form: Form) -> PageResult {
    let outcome = read
        .run(move |app| {
            let profile = profile(app, &user)?;
            match (form.text("step"), profile) {
                ("2", Some(_)) => save_service(app, &user, form),
                (_, profile) => save_about(app, &user, profile.as_ref(), form),
            }
        })
        .await?;
    match outcome {
        Outcome::Next(path, tone, text) => visit.go_saying(path, tone, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

/// The profile of somebody who has one.
fn profile(app: &Application, user: &User) -> Result<Option<Profile>, ApiError> {
    match user.role {
        Role::Student => Ok(None),
        Role::Instructor => match app.instructors.my_profile(user) {
            Ok(profile) => Ok(Some(profile)),
            Err(InstructorError::NoProfile) => Ok(None),
            Err(error) => Err(error.into()),
        },
    }
}

/// The step that is next, or the one that is asked for if those before it are saved; nothing when all are.
fn step(profile: Option<&Profile>, asked: &str) -> Option<u8> {
    let next = match profile {
        None => Some(1),
        Some(profile) if profile.profile.details.bio.is_none() => Some(1),
        Some(profile) if profile.services.is_empty() => Some(2),
        Some(_) => None,
    };
    match asked {
        "1" => Some(1),
        "2" if next != Some(1) => Some(2),
        _ => next,
    }
}

/// Saves who one is. This is where a student becomes an instructor.
fn save_about(
    app: &Application,
    user: &User,
    profile: Option<&Profile>,
    mut form: Form,
) -> Result<Outcome, ApiError> {
    let Some(details) = details(&mut form, true) else {
        return Ok(Outcome::Wrong(Box::new(OnboardingPage::about(app, user, profile, Some(&form))?)));
    };
    let done = match profile {
        Some(_) => app.instructors.update_profile(user, &details.into_change()),
        None => {
            let command = CreateProfile { details: details.into_new(), services: Vec::new() };
            app.instructors.create_profile(user, &command)
        }
    };
    match done {
        // Somebody who sent the form twice has a profile by now.
        Ok(_) | Err(InstructorError::ProfileExists) => Ok(Outcome::Next(
            HERE,
            Tone::Success,
            "Your profile is saved. Now say what you teach.".to_owned(),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Saves what one teaches.
fn save_service(app: &Application, user: &User, mut form: Form) -> Result<Outcome, ApiError> {
    let slug = form.text("service").to_owned();
    let Some(chosen) = listing(app, &slug)? else {
        let text = "Choose one of the services in the list.".to_owned();
        return Ok(Outcome::Next(HERE, Tone::Info, text));
    };
    let Some(draft) = terms(&mut form, CatalogueRef::Id(chosen.service.id)) else {
        return Ok(Outcome::Wrong(Box::new(OnboardingPage::service(app, &slug, &form)?)));
    };
    match app.instructors.add_service(user, &draft) {
        Ok(_) | Err(InstructorError::AlreadyOffered) => Ok(Outcome::Next(
            LAST,
            Tone::Success,
            format!(
                "{} is saved. Last step: publish the times at which you teach.",
                chosen.service.facts.name
            ),
        )),
        Err(error) => Err(error.into()),
    }
}

impl OnboardingPage {
    /// The first step, with what was typed or else what is stored.
    fn about(
        app: &Application,
        user: &User,
        profile: Option<&Profile>,
        typed: Option<&Form>,
    ) -> Result<Self, ApiError> {
        let stored = profile.map_or_else(
            || Form::filled([("notice", "2"), ("buffer", "0")]),
            |profile| filled(&profile.profile.details),
        );
        Ok(Self {
            step: 1,
            warning: match user.role {
                Role::Student => Some(warning(app, user)?),
                Role::Instructor => None,
            },
            about: Fields::new(typed.unwrap_or(&stored)),
            ..Self::default()
        })
    }

    /// The second step: which service, then its terms.
    fn service(app: &Application, slug: &str, form: &Form) -> Result<Self, ApiError> {
        let listings = app.catalogue.services(None)?;
        let chosen =
            listings.iter().find(|listing| listing.service.facts.slug == slug).map(|listing| Chosen {
                slug: slug.to_owned(),
                name: listing.service.facts.name.clone(),
                terms: TermsFields::new(form, Some(listing)),
            });
        Ok(Self { step: 2, groups: choices(&listings, &[]), service: chosen, ..Self::default() })
    }
}

/// What a student gives up.
fn warning(app: &Application, user: &User) -> Result<String, ApiError> {
    let ahead = app.bookings.upcoming(user, LESSONS)?.len();
    let rule = "An account either learns or teaches: from then on this one cannot book lessons.";
    Ok(match u64::try_from(ahead).unwrap_or(u64::MAX) {
        0 => rule.to_owned(),
        count => format!(
            "{rule} You have {} ahead as a student, so consider a second account with another email address.",
            words::count(count, "lesson")
        ),
    })
}
