//! Storage of bookings and of the claims on people's time.

use instainstru_core::{dates::DateRange, zone::UtcRange};
use jiff::civil::Date;

use super::StorageError;
use crate::{
    booking::{Booking, BookingClaims, BookingDetails, BookingFilter, BookingStats, NewBooking},
    ids::{BookingId, UserId},
    page::{Page, Paged},
};

/// Storage of bookings and of the claims on people's time.
///
/// Claims of one person never overlap; the storage itself MUST refuse them, whatever callers checked before.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait BookingRepository {
    /// Stores a confirmed booking and its two claims.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::TimeTaken`] naming the instructor if the instructor's claim would overlap another, else
    /// naming the student if the student's would, also when the rival insert is concurrent.
    fn insert(&mut self, booking: &NewBooking, claims: &BookingClaims) -> Result<Booking, StorageError>;

    /// A booking with its parties.
    ///
    /// # Errors
    /// Only storage failures.
    fn find(&mut self, id: BookingId) -> Result<Option<BookingDetails>, StorageError>;

    /// A booking, held against other writers until the transaction ends.
    ///
    /// # Errors
    /// Only storage failures.
    fn lock(&mut self, id: BookingId) -> Result<Option<Booking>, StorageError>;

    /// Stores everything of a booking that can change. Its claims stay.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when it does not exist.
    fn update(&mut self, booking: &Booking) -> Result<(), StorageError>;

    /// Gives back the time of both parties.
    ///
    /// # Errors
    /// Only storage failures; a booking without claims is no error.
    fn release_claims(&mut self, id: BookingId) -> Result<(), StorageError>;

    /// Replaces the two claims of a booking: the old time is only given up when the new one is taken.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::TimeTaken`] as [`BookingRepository::insert`]; the old claims of this same booking are
    /// no obstacle.
    fn move_claims(&mut self, booking: &Booking, claims: &BookingClaims) -> Result<(), StorageError>;

    /// Claims of a person that overlap `within`, by start; those of booking `except` are left out.
    ///
    /// # Errors
    /// Only storage failures.
    fn claims(
        &mut self,
        user: UserId,
        within: UtcRange,
        except: Option<BookingId>,
    ) -> Result<Vec<UtcRange>, StorageError>;

    /// Bookings that fit the filter, in its order (ties by id), with the number of all that fit. Constant statements.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(&mut self, filter: &BookingFilter, page: Page) -> Result<Paged<BookingDetails>, StorageError>;

    /// Confirmed and completed bookings of an instructor on these dates, by date and start.
    ///
    /// # Errors
    /// Only storage failures.
    fn booked(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<BookingDetails>, StorageError>;

    /// Figures about an instructor's bookings; `upcoming` counts confirmed ones strictly after `today`, the month is that of
    /// `today`. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn stats(&mut self, instructor: UserId, today: Date) -> Result<BookingStats, StorageError>;

    /// Number of pending and confirmed bookings of an instructor on `today` or later.
    ///
    /// # Errors
    /// Only storage failures.
    fn count_future(&mut self, instructor: UserId, today: Date) -> Result<u64, StorageError>;
}
