//! Who can teach what was asked for.

mod wanted;

use std::cmp::Reverse;

use actix_web::web;
use instainstru_domain::{ports::instructor_search::SearchSlot, search_history::SearchVia};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::search::{Hit, SearchOutcome, Searcher};
use jiff::Timestamp;
use serde::Serialize;

use self::wanted::Question;
pub(crate) use self::wanted::Wanted;
use crate::{
    form::{Form, FormView},
    view::{InstructorCard, Link, Pagination, links},
    visit::{PageResult, Visit},
    words,
};

/// Results on a page.
const SIZE: u64 = 20;
/// Most results that are looked at: nobody turns more pages than these make.
const MOST: u64 = 200;

/// The results and everything to change them by.
#[derive(Debug, Default, Serialize)]
pub(crate) struct SearchPage {
    /// The question in words; empty when nothing is asked.
    pub(crate) text: String,
    /// What stands in the field for searching.
    pub(crate) typed: String,
    /// The filters as they are set.
    pub(crate) filters: FormView,
    /// Filters that have no field of their own: name and value.
    pub(crate) kept: Vec<(&'static str, String)>,
    /// What was understood; each leads to the same without it.
    pub(crate) chips: Vec<Link>,
    /// How many there are, in words.
    pub(crate) summary: String,
    pub(crate) cards: Vec<InstructorCard>,
    pub(crate) pagination: Option<Pagination>,
    /// What to change when nothing was found, with what it would find.
    pub(crate) relaxations: Vec<Link>,
    pub(crate) near_misses: Vec<NearMiss>,
    pub(crate) did_you_mean: Vec<Link>,
}

/// Somebody who fits but for one thing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NearMiss {
    pub(crate) card: InstructorCard,
    /// What does not fit.
    pub(crate) differs: String,
}

/// `GET /search`.
pub(super) async fn show(visit: Visit, read: Read, wanted: web::Query<Wanted>) -> PageResult {
    let wanted = wanted.into_inner().tidied();
    let searcher = Searcher { user: visit.user().map(|user| user.id), via: SearchVia::Page };
    let page = read.run(move |app| SearchPage::read(app, searcher, &wanted)).await?;
    visit.page("pages/search.html", &page)
}

impl SearchPage {
    fn read(app: &Application, searcher: Searcher, wanted: &Wanted) -> Result<Self, ApiError> {
        let service = match wanted.service.as_str() {
            "" => None,
            slug => app.catalogue.services(None)?.into_iter().find(|it| it.service.facts.slug == slug),
        };
        let category = match wanted.category.as_str() {
            "" => None,
            slug => app.catalogue.categories()?.into_iter().find(|it| it.facts.slug == slug),
        };
        let names = Names {
            service: service.map(|it| it.service.facts.name),
            category: category.map(|it| it.facts.name),
        };
        let question = names.question(wanted);
        if question.text.is_empty() {
            return Ok(Self::asking_nothing(wanted));
        }
        // In the order of the search only those up to this page are needed; any other order needs all of them.
        let wanted_hits = if wanted.sort.is_empty() { wanted.page().saturating_mul(SIZE) } else { MOST };
        let limit = usize::try_from(wanted_hits.min(MOST)).unwrap_or(usize::MAX);
        // Turning pages and sorting is looking on, not searching again.
        let is_asked = wanted.page() == 1 && wanted.sort.is_empty();
        let outcome = match is_asked {
            true => app.search.search_for(searcher, &question.text, limit)?,
            false => app.search.search(&question.text, limit)?,
        };
        let relaxations = relaxations(app, wanted, &names, &question, &outcome)?;
        Ok(Self { relaxations, ..Self::of(wanted, &question, outcome) })
    }

    fn asking_nothing(wanted: &Wanted) -> Self {
        Self { typed: wanted.q.clone(), filters: Form::filled(wanted.fields()).view(), ..Self::default() }
    }

