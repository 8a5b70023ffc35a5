//! All lessons of an instructor, by what there is to do with them.

use actix_web::web;
use instainstru_core::booking::BookingStatus;
use instainstru_domain::{account::User, booking::BookingDetails, page::Paged};
use instainstru_http::{ApiError, Read};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{TaughtLesson, is_waiting};
use crate::{
    guards::Instructor,
    pages::teach::{self, MOST},
    view::{Link, Pagination},
    visit::PageResult,
};

/// Lessons on a page.
const SIZE: usize = 20;

/// What is shown of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Shown {
    tab: String,
    page: String,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct TaughtPage {
    pub(crate) tabs: Vec<Link>,
    /// `upcoming`, `waiting`, `past` or `cancelled`.
    pub(crate) tab: &'static str,
    pub(crate) lessons: Vec<TaughtLesson>,
    pub(crate) pagination: Option<Pagination>,
    /// How many of the latest lessons are shown, when there are more.
    pub(crate) only_latest: Option<u32>,
}

/// The tabs: their name in the address and on the page.
const TABS: [(&str, &str); 4] =
    [("upcoming", "Upcoming"), ("waiting", "Needs action"), ("past", "Past"), ("cancelled", "Cancelled")];

/// `GET /teach/bookings`.
pub(in crate::pages) async fn list(
    Instructor { visit, user }: Instructor,
    read: Read,
    shown: web::Query<Shown>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let found = teach::lessons(app, &user)?;
            Ok::<_, ApiError>(TaughtPage::new(&found, &user, &shown, app.clock.now()))
        })
        .await?;
    visit.page("pages/teach/bookings/list.html", &page)
}

impl TaughtPage {
    fn new(found: &Paged<BookingDetails>, user: &User, shown: &Shown, now: Timestamp) -> Self {
        let within =
            |tab: &'static str| found.items.iter().filter(move |details| tab_of(details, now) == tab);
        let tab = TABS.iter().find(|(name, _)| *name == shown.tab).map_or("upcoming", |(name, _)| *name);
        let mut lessons: Vec<&BookingDetails> = within(tab).collect();
        if matches!(tab, "upcoming" | "waiting") {
            // The next one, or the one that waits longest, first; the others are read backwards.
            lessons.reverse();
        }
        let number = shown.page.parse::<usize>().unwrap_or(1).clamp(1, lessons.len().div_ceil(SIZE).max(1));
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let href = |page| format!("/teach/bookings?tab={tab}&page={page}");
        Self {
            tabs: TABS
                .map(|(name, label)| {
                    let number = within(name).count();
                    let link = Link::new(format!("/teach/bookings?tab={name}"), label).current(name == tab);
                    if number == 0 { link } else { link.noted(number.to_string()) }
                })
                .into(),
            tab,
            pagination: Pagination::new(count(number), count(SIZE), count(lessons.len()), href),
            lessons: lessons
                .into_iter()
                .skip((number - 1) * SIZE)
                .take(SIZE)
                .map(|details| TaughtLesson::new(details, user, now))
                .collect(),
            only_latest: (found.total > u64::from(MOST)).then_some(MOST),
        }
    }
}

/// Where a lesson is listed.
fn tab_of(details: &BookingDetails, now: Timestamp) -> &'static str {
    match details.booking.status {
        BookingStatus::Cancelled => "cancelled",
        BookingStatus::Pending | BookingStatus::Confirmed if details.booking.time.instants.end() > now => {
            "upcoming"
        }
        BookingStatus::Confirmed if is_waiting(details, now) => "waiting",
        BookingStatus::Pending
        | BookingStatus::Confirmed
        | BookingStatus::Completed
        | BookingStatus::NoShow => "past",
    }
}
