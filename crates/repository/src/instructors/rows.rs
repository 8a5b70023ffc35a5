//! Profiles and services as they are stored.

use diesel::prelude::*;
use instainstru_core::{
    length::{Buffer, Notice},
    money::HourlyRate,
};
use instainstru_domain::{
    ids::{CatalogueServiceId, CategoryId, InstructorServiceId, ProfileId, UserId},
    instructor::{
        Areas, DurationOptions, ExperienceLevel, InstructorProfile, InstructorService, Offer, ProfileDetails,
        Terms,
    },
    ports::StorageError,
    text::{Bio, Requirements, ServiceDescription, Tag},
    zone::Zone,
};
use jiff::Timestamp;

use crate::{
    schema::{instructor_profiles, instructor_services},
    search::folded,
    stored::Place,
    types::{Instant, Json},
};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = instructor_profiles)]
pub(super) struct ProfileRow {
    pub(super) id: i32,
    user_id: i32,
    bio: Option<String>,
    years_experience: i32,
    areas_of_service: String,
    min_advance_booking_hours: i32,
    buffer_time_minutes: i32,
    timezone: String,
    created_at: Instant,
    updated_at: Option<Instant>,
}

impl ProfileRow {
    pub(super) fn into_profile(self) -> Result<InstructorProfile, StorageError> {
        let place = Place::new("instructor_profiles", self.id);
        let notice = Notice::from_hours(self.min_advance_booking_hours.into());
        let buffer = Buffer::from_minutes(self.buffer_time_minutes.into());
        Ok(InstructorProfile {
            id: place.check("id", ProfileId::new(self.id.into()))?,
            user_id: place.check("user_id", UserId::new(self.user_id.into()))?,
            details: ProfileDetails {
                bio: place.check_some("bio", self.bio, |text| Bio::new(&text))?,
                areas: Areas::from_joined(&self.areas_of_service),
                years_experience: place.narrow("years_experience", self.years_experience)?,
                notice: place.check("min_advance_booking_hours", notice)?,
                buffer: place.check("buffer_time_minutes", buffer)?,
                zone: place.check("timezone", Zone::new(&self.timezone))?,
            },
            created_at: self.created_at.0,
            updated_at: self.updated_at.map(|at| at.0),
        })
    }
}

/// The columns of a profile that its owner edits.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = instructor_profiles, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct ProfileColumns {
    bio: Option<String>,
    bio_search: Option<String>,
    years_experience: i32,
    areas_of_service: String,
    min_advance_booking_hours: i32,
    buffer_time_minutes: i32,
    timezone: String,
}

impl ProfileColumns {
    pub(super) fn new(details: &ProfileDetails) -> Self {
        let bio = details.bio.as_ref().map(Bio::as_str);
        Self {
            bio: bio.map(str::to_owned),
            bio_search: bio.map(folded),
            years_experience: details.years_experience.into(),
            areas_of_service: details.areas.joined(),
            min_advance_booking_hours: details.notice.hours().into(),
            buffer_time_minutes: details.buffer.minutes().into(),
            timezone: details.zone.name().to_owned(),
        }
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = instructor_services)]
pub(super) struct ServiceRow {
    id: i32,
    pub(super) instructor_profile_id: Option<i32>,
    service_catalog_id: i32,
    hourly_rate_cents: i64,
    experience_level: Option<String>,
    description: Option<String>,
    requirements: Option<String>,
    duration_options: Json,
    equipment_required: Json,
    levels_taught: Json,
    age_groups: Json,
    location_types: Json,
    max_distance_miles: Option<i32>,
    is_active: bool,
    created_at: Instant,
    updated_at: Option<Instant>,
}

/// A service with the name and category of its catalogue entry.
pub(super) type ServiceWithName = (ServiceRow, String, i32);

