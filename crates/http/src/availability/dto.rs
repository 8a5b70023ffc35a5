//! Free time on the wire.

use std::{collections::BTreeMap, fmt};

use instainstru_core::{grid::TimeRange, week::WeekStart};
use instainstru_domain::{
    availability::{Blackout, Window},
    booking::BookingDetails,
    text::BlackoutReason,
};
use instainstru_service::availability::{DayRanges, SaveWeek};
use jiff::civil::Date;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{IgnoredAny, MapAccess, Visitor},
};
use utoipa::{IntoParams, ToSchema};

use super::areas::abbreviation;
use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::{DateText, InstantText, TimeText, TimeWindow, read_date, seconds},
};

/// A stretch of free time on one date.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WindowResponse {
    /// Its id.
    #[schema(minimum = 1, example = 12)]
    id: i32,
    /// Whose time it is.
    instructor_id: i32,
    /// The date.
    specific_date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End.
    end_time: TimeText,
}

impl From<&Window> for WindowResponse {
    fn from(window: &Window) -> Self {
        Self {
            id: window.id.get(),
            instructor_id: window.instructor_id.get(),
            specific_date: window.date.into(),
            start_time: seconds(window.range.start()),
            end_time: seconds(window.range.end()),
        }
    }
}

/// Free time by date: only dates that have some.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(example = json!({"2026-07-15": [{"start_time": "09:00:00", "end_time": "17:00:00"}]}))]
pub(super) struct WeekMap(BTreeMap<String, Vec<TimeWindow>>);

/// Writes free time by date.
pub(super) fn week_map(days: &DayRanges) -> WeekMap {
    let with_time = days.iter().filter(|(_, ranges)| !ranges.is_empty());
    WeekMap(
        with_time
            .map(|(date, ranges)| (date.to_string(), ranges.iter().copied().map(Into::into).collect()))
            .collect(),
    )
}

/// Free time by date as a client sends it. Members that begin with an underscore, such as the `_metadata` of a copied week,
/// are ignored.
#[derive(Debug, Default)]
pub(super) struct GivenWeek(BTreeMap<String, Vec<TimeWindow>>);

impl<'de> Deserialize<'de> for GivenWeek {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Days;

        impl<'de> Visitor<'de> for Days {
            type Value = GivenWeek;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with lists of times by date")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<GivenWeek, A::Error> {
                let mut days = BTreeMap::new();
                while let Some(date) = members.next_key::<String>()? {
                    if date.starts_with('_') {
                        members.next_value::<IgnoredAny>()?;
                    } else {
                        days.insert(date, members.next_value()?);
                    }
                }
                Ok(GivenWeek(days))
            }
        }

        deserializer.deserialize_map(Days)
    }
}

impl GivenWeek {
    /// The ranges by date.
    pub(super) fn read(&self, errors: &mut FieldErrors, field: &str) -> Option<DayRanges> {
        errors.within(field, |errors| {
            let mut days = DayRanges::new();
            let mut good = true;
            for (date, windows) in &self.0 {
                let day = errors.take(date, read_date(date));
                for (index, window) in windows.iter().enumerate() {
                    match (day, errors.take(&format!("{date}.{index}"), window.read())) {
                        (Some(day), Some(range)) => days.entry(day).or_default().push(range),
                        (None, _) | (_, None) => good = false,
                    }
                }
                good &= day.is_some();
            }
            good.then_some(days)
        })
    }
}

/// Which seven days to read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WeekParams {
    /// First of the seven days; any weekday.
    #[param(value_type = String, required = true, format = Date, example = "2026-07-13")]
    start_date: Option<String>,
}

impl IntoCommand for WeekParams {
    type Command = Date;

    fn into_command(self) -> Result<Date, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let date = errors.require("start_date", self.start_date);
        let date = date.and_then(|date| errors.take("start_date", read_date(&date)));
        errors.finish(date)
    }
}

/// A stretch of free time on a date.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ScheduleItem {
    /// The date.
    date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End, after the begin.
    end_time: TimeText,
}

/// A week to save.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SaveWeekRequest {
    /// The free time. Dates outside the week or before today are ignored; ranges that touch or overlap merge.
    #[schema(max_items = 2000)]
    schedule: Vec<ScheduleItem>,
    /// Whether the free time replaces what the week has; otherwise it is added.
    #[serde(default = "yes")]
    #[schema(default = true)]
    clear_existing: bool,
    /// Monday of the week; when absent the week of the earliest date, else the current one.
    week_start: Option<DateText>,
}

pub(super) const fn yes() -> bool {
    true
}

