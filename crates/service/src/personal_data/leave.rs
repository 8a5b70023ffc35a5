//! Leaving for good.

use std::collections::BTreeMap;

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    account::{Role, User},
    audit::{AuditAction, NewAuditEntry},
    booking::{Booking, BookingFilter, BookingOrder, Cancellation, Side},
    event::DomainEvent,
    ids::{BookingId, UserId},
    page::Page,
    ports::{StorageError, TransactorExt, UnitOfWork},
    text::CancellationReason,
};
use jiff::{SignedDuration, Timestamp};

use super::{Leave, PersonalDataError, PersonalDataService};
use crate::{accounts, bookings};

/// What the other party of a lesson is told.
const REASON: &str = "The account was deleted";
/// No zone is further from UTC, so a lesson that is not over now is dated no earlier.
const WIDEST_OFFSET: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn leave(
    service: &PersonalDataService,
    actor: &User,
    command: &Leave,
) -> Result<(), PersonalDataError> {
    let now = service.clock.now();
    if service.tx.reading(|uow| account_of(uow, actor))?.is_none() {
        return Ok(());
    }
    accounts::proven(&*service.tx, &*service.hasher, actor, &command.password, now)?
        .ok_or(PersonalDataError::WrongPassword)?;
    let reason = CancellationReason::new(REASON).map_err(|error| StorageError::Unexpected(error.into()))?;
    let cancelled = service.tx.transaction(|uow| {
        let ahead = held_lessons(uow, actor.id, now)?;
        if ahead.values().any(|lesson| lesson.time.instants.start() <= now) {
            return Err(PersonalDataError::LessonUnderWay);
        }
        if !ahead.is_empty() && !command.cancel_upcoming {
            return Err(PersonalDataError::UpcomingLessons { count: ahead.len() });
        }
        let Some(account) = account_of(uow, actor)? else { return Ok(None) };
        uow.personal_data().erase(actor.id, now)?;
        for id in ahead.keys() {
            // As it is now, without the words that were erased.
            let lesson = uow.bookings().lock(*id)?.ok_or_else(lost)?;
            let cancellation = Cancellation { at: now, by: actor.id, reason: reason.clone() };
            bookings::call_off(uow, lesson, cancellation).map_err(unexpected)?;
        }
        // As the account is now: its role may have changed since the caller was told apart.
        if account.role == Role::Instructor {
            uow.outbox().push(&DomainEvent::InstructorChanged { instructor: actor.id }, now)?;
        }
        // Without the origin of the request: nothing may lead to the person any more.
        let left = NewAuditEntry::new(AuditAction::AccountDeleted, now).by(actor.id).about(actor.id);
        uow.audit().record(&left.saying("cancelled_lessons", ahead.len()))?;
        Ok::<_, PersonalDataError>(Some(ahead.len()))
    })?;
    if let Some(cancelled) = cancelled {
        tracing::info!(user.id = actor.id.get(), cancelled, "an account was deleted");
    }
    Ok(())
}

/// The caller's account as it is now, unless it is gone already.
fn account_of(uow: &mut dyn UnitOfWork, actor: &User) -> Result<Option<User>, StorageError> {
    Ok(uow.users().find(actor.id)?.filter(|account| account.deleted_at.is_none()))
}

/// The lessons that are not over, held with both parties of each: none can be added, moved or called off meanwhile.
fn held_lessons(
    uow: &mut dyn UnitOfWork,
    user: UserId,
    now: Timestamp,
) -> Result<BTreeMap<BookingId, Booking>, StorageError> {
    let seen = lessons_ahead(uow, user, now)?;
    // Bookings first, then people, as everybody does who holds both.
    for id in seen.keys() {
        uow.bookings().lock(*id)?;
    }
    let parties = seen.values().flat_map(|lesson| [lesson.student_id, lesson.instructor_id]);
    let people: Vec<UserId> = parties.chain([user]).collect();
    uow.users().lock(&people)?;
    // What was booked in between is ahead as well.
    lessons_ahead(uow, user, now)
}

fn lessons_ahead(
    uow: &mut dyn UnitOfWork,
    user: UserId,
    now: Timestamp,
) -> Result<BTreeMap<BookingId, Booking>, StorageError> {
    let earliest = now.saturating_sub(WIDEST_OFFSET).unwrap_or(Timestamp::MIN);
    let from = jiff::tz::TimeZone::UTC.to_datetime(earliest).date();
    let mut ahead = BTreeMap::new();
    for side in [Side::Student(user), Side::Instructor(user)] {
        let order = BookingOrder::SoonestFirst;
        let filter = BookingFilter { side, status: None, from: Some(from), until: None, order };
        let listed = uow.bookings().list(&filter, Page::first(u32::MAX))?.items;
        let lessons = listed.into_iter().map(|listed| listed.booking).filter(|lesson| {
            matches!(lesson.status, BookingStatus::Pending | BookingStatus::Confirmed)
                && lesson.time.instants.end() > now
        });
        ahead.extend(lessons.map(|lesson| (lesson.id, lesson)));
    }
    Ok(ahead)
}

fn lost() -> StorageError {
    StorageError::unexpected("a booking that is held is gone")
}

/// A lesson that is pending or confirmed can be called off.
fn unexpected(error: bookings::BookingError) -> StorageError {
    match error {
        bookings::BookingError::Storage(error) => error,
        other => StorageError::Unexpected(Box::new(other)),
    }
}
