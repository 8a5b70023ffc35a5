//! What students read about an instructor, and how they may book.

use actix_web::http::StatusCode;
use instainstru_core::length::{Buffer, Notice};
use instainstru_domain::{
    account::AccountStatus,
    instructor::{Areas, Instructor as Profile, ProfileDetails},
    text::Bio,
    zone::Zone,
};
use instainstru_http::{ApiError, Read};
use instainstru_service::instructors::{InstructorError, UpdateProfile};
use serde::Serialize;

use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Instructor,
    view::links,
    visit::PageResult,
    words,
};

const TEMPLATE: &str = "pages/teach/profile.html";
const HERE: &str = "/teach/profile";

/// Notices to choose from, in hours.
const NOTICES: [u16; 9] = [0, 1, 2, 4, 8, 12, 24, 48, 72];
/// Pauses to choose from, in minutes.
const BUFFERS: [u16; 5] = [0, 15, 30, 45, 60];

#[derive(Debug, Default, Serialize)]
pub(crate) struct MyProfilePage {
    pub(crate) fields: Fields,
    /// The profile as students see it; nothing while they do not.
    pub(crate) public_href: Option<String>,
    /// Whether students do not find the profile.
    pub(crate) is_hidden: bool,
}

/// The fields about an instructor.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Fields {
    pub(crate) form: FormView,
    pub(crate) notices: Vec<Choice>,
    pub(crate) buffers: Vec<Choice>,
}

/// An entry of a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
}

/// `GET /teach/profile`.
pub(in crate::pages) async fn show(Instructor { visit, user }: Instructor, read: Read) -> PageResult {
    let profile = read.run(move |app| app.instructors.my_profile(&user)).await?;
    visit.page(TEMPLATE, &MyProfilePage::new(&profile, &filled(&profile.profile.details)))
}

/// What becomes of a form.
enum Outcome {
    Done(Tone, String),
    Wrong(Box<MyProfilePage>),
}

