#![doc = include_str!("../README.md")]

pub mod analytics;
pub mod background;
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
pub mod mail;
pub mod monitoring;
pub mod search;
pub mod secret;
pub mod seed;
pub mod serve;
mod signals;
pub mod storage;
mod tls;
