//! The decision about time: which starts are offered, and why another is not.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    blocks::BlockSet,
    grid::{GridTime, TimeRange},
    length::{Buffer, LessonLength},
    zone::{DayClock, UtcRange},
};

/// Everything besides the day itself that decides which starts one instructor offers to one student.
///
/// A start is offered exactly when the lesson lies inside availability, on a day that is not blacked out, begins at or after
/// [`Agenda::earliest_start`], ends on the same day without crossing a change of the clock, and, with the instructor's buffer
/// after it, meets none of the instructor's claims and, without it, none of the student's. Booking accepts a start exactly
/// when it is offered.
#[derive(Debug, Clone, Copy)]
pub struct Agenda<'a> {
    /// Zone of the instructor, in which dates and times are meant.
    pub zone: &'a TimeZone,
    /// First instant at which a lesson may begin: now plus the instructor's notice.
    pub earliest_start: Timestamp,
    /// Time the instructor keeps free after each lesson.
    pub buffer: Buffer,
    /// Time of the instructor that is taken, buffers of those lessons included. Any order.
    pub instructor_claims: &'a [UtcRange],
    /// Time of the student that is taken; empty for a visitor.
    pub student_claims: &'a [UtcRange],
}

/// What the instructor published for one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPlan {
    /// The date, in the zone of the instructor.
    pub date: Date,
    /// Published free time.
    pub available: BlockSet,
    /// Whether the whole day is blocked.
    pub blackout: bool,
}

/// One reason why a start is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhyNot {
    /// The lesson would not end on the day it begins.
    PastMidnight,
    /// The clock skips a part of this time, or jumps during the lesson.
    ClockChange,
    /// The instructor has another lesson then, or needs the time around it.
    InstructorBusy,
    /// The student has another lesson then.
    StudentBusy,
    /// The start lies before now plus the notice of the instructor.
    TooSoon,
    /// The instructor does not teach on this day.
    Blackout,
    /// The lesson lies, at least in part, outside availability.
    OutsideAvailability,
}

