//! Accounts.

use std::{
    fmt,
    sync::atomic::{AtomicU32, Ordering},
};

use instainstru_domain::{
    account::{AccountStatus, EmailAddress, NewUser, Role, User},
    ports::Transactor,
    text::FullName,
};
use jiff::Timestamp;

use super::{built_at, stored};
use crate::security::PlainHasher;

/// Password of every account that does not say otherwise, hashed as [`PlainHasher`] does.
pub const PASSWORD: &str = "TestPassword123!";

/// A student with a fresh address; change what matters, then [`UserBuilder::insert`].
#[must_use]
pub fn a_user(tx: &dyn Transactor) -> UserBuilder<'_> {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    UserBuilder {
        tx,
        user: NewUser {
            email: EmailAddress::new(&format!("person{number}@example.com")).unwrap(),
            password_hash: PlainHasher::hash_of(PASSWORD),
            full_name: FullName::new(&format!("Person {number}")).unwrap(),
            role: Role::Student,
            account_status: AccountStatus::Active,
            created_at: built_at(),
        },
    }
}

/// An account in the making.
#[derive(Clone)]
pub struct UserBuilder<'a> {
    tx: &'a dyn Transactor,
    user: NewUser,
}

impl UserBuilder<'_> {
    /// On the side of those who learn: the default.
    #[must_use]
    pub fn student(mut self) -> Self {
        self.user.role = Role::Student;
        self
    }

    /// On the side of those who teach; without a profile, see [`super::an_instructor`].
    #[must_use]
    pub fn instructor(mut self) -> Self {
        self.user.role = Role::Instructor;
        self
    }

    /// With this name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.user.full_name = FullName::new(name).unwrap();
        self
    }

    /// With this address instead of a fresh one.
    #[must_use]
    pub fn email(mut self, email: &str) -> Self {
        self.user.email = EmailAddress::new(email).unwrap();
        self
    }

    /// With this password, hashed as [`PlainHasher`] does.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.user.password_hash = PlainHasher::hash_of(password);
        self
    }

    /// In this state.
    #[must_use]
    pub fn status(mut self, status: AccountStatus) -> Self {
        self.user.account_status = status;
        self
    }

    /// Registered at this instant.
    #[must_use]
    pub fn created_at(mut self, at: Timestamp) -> Self {
        self.user.created_at = at;
        self
    }

    /// What would be stored.
    #[must_use]
    pub fn build(self) -> NewUser {
        self.user
    }

    /// Stores the account.
    #[must_use]
    pub fn insert(self) -> User {
        stored(self.tx, |uow| uow.users().insert(&self.user))
    }
}

impl fmt::Debug for UserBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.user.fmt(f)
    }
}
