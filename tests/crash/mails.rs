//! The same with mails: nobody misses one, and whoever gets one twice can tell that it is the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use instainstru_domain::{
    account::EmailAddress,
    administration::UserFilter,
    event::DomainEvent,
    page::Page,
    ports::{Clock, StorageError, Transactor, TransactorExt as _},
};
use instainstru_notification::mail::{FileSender, Mail, MailConsumer, MailSender, SendError, Site, Writer};
use instainstru_test_support::{
    builders::{a_booking, a_user},
    postgres::fresh_database,
    security::PlainResetTokens,
    sqlite::TempSqlite,
};
use jiff::civil::date;

use crate::{Acts, Plan, Steps, connect, kill_again_and_again, time_of};

/// Processes that are killed.
const CRASHES: u32 = 40;
/// The last step at which one is killed: a round of a booking and a registration takes some more.
const STEPS: u32 = 30;

#[test]
fn on_sqlite_nobody_misses_a_mail_however_often_the_process_dies() {
    let file = TempSqlite::new().unwrap();
    crash_and_read(&file.url());
}

#[test]
fn on_postgres_nobody_misses_a_mail_however_often_the_process_dies() {
    let database = fresh_database(None).unwrap();
    crash_and_read(database.url());
}

fn crash_and_read(url: &str) {
    let database = connect(url);
    database.migrate().unwrap();
    let tx = database.transactor();
    let directory = tempfile::tempdir().unwrap();
    let plan =
        Plan { url: url.to_owned(), acts: Acts::Mailing, into: directory.path().into(), start: 0, step: 0 };
    // Everybody here gets one mail, so an address names it.
    let crashes = kill_again_and_again(&plan, CRASHES, STEPS, |start| {
        let booking = a_booking(&tx).at(date(2026, 9, 1), "10:00", 60).insert();
        let (instructor, student) = (booking.instructor_id, booking.student_id);
        let events = [
            DomainEvent::BookingConfirmed { booking: booking.id, instructor, student },
            DomainEvent::UserRegistered { user: a_user(&tx).insert().id },
        ];
        tx.transaction::<_, StorageError>(|uow| uow.outbox().push_all(&events, time_of(start))).unwrap();
    });

    let received = received(directory.path());
    let expected: BTreeSet<String> = tx
        .reading::<_, StorageError>(|uow| uow.users().list(&UserFilter::default(), Page::first(u32::MAX)))
        .unwrap()
        .items
        .into_iter()
        .map(|user| user.email.to_string())
        .collect();
    assert_eq!(received.keys().cloned().collect::<BTreeSet<_>>(), expected, "everybody was told");
    let mut names = BTreeSet::new();
    let mut repeated = 0;
    for (address, copies) in &received {
        let first @ (name, _subject) = copies.first().unwrap();
        assert!(copies.iter().all(|copy| copy == first), "{address} can tell repetitions: {copies:?}");
        assert!(names.insert(name), "{name} is the name of one mail");
        repeated += copies.len() - 1;
    }
    println!("{crashes} processes killed, {} mails sent, {repeated} copies besides", received.len());
    assert!(repeated > 0, "some died between sending and noting it");
    assert!(repeated <= usize::try_from(crashes).unwrap(), "a process that dies repeats one mail at most");
}

/// What is in the files: by address, the name and the subject of each copy.
fn received(directory: &Path) -> BTreeMap<String, Vec<(String, String)>> {
    let mut received: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        // What has another suffix was being written when the process died.
        if path.extension().is_some_and(|end| end == "eml") {
            let (address, name, subject) = parts(&fs::read_to_string(path).unwrap());
            received.entry(address).or_default().push((name, subject));
        }
    }
    received
}

/// Whom a mail is to, its name, and its subject.
fn parts(mail: &str) -> (String, String, String) {
    let (head, _body) = mail.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
    };
    let to = header("To");
    let address = to.rsplit('<').next().unwrap().trim_end_matches('>').to_owned();
    (address, header("Message-ID"), header("Subject"))
}

/// The consumer that tells people by mail, in steps.
pub(super) fn consumer(
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    directory: PathBuf,
    steps: Arc<Steps>,
) -> MailConsumer {
    let from = EmailAddress::new("noreply@studio.example").unwrap();
    let writer = Writer::new(Site::new(from, "https://studio.example").unwrap()).unwrap();
    let sender = Stepping { inner: FileSender::new(directory, Arc::clone(&clock)), steps };
    MailConsumer::new(tx, clock, Arc::new(PlainResetTokens::default()), Arc::new(sender), writer)
}

/// Sends in steps: before, and after.
struct Stepping {
    inner: FileSender,
    steps: Arc<Steps>,
}

impl MailSender for Stepping {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        self.steps.take();
        self.inner.send(mail)?;
        self.steps.take();
        Ok(())
    }
}
