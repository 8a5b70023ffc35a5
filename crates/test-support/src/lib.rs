#![doc = include_str!("../README.md")]

pub mod builders;
pub mod clock;
pub mod contracts;
pub mod edge;
pub mod memory;
pub mod phrases;
pub mod postgres;
pub mod python;
pub mod redis;
pub mod security;
pub mod sqlite;
