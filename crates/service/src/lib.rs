#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod audit;
pub mod availability;
pub mod bookings;
pub mod catalogue;
pub mod deliveries;
pub mod idempotency;
pub mod instructors;
pub mod jobs;
pub mod public;
pub mod reminders;
pub mod retention;
pub mod search;
