//! The time zone of an instructor.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A zone of the IANA database, such as `America/New_York`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A name that the IANA database does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an IANA time zone such as {name}", name = Zone::DEFAULT)]
pub struct UnknownZone(pub String);

impl Zone {
    /// Zone of everyone who does not say otherwise.
    pub const DEFAULT: &'static str = "America/New_York";

    /// The zone of this name, in its canonical spelling.
    ///
    /// # Errors
    /// [`UnknownZone`] for anything that is not an IANA name.
    pub fn new(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone(name.chars().take(60).collect());
        let zone = TimeZone::get(name).map_err(|_not_found| unknown())?;
        if zone.iana_name().is_none() || zone.is_unknown() {
            return Err(unknown());
        }
        Ok(Self(zone))
    }

    /// New York.
    #[must_use]
    pub fn new_york() -> Self {
        // The database is compiled in and has held this name since 1993; UTC would only be reached without it.
        Self::new(Self::DEFAULT).unwrap_or(Self(TimeZone::UTC))
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The zone itself.
    #[must_use]
    pub const fn tz(&self) -> &TimeZone {
        &self.0
    }

    /// The date on the clocks of this zone at an instant.
    #[must_use]
    pub fn date_at(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.0.clone()).date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_and_spelt_as_in_the_database() {
        assert_eq!(Zone::new("america/new_york").unwrap().name(), "America/New_York");
        for bad in ["", "Mars/Olympus", "EST5EDT4", "../etc/passwd", "Etc/Unknown"] {
            assert!(Zone::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Zone::new_york().name(), Zone::DEFAULT);
    }

    #[test]
    fn the_date_depends_on_the_zone() {
        let instant: Timestamp = "2026-07-15T02:00:00Z".parse().unwrap();
        assert_eq!(Zone::new_york().date_at(instant).to_string(), "2026-07-14");
        assert_eq!(Zone::new("Asia/Tokyo").unwrap().date_at(instant).to_string(), "2026-07-15");
    }
}
