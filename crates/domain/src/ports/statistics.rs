//! Adding up bookings for instructors and administrators.

use std::collections::BTreeSet;

use instainstru_core::dates::DateRange;
use jiff::civil::Date;

use super::StorageError;
use crate::{
    analytics::{LessonFact, MarketDay, MarketPeople, ServiceSales},
    ids::UserId,
};

/// Adding up bookings for instructors and administrators. Each method is one statement.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait StatisticsRepository {
    /// All bookings of an instructor on these dates, by date, start and id.
    ///
    /// # Errors
    /// Only storage failures.
    fn lessons(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<LessonFact>, StorageError>;

    /// The students who had a lesson with an instructor before this date that nobody called off.
    ///
    /// # Errors
    /// Only storage failures.
    fn students_before(&mut self, instructor: UserId, date: Date) -> Result<BTreeSet<UserId>, StorageError>;

    /// What was booked and earned on each of these dates that has bookings, by date.
    ///
    /// # Errors
    /// Only storage failures.
    fn market_days(&mut self, dates: DateRange) -> Result<Vec<MarketDay>, StorageError>;

    /// Who took part on these dates, and who called lessons off.
    ///
    /// # Errors
    /// Only storage failures.
    fn market_people(&mut self, dates: DateRange) -> Result<MarketPeople, StorageError>;

    /// The services of the catalogue with the most bookings on these dates: by bookings, highest first, then by id; at most
    /// `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn top_services(&mut self, dates: DateRange, limit: u32) -> Result<Vec<ServiceSales>, StorageError>;
}
