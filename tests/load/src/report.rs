//! What became of requests, by their names.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As it should be.
    Answered,
    /// Somebody else was first: 409.
    Lost,
    /// The server had no room and said when to come back.
    Refused,
    /// Anything else, with the reason.
    Failed(String),
}

/// Requests of one name.
#[derive(Debug)]
struct Row {
    /// Milliseconds times ten of everything that was answered.
    took: Histogram<u64>,
    answered: u64,
    lost: u64,
    refused: u64,
    failed: u64,
}

/// All requests of one measurement.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: BTreeMap<&'static str, Row>,
    /// Reasons of failures, and how often each was given.
    reasons: BTreeMap<String, u64>,
}

impl Row {
    fn new() -> Self {
        /// Ten minutes; nothing waits that long.
        const MOST: u64 = 10 * 60 * 10_000;
        let took = Histogram::new_with_max(MOST, 3).unwrap_or_else(|_| unreachable!("constants fit"));
        Self { took, answered: 0, lost: 0, refused: 0, failed: 0 }
    }
}

impl Report {
    pub(crate) fn note(&mut self, name: &'static str, took: Duration, outcome: Outcome) {
        let row = self.rows.entry(name).or_insert_with(Row::new);
        match outcome {
            Outcome::Answered => row.answered += 1,
            Outcome::Lost => row.lost += 1,
            Outcome::Refused => {
                row.refused += 1;
                return;
            }
            Outcome::Failed(reason) => {
                row.failed += 1;
                *self.reasons.entry(reason).or_default() += 1;
                return;
            }
        }
        row.took.saturating_record(u64::try_from(took.as_micros() / 100).unwrap_or(u64::MAX));
    }

    /// Requests that were answered, lost races among them.
    pub(crate) fn answered(&self) -> u64 {
        self.rows.values().map(|row| row.answered + row.lost).sum()
    }

    pub(crate) fn refused(&self) -> u64 {
        self.rows.values().map(|row| row.refused).sum()
    }

    pub(crate) fn failed(&self) -> u64 {
        self.rows.values().map(|row| row.failed).sum()
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "tenths of milliseconds are shown"
    )]
    pub(crate) fn print(&self) {
        println!(
            "{:<28}{:>9}{:>9}{:>9}{:>9}{:>10}{:>10}{:>10}",
            "request", "answered", "lost", "refused", "failed", "p50 ms", "p95 ms", "p99 ms"
        );
        for (name, row) in &self.rows {
            let at = |quantile| row.took.value_at_quantile(quantile) as f64 / 10.0;
            println!(
                "{name:<28}{:>9}{:>9}{:>9}{:>9}{:>10.1}{:>10.1}{:>10.1}",
                row.answered,
                row.lost,
                row.refused,
                row.failed,
                at(0.5),
                at(0.95),
                at(0.99)
            );
        }
        for (reason, times) in &self.reasons {
            println!("  failed {times} times: {reason}");
        }
    }
}
