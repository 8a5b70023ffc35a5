//! Traces: spans of requests, use cases, statements and deliveries, sent to a collector that speaks OTLP over HTTP.

use std::{collections::HashMap, fmt, time::Duration};

use async_trait::async_trait;
use instainstru_domain::spans::TRACED;
use instainstru_telemetry::Traces;
use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator as _},
    trace::TracerProvider as _,
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider},
};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};
use ureq::Agent;

use crate::{Unusable, word::Word};

/// Spans that may wait; what comes on top is lost, so that nobody waits for a collector.
const MOST_WAITING: usize = 4_096;
/// Spans that are sent at once.
const BATCH: usize = 512;
/// Time between two batches.
const SENT_EVERY: Duration = Duration::from_secs(2);
/// Longest time for a batch.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Most bytes of an answer that are read.
const MOST_ANSWER_BYTES: u64 = 64 * 1024;

/// Where traces go and which.
#[derive(Clone, PartialEq)]
pub struct TraceSettings {
    /// Address of the collector, to which `/v1/traces` is added.
    pub endpoint: String,
    /// Headers of every request to it, such as one by which it knows us.
    pub headers: Vec<(String, String)>,
    /// What this service is called there.
    pub service_name: String,
    /// What this installation is for, such as `production`.
    pub environment: String,
    /// Version of the program.
    pub version: String,
    /// Which part of all traces is sent, from 0 to 1. A caller that says whether its trace is kept is heard instead.
    pub sampled: f64,
}

impl fmt::Debug for TraceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceSettings")
            .field("endpoint", &self.endpoint)
            .field("service_name", &self.service_name)
            .field("sampled", &self.sampled)
            .finish_non_exhaustive()
    }
}

/// Sends spans in batches from a thread of its own.
pub(crate) struct Exporter(SdkTracerProvider);

impl Exporter {
    pub(crate) fn start(settings: &TraceSettings) -> Result<Self, Unusable> {
        let headers: HashMap<String, String> = settings.headers.iter().cloned().collect();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", settings.endpoint.trim_end_matches('/')))
            .with_timeout(ANSWER_WITHIN)
            .with_headers(headers)
            // What waits for a second attempt would keep what is newer from being sent.
            .with_retry_policy(RetryPolicy::disabled())
            .build()
            .map_err(|error| Unusable::Collector(error.into()))?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MOST_WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(SENT_EVERY)
            .build();
        let resource = Resource::builder_empty()
            .with_service_name(settings.service_name.clone())
            .with_attributes([
                KeyValue::new("service.version", settings.version.clone()),
                KeyValue::new("deployment.environment.name", settings.environment.clone()),
            ])
            .build();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sampled))))
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(batches).build())
            .build();
        Ok(Self(provider))
    }

    /// Listens to spans that are made to be traced, and to nothing else: what is logged stays in the log.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("instainstru"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_level(false)
            .with_target(false)
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TRACED))
    }

    pub(crate) fn finish(&self, patience: Duration) -> bool {
        self.0.shutdown_with_timeout(patience).is_ok()
    }
}

/// The client that sends mail, for the exporter. It blocks, on the thread of the exporter.
#[derive(Debug)]
struct Client {
    agent: Agent,
    word: Word,
}

impl Client {
    fn new() -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // The headers are for the collector alone.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(ANSWER_WITHIN))
            .user_agent(concat!("InstaInstru/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Self { agent, word: Word::of("collector of traces") }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
        let (parts, mut body) = self.agent.run(request.map(|body| body.to_vec()))?.into_parts();
        let body = body.with_config().limit(MOST_ANSWER_BYTES).read_to_vec()?;
        Ok(Response::from_parts(parts, body.into()))
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        match self.send(request) {
            Ok(answer) if answer.status().is_success() => {
                self.word.arrived();
                Ok(answer)
            }
            Ok(answer) => {
                self.word.lost(&format!("the answer was {}", answer.status().as_u16()));
                Ok(answer)
            }
            Err(error) => {
                self.word.lost(&error.to_string());
                Err(error.into())
            }
        }
    }
}

/// Makes requests part of the traces of their callers, by the header `traceparent` of W3C.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallerTraces;

impl Traces for CallerTraces {
    fn continue_from(&self, span: &Span, traceparent: &str) {
        let caller = Caller { traceparent };
        let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &caller);
        // What is no trace, and a span that is not traced, change nothing.
        let _not_traced = span.set_parent(context);
    }
}

/// What a caller says of its trace.
struct Caller<'a> {
    traceparent: &'a str,
}

impl Extractor for Caller<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.traceparent)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}
