//! Amounts, dates and times in the words of the site. Templates get them ready-made.

use instainstru_core::{
    booking::BookingStatus,
    grid::{GridTime, TimeRange},
    length::LessonLength,
    money::Cents,
};
use instainstru_domain::zone::Zone;
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};

/// An amount: `$96`, or `$96.50` when there are cents.
pub(crate) fn money(amount: Cents) -> String {
    let cents = amount.get();
    let (dollars, rest) = (cents / 100, cents % 100);
    let mut digits = dollars.to_string();
    let mut place = digits.len();
    while place > 3 {
        place -= 3;
        digits.insert(place, ',');
    }
    if rest == 0 { format!("${digits}") } else { format!("${digits}.{rest:02}") }
}

/// An amount for a field: `96`, or `96.50` when there are cents.
pub(crate) fn decimal(cents: i64) -> String {
    let (dollars, rest) = (cents / 100, cents % 100);
    if rest == 0 { dollars.to_string() } else { format!("{dollars}.{rest:02}") }
}

/// A time on the clock: `3:00 PM`.
pub(crate) fn time(time: GridTime) -> String {
    let (hour, half) = clock(time);
    format!("{hour}:{:02} {half}", time.minute())
}

/// A stretch of time: `3:00–4:00 PM`, or `11:30 AM–12:30 PM`.
pub(crate) fn range(range: TimeRange) -> String {
    let ((hour, half), (_, end_half)) = (clock(range.start()), clock(range.end()));
    if half == end_half {
        format!("{hour}:{:02}\u{2013}{}", range.start().minute(), time(range.end()))
    } else {
        format!("{}\u{2013}{}", time(range.start()), time(range.end()))
    }
}

fn clock(time: GridTime) -> (u8, &'static str) {
    let hour = time.hour() % 24;
    (if hour.is_multiple_of(12) { 12 } else { hour % 12 }, if hour < 12 { "AM" } else { "PM" })
}

/// A date: `Tue, Jul 15`.
pub(crate) fn date(date: Date) -> String {
    format!(
        "{}, {} {}",
        weekday(date.weekday()).get(..3).unwrap_or_default(),
        month(date.month()),
        date.day()
    )
}

/// A date as people say it near that day: `Today`, `Tomorrow`, else `Tue, Jul 15`.
pub(crate) fn day(that: Date, today: Date) -> String {
    if that == today {
        "Today".to_owned()
    } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == that) {
        "Tomorrow".to_owned()
    } else {
        date(that)
    }
}

/// A date in full, for names that are read aloud: `Tuesday, July 15`.
pub(crate) fn full_date(date: Date) -> String {
    format!("{}, {} {}", weekday(date.weekday()), full_month(date.month()), date.day())
}

/// A date of any year: `July 15, 2026`.
pub(crate) fn date_with_year(date: Date) -> String {
    format!("{} {}, {}", full_month(date.month()), date.day(), date.year())
}

/// Dates from one to another: `Jul 13–19`, or `Jul 27 – Aug 2`.
pub(crate) fn dates(first: Date, last: Date) -> String {
    let begin = format!("{} {}", month(first.month()), first.day());
    if first == last {
        begin
    } else if (first.year(), first.month()) == (last.year(), last.month()) {
        format!("{begin}\u{2013}{}", last.day())
    } else {
        format!("{begin} \u{2013} {} {}", month(last.month()), last.day())
    }
}

/// When a lesson takes place: `Wed, Jul 15 · 2:00–3:00 PM ET`, or with the name of another zone.
pub(crate) fn when(day: Date, start: GridTime, length: LessonLength, zone: &Zone) -> String {
    let zone = if *zone == Zone::new_york() { "ET" } else { zone.name() };
    let time = TimeRange::lesson(start, length).map_or_else(|_past_midnight| time(start), range);
    format!("{} \u{b7} {time} {zone}", date(day))
}

/// The state of a lesson in a sentence: `It is cancelled.`
pub(crate) const fn status(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Pending => "not confirmed yet",
        BookingStatus::Confirmed => "confirmed",
        BookingStatus::Completed => "completed",
        BookingStatus::Cancelled => "cancelled",
        BookingStatus::NoShow => "marked as missed",
    }
}

/// A length: `30 min`, `1 hour`, `1½ hours`.
pub(crate) fn length(minutes: u16) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) => format!("{hours} hours"),
        (hours, 30) => format!("{hours}\u{bd} hours"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// Time that adds up, in hours: `0 h`, `0.75 h`, `12.5 h`.
pub(crate) fn hours(minutes: u32) -> String {
    let (hours, hundredths) = (minutes / 60, minutes % 60 * 100 / 60);
    match (hundredths / 10, hundredths % 10) {
        (0, 0) => format!("{hours} h"),
        (tenths, 0) => format!("{hours}.{tenths} h"),
        _ => format!("{hours}.{hundredths:02} h"),
    }
}

/// How many: `1 instructor`, `12 instructors`.
pub(crate) fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// An instant on the clocks of New York: `Jul 13, 2026, 8:00 AM`.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_zoned(Zone::new_york().tz().clone()).strftime("%b %-d, %Y, %-I:%M %p").to_string()
}

/// How much time lies between two instants, in whole units of the largest kind: `5 minutes`, `2 days`.
pub(crate) fn elapsed(from: Timestamp, to: Timestamp) -> String {
    let minutes = u64::try_from(to.duration_since(from).as_mins()).unwrap_or(0);
    match minutes {
        0 => "less than a minute".to_owned(),
        1..60 => count(minutes, "minute"),
        60..2_880 => count(minutes / 60, "hour"),
        _ => count(minutes / 1_440, "day"),
    }
}

