//! Which limits there are: the table of the contract as data.

use std::num::NonZeroU32;

use instainstru_domain::ports::rate_limiter::Quota;

/// The figures of the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests of one address a minute, whatever they are for.
    pub general_per_minute: NonZeroU32,
    /// Attempts to log in a minute: of one address, and to one account; and to give the password once more.
    pub auth_per_minute: NonZeroU32,
    /// Accounts opened from one address an hour.
    pub register_per_hour: NonZeroU32,
    /// New passwords asked for one account an hour.
    pub password_reset_per_hour: NonZeroU32,
    /// New passwords asked for from one address an hour.
    pub password_reset_ip_per_hour: NonZeroU32,
    /// Bookings of one person a minute.
    pub booking_per_minute: NonZeroU32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            general_per_minute: figure(100),
            auth_per_minute: figure(5),
            register_per_hour: figure(10),
            password_reset_per_hour: figure(3),
            password_reset_ip_per_hour: figure(10),
            booking_per_minute: figure(20),
        }
    }
}

/// What is limited besides requests as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limited {
    /// Logging in.
    Login,
    /// Opening an account.
    Register,
    /// Asking for a new password.
    RequestPasswordReset,
    /// Setting a new password.
    ConfirmPasswordReset,
    /// Asking whether a link for a new password is good.
    VerifyPasswordReset,
    /// Giving the password once more, for something that a stolen session must not be enough for.
    ConfirmPassword,
    /// Booking.
    CreateBooking,
    /// Asking whether a time can be booked.
    CheckAvailability,
    /// Sending reminders at once.
    SendReminders,
    /// Trying out the limits.
    TestRateLimits,
}

/// Whose requests a rule counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Per {
    /// Those of one network address.
    Address,
    /// Those of one person who is logged in.
    User,
    /// Those about one account, named by its address.
    Email,
}

/// One limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) per: Per,
    pub(super) quota: Quota,
}

impl Limited {
    /// Everything that is limited.
    pub const ALL: [Self; 10] = [
        Self::Login,
        Self::Register,
        Self::RequestPasswordReset,
        Self::ConfirmPasswordReset,
        Self::VerifyPasswordReset,
        Self::ConfirmPassword,
        Self::CreateBooking,
        Self::CheckAvailability,
        Self::SendReminders,
        Self::TestRateLimits,
    ];

    /// Stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Register => "register",
            Self::RequestPasswordReset => "request_password_reset",
            Self::ConfirmPasswordReset => "confirm_password_reset",
            Self::VerifyPasswordReset => "verify_reset_token",
            Self::ConfirmPassword => "confirm_password",
            Self::CreateBooking => "create_booking",
            Self::CheckAvailability => "check_availability",
            Self::SendReminders => "send_reminder_emails",
            Self::TestRateLimits => "test_rate_limits",
        }
    }

    /// Its limits, in the order in which they are looked at.
    pub(super) fn rules(self, limits: &RateLimits) -> Vec<Rule> {
        let minute = |per, count| Rule { per, quota: Quota::per_minute(count) };
        let hour = |per, count| Rule { per, quota: Quota::per_hour(count) };
        match self {
            Self::Login => {
                vec![minute(Per::Address, limits.auth_per_minute), minute(Per::Email, limits.auth_per_minute)]
            }
            Self::Register => vec![hour(Per::Address, limits.register_per_hour)],
            Self::RequestPasswordReset => vec![
                hour(Per::Address, limits.password_reset_ip_per_hour),
                hour(Per::Email, limits.password_reset_per_hour),
            ],
            Self::ConfirmPasswordReset => vec![minute(Per::Address, figure(10))],
            Self::VerifyPasswordReset => vec![minute(Per::Address, figure(20))],
            Self::ConfirmPassword => vec![minute(Per::User, limits.auth_per_minute)],
            Self::CreateBooking => vec![minute(Per::User, limits.booking_per_minute)],
            Self::CheckAvailability => vec![minute(Per::User, figure(30))],
            Self::SendReminders => vec![hour(Per::Address, figure(1))],
            Self::TestRateLimits => vec![minute(Per::Address, figure(3))],
        }
    }

    /// The name of a limit in keys, such as `login_5perminute`.
    pub(super) fn window(self, quota: Quota) -> String {
        let unit = if quota.window_seconds().get() == 60 { "minute" } else { "hour" };
        format!("{}_{}per{unit}", self.name(), quota.count())
    }
}

/// The name of the limit of requests as such.
pub(crate) const GENERAL: &str = "general";

/// Whether requests for this path are not limited at all: those who ask whether the server is well must get an answer, and files
/// with their version in the name are asked for by the dozen, once.
pub(crate) fn is_exempt(path: &str) -> bool {
    const PROBES: [&str; 5] =
        ["/health", "/health/lite", "/ready", "/metrics/health", "/metrics/performance"];
    const FILES: &str = "/assets/";
    let path = path.strip_prefix(crate::routes::VERSIONED).unwrap_or(path);
    PROBES.contains(&path) || path.starts_with(FILES)
}

/// A figure of the contract.
const fn figure(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_contract() {
        let limits = RateLimits::default();
        let table: Vec<String> = Limited::ALL
            .iter()
            .flat_map(|limited| {
                let rules = limited.rules(&limits).into_iter();
                rules.map(|rule| format!("{:?} {}", rule.per, limited.window(rule.quota)))
            })
            .collect();
        assert_eq!(
            table,
            [
                "Address login_5perminute",
                "Email login_5perminute",
                "Address register_10perhour",
                "Address request_password_reset_10perhour",
                "Email request_password_reset_3perhour",
                "Address confirm_password_reset_10perminute",
                "Address verify_reset_token_20perminute",
                "User confirm_password_5perminute",
                "User create_booking_20perminute",
                "User check_availability_30perminute",
                "Address send_reminder_emails_1perhour",
                "Address test_rate_limits_3perminute",
            ]
        );
        assert_eq!(limits.general_per_minute.get(), 100);
    }

    #[test]
    fn probes_and_files_are_exempt() {
        for path in [
            "/health",
            "/health/lite",
            "/ready",
            "/metrics/health",
            "/api/v1/metrics/health",
            "/assets/a.css",
        ] {
            assert!(is_exempt(path), "{path}");
        }
        for path in ["/", "/healthy", "/auth/login", "/api/v1/instructors", "/metrics/prometheus", "/assets"]
        {
            assert!(!is_exempt(path), "{path}");
        }
    }
}
