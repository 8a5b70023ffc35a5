//! One's own account on the wire.

use instainstru_domain::{
    account::{AccountStatus, Password, User},
    text::FullName,
};
use instainstru_service::personal_data::Leave;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::RoleName,
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::InstantText,
};

/// What the owner made of an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AccountStatusName)]
pub(super) enum AccountStatusName {
    /// Everything works.
    Active,
    /// Hidden from the public.
    Suspended,
    /// Closed.
    Deactivated,
}

impl From<AccountStatus> for AccountStatusName {
    fn from(status: AccountStatus) -> Self {
        match status {
            AccountStatus::Active => Self::Active,
            AccountStatus::Suspended => Self::Suspended,
            AccountStatus::Deactivated => Self::Deactivated,
        }
    }
}

/// One's own account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyAccount)]
pub(super) struct MyAccountResponse {
    /// Its id.
    #[schema(minimum = 1, example = 7)]
    id: i32,
    /// Address it logs in with.
    #[schema(example = "ada@example.com")]
    email: String,
    /// Name.
    #[schema(example = "Ada Lovelace")]
    full_name: String,
    /// Side of the marketplace.
    role: RoleName,
    /// Whether the account administers the marketplace.
    is_admin: bool,
    /// Whether the account is switched on.
    is_active: bool,
    /// What the owner made of it.
    account_status: AccountStatusName,
    /// When it was registered.
    created_at: InstantText,
    /// When it last changed.
    #[schema(required = true)]
    updated_at: Option<InstantText>,
}

impl From<&User> for MyAccountResponse {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.get(),
            email: user.email.to_string(),
            full_name: user.full_name.to_string(),
            role: user.role.into(),
            is_admin: user.is_admin,
            is_active: user.is_active,
            account_status: user.account_status.into(),
            created_at: user.created_at.into(),
            updated_at: user.updated_at.map(Into::into),
        }
    }
}

/// What is to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct UpdateMyAccountRequest {
    /// Name.
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        example = "Ada King"
    )]
    full_name: Option<String>,
}

impl IntoCommand for UpdateMyAccountRequest {
    type Command = Option<FullName>;

    fn into_command(self) -> Result<Option<FullName>, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let name = errors.take_optional("full_name", self.full_name.map(|name| FullName::new(&name)));
        errors.finish(name)
    }
}

/// Leaving for good.
#[derive(Deserialize, ToSchema)]
pub(super) struct DeleteMyAccountRequest {
    /// The password, once more.
    #[schema(format = Password, max_length = 72, pattern = "^[!-~]{1,72}$", example = "OldPassword123!")]
    password: String,
    /// Whether lessons that are still ahead are cancelled; otherwise they are in the way.
    #[serde(default)]
    #[schema(default = false)]
    cancel_upcoming: bool,
}

impl IntoCommand for DeleteMyAccountRequest {
    type Command = Leave;

    fn into_command(self) -> Result<Leave, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let password = errors.take("password", Password::presented(&self.password));
        let cancel_upcoming = self.cancel_upcoming;
        errors.finish(password.map(|password| Leave { password, cancel_upcoming }))
    }
}
