//! A marketplace in memory and a client for it.

mod client;
mod diary;
mod oracle;
mod world;

pub use self::{
    client::{Answer, Call, assert_field},
    oracle::Oracle,
    world::{Api, WEDNESDAY, instructor},
};
