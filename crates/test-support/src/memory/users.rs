//! Accounts in memory.

use instainstru_domain::{
    account::{Bearer, Credentials, EmailAddress, NewUser, PasswordHash, User},
    administration::UserFilter,
    ids::UserId,
    page::{Page, Paged},
    ports::{Conflict, StorageError, UserRepository},
};
use jiff::Timestamp;

use super::{
    bookings::part_of,
    state::{Account, State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    fn refuse_taken_email(&self, email: &EmailAddress, except: Option<UserId>) -> Result<(), StorageError> {
        let taken = self
            .users
            .values()
            .any(|account| account.user.email == *email && Some(account.user.id) != except);
        if taken { Err(StorageError::Conflict(Conflict::EmailTaken)) } else { Ok(()) }
    }

    fn account_mut(&mut self, id: UserId) -> Result<&mut Account, StorageError> {
        self.users.get_mut(&id).ok_or_else(|| missing("user", id.get()))
    }
}

impl UserRepository for MemoryUnitOfWork<'_> {
    fn insert(&mut self, user: &NewUser) -> Result<User, StorageError> {
        let state = self.call()?;
        state.refuse_taken_email(&user.email, None)?;
        let stored = User {
            id: state.next_user()?,
            email: user.email.clone(),
            full_name: user.full_name.clone(),
            role: user.role,
            is_admin: false,
            is_active: true,
            account_status: user.account_status,
            credential_version: 1,
            created_at: user.created_at,
            updated_at: None,
            deleted_at: None,
        };
        let account = Account { user: stored.clone(), password_hash: user.password_hash.clone() };
        state.users.insert(stored.id, account);
        Ok(stored)
    }

    fn find(&mut self, id: UserId) -> Result<Option<User>, StorageError> {
        Ok(self.call()?.users.get(&id).map(|account| account.user.clone()))
    }

    fn find_bearer(&mut self, id: UserId, token_id: &str) -> Result<Option<Bearer>, StorageError> {
        let state = self.call()?;
        let token_revoked = state.revoked_tokens.contains_key(token_id);
        Ok(state.users.get(&id).map(|account| Bearer { user: account.user.clone(), token_revoked }))
    }

    fn revoke_token(&mut self, token_id: &str, expires_at: Timestamp) -> Result<(), StorageError> {
        self.call()?.revoked_tokens.insert(token_id.to_owned(), expires_at);
        Ok(())
    }

    fn find_credentials(&mut self, email: &EmailAddress) -> Result<Option<Credentials>, StorageError> {
        let state = self.call()?;
        Ok(state
            .users
            .values()
            .find(|account| account.user.email == *email && account.user.deleted_at.is_none())
            .map(|account| Credentials {
                user: account.user.clone(),
                password_hash: account.password_hash.clone(),
            }))
    }

    fn update(&mut self, user: &User) -> Result<(), StorageError> {
        let state = self.call()?;
        state.refuse_taken_email(&user.email, Some(user.id))?;
        let account = state.account_mut(user.id)?;
        let (created_at, deleted_at) = (account.user.created_at, account.user.deleted_at);
        account.user = User { created_at, deleted_at, ..user.clone() };
        Ok(())
    }

    fn set_password(&mut self, id: UserId, hash: &PasswordHash, at: Timestamp) -> Result<(), StorageError> {
        let account = self.call()?.account_mut(id)?;
        account.password_hash = hash.clone();
        account.user.credential_version += 1;
        account.user.updated_at = Some(at);
        Ok(())
    }

    fn list(&mut self, filter: &UserFilter, page: Page) -> Result<Paged<User>, StorageError> {
        let query = filter.query.as_deref().unwrap_or_default().to_lowercase();
        let mentions = |text: &str| text.to_lowercase().contains(&query);
        let fits = |user: &&User| {
            (mentions(user.full_name.as_str()) || mentions(user.email.as_str()))
                && filter.role.is_none_or(|role| user.role == role)
                && filter.state.is_none_or(|state| user.state() == state)
        };
        let users = self.call()?.users.values().rev().map(|account| &account.user);
        Ok(part_of(users.filter(fits).cloned().collect(), page))
    }

    fn administrators(&mut self) -> Result<Vec<User>, StorageError> {
        let users = self.call()?.users.values().map(|account| &account.user);
        Ok(users
            .filter(|user| user.is_admin && user.is_active && user.deleted_at.is_none())
            .cloned()
            .collect())
    }

    /// Only counts as a call: writers of this store wait for each other anyway.
    fn lock(&mut self, _ids: &[UserId]) -> Result<(), StorageError> {
        self.call().map(|_state| ())
    }
}
