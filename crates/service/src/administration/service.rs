//! Implementation of the use cases of administrators.

use std::sync::Arc;

use instainstru_core::booking::BookingAction;
use instainstru_domain::{
    account::{Role, User},
    administration::{BookingSearch, PersonKey, UserFilter},
    audit::{AuditAction, NewAuditEntry},
    booking::{BookingDetails, BookingFilter, BookingOrder, Cancellation, Side},
    event::DomainEvent,
    ids::{BookingId, UserId},
    page::{Page, Paged},
    ports::{Clock, StorageError, Transactor, TransactorExt, UnitOfWork},
    text::{AdminReason, CancellationReason},
};

use super::{AdministrationError, AdministrationUseCases, Scope};
use crate::{audit, bookings};

/// Accounts of any storage, as administrators see them.
pub struct AdministrationService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl AdministrationService {
    /// Accounts kept in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }

    fn switch(
        &self,
        actor: &User,
        user: UserId,
        scope: Scope,
        on: bool,
        reason: &AdminReason,
    ) -> Result<User, AdministrationError> {
        admins_only(actor)?;
        let now = self.clock.now();
        let switched = self.tx.transaction(|uow| {
            uow.users().lock(&[user])?;
            let mut account = account(uow, user, scope)?;
            if !on {
                may_be_switched_off(actor, &account)?;
            }
            if account.is_active == on {
                return Ok(account);
            }
            account.is_active = on;
            if !on {
                account.credential_version = account.credential_version.saturating_add(1);
            }
            account.updated_at = Some(now);
            uow.users().update(&account)?;
            if account.role == Role::Instructor {
                uow.outbox().push(&DomainEvent::InstructorChanged { instructor: user }, now)?;
            }
            let action = if on { AuditAction::AccountSwitchedOn } else { AuditAction::AccountSwitchedOff };
            let entry = NewAuditEntry::new(action, now).by(actor.id).about(user);
            audit::record(uow, entry.saying("reason", reason))?;
            Ok::<_, AdministrationError>(account)
        })?;
        tracing::info!(user.id = user.get(), admin.id = actor.id.get(), on, "an account was switched");
        Ok(switched)
    }
}

impl AdministrationUseCases for AdministrationService {
    fn users(
        &self,
        actor: &User,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Paged<User>, AdministrationError> {
        admins_only(actor)?;
        self.tx.reading(|uow| Ok(uow.users().list(filter, page)?))
    }

    fn account(&self, actor: &User, user: UserId) -> Result<User, AdministrationError> {
        admins_only(actor)?;
        self.tx.reading(|uow| uow.users().find(user)?.ok_or(AdministrationError::NotFound))
    }

    fn switch_off(
        &self,
        actor: &User,
        user: UserId,
        scope: Scope,
        reason: &AdminReason,
    ) -> Result<User, AdministrationError> {
        self.switch(actor, user, scope, false, reason)
    }

    fn switch_on(
        &self,
        actor: &User,
        user: UserId,
        scope: Scope,
        reason: &AdminReason,
    ) -> Result<User, AdministrationError> {
        self.switch(actor, user, scope, true, reason)
    }

    fn bookings(
        &self,
        actor: &User,
        search: &BookingSearch,
        page: Page,
    ) -> Result<Paged<BookingDetails>, AdministrationError> {
        admins_only(actor)?;
        self.tx.reading(|uow| {
            let side = match &search.person {
                None => Side::Everybody,
                Some(PersonKey::Number(user)) => Side::Either(*user),
                Some(PersonKey::Email(email)) => match uow.users().find_credentials(email)? {
                    Some(found) => Side::Either(found.user.id),
                    None => return Ok(Paged { items: Vec::new(), total: 0 }),
                },
            };
            let BookingSearch { status, from, until, .. } = *search;
            let filter = BookingFilter { side, status, from, until, order: BookingOrder::NewestFirst };
            Ok(uow.bookings().list(&filter, page)?)
        })
    }

    fn booking(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, AdministrationError> {
        admins_only(actor)?;
        self.tx.reading(|uow| uow.bookings().find(booking)?.ok_or(AdministrationError::BookingNotFound))
    }

    fn cancel_booking(
        &self,
        actor: &User,
        booking: BookingId,
        reason: &CancellationReason,
    ) -> Result<BookingDetails, AdministrationError> {
        admins_only(actor)?;
        let now = self.clock.now();
        let cancelled = self.tx.transaction(|uow| {
            let held = uow.bookings().lock(booking)?.ok_or(AdministrationError::BookingNotFound)?;
            held.status.after(BookingAction::Cancel)?;
            if held.time.instants.start() <= now {
                return Err(AdministrationError::AlreadyBegan);
            }
            let cancellation = Cancellation { at: now, by: actor.id, reason: reason.clone() };
            bookings::call_off::<AdministrationError>(uow, held, cancellation)?;
            let entry = NewAuditEntry::new(AuditAction::BookingCancelled, now).by(actor.id).about(booking);
            audit::record(uow, entry.saying("reason", reason))?;
            let cancelled = uow.bookings().find(booking)?;
            Ok(cancelled
                .ok_or_else(|| StorageError::unexpected("a booking that was just changed is gone"))?)
        })?;
        tracing::info!(
            booking.id = booking.get(),
            admin.id = actor.id.get(),
            "booking cancelled by the marketplace"
        );
        Ok(cancelled)
    }
}

fn admins_only(actor: &User) -> Result<(), AdministrationError> {
    if actor.is_admin { Ok(()) } else { Err(AdministrationError::NotAdmin) }
}

fn account(uow: &mut dyn UnitOfWork, user: UserId, scope: Scope) -> Result<User, AdministrationError> {
    let in_scope = |account: &User| match scope {
        Scope::Everybody => true,
        Scope::Instructors => account.role == Role::Instructor,
    };
    let found = uow.users().find(user)?.filter(|account| account.deleted_at.is_none());
    found.filter(in_scope).ok_or(AdministrationError::NotFound)
}

fn may_be_switched_off(actor: &User, account: &User) -> Result<(), AdministrationError> {
    if actor.id == account.id {
        Err(AdministrationError::OwnAccount)
    } else if account.is_admin {
        Err(AdministrationError::IsAdmin)
    } else {
        Ok(())
    }
}
