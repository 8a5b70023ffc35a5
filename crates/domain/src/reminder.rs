//! Reminders: how long before a lesson, and who needs none.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::booking::Booking;

/// How long before a lesson its two parties are reminded of it, in whole hours: 1 to 168.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReminderLead(u16);

/// A number of hours that is no lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reminder is sent 1 to {most} hours before the lesson, not {0}", most = ReminderLead::MOST_HOURS)]
pub struct InvalidLead(pub i64);

impl ReminderLead {
    /// The longest lead: a week.
    pub const MOST_HOURS: u16 = 168;
    /// The lead of everybody who does not say otherwise.
    pub const DAY: Self = Self(24);
    /// Whoever books up to this share of the lead too late to be reminded in time is reminded all the same.
    const LENIENT_SHARE: i32 = 24;

    /// A lead of so many hours.
    ///
    /// # Errors
    /// [`InvalidLead`] below 1 and above [`ReminderLead::MOST_HOURS`].
    pub fn from_hours(hours: i64) -> Result<Self, InvalidLead> {
        u16::try_from(hours)
            .ok()
            .filter(|hours| (1..=Self::MOST_HOURS).contains(hours))
            .map(Self)
            .ok_or(InvalidLead(hours))
    }

    /// The number of hours.
    #[must_use]
    pub const fn hours(self) -> u16 {
        self.0
    }

    /// The same as elapsed time. An hour is an hour, also on the days on which clocks change.
    #[must_use]
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_hours(self.0.into())
    }

    /// Whether the parties of a confirmed lesson are to be reminded of it at `now`, unless they have been.
    ///
    /// The lesson begins within the lead and has not begun. Whoever booked it, or moved it, within the lead has a fresh
    /// confirmation and needs no reminder; a twenty-fourth of the lead is forgiven, so that a lesson booked for the same time
    /// tomorrow is reminded of.
    #[must_use]
    pub fn is_due(self, lesson: &Booking, now: Timestamp) -> bool {
        let start = lesson.time.instants.start();
        let settled_at = lesson.moved_at.unwrap_or(lesson.created_at);
        let lead = self.duration();
        now < start
            && start.duration_since(now) <= lead
            && start.duration_since(settled_at) >= lead - lead / Self::LENIENT_SHARE
    }
}

impl fmt::Display for ReminderLead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} h", self.0)
    }
}