impl SaveWeekRequest {
    const MAX_ITEMS: usize = 2000;
}

impl IntoCommand for SaveWeekRequest {
    type Command = SaveWeek;

    fn into_command(self) -> Result<SaveWeek, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let week = errors.take_optional("week_start", self.week_start.as_ref().map(read_monday));
        if self.schedule.len() > Self::MAX_ITEMS {
            errors.push("schedule", format!("schedule may have at most {} entries", Self::MAX_ITEMS));
            return errors.finish(None);
        }
        let ranges: Vec<(Date, TimeRange)> = self
            .schedule
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                errors.within(&format!("schedule.{index}"), |errors| {
                    let date = errors.take("date", item.date.read());
                    let range = read_range(errors, &item.start_time, &item.end_time);
                    date.zip(range)
                })
            })
            .collect();
        let command = week.map(|week| SaveWeek {
            week,
            ranges,
            clear_existing: self.clear_existing,
            expected_version: None,
        });
        errors.finish(command)
    }
}

/// Reads two times and what lies between them, naming the one that is wrong.
pub(super) fn read_range(errors: &mut FieldErrors, start: &TimeText, end: &TimeText) -> Option<TimeRange> {
    let start = errors.take("start_time", start.read());
    let end = errors.take("end_time", end.read());
    start.zip(end).and_then(|(start, end)| errors.take("end_time", TimeRange::new(start, end)))
}

/// A date that is no date, or no Monday.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidMonday {
    /// No date.
    #[error(transparent)]
    Date(#[from] crate::wire::InvalidDate),
    /// Another weekday.
    #[error(transparent)]
    Weekday(#[from] instainstru_core::week::NotMonday),
}

pub(super) fn read_monday(date: &DateText) -> Result<WeekStart, InvalidMonday> {
    Ok(WeekStart::new(date.read()?)?)
}

/// A week to copy.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CopyWeekRequest {
    /// Monday of the week to copy.
    from_week_start: DateText,
    /// Monday of the week to replace.
    to_week_start: DateText,
}

impl IntoCommand for CopyWeekRequest {
    type Command = (WeekStart, WeekStart);

    fn into_command(self) -> Result<(WeekStart, WeekStart), FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let from = errors.take("from_week_start", read_monday(&self.from_week_start));
        let to = errors.take("to_week_start", read_monday(&self.to_week_start));
        errors.finish(from.zip(to))
    }
}

/// A copied week: free time by date, and what was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CopiedWeekResponse {
    /// Free time of the target week by date.
    #[serde(flatten)]
    pub(super) days: WeekMap,
    /// What was done.
    #[serde(rename = "_metadata")]
    pub(super) metadata: CopyMetadata,
}

/// What copying a week did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CopyMetadata {
    /// Always `week_copy`.
    #[schema(example = "week_copy")]
    pub(super) operation: &'static str,
    /// Number of ranges copied.
    pub(super) slots_created: usize,
    /// The same for people.
    pub(super) message: String,
}

/// A week to lay over dates.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ApplyWeekRequest {
    /// Monday of the week to lay.
    from_week_start: DateText,
    /// First date; today or later.
    start_date: DateText,
    /// Last date, at most 365 days after the first.
    end_date: DateText,
}

impl IntoCommand for ApplyWeekRequest {
    type Command = (WeekStart, instainstru_core::dates::DateRange);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let pattern = errors.take("from_week_start", read_monday(&self.from_week_start));
        let first = errors.take("start_date", self.start_date.read());
        let last = errors.take("end_date", self.end_date.read());
        let dates = first.zip(last).and_then(|(first, last)| {
            errors.take("end_date", instainstru_core::dates::DateRange::new(first, last))
        });
        errors.finish(pattern.zip(dates))
    }
}

/// What laying a week over dates did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppliedWeekResponse {
    /// The same for people.
    pub(super) message: String,
    /// First date.
    pub(super) start_date: DateText,
    /// Last date.
    pub(super) end_date: DateText,
    /// Number of dates.
    pub(super) dates_processed: i64,
    /// Number of dates that have free time now.
    pub(super) dates_with_slots: usize,
    /// Number of ranges created.
    pub(super) slots_created: usize,
    /// Number of weeks touched.
    pub(super) weeks_affected: usize,
}

/// A stretch of free time to publish.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AddWindowRequest {
    /// The date; today or later.
    specific_date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End, after the begin.
    end_time: TimeText,
}

impl IntoCommand for AddWindowRequest {
    type Command = (Date, TimeRange);

