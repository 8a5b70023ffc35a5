#![doc = include_str!("../README.md")]

mod exposition;
pub mod operations;
pub mod process;
mod readiness;
mod requests;
mod ring;
pub mod sources;
mod statements;
mod telemetry;
mod watch;

pub use self::{
    exposition::Figures,
    readiness::{Check, CheckResult, Readiness},
    requests::{InProgress, Requests, RouteSeries, SlowRequest},
    statements::SlowStatement,
    telemetry::{CacheSample, PoolSample, Telemetry, Unusable},
    watch::Watch,
};
