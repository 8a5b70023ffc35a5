//! The demo people as their files describe them.

use std::collections::BTreeMap;

use instainstru_core::{
    grid::TimeRange,
    length::{Buffer, Notice},
    money::HourlyRate,
    week::WeekPattern,
};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress},
    instructor::{Areas, DurationOptions, ExperienceLevel, ProfileDetails},
    text::{Bio, FullName, Requirements, ServiceDescription, Tag},
    zone::Zone,
};
use instainstru_service::instructors::{CatalogueRef, CreateProfile, ServiceDraft};
use jiff::civil::Weekday;
use serde::Deserialize;

use super::files::{BadFile, DataFile, INSTRUCTORS, PATTERNS, STUDENTS};

/// Address of the demo instructor everybody may log in as; while this account exists, demo people are not stored again.
pub const DEMO_INSTRUCTOR: &str = "instructor@example.com";
/// Address of the demo student everybody may log in as.
pub const DEMO_STUDENT: &str = "student@example.com";

/// The demo people.
#[derive(Debug, Clone)]
pub struct DemoPeople {
    /// Who teaches.
    pub instructors: Vec<DemoInstructor>,
    /// Who learns.
    pub students: Vec<DemoStudent>,
}

/// Somebody who learns.
#[derive(Debug, Clone)]
pub struct DemoStudent {
    /// Address to log in with.
    pub email: EmailAddress,
    /// Name.
    pub full_name: FullName,
}

