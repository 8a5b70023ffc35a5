//! Writing down who did what, and reading it.

mod origin;

use std::sync::Arc;

use instainstru_domain::{
    account::User,
    audit::{AuditEntry, AuditFilter, NewAuditEntry},
    ports::{StorageError, Transactor, TransactorExt, UnitOfWork},
};

pub use self::origin::within;

/// Writes an entry in the transaction of what it is about, with where the present request came from (see [`within`]).
///
/// # Errors
/// Only storage failures; the transaction must then fail as well, so that nothing happens unseen.
pub fn record(uow: &mut dyn UnitOfWork, entry: NewAuditEntry) -> Result<(), StorageError> {
    uow.audit().record(&entry.caused_by(origin::current()))
}

/// A part of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries, newest first.
    pub entries: Vec<AuditEntry>,
    /// When there are older ones: what to give as [`AuditFilter::before`] to read on.
    pub next: Option<i64>,
}

/// Reading the audit log.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AuditUseCases: Send + Sync {
    /// Entries that fit, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`AuditError::NotAdmin`] for everybody but administrators.
    fn entries(&self, actor: &User, filter: &AuditFilter, limit: u32) -> Result<AuditPage, AuditError>;
}

/// Why the audit log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The caller does not administer the marketplace.
    #[error("Only administrators can do this")]
    NotAdmin,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reading the audit log of any storage.
pub struct AuditService {
    tx: Arc<dyn Transactor>,
}

impl AuditService {
    /// The audit log kept in `tx`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>) -> Self {
        Self { tx }
    }
}

impl AuditUseCases for AuditService {
    fn entries(&self, actor: &User, filter: &AuditFilter, limit: u32) -> Result<AuditPage, AuditError> {
        if !actor.is_admin {
            return Err(AuditError::NotAdmin);
        }
        // One more than asked for tells whether there are more.
        let mut entries =
            self.tx.reading::<_, StorageError>(|uow| uow.audit().entries(filter, limit.saturating_add(1)))?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let there_is_more = entries.len() > wanted;
        entries.truncate(wanted);
        let next = entries.last().map(|last| last.number).filter(|_| there_is_more);
        Ok(AuditPage { entries, next })
    }
}
