#![doc = include_str!("../README.md")]

mod address;
mod answers;
mod audit;
mod availability;
mod bookings;
mod catalogue;
mod config;
mod connection;
mod copies;
mod database;
mod deliveries;
mod error;
mod instructors;
mod jobs;
mod leases;
mod migrations;
mod outbox;
mod pool;
mod reminders;
mod retention;
mod schema;
mod search;
mod search_source;
mod statements;
mod stored;
mod transactor;
mod types;
mod unit_of_work;
mod users;

pub use address::{PostgresAddress, Whereabouts, sibling_url};
pub use config::{Backend, ConnectError, DatabaseConfig, InvalidUrl, SqliteSync};
pub use copies::{Moment, RowCounts};
pub use database::Database;
pub use statements::statements_on_this_thread;
pub use transactor::DieselTransactor;
