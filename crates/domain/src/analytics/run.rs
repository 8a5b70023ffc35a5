//! The daily run: how far it looks back, and what became of it.

use instainstru_core::dates::DateRange;
use jiff::{Timestamp, ToSpan, civil::Date};

use crate::ids::AnalyticsRunId;

/// How many days figures look back: 1 to 365. Today is looked at besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookBack(u16);

/// A number of days that figures do not look back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("figures look back 1 to {max} days, not {0}", max = LookBack::MAX_DAYS)]
pub struct InvalidLookBack(pub i64);

impl LookBack {
    /// Most days.
    pub const MAX_DAYS: u16 = 365;
    /// What the run of every day uses.
    pub const DAILY: Self = Self(30);
    /// What somebody gets who starts a run by hand and does not say how far it looks back.
    pub const BY_HAND: Self = Self(90);

    /// So many days.
    ///
    /// # Errors
    /// [`InvalidLookBack`] outside 1..=365.
    pub fn from_days(days: i64) -> Result<Self, InvalidLookBack> {
        u16::try_from(days)
            .ok()
            .filter(|days| (1..=Self::MAX_DAYS).contains(days))
            .map(Self)
            .ok_or(InvalidLookBack(days))
    }

    /// The number of days.
    #[must_use]
    pub const fn days(self) -> u16 {
        self.0
    }

    /// The dates from so many days before `today` to `today`.
    #[must_use]
    pub fn until(self, today: Date) -> DateRange {
        back(today, self.0)
    }
}

/// The dates a run counts on. Nothing after today counts, however far ahead people have booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunDates {
    today: Date,
    window: LookBack,
}

impl RunDates {
    /// The days of a week and of a month, as all counts understand them.
    const WEEK: u16 = 7;
    const MONTH: u16 = 30;

    /// The dates of a run on `today` that looks back so far.
    #[must_use]
    pub const fn new(today: Date, window: LookBack) -> Self {
        Self { today, window }
    }

    /// The last seven days, and today.
    #[must_use]
    pub fn week(self) -> DateRange {
        back(self.today, Self::WEEK)
    }

    /// The last thirty days, and today.
    #[must_use]
    pub fn month(self) -> DateRange {
        back(self.today, Self::MONTH)
    }

    /// As far as the run looks back, and today.
    #[must_use]
    pub fn window(self) -> DateRange {
        self.window.until(self.today)
    }

    /// All dates on which anything counts.
    #[must_use]
    pub fn all(self) -> DateRange {
        back(self.today, self.window.0.max(Self::MONTH))
    }
}

fn back(today: Date, days: u16) -> DateRange {
    let first = today.saturating_sub(i64::from(days).days());
    // `first` is never after `today`.
    DateRange::new(first, today).unwrap_or(DateRange::day(today))
}

/// A run of the analytics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalyticsRun {
    /// Its id.
    pub id: AnalyticsRunId,
    /// When it began.
    pub started_at: Timestamp,
    /// How far it looks back.
    pub window: LookBack,
    /// What became of it; `None` while it is under way.
    pub outcome: Option<RunOutcome>,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutcome {
    /// All figures are calculated and stored.
    Succeeded {
        /// When it ended.
        at: Timestamp,
        /// Number of services with figures.
        services: u32,
    },
    /// Nothing was changed.
    Failed {
        /// When it ended, or was given up.
        at: Timestamp,
        /// Why, in words for an administrator.
        error: String,
    },
}

impl RunOutcome {
    /// When the run ended.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Succeeded { at, .. } | Self::Failed { at, .. } => *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn figures_look_back_one_day_to_a_year() {
        for (days, expected) in
            [(0, None), (1, Some(1)), (365, Some(365)), (366, None), (-1, None), (1 << 40, None)]
        {
            assert_eq!(LookBack::from_days(days).ok().map(LookBack::days), expected, "{days}");
        }
        assert_eq!(
            LookBack::from_days(400).unwrap_err().to_string(),
            "figures look back 1 to 365 days, not 400"
        );
    }

    #[test]
    fn the_dates_of_a_run_end_with_today_and_reach_back_a_month_at_least() {
        let today = date(2026, 3, 5);
        for (window, first, all) in [
            (7, date(2026, 2, 26), date(2026, 2, 3)),
            (30, date(2026, 2, 3), date(2026, 2, 3)),
            (90, date(2025, 12, 5), date(2025, 12, 5)),
        ] {
            let dates = RunDates::new(today, LookBack::from_days(window).unwrap());
            let range = |first| DateRange::new(first, today).unwrap();
            assert_eq!(dates.window(), range(first), "{window}");
            assert_eq!(dates.all(), range(all), "{window}");
            assert_eq!(dates.week(), range(date(2026, 2, 26)));
            assert_eq!(dates.month(), range(date(2026, 2, 3)));
        }
        assert_eq!(RunDates::new(Date::MIN, LookBack::DAILY).all().days(), 1);
    }
}
