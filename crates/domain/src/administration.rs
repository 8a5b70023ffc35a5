//! Accounts as administrators see them.

use std::str::FromStr;

use instainstru_core::booking::BookingStatus;
use jiff::civil::Date;

use crate::{
    account::{AccountStatus, EmailAddress, Role, UnknownName, User},
    ids::UserId,
};

/// What an account is in the end, after its owner and administrators had their say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// Everything works.
    Active,
    /// The owner hides it from the public.
    Suspended,
    /// The owner closed it.
    Deactivated,
    /// An administrator switched it off, whatever the owner made of it.
    SwitchedOff,
    /// The person left for good.
    Deleted,
}

impl AccountState {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deactivated => "deactivated",
            Self::SwitchedOff => "switched_off",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for AccountState {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            "deactivated" => Ok(Self::Deactivated),
            "switched_off" => Ok(Self::SwitchedOff),
            "deleted" => Ok(Self::Deleted),
            other => Err(UnknownName::new(other, "active, suspended, deactivated, switched_off, deleted")),
        }
    }
}

impl User {
    /// What the account is in the end.
    #[must_use]
    pub const fn state(&self) -> AccountState {
        if self.deleted_at.is_some() {
            return AccountState::Deleted;
        }
        if !self.is_active {
            return AccountState::SwitchedOff;
        }
        match self.account_status {
            AccountStatus::Active => AccountState::Active,
            AccountStatus::Suspended => AccountState::Suspended,
            AccountStatus::Deactivated => AccountState::Deactivated,
        }
    }
}

/// Which accounts a list should hold. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// Text to find in the name or the address, ignoring case.
    pub query: Option<String>,
    /// Only this side of the marketplace.
    pub role: Option<Role>,
    /// Only accounts in this state.
    pub state: Option<AccountState>,
}

/// Which bookings an administrator asks for. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BookingSearch {
    /// Only those of this person, as a student or as an instructor.
    pub person: Option<PersonKey>,
    /// Only those in this state.
    pub status: Option<BookingStatus>,
    /// Only those on this date or later.
    pub from: Option<Date>,
    /// Only those on this date or earlier.
    pub until: Option<Date>,
}

/// How an administrator names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonKey {
    /// By the number of the account.
    Number(UserId),
    /// By the address.
    Email(EmailAddress),
}

impl FromStr for PersonKey {
    type Err = InvalidPersonKey;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = || text.parse().ok().and_then(|number| UserId::new(number).ok()).map(Self::Number);
        let email = || EmailAddress::new(text).ok().map(Self::Email);
        number().or_else(email).ok_or(InvalidPersonKey)
    }
}

/// The text names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account is named by its number or its email address")]
pub struct InvalidPersonKey;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_back_from_its_name() {
        use AccountState::{Active, Deactivated, Deleted, Suspended, SwitchedOff};
        for state in [Active, Suspended, Deactivated, SwitchedOff, Deleted] {
            assert_eq!(state.as_str().parse::<AccountState>().unwrap(), state);
        }
        assert!("gone".parse::<AccountState>().is_err());
    }

    #[test]
    fn a_person_is_named_by_number_or_address() {
        assert_eq!("7".parse(), Ok(PersonKey::Number(UserId::new(7).unwrap())));
        let ada = EmailAddress::new("ada@example.com").unwrap();
        assert_eq!("Ada@Example.com".parse(), Ok(PersonKey::Email(ada)));
        for nobody in ["", "0", "-1", "ada", "99999999999"] {
            assert_eq!(nobody.parse::<PersonKey>(), Err(InvalidPersonKey), "{nobody}");
        }
    }
}
