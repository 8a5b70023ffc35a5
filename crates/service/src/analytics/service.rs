//! The analytics over any storage.

use std::sync::Arc;

use instainstru_domain::{
    account::{Role, User},
    analytics::{
        AnalyticsReport, AnalyticsRun, LookBack, MarketFigures, RunDates, RunOutcome, ServiceFigures,
        ServiceRecord, TeachingFacts, TeachingFigures, TeachingSpan, WeekCount,
    },
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    ports::{Clock, Conflict, StorageError, Transactor, TransactorExt, UnitOfWork},
    zone::Zone,
};
use jiff::{Timestamp, civil::Date};

use super::{
    ABANDONED_AFTER, AnalyticsError, AnalyticsStatus, AnalyticsUseCases, MarketAnalytics, TeachingAnalytics,
};
use crate::audit;

/// Runs of the history that are shown.
const SHOWN_RUNS: u32 = 20;
/// Services that are shown among the most booked.
const TOP_SERVICES: u32 = 10;
/// Name of the job in the audit log.
const JOB: &str = "analytics";

/// The analytics over any storage.
pub struct AnalyticsService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl AnalyticsService {
    /// The analytics of what is kept in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }

    /// A whole run; `asked` goes into the audit log.
    fn go(&self, window: LookBack, asked: Option<&NewAuditEntry>) -> Result<AnalyticsRun, AnalyticsError> {
        let run = self.begin(window, asked)?;
        match self.calculate(&run) {
            Ok(outcome) => {
                let elapsed_ms = outcome.at().duration_since(run.started_at).as_millis();
                tracing::info!(
                    analytics_run.id = run.id.get(),
                    days = window.days(),
                    elapsed_ms = %elapsed_ms,
                    "analytics calculated"
                );
                Ok(AnalyticsRun { outcome: Some(outcome), ..run })
            }
            Err(error) => {
                self.give_up(&run, &error);
                Err(error.into())
            }
        }
    }

    /// Puts a run into the history, unless another one is under way.
    fn begin(&self, window: LookBack, asked: Option<&NewAuditEntry>) -> Result<AnalyticsRun, AnalyticsError> {
        let now = self.clock.now();
        let begun = self.tx.transaction(|uow| {
            if let Some(other) = uow.analytics().running()? {
                if now.duration_since(other.started_at) < ABANDONED_AFTER {
                    return Err(AnalyticsError::AlreadyRunning { since: other.started_at });
                }
                let error = "it was begun and never ended; the server stopped meanwhile".to_owned();
                uow.analytics().end_run(other.id, &RunOutcome::Failed { at: now, error })?;
            }
            let run = uow.analytics().begin_run(window, now)?;
            if let Some(entry) = asked {
                audit::record(uow, entry.clone())?;
            }
            Ok(run)
        });
        match begun {
            // Somebody else began in this very moment.
            Err(AnalyticsError::Storage(StorageError::Conflict(Conflict::AnalyticsRunning))) => {
                Err(AnalyticsError::AlreadyRunning { since: now })
            }
            other => other,
        }
    }

    /// Counts without holding up anybody who writes, calculates, and stores everything at once.
    fn calculate(&self, run: &AnalyticsRun) -> Result<RunOutcome, StorageError> {
        let dates = RunDates::new(today(run.started_at), run.window);
        let tallies = self.tx.reading(|uow| uow.analytics().tallies(dates))?;
        let figures: Vec<ServiceFigures> =
            tallies.iter().map(|tally| ServiceFigures::of(tally, dates)).collect();
        let services = u32::try_from(figures.len()).unwrap_or(u32::MAX);
        let at = self.clock.now();
        let outcome = RunOutcome::Succeeded { at, services };
        self.tx.transaction(|uow| {
            uow.analytics().store_figures(&figures, at)?;
            uow.analytics().rank_services(at)?;
            uow.outbox().push(&DomainEvent::CatalogueRanked { run: run.id }, at)?;
            uow.analytics().end_run(run.id, &outcome)
        })?;
        Ok(outcome)
    }

