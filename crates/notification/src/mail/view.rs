//! What templates see: words, not values, so that every mail says the same thing the same way.

use instainstru_core::money::Cents;
use instainstru_domain::{
    account::User,
    booking::{BookingDetails, LocationType, Party},
    policy,
    text::{MeetingLocation, Note},
    zone::Zone,
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use serde::Serialize;

/// A lesson in words. Dates and times are those of its own zone.
#[derive(Debug, Serialize)]
pub(super) struct LessonView {
    id: i32,
    service_name: String,
    student: PersonView,
    instructor: PersonView,
    duration_minutes: u16,
    /// `60 minutes`.
    duration: String,
    location_type: &'static str,
    location_type_display: &'static str,
    meeting_location: Option<String>,
    student_note: Option<String>,
    /// `$1,234.50`.
    total_price: String,
    /// `Friday, July 25, 2025`.
    formatted_date: String,
    /// When it begins: `2:00 PM`.
    formatted_time: String,
    /// When it ends: `3:00 PM`.
    formatted_end: String,
    /// `New York time`.
    zone: String,
    /// `Jul`.
    month: String,
    /// `25`.
    day: i8,
    /// `today`, `tomorrow`, or `on Friday, July 25`.
    day_in_words: String,
    /// How many hours before it there will be a reminder, if it is so far away that there will be one.
    reminder_hours: Option<u16>,
}

/// Somebody in words.
#[derive(Debug, Serialize)]
pub(super) struct PersonView {
    full_name: String,
}

/// An account in words.
#[derive(Debug, Serialize)]
pub(super) struct AccountView {
    full_name: String,
    role: &'static str,
}

/// What people may rely on, in sentences.
#[derive(Debug, Serialize)]
pub(super) struct PolicyView {
    payment: &'static str,
    cancellation: &'static str,
    cancelled_time: &'static str,
    late_notice: String,
}

impl LessonView {
    /// The lesson as it is told at `now`, where reminders come so many hours before it.
    pub(super) fn new(lesson: &BookingDetails, reminder_hours: Option<u16>, now: Timestamp) -> Self {
        let booking = &lesson.booking;
        let (date, range) = (booking.time.date, booking.time.range);
        let clock = |minutes: u16| {
            let time = date.at(0, 0, 0, 0).saturating_add(i64::from(minutes).minutes());
            time.strftime("%-I:%M %p").to_string()
        };
        Self {
            id: booking.id.get(),
            service_name: booking.service_name.clone(),
            student: PersonView::new(&lesson.student),
            instructor: PersonView::new(&lesson.instructor),
            duration_minutes: booking.length.minutes(),
            duration: format!("{} minutes", booking.length.minutes()),
            location_type: LocationType::as_str(booking.location_type),
            location_type_display: booking.location_type.display(),
            meeting_location: booking.meeting_location.as_ref().map(MeetingLocation::to_string),
            student_note: booking.student_note.as_ref().map(Note::to_string),
            total_price: dollars(booking.total_price),
            formatted_date: date.strftime("%A, %B %-d, %Y").to_string(),
            formatted_time: clock(range.start().minutes()),
            formatted_end: clock(range.end().minutes()),
            zone: zone_in_words(&booking.time.zone),
            month: date.strftime("%b").to_string(),
            day: date.day(),
            day_in_words: day_in_words(date, booking.time.zone.date_at(now)),
            reminder_hours: reminder_hours.filter(|hours| {
                booking.time.instants.start().duration_since(now)
                    > SignedDuration::from_hours((*hours).into())
            }),
        }
    }

    /// `today`, `tomorrow`, or `on Friday, July 25`.
    pub(super) fn day_in_words(&self) -> &str {
        &self.day_in_words
    }
}

impl PersonView {
    fn new(party: &Party) -> Self {
        Self { full_name: party.full_name.to_string() }
    }
}

impl AccountView {
    pub(super) fn new(user: &User) -> Self {
        let name = user.full_name.as_str();
        let name = if names_a_site(name) { "there" } else { name };
        Self { full_name: name.to_owned(), role: user.role.as_str() }
    }
}

/// Whether mail programs would make a link of a part of this name.
///
/// Anybody can register the address of somebody else under the name `Win at evil.example`. Our mail must not carry that.
fn names_a_site(name: &str) -> bool {
    let looks_like_one = |word: &str| {
        let mut labels = word.split('.');
        let begins = labels.next().is_some_and(|label| label.ends_with(char::is_alphanumeric));
        begins && labels.any(|label| label.chars().take_while(|c| c.is_alphanumeric()).count() > 1)
    };
    name.contains(['/', '@']) || name.split_whitespace().any(looks_like_one)
}

impl PolicyView {
    pub(super) fn new() -> Self {
        Self {
            payment: policy::PAYMENT,
            cancellation: policy::CANCELLATION,
            cancelled_time: policy::CANCELLED_TIME,
            late_notice: policy::late_notice(),
        }
    }
}

fn day_in_words(date: Date, today: Date) -> String {
    if date == today {
        "today".to_owned()
    } else if today.tomorrow().is_ok_and(|tomorrow| date == tomorrow) {
        "tomorrow".to_owned()
    } else {
        date.strftime("on %A, %B %-d").to_string()
    }
}

/// `New York time` for `America/New_York`; names without a place stay as they are.
fn zone_in_words(zone: &Zone) -> String {
    match zone.name().rsplit_once('/') {
        Some((area, place)) if area != "Etc" => format!("{} time", place.replace('_', " ")),
        _ => zone.name().to_owned(),
    }
}

/// `$1,234.50`.
pub(super) fn dollars(amount: Cents) -> String {
    let (dollars, cents) = (amount.get() / 100, amount.get() % 100);
    let digits = dollars.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("${grouped}.{cents:02}")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        for (cents, expected) in [
            (0, "$0.00"),
            (5, "$0.05"),
            (99_999, "$999.99"),
            (123_450, "$1,234.50"),
            (100_000_000, "$1,000,000.00"),
        ] {
            assert_eq!(dollars(Cents::new(cents).unwrap()), expected);
        }
    }

    #[test]
    fn days_are_told_relative_to_today_while_that_is_plain() {
        let today = date(2026, 12, 31);
        for (day, expected) in [
            (today, "today"),
            (date(2027, 1, 1), "tomorrow"),
            (date(2027, 1, 2), "on Saturday, January 2"),
            (date(2026, 12, 30), "on Wednesday, December 30"),
        ] {
            assert_eq!(day_in_words(day, today), expected);
        }
    }

    #[test]
    fn names_that_are_links_are_not_repeated_to_strangers() {
        for link in [
            "Win at evil.example",
            "evil.example",
            "https://evil",
            "www.evil",
            "a@b",
            "(evil.example)",
            "x.yz!",
        ] {
            assert!(names_a_site(link), "{link}");
        }
        for name in
            ["Zoë Miller", "J.R. Ewing", "John St. Clair", "Martin L. King Jr.", "...", "שרה לוי", "Mr. T"]
        {
            assert!(!names_a_site(name), "{name}");
        }
    }

    #[test]
    fn zones_are_told_by_their_place() {
        for (zone, expected) in [
            ("America/New_York", "New York time"),
            ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
            ("UTC", "UTC"),
            ("Etc/GMT+5", "Etc/GMT+5"),
        ] {
            assert_eq!(zone_in_words(&Zone::new(zone).unwrap()), expected);
        }
    }
}
