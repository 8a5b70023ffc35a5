#![doc = include_str!("../README.md")]

pub mod blocks;
pub mod booking;
pub mod dates;
pub mod grid;
pub mod length;
pub mod money;
pub mod offer;
pub mod week;
pub mod zone;