    fn into_command(self) -> Result<(Date, TimeRange), FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let date = errors.take("specific_date", self.specific_date.read());
        let range = read_range(&mut errors, &self.start_time, &self.end_time);
        errors.finish(date.zip(range))
    }
}

/// Which free time to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListWindowsParams {
    /// First date; today when absent.
    #[param(format = Date, nullable = false)]
    start_date: Option<String>,
    /// Last date; a year later when absent.
    #[param(format = Date, nullable = false)]
    end_date: Option<String>,
}

impl IntoCommand for ListWindowsParams {
    type Command = (Option<Date>, Option<Date>);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let from = errors.take_optional("start_date", self.start_date.map(|date| read_date(&date)));
        let to = errors.take_optional("end_date", self.end_date.map(|date| read_date(&date)));
        errors.finish(from.zip(to))
    }
}

/// New ends of a stretch of free time; what is absent or null stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateWindowRequest {
    /// New begin.
    start_time: Option<TimeText>,
    /// New end.
    end_time: Option<TimeText>,
}

impl IntoCommand for UpdateWindowRequest {
    type Command = (Option<instainstru_core::grid::GridTime>, Option<instainstru_core::grid::GridTime>);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let start = errors.take_optional("start_time", self.start_time.as_ref().map(TimeText::read));
        let end = errors.take_optional("end_time", self.end_time.as_ref().map(TimeText::read));
        errors.finish(start.zip(end))
    }
}

/// Something that worked, in words.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageResponse {
    /// What happened.
    pub(super) message: &'static str,
}

/// A day to block.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AddBlackoutRequest {
    /// The date; today or later.
    date: DateText,
    /// Why, for the instructor only.
    #[schema(max_length = 255, example = "Holidays")]
    reason: Option<String>,
}

impl IntoCommand for AddBlackoutRequest {
    type Command = (Date, Option<BlackoutReason>);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let date = errors.take("date", self.date.read());
        let reason = self.reason.filter(|reason| !reason.trim().is_empty());
        let reason = errors.take_optional("reason", reason.map(|reason| BlackoutReason::new(&reason)));
        errors.finish(date.zip(reason))
    }
}

/// A blocked day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlackoutResponse {
    /// Its id.
    id: i32,
    /// Who is away.
    instructor_id: i32,
    /// The date.
    date: DateText,
    /// Why.
    reason: Option<String>,
    /// When it was entered.
    created_at: InstantText,
}

impl From<&Blackout> for BlackoutResponse {
    fn from(blackout: &Blackout) -> Self {
        Self {
            id: blackout.id.get(),
            instructor_id: blackout.instructor_id.get(),
            date: blackout.date.into(),
            reason: blackout.reason.as_ref().map(ToString::to_string),
            created_at: blackout.created_at.into(),
        }
    }
}

/// Lessons of seven days.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookedSlotsResponse {
    /// The lessons.
    booked_slots: Vec<BookedSlotResponse>,
}

impl BookedSlotsResponse {
    pub(super) fn new(bookings: &[BookingDetails]) -> Self {
        Self { booked_slots: bookings.iter().map(Into::into).collect() }
    }
}

/// A lesson as a calendar shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookedSlotResponse {
    /// Id of the booking.
    booking_id: i32,
    /// The date.
    date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End.
    end_time: TimeText,
    /// First name of the student.
    student_first_name: String,
    /// Initial of the last name, with a dot; empty for one-word names.
    student_last_initial: String,
    /// Name of the service.
    service_name: String,
    /// The first area, shortened.
    service_area_short: String,
    /// Length of the lesson.
    duration_minutes: u16,
    /// Kind of place.
    location_type: &'static str,
}

impl From<&BookingDetails> for BookedSlotResponse {
    fn from(details: &BookingDetails) -> Self {
        let booking = &details.booking;
        let mut words = details.student.full_name.as_str().split_whitespace();
        let first = words.next().unwrap_or("Unknown").to_owned();
        let last = words.next_back().and_then(|word| word.chars().next());
        Self {
            booking_id: booking.id.get(),
            date: booking.time.date.into(),
            start_time: seconds(booking.time.range.start()),
            end_time: seconds(booking.time.range.end()),
            student_first_name: first,
            student_last_initial: last.map(|c| format!("{}.", c.to_uppercase())).unwrap_or_default(),
            service_name: booking.service_name.clone(),
            service_area_short: abbreviation(booking.service_area.as_deref()),
            duration_minutes: booking.length.minutes(),
            location_type: booking.location_type.as_str(),
        }
    }
}
