//! Implementation of publishing free time: single windows and blackouts; weeks and bulk changes have files of their own.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::{GridTime, TimeRange},
    week::WeekStart,
};
use instainstru_domain::{
    account::{Role, User},
    availability::{Blackout, Window, blocks_on},
    booking::BookingDetails,
    event::DomainEvent,
    ids::{BlackoutId, UserId, WindowId},
    ports::{Clock, Conflict, StorageError, Transactor, TransactorExt, UnitOfWork},
    text::BlackoutReason,
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
};

use super::{
    AvailabilityError, AvailabilityUseCases, BulkChange, DayRanges, MAX_BLOCKED_DAYS, MAX_WINDOW_MINUTES,
    MIN_WINDOW_MINUTES, PatternApplied, ProposedChange, SaveWeek, StepResult, WeekCopied, WeekView, bulk,
    validate, weeks,
};

/// How far ahead a list of windows reaches by default, in days.
const LISTED_DAYS: i64 = 365;

/// Publishing free time over any storage.
pub struct AvailabilityService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl AvailabilityService {
    /// The use cases over these adapters.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }

    /// Runs `work` on the calendar of `actor` in a transaction that only reads.
    fn looking<T>(
        &self,
        actor: &User,
        mut work: impl FnMut(&mut Calendar<'_>) -> Result<T, AvailabilityError>,
    ) -> Result<T, AvailabilityError> {
        let now = self.clock.now();
        self.tx.reading(|uow| work(&mut Calendar::open(uow, actor.id, now)?))
    }

    /// Runs `work` on the calendar of `actor`, alone: other writers of the same calendar wait.
    fn editing<T>(
        &self,
        actor: &User,
        mut work: impl FnMut(&mut Calendar<'_>) -> Result<T, AvailabilityError>,
    ) -> Result<T, AvailabilityError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            uow.users().lock(&[actor.id])?;
            work(&mut Calendar::open(uow, actor.id, now)?)
        })
    }
}

/// Free time by date, merged; dates without free time may be absent.
pub(super) type FreeTime = BTreeMap<Date, BlockSet>;

/// The calendar of one instructor within one transaction.
pub(super) struct Calendar<'u> {
    uow: &'u mut dyn UnitOfWork,
    instructor: UserId,
    now: Timestamp,
    /// Now on the clocks of the instructor.
    pub(super) local_now: DateTime,
}

impl<'u> Calendar<'u> {
    /// The account is read again: what the caller was when the request came in may have changed since.
    fn open(
        uow: &'u mut dyn UnitOfWork,
        instructor: UserId,
        now: Timestamp,
    ) -> Result<Self, AvailabilityError> {
        let found = uow.instructors().find(instructor)?;
        let found = found
            .filter(|found| found.user.role == Role::Instructor)
            .ok_or(AvailabilityError::NotInstructor)?;
        let local_now = found.profile.details.zone.tz().to_datetime(now);
        Ok(Self { uow, instructor, now, local_now })
    }

    pub(super) fn today(&self) -> Date {
        self.local_now.date()
    }

    /// The date, unless it has passed.
    pub(super) fn not_past(&self, date: Date) -> Result<Date, AvailabilityError> {
        if date < self.today() { Err(AvailabilityError::PastDate(date)) } else { Ok(date) }
    }

    pub(super) fn windows(&mut self, dates: DateRange) -> Result<Vec<Window>, StorageError> {
        self.uow.availability().windows(self.instructor, dates)
    }

    pub(super) fn free_time(&mut self, dates: DateRange) -> Result<FreeTime, StorageError> {
        Ok(merged(&self.windows(dates)?))
    }

    /// Stores the days given, which must be those that change, and tells others about them.
    pub(super) fn publish(&mut self, days: &[(Date, BlockSet)]) -> Result<(), StorageError> {
        let Some(dates) = span(days.iter().map(|(date, _)| *date)) else { return Ok(()) };
        self.uow.availability().replace(self.instructor, days, self.now)?;
        self.announce(dates)
    }

    fn announce(&mut self, dates: DateRange) -> Result<(), StorageError> {
        let event = DomainEvent::AvailabilityChanged { instructor: self.instructor, dates };
        self.uow.outbox().push(&event, self.now)
    }

