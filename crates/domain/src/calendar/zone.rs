//! What a calendar file says about a time zone (RFC 5545, 3.6.5): what the clocks show around one lesson.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
    tz::{Offset, TimeZone, TimeZoneTransition},
};

use super::text::Lines;
use crate::zone::Zone;

/// For how many years a change must come on the same day of the same month before we call it a rule.
const YEARS: usize = 6;

/// One change of the clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    /// What the clocks showed when it came.
    onset: DateTime,
    from: Offset,
    to: Offset,
    is_daylight: bool,
    name: String,
}

impl Change {
    fn new(zone: &TimeZone, transition: &TimeZoneTransition<'_>) -> Self {
        let just_before = Timestamp::from_second(transition.timestamp().as_second() - 1);
        let from = zone.to_offset(just_before.unwrap_or(Timestamp::MIN));
        Self {
            onset: from.to_datetime(transition.timestamp()),
            from,
            to: transition.offset(),
            is_daylight: transition.dst().is_dst(),
            name: transition.abbreviation().to_owned(),
        }
    }

    fn moves_the_clocks(&self) -> bool {
        self.from != self.to
    }

    /// Whether the other is this one, so many years later.
    fn recurs_as(&self, other: &Self, years_later: i16, day: YearlyDay) -> bool {
        let year = self.onset.year() + years_later;
        Some(other.onset.date()) == day.in_year(year)
            && *other == Self { onset: other.onset.date().to_datetime(self.onset.time()), ..self.clone() }
    }
}

/// A day of every year such as the second Sunday in March.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct YearlyDay {
    month: i8,
    /// From 1; -1 is the last.
    nth: i8,
    weekday: Weekday,
}

impl YearlyDay {
    /// The two ways to name a date.
    fn naming(date: Date) -> [Self; 2] {
        [(date.day() - 1) / 7 + 1, -1].map(|nth| Self { month: date.month(), nth, weekday: date.weekday() })
    }

    fn in_year(self, year: i16) -> Option<Date> {
        Date::new(year, self.month, 1).ok()?.nth_weekday_of_month(self.nth, self.weekday).ok()
    }

    fn as_rule(self) -> String {
        let weekday = match self.weekday {
            Weekday::Monday => "MO",
            Weekday::Tuesday => "TU",
            Weekday::Wednesday => "WE",
            Weekday::Thursday => "TH",
            Weekday::Friday => "FR",
            Weekday::Saturday => "SA",
            Weekday::Sunday => "SU",
        };
        format!("FREQ=YEARLY;BYMONTH={};BYDAY={}{weekday}", self.month, self.nth)
    }
}

/// Describes the zone so far as a lesson that begins at `start` needs it: the last change before it and the next one, each as
/// the rule of a year where there is one.
pub(super) fn write(lines: &mut Lines, zone: &Zone, start: Timestamp) {
    lines.raw("BEGIN", "VTIMEZONE");
    lines.raw("TZID", zone.name());
    let changes = changes(zone.tz(), start);
    if changes.is_empty() {
        let offset = zone.tz().to_offset(start);
        let always = Change {
            onset: Date::constant(1970, 1, 1).at(0, 0, 0, 0),
            from: offset,
            to: offset,
            is_daylight: false,
            name: zone.tz().to_offset_info(start).abbreviation().to_owned(),
        };
        observance(lines, &always, None);
    } else {
        let rules = rules(&changes);
        for (nth, change) in changes.iter().take(2).enumerate() {
            observance(lines, change, rules.and_then(|rules| rules.get(nth).copied()));
        }
    }
    lines.raw("END", "VTIMEZONE");
}

/// The change that the clocks show at `start`, and those that come after it.
fn changes(zone: &TimeZone, start: Timestamp) -> Vec<Change> {
    // A change at the very start of the lesson counts for it.
    let just_after = Timestamp::from_second(start.as_second() + 1).unwrap_or(Timestamp::MAX);
    let change = |transition: TimeZoneTransition<'_>| Change::new(zone, &transition);
    // Some changes are of the name only, and some tables hold one that changes nothing at all.
    let current = zone.preceding(just_after).map(change).find(Change::moves_the_clocks);
    let coming = zone.following(start).map(change).filter(Change::moves_the_clocks).take(2 * YEARS - 1);
    current.into_iter().chain(coming).collect()
}

