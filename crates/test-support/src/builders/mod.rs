//! Readable test data, stored through any [`Transactor`].
//!
//! A test mentions only what it is about; everything else has a value that is valid and different where it must be. Each
//! builder runs transactions of its own, so it serves the store in memory and the databases alike.
//!
//! ```
//! use instainstru_test_support::{builders::{a_booking, an_instructor}, memory::MemoryStore};
//! use jiff::civil::date;
//!
//! let store = MemoryStore::new();
//! let ada = an_instructor(&store).named("Ada").offering("piano", 75_00, &[60]).buffer(15).insert();
//! let lesson = a_booking(&store).with(&ada).at(date(2026, 7, 15), "10:00", 60).insert();
//! assert_eq!(lesson.total_price.to_string(), "$75.00");
//! assert_eq!(store.claims_of(ada.user.id)[0].end().to_string(), "2026-07-15T15:15:00Z");
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "test data that cannot be stored is a mistake in the test, and panicking is how tests say so"
)]

mod booking;
mod catalogue;
mod instructor;
mod search;
mod user;

pub use booking::{BookingBuilder, a_booking, claims_for, lesson_time};
pub use catalogue::{Catalogue, a_catalogue};
pub use instructor::{InstructorBuilder, a_profile, an_instructor, an_offer, terms};
pub use search::searched;
pub use user::{PASSWORD, UserBuilder, a_user};

use instainstru_domain::ports::{StorageError, Transactor, TransactorExt, UnitOfWork};
use jiff::Timestamp;

/// When everything that does not say otherwise was made: 1 July 2026, noon UTC.
#[must_use]
pub fn built_at() -> Timestamp {
    "2026-07-01T12:00:00Z".parse().unwrap()
}

/// Runs one transaction that must succeed.
fn stored<T>(tx: &dyn Transactor, work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
    tx.transaction(work).expect("test data can be stored")
}
