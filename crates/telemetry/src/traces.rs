//! Traces: whether requests are traced, and the traces of callers.

use tracing::Span;

/// Traces requests. Who sends spans where is decided elsewhere; this makes them part of the traces of others.
pub trait Traces: Send + Sync {
    /// Makes `span` part of the trace that a caller names in the header `traceparent` of W3C; what is none is passed over.
    fn continue_from(&self, span: &Span, traceparent: &str);
}
