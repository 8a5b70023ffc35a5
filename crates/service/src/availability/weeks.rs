//! Whole weeks: show, save, copy, lay over dates.

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    week::{WeekPattern, WeekStart},
};
use jiff::civil::Date;

use super::{
    AvailabilityError, PatternApplied, SaveWeek, WeekCopied, WeekView,
    service::{Calendar, FreeTime, on},
};

/// Most dates that a week can be laid over at once: a year and a day.
const MAX_PATTERN_DAYS: u16 = 366;

/// What a week editor shows of the seven days from `start` on; other days are ignored.
pub(super) fn view(start: Date, days: &FreeTime) -> WeekView {
    let shown = DateRange::of_days(start, 7);
    let with_time = days.iter().filter(|(date, free)| shown.contains(**date) && !free.is_empty());
    WeekView {
        start,
        days: with_time.map(|(date, free)| (*date, free.ranges().collect())).collect(),
        version: version(start, days),
    }
}

/// Names the seven days and all of their free time, so two weeks have one version only if they are the same days and equal.
fn version(start: Date, days: &FreeTime) -> String {
    format!("{start}:{}", pattern(DateRange::of_days(start, 7), days).version())
}

/// The free time of at most seven dates by weekday.
fn pattern(dates: DateRange, days: &FreeTime) -> WeekPattern {
    let mut pattern = WeekPattern::EMPTY;
    for (date, free) in days.iter().filter(|(date, _)| dates.contains(**date)) {
        pattern.add(date.weekday(), *free);
    }
    pattern
}

/// Days before today stay as they are; the others become what was submitted, or that in addition to what there is.
pub(super) fn save(calendar: &mut Calendar<'_>, command: &SaveWeek) -> Result<WeekView, AvailabilityError> {
    let today = calendar.today();
    let earliest = command.ranges.iter().map(|(date, _)| *date).min();
    let week = command.week.unwrap_or_else(|| WeekStart::containing(earliest.unwrap_or(today)));
    let stored = calendar.free_time(week.dates())?;
    if command.expected_version.as_ref().is_some_and(|expected| *expected != version(week.monday(), &stored))
    {
        return Err(AvailabilityError::StaleWeek);
    }
    let mut submitted = FreeTime::new();
    for (date, range) in &command.ranges {
        let day = submitted.entry(*date).or_default();
        *day = *day | BlockSet::of(*range);
    }
    let wanted = week.dates().iter().map(|date| {
        let (there, new) = (on(&stored, date), on(&submitted, date));
        let free = match (date < today, command.clear_existing) {
            (true, _) => there,
            (false, true) => new,
            (false, false) => there | new,
        };
        (date, free)
    });
    let wanted: FreeTime = wanted.collect();
    publish_changes(calendar, &stored, &wanted)?;
    Ok(view(week.monday(), &wanted))
}

/// The target week becomes equal to the source week, past days included: a copy is a copy.
pub(super) fn copy(
    calendar: &mut Calendar<'_>,
    from: WeekStart,
    to: WeekStart,
) -> Result<WeekCopied, AvailabilityError> {
    if from == to {
        return Err(AvailabilityError::SameWeek);
    }
    let (wanted, ranges_created) = lay_over(calendar, from, to.dates())?;
    Ok(WeekCopied { week: view(to.monday(), &wanted), ranges_created })
}

pub(super) fn apply(
    calendar: &mut Calendar<'_>,
    source: WeekStart,
    dates: DateRange,
) -> Result<PatternApplied, AvailabilityError> {
    if dates.days() > i64::from(MAX_PATTERN_DAYS) {
        return Err(AvailabilityError::TooLong { max_days: MAX_PATTERN_DAYS });
    }
    calendar.not_past(dates.first())?;
    let (wanted, ranges_created) = lay_over(calendar, source, dates)?;
    let mut weeks: Vec<WeekStart> = dates.iter().map(WeekStart::containing).collect();
    weeks.dedup();
    Ok(PatternApplied {
        dates,
        dates_with_ranges: wanted.values().filter(|free| !free.is_empty()).count(),
        ranges_created,
        weeks_affected: weeks.len(),
    })
}

/// Makes each of `dates` equal to its weekday in the source week; returns the days as they are now and their ranges.
///
/// Both are read before anything is written, so the source week may lie among the dates.
fn lay_over(
    calendar: &mut Calendar<'_>,
    source: WeekStart,
    dates: DateRange,
) -> Result<(FreeTime, usize), AvailabilityError> {
    let source = pattern(source.dates(), &calendar.free_time(source.dates())?);
    let stored = calendar.free_time(dates)?;
    let wanted: FreeTime = source.over(dates).collect();
    publish_changes(calendar, &stored, &wanted)?;
    let ranges = wanted.values().map(|free| free.ranges().count()).sum();
    Ok((wanted, ranges))
}

/// Stores those days of `wanted` that are not what is stored.
fn publish_changes(
    calendar: &mut Calendar<'_>,
    stored: &FreeTime,
    wanted: &FreeTime,
) -> Result<(), AvailabilityError> {
    let differs = |(date, free): &(Date, BlockSet)| *free != on(stored, *date);
    let changed: Vec<(Date, BlockSet)> =
        wanted.iter().map(|(date, free)| (*date, *free)).filter(differs).collect();
    Ok(calendar.publish(&changed)?)
}
