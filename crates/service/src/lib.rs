#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod audit;
pub mod availability;
pub mod bookings;
pub mod catalogue;
pub mod content;
pub mod editorial;
pub mod idempotency;
pub mod instructors;
pub mod public;
pub mod search;
pub mod search_history;
