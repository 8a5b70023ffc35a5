//! Who may look at what the server knows of itself.

use super::{Environment, reader::Reader, secret::Secret};

/// Who may look at what the server knows of itself, and how it takes its leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitoringConfig {
    /// Whoever has it may look.
    pub key: Option<Secret>,
    /// Whether monitoring needs the key.
    pub guarded: bool,
    /// Whether requests and operations are counted and timed.
    pub counting: bool,
    /// Whether everybody may read the series of Prometheus.
    pub public_series: bool,
    /// How long a server that is told to stop goes on answering while it says that it is not ready.
    pub drain_secs: u64,
}

impl MonitoringConfig {
    /// Reads the part about monitoring.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        Self {
            key: reader.text("MONITORING_API_KEY").map(Secret::new),
            guarded: environment == Environment::Production,
            counting: reader.flag("METRICS_ENABLED", true),
            public_series: reader.flag("METRICS_PUBLIC", true),
            drain_secs: reader.number("DRAIN_SECONDS", 0..=300, 0),
        }
    }
}
