//! States as icon and word, so that colour is never alone.

use serde::Serialize;

/// A state to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Badge {
    pub(crate) label: &'static str,
    /// The end of its class.
    pub(crate) kind: &'static str,
    pub(crate) icon: &'static str,
}

impl Badge {
    /// As it should be.
    pub(crate) const fn good(label: &'static str) -> Self {
        Self { label, kind: "ok", icon: "circle-check" }
    }

    /// Somebody should look.
    pub(crate) const fn bad(label: &'static str) -> Self {
        Self { label, kind: "failed", icon: "circle-x" }
    }

    /// Under way.
    pub(crate) const fn waiting(label: &'static str) -> Self {
        Self { label, kind: "pending", icon: "clock" }
    }

    /// Neither good nor bad.
    pub(crate) const fn plain(label: &'static str) -> Self {
        Self { label, kind: "plain", icon: "info" }
    }
}
