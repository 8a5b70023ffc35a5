//! Opening databases, and refusing to.

use std::time::Duration;

use instainstru_repository::{Backend, ConnectError, Database, DatabaseConfig};
use instainstru_test_support::sqlite::TempSqlite;

use crate::databases::{Fresh, config};

fn refusal(url: &str) -> ConnectError {
    Database::connect(&config(url)).expect_err("a URL that is refused")
}

#[test]
fn an_unknown_scheme_is_refused_and_creates_no_file() {
    let place = TempSqlite::new().unwrap();
    let directory = place.directory().display();
    for url in [
        format!("mysql://{directory}/app.db"),
        format!("file:{directory}/app.db"),
        format!("host={directory} dbname=app"),
        format!("sqlite://{directory}/app.db?mode=rwc"),
        format!("{directory}/app"),
    ] {
        assert!(matches!(refusal(&url), ConnectError::Url(_)), "{url}");
    }
    assert_eq!(place.directory().read_dir().unwrap().count(), 0);
}

#[test]
fn a_server_that_is_down_is_not_mistaken_for_a_file() {
    let refused = refusal("postgres://nobody@127.0.0.1:1/app");
    assert!(matches!(refused, ConnectError::Unreachable(_)), "{refused:?}");
    let empty = DatabaseConfig { pool_size: 0, ..config("app.db") };
    assert!(matches!(Database::connect(&empty), Err(ConnectError::EmptyPool)));
}

#[test]
#[cfg(feature = "bundled-libpq")]
fn tls_that_is_not_built_in_is_refused_before_connecting() {
    let refused = refusal("postgres://nobody@127.0.0.1:1/app?sslmode=require");
    assert!(
        matches!(refused, ConnectError::Url(instainstru_repository::InvalidUrl::TlsNotBuiltIn(_))),
        "{refused:?}"
    );
}

#[test]
fn the_directory_of_a_sqlite_file_is_created() {
    let place = TempSqlite::new().unwrap();
    let path = place.directory().join("a/b/app.db");
    let database = Database::connect(&config(&path.display().to_string())).unwrap();
    assert_eq!(database.backend(), Backend::Sqlite);
    database.ping().unwrap();
    assert!(path.is_file());
    let blocked = path.join("below-a-file/app.db");
    assert!(matches!(refusal(&blocked.display().to_string()), ConnectError::Directory { .. }));
}

#[test]
fn postgres_sessions_say_who_they_are() {
    let Some(fresh) = Fresh::postgres() else { return };
    fresh.database.ping().unwrap();
    let ours = fresh.texts(
        "SELECT DISTINCT application_name AS text FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    assert_eq!(ours, ["instainstru"]);
    assert_eq!(fresh.database.backend(), Backend::Postgres);
}

#[test]
fn closing_a_database_is_quick() {
    let fresh = Fresh::sqlite();
    fresh.database.ping().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(fresh);
        tell.send(()).unwrap();
    });
    told.recv_timeout(Duration::from_secs(5)).expect("nothing waits for the pool");
}