/// `POST /teach/profile`: `do` is `save`, `pause` or `show`.
pub(in crate::pages) async fn change(
    Instructor { visit, user }: Instructor,
    read: Read,
    mut form: Form,
) -> PageResult {
    let outcome = read
        .run(move |app| {
            let done = match form.text("do") {
                "pause" => app.instructors.suspend(&user, user.id).map(|_| "Your profile is paused."),
                "show" => match app.instructors.reactivate(&user, user.id) {
                    Ok(_) | Err(InstructorError::AlreadyActive) => Ok("Students find you again."),
                    Err(error) => Err(error),
                },
                _ => match details(&mut form, false) {
                    Some(details) => app
                        .instructors
                        .update_profile(&user, &details.into_change())
                        .map(|_| "Your profile is saved."),
                    None => {
                        let profile = app.instructors.my_profile(&user)?;
                        return Ok(Outcome::Wrong(Box::new(MyProfilePage::new(&profile, &form))));
                    }
                },
            };
            match done {
                Ok(text) => Ok(Outcome::Done(Tone::Success, text.to_owned())),
                Err(InstructorError::FutureBookings { count }) => Ok(Outcome::Done(
                    Tone::Error,
                    format!(
                        "You have {} ahead. Teach or cancel them before you pause.",
                        words::count(count, "lesson")
                    ),
                )),
                Err(error) => Err(ApiError::from(error)),
            }
        })
        .await?;
    match outcome {
        Outcome::Done(tone, text) => visit.go_saying(HERE, tone, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

impl MyProfilePage {
    fn new(profile: &Profile, form: &Form) -> Self {
        let user = &profile.user;
        Self {
            fields: Fields::new(form),
            public_href: user.is_bookable().then(|| links::profile(user)),
            is_hidden: user.account_status != AccountStatus::Active,
        }
    }
}

impl Fields {
    /// The fields with what was typed. What is stored can always be chosen, also when it is none of the usual choices.
    pub(crate) fn new(form: &Form) -> Self {
        let choices = |usual: &[u16], field: &str, label: fn(u16) -> String| {
            let mut all = usual.to_vec();
            all.extend(form.text(field).parse::<u16>().ok());
            all.sort_unstable();
            all.dedup();
            all.into_iter().map(|it| Choice { value: it.to_string(), label: label(it) }).collect()
        };
        Self {
            form: form.view(),
            notices: choices(&NOTICES, "notice", |hours| match hours {
                0 => "None: up to the last minute".to_owned(),
                hours => words::count(u64::from(hours), "hour"),
            }),
            buffers: choices(&BUFFERS, "buffer", |minutes| match minutes {
                0 => "None".to_owned(),
                minutes => words::count(u64::from(minutes), "minute"),
            }),
        }
    }
}

/// The fields as they are stored.
pub(crate) fn filled(details: &ProfileDetails) -> Form {
    let (years, notice, buffer) = (
        details.years_experience.to_string(),
        details.notice.hours().to_string(),
        details.buffer.minutes().to_string(),
    );
    Form::filled([
        ("bio", details.bio.as_ref().map_or("", Bio::as_str)),
        ("years", &years),
        ("areas", &details.areas.joined()),
        ("notice", &notice),
        ("buffer", &buffer),
    ])
}

/// What the fields say about an instructor.
#[derive(Debug)]
pub(crate) struct Details {
    bio: Bio,
    years: u8,
    areas: Areas,
    notice: Notice,
    buffer: Buffer,
}

impl Details {
    /// As a change of the profile there is.
    pub(crate) fn into_change(self) -> UpdateProfile {
        UpdateProfile {
            bio: Some(self.bio),
            areas: Some(self.areas),
            years_experience: Some(self.years),
            notice: Some(self.notice),
            buffer: Some(self.buffer),
            zone: None,
            services: None,
            expected_services: None,
        }
    }

    /// As a new profile, in New York.
    pub(crate) fn into_new(self) -> ProfileDetails {
        ProfileDetails {
            bio: Some(self.bio),
            areas: self.areas,
            years_experience: self.years,
            notice: self.notice,
            buffer: self.buffer,
            zone: Zone::new_york(),
        }
    }
}

/// What was typed, or the mistakes. Whoever is new has to name an area.
pub(crate) fn details(form: &mut Form, is_new: bool) -> Option<Details> {
    let bio = Bio::new(&form.text("bio").replace("\r\n", "\n"));
    let bio =
        form.take("bio", bio, |_| format!("Introduce yourself in {} to {} characters", Bio::MIN, Bio::MAX));
    let years = form.text("years").trim().parse::<u8>().ok();
    let years = years.filter(|years| *years <= ProfileDetails::MAX_YEARS).ok_or(());
    let years = form.take("years", years, |()| {
        format!("Give your years of experience as a number from 0 to {}", ProfileDetails::MAX_YEARS)
    });
    let areas = areas(form.text("areas"), is_new);
    let areas = form.take("areas", areas, |mistake| mistake);
    let number = |text: &str| text.parse::<i64>().ok();
    let notice = number(form.text("notice")).and_then(|hours| Notice::from_hours(hours).ok()).ok_or(());
    let notice = form.take("notice", notice, |()| "Choose how much notice you need".to_owned());
    let buffer = number(form.text("buffer")).and_then(|minutes| Buffer::from_minutes(minutes).ok()).ok_or(());
    let buffer = form.take("buffer", buffer, |()| "Choose how long a pause you need".to_owned());
    let (((bio, years), areas), (notice, buffer)) = bio.zip(years).zip(areas).zip(notice.zip(buffer))?;
    Some(Details { bio, years, areas, notice, buffer })
}

/// The areas in a text, between commas or on lines of their own.
fn areas(text: &str, is_new: bool) -> Result<Areas, String> {
    let names = text.replace(['\r', '\n'], ",");
    let areas = Areas::new(names.split(',')).map_err(|_too_many_or_long| {
        format!("Name at most {} areas, each in at most {} characters", Areas::MAX, Areas::MAX_CHARS)
    })?;
    if is_new && areas.is_empty() { Err("Name at least one area".to_owned()) } else { Ok(areas) }
}
