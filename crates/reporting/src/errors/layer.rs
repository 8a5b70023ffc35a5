//! Listening to what is logged: which lines are failures of ours, and for which request.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use instainstru_domain::spans::{FAILED, PANICKED, TRACED};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id},
};
use tracing_subscriber::{Layer, filter::filter_fn, layer::Context, registry::LookupSpan};

use super::{Asked, Failure, Reporter};

/// Requests whose panic was reported and whose failure has not been logged yet. There are never many.
const REMEMBERED: usize = 64;

/// Listens for failures and tells `reporter` of each, once.
pub(crate) fn layer<S>(reporter: Arc<Reporter>) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let failures = Failures { reporter, panicked: Mutex::default() };
    failures.with_filter(filter_fn(concerns))
}

fn concerns(metadata: &Metadata<'_>) -> bool {
    let (target, level) = (metadata.target(), *metadata.level());
    if metadata.is_span() {
        target == TRACED
    } else {
        level == Level::ERROR && [FAILED, PANICKED].contains(&target)
    }
}

struct Failures {
    reporter: Arc<Reporter>,
    /// Ids of requests.
    panicked: Mutex<VecDeque<String>>,
}

impl Failures {
    /// A panic in a job makes its request fail, too: that is one failure.
    fn panicked(&self, request: &Asked) {
        let Some(id) = &request.id else { return };
        let mut panicked = self.panicked.lock().unwrap_or_else(PoisonError::into_inner);
        if panicked.len() >= REMEMBERED {
            panicked.pop_front();
        }
        panicked.push_back(id.clone());
    }

    fn is_known(&self, request: &Asked) -> bool {
        let mut panicked = self.panicked.lock().unwrap_or_else(PoisonError::into_inner);
        let found = panicked.iter().position(|known| Some(known) == request.id.as_ref());
        found.and_then(|index| panicked.remove(index)).is_some()
    }
}

impl<S> Layer<S> for Failures
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut said = Said::default();
        attributes.record(&mut said);
        if let (true, Some(span)) = (said.request.id.is_some(), context.span(id)) {
            span.extensions_mut().insert(said.request);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        if event.metadata().target() == PANICKED {
            let spans = context.event_scope(event).into_iter().flatten();
            let request = spans.filter_map(|span| span.extensions().get::<Asked>().cloned()).next();
            let request = request.unwrap_or_default();
            self.panicked(&request);
            let Said { cause, place, .. } = said;
            self.reporter.report(&Failure { kind: "panic".to_owned(), cause, place, request });
        } else if !self.is_known(&said.request) {
            let Said { error, cause, request, .. } = said;
            self.reporter.report(&Failure { kind: error, cause, place: None, request });
        }
    }
}

/// The fields of a line or a span that are reported; all others are passed over.
#[derive(Default)]
struct Said {
    error: String,
    cause: String,
    place: Option<String>,
    request: Asked,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "error" => self.error = value.to_owned(),
            "cause" => self.cause = value.to_owned(),
            "place" => self.place = Some(value.to_owned()),
            "request_id" => self.request.id = Some(value.to_owned()),
            "method" | "http.request.method" => self.request.method = Some(value.to_owned()),
            "route" | "http.route" => self.request.route = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
