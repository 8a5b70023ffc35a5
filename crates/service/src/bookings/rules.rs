//! The checks that booking, asking and moving a lesson have in common.

use instainstru_core::{
    dates::DateRange,
    grid::{GridTime, TimeRange},
    length::{LessonLength, Notice},
    offer::WhyNot,
    zone::{DayClock, UtcRange},
};
use instainstru_domain::{
    account::{AccountStatus, User},
    booking::{BookingClaims, LessonTime},
    ids::{BookingId, InstructorServiceId, UserId},
    instructor::{Instructor, InstructorService},
    ports::{Conflict, StorageError, UnitOfWork},
    zone::Zone,
};
use jiff::{Timestamp, civil::Date};

use super::{BookingError, Who};
use crate::public::{Refusal, Schedule, instants_around};

/// A lesson somebody would like to have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) instructor: UserId,
    /// Who would learn; nobody when an instructor only asks.
    pub(super) student: Option<UserId>,
    pub(super) date: Date,
    pub(super) start: GridTime,
    pub(super) length: LessonLength,
    /// The booking that would move here: its own time is no obstacle.
    pub(super) except: Option<BookingId>,
}

impl Wish {
    /// The time of the student that is taken around these dates.
    pub(super) fn student_claims(
        &self,
        uow: &mut dyn UnitOfWork,
        dates: DateRange,
    ) -> Result<Vec<UtcRange>, StorageError> {
        match self.student {
            Some(student) => uow.bookings().claims(student, instants_around(dates), self.except),
            None => Ok(Vec::new()),
        }
    }

    /// The weightiest reason why the lesson cannot take place at this time, if there is one.
    pub(super) fn obstacle(
        &self,
        uow: &mut dyn UnitOfWork,
        instructor: Instructor,
        now: Timestamp,
    ) -> Result<Option<WhyNot>, StorageError> {
        let day = DateRange::day(self.date);
        let student_claims = self.student_claims(uow, day)?;
        let schedule = Schedule::read(uow, instructor, day, self.except)?;
        let reasons =
            schedule.agenda(now, &student_claims).why_not(&schedule.plan(self.date), self.start, self.length);
        Ok(reasons.first().copied())
    }

    /// When the lesson takes place and what it takes from both; the time must have been found free of obstacles.
    pub(super) fn placed(
        &self,
        instructor: &Instructor,
    ) -> Result<(LessonTime, BookingClaims), BookingError> {
        let details = &instructor.profile.details;
        let range = TimeRange::lesson(self.start, self.length)
            .map_err(|_past_midnight| BookingError::PastMidnight)?;
        let instants = DayClock::new(self.date, details.zone.tz())
            .instants(range)
            .ok_or_else(|| refused(WhyNot::ClockChange, details.notice))?;
        let claims =
            BookingClaims { instructor: instants.extended(details.buffer.duration()), student: instants };
        Ok((LessonTime { date: self.date, range, zone: details.zone.clone(), instants }, claims))
    }
}

/// Refuses dates before today on the clocks of the instructor, or of New York when there is no instructor.
pub(super) fn not_past(
    date: Date,
    instructor: Option<&Instructor>,
    now: Timestamp,
) -> Result<(), BookingError> {
    let today = match instructor {
        Some(instructor) => instructor.profile.details.zone.date_at(now),
        None => Zone::new_york().date_at(now),
    };
    if date < today { Err(BookingError::PastDate(date)) } else { Ok(()) }
}

/// The service with this id, if it can be booked at all.
pub(super) fn active_service(
    uow: &mut dyn UnitOfWork,
    id: InstructorServiceId,
) -> Result<InstructorService, BookingError> {
    uow.instructors()
        .find_service(id)?
        .filter(|service| service.is_active)
        .ok_or(BookingError::ServiceNotFound)
}

/// Refuses a service of somebody else.
pub(super) fn offered_by(instructor: &Instructor, service: &InstructorService) -> Result<(), BookingError> {
    if service.profile_id == Some(instructor.profile.id) {
        Ok(())
    } else {
        Err(BookingError::OtherInstructor)
    }
}

/// Refuses instructors who take no bookings.
pub(super) fn taking_bookings(user: &User) -> Result<(), BookingError> {
    if user.is_bookable() {
        return Ok(());
    }
    Err(BookingError::InstructorUnavailable(match user.account_status {
        AccountStatus::Suspended => "suspended",
        AccountStatus::Deactivated => "deactivated",
        AccountStatus::Active => "switched off",
    }))
}

/// Refuses lengths that are not among those offered.
pub(super) fn length_offered(offered: &[LessonLength], minutes: u16) -> Result<(), BookingError> {
    if offered.iter().any(|length| length.minutes() == minutes) {
        return Ok(());
    }
    let options = offered.iter().map(|length| length.minutes().to_string()).collect::<Vec<_>>().join(", ");
    Err(BookingError::DurationNotOffered { options, minutes })
}

/// The error for a time that is not offered for this reason. Alternatives are looked for when the transaction is over.
pub(super) fn refused(reason: WhyNot, notice: Notice) -> BookingError {
    let required_hours = notice.hours();
    match reason {
        WhyNot::InstructorBusy => BookingError::Taken { who: Who::Instructor, alternatives: Vec::new() },
        WhyNot::StudentBusy => BookingError::Taken { who: Who::Student, alternatives: Vec::new() },
        WhyNot::TooSoon => BookingError::InsufficientNotice { required_hours },
        WhyNot::PastMidnight => BookingError::PastMidnight,
        WhyNot::ClockChange | WhyNot::Blackout | WhyNot::OutsideAvailability => {
            BookingError::Refused { reason, message: Refusal::Time(reason).message(required_hours) }
        }
    }
}

/// The error when the database refuses to take the time: it sees rivals that the checks could not see.
pub(super) fn claims_refused(error: StorageError, instructor: UserId) -> BookingError {
    match error {
        StorageError::Conflict(Conflict::TimeTaken(user)) => {
            let who = if user == instructor { Who::Instructor } else { Who::Student };
            BookingError::Taken { who, alternatives: Vec::new() }
        }
        StorageError::Conflict(
            Conflict::EmailTaken
            | Conflict::ProfileExists
            | Conflict::ServiceOffered
            | Conflict::BlackoutExists
            | Conflict::AnswerExists
            | Conflict::AnalyticsRunning,
        )
        | StorageError::Unavailable(_)
        | StorageError::Unexpected(_) => BookingError::Storage(error),
    }
}
