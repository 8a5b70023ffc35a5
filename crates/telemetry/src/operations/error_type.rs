//! The stable codes of errors, by which failed operations are counted.

use instainstru_domain::ports::{ConsumerError, StorageError, security::SecurityError};
use instainstru_service::{
    accounts::AccountError, administration::AdministrationError, analytics::AnalyticsError,
    audit::AuditError, availability::AvailabilityError, bookings::BookingError, catalogue::CatalogueError,
    deliveries::DeliveryError, editorial::EditorialError, instructors::InstructorError, jobs::JobError,
    passwords::PasswordError, personal_data::PersonalDataError, public::PublicError, search::SearchError,
};

const VALIDATION: &str = "VALIDATION_ERROR";
const UNAUTHORIZED: &str = "UNAUTHORIZED";
const FORBIDDEN: &str = "FORBIDDEN";
const NOT_FOUND: &str = "NOT_FOUND";
const CONFLICT: &str = "CONFLICT";
const BOOKING_CONFLICT: &str = "BOOKING_CONFLICT";
const BUSINESS_RULE: &str = "BUSINESS_RULE_VIOLATION";
const INSUFFICIENT_NOTICE: &str = "INSUFFICIENT_NOTICE";
const INTERNAL: &str = "INTERNAL_ERROR";
const UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";

/// An error with a stable code: the one that clients of the API see in its envelope. A test of the API compares the two.
pub trait ErrorType {
    /// The code.
    fn error_type(&self) -> &'static str;
}

impl ErrorType for StorageError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => UNAVAILABLE,
            Self::Conflict(_) | Self::Unexpected(_) => INTERNAL,
        }
    }
}

impl ErrorType for SecurityError {
    fn error_type(&self) -> &'static str {
        INTERNAL
    }
}

impl ErrorType for AccountError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::Security(error) => error.error_type(),
            Self::EmailTaken => VALIDATION,
            Self::BadCredentials | Self::InvalidToken => UNAUTHORIZED,
            Self::UserGone => NOT_FOUND,
        }
    }
}

impl ErrorType for AdministrationError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::NotAdmin => FORBIDDEN,
            Self::NotFound | Self::BookingNotFound => NOT_FOUND,
            Self::OwnAccount | Self::IsAdmin => CONFLICT,
            Self::Transition(_) | Self::AlreadyBegan => BUSINESS_RULE,
        }
    }
}

impl ErrorType for AnalyticsError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::NotInstructor | Self::NotAdmin => FORBIDDEN,
            Self::AlreadyRunning { .. } => CONFLICT,
        }
    }
}

impl ErrorType for AuditError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::NotAdmin => FORBIDDEN,
        }
    }
}

impl ErrorType for AvailabilityError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::NotInstructor => FORBIDDEN,
            Self::PastDate(_)
            | Self::ReversedDates { .. }
            | Self::TooLong { .. }
            | Self::TooManyDays
            | Self::SameWeek
            | Self::Range(_)
            | Self::WindowLength { .. } => VALIDATION,
            Self::AlreadyPublished | Self::AlreadyBlocked | Self::StaleWeek => CONFLICT,
            Self::WindowNotFound | Self::BlackoutNotFound => NOT_FOUND,
        }
    }
}

impl ErrorType for BookingError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::PastDate(_)
            | Self::PastMidnight
            | Self::NotStudent
            | Self::NotInstructor(_)
            | Self::OtherInstructor
            | Self::NotParty
            | Self::NotItsInstructor
            | Self::DurationNotOffered { .. } => VALIDATION,
            Self::ServiceNotFound | Self::InstructorNotFound | Self::NotFound => NOT_FOUND,
            Self::Taken { .. } => BOOKING_CONFLICT,
            Self::InsufficientNotice { .. } => INSUFFICIENT_NOTICE,
            Self::Refused { .. }
            | Self::InstructorUnavailable(_)
            | Self::Transition(_)
            | Self::NotYet(_)
            | Self::AlreadyBegan => BUSINESS_RULE,
        }
    }
}

impl ErrorType for CatalogueError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::UnknownCategory(_) => NOT_FOUND,
        }
    }
}

impl ErrorType for DeliveryError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::NotFound => NOT_FOUND,
            Self::Refused(_) => CONFLICT,
        }
    }
}

impl ErrorType for EditorialError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::NotAdmin => FORBIDDEN,
            Self::UnknownCategory(_)
            | Self::UnknownServices(_)
            | Self::UnknownGroup(_)
            | Self::UnknownPlaces(_)
            | Self::OwnNeighbour
            | Self::NoBorough(_) => VALIDATION,
            Self::CategoryNotFound
            | Self::ServiceNotFound
            | Self::AliasNotFound
            | Self::GroupNotFound
            | Self::PlaceNotFound => NOT_FOUND,
            Self::SlugTaken(_) | Self::NameTaken { .. } | Self::PhraseTaken { .. } => CONFLICT,
            Self::KeyStays { .. } | Self::TooManyPlaces | Self::BoroughInUse(_) => BUSINESS_RULE,
        }
    }
}

impl ErrorType for InstructorError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::UnknownService(_)
            | Self::DuplicateService(_)
            | Self::PriceRange
            | Self::ProfileExists
            | Self::AlreadyOffered
            | Self::AlreadyActive => VALIDATION,
            Self::NotFound | Self::NoProfile | Self::ServiceNotFound => NOT_FOUND,
            Self::NotInstructor(_) | Self::OtherAccount => FORBIDDEN,
            Self::FutureBookings { .. } | Self::StaleServices => CONFLICT,
        }
    }
}

impl ErrorType for JobError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::Unknown(_) => NOT_FOUND,
        }
    }
}

impl ErrorType for PasswordError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::Security(error) => error.error_type(),
            Self::UnknownToken | Self::UsedToken | Self::ExpiredToken | Self::WrongPassword => VALIDATION,
        }
    }
}

impl ErrorType for PersonalDataError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::Security(error) => error.error_type(),
            Self::WrongPassword => VALIDATION,
            Self::UpcomingLessons { .. } | Self::LessonUnderWay => CONFLICT,
        }
    }
}

impl ErrorType for PublicError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::NotFound | Self::ServiceNotFound => NOT_FOUND,
            Self::PastStart
            | Self::ReversedDates
            | Self::SpanTooLong
            | Self::DurationNotOffered { .. }
            | Self::Length(_) => VALIDATION,
        }
    }
}

impl ErrorType for SearchError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.error_type(),
            Self::Empty => VALIDATION,
        }
    }
}

/// Consumers of events talk to nobody outside, so their codes are their own.
impl ErrorType for ConsumerError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Later { .. } => "LATER",
            Self::Never { .. } => "NEVER",
        }
    }
}
