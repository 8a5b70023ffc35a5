//! What is stored about a person, as a whole.

use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress},
    booking::Cancellation,
    ids::UserId,
    ports::{AuditLog, PersonalData, StorageError},
    text::FullName,
};
use jiff::Timestamp;

use crate::{
    connection::AnyConnection,
    schema::{
        availability_slots, blackout_dates, bookings, idempotency_answers, instructor_profiles,
        instructor_services, password_resets, search_history, users,
    },
    search::{containing, folded},
    stored::missing,
    types::{Instant, Json},
    unit_of_work::DieselUnitOfWork,
};

/// Stands where a hash would: no password has it, and nobody is asked for one.
const NO_PASSWORD: &str = "!";
/// A list without entries.
const EMPTY: &str = "[]";

impl PersonalData for DieselUnitOfWork<'_> {
    fn erase(&mut self, user: UserId, at: Timestamp) -> Result<(), StorageError> {
        let found: Option<(String, bool)> = self.execute(|connection| {
            let account = users::table.find(user.get());
            account.select((users::email, users::deleted_at.is_not_null())).first(connection).optional()
        })?;
        let (email, is_deleted) = found.ok_or_else(|| missing("users", user))?;
        if is_deleted {
            return Ok(());
        }
        self.execute(|connection| {
            erase_account(connection, user, at)?;
            erase_bookings(connection, user)?;
            erase_profile(connection, user)?;
            erase_calendar(connection, user)?;
            erase_proofs(connection, user, &email)?;
            erase_searches(connection, user)
        })?;
        self.forget_person(user)
    }
}

fn erase_account(connection: &mut AnyConnection, user: UserId, at: Timestamp) -> QueryResult<()> {
    let (email, name) = (EmailAddress::of_deleted(user), FullName::deleted());
    diesel::update(users::table.find(user.get()))
        .set((
            users::email.eq(email.as_str()),
            users::hashed_password.eq(NO_PASSWORD),
            users::full_name.eq(name.as_str()),
            users::full_name_search.eq(folded(name.as_str())),
            users::is_admin.eq(false),
            users::is_active.eq(false),
            users::account_status.eq(AccountStatus::Deactivated.as_str()),
            users::credential_version.eq(users::credential_version + 1),
            users::updated_at.eq(Instant(at)),
            users::deleted_at.eq(Instant(at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Times and prices stay: they are the other party's history as well.
fn erase_bookings(connection: &mut AnyConnection, user: UserId) -> QueryResult<()> {
    let taught = bookings::table.filter(bookings::instructor_id.eq(user.get()));
    diesel::update(taught).set(bookings::service_area.eq(None::<String>)).execute(connection)?;
    let is_party = || bookings::instructor_id.eq(user.get()).or(bookings::student_id.eq(user.get()));
    // A cancelled booking must have a reason.
    let cancelled = bookings::table.filter(is_party()).filter(bookings::cancelled_at.is_not_null());
    let reason = bookings::cancellation_reason.eq(Cancellation::ERASED_REASON);
    diesel::update(cancelled).set(reason).execute(connection)?;
    diesel::update(bookings::table.filter(is_party()))
        .set((
            bookings::student_note.eq(None::<String>),
            bookings::instructor_note.eq(None::<String>),
            bookings::meeting_location.eq(None::<String>),
        ))
        .execute(connection)?;
    Ok(())
}

/// Services that were booked stay, because bookings refer to them.
fn erase_profile(connection: &mut AnyConnection, user: UserId) -> QueryResult<()> {
    let was_booked =
        exists(bookings::table.filter(bookings::instructor_service_id.eq(instructor_services::id)));
    let own_profile = instructor_profiles::table
        .filter(instructor_profiles::user_id.eq(user.get()))
        .select(instructor_profiles::id.nullable());
    // Those of an earlier profile have lost their owner; nobody refers to them, whoever it was.
    let unbooked = instructor_services::table.filter(not(was_booked)).filter(
        instructor_services::instructor_profile_id
            .is_null()
            .or(instructor_services::instructor_profile_id.eq_any(own_profile)),
    );
    diesel::delete(unbooked).execute(connection)?;
    let booked = bookings::table
        .filter(bookings::instructor_id.eq(user.get()))
        .select(bookings::instructor_service_id);
    let nothing = || Json(EMPTY.to_owned());
    diesel::update(instructor_services::table.filter(instructor_services::id.eq_any(booked)))
        .set((
            instructor_services::instructor_profile_id.eq(None::<i32>),
            instructor_services::is_active.eq(false),
            instructor_services::description.eq(None::<String>),
            instructor_services::description_search.eq(None::<String>),
            instructor_services::requirements.eq(None::<String>),
            instructor_services::equipment_required.eq(nothing()),
            instructor_services::levels_taught.eq(nothing()),
            instructor_services::age_groups.eq(nothing()),
            instructor_services::location_types.eq(nothing()),
        ))
        .execute(connection)?;
    let profile = instructor_profiles::table.filter(instructor_profiles::user_id.eq(user.get()));
    diesel::delete(profile).execute(connection)?;
    Ok(())
}

fn erase_calendar(connection: &mut AnyConnection, user: UserId) -> QueryResult<()> {
    let windows = availability_slots::table.filter(availability_slots::instructor_id.eq(user.get()));
    diesel::delete(windows).execute(connection)?;
    let blackouts = blackout_dates::table.filter(blackout_dates::instructor_id.eq(user.get()));
    diesel::delete(blackouts).execute(connection)?;
    Ok(())
}

fn erase_searches(connection: &mut AnyConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(search_history::table.filter(search_history::user_id.eq(user.get())))
        .execute(connection)?;
    Ok(())
}

/// Answers to others, too, show the person as a party of a booking.
fn erase_proofs(connection: &mut AnyConnection, user: UserId, email: &str) -> QueryResult<()> {
    let resets = password_resets::table.filter(password_resets::user_id.eq(user.get()));
    diesel::delete(resets).execute(connection)?;
    let about = idempotency_answers::body.like(containing(email)).escape('\\');
    let own = idempotency_answers::scope.eq(format!("user:{user}"));
    diesel::delete(idempotency_answers::table.filter(own).or_filter(about.assume_not_null()))
        .execute(connection)?;
    Ok(())
}
