//! Editing a week. Everything but saving only fills the fields: the week itself stays as it is until it is saved.

use actix_web::{http::StatusCode, web};
use instainstru_core::week::WeekPattern;
use instainstru_http::{ApiError, Read};
use instainstru_service::availability::{AvailabilityError, SaveWeek, WeekView};
use serde::Deserialize;

use super::{
    draft::{self, Draft},
    editor::{PRESETS, Surroundings, Theirs, WeekPage, in_words},
    hours, on,
};
use crate::{
    flash::Tone,
    form::Form,
    guards::Instructor,
    view::links,
    visit::{PageResult, Visit},
    words,
};

const TEMPLATE: &str = "pages/teach/availability/week.html";

/// Which week.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Asked {
    week: String,
}

/// `GET /teach/availability`: a date in `week` chooses the week, else it is the current one.
pub(in crate::pages) async fn show(
    Instructor { visit, user }: Instructor,
    read: Read,
    asked: web::Query<Asked>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let around = Surroundings::read(app, &user, &asked.week)?;
            let stored = Draft::stored(around.week, &around.stored.days);
            Ok::<_, ApiError>(WeekPage::new(&around, &stored, &Form::default()))
        })
        .await?;
    visit.page(TEMPLATE, &page)
}

/// What becomes of a form.
enum Outcome {
    /// The fields are filled, or wrong: the page is shown again.
    Again(StatusCode, Box<WeekPage>),
    Saved {
        address: String,
        words: String,
    },
}

/// `POST /teach/availability`: `do` says what: `save`, `preset-…`, `copy`, `clear` or `undo`.
pub(in crate::pages) async fn change(
    Instructor { visit, user }: Instructor,
    read: Read,
    mut form: Form,
) -> PageResult {
    let outcome = read
        .run(move |app| {
            let around = Surroundings::read(app, &user, form.text("week"))?;
            let typed = Draft::typed(&form);
            if form.text("do") != "save" {
                return Ok(Outcome::filled(&around, &typed, &mut form));
            }
            let Some(pattern) = typed.pattern(&mut form) else {
                let page = WeekPage::new(&around, &typed, &form);
                return Ok(Outcome::Again(StatusCode::UNPROCESSABLE_ENTITY, Box::new(page)));
            };
            let command = SaveWeek {
                week: Some(around.week),
                ranges: draft::dated(&pattern, around.week, around.today),
                clear_existing: true,
                expected_version: Some(form.text("version").to_owned()),
            };
            match app.availability.save_week(&user, &command) {
                Ok(saved) => Ok(Outcome::Saved {
                    address: links::free_time(around.week),
                    words: changed(&around, &saved),
                }),
                Err(AvailabilityError::StaleWeek) => Ok(Outcome::conflict(&around, &typed)),
                Err(error) => Err(ApiError::from(error)),
            }
        })
        .await?;
    answer(&visit, outcome)
}

fn answer(visit: &Visit, outcome: Outcome) -> PageResult {
    match outcome {
        Outcome::Again(status, page) => visit.page_with(status, TEMPLATE, &*page),
        Outcome::Saved { address, words } => visit.go_saying(&address, Tone::Success, words),
    }
}

impl Outcome {
    /// The page with its fields filled in another way.
    fn filled(around: &Surroundings, typed: &Draft, form: &mut Form) -> Self {
        let valid = typed.valid();
        let preset = form.text("do").strip_prefix("preset-");
        let preset = preset.and_then(|name| PRESETS.into_iter().find(|(_, fill)| fill.value == name));
        let (wanted, words): (WeekPattern, &'static str) = match (form.text("do"), preset) {
            (_, Some((preset, _))) => {
                // Only additions need what is there to be right.
                if typed.pattern(form).is_none() {
                    let page = WeekPage::new(around, typed, form);
                    return Self::Again(StatusCode::UNPROCESSABLE_ENTITY, Box::new(page));
                }
                (valid | WeekPattern::preset(preset), "The times are filled in.")
            }
            ("copy", _) => (around.last_week(), "The times of the week before are filled in."),
            ("clear", _) => (WeekPattern::EMPTY, "The week is empty. Lessons that are booked stay booked."),
            ("undo", _) => (draft::from_line(form.text("before")), "The times are as they were before."),
            _ => (valid, "Nothing was changed."),
        };
        let page = WeekPage::new(around, &Draft::of(&wanted), form);
        let before = (form.text("do") != "undo").then(|| draft::line(&valid));
        Self::Again(StatusCode::OK, Box::new(WeekPage { unsaved: Some(words), before, ..page }))
    }

    /// The page with what was typed, beside what somebody else saved meanwhile. Saving it again overwrites that.
    fn conflict(around: &Surroundings, typed: &Draft) -> Self {
        let page = WeekPage::new(around, typed, &Form::default());
        let theirs = Some(Theirs { days: in_words(&around.stored.days) });
        Self::Again(StatusCode::CONFLICT, Box::new(WeekPage { theirs, ..page }))
    }
}

/// What saving changed, in words.
fn changed(around: &Surroundings, saved: &WeekView) -> String {
    let dates = around.week.dates();
    let (mut more, mut less) = (0, 0);
    for date in dates.iter() {
        let (old, new) = (on(&around.stored.days, date), on(&saved.days, date));
        more += (new - old).minutes();
        less += (old - new).minutes();
    }
    let difference = match (more, less) {
        (0, 0) => "Nothing was changed.".to_owned(),
        (more, 0) => format!("{} more.", hours(more)),
        (0, less) => format!("{} less.", hours(less)),
        (more, less) => format!("{} more, {} less.", hours(more), hours(less)),
    };
    let outside = around.booked.iter().filter(|details| {
        let time = &details.booking.time;
        time.date >= around.today && !on(&saved.days, time.date).covers(time.range)
    });
    match u64::try_from(outside.count()).unwrap_or(u64::MAX) {
        0 => format!("Your week is saved. {difference}"),
        1 => format!("Your week is saved. {difference} 1 lesson is outside of these times and stays booked."),
        count => format!(
            "Your week is saved. {difference} {} are outside of these times and stay booked.",
            words::count(count, "lesson")
        ),
    }
}
