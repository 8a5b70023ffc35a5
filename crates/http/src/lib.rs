#![doc = include_str!("../README.md")]

mod act;
mod admin;
mod analytics;
mod app;
mod application;
mod auth;
mod availability;
mod blocking;
mod bookings;
mod catalogue;
mod docs;
pub mod error;
mod etag;
mod extract;
mod instructors;
mod kept;
pub mod limits;
mod me;
mod metrics;
mod middleware;
mod monitoring;
mod openapi;
mod origin;
pub mod pages;
mod passwords;
mod public;
mod reply;
mod root;
mod routes;
mod routing;
mod search;
mod wire;

pub use self::{
    act::Read,
    analytics::analytics_status_json,
    app::{app, app_with, configure},
    application::{Application, DetailLevel, Edge, HttpSettings},
    blocking::Lanes,
    error::ApiError,
    monitoring::MonitoringAccess,
    openapi::{document_json, openapi},
    public::warm,
};
