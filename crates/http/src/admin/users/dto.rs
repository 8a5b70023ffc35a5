//! Accounts as administrators see them on the wire.

use instainstru_domain::{
    account::{Role, User},
    administration::{AccountState, UserFilter},
    page::{Page, Paged},
    text::AdminReason,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    auth::RoleName,
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::{InstantText, read_bounded},
};

const MAX_QUERY_CHARS: usize = 100;
const MAX_PAGE: u32 = 1_000_000;
const USUAL_SIZE: u32 = 20;

/// Which accounts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListUsersParams {
    /// Text to find in the name or the address, in upper or lower case.
    #[param(
        nullable = false,
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        example = "ada"
    )]
    query: Option<String>,
    /// Only this side of the marketplace.
    #[param(value_type = Option<RoleName>, nullable = false)]
    role: Option<String>,
    /// Only accounts in this state.
    #[param(value_type = Option<AccountStateName>, nullable = false)]
    status: Option<String>,
    /// Number of the page.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 1000000, default = 1)]
    page: Option<String>,
    /// Accounts on a page.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 20)]
    per_page: Option<String>,
}

/// A page to list.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) filter: UserFilter,
    pub(super) number: u32,
    pub(super) size: u32,
}

impl Listing {
    pub(super) const fn page(&self) -> Page {
        Page::numbered(self.number, self.size)
    }
}

/// A text to look for, trimmed.
fn read_query(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_QUERY_CHARS || text.chars().any(char::is_control) {
        return Err(format!("must have 1 to {MAX_QUERY_CHARS} characters and no control characters"));
    }
    Ok(text.to_owned())
}

impl IntoCommand for ListUsersParams {
    type Command = Listing;

    fn into_command(self) -> Result<Listing, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let query = errors.take_optional("query", self.query.map(|text| read_query(&text)));
        let role = errors.take_optional("role", self.role.map(|text| text.parse::<Role>()));
        let state = errors.take_optional("status", self.status.map(|text| text.parse::<AccountState>()));
        let number = errors.take_optional("page", self.page.map(|text| read_bounded(&text, 1, MAX_PAGE)));
        let size = errors.take_optional("per_page", self.per_page.map(|text| read_bounded(&text, 1, 100)));
        let listing = (|| {
            Some(Listing {
                filter: UserFilter { query: query?, role: role?, state: state? },
                number: number?.unwrap_or(1),
                size: size?.unwrap_or(USUAL_SIZE),
            })
        })();
        errors.finish(listing)
    }
}

/// What an account is in the end.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AccountState)]
pub(super) enum AccountStateName {
    /// Everything works.
    Active,
    /// The owner hides it from the public.
    Suspended,
    /// The owner closed it.
    Deactivated,
    /// An administrator switched it off.
    SwitchedOff,
    /// The person left for good.
    Deleted,
}

impl From<AccountState> for AccountStateName {
    fn from(state: AccountState) -> Self {
        match state {
            AccountState::Active => Self::Active,
            AccountState::Suspended => Self::Suspended,
            AccountState::Deactivated => Self::Deactivated,
            AccountState::SwitchedOff => Self::SwitchedOff,
            AccountState::Deleted => Self::Deleted,
        }
    }
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminAccount)]
pub(super) struct AdminAccountResponse {
    /// Its id.
    #[schema(minimum = 1, example = 7)]
    id: i32,
    /// Address it logs in with.
    #[schema(example = "ada@example.com")]
    email: String,
    /// Name of the person.
    #[schema(example = "Ada Lovelace")]
    full_name: String,
    /// Side of the marketplace.
    role: RoleName,
    /// Whether it administers the marketplace.
    is_admin: bool,
    /// What it is in the end.
    status: AccountStateName,
    /// When it was registered.
    created_at: InstantText,
    /// When it last changed.
    #[schema(required = true)]
    updated_at: Option<InstantText>,
}

impl From<&User> for AdminAccountResponse {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.get(),
            email: user.email.to_string(),
            full_name: user.full_name.to_string(),
            role: user.role.into(),
            is_admin: user.is_admin,
            status: user.state().into(),
            created_at: user.created_at.into(),
            updated_at: user.updated_at.map(Into::into),
        }
    }
}

/// A page of accounts, the youngest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminAccountList)]
pub(super) struct AdminAccountListResponse {
    /// The accounts of the page.
    users: Vec<AdminAccountResponse>,
    /// Number of all accounts that fit.
    total: u64,
    /// Number of the page.
    page: u32,
    /// Accounts on a page.
    per_page: u32,
}

impl AdminAccountListResponse {
    pub(super) fn new(found: &Paged<User>, page: u32, per_page: u32) -> Self {
        Self { users: found.items.iter().map(Into::into).collect(), total: found.total, page, per_page }
    }
}

/// Why an administrator does something.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminReasonRequest)]
pub(super) struct ReasonRequest {
    /// Why; kept in the audit log. Name nobody.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        example = "three complaints about lessons that did not take place"
    )]
    reason: String,
}

impl IntoCommand for ReasonRequest {
    type Command = AdminReason;

    fn into_command(self) -> Result<AdminReason, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let reason = errors.take("reason", AdminReason::new(&self.reason));
        errors.finish(reason)
    }
}
