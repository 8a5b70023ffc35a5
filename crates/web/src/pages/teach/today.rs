//! The day of an instructor: what is on, what waits, what to do next.

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    account::{AccountStatus, User},
    booking::{BookingDetails, BookingStats},
    instructor::Instructor as Profile,
};
use instainstru_http::{ApiError, Application, Read};
use jiff::ToSpan as _;
use serde::Serialize;

use super::bookings::{TaughtLesson, is_waiting};
use crate::{
    guards::Instructor,
    pages::plumbing,
    view::links,
    visit::{PageResult, public_name},
    words,
};

/// Most lessons shown after today.
const NEXT: usize = 5;
/// How far ahead free time is looked for, in days: as far as students see it.
const AHEAD_DAYS: i32 = 27;

#[derive(Debug, Default, Serialize)]
pub(crate) struct TodayPage {
    /// Such as `Monday, July 13`.
    pub(crate) date: String,
    /// Why students do not find the instructor, when they do not.
    pub(crate) hidden: Option<&'static str>,
    /// Such as `2 lessons are over`: lessons that the instructor has not said anything about.
    pub(crate) waiting: Option<String>,
    pub(crate) today: Vec<TaughtLesson>,
    pub(crate) next: Vec<TaughtLesson>,
    /// Whether there are more after those.
    pub(crate) has_more: bool,
    pub(crate) stats: Vec<Stat>,
    pub(crate) steps: Vec<Step>,
    pub(crate) share: Option<Share>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Stat {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// Something that is missing before students can book, or book gladly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    pub(crate) href: &'static str,
    pub(crate) label: &'static str,
    pub(crate) why: &'static str,
}

/// The profile as others can open it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Share {
    pub(crate) href: String,
    /// The whole address.
    pub(crate) url: String,
    pub(crate) name: String,
}

/// `GET /teach`.
pub(in crate::pages) async fn show(Instructor { visit, user }: Instructor, read: Read) -> PageResult {
    let origin = plumbing::origin(visit.request(), visit.site());
    let page = read.run(move |app| TodayPage::read(app, &user, &origin)).await?;
    visit.page("pages/teach/today.html", &page)
}

impl TodayPage {
    fn read(app: &Application, user: &User, origin: &str) -> Result<Self, ApiError> {
        let now = app.clock.now();
        let profile = app.instructors.my_profile(user)?;
        let handle = app.instructors.handle(user.id)?;
        let today = profile.profile.details.zone.date_at(now);
        let lessons = super::lessons(app, user)?.items;
        let free = app.availability.list(user, Some(today), Some(today.saturating_add(AHEAD_DAYS.days())))?;
        let shown = |details: &&BookingDetails| TaughtLesson::new(details, user, now);
        // The list has the latest first; a day is read from its begin.
        let soonest_first =
            || lessons.iter().rev().filter(|details| details.booking.status != BookingStatus::Cancelled);
        let after = || {
            soonest_first().filter(|details| {
                details.booking.status == BookingStatus::Confirmed && details.booking.time.date > today
            })
        };
        let waiting = lessons.iter().filter(|details| is_waiting(details, now)).count();
        Ok(Self {
            date: words::full_date(today),
            hidden: hidden(&profile.user),
            waiting: (waiting > 0).then(|| {
                let count = words::count(u64::try_from(waiting).unwrap_or(u64::MAX), "lesson");
                format!("{count} {} over", if waiting == 1 { "is" } else { "are" })
            }),
            today: soonest_first()
                .filter(|details| details.booking.time.date == today)
                .map(|details| shown(&details))
                .collect(),
            next: after().take(NEXT).map(|details| shown(&details)).collect(),
            has_more: after().nth(NEXT).is_some(),
            stats: stats(&app.bookings.stats(user)?),
            steps: steps(&profile, !free.is_empty()),
            share: profile.user.is_bookable().then(|| {
                let href = handle.as_ref().map_or_else(|| links::profile(&profile.user), links::short);
                Share { url: format!("{origin}{href}"), href, name: public_name(&profile.user) }
            }),
        })
    }
}

/// Why students do not find the account.
const fn hidden(user: &User) -> Option<&'static str> {
    match user.account_status {
        AccountStatus::Active => None,
        AccountStatus::Suspended => Some("Your profile is paused, so students do not find it."),
        AccountStatus::Deactivated => Some("Your profile is closed, so students do not find it."),
    }
}

/// The figures; none before the first booking.
fn stats(figures: &BookingStats) -> Vec<Stat> {
    if figures.total == 0 {
        return Vec::new();
    }
    let missed = match figures.no_show {
        0 => String::new(),
        count => format!("{count} missed by students"),
    };
    vec![
        Stat { label: "Lessons ahead", value: figures.upcoming.to_string(), note: "after today".to_owned() },
        Stat { label: "Lessons taught", value: figures.completed.to_string(), note: missed },
        Stat {
            label: "Earned this month",
            value: words::money(figures.earnings_this_month),
            note: format!("{} in all", words::money(figures.earnings)),
        },
    ]
}

/// What is missing, the weightiest first.
fn steps(profile: &Profile, has_free_time: bool) -> Vec<Step> {
    let details = &profile.profile.details;
    let all = [
        (
            profile.services.is_empty(),
            Step {
                href: "/teach/services",
                label: "Say what you teach",
                why: "Students find you by what you teach, and see your price.",
            },
        ),
        (
            !has_free_time,
            Step {
                href: "/teach/availability",
                label: "Publish free time",
                why: "You have no free time in the next four weeks, so nobody can book you.",
            },
        ),
        (
            details.bio.is_none(),
            Step {
                href: "/teach/profile",
                label: "Introduce yourself",
                why: "A few sentences help students choose you.",
            },
        ),
        (
            details.areas.is_empty(),
            Step {
                href: "/teach/profile",
                label: "Name your areas",
                why: "Students look for lessons near them.",
            },
        ),
    ];
    all.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, step)| step).collect()
}
