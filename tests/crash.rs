//! Delivery by processes that are killed at every step of it: everything arrives, in order, and repetitions are recognisable.
//!
//! The process that is killed is this test binary itself, started again for one test. It stops where it is told to, says so,
//! and is killed there with SIGKILL.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot get what it needs has failed"
)]

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use instainstru_domain::{
    delivery::{DeliveryState, MAIL},
    event::{DomainEvent, RecordedEvent},
    ids::{BookingId, UserId},
    ports::{
        Clock, ConsumerError, EventConsumer, Outcome, StorageError, Transactor, TransactorExt as _,
        UnitOfWork,
    },
};
use instainstru_notification::delivery::{Courier, DeliveryRules, Jitter};
use instainstru_repository::{Database, DatabaseConfig, DieselTransactor};
use instainstru_test_support::{postgres::fresh_database, sqlite::TempSqlite};
use jiff::{SignedDuration, Timestamp};

/// Processes that are killed.
const CRASHES: u32 = 200;
/// The last step at which one is killed; the steps before are taken in turn. A round takes five steps and five more for each
/// delivery in it.
const STEPS: u32 = 27;
/// Lessons that events are about.
const LESSONS: i64 = 9;

#[path = "crash/mails.rs"]
mod mails;

#[test]
fn on_sqlite_everything_arrives_in_order_however_often_the_process_dies() {
    let file = TempSqlite::new().unwrap();
    crash_and_count(&file.url());
}

#[test]
fn on_postgres_everything_arrives_in_order_however_often_the_process_dies() {
    let database = fresh_database(None).unwrap();
    crash_and_count(database.url());
}

fn crash_and_count(url: &str) {
    let database = connect(url);
    database.migrate().unwrap();
    let tx = database.transactor();
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("delivered");
    let plan = Plan { url: url.to_owned(), acts: Acts::Noting, into: log.clone(), start: 0, step: 0 };
    let crashes = kill_again_and_again(&plan, CRASHES, STEPS, |start| push(&tx, start));

    let events = tx.reading::<_, StorageError>(|uow| uow.outbox().events(0, u32::MAX)).unwrap();
    let events: Vec<RecordedEvent> = events.into_iter().map(Result::unwrap).collect();
    let deliveries = tx.reading::<_, StorageError>(|uow| uow.deliveries().list(None, 0, u32::MAX)).unwrap();
    assert_eq!(deliveries.len(), events.len());
    for delivery in &deliveries {
        assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
    }
    let handed = read(&log);
    judge(&events, &handed);
    let repeated = handed.len() - events.len();
    println!("{crashes} processes killed, {} events delivered, {repeated} of them once more", events.len());
    assert!(repeated <= usize::try_from(crashes).unwrap(), "a process that dies repeats one event at most");
    assert!(repeated > 0, "some died between acting and noting it");
}

/// Starts processes that carry the plan out until so many were killed, at each of the steps in turn, and at last one that survives.
/// Something happens before each of them starts. Returns how many were killed.
fn kill_again_and_again(plan: &Plan, most: u32, steps: u32, happen: impl Fn(u32)) -> u32 {
    let mut crashes = 0;
    let mut start = 0;
    while crashes < most {
        start += 1;
        assert!(start < 2 * most, "only {crashes} processes were killed at their step");
        happen(start);
        let plan = Plan { start, step: 1 + start % steps, ..plan.clone() };
        // Now and then a second process delivers at the same time and survives.
        let survivor = (start % 10 == 0).then(|| Plan { step: 0, ..plan.clone() }.begin());
        crashes += u32::from(kill_when_told(plan.begin()));
        if let Some(survivor) = survivor {
            assert!(!kill_when_told(survivor), "it was told nowhere to stop");
        }
    }
    assert!(!kill_when_told(Plan { start: start + 1, step: 0, ..plan.clone() }.begin()));
    crashes
}

/// Everything arrived, under one name each, and the events about one lesson in the order in which they happened.
fn judge(events: &[RecordedEvent], handed: &[(i64, String)]) {
    let mut names: BTreeMap<i64, &str> = BTreeMap::new();
    for (number, name) in handed {
        assert_eq!(*names.entry(*number).or_insert(name), name, "a repetition has the name of the first");
    }
    let mut expected: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for recorded in events {
        assert!(names.contains_key(&recorded.number), "event {} never arrived", recorded.number);
        expected.entry(recorded.event.aggregate().key()).or_default().push(recorded.number);
    }
    for (about, expected) in expected {
        let mut arrived: Vec<i64> =
            handed.iter().map(|(number, _name)| *number).filter(|number| expected.contains(number)).collect();
        arrived.dedup();
        assert_eq!(arrived, expected, "{about:?}");
    }
}

/// Pushes what happens to three lessons before a process starts.
fn push(tx: &DieselTransactor, start: u32) {
    let (instructor, student) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
    let events: Vec<DomainEvent> = (0..3)
        .flat_map(|nth| {
            let booking = BookingId::new(1 + (i64::from(start) * 3 + nth) % LESSONS).unwrap();
            [
                DomainEvent::BookingConfirmed { booking, instructor, student },
                DomainEvent::BookingRescheduled { booking, instructor, student },
            ]
        })
        .collect();
    tx.transaction::<_, StorageError>(|uow| uow.outbox().push_all(&events, time_of(start))).unwrap();
}

/// When a process lives: later than the leases of all before it last.
fn time_of(start: u32) -> Timestamp {
    let first: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(i64::from(start))
}

