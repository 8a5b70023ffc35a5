//! Counting by weekday and hour.

use instainstru_core::grid::TimeRange;
use jiff::civil::Weekday;

/// The English name of a weekday, such as `Monday`.
#[must_use]
pub const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// The place of a weekday in a week that begins on Monday, 0..=6.
fn place(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

/// How often something happens on each weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByWeekday([u32; 7]);

impl ByWeekday {
    /// Counts `times` more on this weekday.
    pub fn add(&mut self, day: Weekday, times: u32) {
        if let Some(count) = self.0.get_mut(place(day)) {
            *count = count.saturating_add(times);
        }
    }

    /// Each weekday with its count, Monday first.
    pub fn iter(&self) -> impl Iterator<Item = (Weekday, u32)> {
        Weekday::Monday.cycle_forward().zip(self.0)
    }
}

/// How often something happens in each hour of each weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HourMap([[u32; 24]; 7]);

impl HourMap {
    /// Counts a lesson on this weekday in every hour that it touches.
    pub fn add(&mut self, day: Weekday, lesson: TimeRange) {
        let Some(hours) = self.0.get_mut(place(day)) else { return };
        let (first, end) =
            (usize::from(lesson.start().hour()), usize::from(lesson.end().minutes()).div_ceil(60));
        for count in hours.iter_mut().take(end).skip(first) {
            *count = count.saturating_add(1);
        }
    }

    /// Each weekday with its counts by hour of the day, Monday first.
    pub fn iter(&self) -> impl Iterator<Item = (Weekday, [u32; 24])> {
        Weekday::Monday.cycle_forward().zip(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_counted_from_monday_on() {
        let mut counts = ByWeekday::default();
        counts.add(Weekday::Sunday, 2);
        counts.add(Weekday::Monday, 1);
        counts.add(Weekday::Sunday, 1);
        let shown: Vec<_> = counts.iter().map(|(day, count)| (weekday_name(day), count)).collect();
        assert_eq!(shown.first(), Some(&("Monday", 1)));
        assert_eq!(shown.last(), Some(&("Sunday", 3)));
        assert_eq!(shown.len(), 7);
    }

    #[test]
    fn a_lesson_counts_in_every_hour_it_touches() {
        for (lesson, expected) in [
            ("09:00-10:00", vec![9]),
            ("09:45-10:15", vec![9, 10]),
            ("09:15-09:30", vec![9]),
            ("22:30-24:00", vec![22, 23]),
            ("00:00-02:15", vec![0, 1, 2]),
        ] {
            let mut map = HourMap::default();
            map.add(Weekday::Friday, lesson.parse().unwrap());
            for (day, hours) in map.iter() {
                let found: Vec<usize> = (0..24).filter(|hour| hours[*hour] == 1).collect();
                let wanted = if day == Weekday::Friday { expected.clone() } else { vec![] };
                assert_eq!(found, wanted, "{lesson} on {day:?}");
            }
        }
    }
}
