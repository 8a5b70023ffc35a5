//! The kinds of errors and their HTTP statuses: one table.

use actix_web::http::StatusCode;

/// What went wrong, as far as a client may act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The input is well formed, and a rule about it is broken.
    BadRequest,
    /// Nobody is logged in.
    Unauthorized,
    /// Somebody is logged in and may not do this.
    Forbidden,
    /// There is no such thing, as far as the caller may know.
    NotFound,
    /// The path exists with other methods.
    MethodNotAllowed,
    /// The thing is already there, or changed meanwhile.
    Conflict,
    /// The time of a booking is taken.
    BookingConflict,
    /// The body is longer than allowed.
    PayloadTooLarge,
    /// The body is not of a type that is read here.
    UnsupportedMediaType,
    /// The input does not have the form it must have.
    Validation,
    /// A rule of the marketplace forbids it.
    BusinessRule,
    /// The booking comes too late.
    InsufficientNotice,
    /// An idempotency key was used for something else before.
    IdempotencyKeyReused,
    /// Too many requests.
    RateLimited,
    /// Our mistake.
    Internal,
    /// Cannot be done now; trying again later may help.
    Unavailable,
}

impl ErrorCode {
    /// Every code, by status.
    pub const ALL: [Self; 16] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::BookingConflict,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::Validation,
        Self::BusinessRule,
        Self::InsufficientNotice,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest | Self::Validation => "VALIDATION_ERROR",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::Conflict => "CONFLICT",
            Self::BookingConflict => "BOOKING_CONFLICT",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::BusinessRule => "BUSINESS_RULE_VIOLATION",
            Self::InsufficientNotice => "INSUFFICIENT_NOTICE",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::RateLimited => "RATE_LIMIT_EXCEEDED",
            Self::Internal => "INTERNAL_ERROR",
            Self::Unavailable => "SERVICE_UNAVAILABLE",
        }
    }

    /// The status that goes with it.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::BookingConflict => StatusCode::CONFLICT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Validation | Self::BusinessRule | Self::InsufficientNotice | Self::IdempotencyKeyReused => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The code that stands for a status somebody else chose, such as a library.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        Self::ALL.into_iter().find(|code| code.status() == status).unwrap_or(if status.is_server_error() {
            Self::Internal
        } else {
            Self::BadRequest
        })
    }
}
