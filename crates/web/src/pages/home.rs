//! The home page: say what you want to learn, and see what is possible now.

use std::collections::BTreeSet;

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    account::{Role, User},
    booking::BookingDetails,
    page::Page,
    ports::response_cache::{AnswerKind, Topic},
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::bookings::ListBookings;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{
    view::{CategoryView, InstructorCard, LessonCard, ServiceView},
    visit::{PageResult, Visit},
};

/// Services shown of each category; one more link leads to all of them.
const CAPSULES: usize = 7;
/// Most people shown as available soon.
const SOON: usize = 6;
/// How many of the best answers are looked at for the soonest ones.
const CANDIDATES: usize = 60;
/// What "soon" means.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Most lessons shown of each kind.
const LESSONS: u32 = 3;
/// Most services shown as asked for more than usual.
const TRENDING: usize = 6;
/// What the page shows to everybody.
const SHOWN: [Topic; 3] = [Topic::Instructors, Topic::Catalogue, Topic::Search];

/// What is in it lies in the two parts, side by side.
#[derive(Debug, Default, Serialize)]
pub(crate) struct HomePage<W> {
    #[serde(flatten)]
    pub(crate) window: W,
    #[serde(flatten)]
    pub(crate) own: OwnLessons,
}

/// What everybody sees alike.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ShopWindow {
    pub(crate) categories: Vec<CategoryView>,
    /// People with a free start in the next 24 hours, the soonest first.
    pub(crate) soon: Vec<InstructorCard>,
    /// Services that are asked for more than usual.
    pub(crate) trending: Vec<ServiceView>,
}

/// What only the visitor sees.
#[derive(Debug, Default, Serialize)]
pub(crate) struct OwnLessons {
    /// The visitor's next lessons.
    pub(crate) upcoming: Vec<LessonCard>,
    /// Lessons the visitor had, one for each instructor and service.
    pub(crate) again: Vec<LessonCard>,
}

/// `GET /`.
pub(super) async fn show(visit: Visit, read: Read) -> PageResult {
    let window = read.keep(AnswerKind::ShopWindow, &SHOWN, ShopWindow::read).await?;
    let own = match visit.user().cloned() {
        Some(user) => read.run(move |app| OwnLessons::read(app, &user)).await?,
        None => OwnLessons::default(),
    };
    visit.page("pages/home.html", &HomePage { window, own })
}

impl ShopWindow {
    /// Everything in it, in a constant number of statements.
    fn read(app: &Application) -> Result<Self, ApiError> {
        let listings = app.catalogue.services(None)?;
        let categories = app.catalogue.categories()?;
        let mut trending: Vec<_> = listings
            .iter()
            .filter(|listing| listing.active_instructors > 0 && listing.demand.is_trending())
            .collect();
        trending.sort_by(|a, b| b.demand.score().total_cmp(&a.demand.score()));
        Ok(Self {
            categories: categories
                .iter()
                .map(|category| CategoryView::new(category, &listings))
                .filter(|category| category.total > 0)
                .map(|category| category.in_brief(CAPSULES))
                .collect(),
            soon: soon(app, app.clock.now())?,
            trending: trending.into_iter().take(TRENDING).map(ServiceView::new).collect(),
        })
    }
}

impl OwnLessons {
    /// Everything in them, in a constant number of statements.
    fn read(app: &Application, user: &User) -> Result<Self, ApiError> {
        let now = app.clock.now();
        let card = |details: &BookingDetails| LessonCard::new(details, user, now);
        let upcoming = app.bookings.upcoming(user, LESSONS)?.iter().map(card).collect();
        if user.role != Role::Student {
            return Ok(Self { upcoming, again: Vec::new() });
        }
        let taken = ListBookings { status: Some(BookingStatus::Completed), upcoming_only: false };
        let lessons = app.bookings.list(user, taken, Page::first(20))?;
        let mut seen = BTreeSet::new();
        let again = lessons
            .items
            .iter()
            .filter(|details| {
                seen.insert((details.booking.instructor_id, details.booking.instructor_service_id))
            })
            .take(usize::try_from(LESSONS).unwrap_or(usize::MAX))
            .map(card)
            .collect();
        Ok(Self { upcoming, again })
    }
}

/// Who can be booked within a day: one start of each, the soonest first.
fn soon(app: &Application, now: Timestamp) -> Result<Vec<InstructorCard>, ApiError> {
    let mut found = Vec::new();
    for day in ["today", "tomorrow"] {
        for hit in app.search.search(day, CANDIDATES)?.hits {
            let (card, start) = InstructorCard::of_hit(&hit, 1, now);
            if let Some(start) = start.filter(|start| start.duration_since(now) <= WITHIN) {
                found.push((start, card));
            }
        }
    }
    found.sort_by_key(|(start, card)| (*start, card.id));
    let mut seen = BTreeSet::new();
    Ok(found.into_iter().map(|(_, card)| card).filter(|card| seen.insert(card.id)).take(SOON).collect())
}
