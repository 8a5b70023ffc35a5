//! Who else is free: other people who teach the same and have time at that very moment.

use std::collections::BTreeMap;

use instainstru_core::{
    dates::DateRange,
    grid::GridTime,
    zone::{DayClock, UtcRange},
};
use instainstru_domain::{
    availability::{Blackout, Window},
    ids::{CatalogueServiceId, UserId},
    instructor::{Instructor, InstructorService},
    ports::{StorageError, UnitOfWork},
    zone::Zone,
};
use jiff::{Timestamp, civil::Date};

use super::{FreeOther, OthersQuery, Schedule, instants_around};

/// Most people of whom the time is looked at. Refusing a lesson must not take longer the more people teach a service.
const CANDIDATES: usize = 300;

/// Those who fit, the most alike first; a constant number of statements.
pub(super) fn free_others(
    uow: &mut dyn UnitOfWork,
    query: &OthersQuery,
    now: Timestamp,
) -> Result<Vec<FreeOther>, StorageError> {
    let Some(asked) = Asked::find(uow, query)? else { return Ok(Vec::new()) };
    let mut ids = uow.search_source().instructors_offering(&[asked.service])?;
    ids.retain(|id| *id != query.instructor && Some(*id) != query.student);
    ids.truncate(CANDIDATES);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<(Likeness, FreeOther)> = Diaries::read(uow, &ids, query.student, asked.starts_at)?
        .schedules()
        .into_iter()
        .filter_map(|(schedule, student)| {
            let other = asked.met_by(&schedule, student, query, now)?;
            Some((asked.likeness(&other), other))
        })
        .collect();
    found.sort_by_key(|(likeness, _other)| *likeness);
    Ok(found.into_iter().map(|(_likeness, other)| other).take(query.limit).collect())
}

/// How little somebody differs from who was asked for: teaches elsewhere, by how many cents the price differs, and an id, so that
/// there is one order.
type Likeness = (bool, u64, UserId);

/// Who and what was asked for.
struct Asked {
    instructor: Instructor,
    service: CatalogueServiceId,
    /// Price of an hour.
    rate_cents: i64,
    starts_at: Timestamp,
}

impl Asked {
    /// What the query means; nothing when there is no such service, or no such time.
    fn find(uow: &mut dyn UnitOfWork, query: &OthersQuery) -> Result<Option<Self>, StorageError> {
        let Some(instructor) = uow.instructors().find(query.instructor)? else { return Ok(None) };
        let clock = DayClock::new(query.date, instructor.profile.details.zone.tz());
        let offered = instructor.services.iter().find(|service| service.id == query.service);
        let Some((service, starts_at)) = offered.zip(clock.instant(query.start_time)) else {
            return Ok(None);
        };
        let (service, rate_cents) =
            (service.offer.catalogue_service_id, service.offer.terms.hourly_rate.cents());
        Ok(Some(Self { service, rate_cents, starts_at, instructor }))
    }

    /// How somebody could be booked instead, at the same moment for the same length.
    fn met_by(
        &self,
        schedule: &Schedule,
        student: &[UtcRange],
        query: &OthersQuery,
        now: Timestamp,
    ) -> Option<FreeOther> {
        let instructor = &schedule.instructor;
        let service = self.taught_by(instructor).filter(|service| {
            instructor.user.is_bookable() && service.offer.terms.durations.contains(query.length)
        })?;
        let (date, start_time) = on_clock(self.starts_at, &instructor.profile.details.zone)?;
        let agenda = schedule.agenda(now, student);
        agenda.why_not(&schedule.plan(date), start_time, query.length).is_empty().then(|| FreeOther {
            instructor: instructor.clone(),
            service: service.clone(),
            date,
            start_time,
        })
    }

    fn taught_by<'a>(&self, instructor: &'a Instructor) -> Option<&'a InstructorService> {
        let mut services = instructor.services.iter().filter(|service| service.is_active);
        services.find(|service| service.offer.catalogue_service_id == self.service)
    }

    fn likeness(&self, other: &FreeOther) -> Likeness {
        let here = self.instructor.profile.details.areas.as_slice();
        let elsewhere =
            !other.instructor.profile.details.areas.as_slice().iter().any(|area| here.contains(area));
        let dearer = other.service.offer.terms.hourly_rate.cents().abs_diff(self.rate_cents);
        (elsewhere, dearer, other.instructor.user.id)
    }
}

/// The moment as the clock of a zone shows it, when lessons can begin then.
fn on_clock(at: Timestamp, zone: &Zone) -> Option<(Date, GridTime)> {
    let shown = at.to_zoned(zone.tz().clone());
    let time = GridTime::at_or_after(shown.time());
    let begins = DayClock::new(shown.date(), zone.tz()).instant(time)?;
    (begins == at).then_some((shown.date(), time))
}

/// What is stored about the time of several people, around one moment.
struct Diaries {
    instructors: Vec<Instructor>,
    windows: BTreeMap<UserId, Vec<Window>>,
    blackouts: BTreeMap<UserId, Vec<Blackout>>,
    claims: BTreeMap<UserId, Vec<UtcRange>>,
    student: Vec<UtcRange>,
}

impl Diaries {
    /// Reads them in four statements, and those that read an instructor.
    fn read(
        uow: &mut dyn UnitOfWork,
        ids: &[UserId],
        student: Option<UserId>,
        at: Timestamp,
    ) -> Result<Self, StorageError> {
        let dates = DateRange::of_days(Zone::new_york().date_at(at), 1);
        // The same moment is another date elsewhere.
        let around = DateRange::new(
            dates.first().yesterday().unwrap_or(Date::MIN),
            dates.last().tomorrow().unwrap_or(Date::MAX),
        )
        .unwrap_or(dates);
        let mut read = Self {
            instructors: uow.search_source().instructors(ids)?,
            windows: BTreeMap::new(),
            blackouts: BTreeMap::new(),
            claims: BTreeMap::new(),
            student: Vec::new(),
        };
        for window in uow.search_source().windows(ids, around)? {
            read.windows.entry(window.instructor_id).or_default().push(window);
        }
        for blackout in uow.search_source().blackouts(ids, around)? {
            read.blackouts.entry(blackout.instructor_id).or_default().push(blackout);
        }
        let everybody: Vec<UserId> = ids.iter().copied().chain(student).collect();
        for (id, claim) in uow.search_source().claims(&everybody, instants_around(around))? {
            if Some(id) == student {
                read.student.push(claim);
            } else {
                read.claims.entry(id).or_default().push(claim);
            }
        }
        Ok(read)
    }

    /// The schedule of each instructor, beside what is taken of the student's time.
    fn schedules(&mut self) -> Vec<(Schedule, &[UtcRange])> {
        let student = self.student.as_slice();
        self.instructors
            .drain(..)
            .map(|instructor| {
                let id = instructor.user.id;
                let schedule = Schedule::of(
                    instructor,
                    self.windows.remove(&id).unwrap_or_default(),
                    self.blackouts.remove(&id).unwrap_or_default(),
                    self.claims.remove(&id).unwrap_or_default(),
                );
                (schedule, student)
            })
            .collect()
    }
}
