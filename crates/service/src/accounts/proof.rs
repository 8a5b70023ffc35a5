//! Asking somebody who is logged in for the password once more, before what cannot be undone.

use instainstru_domain::{
    account::{Password, PasswordHash, User},
    audit::{AuditAction, NewAuditEntry},
    ports::{PasswordHasher, StorageError, Transactor, TransactorExt, UnitOfWork, security::SecurityError},
};
use jiff::Timestamp;

use crate::audit;

/// Why somebody cannot be asked for the password.
#[derive(Debug)]
pub(crate) enum ProofError {
    Storage(StorageError),
    Security(SecurityError),
}

impl From<StorageError> for ProofError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<SecurityError> for ProofError {
    fn from(error: SecurityError) -> Self {
        Self::Security(error)
    }
}

/// The hash of the caller's password, if this is the password. A wrong one is written down, like a login that was refused.
pub(crate) fn proven(
    tx: &dyn Transactor,
    hasher: &dyn PasswordHasher,
    actor: &User,
    password: &Password,
    now: Timestamp,
) -> Result<Option<PasswordHash>, ProofError> {
    let Some(stored) = tx.reading(|uow| password_of(uow, actor))? else {
        return Ok(None);
    };
    if hasher.verify(password, &stored)? {
        return Ok(Some(stored));
    }
    let entry = NewAuditEntry::new(AuditAction::LoginFailed, now).by(actor.id).about(actor.id);
    let entry = entry.saying("reason", "wrong_current_password");
    tx.transaction(|uow| audit::record(uow, entry.clone()))?;
    Ok(None)
}

/// The hash of the caller's password; none when the account was deleted meanwhile.
pub(crate) fn password_of(
    uow: &mut dyn UnitOfWork,
    actor: &User,
) -> Result<Option<PasswordHash>, StorageError> {
    let found = uow.users().find_credentials(&actor.email)?;
    // The address may belong to somebody else by now.
    Ok(found.filter(|found| found.user.id == actor.id).map(|found| found.password_hash))
}
