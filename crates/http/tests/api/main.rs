//! The API as clients meet it: real use cases over a store in memory, called through the whole stack of middleware.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests may panic, and nobody reads their documentation"
)]

mod accounts;
mod admin;
mod admin_bookings;
mod admin_catalogue;
mod admin_words;
mod analytics;
mod audit;
mod availability;
mod bookings;
mod catalogue;
mod counted;
mod documentation;
mod errors;
mod failures;
mod headers;
mod hostile;
mod idempotency;
mod instructors;
mod kept;
mod limits;
mod me;
mod metrics;
mod monitoring;
mod passwords;
mod public;
mod rate_limits;
mod rights;
mod search;
mod search_history;
mod support;
mod users;