impl Agenda<'_> {
    /// All starts of the day from which a lesson of `length` can be booked.
    #[must_use]
    pub fn offered_starts(&self, day: &DayPlan, length: LessonLength) -> BlockSet {
        if day.blackout || day.available.is_empty() {
            return BlockSet::EMPTY;
        }
        let clock = DayClock::new(day.date, self.zone);
        let taken = clock.taken_by(self.instructor_claims, self.buffer.duration())
            | clock.taken_by(self.student_claims, jiff::SignedDuration::ZERO);
        clock.starts_of_runs(day.available - taken, length.blocks())
            & clock.beginning_from(self.earliest_start)
    }

    /// Every reason why a lesson of `length` from `start` cannot be booked, the weightiest first; empty exactly when `start`
    /// is among [`Agenda::offered_starts`].
    ///
    /// It reasons with instants where the other reasons with sets of blocks; a property test holds the two together.
    #[must_use]
    pub fn why_not(&self, day: &DayPlan, start: GridTime, length: LessonLength) -> Vec<WhyNot> {
        let Ok(lesson) = TimeRange::lesson(start, length) else { return vec![WhyNot::PastMidnight] };
        let mut reasons = Vec::new();
        match DayClock::new(day.date, self.zone).instants(lesson) {
            None => reasons.push(WhyNot::ClockChange),
            Some(instants) => {
                let with_buffer = instants.extended(self.buffer.duration());
                if self.instructor_claims.iter().any(|claim| claim.overlaps(with_buffer)) {
                    reasons.push(WhyNot::InstructorBusy);
                }
                if self.student_claims.iter().any(|claim| claim.overlaps(instants)) {
                    reasons.push(WhyNot::StudentBusy);
                }
                if instants.start() < self.earliest_start {
                    reasons.push(WhyNot::TooSoon);
                }
            }
        }
        if day.blackout {
            reasons.push(WhyNot::Blackout);
        }
        if !day.available.covers(lesson) {
            reasons.push(WhyNot::OutsideAvailability);
        }
        reasons
    }

    /// Published time of the day that nobody has taken yet, whatever the hour: what a public calendar shows.
    #[must_use]
    pub fn remaining(&self, day: &DayPlan) -> BlockSet {
        if day.blackout || day.available.is_empty() {
            return BlockSet::EMPTY;
        }
        let clock = DayClock::new(day.date, self.zone);
        (day.available & clock.existing())
            - clock.taken_by(self.instructor_claims, jiff::SignedDuration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 7, 15);

    struct Case {
        buffer: i64,
        instructor: Vec<UtcRange>,
        student: Vec<UtcRange>,
        now: &'static str,
    }

    impl Case {
        fn quiet() -> Self {
            Self { buffer: 0, instructor: vec![], student: vec![], now: "2026-07-01T00:00:00Z" }
        }

        fn starts(&self, plan: &DayPlan, minutes: i64) -> String {
            let zone = TimeZone::get("America/New_York").unwrap();
            let agenda = Agenda {
                zone: &zone,
                earliest_start: self.now.parse().unwrap(),
                buffer: Buffer::from_minutes(self.buffer).unwrap(),
                instructor_claims: &self.instructor,
                student_claims: &self.student,
            };
            agenda.offered_starts(plan, LessonLength::from_minutes(minutes).unwrap()).to_string()
        }
    }

    fn plan(range: &str) -> DayPlan {
        DayPlan { date: DAY, available: BlockSet::of(range.parse().unwrap()), blackout: false }
    }

    /// A claim on the test day, in New York summer time.
    fn claim(range: &str) -> UtcRange {
        let clock = DayClock::new(DAY, &TimeZone::get("America/New_York").unwrap());
        clock.instants(range.parse().unwrap()).unwrap()
    }

    #[test]
    fn starts_stay_inside_what_is_published() {
        assert_eq!(Case::quiet().starts(&plan("09:00-10:30"), 60), "09:00 09:15 09:30");
        assert_eq!(Case::quiet().starts(&plan("09:00-09:45"), 60), "");
        assert_eq!(Case::quiet().starts(&DayPlan { blackout: true, ..plan("09:00-10:30") }, 60), "");
    }

    #[test]
    fn a_buffer_is_kept_before_and_after_another_lesson() {
        // The other lesson is 10:00-10:45; its claim carries its own buffer of 15 minutes.
        let case = Case { buffer: 15, instructor: vec![claim("10:00-11:00")], ..Case::quiet() };
        assert_eq!(case.starts(&plan("08:30-12:00"), 60), "08:30 08:45 11:00");
    }

    #[test]
    fn a_student_needs_no_buffer() {
        let case = Case { buffer: 15, student: vec![claim("10:00-11:00")], ..Case::quiet() };
        assert_eq!(case.starts(&plan("08:45-12:00"), 60), "08:45 09:00 11:00");
    }

    #[test]
    fn the_first_start_is_never_before_the_earliest_instant() {
        let case = Case { now: "2026-07-15T13:10:00Z", ..Case::quiet() };
        assert_eq!(case.starts(&plan("09:00-10:30"), 60), "09:15 09:30");
    }

    #[test]
    fn every_reason_is_named_and_the_weightiest_comes_first() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let taken = [claim("09:00-10:00")];
        let agenda = Agenda {
            zone: &zone,
            earliest_start: "2026-07-20T00:00:00Z".parse().unwrap(),
            buffer: Buffer::NONE,
            instructor_claims: &taken,
            student_claims: &taken,
        };
        let blocked = DayPlan { blackout: true, ..plan("12:00-13:00") };
        assert_eq!(
            agenda.why_not(&blocked, "09:30".parse().unwrap(), LessonLength::HOUR),
            [
                WhyNot::InstructorBusy,
                WhyNot::StudentBusy,
                WhyNot::TooSoon,
                WhyNot::Blackout,
                WhyNot::OutsideAvailability
            ]
        );
        assert_eq!(
            agenda.why_not(&blocked, "23:30".parse().unwrap(), LessonLength::HOUR),
            [WhyNot::PastMidnight]
        );
    }

    #[test]
    fn what_remains_is_the_published_time_minus_claims() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let agenda = Agenda {
            zone: &zone,
            earliest_start: Timestamp::MAX,
            buffer: Buffer::NONE,
            instructor_claims: &[claim("09:30-10:00")],
            student_claims: &[],
        };
        let ranges: Vec<_> = agenda.remaining(&plan("09:00-11:00")).ranges().map(|r| r.to_string()).collect();
        assert_eq!(ranges, ["09:00-09:30", "10:00-11:00"]);
    }
}
