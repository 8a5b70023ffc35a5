//! Everything stored about an instructor's time on some dates, ready for the decision about starts.

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    offer::{Agenda, DayPlan},
    zone::UtcRange,
};
use instainstru_domain::{
    availability::{Blackout, Window, blocks_on},
    ids::BookingId,
    instructor::Instructor,
    ports::{StorageError, UnitOfWork},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// An instructor with the windows, blackouts and claims of some dates.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) instructor: Instructor,
    windows: Vec<Window>,
    blackouts: Vec<Blackout>,
    claims: Vec<UtcRange>,
}

impl Schedule {
    /// Reads the schedule of `instructor` on `dates` in three statements; the claims of booking `except` are left out.
    pub(crate) fn read(
        uow: &mut dyn UnitOfWork,
        instructor: Instructor,
        dates: DateRange,
        except: Option<BookingId>,
    ) -> Result<Self, StorageError> {
        let id = instructor.user.id;
        Ok(Self {
            windows: uow.availability().windows(id, dates)?,
            blackouts: uow.availability().blackouts(id, dates)?,
            claims: uow.bookings().claims(id, instants_around(dates), except)?,
            instructor,
        })
    }

    /// A schedule of what was read for several people at once.
    pub(crate) const fn of(
        instructor: Instructor,
        windows: Vec<Window>,
        blackouts: Vec<Blackout>,
        claims: Vec<UtcRange>,
    ) -> Self {
        Self { instructor, windows, blackouts, claims }
    }

    /// What was published for a date. Dates outside those read are empty.
    pub(crate) fn plan(&self, date: Date) -> DayPlan {
        DayPlan {
            date,
            available: blocks_on(date, &self.windows),
            blackout: self.blackouts.iter().any(|blackout| blackout.date == date),
        }
    }

    /// The maximal ranges published for a date, booked or not.
    pub(crate) fn published(&self, date: Date) -> BlockSet {
        self.plan(date).available
    }

    /// The decision about starts, for a booking made at `now` by a student with these claims.
    pub(crate) fn agenda<'a>(&'a self, now: Timestamp, student_claims: &'a [UtcRange]) -> Agenda<'a> {
        let details = &self.instructor.profile.details;
        Agenda {
            zone: details.zone.tz(),
            earliest_start: details.notice.earliest_start(now),
            buffer: details.buffer,
            instructor_claims: &self.claims,
            student_claims,
        }
    }
}

/// Instants that surely include the dates in every zone, buffers before and after included: a day more on both sides.
pub(crate) fn instants_around(dates: DateRange) -> UtcRange {
    let midnight = |date: Date| TimeZone::UTC.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible();
    let start = midnight(dates.first().saturating_sub(1.day())).unwrap_or(Timestamp::MIN);
    let end = midnight(dates.last().saturating_add(2.days())).unwrap_or(Timestamp::MAX);
    UtcRange::new(start, end).unwrap_or(UtcRange::ALL)
}
