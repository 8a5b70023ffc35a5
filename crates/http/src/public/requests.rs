//! What visitors ask.

use instainstru_core::grid::GridTime;
use instainstru_domain::ids::InstructorServiceId;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::{read_date, read_integer, read_time},
};

/// Which dates to show.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CalendarParams {
    /// First date; today or later.
    #[param(value_type = String, required = true, format = Date, example = "2026-07-15")]
    start_date: Option<String>,
    /// Last date, at most 90 days later; about a month later when absent.
    #[param(nullable = false, format = Date)]
    end_date: Option<String>,
}

/// The first and perhaps the last of some dates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    pub(super) start: Date,
    pub(super) end: Option<Date>,
}

fn read_dates(errors: &mut FieldErrors, start: Option<String>, end: Option<String>) -> Option<Dates> {
    let start = errors.require("start_date", start);
    let start = start.and_then(|date| errors.take("start_date", read_date(&date)));
    let end = errors.take_optional("end_date", end.map(|date| read_date(&date)));
    start.zip(end).map(|(start, end)| Dates { start, end })
}

impl IntoCommand for CalendarParams {
    type Command = Dates;

    fn into_command(self) -> Result<Dates, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let dates = read_dates(&mut errors, self.start_date, self.end_date);
        errors.finish(dates)
    }
}

/// How long a lesson to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NextAvailableParams {
    /// Length of the lesson in minutes.
    #[param(value_type = Option<i32>, nullable = false, minimum = 15, maximum = 720, multiple_of = 15, default = 60)]
    duration_minutes: Option<String>,
}

impl IntoCommand for NextAvailableParams {
    type Command = i64;

    fn into_command(self) -> Result<i64, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let minutes = self.duration_minutes.map(|text| read_integer(&text));
        let minutes = errors.take_optional("duration_minutes", minutes);
        errors.finish(minutes.map(|minutes| minutes.unwrap_or(60)))
    }
}

/// Which starts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StartTimesParams {
    /// First date; today or later.
    #[param(value_type = String, required = true, format = Date, example = "2026-07-15")]
    start_date: Option<String>,
    /// Last date, at most 90 days later; about a month later when absent.
    #[param(nullable = false, format = Date)]
    end_date: Option<String>,
    /// Length of the lesson in minutes, on the 15-minute grid.
    #[param(value_type = i32, required = true, minimum = 15, maximum = 720, multiple_of = 15, example = 60)]
    duration_minutes: Option<String>,
    /// The service to book; the length must be one of its options.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64)]
    instructor_service_id: Option<String>,
    /// Only every so many minutes: 15, 30 or 60.
    #[param(nullable = false, pattern = "^(15|30|60)$")]
    step_minutes: Option<String>,
}

/// Which starts to list.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedStarts {
    pub(super) dates: Dates,
    pub(super) duration_minutes: i64,
    pub(super) service: Option<InstructorServiceId>,
    pub(super) step_minutes: Option<u16>,
}

impl IntoCommand for StartTimesParams {
    type Command = WantedStarts;

    fn into_command(self) -> Result<WantedStarts, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let dates = read_dates(&mut errors, self.start_date, self.end_date);
        let minutes = read_minutes(&mut errors, self.duration_minutes);
        let id = self.instructor_service_id.map(|text| read_integer(&text));
        let service = match errors.take_optional("instructor_service_id", id) {
            Some(id) => errors.take_optional("instructor_service_id", id.map(InstructorServiceId::new)),
            None => None,
        };
        let step = errors.take_optional("step_minutes", self.step_minutes.map(|text| read_step(&text)));
        let command = (|| {
            Some(WantedStarts {
                dates: dates?,
                duration_minutes: minutes?,
                service: service?,
                step_minutes: step?,
            })
        })();
        errors.finish(command)
    }
}

fn read_minutes(errors: &mut FieldErrors, text: Option<String>) -> Option<i64> {
    let text = errors.require("duration_minutes", text)?;
    errors.take("duration_minutes", read_integer(&text))
}

/// A step that is not on the list.
#[derive(Debug, thiserror::Error)]
#[error("must be 15, 30 or 60")]
struct InvalidStep;

fn read_step(text: &str) -> Result<u16, InvalidStep> {
    match text {
        "15" => Ok(15),
        "30" => Ok(30),
        "60" => Ok(60),
        _ => Err(InvalidStep),
    }
}

/// Which lesson to explain.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyNotParams {
    /// The date.
    #[param(value_type = String, required = true, format = Date, example = "2026-07-15")]
    date: Option<String>,
    /// Begin of the lesson.
    #[param(value_type = String, required = true, pattern = r"^(([01][0-9]|2[0-3]):(00|15|30|45)|24:00)(:00(\.0{1,9})?)?$", example = "09:00")]
    start_time: Option<String>,
    /// Length of the lesson in minutes, on the 15-minute grid.
    #[param(value_type = i32, required = true, minimum = 15, maximum = 720, multiple_of = 15, example = 60)]
    duration_minutes: Option<String>,
}

/// Which lesson to explain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lesson {
    pub(super) date: Date,
    pub(super) start_time: GridTime,
    pub(super) duration_minutes: i64,
}

impl IntoCommand for WhyNotParams {
    type Command = Lesson;

    fn into_command(self) -> Result<Lesson, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let date = errors.require("date", self.date);
        let date = date.and_then(|date| errors.take("date", read_date(&date)));
        let start = errors.require("start_time", self.start_time);
        let start = start.and_then(|time| errors.take("start_time", read_time(&time)));
        let minutes = read_minutes(&mut errors, self.duration_minutes);
        let lesson = date.zip(start).zip(minutes).map(|((date, start_time), duration_minutes)| Lesson {
            date,
            start_time,
            duration_minutes,
        });
        errors.finish(lesson)
    }
}
