//! The pages as browsers meet them: real use cases over a store in memory, called through the whole stack of middleware.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub,
    reason = "tests may panic, and nobody reads their documentation"
)]

mod account;
mod admin;
mod assets;
mod book;
mod catalogue;
mod errors;
mod forms;
mod frame;
mod home;
mod lessons;
mod profile;
mod recovery;
mod rights;
mod search;
mod session;
mod support;
mod teach;
