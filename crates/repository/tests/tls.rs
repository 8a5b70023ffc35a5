//! TLS to PostgreSQL, with the libpq of the system:
//! `cargo test -p instainstru-repository --no-default-features --features postgres-tls --test tls`.
#![cfg(not(feature = "bundled-libpq"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot get what it needs has failed")]

use std::fs;

use instainstru_repository::{ConnectError, Database, DatabaseConfig};
use instainstru_test_support::postgres::{Durability, PrivatePostgres};
use rcgen::generate_simple_self_signed;

/// A certificate for servers on this machine, and its key.
fn made() -> (String, String) {
    let made = generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[test]
fn a_database_is_spoken_to_in_private_and_only_the_right_one() {
    let directory = tempfile::tempdir().unwrap();
    let (certificate, key) = made();
    let (stranger, _key) = made();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (trusted, other) = (file("trusted.pem", &certificate), file("other.pem", &stranger));
    let server = PrivatePostgres::start_with_tls(Durability::Tests, &certificate, &key).unwrap();
    let connect = |parameters: &str| {
        let url = format!("{}?{parameters}", server.url("postgres"));
        Database::connect(&DatabaseConfig { pool_size: 1, ..DatabaseConfig::new(&url) })
    };
    for parameters in ["sslmode=require".to_owned(), format!("sslmode=verify-full&sslrootcert={trusted}")] {
        let database = connect(&parameters).unwrap_or_else(|error| panic!("{parameters}: {error}"));
        database.ping().unwrap();
    }
    // Another certificate than the one that was expected is nobody to talk to.
    let refused = connect(&format!("sslmode=verify-full&sslrootcert={other}")).err().unwrap();
    assert!(matches!(refused, ConnectError::Unreachable(_)), "{refused:?}");
    server.stop().unwrap();

    // Where privacy was asked for and cannot be had, nothing is said.
    let open = PrivatePostgres::start(Durability::Tests).unwrap();
    let url = format!("{}?sslmode=require", open.url("postgres"));
    let refused = Database::connect(&DatabaseConfig::new(&url)).err().unwrap();
    assert!(refused.to_string().contains("SSL") || format!("{refused:?}").contains("SSL"), "{refused:?}");
    open.stop().unwrap();
}
