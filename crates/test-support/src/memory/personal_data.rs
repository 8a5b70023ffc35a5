//! What is stored about a person, in memory.

use std::collections::BTreeSet;

use instainstru_domain::{
    account::{AccountStatus, EmailAddress, PasswordHash},
    booking::Cancellation,
    ids::{InstructorServiceId, UserId},
    ports::{AuditLog as _, PersonalData, StorageError},
    text::{CancellationReason, FullName},
};
use jiff::Timestamp;

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    fn erase_account(&mut self, user: UserId, at: Timestamp) {
        let Some(account) = self.users.get_mut(&user) else { return };
        account.password_hash = PasswordHash::new("!".to_owned());
        let user = &mut account.user;
        user.email = EmailAddress::of_deleted(user.id);
        user.full_name = FullName::deleted();
        user.is_admin = false;
        user.is_active = false;
        user.account_status = AccountStatus::Deactivated;
        user.credential_version += 1;
        user.updated_at = Some(at);
        user.deleted_at = Some(at);
    }

    fn erase_bookings(&mut self, user: UserId) -> Result<(), StorageError> {
        let reason = CancellationReason::new(Cancellation::ERASED_REASON)
            .map_err(|error| StorageError::Unexpected(error.into()))?;
        for booking in self.bookings.values_mut().filter(|booking| booking.is_party(user)) {
            booking.student_note = None;
            booking.instructor_note = None;
            booking.meeting_location = None;
            if booking.instructor_id == user {
                booking.service_area = None;
            }
            if let Some(cancellation) = &mut booking.cancellation {
                cancellation.reason = reason.clone();
            }
        }
        Ok(())
    }

    fn erase_profile(&mut self, user: UserId) {
        let own = self.profile_of(user).map(|profile| profile.id);
        let all: BTreeSet<InstructorServiceId> =
            self.bookings.values().map(|booking| booking.instructor_service_id).collect();
        self.services.retain(|id, service| {
            all.contains(id) || service.profile_id.is_some_and(|profile| Some(profile) != own)
        });
        let taught = self.bookings.values().filter(|booking| booking.instructor_id == user);
        for id in taught.map(|booking| booking.instructor_service_id) {
            let Some(service) = self.services.get_mut(&id) else { continue };
            service.profile_id = None;
            service.is_active = false;
            let terms = &mut service.offer.terms;
            terms.description = None;
            terms.requirements = None;
            terms.equipment_required.clear();
            terms.levels_taught.clear();
            terms.age_groups.clear();
            terms.location_types.clear();
        }
        self.profiles.retain(|_id, profile| profile.user_id != user);
        self.handles.retain(|_handle, owner| Some(*owner) != own);
    }
}

impl PersonalData for MemoryUnitOfWork<'_> {
    fn erase(&mut self, user: UserId, at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        let account = state.users.get(&user).ok_or_else(|| missing("user", user.get()))?;
        if account.user.deleted_at.is_some() {
            return Ok(());
        }
        let email = account.user.email.clone();
        state.erase_account(user, at);
        state.erase_bookings(user)?;
        state.erase_profile(user);
        state.windows.retain(|_id, window| window.instructor_id != user);
        state.blackouts.retain(|_id, blackout| blackout.instructor_id != user);
        state.password_resets.retain(|_id, (reset, _hash)| reset.user_id != user);
        state.search_history.retain(|(who, _query), _past| *who != user);
        let own = format!("user:{user}");
        state.answers.retain(|key, (_at, answer)| {
            let shows = |body: &str| body.contains(email.as_str());
            key.scope != own && !answer.as_ref().is_some_and(|answer| shows(&answer.body))
        });
        self.forget_person(user)
    }
}
