#![doc = include_str!("../README.md")]

pub mod backup;
mod beat;
pub mod check;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod compose;
pub mod config;
pub mod edge;
pub mod healthcheck;
pub mod logging;
pub mod search;
pub mod secret;
pub mod seed;
pub mod serve;
pub mod storage;
