//! What is to be booked: with whom, what, when and for how long.

use std::collections::BTreeMap;

use instainstru_core::{
    grid::{GridTime, TimeRange},
    length::LessonLength,
};
use instainstru_domain::{
    ids::UserId,
    instructor::{Instructor, InstructorService},
};
use instainstru_http::{ApiError, Application};
use instainstru_service::{bookings::Alternative, public::StartTimesQuery};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{form::Form, pages::profile, view::links, words};

/// Most times that are offered instead of one that is not free.
const OTHERS: usize = 3;
/// Days after the asked one in which other times are looked for.
const DAYS: i32 = 14;

/// The choice as the address says it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct ChoiceQuery {
    pub(in crate::pages) service: String,
    pub(in crate::pages) date: String,
    pub(in crate::pages) time: String,
    pub(in crate::pages) duration: String,
}

/// A start on a day.
pub(in crate::pages) fn start(date: &str, time: &str) -> Option<Alternative> {
    Some(Alternative { date: date.parse::<Date>().ok()?, start_time: time.parse::<GridTime>().ok()? })
}

/// Everything that is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(super) instructor: Instructor,
    pub(super) service: InstructorService,
    pub(super) date: Date,
    pub(super) start: GridTime,
    pub(super) length: LessonLength,
}

/// A time that can be had instead.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Other {
    /// `2026-07-15T14:00`, as the form sends it.
    pub(crate) value: String,
    /// Its review page.
    pub(crate) href: String,
    /// `Wed, Jul 15 · 2:00–3:00 PM ET`.
    pub(crate) label: String,
}

impl ChoiceQuery {
    /// The choice as the form says it.
    pub(super) fn of(form: &Form) -> Self {
        let (date, time) = form.text("start").split_once('T').unwrap_or_default();
        Self {
            service: form.text("service").to_owned(),
            date: date.to_owned(),
            time: time.to_owned(),
            duration: form.text("duration").to_owned(),
        }
    }

    /// The address of the review page.
    pub(super) fn href(&self, instructor: UserId) -> String {
        let pairs = [
            ("service", self.service.as_str()),
            ("date", &self.date),
            ("time", &self.time),
            ("duration", &self.duration),
        ];
        format!("/book/{instructor}?{}", links::query(&pairs))
    }
}

impl Choice {
    /// The choice, if it is complete and the instructor offers it.
    pub(super) fn new(instructor: &Instructor, query: &ChoiceQuery) -> Option<Self> {
        let service = profile::service_of(instructor, &query.service)?;
        let length = profile::length(&query.duration)
            .filter(|length| service.offer.terms.durations.contains(*length))?;
        let Alternative { date, start_time } = start(&query.date, &query.time)?;
        TimeRange::lesson(start_time, length).ok()?;
        Some(Self {
            instructor: instructor.clone(),
            service: service.clone(),
            date,
            start: start_time,
            length,
        })
    }

    /// Its time in words: `Wed, Jul 15 · 2:00–3:00 PM ET`.
    pub(super) fn when(&self) -> String {
        self.at(Alternative { date: self.date, start_time: self.start }).label
    }

    /// As the form sends the time.
    pub(super) fn start_value(&self) -> String {
        self.at(Alternative { date: self.date, start_time: self.start }).value
    }

    /// The same at another time.
    pub(super) fn at(&self, other: Alternative) -> Other {
        let zone = &self.instructor.profile.details.zone;
        Other {
            value: start_value(other),
            href: links::book(
                self.instructor.user.id,
                self.service.id,
                other.date,
                other.start_time,
                self.length,
            ),
            label: words::when(other.date, other.start_time, self.length, zone),
        }
    }

    /// The nearest free times: those of the same day first, the nearest of a day first.
    pub(super) fn others(&self, app: &Application) -> Result<Vec<Alternative>, ApiError> {
        let today = self.instructor.profile.details.zone.date_at(app.clock.now());
        let first = self.date.max(today);
        let free = app.public.start_times(&StartTimesQuery {
            instructor: self.instructor.user.id,
            start_date: first,
            end_date: Some(first.saturating_add(DAYS.days())),
            duration_minutes: i64::from(self.length.minutes()),
            service: Some(self.service.id),
            step_minutes: None,
        })?;
        let days: BTreeMap<Date, Vec<GridTime>> = free.days.into_iter().collect();
        let near = |mut starts: Vec<GridTime>| {
            starts.sort_by_key(|start| (start.block().abs_diff(self.start.block()), *start));
            starts
        };
        Ok(days
            .into_iter()
            .flat_map(|(date, starts)| {
                near(starts).into_iter().map(move |start_time| Alternative { date, start_time })
            })
            .filter(|other| (other.date, other.start_time) != (self.date, self.start))
            .take(OTHERS)
            .collect())
    }
}

/// A start as forms send it.
pub(in crate::pages) fn start_value(start: Alternative) -> String {
    let Alternative { date, start_time } = start;
    format!("{date}T{:02}:{:02}", start_time.hour(), start_time.minute())
}
