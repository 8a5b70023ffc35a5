//! Counts statements, so that tests can hold the number each method may send.

use std::cell::Cell;

use diesel::connection::{Instrumentation, InstrumentationEvent};

thread_local! {
    static STATEMENTS: Cell<u64> = const { Cell::new(0) };
}

/// Number of SQL statements that this thread has sent so far, through any [`crate::Database`]. Beginning and ending
/// transactions and savepoints does not count.
#[must_use]
pub fn statements_on_this_thread() -> u64 {
    STATEMENTS.get()
}

/// Counts the statements of one connection on behalf of whichever thread uses it.
#[derive(Debug, Default)]
pub(crate) struct StatementCounter {
    /// Beginning and ending a transaction is announced, and then also sent as a statement.
    control_announced: bool,
}

impl Instrumentation for StatementCounter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::BeginTransaction { .. }
            | InstrumentationEvent::CommitTransaction { .. }
            | InstrumentationEvent::RollbackTransaction { .. } => self.control_announced = true,
            InstrumentationEvent::StartQuery { .. } => {
                let is_control = std::mem::take(&mut self.control_announced);
                STATEMENTS.set(STATEMENTS.get() + u64::from(!is_control));
            }
            // Connecting, caching and finishing send nothing; Diesel may add events.
            _ => {}
        }
    }
}
