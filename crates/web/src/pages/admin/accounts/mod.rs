//! Accounts: finding them, seeing what was done with one, switching it off and on.

pub(in crate::pages) mod list;
pub(in crate::pages) mod show;
pub(in crate::pages) mod switch;

use instainstru_domain::{
    account::{Role, User},
    administration::AccountState,
    ids::UserId,
    zone::Zone,
};
use instainstru_http::ApiError;
use serde::Serialize;

use super::{Badge, number};
use crate::{view::links, words};

/// An account in brief.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AccountRow {
    pub(crate) id: i32,
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) email: String,
    /// `Instructor` or `Student`.
    pub(crate) side: &'static str,
    pub(crate) is_admin: bool,
    pub(crate) badge: Badge,
    /// `July 13, 2026`.
    pub(crate) since: String,
}

impl AccountRow {
    fn new(user: &User) -> Self {
        Self {
            id: user.id.get(),
            href: links::administered(user.id),
            name: user.full_name.to_string(),
            email: user.email.to_string(),
            side: match user.role {
                Role::Student => "Student",
                Role::Instructor => "Instructor",
            },
            is_admin: user.is_admin,
            badge: match user.state() {
                AccountState::Active => Badge::good("Active"),
                AccountState::Suspended => Badge::plain("Paused by its owner"),
                AccountState::Deactivated => Badge::plain("Closed by its owner"),
                AccountState::SwitchedOff => Badge::bad("Switched off"),
                AccountState::Deleted => Badge::plain("Deleted"),
            },
            since: words::date_with_year(Zone::new_york().date_at(user.created_at)),
        }
    }
}

/// The account of an address.
fn account_id(text: &str) -> Result<UserId, ApiError> {
    number(text, |id| UserId::new(id).ok(), "Account")
}
