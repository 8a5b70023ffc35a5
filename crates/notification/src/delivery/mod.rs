//! Delivery of outbox events to their consumers.
