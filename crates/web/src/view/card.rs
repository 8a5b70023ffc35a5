//! An instructor as a card.

use instainstru_core::{grid::GridTime, length::LessonLength, zone::DayClock};
use instainstru_domain::instructor::{Instructor, InstructorService};
use instainstru_service::search::Hit;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::links;
use crate::{visit::public_name, words};

/// An instructor and one service, in brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct InstructorCard {
    pub(crate) id: i32,
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) service: String,
    /// Price of an hour, in cents.
    pub(crate) rate_cents: i64,
    pub(crate) areas: Vec<String>,
    pub(crate) bio: Option<String>,
    pub(crate) years_experience: u8,
    /// Starts that can be booked, the soonest first.
    pub(crate) times: Vec<TimeChip>,
}

/// A start that can be booked with one press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TimeChip {
    pub(crate) href: String,
    /// `Today`, `Tomorrow`, or the date.
    pub(crate) day: String,
    /// Whether the chip before it is of the same day, which then need not be said again.
    pub(crate) repeats_day: bool,
    /// `2:00 PM`.
    pub(crate) time: String,
    /// The instant, for machines.
    pub(crate) datetime: String,
    /// The rest of the sentence that the time begins, for people who hear the page.
    pub(crate) label: String,
}

impl InstructorCard {
    /// The card of an instructor who offers `service` (an entry of the catalogue by this name), with these starts.
    pub(crate) fn new(instructor: &Instructor, service: &InstructorService, times: Vec<TimeChip>) -> Self {
        let details = &instructor.profile.details;
        Self {
            id: instructor.user.id.get(),
            href: links::profile(&instructor.user),
            name: public_name(&instructor.user),
            service: service.name.clone(),
            rate_cents: service.offer.terms.hourly_rate.cents(),
            areas: details.areas.as_slice().to_vec(),
            bio: details.bio.as_ref().map(ToString::to_string),
            years_experience: details.years_experience,
            times,
        }
    }

    /// The card of something that was found, with at most `limit` of its first starts; and when the first one is.
    pub(crate) fn of_hit(hit: &Hit, limit: usize, now: Timestamp) -> (Self, Option<Timestamp>) {
        let (mut times, instants): (Vec<TimeChip>, Vec<Timestamp>) = hit
            .next_starts
            .iter()
            .filter_map(|start| {
                TimeChip::new(&hit.instructor, &hit.offer, start.date, start.time, hit.length, now)
            })
            .take(limit)
            .unzip();
        let mut day = String::new();
        for chip in &mut times {
            chip.repeats_day = chip.day == day;
            day.clone_from(&chip.day);
        }
        (Self::new(&hit.instructor, &hit.offer, times), instants.first().copied())
    }
}

impl TimeChip {
    /// The start as a chip, and its instant; `None` when the time does not exist on that day.
    pub(crate) fn new(
        instructor: &Instructor,
        service: &InstructorService,
        date: Date,
        time: GridTime,
        length: LessonLength,
        now: Timestamp,
    ) -> Option<(Self, Timestamp)> {
        let zone = &instructor.profile.details.zone;
        let at = DayClock::new(date, zone.tz()).instant(time)?;
        let price = words::money(service.offer.terms.hourly_rate.price_of(length));
        let label = format!(
            "book {} with {} on {}, {} minutes, {price}",
            service.name,
            public_name(&instructor.user),
            words::full_date(date),
            length.minutes()
        );
        let chip = Self {
            href: links::book(instructor.user.id, service.id, date, time, length),
            day: words::day(date, zone.date_at(now)),
            repeats_day: false,
            time: words::time(time),
            datetime: at.to_string(),
            label,
        };
        Some((chip, at))
    }
}
