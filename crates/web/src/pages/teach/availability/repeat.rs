//! The same week for many weeks: first what would change, then the change.

use actix_web::web;
use instainstru_core::{
    dates::DateRange,
    week::{WeekPattern, WeekStart},
};
use instainstru_domain::{account::User, availability::blocks_on};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::availability::AvailabilityError;
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{editor::in_words, hours, on};
use crate::{
    flash::Tone, form::Form, guards::Instructor, pages::teach, view::links, visit::PageResult, words,
};

/// Most dates at once: a year, in whole weeks.
const MOST_DAYS: i64 = 52 * 7;
/// Most lessons that are looked at.
const LESSONS: u32 = 500;

/// What to repeat, and until when.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Asked {
    week: String,
    weeks: String,
    /// A last date; it outweighs the number of weeks.
    until: String,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct RepeatPage {
    /// The Monday of the week, for machines.
    pub(crate) week: String,
    pub(crate) title: String,
    pub(crate) back_href: String,
    /// The free time that is repeated: day and times.
    pub(crate) pattern: Vec<(String, String)>,
    pub(crate) version: String,
    /// The last date, for machines.
    pub(crate) until: String,
    /// Such as `8 weeks, Jul 20 – Sep 13`.
    pub(crate) span: String,
    /// The weeks that would change: which, and how.
    pub(crate) changes: Vec<(String, String)>,
    /// Lessons in those weeks that would be outside of the free time; they stay booked.
    pub(crate) outside: Vec<Outside>,
    /// What is said about all lessons of those weeks, when there are some.
    pub(crate) kept: Option<String>,
}

/// A lesson that would be outside of the free time.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outside {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// `GET /teach/availability/repeat`.
pub(in crate::pages) async fn preview(
    Instructor { visit, user }: Instructor,
    read: Read,
    asked: web::Query<Asked>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let today = teach::today(app, &user)?;
            let week = super::week_in(&asked.week, today);
            match dates(week, today, &asked) {
                Ok(dates) => Ok::<_, ApiError>(Ok(RepeatPage::read(app, &user, week, dates)?)),
                Err(why) => Ok(Err((links::free_time(week), why))),
            }
        })
        .await?;
    match page {
        Ok(page) => visit.page("pages/teach/availability/repeat.html", &page),
        Err((back, why)) => visit.go_saying(&back, Tone::Error, why),
    }
}

/// `POST /teach/availability/repeat`.
pub(in crate::pages) async fn repeat(
    Instructor { visit, user }: Instructor,
    read: Read,
    form: Form,
) -> PageResult {
    let (to, tone, text) = read
        .run(move |app| {
            let today = teach::today(app, &user)?;
            let week = super::week_in(form.text("week"), today);
            let asked = Asked { until: form.text("until").to_owned(), ..Asked::default() };
            let dates = match dates(week, today, &asked) {
                Ok(dates) => dates,
                Err(why) => return Ok((links::free_time(week), Tone::Error, why.to_owned())),
            };
            if app.availability.week(&user, week.monday())?.version != form.text("version") {
                let again = links::repeated(week, dates.last());
                let text = "The week was changed meanwhile. This is what would happen now.";
                return Ok((again, Tone::Info, text.to_owned()));
            }
            match app.availability.apply_week(&user, week, dates) {
                Ok(applied) => Ok((
                    links::free_time(week),
                    Tone::Success,
                    format!(
                        "The week is repeated until {}: {}.",
                        words::date(applied.dates.last()),
                        words::count(u64::try_from(applied.weeks_affected).unwrap_or(u64::MAX), "week")
                    ),
                )),
                Err(error @ (AvailabilityError::PastDate(_) | AvailabilityError::TooLong { .. })) => {
                    Ok((links::free_time(week), Tone::Error, format!("{error}.")))
                }
                Err(error) => Err(ApiError::from(error)),
            }
        })
        .await?;
    visit.go_saying(&to, tone, text)
}

/// The dates after the week for which it is asked, or why that cannot be.
fn dates(week: WeekStart, today: Date, asked: &Asked) -> Result<DateRange, &'static str> {
    let first = week.monday().saturating_add(7.days());
    if first <= today {
        return Err("A week that has passed cannot be repeated. Copy it into this week first.");
    }
    let last = match asked.until.parse::<Date>() {
        Ok(until) => until,
        Err(_none) => {
            let weeks = asked.weeks.parse::<i64>().ok().filter(|weeks| (1..=52).contains(weeks)).unwrap_or(8);
            first.saturating_add((7 * weeks - 1).days())
        }
    };
    let dates = DateRange::new(first, last).map_err(|_backwards| "Choose a date after this week.")?;
    if dates.days() > MOST_DAYS { Err("Choose a date within a year.") } else { Ok(dates) }
}

impl RepeatPage {
    fn read(app: &Application, user: &User, week: WeekStart, dates: DateRange) -> Result<Self, ApiError> {
        let source = app.availability.week(user, week.monday())?;
        let pattern =
            WeekPattern::of_week(week, week.dates().iter().map(|date| (date, on(&source.days, date))));
        let windows = app.availability.list(user, Some(dates.first()), Some(dates.last()))?;
        let mut changes = Vec::new();
        let mut monday = dates.first();
        while monday <= dates.last() {
            let days = DateRange::of_days(monday, 7);
            let within = || days.iter().filter(|date| dates.contains(*date));
            let (mut old, mut new, mut differs) = (0, 0, false);
            for date in within() {
                let (there, wanted) = (blocks_on(date, &windows), pattern.day(date.weekday()));
                old += there.minutes();
                new += wanted.minutes();
                differs |= there != wanted;
            }
            if differs {
                let last = days.last().min(dates.last());
                changes
                    .push((words::dates(monday, last), format!("{} instead of {}", hours(new), hours(old))));
            }
            monday = monday.saturating_add(7.days());
        }
        let lessons = app.bookings.upcoming(user, LESSONS)?;
        let lessons: Vec<_> =
            lessons.iter().filter(|details| dates.contains(details.booking.time.date)).collect();
        let outside = lessons.iter().filter(|details| {
            let time = &details.booking.time;
            !pattern.day(time.date.weekday()).covers(time.range)
        });
        let weeks = dates.days().unsigned_abs().div_ceil(7);
        Ok(Self {
            week: week.monday().to_string(),
            title: words::dates(week.dates().first(), week.dates().last()),
            back_href: links::free_time(week),
            pattern: in_words(&source.days),
            version: source.version.clone(),
            until: dates.last().to_string(),
            span: format!("{}, {}", words::count(weeks, "week"), words::dates(dates.first(), dates.last())),
            changes,
            outside: outside
                .map(|details| Outside {
                    href: links::taught(details.booking.id),
                    label: format!(
                        "{} with {}, {}, {}",
                        details.booking.service_name,
                        words::short_name(details.student.full_name.as_str()),
                        words::date(details.booking.time.date),
                        words::range(details.booking.time.range)
                    ),
                })
                .collect(),
            kept: match lessons.len() {
                0 => None,
                1 => Some("1 lesson in these weeks stays booked.".to_owned()),
                count => Some(format!("{count} lessons in these weeks stay booked.")),
            },
        })
    }
}
