//! The audit log in memory.

use instainstru_domain::{
    audit::{AuditDetail, AuditEntry, AuditFilter, AuditSubject, NewAuditEntry, Origin},
    ids::UserId,
    ports::{AuditLog, StorageError},
};
use jiff::Timestamp;

use super::unit::MemoryUnitOfWork;

fn is_about(entry: &NewAuditEntry, user: UserId) -> bool {
    entry.subject == Some(AuditSubject::from(user))
}

impl AuditLog for MemoryUnitOfWork<'_> {
    fn record(&mut self, entry: &NewAuditEntry) -> Result<(), StorageError> {
        let state = self.call()?;
        let number = state.next_audit_number();
        state.audit.push(AuditEntry { number, entry: entry.clone() });
        Ok(())
    }

    fn entries(&mut self, filter: &AuditFilter, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
        let fits = |AuditEntry { number, entry }: &&AuditEntry| {
            filter.actor.is_none_or(|actor| entry.actor == Some(actor))
                && filter.concerning.is_none_or(|user| entry.actor == Some(user) || is_about(entry, user))
                && filter.action.is_none_or(|action| entry.action == action)
                && filter.since.is_none_or(|since| entry.at >= since)
                && filter.before.is_none_or(|before| *number < before)
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.call()?.audit.iter().rev().filter(fits).take(limit).cloned().collect())
    }

    fn forget_person(&mut self, user: UserId) -> Result<(), StorageError> {
        for AuditEntry { entry, .. } in &mut self.call()?.audit {
            let is_about = is_about(entry, user);
            if is_about || entry.actor == Some(user) {
                entry.origin = Origin::default();
            }
            if is_about {
                entry.detail = AuditDetail::default();
            }
        }
        Ok(())
    }

    fn forget_addresses(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let mut old: Vec<&mut NewAuditEntry> =
            self.call()?.audit.iter_mut().map(|AuditEntry { entry, .. }| entry).collect();
        old.retain(|entry| entry.at < before && entry.origin.address.is_some());
        old.sort_by_key(|entry| entry.at);
        old.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        for entry in &mut old {
            entry.origin.address = None;
        }
        u64::try_from(old.len()).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }
}
