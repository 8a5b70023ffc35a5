//! How well searches go, and which words search does not know.

use actix_web::web;
use instainstru_domain::{
    catalogue::ServiceListing,
    search_history::{DaySearches, QuerySearches, SearchTally},
    vocabulary::Phrase,
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::{search::SearchError, search_history::SearchQuality};
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
/// Queries of each kind of which the meaning is guessed.
const GUESSED: usize = 20;

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
    /// What it may mean, as far as search can guess.
    pub(crate) proposal: Option<Proposal>,
}

/// Another word for a service, to be added with one press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Proposal {
    /// The words that search does not know.
    pub(crate) phrase: String,
    /// Name of the service they are the nearest to.
    pub(crate) service: String,
    /// The service as the form for words names it.
    pub(crate) about: String,
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
    let page = read.run(move |app| QualityPage::read(app, days)).await?;
    visit.page("pages/admin/search.html", &page)
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
    fn read(app: &Application, days: u16) -> Result<Self, ApiError> {
        let quality = app.search_history.quality(days)?;
        let mut page = Self::new(&quality, days);
        let services = app.catalogue.services(None)?;
        for rows in [&mut page.without_results, &mut page.not_understood] {
            for row in rows.iter_mut().take(GUESSED) {
                row.proposal = Proposal::guess(app, &row.query, &services)?;
            }
        }
        Ok(page)
    }

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
            proposal: None,
        }
    }
}

impl Proposal {
    /// What the words of a query that nobody knows may mean: the service that search itself would ask about. Answered from memory.
    fn guess(app: &Application, query: &str, services: &[ServiceListing]) -> Result<Option<Self>, ApiError> {
        let outcome = match app.search.search(query, 0) {
            Ok(outcome) => outcome,
            Err(SearchError::Empty) => return Ok(None),
            Err(error @ SearchError::Storage(_)) => return Err(error.into()),
        };
        let unknown = outcome.understood.residual.join(" ");
        let words = if unknown.is_empty() { query } else { &unknown };
        let Ok(phrase) = Phrase::new(words) else { return Ok(None) };
        let meant = outcome.did_you_mean.first();
        let listing =
            meant.and_then(|name| services.iter().find(|listing| listing.service.facts.name == *name));
        Ok(listing.map(|listing| Self {
            phrase: phrase.to_string(),
            service: listing.service.facts.name.clone(),
            about: super::catalogue::about_service(listing.service.id),
        }))
    }
}
