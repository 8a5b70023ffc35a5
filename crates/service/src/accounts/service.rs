//! Implementation of the account use cases.

use std::sync::Arc;

use instainstru_core::length::{Buffer, Notice};
use instainstru_domain::{
    account::{AccountStatus, Bearer, EmailAddress, NewUser, Password, Role, SessionKind, User},
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    instructor::{Areas, ProfileDetails},
    ports::{
        Clock, Conflict, PasswordHasher, StorageError, TokenIssuer, Transactor, TransactorExt, UnitOfWork,
        security::TokenClaims,
    },
    text::FullName,
    zone::Zone,
};
use jiff::{SignedDuration, Timestamp};
use tracing::info;

use super::{AccountError, AccountUseCases, RegisterAccount, Returned, Session};
use crate::{audit, instructors::claim_handle};

/// Notice of a new instructor, in hours.
const FIRST_NOTICE_HOURS: i64 = 1;
/// Buffer of a new instructor, in minutes.
const FIRST_BUFFER_MINUTES: i64 = 15;
/// For how long the token of a browser is fresh, unless it does not even live twice as long.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// The account use cases over any storage, hash and token.
pub struct AccountService {
    tx: Arc<dyn Transactor>,
    hasher: Arc<dyn PasswordHasher>,
    tokens: Arc<dyn TokenIssuer>,
    clock: Arc<dyn Clock>,
}

impl AccountService {
    /// The use cases over these adapters.
    #[must_use]
    pub fn new(
        tx: Arc<dyn Transactor>,
        hasher: Arc<dyn PasswordHasher>,
        tokens: Arc<dyn TokenIssuer>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { tx, hasher, tokens, clock }
    }

    fn claims(&self, token: &str) -> Result<TokenClaims, AccountError> {
        self.tokens.read(token, self.clock.now()).ok_or(AccountError::InvalidToken)
    }

    /// Writes down that somebody could not log in, whoever it was: each refusal costs the same.
    fn refuse_login(&self, account: Option<&User>, reason: &'static str) -> AccountError {
        let entry = NewAuditEntry::new(AuditAction::LoginFailed, self.clock.now()).saying("reason", reason);
        let entry = match account {
            Some(user) => entry.about(user.id),
            None => entry,
        };
        let recorded = self.tx.transaction(|uow| audit::record(uow, entry.clone()));
        recorded.map_or_else(AccountError::Storage, |()| AccountError::BadCredentials)
    }
}

impl AccountUseCases for AccountService {
    fn register(&self, command: &RegisterAccount) -> Result<User, AccountError> {
        if command.email.reaches_nobody() {
            // Set aside for those who left.
            return Err(AccountError::EmailTaken);
        }
        let new = NewUser {
            email: command.email.clone(),
            password_hash: self.hasher.hash(&command.password)?,
            full_name: command.full_name.clone(),
            role: command.role,
            account_status: AccountStatus::Active,
            created_at: self.clock.now(),
        };
        let user = self.tx.transaction(|uow| open_account(uow, &new))?;
        info!(user_id = %user.id, role = user.role.as_str(), "an account was registered");
        Ok(user)
    }

    fn log_in(
        &self,
        email: &EmailAddress,
        password: &Password,
        kind: SessionKind,
    ) -> Result<Session, AccountError> {
        let found = self.tx.reading(|uow| uow.users().find_credentials(email))?;
        let Some(credentials) = found else {
            self.hasher.waste_time(password);
            return Err(self.refuse_login(None, "unknown_address"));
        };
        // The password is checked before the state of the account, so that both refusals take the same time.
        let belongs = self.hasher.verify(password, &credentials.password_hash)?;
        let user = credentials.user;
        if !belongs {
            return Err(self.refuse_login(Some(&user), "wrong_password"));
        }
        if !user.can_log_in() {
            return Err(self.refuse_login(Some(&user), "deactivated"));
        }
        let now = self.clock.now();
        let token = self.tokens.issue(&user, kind, now)?;
        self.tx.transaction(|uow| {
            audit::record(uow, NewAuditEntry::new(AuditAction::LoggedIn, now).by(user.id))
        })?;
        Ok(Session { token, user })
    }

    fn authenticate(&self, token: &str) -> Result<User, AccountError> {
        let claims = self.claims(token)?;
        self.tx.reading(|uow| bearer(uow, &claims))
    }

