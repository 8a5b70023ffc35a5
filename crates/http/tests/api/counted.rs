//! Errors are counted under the codes that clients see.

use std::fmt::Debug;

use instainstru_core::{
    booking::{BookingAction, BookingStatus},
    grid::TimeRange,
    length::LessonLength,
    offer::WhyNot,
};
use instainstru_domain::{
    delivery::DeliveryRefusal,
    ports::{Conflict, StorageError},
};
use instainstru_http::ApiError;
use instainstru_service::{
    accounts::AccountError,
    administration::AdministrationError,
    analytics::AnalyticsError,
    audit::AuditError,
    availability::AvailabilityError,
    bookings::{BookingError, Who},
    catalogue::CatalogueError,
    deliveries::DeliveryError,
    editorial::EditorialError,
    instructors::InstructorError,
    jobs::JobError,
    passwords::PasswordError,
    personal_data::PersonalDataError,
    public::PublicError,
    search::SearchError,
};
use instainstru_telemetry::operations::ErrorType;
use jiff::civil::Date;

#[track_caller]
fn agrees<E: ErrorType + Debug + Into<ApiError>>(errors: impl IntoIterator<Item = E>) {
    for error in errors {
        let (counted, shown) = (error.error_type(), format!("{error:?}"));
        assert_eq!(error.into().code().as_str(), counted, "{shown}");
    }
}

fn unavailable() -> StorageError {
    StorageError::Unavailable("away".into())
}

/// Errors are counted under the code that clients see.
#[test]
fn what_is_counted_is_what_clients_are_told() {
    let date = Date::constant(2026, 7, 15);
    agrees([
        unavailable(),
        StorageError::Conflict(Conflict::AnswerExists),
        StorageError::unexpected("broken"),
    ]);
    agrees([
        AccountError::EmailTaken,
        AccountError::BadCredentials,
        AccountError::InvalidToken,
        AccountError::UserGone,
        AccountError::Storage(unavailable()),
    ]);
    agrees([
        AdministrationError::NotAdmin,
        AdministrationError::NotFound,
        AdministrationError::BookingNotFound,
        AdministrationError::OwnAccount,
        AdministrationError::IsAdmin,
        AdministrationError::Transition(
            BookingStatus::Completed.after(BookingAction::Cancel).expect_err("it took place"),
        ),
        AdministrationError::AlreadyBegan,
        AdministrationError::Storage(unavailable()),
    ]);
    agrees([
        AnalyticsError::NotInstructor,
        AnalyticsError::NotAdmin,
        AnalyticsError::AlreadyRunning { since: jiff::Timestamp::UNIX_EPOCH },
        AnalyticsError::Storage(unavailable()),
    ]);
    agrees([AuditError::NotAdmin, AuditError::Storage(unavailable())]);
    agrees([
        AvailabilityError::NotInstructor,
        AvailabilityError::PastDate(date),
        AvailabilityError::ReversedDates { first: date, last: date },
        AvailabilityError::TooLong { max_days: 1 },
        AvailabilityError::SameWeek,
        AvailabilityError::AlreadyPublished,
        AvailabilityError::Range("09:00-08:00".parse::<TimeRange>().unwrap_err()),
        AvailabilityError::WindowLength { minutes: 5 },
        AvailabilityError::StaleWeek,
        AvailabilityError::WindowNotFound,
        AvailabilityError::BlackoutNotFound,
        AvailabilityError::AlreadyBlocked,
        AvailabilityError::Storage(unavailable()),
    ]);
    agrees([
        BookingError::PastDate(date),
        BookingError::PastMidnight,
        BookingError::NotStudent,
        BookingError::NotInstructor("x"),
        BookingError::ServiceNotFound,
        BookingError::InstructorNotFound,
        BookingError::OtherInstructor,
        BookingError::InstructorUnavailable("suspended"),
        BookingError::DurationNotOffered { options: "60".into(), minutes: 30 },
        BookingError::Taken { who: Who::Student, alternatives: Vec::new() },
        BookingError::InsufficientNotice { required_hours: 2 },
        BookingError::Refused { reason: WhyNot::TooSoon, message: "x".into() },
        BookingError::NotFound,
        BookingError::NotParty,
        BookingError::NotItsInstructor,
        BookingError::Transition(BookingStatus::Cancelled.after(BookingAction::Cancel).unwrap_err()),
        BookingError::NotYet("completed"),
        BookingError::AlreadyBegan,
        BookingError::Storage(unavailable()),
    ]);
    agrees([CatalogueError::UnknownCategory("x".into()), CatalogueError::Storage(unavailable())]);
    agrees([
        DeliveryError::NotFound,
        DeliveryError::Refused(DeliveryRefusal::Delivered),
        DeliveryError::Storage(unavailable()),
    ]);
    agrees([
        EditorialError::NotAdmin,
        EditorialError::CategoryNotFound,
        EditorialError::ServiceNotFound,
        EditorialError::AliasNotFound,
        EditorialError::GroupNotFound,
        EditorialError::PlaceNotFound,
        EditorialError::UnknownServices(Vec::new()),
        EditorialError::UnknownPlaces(Vec::new()),
        EditorialError::OwnNeighbour,
        EditorialError::NoBorough("x".into()),
        EditorialError::NameTaken { name: "x".into(), of: "y".into() },
        EditorialError::PhraseTaken { phrase: "x".into(), meaning: "y".into() },
        EditorialError::KeyStays { what: "slug", thing: "place", key: "x".into() },
        EditorialError::TooManyPlaces,
        EditorialError::BoroughInUse(1),
        EditorialError::Storage(unavailable()),
    ]);
    agrees([
        InstructorError::NotFound,
        InstructorError::NoProfile,
        InstructorError::NotInstructor("x"),
        InstructorError::ProfileExists,
        InstructorError::UnknownService("x".into()),
        InstructorError::DuplicateService("x".into()),
        InstructorError::ServiceNotFound,
        InstructorError::AlreadyOffered,
        InstructorError::PriceRange,
        InstructorError::OtherAccount,
        InstructorError::FutureBookings { count: 1 },
        InstructorError::AlreadyActive,
        InstructorError::Storage(unavailable()),
    ]);
    agrees([JobError::Unknown("x".into()), JobError::Storage(unavailable())]);
    agrees([
        PasswordError::UnknownToken,
        PasswordError::UsedToken,
        PasswordError::ExpiredToken,
        PasswordError::WrongPassword,
        PasswordError::Storage(unavailable()),
    ]);
    agrees([
        PersonalDataError::WrongPassword,
        PersonalDataError::UpcomingLessons { count: 1 },
        PersonalDataError::LessonUnderWay,
        PersonalDataError::Storage(unavailable()),
    ]);
    agrees([
        PublicError::NotFound,
        PublicError::ServiceNotFound,
        PublicError::PastStart,
        PublicError::ReversedDates,
        PublicError::SpanTooLong,
        PublicError::Length(LessonLength::from_minutes(7).unwrap_err()),
        PublicError::DurationNotOffered { options: "60".into() },
        PublicError::Storage(unavailable()),
    ]);
    agrees([SearchError::Empty, SearchError::Storage(unavailable())]);
}
