//! The real binary, seen from outside: started as a process, spoken to over HTTP, stopped with signals.
//!
//! Every flow runs on SQLite and on PostgreSQL. `INSTAINSTRU_BIN` names the binary; without it, it is built first.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot get what it needs has failed"
)]

#[path = "e2e/analytics.rs"]
mod analytics;
#[path = "e2e/api.rs"]
mod api;
#[path = "e2e/background.rs"]
mod background;
#[path = "e2e/backups.rs"]
mod backups;
#[path = "e2e/catalogue.rs"]
mod catalogue;
#[path = "e2e/dashboards.rs"]
mod dashboards;
#[path = "e2e/flows.rs"]
mod flows;
#[path = "e2e/home.rs"]
mod home;
#[path = "e2e/kept.rs"]
mod kept;
#[path = "e2e/leaving.rs"]
mod leaving;
#[path = "e2e/limits.rs"]
mod limits;
#[path = "e2e/mail.rs"]
mod mail;
#[path = "e2e/market.rs"]
mod market;
#[path = "e2e/monitoring.rs"]
mod monitoring;
#[path = "e2e/operation.rs"]
mod operation;
#[path = "e2e/prometheus.rs"]
mod prometheus;
#[path = "e2e/promql.rs"]
mod promql;
#[path = "e2e/proxy.rs"]
mod proxy;
#[path = "e2e/race.rs"]
mod race;
#[path = "e2e/readme.rs"]
mod readme;
#[path = "e2e/reporting.rs"]
mod reporting;
#[path = "e2e/search.rs"]
mod search;
#[path = "e2e/secure.rs"]
mod secure;
#[path = "e2e/storm.rs"]
mod storm;
#[path = "e2e/truth.rs"]
mod truth;

/// Makes of each function a test on SQLite and one on PostgreSQL.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { super::$test(&crate::home::Home::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $test() { super::$test(&crate::home::Home::postgres()); })+
        }
    };
}
use on_both_databases;
