//! How instants, dates and lists are stored in each database.
//!
//! | Type | PostgreSQL | SQLite |
//! |---|---|---|
//! | [`Instant`] | `timestamptz` | `INTEGER`, microseconds since 1970 |
//! | [`Day`] | `date` | `TEXT`, `YYYY-MM-DD`, whose order is that of time |
//! | [`Json`] | `jsonb` | `TEXT` |

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{HasSqlType, SqlType},
    sqlite::Sqlite,
};
use jiff::{Timestamp, civil};
use serde::{Serialize, de::DeserializeOwned};

use crate::connection::MultiBackend;

/// The column types that Diesel does not know for both databases.
pub(crate) mod sql {
    use super::{QueryId, SqlType};

    /// `timestamptz` or microseconds since 1970.
    #[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
    pub struct Moment;

    /// Moments have an order, so there is a first one.
    impl diesel::sql_types::SqlOrd for Moment {}

    /// `jsonb` or text.
    #[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
    pub struct JsonText;
}

/// Lets the combined backend use a type that both databases know.
macro_rules! on_both {
    ($sql:ty, $rust:ty) => {
        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(IsNull::No)
            }
        }
        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }
    };
}

macro_rules! known_to_both {
    ($sql:ty) => {
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }
    };
}

known_to_both!(sql::Moment);
known_to_both!(sql::JsonText);

/// A moment in whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Moment)]
pub(crate) struct Instant(pub(crate) Timestamp);

/// Microseconds from 1970 to 2000, where PostgreSQL begins to count.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;
/// The first moment PostgreSQL can store, 4714-11-24 BC; what lies before is "minus infinity".
const POSTGRES_FIRST_MICROS: i64 = -211_813_488_000_000_000;

on_both!(sql::Moment, Instant);

impl ToSql<sql::Moment, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.0.as_microsecond() - POSTGRES_EPOCH_MICROS;
        let micros = if micros < POSTGRES_FIRST_MICROS { i64::MIN } else { micros };
        ToSql::<diesel::sql_types::BigInt, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<sql::Moment, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<diesel::sql_types::BigInt, Pg>>::from_sql(value)?;
        let micros = micros.checked_add(POSTGRES_EPOCH_MICROS).ok_or("a moment beyond all calendars")?;
        Ok(Self(Timestamp::from_microsecond(micros)?))
    }
}

impl ToSql<sql::Moment, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_microsecond());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Moment, Sqlite> for Instant {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<diesel::sql_types::BigInt, Sqlite>>::from_sql(value)?;
        Ok(Self(Timestamp::from_microsecond(micros)?))
    }
}

/// A date of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Date)]
pub(crate) struct Day(pub(crate) civil::Date);

/// Where PostgreSQL begins to count days.
const POSTGRES_EPOCH: civil::Date = civil::date(2000, 1, 1);
/// The first date PostgreSQL can store; what lies before is "minus infinity".
const POSTGRES_FIRST_DAY: i32 = -2_451_545;

on_both!(diesel::sql_types::Date, Day);

impl ToSql<diesel::sql_types::Date, Pg> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let days = (self.0 - POSTGRES_EPOCH).get_days();
        let days = if days < POSTGRES_FIRST_DAY { i32::MIN } else { days };
        ToSql::<diesel::sql_types::Integer, Pg>::to_sql(&days, &mut out.reborrow())
    }
}

impl FromSql<diesel::sql_types::Date, Pg> for Day {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let days = <i32 as FromSql<diesel::sql_types::Integer, Pg>>::from_sql(value)?;
        let span = jiff::Span::new().try_days(days)?;
        Ok(Self(POSTGRES_EPOCH.checked_add(span)?))
    }
}

impl ToSql<diesel::sql_types::Date, Sqlite> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<diesel::sql_types::Date, Sqlite> for Day {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<diesel::sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Self(text.parse()?))
    }
}

/// A JSON document, as text.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::JsonText)]
pub(crate) struct Json(pub(crate) String);

on_both!(sql::JsonText, Json);

impl Json {
    /// A list, written as JSON.
    pub(crate) fn list<T: Serialize>(items: &[T]) -> Result<Self, serde_json::Error> {
        serde_json::to_string(items).map(Self)
    }

    /// The list that was written.
    pub(crate) fn items<T: DeserializeOwned>(&self) -> Result<Vec<T>, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

/// First byte of a binary `jsonb` value.
const JSONB_VERSION: u8 = 1;

impl ToSql<sql::JsonText, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        use std::io::Write as _;
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql::JsonText, Pg> for Json {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, text)) => Ok(Self(std::str::from_utf8(text)?.to_owned())),
            _ => Err("not a jsonb value of a version we know".into()),
        }
    }
}

impl ToSql<sql::JsonText, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::JsonText, Sqlite> for Json {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<diesel::sql_types::Text, Sqlite>>::from_sql(value).map(Self)
    }
}

/// The first and the last date of the month of `date`.
pub(crate) fn month_of(date: civil::Date) -> (Day, Day) {
    (Day(date.first_of_month()), Day(date.last_of_month()))
}
