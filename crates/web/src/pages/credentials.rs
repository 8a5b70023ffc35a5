//! Fields about accounts that several forms ask for, with the words about mistakes in them.

use instainstru_domain::{
    account::{EmailAddress, Password},
    text::{FullName, InvalidText},
};

use crate::form::Form;

/// The address in the field `email`.
pub(super) fn email(form: &mut Form) -> Option<EmailAddress> {
    let email = EmailAddress::new(form.text("email"));
    form.take("email", email, |_| "Enter an email address such as name@example.com".to_owned())
}

/// The name in the field `full_name`.
pub(super) fn full_name(form: &mut Form) -> Option<FullName> {
    let full_name = FullName::new(form.text("full_name"));
    form.take("full_name", full_name, |error| match error {
        InvalidText::TooShort { .. } => "Enter your name".to_owned(),
        _ => format!("Enter your name in at most {} ordinary characters", FullName::MAX),
    })
}

/// The password of a new account in the field `password`.
pub(super) fn first_password(form: &mut Form) -> Option<Password> {
    let password = Password::new(form.text("password"));
    form.take("password", password, |error| about_password(&error))
}

/// A password to replace another, in this field.
pub(super) fn replacing_password(form: &mut Form, field: &'static str) -> Option<Password> {
    let password = Password::replacing(form.text(field));
    form.take(field, password, |error| about_password(&error))
}

/// The password that somebody has, in this field. Whether it is theirs is for the use case to say.
pub(super) fn own_password(form: &mut Form, field: &'static str) -> Option<Password> {
    if form.text(field).is_empty() {
        form.refuse(field, "Enter your current password");
        return None;
    }
    let password = Password::presented(form.text(field));
    form.take(field, password, |_| NOT_YOURS.to_owned())
}

/// What is said about a password that is another one.
pub(super) const NOT_YOURS: &str = "This is not your current password";

fn about_password(error: &InvalidText) -> String {
    match error {
        InvalidText::TooShort { min, .. } => format!("Choose a password of at least {min} characters"),
        InvalidText::Malformed { reason, .. } => format!("Choose another password: {reason}"),
        _ => format!(
            "Choose a password of at most {} bytes, which is as many plain letters",
            Password::MAX_BYTES
        ),
    }
}
