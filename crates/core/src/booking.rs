//! The life of a booking.

use std::{fmt, str::FromStr};

/// State of a booking. A new one is confirmed at once: there is no approval step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BookingStatus {
    /// Reserved for bookings that wait for something, such as a payment.
    Pending,
    /// The lesson will take place.
    Confirmed,
    /// The lesson took place.
    Completed,
    /// One of the two parties called it off; its time is free again.
    Cancelled,
    /// The student did not come.
    NoShow,
}

/// What can be done to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BookingAction {
    /// Call the lesson off.
    Cancel,
    /// State that the lesson took place.
    Complete,
    /// State that the student did not come.
    MarkNoShow,
    /// Move the lesson to another time.
    Reschedule,
}

/// An action that a booking in this state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a booking that is {status} cannot be {}", .action.participle())]
pub struct InvalidTransition {
    /// State the booking is in.
    pub status: BookingStatus,
    /// What was asked for.
    pub action: BookingAction,
}

/// Text that names no booking status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a booking status; use PENDING, CONFIRMED, COMPLETED, CANCELLED or NO_SHOW")]
pub struct UnknownStatus(pub String);

impl BookingStatus {
    /// Every status, in the order of a booking's life.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Confirmed, Self::Completed, Self::Cancelled, Self::NoShow];

    /// The state after `action`.
    ///
    /// # Errors
    /// [`InvalidTransition`] when this state does not allow the action.
    pub const fn after(self, action: BookingAction) -> Result<Self, InvalidTransition> {
        match (self, action) {
            (Self::Pending | Self::Confirmed, BookingAction::Cancel) => Ok(Self::Cancelled),
            (Self::Confirmed, BookingAction::Complete) => Ok(Self::Completed),
            (Self::Confirmed, BookingAction::MarkNoShow) => Ok(Self::NoShow),
            (Self::Pending | Self::Confirmed, BookingAction::Reschedule) => Ok(self),
            (status, action) => Err(InvalidTransition { status, action }),
        }
    }

    /// Whether a booking in this state keeps its time from others. Only a cancelled one gives it back.
    #[must_use]
    pub const fn holds_time(self) -> bool {
        !matches!(self, Self::Cancelled)
    }

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Confirmed => "CONFIRMED",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
            Self::NoShow => "NO_SHOW",
        }
    }
}

impl BookingAction {
    const fn participle(self) -> &'static str {
        match self {
            Self::Cancel => "cancelled",
            Self::Complete => "completed",
            Self::MarkNoShow => "marked as a no-show",
            Self::Reschedule => "rescheduled",
        }
    }
}

impl fmt::Display for BookingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for BookingStatus {
    type Err = UnknownStatus;

    /// Reads a status in upper or lower case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownStatus(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_state_machine_in_one_table() {
        use BookingAction::{Cancel, Complete, MarkNoShow, Reschedule};
        use BookingStatus::{Cancelled, Completed, Confirmed, NoShow, Pending};
        for (from, allowed) in [
            (Pending, vec![(Cancel, Cancelled), (Reschedule, Pending)]),
            (
                Confirmed,
                vec![
                    (Cancel, Cancelled),
                    (Complete, Completed),
                    (MarkNoShow, NoShow),
                    (Reschedule, Confirmed),
                ],
            ),
            (Completed, vec![]),
            (Cancelled, vec![]),
            (NoShow, vec![]),
        ] {
            for action in [Cancel, Complete, MarkNoShow, Reschedule] {
                let expected = allowed.iter().find(|(a, _)| *a == action).map(|(_, to)| *to);
                assert_eq!(from.after(action).ok(), expected, "{from} {action:?}");
            }
        }
        assert_eq!(
            Completed.after(Cancel).unwrap_err().to_string(),
            "a booking that is COMPLETED cannot be cancelled"
        );
    }

    #[test]
    fn a_status_is_read_in_any_case() {
        for status in BookingStatus::ALL {
            assert_eq!(status.as_str().to_lowercase().parse(), Ok(status));
        }
        assert!("DONE".parse::<BookingStatus>().is_err());
    }
}