impl ServiceRow {
    pub(super) fn into_service(self, name: String, category: i32) -> Result<InstructorService, StorageError> {
        let place = Place::new("instructor_services", self.id);
        let tags = |column, json: &Json| -> Result<Vec<Tag>, StorageError> {
            let texts: Vec<String> = place.check(column, json.items())?;
            texts.iter().map(|text| place.check(column, Tag::new(text))).collect()
        };
        let minutes: Vec<i64> = place.check("duration_options", self.duration_options.items())?;
        let catalogue_id = CatalogueServiceId::new(self.service_catalog_id.into());
        let profile_id = |id: i32| ProfileId::new(id.into());
        Ok(InstructorService {
            id: place.check("id", InstructorServiceId::new(self.id.into()))?,
            profile_id: place.check_some("instructor_profile_id", self.instructor_profile_id, profile_id)?,
            name,
            category_id: place.check("category_id", CategoryId::new(category.into()))?,
            offer: Offer {
                catalogue_service_id: place.check("service_catalog_id", catalogue_id)?,
                terms: Terms {
                    hourly_rate: place
                        .check("hourly_rate_cents", HourlyRate::from_cents(self.hourly_rate_cents))?,
                    description: place
                        .check_some("description", self.description, |text| ServiceDescription::new(&text))?,
                    durations: place.check("duration_options", DurationOptions::from_minutes(&minutes))?,
                    experience_level: place.check_some(
                        "experience_level",
                        self.experience_level,
                        |text| text.parse(),
                    )?,
                    levels_taught: tags("levels_taught", &self.levels_taught)?,
                    age_groups: tags("age_groups", &self.age_groups)?,
                    location_types: tags("location_types", &self.location_types)?,
                    equipment_required: tags("equipment_required", &self.equipment_required)?,
                    max_distance_miles: self
                        .max_distance_miles
                        .map(|miles| place.narrow("max_distance_miles", miles))
                        .transpose()?,
                    requirements: place
                        .check_some("requirements", self.requirements, |text| Requirements::new(&text))?,
                },
            },
            is_active: self.is_active,
            created_at: self.created_at.0,
            updated_at: self.updated_at.map(|at| at.0),
        })
    }
}

/// The columns of a service that its owner edits.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = instructor_services, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct OfferColumns {
    service_catalog_id: i32,
    hourly_rate_cents: i64,
    experience_level: Option<&'static str>,
    description: Option<String>,
    description_search: Option<String>,
    requirements: Option<String>,
    duration_options: Json,
    equipment_required: Json,
    levels_taught: Json,
    age_groups: Json,
    location_types: Json,
    max_distance_miles: Option<i32>,
}

impl OfferColumns {
    pub(super) fn new(offer: &Offer) -> Result<Self, StorageError> {
        let Terms {
            hourly_rate,
            description,
            durations,
            experience_level,
            levels_taught,
            age_groups,
            location_types,
            equipment_required,
            max_distance_miles,
            requirements,
        } = &offer.terms;
        let written =
            |json: Result<Json, serde_json::Error>| json.map_err(|e| StorageError::Unexpected(Box::new(e)));
        let tags = |tags: &[Tag]| written(Json::list(&tags.iter().map(Tag::as_str).collect::<Vec<_>>()));
        let minutes: Vec<u16> = durations.as_slice().iter().map(|length| length.minutes()).collect();
        let description = description.as_ref().map(ServiceDescription::as_str);
        Ok(Self {
            service_catalog_id: offer.catalogue_service_id.get(),
            hourly_rate_cents: hourly_rate.cents(),
            experience_level: experience_level.map(ExperienceLevel::as_str),
            description: description.map(str::to_owned),
            description_search: description.map(folded),
            requirements: requirements.as_ref().map(ToString::to_string),
            duration_options: written(Json::list(&minutes))?,
            equipment_required: tags(equipment_required)?,
            levels_taught: tags(levels_taught)?,
            age_groups: tags(age_groups)?,
            location_types: tags(location_types)?,
            max_distance_miles: max_distance_miles.map(i32::from),
        })
    }
}

/// What is written once, when a service is created.
#[derive(Insertable)]
#[diesel(table_name = instructor_services, treat_none_as_default_value = false)]
pub(super) struct NewServiceRow {
    pub(super) instructor_profile_id: i32,
    #[diesel(embed)]
    pub(super) offer: OfferColumns,
    pub(super) created_at: Instant,
}

/// What is written once, when a profile is created.
#[derive(Insertable)]
#[diesel(table_name = instructor_profiles, treat_none_as_default_value = false)]
pub(super) struct NewProfileRow {
    pub(super) user_id: i32,
    #[diesel(embed)]
    pub(super) columns: ProfileColumns,
    pub(super) created_at: Instant,
}

impl NewProfileRow {
    pub(super) fn new(user: UserId, details: &ProfileDetails, at: Timestamp) -> Self {
        Self { user_id: user.get(), columns: ProfileColumns::new(details), created_at: Instant(at) }
    }
}
