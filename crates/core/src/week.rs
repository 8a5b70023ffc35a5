//! Weeks from Monday to Sunday, patterns and presets.

use std::fmt;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use crate::{blocks::BlockSet, dates::DateRange, grid::TimeRange};

/// The Monday that begins a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WeekStart(Date);

/// A date that does not begin a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a week starts on Monday, and {0} is not a Monday")]
pub struct NotMonday(pub Date);

impl WeekStart {
    /// The week that begins on `monday`.
    ///
    /// # Errors
    /// [`NotMonday`] on any other weekday.
    pub fn new(monday: Date) -> Result<Self, NotMonday> {
        if monday.weekday() == Weekday::Monday { Ok(Self(monday)) } else { Err(NotMonday(monday)) }
    }

    /// The week in which `date` lies.
    #[must_use]
    pub fn containing(date: Date) -> Self {
        Self(date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days()))
    }

    /// The Monday.
    #[must_use]
    pub const fn monday(self) -> Date {
        self.0
    }

    /// The seven dates of the week.
    #[must_use]
    pub fn dates(self) -> DateRange {
        DateRange::of_days(self.0, 7)
    }
}

/// Free time of the seven days of a week, Monday first.
///
/// # Examples
/// ```
/// use instainstru_core::week::{Preset, WeekPattern};
/// let both = WeekPattern::preset(Preset::Evenings) | WeekPattern::preset(Preset::Weekends);
/// assert_eq!(both.minutes(), (5 * 4 + 2 * 8) * 60);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct WeekPattern([BlockSet; 7]);

/// Weeks that many instructors want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Monday to Friday, 9:00 to 17:00.
    Weekdays,
    /// Monday to Friday, 7:00 to 12:00.
    Mornings,
    /// Monday to Friday, 17:00 to 21:00.
    Evenings,
    /// Saturday and Sunday, 10:00 to 18:00.
    Weekends,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 4] = [Self::Weekdays, Self::Mornings, Self::Evenings, Self::Weekends];

    const fn days(self) -> (std::ops::Range<usize>, BlockSet) {
        match self {
            Self::Weekdays => (0..5, BlockSet::between(9 * 4, 17 * 4)),
            Self::Mornings => (0..5, BlockSet::between(7 * 4, 12 * 4)),
            Self::Evenings => (0..5, BlockSet::between(17 * 4, 21 * 4)),
            Self::Weekends => (5..7, BlockSet::between(10 * 4, 18 * 4)),
        }
    }
}

impl WeekPattern {
    /// A week without free time.
    pub const EMPTY: Self = Self([BlockSet::EMPTY; 7]);

    /// The week of a preset.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        let (days, blocks) = preset.days();
        let mut week = Self::EMPTY;
        for day in week.0.iter_mut().skip(days.start).take(days.len()) {
            *day = blocks;
        }
        week
    }

    /// The pattern of a week out of dated days; days outside the week are ignored, several entries of a day unite.
    pub fn of_week(week: WeekStart, days: impl IntoIterator<Item = (Date, BlockSet)>) -> Self {
        let mut pattern = Self::EMPTY;
        for (date, blocks) in days {
            if week.dates().contains(date) {
                pattern.add(date.weekday(), blocks);
            }
        }
        pattern
    }

    /// Free time of one weekday.
    #[must_use]
    pub fn day(&self, weekday: Weekday) -> BlockSet {
        self.0.get(index_of(weekday)).copied().unwrap_or_default()
    }

    /// Adds free time to one weekday.
    pub fn add(&mut self, weekday: Weekday, blocks: BlockSet) {
        if let Some(day) = self.0.get_mut(index_of(weekday)) {
            *day = *day | blocks;
        }
    }

    /// Adds one range to one weekday.
    pub fn add_range(&mut self, weekday: Weekday, range: TimeRange) {
        self.add(weekday, BlockSet::of(range));
    }

    /// The pattern laid over dates: each date gets the blocks of its weekday. Copying a week is applying it to seven dates.
    pub fn over(self, dates: DateRange) -> impl Iterator<Item = (Date, BlockSet)> {
        dates.iter().map(move |date| (date, self.day(date.weekday())))
    }

    /// Whether the week has no free time.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|day| day.is_empty())
    }

    /// Free time of the week in minutes.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.0.iter().map(|day| day.minutes()).sum()
    }

    /// A short text that is equal exactly when two weeks are equal: the version of a week for optimistic saving.
    ///
    /// It is the week itself in hexadecimal, so there are no collisions, and a week that was changed and changed back is
    /// rightly the same version.
    #[must_use]
    pub fn version(&self) -> String {
        let days: Vec<String> = self.0.iter().map(|day| format!("{:x}", day.bits())).collect();
        days.join(".")
    }
}

impl std::ops::BitOr for WeekPattern {
    type Output = Self;
    fn bitor(mut self, other: Self) -> Self {
        for (day, more) in self.0.iter_mut().zip(other.0) {
            *day = *day | more;
        }
        self
    }
}

impl fmt::Debug for WeekPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0).finish()
    }
}

fn index_of(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        let monday = date(2026, 7, 13);
        assert_eq!(WeekStart::new(monday).unwrap().monday(), monday);
        assert_eq!(WeekStart::new(date(2026, 7, 14)), Err(NotMonday(date(2026, 7, 14))));
        for day in DateRange::of_days(monday, 7).iter() {
            assert_eq!(WeekStart::containing(day).monday(), monday);
        }
    }

    #[test]
    fn a_pattern_laid_over_dates_follows_the_weekdays() {
        let source = WeekStart::new(date(2026, 7, 13)).unwrap();
        let nine: TimeRange = "09:00-10:00".parse().unwrap();
        let pattern = WeekPattern::of_week(
            source,
            [(date(2026, 7, 15), BlockSet::of(nine)), (date(2026, 7, 22), BlockSet::FULL)],
        );
        let days: Vec<_> = pattern.over(DateRange::of_days(date(2026, 8, 4), 9)).collect();
        assert_eq!(days.len(), 9);
        for (day, blocks) in days {
            let expected =
                if day.weekday() == Weekday::Wednesday { BlockSet::of(nine) } else { BlockSet::EMPTY };
            assert_eq!(blocks, expected, "{day}");
        }
    }

    #[test]
    fn presets_are_the_hours_they_promise() {
        let hours = |preset| WeekPattern::preset(preset).minutes() / 60;
        assert_eq!(Preset::ALL.map(hours), [40, 25, 20, 16]);
        assert!(WeekPattern::preset(Preset::Weekends).day(Weekday::Friday).is_empty());
        assert!(WeekPattern::preset(Preset::Weekdays).day(Weekday::Saturday).is_empty());
    }

    #[test]
    fn versions_differ_exactly_when_weeks_differ() {
        let mut week = WeekPattern::preset(Preset::Mornings);
        let before = week.version();
        week.add_range(Weekday::Sunday, "09:00-09:15".parse().unwrap());
        assert_ne!(week.version(), before);
        assert_eq!(WeekPattern::preset(Preset::Mornings).version(), before);
    }
}
