//! The index follows the database: a store in memory, the real engine.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    io::Cursor,
    sync::Arc,
    time::{Duration, Instant},
};

use instainstru_domain::{
    account::{AccountStatus, User},
    event::DomainEvent,
    instructor::Instructor,
    ports::{
        Clock as _, InstructorSearch as _, TransactorExt as _,
        instructor_search::{SearchAnswer, SearchQuestion},
    },
    zone::Zone,
};
use instainstru_server::search::{Asked, EngineSearch, Follower, Indexer, LiveSearch, explain, read_now};
use instainstru_service::instructors::{InstructorUseCases as _, InstructorsService};
use instainstru_test_support::{
    builders::{a_booking, a_user, an_instructor},
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::{SignedDuration, civil::date};
use serde_json::Value;

/// A Wednesday, 11:00 in New York.
const NOW: &str = "2026-03-11T15:00:00Z";

struct World {
    store: MemoryStore,
    clock: FixedClock,
    live: Arc<LiveSearch>,
    indexer: Indexer,
}

impl World {
    fn new() -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at(NOW));
        let indexer = Indexer::new(Arc::new(store.clone()), Arc::new(clock.clone())).unwrap();
        Self { store, clock, live: Arc::clone(indexer.live()), indexer }
    }

    /// Teaches the piano, free tomorrow from 17 to 20.
    fn teacher(&self, name: &str) -> Instructor {
        an_instructor(&self.store)
            .named(name)
            .offering("piano", 7_500, &[60])
            .publishing(date(2026, 3, 12), "17:00-20:00")
            .insert()
    }

    fn ask(&self, text: &str) -> SearchAnswer {
        EngineSearch::new(Arc::clone(&self.live)).search(&SearchQuestion {
            text: text.to_owned(),
            now: self.clock.now(),
            zone: Zone::new_york(),
            limit: 20,
        })
    }

    fn total(&self, text: &str) -> usize {
        self.ask(text).total
    }

    /// Changes an account as a use case does: with the event that tells of it.
    fn set_status(&self, user: &User, status: AccountStatus) {
        let user = User { account_status: status, ..user.clone() };
        let event = DomainEvent::InstructorChanged { instructor: user.id };
        let at = self.clock.now();
        self.store
            .transaction(|uow| {
                uow.users().update(&user)?;
                uow.outbox().push(&event, at)
            })
            .unwrap();
    }
}

#[test]
fn everybody_who_can_be_booked_is_found_after_the_first_update() {
    let mut world = World::new();
    let (ada, eve) = (world.teacher("Ada"), world.teacher("Eve"));
    let _student = a_user(&world.store).named("Tom").insert();
    world.set_status(&eve.user, AccountStatus::Suspended);
    assert_eq!(world.total("piano"), 0);
    world.indexer.update().unwrap();
    let answer = world.ask("piano tomorrow evening");
    assert_eq!((answer.total, answer.matches[0].instructor), (1, ada.user.id));
    assert_eq!(answer.matches[0].next_starts[0].date, date(2026, 3, 12));
    assert_eq!(world.total("piano tomorrow morning"), 0);
}

#[test]
fn only_what_the_outbox_tells_of_is_read_again() {
    let mut world = World::new();
    let ada = world.teacher("Ada");
    world.indexer.update().unwrap();
    world.set_status(&ada.user, AccountStatus::Suspended);
    assert_eq!(world.total("piano"), 1, "the index is a moment behind");
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 0);
    world.set_status(&ada.user, AccountStatus::Active);
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 1);
}

#[test]
fn whoever_gives_up_teaching_is_not_found_any_more() {
    let mut world = World::new();
    let (ada, _bob) = (world.teacher("Ada"), world.teacher("Bob"));
    world.indexer.update().unwrap();
    let instructors = InstructorsService::new(Arc::new(world.store.clone()), Arc::new(world.clock.clone()));
    instructors.delete_profile(&ada.user).unwrap();
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 1);
    assert!(!world.indexer.compare().unwrap(), "nothing to mend");
}

#[test]
fn what_could_not_be_read_is_read_the_next_time() {
    let mut world = World::new();
    let ada = world.teacher("Ada");
    world.store.fail_next(Fault::Begin, unavailable);
    assert!(world.indexer.update().is_err());
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 1);
    world.set_status(&ada.user, AccountStatus::Suspended);
    // Whatever step fails, nothing is forgotten.
    for call in 1..=6 {
        world.store.fail_next(Fault::Call(call), unavailable);
        let _failed = world.indexer.update();
    }
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 0);
}

