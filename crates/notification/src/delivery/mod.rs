//! Delivery of outbox events to their consumers.
//!
//! A [`Courier`] takes deliveries in hand under a lease, hands each event to its consumer outside any transaction, and settles
//! the delivery: delivered, to be tried again, or dead. [`Couriers`] are threads that do so until they are told to stop.
//!
//! What holds, however many processes and threads deliver at once and whenever they die:
//!
//! - Every event reaches each of its consumers **at least once**, or ends as a dead delivery that an administrator sees. A
//!   process that dies between acting and settling causes a repetition, which consumers make recognisable.
//! - The events about one thing reach a consumer **in the order in which they happened**: none is taken while an earlier one is
//!   under way. A dead one stands in nobody's way.
//! - No event is in two hands, as long as acting on a batch takes less time than the lease lasts and clocks agree within that.

mod courier;
mod rules;
mod stop;
mod threads;

pub use self::{
    courier::{Courier, Round},
    rules::{DeliveryRules, Jitter},
    stop::StopSignal,
    threads::Couriers,
};
