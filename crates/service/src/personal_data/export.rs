//! A copy of everything about somebody.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    account::User,
    audit::{AuditAction, AuditEntry, AuditFilter, NewAuditEntry},
    booking::{BookingDetails, BookingFilter, BookingOrder, Side},
    page::Page,
    ports::{StorageError, TransactorExt, UnitOfWork},
};
use jiff::civil::date;

use super::{Archive, Bounded, PersonalDataService, Teaching};
use crate::{
    audit,
    search_history::{KEPT_PER_USER, remembered},
};

const LIMIT: u32 = PersonalDataService::MAX_ENTRIES;

pub(super) fn archive(service: &PersonalDataService, actor: &User) -> Result<Archive, StorageError> {
    let made_at = service.clock.now();
    let taken = NewAuditEntry::new(AuditAction::AccountExported, made_at).by(actor.id).about(actor.id);
    // Written down first, so that no copy leaves unseen; and apart, so that nobody waits for a long read.
    service.tx.transaction::<_, StorageError>(|uow| audit::record(uow, taken.clone()))?;
    service.tx.reading(|uow| {
        let gone = || StorageError::unexpected("the account of the caller is gone");
        Ok(Archive {
            made_at,
            account: uow.users().find(actor.id)?.ok_or_else(gone)?,
            teaching: teaching(uow, actor)?,
            bookings_as_student: bookings(uow, Side::Student(actor.id))?,
            bookings_as_instructor: bookings(uow, Side::Instructor(actor.id))?,
            searches: remembered(uow, actor.id, KEPT_PER_USER)?,
            audit: entries(uow, actor)?,
        })
    })
}

fn teaching(uow: &mut dyn UnitOfWork, actor: &User) -> Result<Option<Teaching>, StorageError> {
    let Some(instructor) = uow.instructors().find(actor.id)? else { return Ok(None) };
    let every_day = DateRange::new(date(1, 1, 1), date(9999, 12, 31))
        .map_err(|error| StorageError::Unexpected(Box::new(error)))?;
    Ok(Some(Teaching {
        services: uow.instructors().services(instructor.profile.id)?,
        windows: uow.availability().windows(actor.id, every_day)?,
        blackouts: uow.availability().blackouts(actor.id, every_day)?,
        profile: instructor.profile,
    }))
}

fn bookings(uow: &mut dyn UnitOfWork, side: Side) -> Result<Bounded<BookingDetails>, StorageError> {
    let filter =
        BookingFilter { side, status: None, from: None, until: None, order: BookingOrder::NewestFirst };
    let found = uow.bookings().list(&filter, Page::first(LIMIT))?;
    Ok(Bounded { is_complete: found.total <= u64::from(LIMIT), items: found.items })
}

fn entries(uow: &mut dyn UnitOfWork, actor: &User) -> Result<Bounded<AuditEntry>, StorageError> {
    let filter = AuditFilter { concerning: Some(actor.id), ..AuditFilter::default() };
    let items = uow.audit().entries(&filter, LIMIT)?;
    let is_complete = u32::try_from(items.len()).is_ok_and(|count| count < LIMIT);
    Ok(Bounded { items, is_complete })
}
