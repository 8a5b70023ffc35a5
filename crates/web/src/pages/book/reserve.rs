//! Reserving a lesson once, however often the form is sent.

use std::fmt::Write as _;

use instainstru_domain::{account::User, ids::BookingId, ports::idempotency::AnswerKey};
use instainstru_http::{ApiError, Application, error::ErrorCode};
use instainstru_service::{
    bookings::{BookingError, CreateBooking},
    idempotency::{Answer, Answered, IdempotencyError, OnceRequest},
};
use sha2::{Digest as _, Sha256};

use crate::{cookies, form::Form};

/// The name of one form: whatever is sent under it takes effect once.
#[derive(Debug, Clone)]
pub(super) struct Key(String);

impl Key {
    /// The key of a new form.
    ///
    /// # Errors
    /// 500 when the system has no randomness to give.
    pub(super) fn new() -> Result<Self, ApiError> {
        cookies::unguessable().map(Self).map_err(ApiError::internal)
    }

    /// The key of the form that was sent.
    ///
    /// # Errors
    /// 400 when it is none of ours.
    pub(super) fn of(form: &Form) -> Result<Self, ApiError> {
        let key = form.text("key");
        if key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self(key.to_owned()));
        }
        Err(ApiError::new(
            ErrorCode::BadRequest,
            "This form is not complete, so nothing was reserved. Choose the time again.",
        ))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What became of a lesson that was to be reserved.
#[derive(Debug)]
pub(super) enum Reserved {
    /// It is, now or before.
    Lesson(BookingId),
    /// The form was used for another lesson before.
    Another,
    /// It cannot be.
    Refused(BookingError),
}

/// Books the lesson unless this form has booked it before.
///
/// # Errors
/// Storage failures.
pub(super) fn once(
    app: &Application,
    student: &User,
    command: &CreateBooking,
    key: &Key,
) -> Result<Reserved, ApiError> {
    let request = OnceRequest {
        key: AnswerKey { scope: format!("user:{}", student.id), key: format!("page-{}", key.as_str()) },
        fingerprint: fingerprint(command),
    };
    let mut refused = None;
    let answered = app.idempotency.once(&request, &mut || match app.bookings.create(student, command) {
        Ok(booked) => (Answer { status: 201, body: booked.booking.id.to_string() }, true),
        Err(error) => {
            refused = Some(error);
            (Answer { status: 409, body: String::new() }, false)
        }
    });
    match (answered, refused) {
        (Err(IdempotencyError::OtherRequest), _) => Ok(Reserved::Another),
        (Err(error), _) => Err(error.into()),
        (Ok(_), Some(error)) => Ok(Reserved::Refused(error)),
        (Ok(Answered::Now(answer) | Answered::Before(answer)), None) => {
            let number =
                answer.body.parse().map_err(|error: std::num::ParseIntError| ApiError::internal(error))?;
            BookingId::new(number).map(Reserved::Lesson).map_err(ApiError::internal)
        }
    }
}

/// A digest of everything that is asked for.
fn fingerprint(command: &CreateBooking) -> String {
    let digest = Sha256::digest(format!("{command:?}"));
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
