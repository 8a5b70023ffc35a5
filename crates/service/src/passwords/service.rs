//! Implementation of the use cases of passwords.

use std::sync::Arc;

use instainstru_domain::{
    account::{EmailAddress, Password, PasswordHash, SessionKind, User},
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    ids::UserId,
    password_reset::{NewPasswordReset, ResetState, ResetToken, ResetTokenHash},
    ports::{
        Clock, PasswordHasher, ResetTokens, StorageError, TokenIssuer, Transactor, TransactorExt, UnitOfWork,
    },
};
use jiff::Timestamp;

use super::{PasswordError, PasswordUseCases};
use crate::{
    accounts::{self, Session},
    audit,
};

/// New passwords over any storage, hash and token.
pub struct PasswordService {
    tx: Arc<dyn Transactor>,
    hasher: Arc<dyn PasswordHasher>,
    resets: Arc<dyn ResetTokens>,
    sessions: Arc<dyn TokenIssuer>,
    clock: Arc<dyn Clock>,
}

impl PasswordService {
    /// The use cases over these adapters: `resets` makes the tokens that are mailed, `sessions` those that log in.
    #[must_use]
    pub fn new(
        tx: Arc<dyn Transactor>,
        hasher: Arc<dyn PasswordHasher>,
        resets: Arc<dyn ResetTokens>,
        sessions: Arc<dyn TokenIssuer>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { tx, hasher, resets, sessions, clock }
    }

    /// Whose password the token sets now.
    fn owner(
        &self,
        uow: &mut dyn UnitOfWork,
        token: &ResetToken,
        now: Timestamp,
    ) -> Result<User, PasswordError> {
        let reset = uow
            .password_resets()
            .find_by_token(&self.resets.hash(token))?
            .ok_or(PasswordError::UnknownToken)?;
        match reset.state(now) {
            ResetState::Used => return Err(PasswordError::UsedToken),
            ResetState::Expired => return Err(PasswordError::ExpiredToken),
            ResetState::Usable => {}
        }
        uow.users().find(reset.user_id)?.filter(User::can_log_in).ok_or(PasswordError::UnknownToken)
    }
}

impl PasswordUseCases for PasswordService {
    fn request_reset(&self, email: &EmailAddress) -> Result<(), PasswordError> {
        // Made for everybody, whether or not there is an account to keep them for.
        let nonce = self.resets.nonce()?;
        let token_hash = self.resets.hash(&self.resets.token(&nonce));
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let found = uow.users().find_credentials(email)?.map(|credentials| credentials.user);
            let entry = NewAuditEntry::new(AuditAction::PasswordResetRequested, now);
            let Some(user) = found.filter(User::can_log_in) else {
                pretend(uow, &token_hash)?;
                audit::record(uow, entry)?;
                return Ok(());
            };
            uow.password_resets().void_all(user.id, now)?;
            let reset = uow.password_resets().insert(&NewPasswordReset {
                user_id: user.id,
                nonce: nonce.clone(),
                token_hash: token_hash.clone(),
                created_at: now,
            })?;
            uow.outbox()
                .push(&DomainEvent::PasswordResetRequested { user: user.id, reset: reset.id }, now)?;
            audit::record(uow, entry.about(user.id))?;
            Ok(())
        })
    }

    fn inspect_reset(&self, token: &ResetToken) -> Result<Option<EmailAddress>, PasswordError> {
        let now = self.clock.now();
        match self.tx.reading(|uow| self.owner(uow, token, now)) {
            Ok(user) => Ok(Some(user.email)),
            Err(PasswordError::UnknownToken | PasswordError::UsedToken | PasswordError::ExpiredToken) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn reset(&self, token: &ResetToken, new: &Password) -> Result<(), PasswordError> {
        let now = self.clock.now();
        // Hashing is slow and must not happen in a transaction, nor for a token that somebody made up.
        let owner = self.tx.reading(|uow| self.owner(uow, token, now))?;
        let hash = self.hasher.hash(new)?;
        let user = self.tx.transaction(|uow| {
            // Of two who use a token at once, the second finds it used once the first has let go of the account.
            uow.users().lock(&[owner.id])?;
            let user = self.owner(uow, token, now)?;
            replace(uow, user.id, &hash, now)?;
            audit::record(
                uow,
                NewAuditEntry::new(AuditAction::PasswordReset, now).by(user.id).about(user.id),
            )?;
            Ok::<_, PasswordError>(user)
        })?;
        tracing::info!(user.id = user.id.get(), "a password was reset");
        Ok(())
    }

    fn change(
        &self,
        actor: &User,
        current: &Password,
        new: &Password,
        kind: SessionKind,
    ) -> Result<Session, PasswordError> {
        let now = self.clock.now();
        let stored = accounts::proven(&*self.tx, &*self.hasher, actor, current, now)?
            .ok_or(PasswordError::WrongPassword)?;
        let hash = self.hasher.hash(new)?;
        let user = self.tx.transaction(|uow| {
            uow.users().lock(&[actor.id])?;
            // Somebody else may have set another one meanwhile; then this one is no longer the current one.
            if accounts::password_of(uow, actor)?.as_ref() != Some(&stored) {
                return Err(PasswordError::WrongPassword);
            }
            replace(uow, actor.id, &hash, now)?;
            audit::record(
                uow,
                NewAuditEntry::new(AuditAction::PasswordChanged, now).by(actor.id).about(actor.id),
            )?;
            uow.users().find(actor.id)?.ok_or_else(|| gone().into())
        })?;
        let token = self.sessions.issue(&user, kind, now)?;
        tracing::info!(user.id = user.id.get(), "a password was changed");
        Ok(Session { token, user })
    }
}

/// Sends as many statements as a request for an account does, and leaves nothing.
fn pretend(uow: &mut dyn UnitOfWork, unknown: &ResetTokenHash) -> Result<(), StorageError> {
    // In place of making earlier tokens void, of the request, and of the event.
    uow.password_resets().find_by_token(unknown)?;
    uow.password_resets().find_by_token(unknown)?;
    uow.outbox().last_number()?;
    Ok(())
}

/// Sets a password: sessions end, tokens become void, and the owner is told.
fn replace(
    uow: &mut dyn UnitOfWork,
    user: UserId,
    hash: &PasswordHash,
    at: Timestamp,
) -> Result<(), StorageError> {
    uow.users().set_password(user, hash, at)?;
    uow.password_resets().void_all(user, at)?;
    uow.outbox().push(&DomainEvent::PasswordChanged { user }, at)
}

fn gone() -> StorageError {
    StorageError::unexpected("the account of the caller is gone")
}
