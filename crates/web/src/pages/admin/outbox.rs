//! Events on their way to those who act on them: what waits, what was given up, and what becomes of it.

use actix_web::web;
use instainstru_domain::{
    delivery::{Delivery, DeliveryFigures, DeliveryId, DeliveryState},
    event::Aggregate,
};
use instainstru_http::{ApiError, Read, error::ErrorCode};
use instainstru_service::deliveries::{DeliveryError, DeliveryList, ListDeliveries};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Badge, number};
use crate::{
    flash::Tone,
    form::Form,
    guards::Admin,
    view::{Link, links},
    visit::PageResult,
    words,
};

const HERE: &str = "/admin/outbox";
/// Deliveries on a page.
const SIZE: u32 = 50;
/// What is shown when nothing is asked for: what somebody has to decide about.
const USUAL: DeliveryState = DeliveryState::Dead;

#[derive(Debug, Default, Serialize)]
pub(crate) struct OutboxPage {
    pub(crate) tabs: Vec<Link>,
    /// The state that is shown.
    pub(crate) state: &'static str,
    /// How long the oldest delivery that waits has waited.
    pub(crate) oldest: Option<String>,
    pub(crate) deliveries: Vec<DeliveryView>,
    pub(crate) first_href: Option<String>,
    pub(crate) next_href: Option<String>,
}

/// An event on its way.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DeliveryView {
    pub(crate) id: i64,
    /// Such as `booking.confirmed`.
    pub(crate) event: &'static str,
    /// What happened to what; without an address when there is no page about it.
    pub(crate) about: Link,
    /// Who is to act on it.
    pub(crate) consumer: String,
    pub(crate) badge: Badge,
    /// Such as `3 attempts`.
    pub(crate) attempts: String,
    pub(crate) created: String,
    /// When it is tried next.
    pub(crate) next: Option<String>,
    /// When it was delivered, given up or discarded.
    pub(crate) settled: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) may_retry: bool,
    pub(crate) may_discard: bool,
}

/// Which deliveries are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct OutboxQuery {
    state: String,
    after: String,
}

/// `GET /admin/outbox`.
pub(in crate::pages) async fn list(
    Admin { visit, .. }: Admin,
    read: Read,
    query: web::Query<OutboxQuery>,
) -> PageResult {
    let state = query.state.parse().unwrap_or(USUAL);
    let after = query.after.parse().map_or(0, |after: i64| after.max(0));
    let page = read
        .run(move |app| {
            let found = app.deliveries.list(ListDeliveries { state: Some(state), after, limit: SIZE })?;
            Ok::<_, ApiError>(OutboxPage::new(&found, state, after, app.clock.now()))
        })
        .await?;
    visit.page("pages/admin/outbox.html", &page)
}

/// `POST /admin/outbox`: `do` is `retry` or `discard`.
pub(in crate::pages) async fn decide(Admin { visit, user }: Admin, read: Read, form: Form) -> PageResult {
    let id = number(form.text("id"), |id| DeliveryId::new(id).ok(), "Delivery")?;
    let back = address(form.text("state").parse().unwrap_or(USUAL), 0);
    let is_retry = match form.text("do") {
        "retry" => true,
        "discard" => false,
        _ => return Err(ApiError::new(ErrorCode::BadRequest, "The form says neither retry nor discard")),
    };
    let done = read
        .run(move |app| {
            let done = if is_retry {
                app.deliveries.retry(user.id, id)
            } else {
                app.deliveries.discard(user.id, id)
            };
            match done {
                Ok(delivery) => Ok(Ok(delivery)),
                Err(DeliveryError::Refused(refusal)) => Ok(Err(refusal)),
                Err(error @ (DeliveryError::NotFound | DeliveryError::Storage(_))) => {
                    Err(ApiError::from(error))
                }
            }
        })
        .await?;
    match done {
        Ok(delivery) => {
            let outcome = if is_retry { "is tried again" } else { "is discarded" };
            let event = delivery.event.event.kind();
            visit.go_saying(&back, Tone::Success, format!("Delivery {id} of {event} {outcome}."))
        }
        Err(refusal) => visit.go_saying(&back, Tone::Error, format!("{refusal}. Nothing was changed.")),
    }
}

