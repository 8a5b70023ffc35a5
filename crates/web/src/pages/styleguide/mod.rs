//! The style guide: every component in every state, for people and for tests. Development and test only.

mod sample;

use actix_web::{http::StatusCode, web};
use instainstru_http::{ApiError, error::ErrorCode};
use serde::Serialize;

use crate::{
    errors::ErrorPage,
    form::FormView,
    guards::{Admin, Instructor, SignedIn, Student},
    pages::{
        admin::{Badge, audit::EntryView, jobs::RunView, search::QueryRow},
        teach::{
            availability::editor::WeekPage,
            bookings::TaughtLesson,
            profile::Choice,
            today::{Share, Stat},
        },
    },
    view::{
        CategoryView, Link, Pagination,
        booker::{Booker, Day, LengthChoice},
        booking::LessonCard,
        card::{InstructorCard, TimeChip},
        chart::{BarChart, HeatMap},
    },
    visit::{PageResult, Visit},
};

/// One value for everything a component shows.
#[derive(Debug, Serialize)]
pub(crate) struct StyleguidePage {
    pub(crate) categories: Vec<CategoryView>,
    pub(crate) cards: Vec<InstructorCard>,
    pub(crate) lessons: Vec<LessonCard>,
    taught: Vec<TaughtLesson>,
    figures: Vec<Stat>,
    share: Share,
    week: WeekPage,
    boxes: Vec<Choice>,
    pub(crate) charts: Vec<BarChart>,
    pub(crate) heat: Option<HeatMap>,
    administration: Administration,
    chips: Vec<Link>,
    tabs: Vec<Link>,
    pagination: Option<Pagination>,
    days: Vec<Day>,
    times: Vec<TimesOfDay>,
    lengths: Vec<LengthChoice>,
    pub(crate) booker: Booker,
    form: FormView,
    wrong: FormView,
    statuses: [&'static str; 8],
    icons: Vec<String>,
    messages: [crate::flash::Flash; 3],
}

/// What the components of administrators show.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Administration {
    badges: [Badge; 4],
    entries: Vec<EntryView>,
    queries: Vec<QueryRow>,
    run: RunView,
}

/// A part of a day of `time_list`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TimesOfDay {
    heading: &'static str,
    times: Vec<TimeChip>,
}

/// `GET /styleguide`.
pub(super) async fn show(visit: Visit) -> PageResult {
    visit.page("pages/styleguide/index.html", &StyleguidePage::sample())
}

/// `GET /styleguide/error/{status}`: the page for an error of this status.
pub(super) async fn error(visit: Visit, status: web::Path<u16>) -> PageResult {
    let status = StatusCode::from_u16(status.into_inner()).ok();
    let code = status.and_then(|status| ErrorCode::ALL.into_iter().find(|code| code.status() == status));
    let code = code.ok_or_else(|| ApiError::new(ErrorCode::NotFound, "Not Found"))?;
    visit.page_with(code.status(), "pages/error.html", &ErrorPage::sample(code))
}

/// A page that only some may open, to see and test what everybody else gets.
#[derive(Debug, Serialize)]
pub(crate) struct Door {
    pub(crate) who: &'static str,
    pub(crate) name: String,
}

impl Door {
    const TEMPLATE: &'static str = "pages/styleguide/door.html";
}

/// `GET /styleguide/door/signed-in`. With script a part of it can be fetched alone.
pub(super) async fn signed_in(SignedIn { visit, user }: SignedIn) -> PageResult {
    visit.page_or_block(
        Door::TEMPLATE,
        "inside",
        &Door { who: "everybody who is signed in", name: user.full_name.to_string() },
    )
}

/// `GET /styleguide/door/student`.
pub(super) async fn student(Student { visit, user }: Student) -> PageResult {
    visit.page(Door::TEMPLATE, &Door { who: "students", name: user.full_name.to_string() })
}

/// `GET /styleguide/door/instructor`.
pub(super) async fn instructor(Instructor { visit, user }: Instructor) -> PageResult {
    visit.page(Door::TEMPLATE, &Door { who: "instructors", name: user.full_name.to_string() })
}

/// `GET /styleguide/door/admin`.
pub(super) async fn admin(Admin { visit, user }: Admin) -> PageResult {
    visit.page(Door::TEMPLATE, &Door { who: "administrators", name: user.full_name.to_string() })
}
