//! Asking whether a lesson could be booked.

use instainstru_core::{length::LessonLength, offer::WhyNot};
use instainstru_domain::{
    account::{Role, User},
    ports::{TransactorExt, UnitOfWork},
};
use jiff::Timestamp;

use super::{
    BookingError, BookingService, CheckTime, TimeCheck, Who,
    rules::{self, Wish},
};
use crate::public::Refusal;

impl BookingService {
    pub(super) fn check_time(&self, actor: &User, check: &CheckTime) -> Result<TimeCheck, BookingError> {
        let now = self.clock.now();
        self.tx.reading(|uow| examine(uow, actor, check, now))
    }
}

/// Asks for the same things as booking does, so the answer is "available" exactly when a booking of this student would
/// succeed. Instructors may ask too: they have no time of a student to consider.
fn examine(
    uow: &mut dyn UnitOfWork,
    actor: &User,
    check: &CheckTime,
    now: Timestamp,
) -> Result<TimeCheck, BookingError> {
    let instructor = uow.instructors().find(check.instructor_id)?;
    rules::not_past(check.date, instructor.as_ref(), now)?;
    let instructor = instructor.ok_or(BookingError::InstructorNotFound)?;

    let minutes = check.lesson.minutes();
    let terms = rules::active_service(uow, check.instructor_service_id).and_then(|service| {
        rules::offered_by(&instructor, &service)?;
        rules::length_offered(service.offer.terms.durations.as_slice(), minutes)?;
        rules::taking_bookings(&instructor.user)
    });
    if let Err(error) = terms {
        return refusal(error);
    }
    let Ok(length) = LessonLength::from_minutes(i64::from(minutes)) else {
        return refusal(BookingError::DurationNotOffered { options: String::new(), minutes });
    };

    let wish = Wish {
        instructor: check.instructor_id,
        student: (actor.role == Role::Student).then_some(actor.id),
        date: check.date,
        start: check.lesson.start(),
        length,
        except: None,
    };
    let notice_hours = instructor.profile.details.notice.hours();
    let answer = match wish.obstacle(uow, instructor, now)? {
        None => TimeCheck::Available,
        Some(reason) => TimeCheck::Refused {
            reason: Refusal::Time(reason).message(notice_hours),
            min_advance_hours: (reason == WhyNot::TooSoon).then_some(notice_hours),
            conflicts_with: match reason {
                WhyNot::InstructorBusy => Some(Who::Instructor),
                WhyNot::StudentBusy => Some(Who::Student),
                WhyNot::PastMidnight
                | WhyNot::ClockChange
                | WhyNot::TooSoon
                | WhyNot::Blackout
                | WhyNot::OutsideAvailability => None,
            },
        },
    };
    Ok(answer)
}

/// A "no" because of the service or the account; anything else stays an error.
fn refusal(error: BookingError) -> Result<TimeCheck, BookingError> {
    match error {
        BookingError::ServiceNotFound
        | BookingError::OtherInstructor
        | BookingError::DurationNotOffered { .. }
        | BookingError::InstructorUnavailable(_) => Ok(TimeCheck::Refused {
            reason: error.to_string(),
            min_advance_hours: None,
            conflicts_with: None,
        }),
        BookingError::PastDate(_)
        | BookingError::PastMidnight
        | BookingError::NotStudent
        | BookingError::NotInstructor(_)
        | BookingError::InstructorNotFound
        | BookingError::Taken { .. }
        | BookingError::InsufficientNotice { .. }
        | BookingError::Refused { .. }
        | BookingError::NotFound
        | BookingError::NotParty
        | BookingError::NotItsInstructor
        | BookingError::Transition(_)
        | BookingError::NotYet(_)
        | BookingError::AlreadyBegan
        | BookingError::Storage(_) => Err(error),
    }
}
