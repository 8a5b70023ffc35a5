//! A marketplace in memory and a client for it.

mod client;
mod world;

pub use self::{
    client::{Answer, assert_field},
    world::{Api, WEDNESDAY, instructor},
};
