//! The history of alerts.

use std::collections::BTreeMap;

use diesel::{
    alias,
    prelude::*,
    sql_types::{BigInt, Text},
};
use instainstru_domain::{
    alert::{Alert, AlertCount, AlertFilter, AlertKind, IssueUrl, NewAlert},
    ids::AlertId,
    ports::{AlertRepository, StorageError},
};
use jiff::Timestamp;

use crate::{
    connection::{AnyConnection, on_inner},
    schema::alert_history,
    stored::{Place, count},
    types::{Instant, Json, sql::Moment},
    unit_of_work::DieselUnitOfWork,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = alert_history)]
struct AlertRow {
    id: i32,
    kind: String,
    message: String,
    details: Json,
    raised_at: Instant,
    acknowledged_at: Option<Instant>,
    email_sent: bool,
    github_issue_url: Option<String>,
}

impl AlertRow {
    fn into_alert(self) -> Result<Alert, StorageError> {
        let place = Place::new("alert_history", self.id);
        let issue_url = self.github_issue_url.as_deref().map(IssueUrl::new).transpose();
        let details: Result<BTreeMap<String, String>, _> = serde_json::from_str(&self.details.0);
        Ok(Alert {
            id: place.check("id", AlertId::new(self.id.into()))?,
            alert: NewAlert {
                kind: place.check("kind", self.kind.parse())?,
                message: self.message,
                details: place.check("details", details)?,
                raised_at: self.raised_at.0,
            },
            acknowledged_at: self.acknowledged_at.map(|at| at.0),
            email_sent: self.email_sent,
            issue_url: place.check("github_issue_url", issue_url)?,
        })
    }
}

/// How many alerts of a kind a day had.
#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    day: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    alerts: i64,
}

impl CountRow {
    fn into_count(self) -> Result<AlertCount, StorageError> {
        let place = Place::new("alert_history", 0);
        Ok(AlertCount {
            date: place.check("raised_at", self.day.parse())?,
            kind: place.check("kind", self.kind.parse())?,
            count: count(self.alerts)?,
        })
    }
}

/// The days of UTC on which alerts of a kind were raised since `$1`.
macro_rules! counts {
    ($day:literal) => {
        concat!(
            "SELECT ",
            $day,
            " AS day, kind, count(*) AS alerts FROM alert_history WHERE raised_at >= $1 GROUP BY 1, 2 ORDER BY 1 DESC, 2"
        )
    };
}

const COUNTS_IN_POSTGRES: &str = counts!("to_char(raised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')");
const COUNTS_IN_SQLITE: &str = counts!("date(raised_at / 1000000, 'unixepoch')");

impl AlertRepository for DieselUnitOfWork<'_> {
    fn insert(&mut self, alert: &NewAlert) -> Result<Alert, StorageError> {
        let details = serde_json::to_string(&alert.details);
        let details = details.map_err(|error| StorageError::Unexpected(Box::new(error)))?;
        let id: i32 = self.execute(|connection| {
            diesel::insert_into(alert_history::table)
                .values((
                    alert_history::kind.eq(alert.kind.as_str()),
                    alert_history::severity.eq(alert.kind.severity().as_str()),
                    alert_history::message.eq(&alert.message),
                    alert_history::details.eq(Json(details)),
                    alert_history::raised_at.eq(Instant(alert.raised_at)),
                ))
                .returning(alert_history::id)
                .get_result(connection)
        })?;
        let id = Place::new("alert_history", id).check("id", AlertId::new(id.into()))?;
        Ok(Alert { id, alert: alert.clone(), acknowledged_at: None, email_sent: false, issue_url: None })
    }

    fn find(&mut self, id: AlertId) -> Result<Option<Alert>, StorageError> {
        let row: Option<AlertRow> = self.execute(|connection| {
            alert_history::table.find(id.get()).select(AlertRow::as_select()).first(connection).optional()
        })?;
        row.map(AlertRow::into_alert).transpose()
    }

    fn list(&mut self, filter: &AlertFilter, limit: u32) -> Result<Vec<Alert>, StorageError> {
        let rows: Vec<AlertRow> = self.execute(|connection| {
            let mut query = alert_history::table
                .filter(alert_history::raised_at.ge(Instant(filter.since)))
                .order((alert_history::raised_at.desc(), alert_history::id.desc()))
                .limit(limit.into())
                .select(AlertRow::as_select())
                .into_boxed();
            if let Some(severity) = filter.severity {
                query = query.filter(alert_history::severity.eq(severity.as_str()));
            }
            query.load(connection)
        })?;
        rows.into_iter().map(AlertRow::into_alert).collect()
    }

    fn open(&mut self, since: Timestamp) -> Result<Vec<Alert>, StorageError> {
        let rows: Vec<AlertRow> = self.execute(|connection| {
            alert_history::table
                .filter(alert_history::raised_at.ge(Instant(since)))
                .filter(alert_history::acknowledged_at.is_null())
                .order((alert_history::raised_at, alert_history::id))
                .select(AlertRow::as_select())
                .load(connection)
        })?;
        let mut newest = BTreeMap::new();
        for row in rows {
            let alert = row.into_alert()?;
            newest.insert(alert.alert.kind, alert);
        }
        Ok(newest.into_values().collect())
    }

    fn counts(&mut self, since: Timestamp) -> Result<Vec<AlertCount>, StorageError> {
        let rows: Vec<CountRow> = self.execute(|connection| {
            let statement = match connection {
                AnyConnection::Postgres(_) => COUNTS_IN_POSTGRES,
                AnyConnection::Sqlite(_) => COUNTS_IN_SQLITE,
            };
            on_inner!(connection, |connection| diesel::sql_query(statement)
                .bind::<Moment, _>(Instant(since))
                .load(connection))
        })?;
        rows.into_iter().map(CountRow::into_count).collect()
    }

    fn acknowledge(&mut self, kind: AlertKind, at: Timestamp) -> Result<u64, StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(alert_history::table)
                .filter(alert_history::kind.eq(kind.as_str()))
                .filter(alert_history::acknowledged_at.is_null())
                .set(alert_history::acknowledged_at.eq(Some(Instant(at))))
                .execute(connection)
        })?;
        u64::try_from(rows).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }

    fn note_mailed(&mut self, id: AlertId) -> Result<(), StorageError> {
        self.execute(|connection| {
            diesel::update(alert_history::table.find(id.get()))
                .set(alert_history::email_sent.eq(true))
                .execute(connection)
        })?;
        Ok(())
    }

    fn note_issue(&mut self, id: AlertId, url: &IssueUrl) -> Result<(), StorageError> {
        self.execute(|connection| {
            diesel::update(alert_history::table.find(id.get()))
                .set((
                    alert_history::github_issue_created.eq(true),
                    alert_history::github_issue_url.eq(Some(url.as_str())),
                ))
                .execute(connection)
        })?;
        Ok(())
    }

    fn forget(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let rows = self.execute(|connection| {
            let oldest = alias!(alert_history as oldest);
            let ids = oldest
                .filter(oldest.field(alert_history::raised_at).lt(Instant(before)))
                .order((oldest.field(alert_history::raised_at), oldest.field(alert_history::id)))
                .limit(limit.into())
                .select(oldest.field(alert_history::id));
            diesel::delete(alert_history::table.filter(alert_history::id.eq_any(ids))).execute(connection)
        })?;
        u64::try_from(rows).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }
}
