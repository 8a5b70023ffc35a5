#![doc = include_str!("../README.md")]

mod exposition;
mod jobs;
pub mod operations;
pub mod process;
mod readiness;
mod redis;
mod requests;
mod ring;
pub mod sources;
mod statements;
mod telemetry;
mod traces;
mod watch;

pub use self::{
    exposition::Figures,
    jobs::JobSource,
    readiness::{Check, CheckResult, Readiness},
    redis::SharedRedis,
    requests::{InProgress, Requests, RouteSeries, SlowRequest},
    statements::SlowStatement,
    telemetry::{CacheSample, PoolSample, Telemetry, Unusable},
    traces::Traces,
    watch::Watch,
};
