//! What the database says about instructors, as rows of the index.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use instainstru_core::{blocks::BlockSet, dates::DateRange, zone::UtcRange};
use instainstru_domain::{
    availability::{Blackout, Window},
    ids::{CatalogueServiceId, UserId},
    instructor::{Instructor, InstructorService},
    ports::{StorageError, UnitOfWork},
    text::Tag,
};
use instainstru_search::index::{DayRow, InstructorRow, OfferRow};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// The rows of these people for these dates. The number of statements does not depend on how many they are; who has no
/// profile any more has no row.
///
/// # Errors
/// Only storage failures.
pub(super) fn read(
    uow: &mut dyn UnitOfWork,
    ids: &[UserId],
    dates: DateRange,
) -> Result<Vec<InstructorRow>, StorageError> {
    let instructors = uow.search_source().instructors(ids)?;
    let taught: BTreeSet<CatalogueServiceId> = instructors
        .iter()
        .flat_map(|instructor| &instructor.services)
        .map(|service| service.offer.catalogue_service_id)
        .collect();
    let slugs: HashMap<CatalogueServiceId, String> = uow
        .catalogue()
        .find(&taught.into_iter().collect::<Vec<_>>())?
        .into_iter()
        .filter(|service| service.is_active)
        .map(|service| (service.id, service.facts.slug))
        .collect();
    let mut calendars: HashMap<UserId, Calendar> = HashMap::with_capacity(ids.len());
    for window in uow.search_source().windows(ids, dates)? {
        calendars.entry(window.instructor_id).or_default().publish(&window);
    }
    for blackout in uow.search_source().blackouts(ids, dates)? {
        calendars.entry(blackout.instructor_id).or_default().block(&blackout);
    }
    for (id, claim) in uow.search_source().claims(ids, instants_around(dates))? {
        calendars.entry(id).or_default().claims.push(claim);
    }
    let rows = instructors.into_iter().map(|instructor| {
        let calendar = calendars.remove(&instructor.user.id).unwrap_or_default();
        row(&instructor, calendar, &slugs)
    });
    Ok(rows.collect())
}

/// The time of one person.
#[derive(Debug, Default)]
struct Calendar {
    days: BTreeMap<Date, (BlockSet, bool)>,
    claims: Vec<UtcRange>,
}

impl Calendar {
    fn publish(&mut self, window: &Window) {
        let (available, _blackout) = self.days.entry(window.date).or_default();
        *available = *available | BlockSet::of(window.range);
    }

    fn block(&mut self, blackout: &Blackout) {
        self.days.entry(blackout.date).or_default().1 = true;
    }
}

fn row(
    instructor: &Instructor,
    calendar: Calendar,
    slugs: &HashMap<CatalogueServiceId, String>,
) -> InstructorRow {
    let details = &instructor.profile.details;
    let offers = instructor.services.iter().filter(|service| service.is_active);
    InstructorRow {
        id: instructor.user.id,
        bookable: instructor.user.is_bookable(),
        areas: details.areas.as_slice().to_vec(),
        zone: details.zone.tz().clone(),
        notice: details.notice,
        buffer: details.buffer,
        // A service that was taken out of the catalogue has no slug and cannot be found.
        offers: offers
            .filter_map(|service| Some(offer(service, slugs.get(&service.offer.catalogue_service_id)?)))
            .collect(),
        days: calendar
            .days
            .into_iter()
            .map(|(date, (available, blackout))| DayRow { date, available, blackout })
            .collect(),
        claims: calendar.claims,
    }
}

fn offer(service: &InstructorService, slug: &str) -> OfferRow {
    let terms = &service.offer.terms;
    let texts = |tags: &[Tag]| tags.iter().map(ToString::to_string).collect();
    OfferRow {
        id: service.id,
        service: slug.to_owned(),
        rate: terms.hourly_rate,
        durations: terms.durations.as_slice().to_vec(),
        experience: terms.experience_level,
        levels: texts(&terms.levels_taught),
        ages: texts(&terms.age_groups),
        location_types: texts(&terms.location_types),
    }
}

/// Instants that surely include the dates in every zone, buffers before and after included.
fn instants_around(dates: DateRange) -> UtcRange {
    let midnight = |date: Date| TimeZone::UTC.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible();
    let start = midnight(dates.first().saturating_sub(1.day())).unwrap_or(Timestamp::MIN);
    let end = midnight(dates.last().saturating_add(2.days())).unwrap_or(Timestamp::MAX);
    UtcRange::new(start, end).unwrap_or(UtcRange::ALL)
}
