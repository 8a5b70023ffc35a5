//! Profiles as clients send them.

use instainstru_core::length::{Buffer, InvalidLength, Notice};
use instainstru_domain::{
    ids::CatalogueServiceId,
    instructor::{Areas, ProfileDetails},
    text::{Bio, InvalidText},
    zone::{UnknownZone, Zone},
};
use instainstru_service::instructors::{CatalogueRef, CreateProfile, ServiceDraft, UpdateProfile};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{OfferFields, dto::LevelName};
use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::Amount,
};

const MAX_SERVICES: usize = 20;
const DEFAULT_NOTICE_HOURS: i64 = 2;

/// A service to offer. Instead of `service_catalog_id`, the member `skill` may name the service (its name or slug), and
/// `duration_override` may give the only length; clients of 2025 send them. Other members are ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ServiceRequest)]
struct ServiceRequest {
    /// Which service of the catalogue.
    #[schema(value_type = i32, required = true, minimum = 1, maximum = 2147483647_i64, example = 12)]
    service_catalog_id: Option<i64>,
    #[schema(ignore)]
    skill: Option<String>,
    /// Price of an hour: more than 0, at most 1000.
    hourly_rate: Amount,
    /// In the instructor's own words.
    #[schema(max_length = 500, example = "Classical and jazz")]
    description: Option<String>,
    /// Lengths that can be booked, each 30 to 240 minutes in steps of 15; 60 when absent.
    #[schema(value_type = Option<Vec<i32>>, min_items = 1, max_items = 15, example = json!([30, 60]))]
    duration_options: Option<Vec<i64>>,
    #[schema(ignore)]
    duration_override: Option<i64>,
    /// How experienced the instructor is.
    experience_level: Option<LevelName>,
    /// Levels of students taught; absent leaves it as it is.
    #[schema(max_items = 20, example = json!(["beginner"]))]
    levels_taught: Option<Vec<String>>,
    /// Ages of students taught; absent leaves it as it is.
    #[schema(max_items = 20, example = json!(["kids", "adults"]))]
    age_groups: Option<Vec<String>>,
    /// Ways of meeting; absent leaves it as it is.
    #[schema(max_items = 20, example = json!(["online"]))]
    location_types: Option<Vec<String>>,
    /// What a student needs; absent leaves it as it is.
    #[schema(max_items = 20, example = json!(["keyboard"]))]
    equipment_required: Option<Vec<String>>,
    /// How far the instructor travels.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 500)]
    max_distance_miles: Option<i64>,
    /// What must be true of a student or a place.
    #[schema(max_length = 1000)]
    requirements: Option<String>,
}

impl ServiceRequest {
    fn read(self, errors: &mut FieldErrors) -> Option<ServiceDraft> {
        let catalogue = match (self.service_catalog_id, self.skill) {
            (Some(id), _) => {
                errors.take("service_catalog_id", CatalogueServiceId::new(id)).map(CatalogueRef::Id)
            }
            (None, Some(skill)) => errors.take("skill", skill_name(&skill)).map(CatalogueRef::Named),
            (None, None) => errors.require("service_catalog_id", None),
        };
        let only = self.duration_override.map(|minutes| vec![minutes]);
        OfferFields {
            hourly_rate: self.hourly_rate,
            description: self.description,
            duration_options: self.duration_options.or(only),
            experience_level: self.experience_level,
            levels_taught: self.levels_taught,
            age_groups: self.age_groups,
            location_types: self.location_types,
            equipment_required: self.equipment_required,
            max_distance_miles: self.max_distance_miles,
            requirements: self.requirements,
        }
        .read(errors, catalogue, "description")
    }
}

/// The name or slug of a service as a client writes it.
pub(super) fn skill_name(text: &str) -> Result<String, InvalidText> {
    instainstru_domain::text::line("skill", text, 1, 100)
}

fn read_services(
    errors: &mut FieldErrors,
    services: Vec<ServiceRequest>,
    min: usize,
) -> Option<Vec<ServiceDraft>> {
    if !(min..=MAX_SERVICES).contains(&services.len()) {
        errors.push("services", format!("services must have {min} to {MAX_SERVICES} entries"));
        return None;
    }
    let count = services.len();
    let drafts: Vec<ServiceDraft> = services
        .into_iter()
        .enumerate()
        .filter_map(|(index, service)| {
            errors.within(&format!("services.{index}"), |errors| service.read(errors))
        })
        .collect();
    (drafts.len() == count).then_some(drafts)
}

fn read_areas(names: &[String]) -> Result<Areas, InvalidText> {
    Areas::new(names.iter().map(String::as_str))
}

/// Years nobody has.
#[derive(Debug, thiserror::Error)]
#[error("must be from 0 to {max}", max = ProfileDetails::MAX_YEARS)]
struct InvalidYears;

