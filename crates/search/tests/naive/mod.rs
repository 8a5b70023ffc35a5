//! Searching without an index: every row is looked at, with the function that decides bookings.

use std::collections::BTreeSet;

use instainstru_core::{
    grid::GridTime,
    length::LessonLength,
    offer::{Agenda, DayPlan},
};
use instainstru_search::{
    index::{Filter, InstructorRow, OfferRow},
    query::{Mode, TimeWindow},
    vocabulary::places::Gazetteer,
};
use jiff::Timestamp;

/// The offers that pass the filter.
pub(crate) fn naive(
    rows: &[InstructorRow],
    filter: &Filter,
    places: &Gazetteer,
    now: Timestamp,
) -> BTreeSet<i32> {
    let mut found = BTreeSet::new();
    for row in rows.iter().filter(|row| row.bookable) {
        let near = filter.places.is_empty()
            || places.coverage(row.areas.iter().map(String::as_str)).meets(&filter.places);
        found.extend(
            row.offers
                .iter()
                .filter(|offer| near && offer_fits(offer, filter) && free(row, offer, filter, now))
                .map(|offer| offer.id.get()),
        );
    }
    found
}

fn offer_fits(offer: &OfferRow, filter: &Filter) -> bool {
    let cents = u32::try_from(offer.rate.cents()).unwrap();
    let has = |list: &[String], tag: &str| list.iter().any(|have| have == tag);
    filter.services.as_ref().is_none_or(|list| list.iter().any(|(slug, _)| *slug == offer.service))
        && filter.min_cents.is_none_or(|min| cents >= min)
        && filter.max_cents.is_none_or(|max| cents <= max)
        && filter.mode.is_none_or(|mode| {
            has(&offer.location_types, if mode == Mode::Online { "online" } else { "in-person" })
        })
        && (filter.levels.is_empty()
            || offer.levels.is_empty()
            || filter.levels.iter().any(|l| has(&offer.levels, l.as_str())))
        && (filter.audience.is_empty()
            || offer.ages.is_empty()
            || filter.audience.iter().any(|a| has(&offer.ages, a.as_str())))
        && filter
            .duration
            .is_none_or(|minutes| offer.durations.iter().any(|length| length.minutes() == minutes))
}

fn free(row: &InstructorRow, offer: &OfferRow, filter: &Filter, now: Timestamp) -> bool {
    if !filter.asks_for_time() {
        return true;
    }
    let length = filter.duration.map_or_else(
        || *offer.durations.iter().min().unwrap(),
        |minutes| LessonLength::from_minutes(i64::from(minutes)).unwrap(),
    );
    let agenda = Agenda {
        zone: &row.zone,
        earliest_start: row.notice.earliest_start(now),
        buffer: row.buffer,
        instructor_claims: &row.claims,
        student_claims: &[],
    };
    row.days.iter().any(|day| {
        let on_day = (filter.dates.is_empty() || filter.dates.iter().any(|range| range.contains(day.date)))
            && (filter.weekdays.is_empty() || filter.weekdays.contains(day.date.weekday()));
        let plan = DayPlan { date: day.date, available: day.available, blackout: day.blackout };
        on_day
            && agenda.offered_starts(&plan, length).iter().any(|start| in_window(start, length, filter.time))
    })
}

fn in_window(start: GridTime, length: LessonLength, time: Option<TimeWindow>) -> bool {
    let Some(time) = time else { return true };
    let end = u32::from(start.minutes()) + u32::from(if time.start_only { 15 } else { length.minutes() });
    time.from.is_none_or(|from| start >= from) && time.to.is_none_or(|to| end <= u32::from(to.minutes()))
}
