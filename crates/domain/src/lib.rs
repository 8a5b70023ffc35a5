#![doc = include_str!("../README.md")]

pub mod account;
pub mod audit;
pub mod availability;
pub mod booking;
pub mod catalogue;
pub mod delivery;
pub mod event;
pub mod ids;
pub mod instructor;
pub mod job;
pub mod page;
pub mod policy;
pub mod ports;
pub mod reminder;
pub mod text;
pub mod zone;