/// The days of the year on which the clocks go one way and back, if both keep to them.
fn rules(changes: &[Change]) -> Option<[YearlyDay; 2]> {
    let rule = |first: usize| -> Option<YearlyDay> {
        let each_year: Vec<&Change> = changes.iter().skip(first).step_by(2).collect();
        let (change, later) = each_year.split_first()?;
        let holds =
            |day: &YearlyDay| (1_i16..).zip(later).all(|(years, later)| change.recurs_as(later, years, *day));
        YearlyDay::naming(change.onset.date()).into_iter().find(holds)
    };
    if changes.len() == 2 * YEARS { Some([rule(0)?, rule(1)?]) } else { None }
}

fn observance(lines: &mut Lines, change: &Change, rule: Option<YearlyDay>) {
    let kind = if change.is_daylight { "DAYLIGHT" } else { "STANDARD" };
    lines.raw("BEGIN", kind);
    lines.raw("DTSTART", &change.onset.strftime("%Y%m%dT%H%M%S").to_string());
    lines.raw("TZOFFSETFROM", &offset(change.from));
    lines.raw("TZOFFSETTO", &offset(change.to));
    if let Some(rule) = rule {
        lines.raw("RRULE", &rule.as_rule());
    }
    lines.text("TZNAME", &change.name);
    lines.raw("END", kind);
}

/// `-0400`; the seconds of times before standard time are written where there are any.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, distance) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (distance / 3600, distance / 60 % 60, distance % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(zone: &str, start: &str) -> Vec<String> {
        let mut lines = Lines::default();
        write(&mut lines, &Zone::new(zone).unwrap(), start.parse().unwrap());
        lines.into_text().lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_clocks_of_new_york_follow_two_rules() {
        let expected = [
            "BEGIN:VTIMEZONE",
            "TZID:America/New_York",
            "BEGIN:DAYLIGHT",
            "DTSTART:20260308T020000",
            "TZOFFSETFROM:-0500",
            "TZOFFSETTO:-0400",
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
            "TZNAME:EDT",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:20261101T020000",
            "TZOFFSETFROM:-0400",
            "TZOFFSETTO:-0500",
            "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
            "TZNAME:EST",
            "END:STANDARD",
            "END:VTIMEZONE",
        ];
        assert_eq!(written("America/New_York", "2026-07-15T14:00:00Z"), expected);
        // A lesson at the moment of the change belongs to what comes after it.
        assert_eq!(written("America/New_York", "2026-03-08T07:00:00Z"), expected);
    }

    #[test]
    fn the_last_sunday_is_told_from_the_fourth() {
        for start in ["2026-01-15T12:00:00Z", "2027-07-01T12:00:00Z", "2028-12-24T12:00:00Z"] {
            let lines = written("Europe/London", start);
            let rules: Vec<&str> =
                lines.iter().map(String::as_str).filter(|line| line.starts_with("RRULE")).collect();
            assert_eq!(rules.len(), 2, "{lines:?}");
            assert!(rules.contains(&"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"), "{rules:?}");
            assert!(rules.contains(&"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"), "{rules:?}");
        }
    }

    #[test]
    fn clocks_without_a_rule_get_dates() {
        // The clocks of Morocco follow the moon.
        let lines = written("Africa/Casablanca", "2026-07-15T12:00:00Z");
        assert!(lines.iter().all(|line| !line.starts_with("RRULE")), "{lines:?}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("DTSTART")).count(), 2);
    }

    #[test]
    fn clocks_that_never_change_are_described_once() {
        for (zone, offset) in [("Asia/Kathmandu", "+0545"), ("UTC", "+0000"), ("America/Phoenix", "-0700")] {
            let lines = written(zone, "2026-07-15T12:00:00Z");
            assert_eq!(lines.iter().filter(|line| line.starts_with("DTSTART")).count(), 1, "{lines:?}");
            assert!(lines.contains(&format!("TZOFFSETTO:{offset}")), "{lines:?}");
        }
        assert_eq!(offset(Offset::from_seconds(-17_762).unwrap()), "-045602");
    }
}