/// Somebody who teaches.
#[derive(Debug, Clone)]
pub struct DemoInstructor {
    /// Address to log in with.
    pub email: EmailAddress,
    /// Name.
    pub full_name: FullName,
    /// State of the account.
    pub status: AccountStatus,
    /// Profile and services.
    pub profile: CreateProfile,
    /// Free time of every week.
    pub week: WeekPattern,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StudentsFile {
    student: Vec<StudentEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StudentEntry {
    email: String,
    full_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternsFile {
    pattern: Vec<PatternEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternEntry {
    name: String,
    #[serde(default)]
    range: Vec<RangeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeEntry {
    day: String,
    start: String,
    end: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstructorsFile {
    instructor: Vec<InstructorEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstructorEntry {
    email: String,
    full_name: String,
    account_status: String,
    availability_pattern: String,
    timezone: Option<String>,
    bio: String,
    years_experience: u8,
    areas: Vec<String>,
    min_advance_booking_hours: i64,
    buffer_time_minutes: i64,
    service: Vec<OfferEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferEntry {
    catalogue: String,
    hourly_rate: i64,
    description: String,
    duration_options: Vec<i64>,
    experience_level: String,
    levels_taught: Vec<String>,
    age_groups: Vec<String>,
    location_types: Vec<String>,
    max_distance_miles: Option<u16>,
    #[serde(default)]
    equipment_required: Vec<String>,
    requirements: Option<String>,
}

impl DemoPeople {
    /// The people of the data files.
    ///
    /// # Errors
    /// [`BadFile`] when a file breaks a rule that people must keep.
    pub fn from_files() -> Result<Self, BadFile> {
        Self::of(INSTRUCTORS, STUDENTS, PATTERNS)
    }

    fn of(instructors: DataFile, students: DataFile, patterns: DataFile) -> Result<Self, BadFile> {
        let weeks = read_patterns(patterns)?;
        let InstructorsFile { instructor } = instructors.parse()?;
        let StudentsFile { student } = students.parse()?;
        let addresses = instructor.iter().map(|entry| &entry.email).chain(student.iter().map(|s| &s.email));
        instructors.unique(addresses.map(String::as_str))?;
        for (file, expected, first) in [
            (instructors, DEMO_INSTRUCTOR, instructor.first().map(|entry| entry.email.as_str())),
            (students, DEMO_STUDENT, student.first().map(|entry| entry.email.as_str())),
        ] {
            if first != Some(expected) {
                return Err(file.bad("the first entry", &format!("must be {expected}")));
            }
        }
        Ok(Self {
            instructors: instructor
                .iter()
                .map(|entry| entry.read(&weeks).map_err(|reason| instructors.bad(&entry.email, &reason)))
                .collect::<Result<_, _>>()?,
            students: student
                .iter()
                .map(|entry| entry.read().map_err(|reason| students.bad(&entry.email, &reason)))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Anything wrong with a value, in words.
fn words<E: std::fmt::Display>(error: E) -> String {
    error.to_string()
}

fn read_patterns(file: DataFile) -> Result<BTreeMap<String, WeekPattern>, BadFile> {
    let PatternsFile { pattern } = file.parse()?;
    file.unique(pattern.iter().map(|entry| entry.name.as_str()))?;
    pattern
        .into_iter()
        .map(|entry| {
            let mut week = WeekPattern::EMPTY;
            for range in &entry.range {
                let (day, range) = range.read().map_err(|reason| file.bad(&entry.name, &reason))?;
                week.add_range(day, range);
            }
            Ok((entry.name, week))
        })
        .collect()
}

impl RangeEntry {
    fn read(&self) -> Result<(Weekday, TimeRange), String> {
        let day = match self.day.as_str() {
            "monday" => Weekday::Monday,
            "tuesday" => Weekday::Tuesday,
            "wednesday" => Weekday::Wednesday,
            "thursday" => Weekday::Thursday,
            "friday" => Weekday::Friday,
            "saturday" => Weekday::Saturday,
            "sunday" => Weekday::Sunday,
            other => return Err(format!("'{other}' is no day of the week")),
        };
        Ok((day, format!("{}-{}", self.start, self.end).parse::<TimeRange>().map_err(words)?))
    }
}

impl StudentEntry {
    fn read(&self) -> Result<DemoStudent, String> {
        Ok(DemoStudent {
            email: EmailAddress::new(&self.email).map_err(words)?,
            full_name: FullName::new(&self.full_name).map_err(words)?,
        })
    }
}

impl InstructorEntry {
    fn read(&self, weeks: &BTreeMap<String, WeekPattern>) -> Result<DemoInstructor, String> {
        if self.years_experience > ProfileDetails::MAX_YEARS {
            return Err(format!("years_experience is at most {}", ProfileDetails::MAX_YEARS));
        }
        let mut offered = std::collections::BTreeSet::new();
        if let Some(twice) = self.service.iter().find(|service| !offered.insert(&service.catalogue)) {
            return Err(format!("offers '{}' twice", twice.catalogue));
        }
        Ok(DemoInstructor {
            email: EmailAddress::new(&self.email).map_err(words)?,
            full_name: FullName::new(&self.full_name).map_err(words)?,
            status: self.account_status.parse().map_err(words)?,
            profile: CreateProfile {
                details: ProfileDetails {
                    bio: Some(Bio::new(&self.bio).map_err(words)?),
                    areas: Areas::new(self.areas.iter().map(String::as_str)).map_err(words)?,
                    years_experience: self.years_experience,
                    notice: Notice::from_hours(self.min_advance_booking_hours).map_err(words)?,
                    buffer: Buffer::from_minutes(self.buffer_time_minutes).map_err(words)?,
                    zone: Zone::new(self.timezone.as_deref().unwrap_or(Zone::DEFAULT)).map_err(words)?,
                },
                services: self.service.iter().map(OfferEntry::read).collect::<Result<_, _>>()?,
            },
            week: *weeks
                .get(&self.availability_pattern)
                .ok_or_else(|| format!("there is no pattern '{}'", self.availability_pattern))?,
        })
    }
}

impl OfferEntry {
    fn read(&self) -> Result<ServiceDraft, String> {
        let level: ExperienceLevel = self.experience_level.parse().map_err(words)?;
        Ok(ServiceDraft {
            catalogue: CatalogueRef::Named(self.catalogue.clone()),
            hourly_rate: HourlyRate::from_cents(self.hourly_rate.saturating_mul(100)).map_err(words)?,
            description: Some(ServiceDescription::new(&self.description).map_err(words)?),
            durations: DurationOptions::from_minutes(&self.duration_options).map_err(words)?,
            experience_level: Some(level),
            levels_taught: Some(tags(&self.levels_taught)?),
            age_groups: Some(tags(&self.age_groups)?),
            location_types: Some(tags(&self.location_types)?),
            equipment_required: Some(tags(&self.equipment_required)?),
            max_distance_miles: self.max_distance_miles,
            requirements: self.requirements.as_deref().map(Requirements::new).transpose().map_err(words)?,
        })
    }
}

fn tags(texts: &[String]) -> Result<Vec<Tag>, String> {
    texts.iter().map(|text| Tag::new(text).map_err(words)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::catalogue::Catalogue, *};

    #[test]
    fn the_files_are_good_and_everybody_offers_what_the_catalogue_has() {
        let people = DemoPeople::from_files().unwrap();
        assert!(people.instructors.len() >= 68 && people.students.len() >= 5);
        let catalogue = Catalogue::from_file().unwrap();
        let slugs: BTreeSet<&str> =
            catalogue.services.iter().map(|service| service.facts.slug.as_str()).collect();
        for instructor in &people.instructors {
            assert!(!instructor.week.is_empty() && !instructor.profile.services.is_empty());
            for service in &instructor.profile.services {
                let CatalogueRef::Named(slug) = &service.catalogue else { panic!("{service:?}") };
                assert!(slugs.contains(slug.as_str()), "{slug} of {}", instructor.email);
            }
        }
        for status in [AccountStatus::Suspended, AccountStatus::Deactivated] {
            assert!(people.instructors.iter().any(|instructor| instructor.status == status), "{status:?}");
        }
    }

    #[test]
    fn every_category_has_somebody_who_can_be_booked() {
        let people = DemoPeople::from_files().unwrap();
        let catalogue = Catalogue::from_file().unwrap();
        let offered: BTreeSet<&str> = people
            .instructors
            .iter()
            .filter(|instructor| instructor.status == AccountStatus::Active)
            .flat_map(|instructor| &instructor.profile.services)
            .filter_map(|service| match &service.catalogue {
                CatalogueRef::Named(slug) => Some(slug.as_str()),
                CatalogueRef::Id(_) => None,
            })
            .collect();
        for category in &catalogue.categories {
            let of_category =
                catalogue.services.iter().filter(|service| service.category_slug == category.slug);
            assert!(
                { of_category }.any(|service| offered.contains(service.facts.slug.as_str())),
                "{}",
                category.slug
            );
        }
    }

    #[test]
    fn mistakes_in_a_file_are_told_with_their_entry() {
        for (change, to, expected) in [
            ("\"standard_weekday\"", "\"never\"", "instructor@example.com: there is no pattern 'never'"),
            (
                "account_status = \"active\"",
                "account_status = \"away\"",
                "instructor@example.com: 'away' is not one of",
            ),
            ("instructor@example.com", "x@example.com", "the first entry: must be instructor@example.com"),
            ("hourly_rate = 75", "hourly_rate = 0", "instructor@example.com: an hourly rate is more than $0"),
            ("[30, 45, 60]", "[10]", "instructor@example.com: a duration option is 30 to 240 minutes"),
        ] {
            let text = INSTRUCTORS.text.replacen(change, to, 1).leak();
            let error = DemoPeople::of(DataFile { text, ..INSTRUCTORS }, STUDENTS, PATTERNS).unwrap_err();
            let expected = format!("content/demo/instructors.toml, {expected}");
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
        let text = PATTERNS.text.replacen("monday", "mondag", 1).leak();
        let error = DemoPeople::of(INSTRUCTORS, STUDENTS, DataFile { text, ..PATTERNS }).unwrap_err();
        assert!(error.to_string().contains("'mondag' is no day of the week"), "{error}");
    }
}
