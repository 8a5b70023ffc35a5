//! Instructor profiles and the services instructors offer.

use std::{collections::BTreeSet, str::FromStr};

use instainstru_core::{
    length::{Buffer, InvalidLength, LessonLength, Notice},
    money::HourlyRate,
};
use jiff::Timestamp;

use crate::{
    account::{UnknownName, User},
    ids::{CatalogueServiceId, CategoryId, InstructorServiceId, ProfileId, UserId},
    text::{Bio, InvalidText, Requirements, ServiceDescription, Tag, line},
    zone::Zone,
};

/// The areas of New York an instructor comes to: trimmed, in title case, without duplicates, in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Areas(Vec<String>);

impl Areas {
    /// Greatest number of areas.
    pub const MAX: usize = 20;
    /// Greatest number of characters of one area.
    pub const MAX_CHARS: usize = 60;

    /// The areas named by `names`; blank ones are dropped.
    ///
    /// # Errors
    /// [`InvalidText`] when there are more than 20, or one is too long or contains a comma or control character.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidText> {
        const WHAT: &str = "areas_of_service";
        let mut areas: Vec<String> = Vec::new();
        for name in names {
            let name = title_case(&line(WHAT, name, 0, Self::MAX_CHARS)?);
            if name.contains(',') {
                return Err(InvalidText::Malformed {
                    what: WHAT,
                    reason: "give each area as an entry of its own, without commas",
                });
            }
            if !name.is_empty() && !areas.contains(&name) {
                areas.push(name);
            }
        }
        if areas.len() > Self::MAX {
            return Err(InvalidText::Malformed { what: WHAT, reason: "at most 20 areas" });
        }
        Ok(Self(areas))
    }

    /// The areas in order.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether no area is given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The areas as one text, joined by `", "`: how they are stored and shown on a booking.
    #[must_use]
    pub fn joined(&self) -> String {
        self.0.join(", ")
    }

    /// Reads back what [`Areas::joined`] wrote.
    #[must_use]
    pub fn from_joined(text: &str) -> Self {
        Self(text.split(',').map(str::trim).filter(|area| !area.is_empty()).map(str::to_owned).collect())
    }
}

/// Each word and each part of a hyphenated word with a capital first letter.
fn title_case(text: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
        })
    };
    let hyphenated = |word: &str| word.split('-').map(capitalised).collect::<Vec<String>>().join("-");
    text.split_whitespace().map(hyphenated).collect::<Vec<String>>().join(" ")
}

/// What the public sees of an instructor besides the services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructorProfile {
    /// Its id.
    pub id: ProfileId,
    /// Whose profile it is.
    pub user_id: UserId,
    /// What can be edited.
    pub details: ProfileDetails,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// The part of a profile its owner edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileDetails {
    /// About the instructor; absent until the profile is completed.
    pub bio: Option<Bio>,
    /// Where lessons take place.
    pub areas: Areas,
    /// Years of experience, 0..=50.
    pub years_experience: u8,
    /// How long before its start a lesson must be booked.
    pub notice: Notice,
    /// Time kept free after each lesson.
    pub buffer: Buffer,
    /// Zone in which availability is meant.
    pub zone: Zone,
}

impl ProfileDetails {
    /// Most years of experience a profile may state.
    pub const MAX_YEARS: u8 = 50;
}

/// What one instructor offers of one catalogue service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructorService {
    /// Its id.
    pub id: InstructorServiceId,
    /// Profile it belongs to; absent when the profile was deleted and the service is kept for its bookings.
    pub profile_id: Option<ProfileId>,
    /// Name of the catalogue service.
    pub name: String,
    /// Category of the catalogue service.
    pub category_id: CategoryId,
    /// Price and conditions.
    pub offer: Offer,
    /// Whether it can be seen and booked.
    pub is_active: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// A catalogue service together with the terms under which an instructor teaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which service of the catalogue.
    pub catalogue_service_id: CatalogueServiceId,
    /// Price and conditions.
    pub terms: Terms,
}

/// Price and conditions under which an instructor teaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Price of an hour.
    pub hourly_rate: HourlyRate,
    /// In the instructor's own words.
    pub description: Option<ServiceDescription>,
    /// Lengths that can be booked.
    pub durations: DurationOptions,
    /// How experienced the instructor is in it.
    pub experience_level: Option<ExperienceLevel>,
    /// Levels of students taught; empty means all.
    pub levels_taught: Vec<Tag>,
    /// Ages of students taught; empty means all.
    pub age_groups: Vec<Tag>,
    /// Ways of meeting, such as `online`; empty means not stated.
    pub location_types: Vec<Tag>,
    /// What a student needs.
    pub equipment_required: Vec<Tag>,
    /// How far the instructor travels, 0..=500 miles.
    pub max_distance_miles: Option<u16>,
    /// What must be true of a student or a place.
    pub requirements: Option<Requirements>,
}

impl Terms {
    /// Greatest number of entries of each list.
    pub const MAX_TAGS: usize = 20;
    /// Greatest distance, in miles.
    pub const MAX_MILES: u16 = 500;
}

/// How experienced an instructor is in a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExperienceLevel {
    /// Teaches beginners well.
    Beginner,
    /// Has taught for some years.
    Intermediate,
    /// Master of the subject.
    Expert,
}

impl ExperienceLevel {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Expert => "expert",
        }
    }
}

