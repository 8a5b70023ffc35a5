//! Requests for a new password in memory.

use instainstru_domain::{
    ids::{PasswordResetId, UserId},
    password_reset::{NewPasswordReset, PasswordReset, ResetTokenHash},
    ports::{PasswordResetRepository, StorageError},
};
use jiff::Timestamp;

use super::unit::MemoryUnitOfWork;

impl PasswordResetRepository for MemoryUnitOfWork<'_> {
    fn insert(&mut self, reset: &NewPasswordReset) -> Result<PasswordReset, StorageError> {
        let state = self.call()?;
        state.user(reset.user_id)?;
        if state.password_resets.values().any(|(_reset, hash)| *hash == reset.token_hash) {
            return Err(StorageError::unexpected("two requests have the same token"));
        }
        let expires_at = reset.created_at.checked_add(PasswordReset::LIFETIME);
        let stored = PasswordReset {
            id: state.next_password_reset()?,
            user_id: reset.user_id,
            nonce: reset.nonce.clone(),
            created_at: reset.created_at,
            expires_at: expires_at.map_err(|error| StorageError::Unexpected(error.into()))?,
            used_at: None,
        };
        state.password_resets.insert(stored.id, (stored.clone(), reset.token_hash.clone()));
        Ok(stored)
    }

    fn find(&mut self, id: PasswordResetId) -> Result<Option<PasswordReset>, StorageError> {
        Ok(self.call()?.password_resets.get(&id).map(|(reset, _hash)| reset.clone()))
    }

    fn find_by_token(&mut self, hash: &ResetTokenHash) -> Result<Option<PasswordReset>, StorageError> {
        let mut resets = self.call()?.password_resets.values();
        Ok(resets.find(|(_reset, stored)| stored == hash).map(|(reset, _hash)| reset.clone()))
    }

    fn void_all(&mut self, user: UserId, at: Timestamp) -> Result<(), StorageError> {
        for (reset, _hash) in self.call()?.password_resets.values_mut() {
            if reset.user_id == user {
                reset.used_at.get_or_insert(at);
            }
        }
        Ok(())
    }

    fn delete_expired(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let resets = &mut self.call()?.password_resets;
        let mut expired: Vec<_> =
            resets.values().map(|(reset, _hash)| (reset.expires_at, reset.id)).collect();
        expired.retain(|(expires_at, _id)| *expires_at < before);
        expired.sort_unstable();
        expired.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        for (_expires_at, id) in &expired {
            resets.remove(id);
        }
        u64::try_from(expired.len()).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }
}
