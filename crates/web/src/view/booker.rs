//! The booker: 28 days, the lengths of a lesson and the times of one day. Booking and moving a lesson share it.

use std::collections::BTreeMap;

use instainstru_core::{grid::GridTime, length::LessonLength, money::HourlyRate};
use instainstru_domain::{ids::InstructorServiceId, instructor::Instructor};
use instainstru_http::{ApiError, Application};
use instainstru_service::public::{PublicDay, StartTimesQuery};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde::Serialize;

use super::links;
use crate::{visit::public_name, words};

/// Days that are shown.
const DAYS: i32 = 28;

/// A day of `day_strip`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Day {
    pub(crate) href: Option<String>,
    pub(crate) weekday: String,
    pub(crate) day: String,
    /// How many times there are, or why there are none.
    pub(crate) note: String,
    pub(crate) more: String,
    pub(crate) current: bool,
}

/// A length of `duration_radios`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LengthChoice {
    pub(crate) minutes: u16,
    pub(crate) label: String,
    pub(crate) price_cents: i64,
    pub(crate) current: bool,
}

/// A part of the day with its times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PartOfDay {
    pub(crate) heading: &'static str,
    pub(crate) times: Vec<TimeButton>,
}

/// A time to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TimeButton {
    /// `14:00`.
    pub(crate) value: String,
    /// `2:00 PM`.
    pub(crate) time: String,
    /// The rest of its name, for people who hear the page.
    pub(crate) label: String,
}

/// Everything the component shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Booker {
    /// Where a chosen time leads.
    pub(crate) action: String,
    /// The page the booker is on.
    pub(crate) here: String,
    /// What goes along with a chosen time: name and value.
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) days: Vec<Day>,
    pub(crate) lengths: Vec<LengthChoice>,
    /// `6 times on Tuesday, July 15`.
    pub(crate) heading: String,
    pub(crate) parts: Vec<PartOfDay>,
    /// The first day with times, when the chosen one has none.
    pub(crate) next_free: Option<(String, String)>,
}

/// What to show times for.
#[derive(Debug)]
pub(crate) struct BookerFor<'a> {
    pub(crate) instructor: &'a Instructor,
    /// Name of the service.
    pub(crate) service_name: &'a str,
    /// The service, when it must still be offered.
    pub(crate) service: Option<InstructorServiceId>,
    pub(crate) rate: HourlyRate,
    pub(crate) lengths: Vec<LessonLength>,
    pub(crate) length: LessonLength,
    /// The day that was chosen; the first free one otherwise.
    pub(crate) date: Option<Date>,
    /// Where the lesson is that is to be moved.
    pub(crate) now_on: Option<Date>,
    pub(crate) action: String,
    pub(crate) here: String,
}

impl Booker {
    /// The free times from today on, read in two transactions.
    pub(crate) fn read(app: &Application, wish: &BookerFor<'_>) -> Result<Self, ApiError> {
        let now = app.clock.now();
        let id = wish.instructor.user.id;
        let today = wish.instructor.profile.details.zone.date_at(now);
        let last = today.saturating_add((DAYS - 1).days());
        let starts = app.public.start_times(&StartTimesQuery {
            instructor: id,
            start_date: today,
            end_date: Some(last),
            duration_minutes: i64::from(wish.length.minutes()),
            service: wish.service,
            step_minutes: None,
        })?;
        let calendar = app.public.calendar(id, today, Some(last))?;
        let free: BTreeMap<Date, Vec<GridTime>> = starts.days.into_iter().collect();
        let known: BTreeMap<Date, PublicDay> = calendar.days.into_iter().map(|day| (day.date, day)).collect();
        Ok(Self::of(wish, today, now, &free, &known))
    }

    fn of(
        wish: &BookerFor<'_>,
        today: Date,
        now: Timestamp,
        free: &BTreeMap<Date, Vec<GridTime>>,
        known: &BTreeMap<Date, PublicDay>,
    ) -> Self {
        let first_free = free.keys().next().copied();
        let chosen = wish.date.filter(|date| *date >= today).or(first_free).unwrap_or(today);
        let times = free.get(&chosen).map(Vec::as_slice).unwrap_or_default();
        let service = wish.service.map(|service| ("service", service.get().to_string()));
        let href = |date: Date| {
            let (date, minutes) = (date.to_string(), wish.length.minutes().to_string());
            let mut pairs: Vec<(&str, &str)> = Vec::new();
            if let Some((name, value)) = &service {
                pairs.push((name, value));
            }
            pairs.extend([("duration", minutes.as_str()), ("date", date.as_str())]);
            format!("{}?{}#times", wish.here, links::query(&pairs))
        };
        let details = &wish.instructor.profile.details;
        let soonest = details.zone.date_at(details.notice.earliest_start(now));
        let day = |date: Date| {
            let starts = free.get(&date).map(Vec::as_slice).unwrap_or_default();
            let why = || match known.get(&date) {
                Some(day) if day.blackout => "day off",
                Some(day) if !day.free.is_empty() && date <= soonest => "too soon",
                Some(day) if !day.free.is_empty() => "too short",
                Some(_) | None => "not free",
            };
            let note = match starts.len() {
                0 => why().to_owned(),
                count => words::count(u64::try_from(count).unwrap_or(u64::MAX), "time"),
            };
            Day {
                href: (!starts.is_empty()).then(|| href(date)),
                weekday: words::date(date).chars().take(3).collect(),
                day: words::date(date).chars().skip(5).collect(),
                note: if wish.now_on == Some(date) { format!("{note} (now)") } else { note },
                more: starts
                    .first()
                    .map_or_else(String::new, |first| format!("from {}", words::time(*first))),
                current: date == chosen,
            }
        };
        let on = words::full_date(chosen);
        Self {
            action: wish.action.clone(),
            here: wish.here.clone(),
            hidden: service.clone().into_iter().chain([("date", chosen.to_string())]).collect(),
            days: (0..DAYS).map(|ahead| day(today.saturating_add(ahead.days()))).collect(),
            lengths: wish
                .lengths
                .iter()
                .map(|length| LengthChoice {
                    minutes: length.minutes(),
                    label: words::length(length.minutes()),
                    price_cents: wish.rate.price_of(*length).get(),
                    current: *length == wish.length,
                })
                .collect(),
            heading: match times.len() {
                0 => format!("No times on {on} for {}", words::length(wish.length.minutes())),
                count => {
                    format!("{} on {on}", words::count(u64::try_from(count).unwrap_or(u64::MAX), "time"))
                }
            },
            parts: parts(wish, chosen, times),
            next_free: first_free
                .filter(|_| times.is_empty())
                .map(|date| (href(date), words::full_date(date))),
        }
    }
}

/// The times of a day by its parts; parts without times are left out.
fn parts(wish: &BookerFor<'_>, date: Date, times: &[GridTime]) -> Vec<PartOfDay> {
    let name = public_name(&wish.instructor.user);
    let price = words::money(wish.rate.price_of(wish.length));
    let button = |time: &GridTime| TimeButton {
        value: format!("{:02}:{:02}", time.hour(), time.minute()),
        time: words::time(*time),
        label: format!(
            "{} with {name} on {}, {} minutes, {price}",
            wish.service_name,
            words::full_date(date),
            wish.length.minutes()
        ),
    };
    [("Morning", 0..12), ("Afternoon", 12..17), ("Evening", 17..25)]
        .into_iter()
        .map(|(heading, hours)| PartOfDay {
            heading,
            times: times.iter().filter(|time| hours.contains(&time.hour())).map(button).collect(),
        })
        .filter(|part| !part.times.is_empty())
        .collect()
}
