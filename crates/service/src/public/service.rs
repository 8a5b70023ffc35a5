//! Implementation of what a visitor sees of an instructor's time.

use std::sync::Arc;

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::TimeRange,
    length::LessonLength,
    offer::{Agenda, DayPlan},
    zone::DayClock,
};
use instainstru_domain::{
    ids::{InstructorServiceId, UserId},
    instructor::Instructor,
    ports::{Clock, Transactor, TransactorExt, UnitOfWork},
};
use jiff::{Timestamp, civil::Date};

use super::{
    FreeOther, MAX_SPAN_DAYS, NextAvailable, OthersQuery, PartlyBooked, PublicCalendar, PublicDay,
    PublicError, PublicRules, PublicUseCases, Refusal, Schedule, StartTimes, StartTimesQuery, WhyNotAnswer,
    WhyNotQuery, others,
};

/// The public use cases over any storage.
pub struct PublicService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    rules: PublicRules,
}

impl PublicService {
    /// The use cases over these adapters, under these rules.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>, rules: PublicRules) -> Self {
        Self { tx, clock, rules }
    }

    /// The dates from `start` to `end`, by default as many as the rules show, if they may be asked for.
    fn dates(
        &self,
        instructor: &Instructor,
        now: Timestamp,
        start: Date,
        end: Option<Date>,
    ) -> Result<DateRange, PublicError> {
        if start < today(instructor, now) {
            return Err(PublicError::PastStart);
        }
        let Some(end) = end else { return Ok(DateRange::of_days(start, self.rules.days)) };
        let dates = DateRange::new(start, end).map_err(|_reversed| PublicError::ReversedDates)?;
        if dates.days() > i64::from(MAX_SPAN_DAYS) + 1 {
            return Err(PublicError::SpanTooLong);
        }
        Ok(dates)
    }

    /// Published time of a day as visitors see it: not blocked, and not taken.
    fn free(&self, schedule: &Schedule, agenda: &Agenda<'_>, plan: &DayPlan) -> Vec<TimeRange> {
        let remaining = agenda.remaining(plan);
        match self.rules.partly_booked {
            PartlyBooked::Split => remaining.ranges().collect(),
            PartlyBooked::Exclude => {
                let published = schedule.published(plan.date);
                let existing = published & DayClock::new(plan.date, agenda.zone).existing();
                let taken = existing - remaining;
                // A range that the clock change cuts is judged as the one range that was published.
                let whole: BlockSet = published.ranges().filter(|range| !taken.touches(*range)).collect();
                (whole & existing).ranges().collect()
            }
        }
    }
}

impl PublicUseCases for PublicService {
    fn calendar(
        &self,
        instructor: UserId,
        start: Date,
        end: Option<Date>,
    ) -> Result<PublicCalendar, PublicError> {
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let found = find(uow, instructor)?;
            let dates = self.dates(&found, now, start, end)?.capped(self.rules.days);
            let calendar = |instructor: &Instructor, days| PublicCalendar {
                instructor_id: instructor.user.id,
                instructor_name: instructor.user.full_name.clone(),
                zone: instructor.profile.details.zone.clone(),
                days,
            };
            if !found.user.is_bookable() {
                let nothing = |date| PublicDay { date, free: Vec::new(), blackout: false };
                return Ok(calendar(&found, dates.iter().map(nothing).collect()));
            }
            let schedule = Schedule::read(uow, found, dates, None)?;
            let agenda = schedule.agenda(now, &[]);
            let day = |date| {
                let plan = schedule.plan(date);
                let free = if plan.blackout { Vec::new() } else { self.free(&schedule, &agenda, &plan) };
                PublicDay { date, free, blackout: plan.blackout }
            };
            Ok(calendar(&schedule.instructor, dates.iter().map(day).collect()))
        })
    }

    fn next_available(
        &self,
        instructor: UserId,
        duration_minutes: i64,
    ) -> Result<Option<NextAvailable>, PublicError> {
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let found = find(uow, instructor)?;
            let length = LessonLength::from_minutes(duration_minutes)?;
            if !found.user.is_bookable() {
                return Ok(None);
            }
            let dates = DateRange::of_days(today(&found, now), self.rules.days);
            let schedule = Schedule::read(uow, found, dates, None)?;
            let agenda = schedule.agenda(now, &[]);
            Ok(dates.iter().find_map(|date| {
                let start = agenda.offered_starts(&schedule.plan(date), length).first()?;
                let lesson = TimeRange::lesson(start, length).ok()?;
                Some(NextAvailable { date, lesson })
            }))
        })
    }

    fn start_times(&self, query: &StartTimesQuery) -> Result<StartTimes, PublicError> {
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let found = find(uow, query.instructor)?;
            let dates = self.dates(&found, now, query.start_date, query.end_date)?;
            let length = LessonLength::from_minutes(query.duration_minutes)?;
            if let Some(service) = query.service {
                check_service(&found, service, length)?;
            }
            let mut answer = StartTimes {
                instructor_id: found.user.id,
                zone: found.profile.details.zone.clone(),
                duration_minutes: length.minutes(),
                days: Vec::new(),
            };
            if !found.user.is_bookable() {
                return Ok(answer);
            }
            let schedule = Schedule::read(uow, found, dates, None)?;
            let agenda = schedule.agenda(now, &[]);
            for date in dates.iter() {
                let starts = agenda.offered_starts(&schedule.plan(date), length);
                let starts = query.step_minutes.map_or(starts, |step| starts.thinned(step));
                if !starts.is_empty() {
                    answer.days.push((date, starts.iter().collect()));
                }
            }
            Ok(answer)
        })
    }

    fn why_not(&self, query: &WhyNotQuery) -> Result<WhyNotAnswer, PublicError> {
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let found = find(uow, query.instructor)?;
            let length = LessonLength::from_minutes(query.duration_minutes)?;
            let notice_hours = found.profile.details.notice.hours();
            if !found.user.is_bookable() {
                return Ok(WhyNotAnswer { refusals: vec![Refusal::InstructorUnavailable], notice_hours });
            }
            let schedule = Schedule::read(uow, found, DateRange::day(query.date), None)?;
            let reasons =
                schedule.agenda(now, &[]).why_not(&schedule.plan(query.date), query.start_time, length);
            Ok(WhyNotAnswer { refusals: reasons.into_iter().map(Refusal::Time).collect(), notice_hours })
        })
    }

    fn free_others(&self, query: &OthersQuery) -> Result<Vec<FreeOther>, PublicError> {
        let now = self.clock.now();
        Ok(self.tx.reading(|uow| others::free_others(uow, query, now))?)
    }
}

fn find(uow: &mut dyn UnitOfWork, instructor: UserId) -> Result<Instructor, PublicError> {
    uow.instructors().find(instructor)?.ok_or(PublicError::NotFound)
}

fn today(instructor: &Instructor, now: Timestamp) -> Date {
    instructor.profile.details.zone.date_at(now)
}

fn check_service(
    instructor: &Instructor,
    service: InstructorServiceId,
    length: LessonLength,
) -> Result<(), PublicError> {
    let service = instructor
        .services
        .iter()
        .find(|offered| offered.id == service && offered.is_active)
        .ok_or(PublicError::ServiceNotFound)?;
    let durations = &service.offer.terms.durations;
    if durations.contains(length) {
        return Ok(());
    }
    let options: Vec<String> =
        durations.as_slice().iter().map(|option| option.minutes().to_string()).collect();
    Err(PublicError::DurationNotOffered { options: options.join(", ") })
}
