//! Booking lessons and everything that happens to a booking, over a store in memory.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../world/mod.rs"]
mod world;

mod alternatives;
mod check;
mod clocks;
mod create;
mod lifecycle;
mod lists;
mod races;
mod reschedule;
