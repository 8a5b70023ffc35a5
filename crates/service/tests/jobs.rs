//! Jobs: who runs them, when, and what becomes of those that fail or are left behind.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{num::NonZeroU16, sync::Arc};

use instainstru_domain::{
    audit::{AuditAction, AuditFilter},
    ids::UserId,
    job::{JobRun, JobSpec, RunCause, RunOutcome, Schedule},
    ports::{Clock as _, StorageError, TransactorExt as _},
    zone::Zone,
};
use instainstru_service::jobs::{DueJob, JobError, JobOverview, JobService, JobUseCases as _, RunningJob};
use instainstru_test_support::{clock::FixedClock, memory::MemoryStore};
use jiff::{SignedDuration, Timestamp, civil::time};

/// Whoever asks for jobs.
fn admin() -> UserId {
    UserId::new(7).unwrap()
}

const NOW: &str = "2026-07-15T12:07:00Z";

struct World {
    store: MemoryStore,
    clock: FixedClock,
}

impl World {
    fn new() -> Self {
        Self { store: MemoryStore::new(), clock: FixedClock::at(NOW) }
    }

    /// A node that runs these jobs.
    fn node(&self, name: &str) -> JobService {
        let sweep = JobSpec {
            name: "sweep",
            about: "Sweeps",
            schedule: Schedule::Every { minutes: NonZeroU16::new(15).unwrap() },
        };
        let analytics = JobSpec {
            name: "analytics",
            about: "Counts",
            schedule: Schedule::Daily { at: time(2, 0, 0, 0), zone: Zone::new_york() },
        };
        let (tx, clock) = (Arc::new(self.store.clone()), Arc::new(self.clock.clone()));
        JobService::new(tx, clock, vec![sweep, analytics], name.to_owned())
    }

    fn pass(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }
}

fn names(due: &[DueJob]) -> Vec<&'static str> {
    due.iter().map(|due| due.name).collect()
}

fn begin(node: &JobService) -> Option<RunningJob> {
    node.begin("sweep", RunCause::Schedule).unwrap()
}

fn succeed(node: &JobService, job: &str) {
    let running = node.begin(job, RunCause::Schedule).unwrap().unwrap();
    assert!(node.finish(&running, Ok("swept 3 things".into())).unwrap());
}

fn outcomes(node: &JobService) -> Vec<Option<RunOutcome>> {
    let runs = node.runs("sweep", 100).unwrap();
    runs.iter().map(|run| run.end.as_ref().map(|end| end.outcome)).collect()
}

#[test]
fn one_node_leads_and_another_takes_over_when_it_dies_or_resigns() {
    let world = World::new();
    let (first, second) = (world.node("first"), world.node("second"));
    assert!(first.lead().unwrap());
    assert!(!second.lead().unwrap());
    world.clock.advance(JobService::KEEP_ALIVE_EVERY * 3);
    assert!(first.lead().unwrap(), "a leader that is heard of stays");
    world.pass(1);
    assert!(second.lead().unwrap(), "one that is not heard of is replaced");
    assert!(!first.lead().unwrap());
    second.resign().unwrap();
    assert!(first.lead().unwrap());
}

#[test]
fn jobs_run_when_they_are_due_and_once() {
    let world = World::new();
    let node = world.node("node");
    assert_eq!(names(&node.due().unwrap()), ["analytics", "sweep"], "neither has ever run");
    succeed(&node, "sweep");
    succeed(&node, "analytics");
    assert_eq!(node.due().unwrap(), []);
    world.clock.set("2026-07-15T12:15:00Z");
    assert_eq!(node.due().unwrap(), [DueJob { name: "sweep", cause: RunCause::Schedule }]);
    world.clock.set("2026-07-18T06:00:00Z");
    for job in ["sweep", "analytics"] {
        succeed(&node, job);
    }
    assert_eq!(node.due().unwrap(), [], "however many were missed, one run makes up for all");
}

#[test]
fn a_job_never_runs_twice_at_once() {
    let world = World::new();
    let (first, second) = (world.node("first"), world.node("second"));
    let running = begin(&first).unwrap();
    for _minute in 0..30 {
        for cause in RunCause::ALL {
            assert_eq!(second.begin("sweep", cause).unwrap(), None);
            assert_eq!(first.begin("sweep", cause).unwrap(), None, "nor in the same process");
        }
        world.clock.advance(JobService::KEEP_ALIVE_EVERY);
        assert!(first.keep_alive(&running).unwrap());
    }
    assert!(first.finish(&running, Ok("done at last".into())).unwrap());
    assert_eq!(second.runs("sweep", 10).unwrap().len(), 1);
}

#[test]
fn another_job_is_no_obstacle() {
    let world = World::new();
    let node = world.node("node");
    let _sweeping = begin(&node).unwrap();
    assert!(node.begin("analytics", RunCause::Schedule).unwrap().is_some());
}

#[test]
fn a_cause_that_has_gone_begins_nothing() {
    let world = World::new();
    let (first, second) = (world.node("first"), world.node("second"));
    assert_eq!(second.due().unwrap().len(), 2, "seen as due before the other node runs it");
    succeed(&first, "sweep");
    assert_eq!(begin(&second), None);
    assert_eq!(second.begin("sweep", RunCause::Request).unwrap(), None, "nobody asked");
    let running = second.begin("sweep", RunCause::Command).unwrap().unwrap();
    assert!(second.finish(&running, Ok(String::new())).unwrap());
}

