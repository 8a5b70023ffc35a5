//! The terms under which a service is offered, as clients send them.

use instainstru_core::money::{HourlyRate, InvalidMoney};
use instainstru_domain::{
    instructor::{DurationOptions, Terms},
    text::{InvalidText, Requirements, ServiceDescription, Tag},
};
use instainstru_service::instructors::{CatalogueRef, ServiceDraft};

use super::dto::LevelName;
use crate::{
    error::FieldErrors,
    wire::{Amount, InvalidAmount},
};

/// The parts of an offer, whatever the members are called.
#[derive(Debug)]
pub(crate) struct OfferFields {
    pub(crate) hourly_rate: Amount,
    pub(crate) description: Option<String>,
    pub(crate) duration_options: Option<Vec<i64>>,
    pub(crate) experience_level: Option<LevelName>,
    pub(crate) levels_taught: Option<Vec<String>>,
    pub(crate) age_groups: Option<Vec<String>>,
    pub(crate) location_types: Option<Vec<String>>,
    pub(crate) equipment_required: Option<Vec<String>>,
    pub(crate) max_distance_miles: Option<i64>,
    pub(crate) requirements: Option<String>,
}

/// An amount that is no hourly rate.
#[derive(Debug, thiserror::Error)]
enum InvalidRate {
    /// No amount.
    #[error(transparent)]
    Amount(#[from] InvalidAmount),
    /// Too little or too much.
    #[error(transparent)]
    Money(#[from] InvalidMoney),
}

/// A distance nobody travels.
#[derive(Debug, thiserror::Error)]
#[error("must be from 0 to {max}", max = Terms::MAX_MILES)]
struct InvalidDistance;

impl OfferFields {
    /// Reads the offer of a service; `description` is the name of that member.
    pub(crate) fn read(
        self,
        errors: &mut FieldErrors,
        catalogue: Option<CatalogueRef>,
        description: &str,
    ) -> Option<ServiceDraft> {
        let rate = errors.take("hourly_rate", read_rate(&self.hourly_rate));
        let text = self.description.filter(|text| !text.trim().is_empty());
        let text = errors.take_optional(description, text.map(|text| ServiceDescription::new(&text)));
        let durations = match self.duration_options {
            Some(minutes) => errors.take("duration_options", DurationOptions::from_minutes(&minutes)),
            None => Some(DurationOptions::one_hour()),
        };
        let levels = read_tags(errors, "levels_taught", self.levels_taught);
        let ages = read_tags(errors, "age_groups", self.age_groups);
        let locations = read_tags(errors, "location_types", self.location_types);
        let equipment = read_tags(errors, "equipment_required", self.equipment_required);
        let miles = errors.take_optional("max_distance_miles", self.max_distance_miles.map(read_miles));
        let requirements = self.requirements.filter(|text| !text.trim().is_empty());
        let requirements =
            errors.take_optional("requirements", requirements.map(|text| Requirements::new(&text)));
        Some(ServiceDraft {
            catalogue: catalogue?,
            hourly_rate: rate?,
            description: text?,
            durations: durations?,
            experience_level: self.experience_level.map(Into::into),
            levels_taught: levels?,
            age_groups: ages?,
            location_types: locations?,
            equipment_required: equipment?,
            max_distance_miles: miles?,
            requirements: requirements?,
        })
    }
}

fn read_rate(amount: &Amount) -> Result<HourlyRate, InvalidRate> {
    Ok(HourlyRate::from_cents(amount.cents()?)?)
}

fn read_miles(miles: i64) -> Result<u16, InvalidDistance> {
    u16::try_from(miles).ok().filter(|miles| *miles <= Terms::MAX_MILES).ok_or(InvalidDistance)
}

/// The outer `None` means wrong.
fn read_tags(errors: &mut FieldErrors, field: &str, texts: Option<Vec<String>>) -> Option<Option<Vec<Tag>>> {
    let read = |texts: Vec<String>| -> Result<Vec<Tag>, InvalidText> {
        if texts.len() > Terms::MAX_TAGS {
            return Err(InvalidText::Malformed { what: "list", reason: "at most 20 entries" });
        }
        texts.iter().map(|text| Tag::new(text)).collect()
    };
    errors.take_optional(field, texts.map(read))
}
