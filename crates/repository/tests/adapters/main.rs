//! The adapters on both databases: one binary, so that one private PostgreSQL server serves all tests.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may panic and print: that is how they report"
)]

mod analytics;
mod backfill;
mod connecting;
mod contracts;
mod databases;
mod failures;
mod races;
mod schema;
mod searching;
mod slow;
mod statements;
mod stored_values;
mod transactions;
