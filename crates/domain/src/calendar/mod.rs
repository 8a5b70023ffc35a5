//! Lessons as calendar files (RFC 5545): for the mails about a booking and for downloads.
//!
//! Text only; whoever sends or serves it decides where it goes. A lesson keeps one UID for life and a SEQUENCE that rises with
//! every move, so that calendars change their entry instead of adding another.

mod text;
mod zone;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use self::text::{Lines, mailto, quoted};
use crate::{
    account::{EmailAddress, Role},
    booking::{Booking, BookingDetails, Party},
    ids::BookingId,
    text::MeetingLocation,
};
use instainstru_core::booking::BookingStatus;

/// Name of the program that writes the files.
const PRODUCT: &str = "-//InstaInstru//Lessons//EN";

/// What a calendar is asked to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarMethod {
    /// Take note of a lesson that somebody looked up.
    Publish,
    /// Enter a lesson, or move it.
    Request,
    /// Remove a lesson.
    Cancel,
}

impl CalendarMethod {
    /// The name in the file and in the type of its media: `text/calendar; method=REQUEST`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// A calendar file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFile {
    /// What a calendar is asked to do with it.
    pub method: CalendarMethod,
    /// The file: lines of at most 75 octets that end with CRLF.
    pub text: String,
}

/// Writes the lessons of one installation for calendars.
///
/// # Examples
/// ```
/// use instainstru_domain::{account::EmailAddress, calendar::LessonCalendar, ids::BookingId};
/// let calendar = LessonCalendar::new("InstaInstru", EmailAddress::new("noreply@studio.example")?);
/// assert_eq!(calendar.uid(BookingId::new(7)?), "booking-7@studio.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonCalendar {
    organizer_name: String,
    organizer: EmailAddress,
}

impl LessonCalendar {
    /// A calendar organised by `organizer`, the address mails come from: its domain makes the UIDs of this installation
    /// different from those of any other.
    #[must_use]
    pub fn new(organizer_name: &str, organizer: EmailAddress) -> Self {
        Self { organizer_name: organizer_name.to_owned(), organizer }
    }

    /// The name under which every calendar knows a lesson, for life.
    #[must_use]
    pub fn uid(&self, booking: BookingId) -> String {
        format!("booking-{booking}@{}", self.organizer.domain())
    }

    /// The file of a lesson for somebody who downloads it. A lesson that was called off says so.
    ///
    /// `reader` is the side it is written for and `link` the page about the lesson.
    #[must_use]
    pub fn published(&self, lesson: &BookingDetails, reader: Role, link: &str) -> String {
        self.file(lesson, reader, link, CalendarMethod::Publish)
    }

    /// The file that goes with a mail about a lesson: it enters or moves the lesson in the calendar of `reader`, or removes it
    /// when it was called off. It names no address but those of the organizer and the reader.
    #[must_use]
    pub fn sent(&self, lesson: &BookingDetails, reader: Role, link: &str) -> CalendarFile {
        let is_off = lesson.booking.status == BookingStatus::Cancelled;
        let method = if is_off { CalendarMethod::Cancel } else { CalendarMethod::Request };
        CalendarFile { method, text: self.file(lesson, reader, link, method) }
    }

    fn file(&self, lesson: &BookingDetails, reader: Role, link: &str, method: CalendarMethod) -> String {
        let (booking, time) = (&lesson.booking, &lesson.booking.time);
        let mut lines = Lines::default();
        lines.raw("BEGIN", "VCALENDAR");
        lines.raw("VERSION", "2.0");
        lines.raw("PRODID", PRODUCT);
        lines.raw("CALSCALE", "GREGORIAN");
        lines.raw("METHOD", method.as_str());
        zone::write(&mut lines, &time.zone, time.instants.start());
        lines.raw("BEGIN", "VEVENT");
        lines.raw("UID", &self.uid(booking.id));
        lines.raw("SEQUENCE", &booking.revision.to_string());
        // The same facts make the same file, however often it is made.
        let changed_at = booking.updated_at.unwrap_or(booking.created_at);
        lines.raw("DTSTAMP", &utc(changed_at));
        lines.raw("CREATED", &utc(booking.created_at));
        lines.raw("LAST-MODIFIED", &utc(changed_at));
        write_time(&mut lines, booking);
        let (me, other) = match reader {
            Role::Student => (&lesson.student, &lesson.instructor),
            Role::Instructor => (&lesson.instructor, &lesson.student),
        };
        lines.text("SUMMARY", &format!("{} with {}", booking.service_name, other.full_name));
        let place = booking.meeting_location.as_ref().map(MeetingLocation::as_str);
        lines.text("LOCATION", place.unwrap_or_else(|| booking.location_type.display()));
        lines.text("DESCRIPTION", &description(lesson, link));
        lines.raw("URL", link);
        lines.raw(
            "STATUS",
            if booking.status == BookingStatus::Cancelled { "CANCELLED" } else { "CONFIRMED" },
        );
        lines.raw("TRANSP", "OPAQUE");
        self.write_people(&mut lines, me, method);
        lines.raw("END", "VEVENT");
        lines.raw("END", "VCALENDAR");
        lines.into_text()
    }

    fn write_people(&self, lines: &mut Lines, me: &Party, method: CalendarMethod) {
        let organizer = format!("ORGANIZER;CN={}", quoted(&self.organizer_name));
        lines.raw(&organizer, &mailto(self.organizer.as_str()));
        // A published entry invites nobody.
        if method != CalendarMethod::Publish {
            // Booking was the acceptance: nobody is asked to answer again.
            let name = quoted(me.full_name.as_str());
            let attendee = format!("ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE");
            lines.raw(&attendee, &mailto(me.email.as_str()));
        }
    }
}

/// Start and end on the clocks of the lesson's zone.
///
/// A lesson that ends when the clocks fall back ends at a time that they show twice, of which a calendar would take the first.
/// Then its length is told instead.
fn write_time(lines: &mut Lines, booking: &Booking) {
    let (zone, instants) = (booking.time.zone.tz(), booking.time.instants);
    let zoned = |name: &str| format!("{name};TZID={}", booking.time.zone.name());
    let local = |at: DateTime| at.strftime("%Y%m%dT%H%M%S").to_string();
    lines.raw(&zoned("DTSTART"), &local(zone.to_datetime(instants.start())));
    let end = zone.to_datetime(instants.end());
    if first_meaning(zone, end) == Some(instants.end()) {
        lines.raw(&zoned("DTEND"), &local(end));
    } else {
        lines.raw("DURATION", &format!("PT{}M", booking.length.minutes()));
    }
}

/// The instant that calendars take a local time for.
fn first_meaning(zone: &TimeZone, local: DateTime) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(local).earlier().ok()
}

fn description(lesson: &BookingDetails, link: &str) -> String {
    let booking = &lesson.booking;
    let mut lines = vec![format!("{} minutes, {}", booking.length.minutes(), booking.total_price)];
    if let Some(note) = &booking.student_note {
        lines.push(format!("Note from {}: {note}", lesson.student.full_name));
    }
    lines.push(link.to_owned());
    lines.join("\n")
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
