#![doc = include_str!("../README.md")]

pub mod delivery;
mod excerpt;
pub mod issues;
pub mod mail;
