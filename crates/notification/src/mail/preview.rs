//! Every mail there is, written with made-up data, for people who want to see them and for tests.

use std::error::Error;

use instainstru_core::{
    booking::BookingStatus, grid::TimeRange, length::LessonLength, money::HourlyRate, zone::DayClock,
};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, Role, User},
    booking::{Booking, BookingDetails, Cancellation, LessonTime, LocationType, Party},
    ids::{BookingId, InstructorServiceId, UserId},
    password_reset::ResetToken,
    text::{CancellationReason, FullName, MeetingLocation, Note},
    zone::Zone,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

use super::{
    alert::{self, Alert, Severity},
    letters::{Letter, Occasion, Writer},
    message::Mail,
};

/// A mail with made-up data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Name of the template and which data it got, such as `confirmation_student.full`.
    pub name: String,
    /// The mail.
    pub mail: Mail,
}

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// When the made-up things happen: the morning before the lesson.
const NOW: &str = "2026-07-14T13:30:00Z";
const TODAY: Date = date(2026, 7, 14);

/// How much there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    /// Everything that can be told.
    Full,
    /// Nothing that may be left out.
    Minimal,
}

/// Every mail there is, once with everything that it can tell and once with as little as possible.
///
/// # Errors
/// When a template is broken.
pub fn samples(writer: &Writer) -> Result<Vec<Sample>> {
    let now: Timestamp = NOW.parse()?;
    let mut samples = Vec::new();
    for (data, suffix) in [(Data::Full, "full"), (Data::Minimal, "minimal")] {
        for letter in letters(writer, data, now)? {
            let name = format!("{}.{suffix}", letter.kind().as_str());
            samples.push(Sample { name, mail: writer.write(letter)? });
        }
    }
    Ok(samples)
}

fn letters(writer: &Writer, data: Data, now: Timestamp) -> Result<Vec<Letter>> {
    let lesson = lesson(data)?;
    let moved =
        lesson.booking.clone().moved(time(TODAY.tomorrow()?, "16:30-17:30")?, lesson.booking.length, now)?;
    let (student, instructor) = (lesson.student.id, lesson.instructor.id);
    let role = match data {
        Data::Full => Role::Instructor,
        Data::Minimal => Role::Student,
    };
    let user = user(&lesson.student, role, now);
    let reset = Occasion::ResetRequested {
        user: user.clone(),
        token: ResetToken::new("7Jv3kq0mXW5bYb0m1Jt0c2l4xw8yQ1gH5s9nVd2oPz4".to_owned()),
        valid_minutes: 60,
    };
    let occasions = [
        Occasion::Confirmed(lesson.clone()),
        Occasion::Rescheduled(BookingDetails { booking: moved, ..lesson.clone() }),
        Occasion::Cancelled(off(&lesson, student, now)?, student),
        Occasion::Cancelled(off(&lesson, instructor, now)?, instructor),
        Occasion::Reminder(lesson),
        reset,
        Occasion::PasswordChanged(user.clone()),
        Occasion::Registered(user),
    ];
    let mut letters = Vec::new();
    for (event, occasion) in (1..).zip(&occasions) {
        letters.extend(writer.letters(event, occasion, now));
    }
    letters.push(alert::letter(writer, &EmailAddress::new("admin@example.com")?, &alert(data, now), now));
    Ok(letters)
}

fn lesson(data: Data) -> Result<BookingDetails> {
    let is_full = data == Data::Full;
    let created_at = "2026-07-10T18:05:00Z".parse()?;
    let (hourly_rate, length) = (HourlyRate::from_cents(80_00)?, LessonLength::HOUR);
    let optional = |text: &'static str| is_full.then_some(text);
    let day = if is_full { date(2026, 7, 15) } else { TODAY };
    let booking = Booking {
        id: BookingId::new(4711)?,
        student_id: UserId::new(1)?,
        instructor_id: UserId::new(2)?,
        instructor_service_id: InstructorServiceId::new(3)?,
        time: time(day, "14:00-15:00")?,
        length,
        service_name: "Piano".to_owned(),
        hourly_rate,
        total_price: hourly_rate.price_of(length),
        service_area: optional("Upper West Side, Harlem").map(str::to_owned),
        meeting_location: optional("212 W 83rd St, Apt 4B\nRing \"Miller\"")
            .map(MeetingLocation::new)
            .transpose()?,
        location_type: if is_full { LocationType::StudentHome } else { LocationType::Neutral },
        student_note: optional(
            "I would like to work on the Moonlight Sonata.\nThe piano is freshly tuned 🎹",
        )
        .map(Note::new)
        .transpose()?,
        instructor_note: None,
        status: BookingStatus::Confirmed,
        created_at,
        moved_at: None,
        updated_at: None,
        confirmed_at: Some(created_at),
        completed_at: None,
        cancellation: None,
        revision: 0,
    };
    Ok(BookingDetails {
        booking,
        student: party(1, "Zoë Miller", "zoe@example.com")?,
        instructor: party(2, "Sarah Chen", "sarah@example.com")?,
        service_description: None,
    })
}

/// The lesson, called off by somebody. People always give a reason; an address that forgot it gets by without.
fn off(lesson: &BookingDetails, by: UserId, at: Timestamp) -> Result<BookingDetails> {
    let reason = "I am down with a cold, sorry! Next week would be perfect.";
    let cancellation = Cancellation { at, by, reason: CancellationReason::new(reason)? };
    let mut booking = lesson.booking.clone().cancelled(cancellation)?;
    if booking.student_note.is_none() {
        booking.cancellation = None;
    }
    Ok(BookingDetails { booking, ..lesson.clone() })
}

fn party(id: i64, name: &str, address: &str) -> Result<Party> {
    Ok(Party { id: UserId::new(id)?, full_name: FullName::new(name)?, email: EmailAddress::new(address)? })
}

fn user(party: &Party, role: Role, now: Timestamp) -> User {
    User {
        id: party.id,
        email: party.email.clone(),
        full_name: party.full_name.clone(),
        role,
        is_admin: false,
        is_active: true,
        account_status: AccountStatus::Active,
        credential_version: 1,
        created_at: now,
        updated_at: None,
        deleted_at: None,
    }
}

fn time(date: Date, range: &str) -> Result<LessonTime> {
    let (range, zone): (TimeRange, _) = (range.parse()?, Zone::new_york());
    let instants = DayClock::new(date, zone.tz()).instants(range).ok_or("a time that the clocks skip")?;
    Ok(LessonTime { date, range, zone, instants })
}

fn alert(data: Data, raised_at: Timestamp) -> Alert {
    let details = match data {
        Data::Full => {
            vec![("Node".to_owned(), "web-1".to_owned()), ("Waiting requests".to_owned(), "132".to_owned())]
        }
        Data::Minimal => Vec::new(),
    };
    Alert {
        key: "database-slow".to_owned(),
        severity: if data == Data::Full { Severity::Critical } else { Severity::Warning },
        title: "The database answers slowly".to_owned(),
        message: "Half of all statements took longer than 2 seconds during the last 5 minutes.".to_owned(),
        details,
        raised_at,
    }
}
