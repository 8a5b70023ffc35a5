#![doc = include_str!("../README.md")]

pub mod delivery;
pub mod mail;
