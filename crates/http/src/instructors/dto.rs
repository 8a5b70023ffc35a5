//! Instructors as clients see them.

use instainstru_domain::{
    instructor::{ExperienceLevel, Instructor, InstructorService},
    text::Tag,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{InstantText, Money};

/// How experienced an instructor is in a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ExperienceLevel)]
pub(crate) enum LevelName {
    /// Teaches beginners well.
    Beginner,
    /// Has taught for some years.
    Intermediate,
    /// Master of the subject.
    Expert,
}

impl From<LevelName> for ExperienceLevel {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::Beginner => Self::Beginner,
            LevelName::Intermediate => Self::Intermediate,
            LevelName::Expert => Self::Expert,
        }
    }
}

impl From<ExperienceLevel> for LevelName {
    fn from(level: ExperienceLevel) -> Self {
        match level {
            ExperienceLevel::Beginner => Self::Beginner,
            ExperienceLevel::Intermediate => Self::Intermediate,
            ExperienceLevel::Expert => Self::Expert,
        }
    }
}

/// What an instructor offers of one service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceResponse {
    /// Its id: what a booking names.
    #[schema(minimum = 1, example = 3)]
    id: i32,
    /// The service of the catalogue.
    service_catalog_id: i32,
    /// Name of the service.
    #[schema(example = "Piano")]
    name: String,
    /// The same name, for clients of 2025.
    skill: String,
    /// Price of an hour.
    hourly_rate: Money,
    /// In the instructor's own words.
    description: Option<String>,
    /// Lengths that can be booked, in minutes.
    #[schema(example = json!([30, 60]))]
    duration_options: Vec<u16>,
    /// The first of them, for clients of 2025.
    duration: u16,
    /// Whether it can be booked.
    is_active: bool,
    /// How experienced the instructor is.
    experience_level: Option<LevelName>,
    /// Levels of students taught; empty means all.
    levels_taught: Vec<String>,
    /// Ages of students taught; empty means all.
    age_groups: Vec<String>,
    /// Ways of meeting.
    location_types: Vec<String>,
    /// What a student needs.
    equipment_required: Vec<String>,
    /// How far the instructor travels.
    max_distance_miles: Option<u16>,
    /// What must be true of a student or a place.
    requirements: Option<String>,
}

/// Lesson lengths in minutes.
pub(crate) fn minutes(service: &InstructorService) -> Vec<u16> {
    service.offer.terms.durations.as_slice().iter().map(|length| length.minutes()).collect()
}

impl From<&InstructorService> for ServiceResponse {
    fn from(service: &InstructorService) -> Self {
        let terms = &service.offer.terms;
        let texts = |tags: &[Tag]| tags.iter().map(ToString::to_string).collect();
        Self {
            id: service.id.get(),
            service_catalog_id: service.offer.catalogue_service_id.get(),
            name: service.name.clone(),
            skill: service.name.clone(),
            hourly_rate: terms.hourly_rate.into(),
            description: terms.description.as_ref().map(ToString::to_string),
            duration_options: minutes(service),
            duration: terms.durations.first().minutes(),
            is_active: service.is_active,
            experience_level: terms.experience_level.map(Into::into),
            levels_taught: texts(&terms.levels_taught),
            age_groups: texts(&terms.age_groups),
            location_types: texts(&terms.location_types),
            equipment_required: texts(&terms.equipment_required),
            max_distance_miles: terms.max_distance_miles,
            requirements: terms.requirements.as_ref().map(ToString::to_string),
        }
    }
}

/// The person behind a profile.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonResponse {
    /// Name.
    #[schema(example = "Sarah Chen")]
    full_name: String,
    /// Address.
    #[schema(example = "sarah.chen@example.com")]
    email: String,
}

/// An instructor's profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InstructorProfile)]
pub(crate) struct ProfileResponse {
    /// Id of the profile. Paths use `user_id`.
    id: i32,
    /// Id of the account: how paths name instructors.
    #[schema(minimum = 1, example = 7)]
    user_id: i32,
    /// About the instructor; empty until the profile is completed.
    bio: String,
    /// Where lessons take place.
    #[schema(example = json!(["Upper West Side", "Harlem"]))]
    areas_of_service: Vec<String>,
    /// Years of experience.
    years_experience: u8,
    /// How many hours before its start a lesson must be booked.
    min_advance_booking_hours: u16,
    /// Minutes kept free after each lesson.
    buffer_time_minutes: u16,
    /// Zone in which free time is meant.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// When it was created.
    created_at: InstantText,
    /// When it last changed.
    updated_at: Option<InstantText>,
    /// The person.
    user: PersonResponse,
    /// The active services, by service of the catalogue.
    services: Vec<ServiceResponse>,
}

impl From<&Instructor> for ProfileResponse {
    fn from(instructor: &Instructor) -> Self {
        let Instructor { user, profile, services } = instructor;
        let details = &profile.details;
        Self {
            id: profile.id.get(),
            user_id: user.id.get(),
            bio: details.bio.as_ref().map(ToString::to_string).unwrap_or_default(),
            areas_of_service: details.areas.as_slice().to_vec(),
            years_experience: details.years_experience,
            min_advance_booking_hours: details.notice.hours(),
            buffer_time_minutes: details.buffer.minutes(),
            timezone: details.zone.name().to_owned(),
            created_at: profile.created_at.into(),
            updated_at: profile.updated_at.map(Into::into),
            user: PersonResponse { full_name: user.full_name.to_string(), email: user.email.to_string() },
            services: services.iter().map(Into::into).collect(),
        }
    }
}
