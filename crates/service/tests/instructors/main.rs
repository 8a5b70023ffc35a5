//! Profiles, services and the life of instructors' accounts, over a store in memory.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../world/mod.rs"]
mod world;

mod handles;
mod lifecycle;
mod lists;
mod profiles;
mod services;

use instainstru_service::instructors::InstructorError;

/// `ok`, or the kind of the error with what it carries.
fn outcome<T>(result: &Result<T, InstructorError>) -> String {
    let Err(error) = result else { return "ok".into() };
    match error {
        InstructorError::NotFound => "NotFound".into(),
        InstructorError::NoProfile => "NoProfile".into(),
        InstructorError::NotInstructor(what) => format!("NotInstructor {what}"),
        InstructorError::StaleServices => "StaleServices".into(),
        InstructorError::ProfileExists => "ProfileExists".into(),
        InstructorError::UnknownService(name) => format!("UnknownService {name}"),
        InstructorError::DuplicateService(name) => format!("DuplicateService {name}"),
        InstructorError::ServiceNotFound => "ServiceNotFound".into(),
        InstructorError::AlreadyOffered => "AlreadyOffered".into(),
        InstructorError::PriceRange => "PriceRange".into(),
        InstructorError::OtherAccount => "OtherAccount".into(),
        InstructorError::FutureBookings { count } => format!("FutureBookings {count}"),
        InstructorError::AlreadyActive => "AlreadyActive".into(),
        InstructorError::Storage(_) => "Storage".into(),
    }
}