    fn of(wanted: &Wanted, question: &Question, mut outcome: SearchOutcome) -> Self {
        sort(&mut outcome.hits, &wanted.sort);
        let found = u64::try_from(outcome.total).unwrap_or(u64::MAX);
        let pagination = Pagination::new(wanted.page(), SIZE, found.min(MOST), |page| wanted.href(page));
        let last = found.min(MOST).div_ceil(SIZE).max(1);
        let skip = usize::try_from((wanted.page().min(last) - 1).saturating_mul(SIZE)).unwrap_or(usize::MAX);
        let size = usize::try_from(SIZE).unwrap_or(usize::MAX);
        let cards = outcome.hits.iter().skip(skip).take(size).map(|hit| card(hit, outcome.at)).collect();
        let chips = outcome.chips.iter().map(|chip| {
            let less = || wanted.without(question, std::iter::once(chip.start..chip.end)).href(1);
            let href = if chip.removable { less() } else { String::new() };
            // Dates and times are understood as numbers; people said them in words.
            let said = matches!(chip.slot, SearchSlot::Date | SearchSlot::Time);
            Link::new(href, if said { chip.text.clone() } else { chip.value.clone() })
        });
        Self {
            text: outcome.text.clone(),
            typed: if wanted.q.is_empty() { question.text.clone() } else { wanted.q.clone() },
            filters: Form::filled(wanted.fields()).view(),
            kept: wanted
                .fields()
                .into_iter()
                .filter(|(name, value)| matches!(*name, "q" | "service" | "category") && !value.is_empty())
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
            chips: chips.collect(),
            summary: words::count(found, "offer"),
            cards,
            pagination,
            near_misses: outcome
                .near_misses
                .iter()
                .map(|(hit, differs)| NearMiss { card: card(hit, outcome.at), differs: differs.clone() })
                .collect(),
            did_you_mean: outcome
                .did_you_mean
                .iter()
                .map(|name| Link::new(links::search(&[("q", name)]), name.clone()))
                .collect(),
            ..Self::default()
        }
    }
}

/// Names of the service and the category in the query.
struct Names {
    service: Option<String>,
    category: Option<String>,
}

impl Names {
    fn question(&self, wanted: &Wanted) -> Question {
        let name = |slug: &str, name: &Option<String>| name.clone().filter(|_| !slug.is_empty());
        wanted.question(
            name(&wanted.service, &self.service).as_deref(),
            name(&wanted.category, &self.category).as_deref(),
        )
    }
}

/// One change each that finds somebody. Every link is tried, so that it finds as many as it says.
fn relaxations(
    app: &Application,
    wanted: &Wanted,
    names: &Names,
    question: &Question,
    outcome: &SearchOutcome,
) -> Result<Vec<Link>, ApiError> {
    let mut links: Vec<Link> = Vec::new();
    for relaxation in &outcome.relaxations {
        let same = || outcome.chips.iter().filter(|chip| chip.slot == relaxation.slot);
        let less = wanted.without(question, same().map(|chip| chip.start..chip.end));
        let instead = less.saying(&relaxation.change);
        let found = |wanted: &Wanted| -> Result<usize, ApiError> {
            let text = names.question(wanted).text;
            Ok(if text.is_empty() { 0 } else { app.search.search(&text, 1)?.total })
        };
        let without = found(&less)?;
        let (to, label, count) = if without == relaxation.count {
            (less, relaxation.change.clone(), without)
        } else if found(&instead)? == relaxation.count {
            (instead, relaxation.change.clone(), relaxation.count)
        } else {
            let words: Vec<&str> = same().map(|chip| chip.text.as_str()).collect();
            (less, format!("without \u{201c}{}\u{201d}", words.join(" ")), without)
        };
        let href = to.href(1);
        if count > 0 && links.iter().all(|link| link.href != href) {
            let count = words::count(u64::try_from(count).unwrap_or(u64::MAX), "offer");
            links.push(Link::new(href, label).noted(count));
        }
    }
    Ok(links)
}

/// The card of something that was found; its profile opens with the service that was found.
fn card(hit: &Hit, now: Timestamp) -> InstructorCard {
    let (mut card, _start) = InstructorCard::of_hit(hit, usize::MAX, now);
    card.href = links::profile_of_service(&hit.instructor.user, hit.offer.id);
    card
}

/// Brings what was found into another order; equals stay in the order of the search.
fn sort(hits: &mut [Hit], by: &str) {
    let rate = |hit: &Hit| hit.offer.offer.terms.hourly_rate.cents();
    match by {
        "price" => hits.sort_by_key(rate),
        "price-desc" => hits.sort_by_key(|hit| Reverse(rate(hit))),
        "soonest" => hits.sort_by_key(|hit| {
            hit.next_starts.first().map_or((true, None), |it| (false, Some((it.date, it.time))))
        }),
        "experience" => hits.sort_by_key(|hit| Reverse(hit.instructor.profile.details.years_experience)),
        _ => {}
    }
}