    /// Makes a day of `windows` consist of `free` and returns the window that holds `range`, which is part of it, afterwards.
    fn publish_day(
        &mut self,
        date: Date,
        windows: &[Window],
        free: BlockSet,
        range: TimeRange,
    ) -> Result<Window, AvailabilityError> {
        if free != blocks_on(date, windows) {
            self.publish(&[(date, free)])?;
        }
        // Storage decides which ids survive a merge, so they are read back.
        let stored = self.windows(DateRange::day(date))?;
        let holder = stored.into_iter().find(|window| window.range.contains(range));
        Ok(holder.ok_or_else(|| StorageError::unexpected("no window holds the range just published"))?)
    }

    /// A window, if it belongs to the instructor.
    fn own_window(&mut self, id: WindowId) -> Result<Window, AvailabilityError> {
        let found = self.uow.availability().find_window(id)?;
        found
            .filter(|window| window.instructor_id == self.instructor)
            .ok_or(AvailabilityError::WindowNotFound)
    }
}

impl AvailabilityUseCases for AvailabilityService {
    fn week(&self, actor: &User, start: Date) -> Result<WeekView, AvailabilityError> {
        self.looking(actor, |calendar| {
            Ok(weeks::view(start, &calendar.free_time(DateRange::of_days(start, 7))?))
        })
    }

    fn save_week(&self, actor: &User, command: &SaveWeek) -> Result<WeekView, AvailabilityError> {
        self.editing(actor, |calendar| weeks::save(calendar, command))
    }

    fn copy_week(
        &self,
        actor: &User,
        from: WeekStart,
        to: WeekStart,
    ) -> Result<WeekCopied, AvailabilityError> {
        self.editing(actor, |calendar| weeks::copy(calendar, from, to))
    }

    fn apply_week(
        &self,
        actor: &User,
        pattern: WeekStart,
        dates: DateRange,
    ) -> Result<PatternApplied, AvailabilityError> {
        self.editing(actor, |calendar| weeks::apply(calendar, pattern, dates))
    }

    fn add_range(&self, actor: &User, date: Date, range: TimeRange) -> Result<Window, AvailabilityError> {
        self.editing(actor, |calendar| {
            calendar.not_past(date)?;
            let windows = calendar.windows(DateRange::day(date))?;
            if windows.iter().any(|window| window.range == range) {
                return Err(AvailabilityError::AlreadyPublished);
            }
            let free = blocks_on(date, &windows) | BlockSet::of(range);
            calendar.publish_day(date, &windows, free, range)
        })
    }

    fn list(
        &self,
        actor: &User,
        from: Option<Date>,
        to: Option<Date>,
    ) -> Result<Vec<Window>, AvailabilityError> {
        self.looking(actor, |calendar| {
            let first = from.unwrap_or_else(|| calendar.today());
            // A year from today on, or from a later first date, so that the default is never before it.
            let last = to.unwrap_or_else(|| first.max(calendar.today()).saturating_add(LISTED_DAYS.days()));
            let dates = DateRange::new(first, last).map_err(|reversed| AvailabilityError::ReversedDates {
                first: reversed.first,
                last: reversed.last,
            })?;
            Ok(calendar.windows(dates)?)
        })
    }

    fn bulk(&self, actor: &User, change: &BulkChange) -> Result<Vec<StepResult>, AvailabilityError> {
        if change.validate_only {
            self.looking(actor, |calendar| bulk::try_out(calendar, &change.operations))
        } else {
            self.editing(actor, |calendar| bulk::carry_out(calendar, change))
        }
    }

    fn update_window(
        &self,
        actor: &User,
        window: WindowId,
        start: Option<GridTime>,
        end: Option<GridTime>,
    ) -> Result<Window, AvailabilityError> {
        self.editing(actor, |calendar| {
            let Window { date, range: old, .. } = calendar.own_window(window)?;
            let new = moved(old, start, end)?;
            let windows = calendar.windows(DateRange::day(date))?;
            let free = (blocks_on(date, &windows) - BlockSet::of(old)) | BlockSet::of(new);
            calendar.publish_day(date, &windows, free, new)
        })
    }

    fn delete_window(&self, actor: &User, window: WindowId) -> Result<(), AvailabilityError> {
        self.editing(actor, |calendar| {
            let Window { date, range, .. } = calendar.own_window(window)?;
            let day = blocks_on(date, &calendar.windows(DateRange::day(date))?);
            Ok(calendar.publish(&[(date, day - BlockSet::of(range))])?)
        })
    }

    fn booked(&self, actor: &User, start: Date) -> Result<Vec<BookingDetails>, AvailabilityError> {
        self.looking(actor, |calendar| {
            Ok(calendar.uow.bookings().booked(calendar.instructor, DateRange::of_days(start, 7))?)
        })
    }

