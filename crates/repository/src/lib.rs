#![doc = include_str!("../README.md")]

mod address;
mod answers;
mod audit;
mod availability;
mod bookings;
mod catalogue;
mod catalogue_editor;
mod config;
mod connection;
mod copies;
mod database;
mod error;
mod instructors;
mod migrations;
mod outbox;
mod pool;
mod schema;
mod search;
mod search_history;
mod search_source;
mod statements;
mod stored;
mod transactor;
mod types;
mod unit_of_work;
mod users;
mod vocabulary;

pub use address::{PostgresAddress, Whereabouts, sibling_url};
pub use config::{Backend, ConnectError, DatabaseConfig, InvalidUrl, SqliteSync};
pub use copies::{Moment, RowCounts};
pub use database::Database;
pub use statements::statements_on_this_thread;
pub use transactor::DieselTransactor;
