//! Giving instructors the short names under which they are found.

use instainstru_domain::{
    handle::Handle,
    ids::{ProfileId, UserId},
    ports::{StorageError, UnitOfWork},
    text::FullName,
};
use jiff::Timestamp;

/// Gives a new profile the nicest short name that is left.
pub(crate) fn claim(
    uow: &mut dyn UnitOfWork,
    profile: ProfileId,
    (user, name): (UserId, &FullName),
    at: Timestamp,
) -> Result<(), StorageError> {
    for handle in Handle::candidates(name, user) {
        if uow.instructors().claim_handle(profile, &handle, at)? {
            return Ok(());
        }
    }
    // Somebody else has all of them, the one with the number of this account included; there is the long address still.
    tracing::warn!(user.id = user.get(), "no short name is left for an instructor");
    Ok(())
}