    fn resume(&self, token: &str) -> Result<Returned, AccountError> {
        let claims = self.claims(token)?;
        let user = self.tx.reading(|uow| bearer(uow, &claims))?;
        let now = self.clock.now();
        let renewed = is_stale(&claims, now).then(|| self.tokens.renew(&claims, now)).transpose()?;
        Ok(Returned { user, renewed })
    }

    fn rename(&self, actor: &User, name: &FullName) -> Result<User, AccountError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            uow.users().lock(&[actor.id])?;
            let mut user = uow.users().find(actor.id)?.ok_or(AccountError::UserGone)?;
            if user.full_name == *name || user.deleted_at.is_some() {
                return Ok(user);
            }
            user.full_name = name.clone();
            user.updated_at = Some(now);
            uow.users().update(&user)?;
            if user.role == Role::Instructor {
                uow.outbox().push(&DomainEvent::InstructorChanged { instructor: user.id }, now)?;
            }
            let entry = NewAuditEntry::new(AuditAction::AccountChanged, now).by(user.id).about(user.id);
            audit::record(uow, entry.saying("changed", "full_name"))?;
            Ok(user)
        })
    }

    fn log_out(&self, token: &str) -> Result<(), AccountError> {
        let claims = self.claims(token)?;
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let user = bearer(uow, &claims)?;
            uow.users().revoke_token(&claims.token_id, end_of_session(&claims, now))?;
            audit::record(uow, NewAuditEntry::new(AuditAction::LoggedOut, now).by(user.id))?;
            Ok(())
        })
    }
}

fn open_account(uow: &mut dyn UnitOfWork, new: &NewUser) -> Result<User, AccountError> {
    let user = uow.users().insert(new).map_err(|error| match error {
        StorageError::Conflict(Conflict::EmailTaken) => AccountError::EmailTaken,
        other => AccountError::Storage(other),
    })?;
    uow.outbox().push(&DomainEvent::UserRegistered { user: user.id }, new.created_at)?;
    if new.role == Role::Instructor {
        let profile = uow.instructors().insert_profile(user.id, &empty_profile()?, new.created_at)?;
        claim_handle(uow, profile.id, (user.id, &user.full_name), new.created_at)?;
        uow.outbox().push(&DomainEvent::InstructorChanged { instructor: user.id }, new.created_at)?;
    }
    Ok(user)
}

/// What a new instructor starts with: readable and listed, but not yet complete.
fn empty_profile() -> Result<ProfileDetails, StorageError> {
    let constant_is_legal = |error| StorageError::Unexpected(Box::new(error));
    Ok(ProfileDetails {
        bio: None,
        areas: Areas::default(),
        years_experience: 0,
        notice: Notice::from_hours(FIRST_NOTICE_HOURS).map_err(constant_is_legal)?,
        buffer: Buffer::from_minutes(FIRST_BUFFER_MINUTES).map_err(constant_is_legal)?,
        zone: Zone::new_york(),
    })
}

fn lifetime(claims: &TokenClaims) -> SignedDuration {
    claims.expires_at.duration_since(claims.issued_at)
}

/// Whether the session goes on with another token. Those of programs end when they said they would.
fn is_stale(claims: &TokenClaims, now: Timestamp) -> bool {
    claims.kind == SessionKind::Browser
        && now.duration_since(claims.issued_at) >= FRESH.min(lifetime(claims) / 2)
}

/// When the last token of a session ends that is given up now: another one may have been made of this one a moment ago.
fn end_of_session(claims: &TokenClaims, now: Timestamp) -> Timestamp {
    match claims.kind {
        SessionKind::Program => claims.expires_at,
        SessionKind::Browser => {
            now.checked_add(lifetime(claims)).map_or(Timestamp::MAX, |end| end.max(claims.expires_at))
        }
    }
}

/// The account that a token of good make belongs to, if the token still counts.
fn bearer(uow: &mut dyn UnitOfWork, claims: &TokenClaims) -> Result<User, AccountError> {
    let Bearer { user, token_revoked } =
        uow.users().find_bearer(claims.user_id, &claims.token_id)?.ok_or(AccountError::UserGone)?;
    let outdated = claims.credential_version != user.credential_version;
    if token_revoked || outdated || !user.can_log_in() {
        return Err(AccountError::InvalidToken);
    }
    Ok(user)
}
