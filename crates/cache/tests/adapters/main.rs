//! Cache and limiter as the server uses them: alone, on a Redis that works, and on one that does not.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic: that is how they report"
)]

mod answers;
mod limits;
mod searches;
mod support;
mod together;
mod trouble;
mod watched;
