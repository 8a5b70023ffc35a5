//! What the index is built from: plain values that any source can fill.

use instainstru_core::{
    blocks::BlockSet,
    length::{Buffer, LessonLength, Notice},
    money::HourlyRate,
    zone::UtcRange,
};
use instainstru_domain::{
    ids::{InstructorServiceId, UserId},
    instructor::ExperienceLevel,
};
use jiff::{civil::Date, tz::TimeZone};

/// One instructor with everything a search may ask about.
#[derive(Debug, Clone)]
pub struct InstructorRow {
    /// Who.
    pub id: UserId,
    /// Whether students may book: an active account with a profile. Others are never found.
    pub bookable: bool,
    /// Names of the areas of service.
    pub areas: Vec<String>,
    /// Zone in which availability is meant.
    pub zone: TimeZone,
    /// How long before its start a lesson must be booked.
    pub notice: Notice,
    /// Time kept free after each lesson.
    pub buffer: Buffer,
    /// What is taught; only active offers.
    pub offers: Vec<OfferRow>,
    /// Published days; missing dates have no time.
    pub days: Vec<DayRow>,
    /// Time that is taken, buffers included.
    pub claims: Vec<UtcRange>,
}

/// What one instructor offers of one service.
#[derive(Debug, Clone)]
pub struct OfferRow {
    /// Its id.
    pub id: InstructorServiceId,
    /// Slug of the service in the catalogue.
    pub service: String,
    /// Price of an hour.
    pub rate: HourlyRate,
    /// Lengths that can be booked.
    pub durations: Vec<LessonLength>,
    /// How experienced the instructor is in it.
    pub experience: Option<ExperienceLevel>,
    /// Levels taught; empty means all.
    pub levels: Vec<String>,
    /// Ages taught; empty means all.
    pub ages: Vec<String>,
    /// Ways of meeting.
    pub location_types: Vec<String>,
}

/// What is published for one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRow {
    /// The date, in the zone of the instructor.
    pub date: Date,
    /// Free time as published.
    pub available: BlockSet,
    /// Whether the whole day is blocked.
    pub blackout: bool,
}
