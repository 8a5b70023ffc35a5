#![doc = include_str!("../README.md")]

pub mod account;
pub mod administration;
pub mod audit;
pub mod availability;
pub mod booking;
pub mod calendar;
pub mod catalogue;
pub mod event;
pub mod ids;
pub mod instructor;
pub mod page;
pub mod password_reset;
pub mod policy;
pub mod ports;
pub mod text;
pub mod zone;
