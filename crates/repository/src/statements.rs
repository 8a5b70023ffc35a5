//! Counts statements, so that tests can hold the number each method may send, and times them, so that operators see the slow ones.

use std::{
    cell::Cell,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use instainstru_domain::spans::TRACED;
use tracing::{Span, field};

thread_local! {
    static STATEMENTS: Cell<u64> = const { Cell::new(0) };
}

/// Number of SQL statements that this thread has sent so far, through any [`crate::Database`]. Beginning and ending
/// transactions and savepoints does not count.
#[must_use]
pub fn statements_on_this_thread() -> u64 {
    STATEMENTS.get()
}

type Tell = dyn Fn(&str, Duration) + Send + Sync;

/// Who is told of statements that took long. Clones share it.
#[derive(Clone)]
pub struct SlowStatements {
    least: Duration,
    tell: Arc<Tell>,
}

impl SlowStatements {
    /// Tells of every statement that took `least` or longer: its text, without the values it was sent with, and how long it took.
    /// Telling happens on the thread that sent the statement and must not wait for anything.
    pub fn new(least: Duration, tell: impl Fn(&str, Duration) + Send + Sync + 'static) -> Self {
        Self { least, tell: Arc::new(tell) }
    }
}

impl fmt::Debug for SlowStatements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlowStatements").field("least", &self.least).finish_non_exhaustive()
    }
}

/// Counts and times the statements of one connection on behalf of whichever thread uses it.
#[derive(Debug, Default)]
pub(crate) struct StatementWatch {
    /// Beginning and ending a transaction is announced, and then also sent as a statement.
    control_announced: bool,
    slow: Option<SlowStatements>,
    started: Option<Instant>,
    /// The statement that is under way, when statements are traced.
    traced: Option<Span>,
}

impl StatementWatch {
    pub(crate) const fn new(slow: Option<SlowStatements>) -> Self {
        Self { control_announced: false, slow, started: None, traced: None }
    }

    fn finished(&mut self, query: &dyn fmt::Display) {
        let (Some(slow), Some(started)) = (&self.slow, self.started.take()) else { return };
        let elapsed = started.elapsed();
        if elapsed >= slow.least {
            (slow.tell)(without_values(&query.to_string()), elapsed);
        }
    }
}

/// Diesel shows a statement as its text followed by its values, which may be secrets.
fn without_values(shown: &str) -> &str {
    shown.split_once(" -- binds: ").map_or(shown, |(text, _values)| text)
}

/// The span of a statement, when anybody listens to such spans: to name it costs more than to begin it.
fn traced(query: &dyn fmt::Display) -> Option<Span> {
    let span = tracing::trace_span!(
        target: TRACED,
        "statement",
        otel.name = field::Empty,
        otel.kind = "client",
    );
    if span.is_disabled() {
        return None;
    }
    span.record("otel.name", summary(without_values(&query.to_string())));
    Some(span)
}

/// What a statement does to which table, such as `SELECT bookings`: nothing of what it says about them.
fn summary(sql: &str) -> String {
    let mut words = sql.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
    let verb = words.next().unwrap_or_default().to_ascii_uppercase();
    let mut words = words.skip_while(|word| {
        let is_before_table = ["FROM", "INTO", "UPDATE"].iter().any(|known| word.eq_ignore_ascii_case(known));
        verb != "UPDATE" && !is_before_table
    });
    let table = if verb == "UPDATE" { words.next() } else { words.nth(1) };
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let table = table.map(|word| word.trim_matches(|c| !name(c))).filter(|word| word.chars().all(name));
    match (table, verb.chars().all(|c| c.is_ascii_uppercase())) {
        (Some(table), true) => format!("{verb} {table}"),
        (None, true) => verb,
        (_, false) => "statement".to_owned(),
    }
}

impl Instrumentation for StatementWatch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::BeginTransaction { .. }
            | InstrumentationEvent::CommitTransaction { .. }
            | InstrumentationEvent::RollbackTransaction { .. } => self.control_announced = true,
            InstrumentationEvent::StartQuery { query, .. } => {
                self.traced = traced(query);
                let is_control = std::mem::take(&mut self.control_announced);
                STATEMENTS.set(STATEMENTS.get() + u64::from(!is_control));
                self.started = self.slow.is_some().then(Instant::now);
            }
            InstrumentationEvent::FinishQuery { query, .. } => {
                self.traced = None;
                self.finished(query);
            }
            // Connecting and caching send nothing; Diesel may add events.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_named_by_what_it_does_to_which_table() {
        for (sql, name) in [
            ("SELECT `users`.`id` FROM `users` WHERE email = ?", "SELECT users"),
            ("SELECT \"a\".\"id\" FROM (\"bookings\" INNER JOIN x)", "SELECT bookings"),
            ("INSERT INTO \"time_claims\" (\"id\") VALUES ($1)", "INSERT time_claims"),
            ("UPDATE `users` SET full_name = 'Ada FROM x'", "UPDATE users"),
            ("DELETE  FROM outbox", "DELETE outbox"),
            ("COMMIT", "COMMIT"),
            ("select 1", "SELECT"),
            ("/* x */ SELECT 1", "statement"),
            ("", ""),
        ] {
            assert_eq!(summary(sql), name, "{sql}");
        }
    }

    #[test]
    fn values_are_not_told() {
        let shown = "SELECT id FROM users WHERE email = $1 -- binds: [\"ada@example.com\"]";
        assert_eq!(without_values(shown), "SELECT id FROM users WHERE email = $1");
        assert_eq!(without_values("COMMIT"), "COMMIT");
    }
}
