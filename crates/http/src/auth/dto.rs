//! Accounts and sessions on the wire.

use instainstru_domain::{
    account::{EmailAddress, Password, Role, User},
    text::{FullName, InvalidText},
};
use instainstru_service::accounts::RegisterAccount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
};

/// Side of the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Role)]
pub(crate) enum RoleName {
    /// Books lessons.
    Student,
    /// Gives lessons.
    Instructor,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Student => Self::Student,
            RoleName::Instructor => Self::Instructor,
        }
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Student => Self::Student,
            Role::Instructor => Self::Instructor,
        }
    }
}

/// An account to open.
#[derive(Deserialize, ToSchema)]
pub(super) struct RegisterRequest {
    /// Address to log in with; upper and lower case are the same.
    #[schema(format = Email, max_length = 254, example = "ada@example.com")]
    email: String,
    /// Password: 8 characters to 72 bytes.
    #[schema(format = Password, min_length = 8, max_length = 72, pattern = "^[!-~]{8,72}$", example = "TestPassword123!")]
    password: String,
    /// Name of the person.
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        example = "Ada Lovelace"
    )]
    full_name: String,
    /// Side of the marketplace. An instructor gets an empty profile to complete.
    role: RoleName,
}

impl IntoCommand for RegisterRequest {
    type Command = RegisterAccount;

    fn into_command(self) -> Result<RegisterAccount, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let email = errors.take("email", EmailAddress::new(&self.email));
        let password = errors.take("password", Password::new(&self.password));
        let full_name = errors.take("full_name", FullName::new(&self.full_name));
        let command = email.zip(password).zip(full_name).map(|((email, password), full_name)| {
            RegisterAccount { email, password, full_name, role: self.role.into() }
        });
        errors.finish(command)
    }
}

/// A login form as OAuth 2 has it.
#[derive(Deserialize, ToSchema)]
pub(super) struct LoginForm {
    /// The address of the account.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 254, example = "ada@example.com")]
    username: Option<String>,
    /// The password.
    #[schema(value_type = String, required = true, format = Password, max_length = 72, example = "TestPassword123!")]
    password: Option<String>,
    /// `password`, if given at all.
    #[schema(pattern = "^password$", nullable = false)]
    grant_type: Option<String>,
}

/// What somebody says to log in.
pub(super) struct Login {
    /// `None` when no account can have this address.
    pub(super) email: Option<EmailAddress>,
    /// `None` when no account can have this password.
    pub(super) password: Option<Password>,
}

impl IntoCommand for LoginForm {
    type Command = Login;

    /// An address or password that nobody can have is not malformed but wrong, so that the answer tells nothing.
    fn into_command(self) -> Result<Login, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let username = errors.require("username", self.username);
        let password = errors.require("password", self.password);
        if self.grant_type.is_some_and(|grant| grant != "password") {
            errors.push("grant_type", "grant_type must be 'password'");
        }
        let readable = |result: Result<EmailAddress, InvalidText>| result.ok();
        errors.finish(username.zip(password).map(|(username, password)| Login {
            email: readable(EmailAddress::new(&username)),
            password: Password::presented(&password).ok(),
        }))
    }
}

/// Proof of who is calling.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenResponse {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    token_type: &'static str,
}

impl TokenResponse {
    /// This token.
    pub(crate) const fn bearer(access_token: String) -> Self {
        Self { access_token, token_type: "bearer" }
    }
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserResponse {
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
    /// Whether the account is switched on.
    is_active: bool,
}

impl From<&User> for UserResponse {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.get(),
            email: user.email.to_string(),
            full_name: user.full_name.to_string(),
            role: user.role.into(),
            is_active: user.is_active,
        }
    }
}

/// Something that worked, in words.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LoggedOutResponse {
    /// What happened.
    #[schema(example = "Logged out")]
    pub(super) message: &'static str,
}
