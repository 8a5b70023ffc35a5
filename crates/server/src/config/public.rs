//! What visitors see.

use instainstru_service::public::{PartlyBooked, PublicRules};

use super::reader::Reader;

/// What visitors see of instructors and their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicConfig {
    /// How many days are shown, and what becomes of ranges that are booked in part.
    pub rules: PublicRules,
    /// How much is told about each day.
    pub detail: DetailLevel,
    /// Whether the name of the instructor is told.
    pub show_instructor_name: bool,
    /// How long browsers and the server may keep an answer, in seconds.
    pub cache_ttl_secs: u32,
}

/// How much is told about each day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailLevel {
    /// Every range of free time.
    Full,
    /// Which parts of each day have free time.
    Summary,
    /// Only whether there is free time at all.
    Minimal,
}

impl PublicConfig {
    /// Reads the part about visitors.
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let levels = [
            ("full", DetailLevel::Full),
            ("summary", DetailLevel::Summary),
            ("minimal", DetailLevel::Minimal),
        ];
        let partial = [("split", PartlyBooked::Split), ("exclude", PartlyBooked::Exclude)];
        Self {
            rules: PublicRules {
                days: reader.number("PUBLIC_AVAILABILITY_DAYS", 1..=90, 30),
                partly_booked: reader.choice("PUBLIC_AVAILABILITY_PARTIAL", &partial, PartlyBooked::Split),
            },
            detail: reader.choice("PUBLIC_AVAILABILITY_DETAIL_LEVEL", &levels, DetailLevel::Full),
            show_instructor_name: reader.flag("PUBLIC_AVAILABILITY_SHOW_INSTRUCTOR_NAME", true),
            cache_ttl_secs: reader.number("PUBLIC_AVAILABILITY_CACHE_TTL", 0..=86_400, 300),
        }
    }
}