fn read(log: &Path) -> Vec<(i64, String)> {
    let text = fs::read_to_string(log).unwrap();
    let line = |line: &str| {
        let (number, name) = line.split_once(' ').unwrap();
        (number.parse().unwrap(), name.to_owned())
    };
    text.lines().map(line).collect()
}

fn connect(url: &str) -> Database {
    Database::connect(&DatabaseConfig { pool_size: 2, ..DatabaseConfig::new(url) }).unwrap()
}

/// What a process is to do.
#[derive(Debug, Clone)]
struct Plan {
    url: String,
    /// What it does with what it is handed.
    acts: Acts,
    /// The file or directory in which it leaves that.
    into: PathBuf,
    /// Which process it is.
    start: u32,
    /// The step at which it stops to be killed; 0 is none.
    step: u32,
}

/// What a process does with what it is handed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acts {
    /// Appends it to a file.
    Noting,
    /// Tells people by mail, into files.
    Mailing,
}

const PLAN: &str = "INSTAINSTRU_TEST_COURIER";
const SAYS_IT_STOPS: &str = "waiting to be killed";

impl Plan {
    /// Starts a process that carries this out.
    fn begin(&self) -> Child {
        let acts = if self.acts == Acts::Mailing { "mailing" } else { "noting" };
        let plan = format!("{}\n{acts}\n{}\n{}\n{}", self.url, self.into.display(), self.start, self.step);
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_process_that_may_be_killed", "--nocapture"])
            .env(PLAN, plan)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The plan of this process, if it was started to carry one out.
    #[expect(clippy::disallowed_methods, reason = "the plan comes from the test that started this process")]
    fn of_this_process() -> Option<Self> {
        let plan = std::env::var(PLAN).ok()?;
        let mut lines = plan.lines();
        let mut line = || lines.next().unwrap();
        Some(Self {
            url: line().to_owned(),
            acts: if line() == "mailing" { Acts::Mailing } else { Acts::Noting },
            into: line().into(),
            start: line().parse().unwrap(),
            step: line().parse().unwrap(),
        })
    }
}

/// Kills the process when it says that it waits for that; `false` when it came to its end instead.
fn kill_when_told(mut child: Child) -> bool {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.any(|line| line.unwrap().contains(SAYS_IT_STOPS));
    if told {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    assert!(told || status.success(), "{status}");
    told
}

/// Delivers what there is, or stops on the way. By itself, without a plan, it has nothing to do.
#[test]
fn a_process_that_may_be_killed() {
    let Some(plan) = Plan::of_this_process() else { return };
    let steps = Arc::new(Steps { last: plan.step, taken: AtomicU32::new(0) });
    let tx: Arc<dyn Transactor> =
        Arc::new(Stepwise { inner: connect(&plan.url).transactor(), steps: Arc::clone(&steps) });
    let clock = Arc::new(Standstill(time_of(plan.start)));
    let consumer: Arc<dyn EventConsumer> = match plan.acts {
        Acts::Noting => Arc::new(Scribe { log: plan.into.clone(), steps }),
        Acts::Mailing => Arc::new(mails::consumer(Arc::clone(&tx), clock.clone(), plan.into.clone(), steps)),
    };
    let rules = DeliveryRules { batch: 4, ..DeliveryRules::default() };
    let holder = format!("process {} of {}", std::process::id(), plan.start);
    let courier = Courier::new(tx, clock, Arc::new(NoJitter), rules, vec![consumer], holder);
    while !courier.round(&|| false).unwrap().is_idle() {}
}

/// The steps a process has taken, and the one it does not survive.
struct Steps {
    last: u32,
    taken: AtomicU32,
}

impl Steps {
    fn take(&self) {
        if self.taken.fetch_add(1, Ordering::SeqCst) + 1 == self.last {
            println!("{SAYS_IT_STOPS}");
            std::io::stdout().flush().unwrap();
            loop {
                thread::park();
            }
        }
    }
}

/// Transactions in steps: before, with everything done but not committed, and after.
struct Stepwise {
    inner: DieselTransactor,
    steps: Arc<Steps>,
}

impl Transactor for Stepwise {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.steps.take();
        self.inner.run(&mut |uow| {
            let outcome = work(uow);
            self.steps.take();
            outcome
        })?;
        self.steps.take();
        Ok(())
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.steps.take();
        self.inner.read(work)?;
        self.steps.take();
        Ok(())
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        self.inner.enclose(work)
    }
}

/// Writes what it is handed into a file, in steps: before, and after.
struct Scribe {
    log: PathBuf,
    steps: Arc<Steps>,
}

impl EventConsumer for Scribe {
    fn name(&self) -> &'static str {
        MAIL
    }

    fn wants(&self, _event: &DomainEvent) -> bool {
        true
    }

    fn handle(&self, event: &RecordedEvent) -> Result<(), ConsumerError> {
        self.steps.take();
        let line = format!("{} <{}.{}@example.com>\n", event.number, event.event.kind(), event.number);
        let mut log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        log.write_all(line.as_bytes()).unwrap();
        self.steps.take();
        Ok(())
    }
}

struct Standstill(Timestamp);

impl Clock for Standstill {
    fn now(&self) -> Timestamp {
        self.0
    }
}

struct NoJitter;

impl Jitter for NoJitter {
    fn up_to(&self, _most: u64) -> u64 {
        0
    }
}
