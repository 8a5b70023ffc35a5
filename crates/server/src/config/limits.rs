//! How often somebody may ask, and who that somebody is.

use std::num::NonZeroU32;

use instainstru_http::limits::{RateLimits, TrustedProxies};

use super::reader::Reader;

/// How often somebody may ask, and who that somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsConfig {
    /// Whether requests are counted.
    pub enabled: bool,
    /// The figures.
    pub limits: RateLimits,
    /// The proxies in front of the server, whose word about the address of a client is taken.
    pub trusted_proxies: TrustedProxies,
}

impl LimitsConfig {
    /// Reads the part about limits.
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        /// One request each six microseconds, of which limits are counted in whole ones.
        const MOST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999_999);
        let usual = RateLimits::default();
        let figure = |name, usual| reader.number(name, NonZeroU32::MIN..=MOST, usual);
        Self {
            enabled: reader.flag("RATE_LIMIT_ENABLED", true),
            limits: RateLimits {
                general_per_minute: figure("RATE_LIMIT_GENERAL_PER_MINUTE", usual.general_per_minute),
                auth_per_minute: figure("RATE_LIMIT_AUTH_PER_MINUTE", usual.auth_per_minute),
                register_per_hour: figure("RATE_LIMIT_REGISTER_PER_HOUR", usual.register_per_hour),
                password_reset_per_hour: figure(
                    "RATE_LIMIT_PASSWORD_RESET_PER_HOUR",
                    usual.password_reset_per_hour,
                ),
                password_reset_ip_per_hour: figure(
                    "RATE_LIMIT_PASSWORD_RESET_IP_PER_HOUR",
                    usual.password_reset_ip_per_hour,
                ),
                booking_per_minute: figure("RATE_LIMIT_BOOKING_PER_MINUTE", usual.booking_per_minute),
            },
            trusted_proxies: reader.parsed("TRUSTED_PROXIES", TrustedProxies::default(), |text| {
                text.parse().map_err(|error: instainstru_http::limits::InvalidProxies| error.to_string())
            }),
        }
    }
}
