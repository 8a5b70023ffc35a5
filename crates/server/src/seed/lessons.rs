//! Which lessons demo people have: a few ahead, some behind, all at starts that were really offered.

use std::collections::BTreeMap;

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::TimeRange,
    length::LessonLength,
    offer::{Agenda, DayPlan},
    week::WeekPattern,
    zone::{DayClock, UtcRange},
};
use instainstru_domain::{
    account::{AccountStatus, User},
    booking::{BookingClaims, LessonTime, LocationType, NewBooking},
    ids::UserId,
    instructor::{Instructor, InstructorService},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::chance::Chance;

/// Days ahead on which there may be a lesson, today included.
const DAYS_AHEAD: u16 = 7;
/// Days behind on which there may have been one.
const DAYS_BEHIND: u16 = 28;

/// A lesson to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DemoLesson {
    pub(super) booking: NewBooking,
    pub(super) claims: BookingClaims,
    /// When it was stated to have taken place.
    pub(super) completed_at: Option<Timestamp>,
}

/// Everybody's lessons so far, so that nobody is ever in two at once.
#[derive(Debug, Default)]
pub(super) struct Diary(BTreeMap<UserId, Vec<UtcRange>>);

impl Diary {
    fn of(&self, user: UserId) -> &[UtcRange] {
        self.0.get(&user).map_or(&[], Vec::as_slice)
    }

    fn enter(&mut self, user: UserId, time: UtcRange) {
        self.0.entry(user).or_default().push(time);
    }
}

/// The lessons of one instructor, entered into the diary: one to three ahead for those who take bookings, and up to four
/// completed ones behind.
pub(super) fn lessons_of(
    instructor: &Instructor,
    status: AccountStatus,
    week: &WeekPattern,
    students: &[User],
    now: Timestamp,
    diary: &mut Diary,
) -> Vec<DemoLesson> {
    let mut chance = Chance::of(instructor.user.email.as_str());
    let details = &instructor.profile.details;
    let today = details.zone.date_at(now);
    let behind = DateRange::of_days(today.saturating_sub(i64::from(DAYS_BEHIND).days()), DAYS_BEHIND);
    let ahead = DateRange::of_days(today, DAYS_AHEAD);

    let count_behind = chance.below(5);
    let count_ahead = if status == AccountStatus::Active { 1 + chance.below(3) } else { 0 };
    let mut lessons = Vec::new();
    for (count, dates, earliest_start) in
        [(count_behind, behind, Timestamp::MIN), (count_ahead, ahead, details.notice.earliest_start(now))]
    {
        for _nth in 0..count {
            let (Some(service), Some(student)) = (chance.pick(&instructor.services), chance.pick(students))
            else {
                continue;
            };
            let Some(&length) = chance.pick(service.offer.terms.durations.as_slice()) else { continue };
            let search = Search { instructor, week, student, length, earliest_start };
            let Some((time, claims)) = search.find(dates, &mut chance, diary) else { continue };
            diary.enter(instructor.user.id, claims.instructor);
            diary.enter(student.id, claims.student);
            lessons.push(lesson(instructor, service, student, length, time, claims, now, &mut chance));
        }
    }
    lessons
}

/// A start to be found.
struct Search<'a> {
    instructor: &'a Instructor,
    week: &'a WeekPattern,
    student: &'a User,
    length: LessonLength,
    earliest_start: Timestamp,
}

impl Search<'_> {
    /// A start on one of the dates; the days are tried in turn from some day on.
    fn find(
        &self,
        dates: DateRange,
        chance: &mut Chance,
        diary: &Diary,
    ) -> Option<(LessonTime, BookingClaims)> {
        let days: Vec<Date> = dates.iter().collect();
        let first = chance.below(days.len());
        days.iter().cycle().skip(first).take(days.len()).find_map(|date| self.on(*date, chance, diary))
    }

    fn on(&self, date: Date, chance: &mut Chance, diary: &Diary) -> Option<(LessonTime, BookingClaims)> {
        let details = &self.instructor.profile.details;
        let agenda = Agenda {
            zone: details.zone.tz(),
            earliest_start: self.earliest_start,
            buffer: details.buffer,
            instructor_claims: diary.of(self.instructor.user.id),
            student_claims: diary.of(self.student.id),
        };
        let plan = DayPlan { date, available: self.week.day(date.weekday()), blackout: false };
        let starts = on_the_half_hour(agenda.offered_starts(&plan, self.length));
        let start = *chance.pick(&starts.iter().collect::<Vec<_>>())?;
        let range = TimeRange::lesson(start, self.length).ok()?;
        let instants = DayClock::new(date, details.zone.tz()).instants(range)?;
        let claims =
            BookingClaims { instructor: instants.extended(details.buffer.duration()), student: instants };
        Some((LessonTime { date, range, zone: details.zone.clone(), instants }, claims))
    }
}

/// People like to begin on the hour or half hour; without such a start any will do.
fn on_the_half_hour(starts: BlockSet) -> BlockSet {
    Some(starts.thinned(30)).filter(|thinned| !thinned.is_empty()).unwrap_or(starts)
}

#[expect(clippy::too_many_arguments, reason = "a lesson is made of that many things")]
fn lesson(
    instructor: &Instructor,
    service: &InstructorService,
    student: &User,
    length: LessonLength,
    time: LessonTime,
    claims: BookingClaims,
    now: Timestamp,
    chance: &mut Chance,
) -> DemoLesson {
    let terms = &service.offer.terms;
    let details = &instructor.profile.details;
    let ended = time.instants.end() <= now;
    // A lesson behind was booked some days before it, one ahead is booked now.
    let lead = SignedDuration::from_hours(24 * i64::try_from(2 + chance.below(9)).unwrap_or(2));
    let booked_at = time.instants.start().saturating_sub(lead).unwrap_or(now);
    let at_home = terms.location_types.iter().any(|kind| kind.as_str() == "in-person");
    let location_type = match (at_home, chance.below(2)) {
        (true, 0) => LocationType::StudentHome,
        (true, _) => LocationType::InstructorLocation,
        (false, _) => LocationType::Neutral,
    };
    DemoLesson {
        completed_at: ended.then(|| time.instants.end()),
        claims,
        booking: NewBooking {
            student_id: student.id,
            instructor_id: instructor.user.id,
            instructor_service_id: service.id,
            length,
            service_name: service.name.clone(),
            hourly_rate: terms.hourly_rate,
            total_price: terms.hourly_rate.price_of(length),
            service_area: Some(details.areas.joined()).filter(|areas| !areas.is_empty()),
            meeting_location: None,
            location_type,
            student_note: None,
            created_at: if ended { booked_at } else { now },
            time,
        },
    }
}