#[test]
fn an_event_that_nobody_can_read_holds_nothing_up() {
    let mut world = World::new();
    let ada = world.teacher("Ada");
    world.indexer.update().unwrap();
    world.store.push_unreadable_event("damaged");
    world.set_status(&ada.user, AccountStatus::Suspended);
    world.store.push_unreadable_event("no event is called tomorrow.invented");
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 0);
    world.set_status(&ada.user, AccountStatus::Active);
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 1);
}

#[test]
fn who_learns_cannot_be_booked_meanwhile() {
    let mut world = World::new();
    let (ada, bob) = (world.teacher("Ada"), world.teacher("Bob"));
    world.indexer.update().unwrap();
    let free = |world: &World| {
        let answer = world.ask("piano tomorrow at 5pm");
        answer.matches.iter().map(|found| found.instructor).collect::<BTreeSet<_>>()
    };
    assert_eq!(free(&world), BTreeSet::from([ada.user.id, bob.user.id]));
    // Ada takes a lesson with Bob: neither teaches at that time.
    let booking =
        a_booking(&world.store).with(&bob).of(&ada.user).at(date(2026, 3, 12), "17:00", 60).insert();
    let event =
        DomainEvent::BookingConfirmed { booking: booking.id, instructor: bob.user.id, student: ada.user.id };
    let at = world.clock.now();
    world.store.transaction(|uow| uow.outbox().push(&event, at)).unwrap();
    world.indexer.update().unwrap();
    assert_eq!(free(&world), BTreeSet::new());
}

#[test]
fn the_days_roll_on() {
    let mut world = World::new();
    let _ada = world.teacher("Ada");
    world.indexer.update().unwrap();
    let first = world.live.snapshot().first_day();
    world.clock.advance(SignedDuration::from_hours(24));
    world.indexer.update().unwrap();
    assert_eq!(world.live.snapshot().first_day(), first.tomorrow().unwrap());
    assert_eq!(world.total("piano today"), 1);
    assert_eq!(world.total("piano tomorrow"), 0);
}

#[test]
fn an_index_that_differs_is_noticed_and_mended() {
    let mut world = World::new();
    let ada = world.teacher("Ada");
    assert!(!world.indexer.compare().unwrap(), "built from the same rows");
    // Somebody changes the database and tells nobody.
    let silent = User { account_status: AccountStatus::Suspended, ..ada.user };
    world.store.transaction(|uow| uow.users().update(&silent)).unwrap();
    world.indexer.update().unwrap();
    assert_eq!(world.total("piano"), 1);
    assert!(world.indexer.compare().unwrap());
    assert_eq!(world.total("piano"), 0);
    assert!(!world.indexer.compare().unwrap());
}

#[test]
fn the_follower_sees_changes_within_a_second_survives_failures_and_ends() {
    let mut world = World::new();
    let ada = world.teacher("Ada");
    world.indexer.update().unwrap();
    let World { store, clock, live, indexer } = world;
    let follower = Follower::start(indexer).unwrap();
    let tx = Arc::new(store.clone());
    let world = World { indexer: Indexer::new(tx, Arc::new(clock.clone())).unwrap(), store, clock, live };
    world.set_status(&ada.user, AccountStatus::Suspended);
    let began = Instant::now();
    while world.total("piano") > 0 {
        assert!(began.elapsed() < Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(5));
    }
    let began = Instant::now();
    drop(follower);
    assert!(began.elapsed() < Duration::from_secs(5));
    world.set_status(&ada.user, AccountStatus::Active);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(world.total("piano"), 0, "nobody follows any more");
}

#[test]
fn each_line_is_explained_in_a_line() {
    let now = read_now("2026-03-11T09:00").unwrap();
    let mut input = Cursor::new(b"piano under $80 tomorrow\r\n\ncaf\xe9 lessons".to_vec());
    let mut out = Vec::new();
    explain(Asked::Lines(&mut input), now, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(lines[0]["query"], "piano under $80 tomorrow");
    assert_eq!(
        (&lines[0]["services"][0], &lines[0]["dates"]["from"]),
        (&"Piano".into(), &"2026-03-12".into())
    );
    assert_eq!((&lines[1]["query"], &lines[1]["strict"]), (&"".into(), &false.into()));
}

#[test]
fn now_is_an_instant_or_a_time_in_new_york() {
    let expected = "2026-03-11T13:00:00Z".parse().unwrap();
    for text in
        ["2026-03-11T13:00:00Z", "2026-03-11T09:00:00-04:00", "2026-03-11T09:00", "2026-03-11 09:00:00"]
    {
        assert_eq!(read_now(text).unwrap(), expected, "{text}");
    }
    for text in ["", "now", "09:00", "2026-13-01T00:00"] {
        assert!(read_now(text).is_err(), "{text}");
    }
}
