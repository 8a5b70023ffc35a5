//! Jobs: what the marketplace does by itself, when, and how that went.

use std::{fmt, num::NonZeroU16, str::FromStr};

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
};

use crate::{account::UnknownName, ids::InvalidId, zone::Zone};

/// When a job is to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Every so many minutes, at the same moments on every node: those that divide the time since 1970.
    Every {
        /// How many minutes.
        minutes: NonZeroU16,
    },
    /// Once a day at a time on the clocks of a zone. A time that a change of clocks skips is taken an hour later, one that it
    /// repeats is taken the first time.
    Daily {
        /// At which time.
        at: Time,
        /// On whose clocks.
        zone: Zone,
    },
}

impl Schedule {
    /// The last planned moment that is not after `now`.
    #[must_use]
    pub fn last(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every { minutes } => {
                let period = i64::from(minutes.get()) * 60;
                let second = now.as_second().div_euclid(period) * period;
                Timestamp::from_second(second).unwrap_or(Timestamp::MIN)
            }
            Self::Daily { at, zone } => {
                let today = zone.date_at(now);
                let moment = moment_of(today, *at, zone);
                if moment <= now { moment } else { moment_of(today.saturating_sub(1.day()), *at, zone) }
            }
        }
    }

    /// The first planned moment after `now`.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every { minutes } => {
                let period = SignedDuration::from_mins(minutes.get().into());
                self.last(now).saturating_add(period).unwrap_or(Timestamp::MAX)
            }
            Self::Daily { at, zone } => {
                let today = zone.date_at(now);
                let moment = moment_of(today, *at, zone);
                if moment > now { moment } else { moment_of(today.saturating_add(1.day()), *at, zone) }
            }
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every { minutes } if minutes.get() == 1 => f.write_str("every minute"),
            Self::Every { minutes } => write!(f, "every {minutes} minutes"),
            Self::Daily { at, zone } => write!(f, "daily at {} {}", at.strftime("%H:%M"), zone.name()),
        }
    }
}

/// The instant of a time on a date; jiff takes skipped times later and repeated ones the first time.
fn moment_of(date: Date, at: Time, zone: &Zone) -> Timestamp {
    // Only dates at the very ends of the calendar have no instant.
    date.to_datetime(at).to_zoned(zone.tz().clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// What there is to know about a job before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSpec {
    /// Stable name: everything that is kept about the job is kept under it.
    pub name: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// When.
    pub schedule: Schedule,
}

/// Why a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunCause {
    /// It is time.
    Schedule,
    /// An administrator asked for it.
    Request,
    /// Somebody called the command.
    Command,
}

impl RunCause {
    /// Every cause.
    pub const ALL: [Self; 3] = [Self::Schedule, Self::Request, Self::Command];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Request => "request",
            Self::Command => "command",
        }
    }
}

impl FromStr for RunCause {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|cause| cause.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "schedule, request, command"))
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunOutcome {
    /// Everything was done.
    Succeeded,
    /// Something went wrong; it says what.
    Failed,
    /// Whoever ran it disappeared.
    Abandoned,
}

impl RunOutcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::Failed, Self::Abandoned];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
        }
    }
}

impl FromStr for RunOutcome {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "succeeded, failed, abandoned"))
    }
}

/// A run of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobRunId(i64);

impl JobRunId {
    /// The id with this number.
    ///
    /// # Errors
    /// [`InvalidId`] below 1.
    pub const fn new(id: i64) -> Result<Self, InvalidId> {
        if id > 0 { Ok(Self(id)) } else { Err(InvalidId(id)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRun {
    /// Its id.
    pub id: JobRunId,
    /// Name of the job.
    pub job: String,
    /// Why it began.
    pub cause: RunCause,
    /// When it began.
    pub started_at: Timestamp,
    /// How and when it ended; absent while it runs.
    pub end: Option<RunEnd>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// When.
    pub at: Timestamp,
    /// How.
    pub outcome: RunOutcome,
    /// What was done, or what went wrong.
    pub report: String,
}

/// What is kept about a job between its runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobState {
    /// Planned moments up to this one are settled; however many were missed, one run settles them all.
    pub settled_until: Option<Timestamp>,
    /// Runs that failed since.
    pub failures: u32,
    /// After a failure: the next attempt does not begin before this.
    pub not_before: Option<Timestamp>,
    /// When an administrator asked for a run that has not begun yet.
    pub requested_at: Option<Timestamp>,
}

impl JobState {
    /// How often a run is tried before the next planned moment is waited for.
    pub const MOST_ATTEMPTS: u32 = 3;
    /// How long to wait after the first failure; twice as long after the second.
    const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);

    /// Why the job should run at `now`, if it should. A job that has never run is due at once.
    #[must_use]
    pub fn due(&self, schedule: &Schedule, now: Timestamp) -> Option<RunCause> {
        if self.requested_at.is_some() {
            return Some(RunCause::Request);
        }
        let is_settled = self.settled_until.is_some_and(|settled| schedule.last(now) <= settled);
        let must_wait = self.not_before.is_some_and(|not_before| now < not_before);
        (!is_settled && !must_wait).then_some(RunCause::Schedule)
    }

    /// The state after a run that began at `started_at` ended like this at `now`.
    #[must_use]
    pub fn after(
        self,
        outcome: RunOutcome,
        schedule: &Schedule,
        started_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        let failures = self.failures.saturating_add(1);
        match outcome {
            RunOutcome::Failed | RunOutcome::Abandoned if failures < Self::MOST_ATTEMPTS => {
                let wait = Self::FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(10));
                Self {
                    failures,
                    not_before: Some(now.saturating_add(wait).unwrap_or(Timestamp::MAX)),
                    ..self
                }
            }
            RunOutcome::Succeeded | RunOutcome::Failed | RunOutcome::Abandoned => Self {
                settled_until: Some(schedule.last(started_at)).max(self.settled_until),
                failures: 0,
                not_before: None,
                ..self
            },
        }
    }
}