    /// Writes into the history that a run failed. When even that fails, the run counts as abandoned later.
    fn give_up(&self, run: &AnalyticsRun, error: &StorageError) {
        let outcome = RunOutcome::Failed { at: self.clock.now(), error: error.to_string() };
        let noted = self.tx.transaction(|uow| uow.analytics().end_run(run.id, &outcome));
        if let Err(error) = noted {
            tracing::error!(analytics_run.id = run.id.get(), %error, "cannot note that a run of the analytics failed");
        }
    }
}

impl AnalyticsUseCases for AnalyticsService {
    fn run(&self, actor: Option<&User>, window: LookBack) -> Result<AnalyticsRun, AnalyticsError> {
        let asked = NewAuditEntry::new(AuditAction::JobRun, self.clock.now())
            .saying("job", JOB)
            .saying("days", window.days());
        let asked = match actor {
            None => asked,
            Some(actor) => {
                administrators_only(actor)?;
                asked.by(actor.id)
            }
        };
        self.go(window, Some(&asked))
    }

    fn run_daily(&self) -> Result<Option<AnalyticsRun>, AnalyticsError> {
        match self.go(LookBack::DAILY, None) {
            Ok(run) => Ok(Some(run)),
            Err(AnalyticsError::AlreadyRunning { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn status(&self) -> Result<AnalyticsStatus, AnalyticsError> {
        Ok(self.tx.reading(|uow| status(uow))?)
    }

    fn services(&self, actor: &User) -> Result<Vec<ServiceRecord>, AnalyticsError> {
        administrators_only(actor)?;
        Ok(self.tx.reading(|uow| uow.analytics().records())?)
    }

    fn teaching(&self, actor: &User, weeks: WeekCount) -> Result<TeachingAnalytics, AnalyticsError> {
        if actor.role != Role::Instructor {
            return Err(AnalyticsError::NotInstructor);
        }
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let zone = uow.instructors().find(actor.id)?.map(|found| found.profile.details.zone);
            let zone = zone.unwrap_or_else(Zone::new_york);
            let span = TeachingSpan::new(zone.date_at(now), weeks);
            let dates = span.dates();
            let facts = TeachingFacts {
                lessons: uow.statistics().lessons(actor.id, dates)?,
                earlier_students: uow.statistics().students_before(actor.id, dates.first())?,
                windows: uow.availability().windows(actor.id, dates)?,
                blackouts: uow.availability().blackouts(actor.id, dates)?,
            };
            Ok(TeachingAnalytics { zone, today: span.today(), figures: TeachingFigures::of(span, &facts) })
        })
    }

    fn market(&self, actor: &User, window: LookBack) -> Result<MarketAnalytics, AnalyticsError> {
        administrators_only(actor)?;
        let today = today(self.clock.now());
        let dates = window.until(today);
        Ok(self.tx.reading::<_, StorageError>(|uow| {
            let days = uow.statistics().market_days(dates)?;
            let people = uow.statistics().market_people(dates)?;
            let top_services = uow.statistics().top_services(dates, TOP_SERVICES)?;
            Ok(MarketAnalytics {
                today,
                figures: MarketFigures::of(dates, &days, people, top_services),
                bookable_instructors: uow.instructors().count_bookable()?,
                status: status(uow)?,
            })
        })?)
    }
}

const fn administrators_only(actor: &User) -> Result<(), AnalyticsError> {
    if actor.is_admin { Ok(()) } else { Err(AnalyticsError::NotAdmin) }
}

fn status(uow: &mut dyn UnitOfWork) -> Result<AnalyticsStatus, StorageError> {
    let analytics = uow.analytics();
    Ok(AnalyticsStatus {
        last_success: analytics.last_success()?,
        runs: analytics.runs(SHOWN_RUNS)?,
        report: AnalyticsReport::of(&analytics.records()?),
    })
}

/// Today where the marketplace is at home.
fn today(now: Timestamp) -> Date {
    Zone::new_york().date_at(now)
}
