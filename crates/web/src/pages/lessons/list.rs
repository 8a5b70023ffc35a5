//! All lessons of a student.

use actix_web::web;
use instainstru_core::booking::BookingStatus;
use instainstru_domain::{booking::BookingDetails, page::Page};
use instainstru_http::{ApiError, Read};
use instainstru_service::bookings::ListBookings;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    guards::Student,
    view::{LessonCard, Link, Pagination},
    visit::PageResult,
};

/// Lessons on a page.
const SIZE: usize = 20;
/// Most lessons that are looked at, the latest ones.
const MOST: u32 = 500;

/// What is shown of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Shown {
    tab: String,
    page: String,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct LessonsPage {
    pub(crate) tabs: Vec<Link>,
    /// `upcoming`, `past` or `cancelled`.
    pub(crate) tab: &'static str,
    pub(crate) lessons: Vec<LessonCard>,
    pub(crate) pagination: Option<Pagination>,
    /// How many of the latest lessons are shown, when there are more.
    pub(crate) only_latest: Option<u32>,
}

/// The tabs: their name in the address and on the page.
const TABS: [(&str, &str); 3] = [("upcoming", "Upcoming"), ("past", "Past"), ("cancelled", "Cancelled")];

/// `GET /lessons`.
pub(in crate::pages) async fn list(
    Student { visit, user }: Student,
    read: Read,
    shown: web::Query<Shown>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let found = app.bookings.list(&user, ListBookings::default(), Page::first(MOST))?;
            let now = app.clock.now();
            let card = |details: &BookingDetails| LessonCard::new(details, &user, now);
            Ok::<_, ApiError>(LessonsPage::new(&found.items, found.total, &shown, now, card))
        })
        .await?;
    visit.page("pages/lessons/list.html", &page)
}

impl LessonsPage {
    fn new(
        all: &[BookingDetails],
        total: u64,
        shown: &Shown,
        now: Timestamp,
        card: impl Fn(&BookingDetails) -> LessonCard,
    ) -> Self {
        let within = |tab: &'static str| all.iter().filter(move |details| tab_of(details, now) == tab);
        let tab = TABS.iter().find(|(name, _)| *name == shown.tab).map_or("upcoming", |(name, _)| *name);
        let mut lessons: Vec<&BookingDetails> = within(tab).collect();
        if tab == "upcoming" {
            // The next one first; the others are read backwards.
            lessons.reverse();
        }
        let number = shown.page.parse::<usize>().unwrap_or(1).clamp(1, lessons.len().div_ceil(SIZE).max(1));
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let href = |page| format!("/lessons?tab={tab}&page={page}");
        Self {
            tabs: TABS
                .map(|(name, label)| {
                    let number = within(name).count();
                    let link = Link::new(format!("/lessons?tab={name}"), label).current(name == tab);
                    if number == 0 { link } else { link.noted(number.to_string()) }
                })
                .into(),
            tab,
            pagination: Pagination::new(count(number), count(SIZE), count(lessons.len()), href),
            lessons: lessons.into_iter().skip((number - 1) * SIZE).take(SIZE).map(card).collect(),
            only_latest: (total > u64::from(MOST)).then_some(MOST),
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
        BookingStatus::Pending
        | BookingStatus::Confirmed
        | BookingStatus::Completed
        | BookingStatus::NoShow => "past",
    }
}
