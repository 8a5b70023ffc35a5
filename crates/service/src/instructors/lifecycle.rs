//! Suspending, deactivating and reactivating an instructor's account.

use instainstru_domain::{
    account::{AccountStatus, Role, User},
    audit::{AuditAction, NewAuditEntry},
    ids::UserId,
    ports::{StorageError, TransactorExt, UnitOfWork},
    zone::Zone,
};
use jiff::Timestamp;

use super::{
    AccountOverview, InstructorError, InstructorsService, StatusChange,
    service::{changed, instructors_only, locked},
};
use crate::audit;

/// Brings the caller's own account into `wanted`.
///
/// Bookings of the instructor hold the same row while they are made, so none can slip in between the count and the change.
pub(super) fn change(
    service: &InstructorsService,
    actor: &User,
    instructor: UserId,
    wanted: AccountStatus,
) -> Result<StatusChange, InstructorError> {
    own_account(actor, instructor)?;
    let now = service.clock.now();
    let done = service.tx.transaction(|uow| {
        let mut user = locked(uow, instructor)?;
        instructors_only(&user, deed(wanted))?;
        let done = StatusChange { previous: user.account_status, current: wanted };
        if done.previous == wanted {
            return match wanted {
                AccountStatus::Active => Err(InstructorError::AlreadyActive),
                AccountStatus::Suspended | AccountStatus::Deactivated => Ok(done),
            };
        }
        if wanted != AccountStatus::Active {
            let count = lessons_ahead(uow, instructor, now)?;
            if count > 0 {
                return Err(InstructorError::FutureBookings { count });
            }
        }
        if wanted == AccountStatus::Deactivated {
            user.credential_version = user.credential_version.saturating_add(1);
        }
        user.account_status = wanted;
        user.updated_at = Some(now);
        uow.users().update(&user)?;
        changed(uow, instructor, now)?;
        let entry = NewAuditEntry::new(action(wanted), now).by(actor.id).about(instructor);
        audit::record(uow, entry.saying("previous", done.previous.as_str()))?;
        Ok(done)
    })?;
    tracing::info!(
        user.id = instructor.get(),
        previous = done.previous.as_str(),
        current = done.current.as_str(),
        "account status set"
    );
    Ok(done)
}

/// What the caller's own account is and may become.
pub(super) fn overview(
    service: &InstructorsService,
    actor: &User,
    user: UserId,
) -> Result<AccountOverview, InstructorError> {
    own_account(actor, user)?;
    let now = service.clock.now();
    service.tx.reading(|uow| {
        let account = uow
            .users()
            .find(user)?
            .ok_or_else(|| StorageError::unexpected("the account of the caller is gone"))?;
        let future_bookings = match account.role {
            Role::Instructor => Some(lessons_ahead(uow, user, now)?),
            Role::Student => None,
        };
        Ok(AccountOverview {
            user_id: user,
            role: account.role,
            status: account.account_status,
            future_bookings,
        })
    })
}

fn own_account(actor: &User, account: UserId) -> Result<(), InstructorError> {
    if actor.id == account { Ok(()) } else { Err(InstructorError::OtherAccount) }
}

const fn deed(wanted: AccountStatus) -> &'static str {
    match wanted {
        AccountStatus::Active => "reactivate their accounts",
        AccountStatus::Suspended => "suspend their accounts",
        AccountStatus::Deactivated => "deactivate their accounts",
    }
}

const fn action(wanted: AccountStatus) -> AuditAction {
    match wanted {
        AccountStatus::Active => AuditAction::AccountReactivated,
        AccountStatus::Suspended => AuditAction::AccountSuspended,
        AccountStatus::Deactivated => AuditAction::AccountDeactivated,
    }
}

/// Pending and confirmed lessons from today on, on the clocks of the instructor.
fn lessons_ahead(uow: &mut dyn UnitOfWork, instructor: UserId, now: Timestamp) -> Result<u64, StorageError> {
    let zone = uow.instructors().find(instructor)?.map(|found| found.profile.details.zone);
    uow.bookings().count_future(instructor, zone.unwrap_or_else(Zone::new_york).date_at(now))
}
