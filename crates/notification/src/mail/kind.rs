//! The mails there are.

/// A mail there is: one template, one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailKind {
    /// A lesson was booked, to its student.
    ConfirmationStudent,
    /// A lesson was booked, to its instructor.
    ConfirmationInstructor,
    /// A lesson was moved, to its student.
    RescheduledStudent,
    /// A lesson was moved, to its instructor.
    RescheduledInstructor,
    /// Somebody else called a lesson off, to its student.
    CancellationStudent,
    /// Somebody else called a lesson off, to its instructor.
    CancellationInstructor,
    /// The student called a lesson off, to the student.
    CancellationConfirmationStudent,
    /// The instructor called a lesson off, to the instructor.
    CancellationConfirmationInstructor,
    /// A lesson is near, to its student.
    ReminderStudent,
    /// A lesson is near, to its instructor.
    ReminderInstructor,
    /// Somebody asked for a new password.
    PasswordReset,
    /// Somebody has a new password.
    PasswordChanged,
    /// Somebody registered.
    Welcome,
    /// Something is wrong with the marketplace, to its administrators.
    Alert,
}

/// The colours of a mail: six hexadecimal digits after `#`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// The colour that tells what kind of news it is.
    pub main: &'static str,
    /// Its tint, for areas behind text.
    pub tint: &'static str,
}

impl MailKind {
    /// All there are.
    pub const ALL: [Self; 14] = [
        Self::ConfirmationStudent,
        Self::ConfirmationInstructor,
        Self::RescheduledStudent,
        Self::RescheduledInstructor,
        Self::CancellationStudent,
        Self::CancellationInstructor,
        Self::CancellationConfirmationStudent,
        Self::CancellationConfirmationInstructor,
        Self::ReminderStudent,
        Self::ReminderInstructor,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::Welcome,
        Self::Alert,
    ];

    /// Stable name, which is also that of the template within its directory.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmationStudent => "confirmation_student",
            Self::ConfirmationInstructor => "confirmation_instructor",
            Self::RescheduledStudent => "rescheduled_student",
            Self::RescheduledInstructor => "rescheduled_instructor",
            Self::CancellationStudent => "cancellation_student",
            Self::CancellationInstructor => "cancellation_instructor",
            Self::CancellationConfirmationStudent => "cancellation_confirmation_student",
            Self::CancellationConfirmationInstructor => "cancellation_confirmation_instructor",
            Self::ReminderStudent => "reminder_student",
            Self::ReminderInstructor => "reminder_instructor",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::Welcome => "welcome",
            Self::Alert => "alert",
        }
    }

    /// The directory of the template.
    #[must_use]
    pub const fn directory(self) -> &'static str {
        match self {
            Self::ConfirmationStudent
            | Self::ConfirmationInstructor
            | Self::RescheduledStudent
            | Self::RescheduledInstructor
            | Self::CancellationStudent
            | Self::CancellationInstructor
            | Self::CancellationConfirmationStudent
            | Self::CancellationConfirmationInstructor
            | Self::ReminderStudent
            | Self::ReminderInstructor => "booking",
            Self::PasswordReset | Self::PasswordChanged | Self::Welcome => "auth",
            Self::Alert => "monitoring",
        }
    }

    /// How it looks.
    #[must_use]
    pub const fn palette(self) -> Palette {
        match self {
            Self::ConfirmationStudent
            | Self::RescheduledStudent
            | Self::RescheduledInstructor
            | Self::PasswordReset
            | Self::PasswordChanged
            | Self::Welcome => Palette { main: "#4F46E5", tint: "#E0E7FF" },
            Self::ConfirmationInstructor => Palette { main: "#10B981", tint: "#D1FAE5" },
            Self::CancellationStudent | Self::Alert => Palette { main: "#EF4444", tint: "#FEE2E2" },
            Self::CancellationInstructor => Palette { main: "#F59E0B", tint: "#FEF3C7" },
            Self::CancellationConfirmationStudent | Self::CancellationConfirmationInstructor => {
                Palette { main: "#6B7280", tint: "#E5E7EB" }
            }
            Self::ReminderStudent => Palette { main: "#3B82F6", tint: "#DBEAFE" },
            Self::ReminderInstructor => Palette { main: "#8B5CF6", tint: "#EDE9FE" },
        }
    }
}
