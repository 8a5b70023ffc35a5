//! Instructors with profile, services and published time.

use std::fmt;

use instainstru_core::{
    blocks::BlockSet,
    grid::TimeRange,
    length::{Buffer, Notice},
    money::HourlyRate,
};
use instainstru_domain::{
    account::AccountStatus,
    ids::CatalogueServiceId,
    instructor::{Areas, DurationOptions, Instructor, Offer, ProfileDetails, Terms},
    ports::Transactor,
    text::{Bio, ServiceDescription},
    zone::Zone,
};
use jiff::civil::Date;

use super::{UserBuilder, a_catalogue, a_user, built_at, stored};

/// A profile in New York with two hours of notice and no buffer.
#[must_use]
pub fn a_profile() -> ProfileDetails {
    ProfileDetails {
        bio: Some(Bio::new("Patient teacher of many years").unwrap()),
        areas: Areas::new(["Brooklyn", "Upper West Side"]).unwrap(),
        years_experience: 7,
        notice: Notice::from_hours(2).unwrap(),
        buffer: Buffer::NONE,
        zone: Zone::new_york(),
    }
}

/// Terms with this rate and these lengths, and nothing else stated.
#[must_use]
pub fn terms(rate_cents: i64, minutes: &[i64]) -> Terms {
    Terms {
        hourly_rate: HourlyRate::from_cents(rate_cents).unwrap(),
        description: None,
        durations: DurationOptions::from_minutes(minutes).unwrap(),
        experience_level: None,
        levels_taught: Vec::new(),
        age_groups: Vec::new(),
        location_types: Vec::new(),
        equipment_required: Vec::new(),
        max_distance_miles: None,
        requirements: None,
    }
}

/// An offer of a catalogue service with this rate and these lengths.
#[must_use]
pub fn an_offer(catalogue_service_id: CatalogueServiceId, rate_cents: i64, minutes: &[i64]) -> Offer {
    Offer { catalogue_service_id, terms: terms(rate_cents, minutes) }
}

/// An instructor with [`a_profile`] who offers nothing yet; change what matters, then [`InstructorBuilder::insert`].
#[must_use]
pub fn an_instructor(tx: &dyn Transactor) -> InstructorBuilder<'_> {
    InstructorBuilder {
        tx,
        user: a_user(tx).instructor(),
        details: a_profile(),
        offers: Vec::new(),
        days: Vec::new(),
        blackouts: Vec::new(),
    }
}

/// An instructor in the making.
#[derive(Clone)]
pub struct InstructorBuilder<'a> {
    tx: &'a dyn Transactor,
    user: UserBuilder<'a>,
    details: ProfileDetails,
    offers: Vec<(String, Terms)>,
    days: Vec<(Date, BlockSet)>,
    blackouts: Vec<Date>,
}

impl InstructorBuilder<'_> {
    /// With this name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.user = self.user.named(name);
        self
    }

    /// With this address instead of a fresh one.
    #[must_use]
    pub fn email(mut self, email: &str) -> Self {
        self.user = self.user.email(email);
        self
    }

    /// With the account in this state.
    #[must_use]
    pub fn status(mut self, status: AccountStatus) -> Self {
        self.user = self.user.status(status);
        self
    }

    /// In this IANA zone.
    #[must_use]
    pub fn zone(mut self, name: &str) -> Self {
        self.details.zone = Zone::new(name).unwrap();
        self
    }

    /// Wanting so many hours of notice.
    #[must_use]
    pub fn notice(mut self, hours: i64) -> Self {
        self.details.notice = Notice::from_hours(hours).unwrap();
        self
    }

    /// Keeping so many minutes free after each lesson.
    #[must_use]
    pub fn buffer(mut self, minutes: i64) -> Self {
        self.details.buffer = Buffer::from_minutes(minutes).unwrap();
        self
    }

    /// Saying this about themselves.
    #[must_use]
    pub fn bio(mut self, text: &str) -> Self {
        self.details.bio = Some(Bio::new(text).unwrap());
        self
    }

    /// Without a bio: a profile that is not complete.
    #[must_use]
    pub fn without_bio(mut self) -> Self {
        self.details.bio = None;
        self
    }

    /// Coming to these areas.
    #[must_use]
    pub fn areas(mut self, areas: &[&str]) -> Self {
        self.details.areas = Areas::new(areas.iter().copied()).unwrap();
        self
    }

    /// Offering a service of [`a_catalogue`], which is stored with it, at a rate in cents and in these lengths.
    #[must_use]
    pub fn offering(mut self, slug: &str, rate_cents: i64, minutes: &[i64]) -> Self {
        self.offers.push((slug.to_owned(), terms(rate_cents, minutes)));
        self
    }

    /// Describing the service that was offered last.
    #[must_use]
    pub fn described(mut self, text: &str) -> Self {
        let (_slug, terms) = self.offers.last_mut().expect("offer a service before describing it");
        terms.description = Some(ServiceDescription::new(text).unwrap());
        self
    }

    /// Publishing this time, such as `09:00-17:00`; several ranges of one date add up.
    #[must_use]
    pub fn publishing(mut self, date: Date, range: &str) -> Self {
        let blocks = BlockSet::of(range.parse::<TimeRange>().unwrap());
        match self.days.iter_mut().find(|(known, _blocks)| *known == date) {
            Some((_date, published)) => *published = *published | blocks,
            None => self.days.push((date, blocks)),
        }
        self
    }

    /// Being away on a date.
    #[must_use]
    pub fn away_on(mut self, date: Date) -> Self {
        self.blackouts.push(date);
        self
    }

    /// Stores everything.
    #[must_use]
    pub fn insert(self) -> Instructor {
        let catalogue = (!self.offers.is_empty()).then(|| a_catalogue(self.tx));
        let user = self.user.insert();
        stored(self.tx, |uow| {
            let profile = uow.instructors().insert_profile(user.id, &self.details, built_at())?;
            for (slug, terms) in &self.offers {
                let catalogue_service_id = catalogue.as_ref().map(|catalogue| catalogue.id(slug)).unwrap();
                let offer = Offer { catalogue_service_id, terms: terms.clone() };
                uow.instructors().insert_service(profile.id, &offer, built_at())?;
            }
            uow.availability().replace(user.id, &self.days, built_at())?;
            for date in &self.blackouts {
                uow.availability().insert_blackout(user.id, *date, None, built_at())?;
            }
            Ok(uow.instructors().find(user.id)?.expect("the instructor just stored"))
        })
    }
}

impl fmt::Debug for InstructorBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstructorBuilder")
            .field("user", &self.user)
            .field("details", &self.details)
            .field("offers", &self.offers)
            .field("days", &self.days)
            .field("blackouts", &self.blackouts)
            .finish_non_exhaustive()
    }
}
