//! Pages that say the same to everybody.

use actix_web::HttpRequest;
use instainstru_domain::policy;
use instainstru_http::{ApiError, Read, error::ErrorCode};
use serde::Serialize;

use crate::visit::{PageResult, Visit};

/// A page without data of its own.
#[derive(Debug)]
pub(crate) struct Static {
    pub(crate) path: &'static str,
    pub(crate) template: &'static str,
}

const fn page(path: &'static str, template: &'static str) -> Static {
    Static { path, template }
}

/// All of them.
pub(crate) const PAGES: &[Static] = &[
    page("/how-it-works", "pages/static/how_it_works.html"),
    page("/trust", "pages/static/trust.html"),
    page("/cancellation", "pages/static/cancellation.html"),
    page("/help", "pages/static/help.html"),
    page("/contact", "pages/static/contact.html"),
    page("/about", "pages/static/about.html"),
    page("/terms", "pages/static/terms.html"),
    page("/privacy", "pages/static/privacy.html"),
    page("/accessibility", "pages/static/accessibility.html"),
    page("/areas", "pages/static/areas.html"),
];

/// What these pages quote.
#[derive(Debug, Serialize)]
pub(crate) struct StaticPage {
    policy: Policy,
    /// Where lessons are offered, by the places that instructors name.
    pub(crate) areas: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Policy {
    payment: &'static str,
    cancellation: &'static str,
    cancelled_time: &'static str,
    rescheduling: &'static str,
    late_notice: String,
    late_hours: i64,
}

impl StaticPage {
    pub(crate) fn new(areas: Vec<String>) -> Self {
        let policy = Policy {
            payment: policy::PAYMENT,
            cancellation: policy::CANCELLATION,
            cancelled_time: policy::CANCELLED_TIME,
            rescheduling: policy::RESCHEDULING,
            late_notice: policy::late_notice(),
            late_hours: policy::LATE_CANCELLATION_HOURS,
        };
        Self { policy, areas }
    }
}

/// Any of [`PAGES`].
pub(super) async fn show(request: HttpRequest, visit: Visit, read: Read) -> PageResult {
    let page = PAGES
        .iter()
        .find(|page| page.path == request.path())
        .ok_or_else(|| ApiError::new(ErrorCode::NotFound, "Not Found"))?;
    let areas = if page.path == "/areas" { read.run(areas).await? } else { Vec::new() };
    visit.page(page.template, &StaticPage::new(areas))
}

/// The places that instructors who can be booked name, in alphabetical order.
fn areas(app: &instainstru_http::Application) -> Result<Vec<String>, ApiError> {
    use instainstru_domain::page::Page;
    use instainstru_service::instructors::ListInstructors;
    // As many as a page of the API shows; there are far fewer places than people.
    let listed = app.instructors.list(&ListInstructors::default(), Page::first(1000))?;
    let names = listed.found.items.iter().flat_map(|instructor| instructor.profile.details.areas.as_slice());
    let unique: std::collections::BTreeSet<String> = names.cloned().collect();
    Ok(unique.into_iter().collect())
}