impl FromStr for ExperienceLevel {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "beginner" => Ok(Self::Beginner),
            "intermediate" => Ok(Self::Intermediate),
            "expert" => Ok(Self::Expert),
            other => Err(UnknownName::new(other, "beginner, intermediate, expert")),
        }
    }
}

/// The lesson lengths of a service: at least one, each 30 to 240 minutes, in the order given, without duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationOptions(Vec<LessonLength>);

/// Why a list of lengths is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDurations {
    /// The list is empty or too long.
    #[error("give 1 to {max} duration options, not {0}", max = DurationOptions::MAX_COUNT)]
    Count(usize),
    /// One length is not legal.
    #[error("a duration option is {min} to {max} minutes in steps of 15, not {0}", min = DurationOptions::MIN_MINUTES, max = DurationOptions::MAX_MINUTES)]
    Length(i64),
}

impl DurationOptions {
    /// Shortest option, in minutes.
    pub const MIN_MINUTES: u16 = 30;
    /// Longest option, in minutes.
    pub const MAX_MINUTES: u16 = 240;
    /// Greatest number of options.
    pub const MAX_COUNT: usize = 15;

    /// The options of these lengths, in minutes.
    ///
    /// # Errors
    /// [`InvalidDurations`] for an empty or over-long list, or a length outside 30..=240 or off the 15-minute grid.
    pub fn from_minutes(minutes: &[i64]) -> Result<Self, InvalidDurations> {
        if minutes.is_empty() || minutes.len() > Self::MAX_COUNT {
            return Err(InvalidDurations::Count(minutes.len()));
        }
        let mut seen = BTreeSet::new();
        let mut lengths = Vec::with_capacity(minutes.len());
        for &count in minutes {
            let length = LessonLength::from_minutes(count)
                .ok()
                .filter(|l| (Self::MIN_MINUTES..=Self::MAX_MINUTES).contains(&l.minutes()))
                .ok_or(InvalidDurations::Length(count))?;
            if seen.insert(length) {
                lengths.push(length);
            }
        }
        Ok(Self(lengths))
    }

    /// One hour only: the default.
    #[must_use]
    pub fn one_hour() -> Self {
        Self(vec![LessonLength::HOUR])
    }

    /// The lengths in the order given; never empty.
    #[must_use]
    pub fn as_slice(&self) -> &[LessonLength] {
        &self.0
    }

    /// The first option, which clients preselect.
    #[must_use]
    pub fn first(&self) -> LessonLength {
        self.0.first().copied().unwrap_or(LessonLength::HOUR)
    }

    /// Whether a lesson of this length can be booked.
    #[must_use]
    pub fn contains(&self, length: LessonLength) -> bool {
        self.0.contains(&length)
    }
}

impl From<InvalidLength> for InvalidDurations {
    fn from(error: InvalidLength) -> Self {
        match error {
            InvalidLength::Lesson(n) | InvalidLength::Notice(n) | InvalidLength::Buffer(n) => Self::Length(n),
        }
    }
}

/// An instructor as others see them: account, profile and active services, ordered by catalogue service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instructor {
    /// The account.
    pub user: User,
    /// The profile.
    pub profile: InstructorProfile,
    /// The active services.
    pub services: Vec<InstructorService>,
}

/// Which instructors a list should hold. Only bookable ones ever appear; everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstructorFilter {
    /// Text to find, ignoring case, in the name, the bio, or a service's name, description, category or search terms.
    pub search: Option<String>,
    /// A catalogue service they must offer.
    pub catalogue_service_id: Option<CatalogueServiceId>,
    /// A category they must offer a service of.
    pub category_id: Option<CategoryId>,
    /// Lowest rate, in cents, of the service that matches.
    pub min_rate_cents: Option<i64>,
    /// Highest rate, in cents, of the service that matches.
    pub max_rate_cents: Option<i64>,
}

impl InstructorFilter {
    /// Whether nothing is asked for: then instructors without services are listed too.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_tidied_and_survive_storage() {
        let areas = Areas::new([
            " upper  west side",
            "BROOKLYN",
            "brooklyn",
            "",
            "bedford-stuyvesant",
            "hell's kitchen",
        ])
        .unwrap();
        assert_eq!(areas.as_slice(), ["Upper West Side", "Brooklyn", "Bedford-Stuyvesant", "Hell's Kitchen"]);
        assert_eq!(areas.joined(), "Upper West Side, Brooklyn, Bedford-Stuyvesant, Hell's Kitchen");
        assert_eq!(Areas::from_joined(&areas.joined()), areas);
        assert_eq!(Areas::from_joined(""), Areas::default());
        assert!(Areas::new(["Soho, Noho"]).is_err());
        let many: Vec<String> = (0..21).map(|i| format!("Area {i}")).collect();
        assert!(Areas::new(many.iter().map(String::as_str)).is_err());
    }

    #[test]
    fn duration_options_are_30_to_240_minutes_on_the_grid() {
        let options = DurationOptions::from_minutes(&[60, 30, 60]).unwrap();
        assert_eq!(options.as_slice().iter().map(|l| l.minutes()).collect::<Vec<_>>(), [60, 30]);
        assert_eq!(DurationOptions::from_minutes(&[]), Err(InvalidDurations::Count(0)));
        for bad in [0, 15, 50, 255, -60] {
            assert_eq!(DurationOptions::from_minutes(&[60, bad]), Err(InvalidDurations::Length(bad)));
        }
    }
}
