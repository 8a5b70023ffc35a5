//! How well searches go, and which words search does not know.

use actix_web::web;
use instainstru_domain::search_history::{DaySearches, QuerySearches, SearchTally};
use instainstru_http::Read;
use instainstru_service::search_history::SearchQuality;
use serde::{Deserialize, Serialize};

use crate::{
    guards::Admin,
    view::{Link, links},
    visit::PageResult,
    words,
};

const HERE: &str = "/admin/search";
/// Days that can be chosen; the first is shown when nothing is.
const SPANS: [u16; 3] = [7, 30, 90];

#[derive(Debug, Default, Serialize)]
pub(crate) struct QualityPage {
    pub(crate) tabs: Vec<Link>,
    pub(crate) total: Tally,
    /// Days with searches, latest first.
    pub(crate) days: Vec<DayRow>,
    pub(crate) without_results: Vec<QueryRow>,
    pub(crate) not_understood: Vec<QueryRow>,
}

/// How many searches there were, and how many went wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) searches: u64,
    /// How many found nothing.
    pub(crate) without_results: u64,
    /// How many had words that meant nothing to us.
    pub(crate) not_understood: u64,
}

/// The searches of a day.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DayRow {
    pub(crate) date: String,
    pub(crate) tally: Tally,
}

/// The searches for a query.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct QueryRow {
    pub(crate) query: String,
    pub(crate) tally: Tally,
    pub(crate) last: String,
    /// The search itself.
    pub(crate) href: String,
    /// The form in which it gets a meaning.
    pub(crate) teach_href: String,
}

/// How many days are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct QualityQuery {
    days: String,
}

/// `GET /admin/search`.
pub(in crate::pages) async fn show(
    Admin { visit, .. }: Admin,
    read: Read,
    query: web::Query<QualityQuery>,
) -> PageResult {
    let [usual, ..] = SPANS;
    let days = query.days.parse().ok().filter(|days| SPANS.contains(days)).unwrap_or(usual);
    let quality = read.run(move |app| app.search_history.quality(days)).await?;
    visit.page("pages/admin/search.html", &QualityPage::new(&quality, days))
}

impl Tally {
    /// Of all days.
    pub(super) fn of(quality: &SearchQuality) -> Self {
        quality.days.iter().map(|day| Self::from(day.tally)).fold(Self::default(), |sum, day| Self {
            searches: sum.searches + day.searches,
            without_results: sum.without_results + day.without_results,
            not_understood: sum.not_understood + day.not_understood,
        })
    }
}

impl From<SearchTally> for Tally {
    fn from(tally: SearchTally) -> Self {
        Self {
            searches: tally.searches.into(),
            without_results: tally.without_results.into(),
            not_understood: tally.not_understood.into(),
        }
    }
}

impl QualityPage {
    fn new(quality: &SearchQuality, days: u16) -> Self {
        let tab = |span: u16| {
            Link::new(format!("{HERE}?days={span}"), format!("{span} days")).current(span == days)
        };
        Self {
            tabs: SPANS.map(tab).into(),
            total: Tally::of(quality),
            days: quality.days.iter().rev().map(DayRow::new).collect(),
            without_results: quality.without_results.iter().map(QueryRow::new).collect(),
            not_understood: quality.not_understood.iter().map(QueryRow::new).collect(),
        }
    }
}

impl DayRow {
    fn new(day: &DaySearches) -> Self {
        Self { date: words::date(day.date), tally: day.tally.into() }
    }
}

impl QueryRow {
    fn new(query: &QuerySearches) -> Self {
        let text = query.query.as_str();
        Self {
            tally: query.tally.into(),
            last: words::date(query.last_date),
            href: links::search(&[("q", text)]),
            teach_href: format!("/admin/catalogue/words?{}#add-title", links::query(&[("phrase", text)])),
            query: text.to_owned(),
        }
    }
}