    fn validate_week(
        &self,
        actor: &User,
        week_start: Date,
        current: &DayRanges,
        saved: &DayRanges,
    ) -> Result<Vec<ProposedChange>, AvailabilityError> {
        self.looking(actor, |calendar| validate::week(calendar, week_start, current, saved))
    }

    fn blackouts(&self, actor: &User) -> Result<Vec<Blackout>, AvailabilityError> {
        self.looking(actor, |calendar| {
            let Some(dates) = span([calendar.today(), Date::MAX]) else { return Ok(Vec::new()) };
            Ok(calendar.uow.availability().blackouts(calendar.instructor, dates)?)
        })
    }

    fn add_blackout(
        &self,
        actor: &User,
        date: Date,
        reason: Option<BlackoutReason>,
    ) -> Result<Blackout, AvailabilityError> {
        self.editing(actor, |calendar| {
            calendar.not_past(date)?;
            let (instructor, now) = (calendar.instructor, calendar.now);
            let stored = calendar.uow.availability().insert_blackout(instructor, date, reason.clone(), now);
            let blackout = stored.map_err(|error| match error {
                StorageError::Conflict(Conflict::BlackoutExists) => AvailabilityError::AlreadyBlocked,
                other => AvailabilityError::Storage(other),
            })?;
            calendar.announce(DateRange::day(date))?;
            Ok(blackout)
        })
    }

    fn block(
        &self,
        actor: &User,
        dates: DateRange,
        reason: Option<BlackoutReason>,
    ) -> Result<u32, AvailabilityError> {
        if dates.days() > MAX_BLOCKED_DAYS {
            return Err(AvailabilityError::TooManyDays);
        }
        self.editing(actor, |calendar| {
            calendar.not_past(dates.first())?;
            let (instructor, now) = (calendar.instructor, calendar.now);
            let availability = calendar.uow.availability();
            let blocked: BTreeSet<Date> = availability
                .blackouts(instructor, dates)?
                .into_iter()
                .map(|blackout| blackout.date)
                .collect();
            let anew: Vec<Date> = dates.iter().filter(|date| !blocked.contains(date)).collect();
            if !anew.is_empty() {
                availability.insert_blackouts(instructor, &anew, reason.clone(), now)?;
                calendar.announce(dates)?;
            }
            Ok(u32::try_from(anew.len()).unwrap_or(u32::MAX))
        })
    }

    fn delete_blackout(&self, actor: &User, blackout: BlackoutId) -> Result<(), AvailabilityError> {
        self.editing(actor, |calendar| {
            let found = calendar.uow.availability().find_blackout(blackout)?;
            let found = found
                .filter(|found| found.instructor_id == calendar.instructor)
                .ok_or(AvailabilityError::BlackoutNotFound)?;
            calendar.uow.availability().delete_blackout(found.id)?;
            Ok(calendar.announce(DateRange::day(found.date))?)
        })
    }
}

/// The range between the new ends; a missing one stays. The limits of length hold for what changes, so that a longer range
/// that was published as part of a week can be left as it is.
pub(super) fn moved(
    old: TimeRange,
    start: Option<GridTime>,
    end: Option<GridTime>,
) -> Result<TimeRange, AvailabilityError> {
    let new = TimeRange::new(start.unwrap_or(old.start()), end.unwrap_or(old.end()))?;
    if new != old { within_limits(new) } else { Ok(old) }
}

/// The range, unless it is too short or too long for a single window.
pub(super) fn within_limits(range: TimeRange) -> Result<TimeRange, AvailabilityError> {
    let minutes = range.minutes();
    if (MIN_WINDOW_MINUTES..=MAX_WINDOW_MINUTES).contains(&minutes) {
        Ok(range)
    } else {
        Err(AvailabilityError::WindowLength { minutes })
    }
}

/// The free time of each date out of a list of windows.
pub(super) fn merged(windows: &[Window]) -> FreeTime {
    let mut days = FreeTime::new();
    for window in windows {
        let day = days.entry(window.date).or_default();
        *day = *day | BlockSet::of(window.range);
    }
    days
}

/// The free time of one date.
pub(super) fn on(days: &FreeTime, date: Date) -> BlockSet {
    days.get(&date).copied().unwrap_or_default()
}

/// The dates from the first to the last of `dates`, which may come in any order.
pub(super) fn span(dates: impl IntoIterator<Item = Date>) -> Option<DateRange> {
    dates.into_iter().map(DateRange::day).reduce(|all, day| {
        let (first, last) = (all.first().min(day.first()), all.last().max(day.last()));
        DateRange::new(first, last).unwrap_or(all)
    })
}
