//! New passwords on the wire.

use instainstru_domain::{
    account::{EmailAddress, Password},
    password_reset::ResetToken,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
};

/// Somebody who lost a password.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordResetRequest {
    /// Address of the account; upper and lower case are the same.
    #[schema(format = Email, max_length = 254, example = "ada@example.com")]
    email: String,
}

impl IntoCommand for PasswordResetRequest {
    type Command = EmailAddress;

    fn into_command(self) -> Result<EmailAddress, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let email = errors.take("email", EmailAddress::new(&self.email));
        errors.finish(email)
    }
}

/// A new password in exchange for the token of a mail.
#[derive(Deserialize, ToSchema)]
pub(super) struct ConfirmPasswordResetRequest {
    /// The token.
    #[schema(example = "Jq0vXkJ1kG0y3cV5tWb7nR9pL2mD4fH6sA8uE1oI3zQ")]
    token: String,
    /// The new password: 8 characters to 72 bytes, with a digit and a capital letter.
    #[schema(format = Password, min_length = 8, max_length = 72, pattern = "^[!-~]{8,72}$", example = "NewPassword456!")]
    new_password: String,
}

/// A token with the password it is to set.
pub(super) struct Confirmation {
    pub(super) token: ResetToken,
    pub(super) new: Password,
}

impl IntoCommand for ConfirmPasswordResetRequest {
    type Command = Confirmation;

    fn into_command(self) -> Result<Confirmation, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let new = errors.take("new_password", Password::replacing(&self.new_password));
        let token = ResetToken::new(self.token);
        errors.finish(new.map(|new| Confirmation { token, new }))
    }
}

/// A new password from somebody who knows the old one.
#[derive(Deserialize, ToSchema)]
pub(super) struct ChangePasswordRequest {
    /// The password of now.
    #[schema(format = Password, max_length = 72, pattern = "^[!-~]{1,72}$", example = "OldPassword123!")]
    current_password: String,
    /// The new password: 8 characters to 72 bytes, with a digit and a capital letter.
    #[schema(format = Password, min_length = 8, max_length = 72, pattern = "^[!-~]{8,72}$", example = "NewPassword456!")]
    new_password: String,
}

/// A password and the one to replace it.
pub(super) struct Change {
    pub(super) current: Password,
    pub(super) new: Password,
}

impl IntoCommand for ChangePasswordRequest {
    type Command = Change;

    fn into_command(self) -> Result<Change, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let current = errors.take("current_password", Password::presented(&self.current_password));
        let new = errors.take("new_password", Password::replacing(&self.new_password));
        errors.finish(current.zip(new).map(|(current, new)| Change { current, new }))
    }
}

/// What happened, in words.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PasswordMessage {
    /// What happened.
    #[schema(example = "If an account with this email exists, a password reset link has been sent.")]
    pub(super) message: &'static str,
}

/// Whether a token sets a new password.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VerifiedResetResponse {
    /// Whether it does now.
    valid: bool,
    /// The address of the account, masked; absent for a token that sets none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "ad***@example.com")]
    email: Option<String>,
}

impl From<Option<EmailAddress>> for VerifiedResetResponse {
    fn from(owner: Option<EmailAddress>) -> Self {
        Self { valid: owner.is_some(), email: owner.map(|email| email.masked()) }
    }
}