/// The first letters of the first and the last name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// One of twelve hues for a person without a photo.
pub(crate) const fn hue(id: i64) -> i64 {
    id.rem_euclid(12)
}

/// The first name and the first letter of the last, as the public sees a person: `Ada L.`
pub(crate) fn short_name(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or_default();
    match words.next_back().and_then(|word| word.chars().next()) {
        Some(initial) => format!("{first} {}.", initial.to_uppercase()),
        None => first.to_owned(),
    }
}

/// A name as part of an address: `Ada Lovelace` is `ada-lovelace`.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Text as a value in a query.
pub(crate) fn url_encoded(text: &str) -> String {
    // Pairs of texts can always be written.
    let pair = serde_urlencoded::to_string([("", text)]).unwrap_or_default();
    pair.trim_start_matches('=').to_owned()
}

pub(crate) const fn weekday(day: Weekday) -> &'static str {
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

const fn full_month(month: i8) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

fn month(month: i8) -> &'static str {
    full_month(month).get(..3).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u8, minute: u8) -> GridTime {
        GridTime::new(hour, minute).unwrap()
    }

    #[test]
    fn amounts_show_cents_only_when_there_are_some() {
        for (cents, words) in [(0, "$0"), (9_600, "$96"), (9_650, "$96.50"), (123_456_705, "$1,234,567.05")] {
            assert_eq!(money(Cents::new(cents).unwrap()), words);
        }
    }

    #[test]
    fn times_are_read_on_a_clock_with_twelve_hours() {
        for (time_of_day, words) in [
            ((0, 0), "12:00 AM"),
            ((9, 15), "9:15 AM"),
            ((12, 0), "12:00 PM"),
            ((23, 45), "11:45 PM"),
            ((24, 0), "12:00 AM"),
        ] {
            assert_eq!(time(at(time_of_day.0, time_of_day.1)), words);
        }
        let between =
            |from: (u8, u8), to: (u8, u8)| range(TimeRange::new(at(from.0, from.1), at(to.0, to.1)).unwrap());
        assert_eq!(between((15, 0), (16, 0)), "3:00\u{2013}4:00 PM");
        assert_eq!(between((11, 30), (12, 30)), "11:30 AM\u{2013}12:30 PM");
        assert_eq!(between((23, 0), (24, 0)), "11:00 PM\u{2013}12:00 AM");
    }

    #[test]
    fn days_are_named_from_today() {
        let today = jiff::civil::date(2026, 7, 14);
        assert_eq!(day(today, today), "Today");
        assert_eq!(day(jiff::civil::date(2026, 7, 15), today), "Tomorrow");
        assert_eq!(day(jiff::civil::date(2026, 7, 16), today), "Thu, Jul 16");
        assert_eq!(full_date(jiff::civil::date(2026, 7, 16)), "Thursday, July 16");
        let to = |month, day| dates(today, jiff::civil::date(2026, month, day));
        assert_eq!((to(7, 14).as_str(), to(7, 20).as_str()), ("Jul 14", "Jul 14\u{2013}20"));
        assert_eq!(to(8, 2), "Jul 14 \u{2013} Aug 2");
    }

    #[test]
    fn instants_are_told_in_new_york_and_ages_in_their_largest_unit() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(moment(at("2026-07-13T12:05:00Z")), "Jul 13, 2026, 8:05 AM");
        assert_eq!(moment(at("2026-12-01T17:00:00Z")), "Dec 1, 2026, 12:00 PM");
        let since = |text: &str| elapsed(at(text), at("2026-07-13T12:00:00Z"));
        for (text, age) in [
            ("2026-07-13T12:00:00Z", "less than a minute"),
            ("2026-07-13T12:00:01Z", "less than a minute"),
            ("2026-07-13T11:59:00Z", "1 minute"),
            ("2026-07-13T11:00:00Z", "1 hour"),
            ("2026-07-11T12:00:01Z", "47 hours"),
            ("2026-07-11T12:00:00Z", "2 days"),
        ] {
            assert_eq!(since(text), age);
        }
    }

    #[test]
    fn the_zone_is_named() {
        let hour = LessonLength::HOUR;
        let day = jiff::civil::date(2026, 7, 15);
        assert_eq!(
            when(day, at(14, 0), hour, &Zone::new_york()),
            "Wed, Jul 15 \u{b7} 2:00\u{2013}3:00 PM ET"
        );
        let tokyo = Zone::new("Asia/Tokyo").unwrap();
        assert!(when(day, at(14, 0), hour, &tokyo).ends_with("PM Asia/Tokyo"));
    }

    #[test]
    fn lengths_names_and_counts_are_short() {
        assert_eq!(
            [30, 60, 90, 120, 105].map(length),
            ["30 min", "1 hour", "1\u{bd} hours", "2 hours", "1 h 45 min"]
        );
        assert_eq!([0, 45, 90, 180, 62_415].map(hours), ["0 h", "0.75 h", "1.5 h", "3 h", "1040.25 h"]);
        assert_eq!(
            ["Ada Lovelace", "Prince", "", "Jean-Luc de la Tour"].map(initials),
            ["AL", "P", "", "JT"]
        );
        assert_eq!(["Ada Lovelace", "Prince"].map(short_name), ["Ada L.", "Prince"]);
        assert_eq!(
            ["Ada Lovelace", "  José  O'Neil ", "李 小龙", "!!"].map(slug),
            ["ada-lovelace", "josé-o-neil", "李-小龙", ""]
        );
        assert_eq!(
            (count(1, "instructor"), count(12, "instructor")),
            ("1 instructor".into(), "12 instructors".into())
        );
    }
}