#[test]
fn a_failed_run_is_repeated_soon_and_not_for_ever() {
    let world = World::new();
    let node = world.node("node");
    for wait in [Some(1), Some(2), None] {
        let running = begin(&node).unwrap();
        assert!(node.finish(&running, Err("the disk is full".into())).unwrap());
        assert_eq!(begin(&node), None, "not at once");
        if let Some(minutes) = wait {
            world.pass(minutes);
        }
    }
    world.pass(1);
    assert_eq!(begin(&node), None, "three attempts are enough");
    world.clock.set("2026-07-15T12:15:00Z");
    assert!(begin(&node).is_some(), "until it is time again");
    assert_eq!(outcomes(&node)[1..], [Some(RunOutcome::Failed); 3]);
    let report = node.runs("sweep", 2).unwrap().remove(1).end.unwrap().report;
    assert_eq!(report, "the disk is full");
}

#[test]
fn a_run_whose_node_died_is_abandoned_and_made_up_for() {
    let world = World::new();
    let (dying, other) = (world.node("dying"), world.node("other"));
    let lost = begin(&dying).unwrap();
    assert_eq!(begin(&other), None, "its node may only be slow");
    world.pass(1);
    assert_eq!(begin(&other), None, "now it is noted, and left alone for a minute");
    assert_eq!(outcomes(&other), [Some(RunOutcome::Abandoned)]);
    world.pass(1);
    let running = begin(&other).unwrap();
    assert_eq!(running.run.cause, RunCause::Schedule);
    assert!(!dying.keep_alive(&lost).unwrap(), "a node that was only slow hears of it");
    assert!(!dying.finish(&lost, Ok("late".into())).unwrap(), "and does no harm");
    assert!(other.finish(&running, Ok("swept".into())).unwrap());
    assert_eq!(outcomes(&other), [Some(RunOutcome::Succeeded), Some(RunOutcome::Abandoned)]);
}

#[test]
fn somebody_who_asks_for_a_run_gets_one_whatever_the_schedule_says() {
    let world = World::new();
    let node = world.node("node");
    succeed(&node, "sweep");
    assert_eq!(node.due().unwrap().len(), 1);
    let overview = node.request(admin(), "sweep").unwrap();
    assert_eq!((overview.state.requested_at, overview.next_at), (Some(world.clock.now()), world.clock.now()));
    node.request(admin(), "sweep").unwrap();
    assert_eq!(node.due().unwrap()[1], DueJob { name: "sweep", cause: RunCause::Request });
    let running = node.begin("sweep", RunCause::Request).unwrap().unwrap();
    assert_eq!(running.run.cause, RunCause::Request);
    assert_eq!(names(&node.due().unwrap()), ["analytics"], "two who ask at once ask for one run");
    node.request(admin(), "sweep").unwrap();
    assert!(node.finish(&running, Ok(String::new())).unwrap());
    assert_eq!(names(&node.due().unwrap()), ["analytics", "sweep"], "one who asks meanwhile gets the next");
}

fn overviews(node: &JobService) -> Vec<(&'static str, Timestamp, Option<JobRun>)> {
    let all = node.list().unwrap();
    all.into_iter().map(|JobOverview { spec, next_at, latest, .. }| (spec.name, next_at, latest)).collect()
}

#[test]
fn administrators_see_what_ran_and_what_comes() {
    let world = World::new();
    let node = world.node("node");
    let now = world.clock.now();
    assert_eq!(overviews(&node), [("analytics", now, None), ("sweep", now, None)]);
    succeed(&node, "analytics");
    let running = begin(&node).unwrap();
    assert!(node.finish(&running, Err("no".into())).unwrap());
    let [analytics, sweep] = <[_; 2]>::try_from(overviews(&node)).unwrap();
    assert_eq!(analytics.1, "2026-07-16T06:00:00Z".parse().unwrap());
    assert_eq!(analytics.2.unwrap().end.unwrap().report, "swept 3 things");
    assert_eq!(sweep.1, now + SignedDuration::from_mins(1), "after a failure it does not wait for its time");
    assert_eq!(sweep.2.unwrap().end.unwrap().outcome, RunOutcome::Failed);
}

#[test]
fn who_runs_a_job_by_hand_is_written_down() {
    let world = World::new();
    let node = world.node("node");
    node.request(admin(), "sweep").unwrap();
    assert!(node.begin("sweep", RunCause::Request).unwrap().is_some());
    assert!(node.begin("analytics", RunCause::Command).unwrap().is_some());
    let entries = world
        .store
        .reading::<_, StorageError>(|uow| uow.audit().entries(&AuditFilter::default(), 10))
        .unwrap();
    let written: Vec<_> = entries
        .iter()
        .map(|entry| (entry.entry.action, entry.entry.actor, entry.entry.detail.facts().get("job").cloned()))
        .collect();
    let job = |name: &str| Some(name.to_owned());
    assert_eq!(
        written,
        [(AuditAction::JobRun, None, job("analytics")), (AuditAction::JobRun, Some(admin()), job("sweep"))]
    );
}

#[test]
fn a_job_nobody_knows_is_refused() {
    let world = World::new();
    let node = world.node("node");
    let unknown = |error: JobError| matches!(error, JobError::Unknown(name) if name == "brew");
    assert!(unknown(node.begin("brew", RunCause::Command).unwrap_err()));
    assert!(unknown(node.request(admin(), "brew").unwrap_err()));
    assert!(unknown(node.runs("brew", 1).unwrap_err()));
}

#[test]
fn a_report_has_an_end() {
    let world = World::new();
    let node = world.node("node");
    let running = begin(&node).unwrap();
    assert!(node.finish(&running, Err("\u{e4}".repeat(10_000))).unwrap());
    let report = node.runs("sweep", 1).unwrap().remove(0).end.unwrap().report;
    assert_eq!(report.chars().count(), 2_000);
}
