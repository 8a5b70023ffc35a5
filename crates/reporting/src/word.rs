//! Saying once that something does not work, and once that it works again.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody was heard of the last time.
#[derive(Debug)]
pub(crate) struct Word {
    whom: &'static str,
    failing: AtomicBool,
}

impl Word {
    pub(crate) const fn of(whom: &'static str) -> Self {
        Self { whom, failing: AtomicBool::new(false) }
    }

    /// What was sent arrived.
    pub(crate) fn arrived(&self) {
        if self.failing.swap(false, Ordering::Relaxed) {
            tracing::info!(whom = self.whom, "reports arrive again");
        }
    }

    /// What was sent did not arrive; it is lost.
    pub(crate) fn lost(&self, reason: &str) {
        if !self.failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(whom = self.whom, reason, "reports do not arrive and are lost; this is said once");
        }
    }
}