fn read_years(years: i64) -> Result<u8, InvalidYears> {
    u8::try_from(years).ok().filter(|years| *years <= ProfileDetails::MAX_YEARS).ok_or(InvalidYears)
}

fn read_zone(name: &str) -> Result<Zone, UnknownZone> {
    Zone::new(name)
}

/// A profile to create.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CreateProfileRequest {
    /// About the instructor.
    #[schema(min_length = 10, max_length = 1000, example = "I have taught the piano for ten years.")]
    bio: String,
    /// Where lessons take place; without commas.
    #[schema(min_items = 1, max_items = 20, example = json!(["Upper West Side"]))]
    areas_of_service: Vec<String>,
    /// Years of experience.
    #[schema(value_type = i32, minimum = 0, maximum = 50, example = 10)]
    years_experience: i64,
    /// How many hours before its start a lesson must be booked; 2 when absent.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 168, example = 2)]
    min_advance_booking_hours: Option<i64>,
    /// Minutes kept free after each lesson; 0 when absent.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 60, example = 15)]
    buffer_time_minutes: Option<i64>,
    /// IANA zone in which free time is meant; `America/New_York` when absent.
    #[schema(example = "America/New_York", max_length = 60)]
    timezone: Option<String>,
    /// The services, each of the catalogue once.
    #[schema(min_items = 1, max_items = 20)]
    services: Vec<ServiceRequest>,
}

impl IntoCommand for CreateProfileRequest {
    type Command = CreateProfile;

    fn into_command(self) -> Result<CreateProfile, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let bio = errors.take("bio", Bio::new(&self.bio));
        let areas = errors.take("areas_of_service", read_areas(&self.areas_of_service));
        if areas.as_ref().is_some_and(Areas::is_empty) {
            errors.push("areas_of_service", "areas_of_service must name at least one area");
        }
        let years = errors.take("years_experience", read_years(self.years_experience));
        let hours = self.min_advance_booking_hours.unwrap_or(DEFAULT_NOTICE_HOURS);
        let notice = errors.take("min_advance_booking_hours", Notice::from_hours(hours));
        let buffer =
            errors.take("buffer_time_minutes", Buffer::from_minutes(self.buffer_time_minutes.unwrap_or(0)));
        let zone = errors.take_optional("timezone", self.timezone.as_deref().map(read_zone));
        let services = read_services(&mut errors, self.services, 1);
        let command = (|| {
            Some(CreateProfile {
                details: ProfileDetails {
                    bio: Some(bio?),
                    areas: areas?,
                    years_experience: years?,
                    notice: notice?,
                    buffer: buffer?,
                    zone: zone?.unwrap_or_else(Zone::new_york),
                },
                services: services?,
            })
        })();
        errors.finish(command)
    }
}

/// Changes to a profile; what is absent or null stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct UpdateProfileRequest {
    /// About the instructor.
    #[schema(min_length = 10, max_length = 1000)]
    bio: Option<String>,
    /// Where lessons take place; without commas.
    #[schema(max_items = 20)]
    areas_of_service: Option<Vec<String>>,
    /// Years of experience.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 50)]
    years_experience: Option<i64>,
    /// How many hours before its start a lesson must be booked.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 168)]
    min_advance_booking_hours: Option<i64>,
    /// Minutes kept free after each lesson.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 60)]
    buffer_time_minutes: Option<i64>,
    /// IANA zone in which free time is meant.
    #[schema(max_length = 60)]
    timezone: Option<String>,
    /// The full set of services; those not in it are removed, and an empty list removes all.
    #[schema(max_items = 20)]
    services: Option<Vec<ServiceRequest>>,
}

impl IntoCommand for UpdateProfileRequest {
    type Command = UpdateProfile;

    fn into_command(self) -> Result<UpdateProfile, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let bio = errors.take_optional("bio", self.bio.as_deref().map(Bio::new));
        let areas =
            errors.take_optional("areas_of_service", self.areas_of_service.as_deref().map(read_areas));
        let years = errors.take_optional("years_experience", self.years_experience.map(read_years));
        let notice: Option<Result<Notice, InvalidLength>> =
            self.min_advance_booking_hours.map(Notice::from_hours);
        let notice = errors.take_optional("min_advance_booking_hours", notice);
        let buffer =
            errors.take_optional("buffer_time_minutes", self.buffer_time_minutes.map(Buffer::from_minutes));
        let zone = errors.take_optional("timezone", self.timezone.as_deref().map(read_zone));
        let services = match self.services {
            Some(services) => read_services(&mut errors, services, 0).map(Some),
            None => Some(None),
        };
        let command = (|| {
            Some(UpdateProfile {
                bio: bio?,
                areas: areas?,
                years_experience: years?,
                notice: notice?,
                buffer: buffer?,
                zone: zone?,
                services: services?,
                expected_services: None,
            })
        })();
        errors.finish(command)
    }
}
