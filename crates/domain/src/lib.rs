#![doc = include_str!("../README.md")]

pub mod account;
pub mod audit;
pub mod availability;
pub mod booking;
pub mod catalogue;
pub mod editorial;
pub mod event;
pub mod ids;
pub mod instructor;
pub mod page;
pub mod policy;
pub mod ports;
pub mod search_history;
pub mod text;
pub mod vocabulary;
pub mod zone;
