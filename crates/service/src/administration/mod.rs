//! What administrators do with accounts and bookings.

mod service;

use instainstru_core::booking::InvalidTransition;
use instainstru_domain::{
    account::User,
    administration::{BookingSearch, UserFilter},
    booking::BookingDetails,
    ids::{BookingId, UserId},
    page::{Page, Paged},
    ports::StorageError,
    text::{AdminReason, CancellationReason},
};

pub use self::service::AdministrationService;

/// Which accounts an order is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Any account.
    Everybody,
    /// Instructors alone; others are not found.
    Instructors,
}

/// Accounts and bookings as administrators see them.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AdministrationUseCases: Send + Sync {
    /// Accounts that fit, the youngest first.
    ///
    /// # Errors
    /// [`AdministrationError::NotAdmin`].
    fn users(
        &self,
        actor: &User,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Paged<User>, AdministrationError>;

    /// An account, deleted or not.
    ///
    /// # Errors
    /// [`AdministrationError::NotAdmin`], [`AdministrationError::NotFound`].
    fn account(&self, actor: &User, user: UserId) -> Result<User, AdministrationError>;

    /// Switches an account off: it is hidden from the public at once, takes no bookings, and its sessions end. Lessons that were
    /// booked stay. Switching off twice is no error.
    ///
    /// # Errors
    /// [`AdministrationError::NotAdmin`], [`AdministrationError::NotFound`], [`AdministrationError::OwnAccount`],
    /// [`AdministrationError::IsAdmin`].
    fn switch_off(
        &self,
        actor: &User,
        user: UserId,
        scope: Scope,
        reason: &AdminReason,
    ) -> Result<User, AdministrationError>;

    /// Switches an account on again; it is what its owner made of it. Switching on twice is no error.
    ///
    /// # Errors
    /// [`AdministrationError::NotAdmin`], [`AdministrationError::NotFound`].
    fn switch_on(
        &self,
        actor: &User,
        user: UserId,
        scope: Scope,
        reason: &AdminReason,
    ) -> Result<User, AdministrationError>;

    /// Bookings of everybody that fit, the latest first. Nothing fits somebody who has no account.
    ///
    /// # Errors
    /// [`AdministrationError::NotAdmin`].
    fn bookings(
        &self,
        actor: &User,
        search: &BookingSearch,
        page: Page,
    ) -> Result<Paged<BookingDetails>, AdministrationError>;

    /// A booking of anybody.
    ///
    /// # Errors
    /// [`AdministrationError::NotAdmin`], [`AdministrationError::BookingNotFound`].
    fn booking(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, AdministrationError>;

    /// Calls a lesson off in the name of the marketplace, before it begins: its time is free at once, and both sides are told why.
    ///
    /// # Errors
    /// [`AdministrationError::NotAdmin`], [`AdministrationError::BookingNotFound`], [`AdministrationError::Transition`],
    /// [`AdministrationError::AlreadyBegan`].
    fn cancel_booking(
        &self,
        actor: &User,
        booking: BookingId,
        reason: &CancellationReason,
    ) -> Result<BookingDetails, AdministrationError>;
}

/// Why an administrator cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    /// The caller does not administer the marketplace.
    #[error("Only administrators can do this")]
    NotAdmin,
    /// There is no such account; a deleted one can only be looked at.
    #[error("Account not found")]
    NotFound,
    /// There is no such booking.
    #[error("Booking not found")]
    BookingNotFound,
    /// Administrators do not lock themselves out.
    #[error("You cannot switch off your own account")]
    OwnAccount,
    /// Administrators do not lock each other out.
    #[error("The account administers the marketplace; revoke that on the command line first")]
    IsAdmin,
    /// The state of the booking does not allow it.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// The lesson has begun, so it cannot be called off.
    #[error("A lesson that has begun cannot be cancelled")]
    AlreadyBegan,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
