//! Addresses of databases, for whoever copies them with other programs.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::config::{InvalidUrl, Location};

/// Where a database is, for programs that come with PostgreSQL: an address without the password, which would show in the list
/// of processes, and the password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress {
    /// The address without its password.
    pub url: String,
    /// The password, for the environment variable `PGPASSWORD`.
    pub password: Option<String>,
}

/// What the address of a database means to somebody who copies it.
#[derive(Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// A server.
    Postgres(PostgresAddress),
    /// A file.
    Sqlite(PathBuf),
}

impl Whereabouts {
    /// Reads an address as [`crate::DatabaseConfig::url`] has it.
    ///
    /// # Errors
    /// [`InvalidUrl`] when it names no database we can use.
    pub fn of(url: &str) -> Result<Self, InvalidUrl> {
        Ok(match Location::parse(url)? {
            Location::Sqlite(path) => Self::Sqlite(path),
            Location::Postgres(url) => Self::Postgres(PostgresAddress::of(&url)),
        })
    }
}

impl PostgresAddress {
    fn of(url: &str) -> Self {
        let whole = || Self { url: url.to_owned(), password: None };
        let Some((scheme, rest)) = url.split_once("://") else { return whole() };
        let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |end| rest.split_at(end));
        let Some((person, host)) = authority.rsplit_once('@') else { return whole() };
        let Some((user, password)) = person.split_once(':') else { return whole() };
        Self {
            url: format!("{scheme}://{user}@{host}{path}"),
            password: Some(percent_decode_str(password).decode_utf8_lossy().into_owned()),
        }
    }
}

/// The address of a database beside the one at `url`, on the same server.
#[must_use]
pub fn sibling_url(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(a, p)| (a, Some(p)));
    let authority_ends = address.find("://").map_or(0, |scheme| scheme.saturating_add(3));
    let (scheme, rest) = address.split_at_checked(authority_ends).unwrap_or((address, ""));
    let authority = rest.split_once('/').map_or(rest, |(authority, _database)| authority);
    let parameters = parameters.map(|parameters| format!("?{parameters}")).unwrap_or_default();
    format!("{scheme}{authority}/{name}{parameters}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_password_is_kept_out_of_the_address() {
        for (url, expected, password) in [
            ("postgres://me:s%40cret%2F@db:5432/app", "postgres://me@db:5432/app", Some("s@cret/")),
            ("postgresql://me@db/app?sslmode=prefer", "postgresql://me@db/app?sslmode=prefer", None),
            ("postgres:///app?host=/run/pg", "postgres:///app?host=/run/pg", None),
            ("postgres://me:100%@db/app", "postgres://me@db/app", Some("100%")),
        ] {
            let Ok(Whereabouts::Postgres(address)) = Whereabouts::of(url) else { panic!("{url}") };
            assert_eq!((address.url.as_str(), address.password.as_deref()), (expected, password), "{url}");
        }
        assert!(
            matches!(Whereabouts::of("sqlite://a/b.db"), Ok(Whereabouts::Sqlite(path)) if path == Path::new("a/b.db"))
        );
    }

    #[test]
    fn a_sibling_is_on_the_same_server() {
        for (url, expected) in [
            ("postgres://me:pw@db:5432/old", "postgres://me:pw@db:5432/new"),
            ("postgresql://db?sslmode=disable", "postgresql://db/new?sslmode=disable"),
            ("postgresql:///app?host=/run/pg", "postgresql:///new?host=/run/pg"),
        ] {
            assert_eq!(sibling_url(url, "new"), expected);
        }
    }
}
