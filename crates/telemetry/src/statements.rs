//! Statements of the database that took long.

use std::time::Duration;

use jiff::Timestamp;

/// A statement that took longer than [`SlowStatement::LEAST`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowStatement {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took.
    pub elapsed: Duration,
    /// Its text, without the values it was sent with.
    pub sql: String,
}

impl SlowStatement {
    /// What takes as long is slow.
    pub const LEAST: Duration = Duration::from_millis(100);
    /// What takes longer is an alert.
    pub const ALARMING: Duration = Duration::from_millis(1000);
    /// How many are remembered.
    pub const REMEMBERED: usize = 100;
    /// Greatest number of characters of a text that are kept.
    pub const MAX_CHARS: usize = 4_000;

    /// The first characters of the text, on one line.
    #[must_use]
    pub fn summary(&self, chars: usize) -> String {
        let words = self.sql.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().take(chars).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_one_line_cut_between_characters() {
        let slow = SlowStatement {
            at: Timestamp::UNIX_EPOCH,
            elapsed: SlowStatement::LEAST,
            sql: "SELECT 'é'\n   FROM users".into(),
        };
        assert_eq!(slow.summary(200), "SELECT 'é' FROM users");
        assert_eq!(slow.summary(9), "SELECT 'é");
    }
}