fn address(state: DeliveryState, after: i64) -> String {
    let after = if after > 0 { after.to_string() } else { String::new() };
    let state = if state == USUAL { "" } else { state.as_str() };
    links::narrowed(HERE, &[("state", state), ("after", &after)])
}

impl OutboxPage {
    fn new(found: &DeliveryList, state: DeliveryState, after: i64, now: Timestamp) -> Self {
        let sum = |of: fn(&DeliveryFigures) -> u64| found.figures.iter().map(of).sum::<u64>().to_string();
        let tab = |shown: DeliveryState, label, note: Option<String>| Link {
            note,
            ..Link::new(address(shown, 0), label).current(shown == state)
        };
        let is_full = u32::try_from(found.items.len()).is_ok_and(|length| length >= SIZE);
        let oldest = found.figures.iter().filter_map(|one| one.oldest_pending_at).min();
        Self {
            tabs: vec![
                tab(DeliveryState::Dead, "Given up", Some(sum(|one| one.dead))),
                tab(DeliveryState::Pending, "Waiting", Some(sum(|one| one.pending))),
                tab(DeliveryState::Delivered, "Delivered", None),
                tab(DeliveryState::Discarded, "Discarded", None),
            ],
            state: state.as_str(),
            oldest: oldest.map(|oldest| words::elapsed(oldest, now)),
            deliveries: found.items.iter().map(|delivery| DeliveryView::new(delivery, now)).collect(),
            first_href: (after > 0).then(|| address(state, 0)),
            next_href: found.items.last().filter(|_| is_full).map(|last| address(state, last.id.get())),
        }
    }
}

impl DeliveryView {
    fn new(delivery: &Delivery, now: Timestamp) -> Self {
        let in_hand = delivery.is_in_hand(now);
        let is_pending = delivery.state == DeliveryState::Pending;
        Self {
            id: delivery.id.get(),
            event: delivery.event.event.kind(),
            about: about(delivery.event.event.aggregate()),
            consumer: delivery.consumer.clone(),
            badge: match delivery.state {
                DeliveryState::Pending if in_hand => Badge::waiting("Under way"),
                DeliveryState::Pending => Badge::waiting("Waiting"),
                DeliveryState::Delivered => Badge::good("Delivered"),
                DeliveryState::Dead => Badge::bad("Given up"),
                DeliveryState::Discarded => Badge::plain("Discarded"),
            },
            attempts: words::count(delivery.attempts.into(), "attempt"),
            created: words::moment(delivery.created_at),
            next: (is_pending && !in_hand).then(|| words::moment(delivery.available_at)),
            settled: delivery.settled_at.map(words::moment),
            error: delivery.last_error.clone(),
            may_retry: delivery.state != DeliveryState::Delivered && !in_hand,
            may_discard: matches!(delivery.state, DeliveryState::Dead | DeliveryState::Pending) && !in_hand,
        }
    }
}

fn about(what: Aggregate) -> Link {
    match what {
        Aggregate::User(user) => Link::new(links::administered(user), format!("account {user}")),
        Aggregate::CatalogueService(service) => {
            Link::new(links::edited_service(service), format!("service {service}"))
        }
        Aggregate::Booking(booking) => Link::new("", format!("booking {booking}")),
        Aggregate::Category(category) => Link::new("", format!("category {category}")),
        Aggregate::Vocabulary => Link::new("", "the words of search"),
        Aggregate::AnalyticsRun(run) => Link::new("", format!("run {run} of the analytics")),
        Aggregate::Alert(alert) => Link::new("", format!("alert {alert}")),
    }
}
