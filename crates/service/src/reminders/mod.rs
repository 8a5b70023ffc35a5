//! Reminding people of their lessons: finding what is due, and causing each reminder once.
//!
//! A reminder is a [`instainstru_domain::event::DomainEvent::ReminderDue`] that is pushed in the transaction that marks the
//! lesson, so however often this runs, is interrupted, or runs twice at once, each lesson is reminded of once for each start and
//! lead. Who is reminded when is said by [`instainstru_domain::reminder::ReminderLead::is_due`].

mod service;

use instainstru_domain::{ids::UserId, ports::StorageError, reminder::ReminderLead};

pub use self::service::ReminderService;

/// When people are reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderRules {
    leads: Vec<ReminderLead>,
}

impl ReminderRules {
    /// A reminder for each of these leads; none without any.
    #[must_use]
    pub fn new(leads: impl IntoIterator<Item = ReminderLead>) -> Self {
        let mut leads: Vec<ReminderLead> = leads.into_iter().collect();
        leads.sort_unstable();
        leads.dedup();
        Self { leads }
    }

    /// The leads, shortest first, each once.
    #[must_use]
    pub fn leads(&self) -> &[ReminderLead] {
        &self.leads
    }
}

impl Default for ReminderRules {
    /// A day before.
    fn default() -> Self {
        Self::new([ReminderLead::DAY])
    }
}

/// Reminding people of their lessons.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait ReminderUseCases: Send + Sync {
    /// Causes the reminders that are due, and returns the number of lessons that are reminded of.
    ///
    /// When several leads of one lesson are due, because nothing ran for a while, only the shortest is caused.
    ///
    /// # Errors
    /// Only storage failures; what was caused before stays caused.
    fn send_due(&self) -> Result<u64, StorageError>;

    /// The same when somebody asks for it, once a day perhaps: besides, every lesson that takes place tomorrow on the clocks
    /// of its instructor gets its longest reminder now, also when that is a few hours early and whenever it was booked. Who
    /// asked for it is written down; nobody in particular when it was a command.
    ///
    /// # Errors
    /// As [`ReminderUseCases::send_due`].
    fn send_for_tomorrow(&self, actor: Option<UserId>) -> Result<u64, StorageError>;
}
