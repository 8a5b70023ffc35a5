//! Delivering from a store in memory, to consumers that do as they are told.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use instainstru_domain::{
    delivery::{Delivery, DeliveryState, MAIL},
    event::{DomainEvent, RecordedEvent},
    ids::{BookingId, UserId},
    ports::{
        Clock as _, ConsumerError, EventConsumer, StorageError, TransactorExt as _, UnitOfWork,
        deliveries::Claim,
    },
};
use instainstru_notification::delivery::{Courier, Couriers, DeliveryRules, Jitter, Round, StopSignal};
use instainstru_test_support::{
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable, unexpected},
};
use jiff::SignedDuration;

const NOW: &str = "2026-07-15T12:00:00Z";

/// What a consumer does with the next event, given its number.
type Deed = Box<dyn FnMut(i64) -> Result<(), ConsumerError> + Send>;

/// A consumer that remembers what it was handed, and does what it is told first.
#[derive(Default)]
struct Recorder {
    handed: Mutex<Vec<DomainEvent>>,
    deeds: Mutex<VecDeque<Deed>>,
    ignores_registrations: bool,
}

impl Recorder {
    fn next(&self, deed: impl FnMut(i64) -> Result<(), ConsumerError> + Send + 'static) {
        self.deeds.lock().unwrap().push_back(Box::new(deed));
    }

    fn fails(&self, wait_seconds: Option<u32>) {
        self.next(move |_number| Err(later("the server is busy", wait_seconds)));
    }

    fn handed(&self) -> Vec<DomainEvent> {
        self.handed.lock().unwrap().clone()
    }
}

impl EventConsumer for Recorder {
    fn name(&self) -> &'static str {
        MAIL
    }

    fn wants(&self, event: &DomainEvent) -> bool {
        !self.ignores_registrations || !matches!(event, DomainEvent::UserRegistered { .. })
    }

    fn handle(&self, event: &RecordedEvent) -> Result<(), ConsumerError> {
        self.handed.lock().unwrap().push(event.event);
        let deed = self.deeds.lock().unwrap().pop_front();
        deed.map_or(Ok(()), |mut deed| deed(event.number))
    }
}

fn later(reason: &str, wait_seconds: Option<u32>) -> ConsumerError {
    ConsumerError::Later {
        reason: reason.to_owned(),
        wait_seconds,
        cause: Some("connection refused by 10.0.0.7".into()),
    }
}

/// Chooses the longest wait.
struct Longest;

impl Jitter for Longest {
    fn up_to(&self, most: u64) -> u64 {
        most
    }
}

struct World {
    store: MemoryStore,
    clock: FixedClock,
    mail: Arc<Recorder>,
    courier: Courier,
}

impl World {
    fn new() -> Self {
        Self::with(DeliveryRules::default(), Recorder::default())
    }

    fn with(rules: DeliveryRules, mail: Recorder) -> Self {
        let (store, clock, mail) = (MemoryStore::new(), FixedClock::at(NOW), Arc::new(mail));
        let courier = courier(&store, &clock, &mail, rules, "test");
        Self { store, clock, mail, courier }
    }

    fn write<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.transaction(|uow| work(uow)).unwrap()
    }

    fn push(&self, events: &[DomainEvent]) {
        let now = self.clock.now();
        self.write(|uow| uow.outbox().push_all(events, now));
    }

    fn round(&self) -> Round {
        self.courier.round(&|| false).unwrap()
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.write(|uow| uow.deliveries().list(None, 0, 1_000))
    }

    fn states(&self) -> Vec<DeliveryState> {
        self.deliveries().iter().map(|delivery| delivery.state).collect()
    }
}

fn courier(
    store: &MemoryStore,
    clock: &FixedClock,
    mail: &Arc<Recorder>,
    rules: DeliveryRules,
    holder: &str,
) -> Courier {
    let mail: Arc<dyn EventConsumer> = mail.clone();
    Courier::new(
        Arc::new(store.clone()),
        Arc::new(clock.clone()),
        Arc::new(Longest),
        rules,
        vec![mail],
        holder.to_owned(),
    )
}

fn booked(booking: i64) -> DomainEvent {
    let booking = BookingId::new(booking).unwrap();
    let (instructor, student) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
    DomainEvent::BookingConfirmed { booking, instructor, student }
}

fn moved(booking: i64) -> DomainEvent {
    let booking = BookingId::new(booking).unwrap();
    let (instructor, student) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
    DomainEvent::BookingRescheduled { booking, instructor, student }
}

fn registered() -> DomainEvent {
    DomainEvent::UserRegistered { user: UserId::new(1).unwrap() }
}

#[test]
fn what_is_delivered_is_delivered_once() {
    let world = World::new();
    world.push(&[booked(1), booked(2)]);
    assert_eq!(world.round(), Round { delivered: 2, ..Round::default() });
    assert!(world.round().is_idle());
    assert_eq!(world.mail.handed(), [booked(1), booked(2)]);
    assert_eq!(world.states(), [DeliveryState::Delivered; 2]);
}

#[test]
fn nothing_to_do_writes_nothing() {
    let world = World::new();
    world.push(&[DomainEvent::InstructorChanged { instructor: UserId::new(1).unwrap() }]);
    let commits = world.store.commits();
    assert!(world.round().is_idle());
    assert_eq!(world.store.commits(), commits);
}

#[test]
fn a_consumer_is_not_handed_what_it_does_not_want() {
    let mail = Recorder { ignores_registrations: true, ..Recorder::default() };
    let world = World::with(DeliveryRules::default(), mail);
    world.push(&[registered(), booked(1)]);
    assert_eq!(world.round().delivered, 2);
    assert_eq!(world.mail.handed(), [booked(1)]);
}

#[test]
fn events_about_one_thing_wait_for_their_turn() {
    let world = World::new();
    world.push(&[booked(1), moved(1), booked(2), moved(2)]);
    world.mail.fails(None);
    assert_eq!(world.round(), Round { delivered: 1, failed: 1, ..Round::default() });
    assert_eq!(world.round().delivered, 1, "the other lesson goes on");
    assert_eq!(world.mail.handed(), [booked(1), booked(2), moved(2)]);
    world.clock.advance(SignedDuration::from_secs(2));
    while !world.round().is_idle() {}
    assert_eq!(world.mail.handed()[3..], [booked(1), moved(1)]);
}

#[test]
fn failures_are_repeated_after_longer_and_longer_waits_and_then_given_up() {
    let rules = DeliveryRules { most_attempts: 5, ..DeliveryRules::default() };
    let world = World::with(rules, Recorder::default());
    world.push(&[booked(1)]);
    let mut waits = Vec::new();
    for attempt in 1..=5 {
        world.mail.fails(None);
        let round = world.round();
        let delivery = world.deliveries().remove(0);
        assert_eq!(delivery.attempts, attempt);
        assert_eq!(delivery.last_error.as_deref(), Some("the server is busy"), "and no more than that");
        if round.failed == 1 {
            let wait = delivery.available_at.duration_since(world.clock.now());
            waits.push(wait.as_secs());
            world.clock.advance(wait - SignedDuration::from_micros(1));
            assert!(world.round().is_idle(), "not before its time");
            world.clock.advance(SignedDuration::from_micros(1));
        }
    }
    assert_eq!(waits, [2, 4, 8, 16]);
    assert_eq!(world.states(), [DeliveryState::Dead]);
    world.clock.advance(SignedDuration::from_hours(1_000));
    assert!(world.round().is_idle());
}

#[test]
fn a_consumer_that_asks_for_time_is_given_it() {
    let world = World::new();
    world.push(&[booked(1)]);
    world.mail.fails(Some(90));
    assert_eq!(world.round().failed, 1);
    let wait = world.deliveries()[0].available_at.duration_since(world.clock.now());
    assert_eq!(wait.as_secs(), 90);
}

#[test]
fn what_will_never_work_is_given_up_at_once_and_stands_in_nobodys_way() {
    let world = World::new();
    world.push(&[booked(1), moved(1)]);
    world.mail.next(|_number| Err(ConsumerError::Never { reason: "n\u{f6}".repeat(2_000), cause: None }));
    assert_eq!(world.round().dead, 1);
    assert_eq!(world.round().delivered, 1);
    let dead = world.deliveries().remove(0);
    assert_eq!(dead.state, DeliveryState::Dead);
    assert_eq!(dead.last_error.unwrap().chars().count(), 2_000, "a reason has an end");
}

#[test]
fn a_consumer_that_panics_has_failed() {
    let world = World::new();
    world.push(&[booked(1), booked(2)]);
    world.mail.next(|_number| panic!("out of {}", "paper"));
    assert_eq!(world.round(), Round { delivered: 1, failed: 1, ..Round::default() });
    let error = world.deliveries().remove(0).last_error;
    assert_eq!(error.as_deref(), Some("the consumer panicked: out of paper"));
}

#[test]
fn an_event_that_ends_every_process_is_given_up_in_the_end() {
    let rules = DeliveryRules { most_attempts: 3, ..DeliveryRules::default() };
    let world = World::with(rules, Recorder::default());
    world.push(&[booked(1)]);
    // What remains in the database of processes that died with the event in hand.
    for attempt in 1..=3 {
        let now = world.clock.now();
        let claim = Claim {
            consumers: vec![MAIL],
            lease: format!("dead process {attempt}"),
            now,
            until: now + rules.lease,
            limit: 1,
        };
        assert_eq!(world.write(|uow| uow.deliveries().claim(&claim)).len(), 1);
        assert!(world.round().is_idle(), "its lease has not ended");
        world.clock.advance(rules.lease);
    }
    assert_eq!(world.round().dead, 1);
    assert_eq!(world.mail.handed(), [], "it is not tried again");
    let error = world.deliveries().remove(0).last_error;
    assert_eq!(error.as_deref(), Some("the last attempts never came to an end"));
}

#[test]
fn a_repetition_is_the_same_event() {
    let world = World::new();
    world.push(&[booked(1)]);
    let numbers: Arc<Mutex<Vec<i64>>> = Arc::default();
    for _time in 0..2 {
        let numbers = Arc::clone(&numbers);
        world.mail.next(move |number| {
            numbers.lock().unwrap().push(number);
            Err(later("busy", None))
        });
        assert_eq!(world.round().failed, 1);
        world.clock.advance(SignedDuration::from_hours(1));
    }
    let numbers = numbers.lock().unwrap();
    assert_eq!((numbers.len(), numbers[0]), (2, numbers[1]));
}

#[test]
fn what_there_is_no_time_for_is_put_back_untried() {
    let world = World::new();
    world.push(&[booked(1), booked(2), booked(3)]);
    let clock = world.clock.clone();
    world.mail.next(move |_number| {
        clock.advance(SignedDuration::from_mins(1));
        Ok(())
    });
    assert_eq!(world.round(), Round { delivered: 1, untried: 2, ..Round::default() });
    assert_eq!(world.round().delivered, 2, "at once");
    assert!(world.deliveries().iter().all(|delivery| delivery.attempts == 1), "and for the first time");
}

#[test]
fn a_courier_that_is_told_to_stop_finishes_one_event_and_puts_the_others_back() {
    let world = World::new();
    world.push(&[booked(1), booked(2), booked(3)]);
    let stop = StopSignal::default();
    let told = stop.clone();
    world.mail.next(move |_number| {
        told.set();
        Ok(())
    });
    let round = world.courier.round(&|| stop.is_set()).unwrap();
    assert_eq!(round, Round { delivered: 1, untried: 2, ..Round::default() });
    assert!(world.courier.round(&|| stop.is_set()).unwrap().is_idle());
    assert_eq!(world.round().delivered, 2);
}

#[test]
fn whoever_takes_too_long_loses_the_delivery_and_does_not_disturb_its_next_holder() {
    let world = World::new();
    world.push(&[booked(1), moved(1)]);
    let other = Arc::new(Recorder::default());
    let rival = courier(&world.store, &world.clock, &other, DeliveryRules::default(), "rival");
    let clock = world.clock.clone();
    world.mail.next(move |_number| {
        clock.advance(SignedDuration::from_mins(2));
        assert_eq!(rival.round(&|| false).unwrap().delivered, 1);
        Err(later("too late to matter", None))
    });
    assert!(world.round().is_idle(), "what came of it counts for nobody");
    assert_eq!(world.states(), [DeliveryState::Delivered, DeliveryState::Pending]);
    assert_eq!(other.handed(), [booked(1)]);
}

#[test]
fn a_database_that_comes_back_soon_is_told_what_was_delivered() {
    let world = World::new();
    world.push(&[booked(1)]);
    let store = world.store.clone();
    world.mail.next(move |_number| {
        store.fail_next(Fault::Begin, unavailable);
        store.fail_next(Fault::Begin, unavailable);
        Ok(())
    });
    assert_eq!(world.round().delivered, 1);
    assert_eq!(world.mail.handed().len(), 1);
}

#[test]
fn a_delivery_that_cannot_be_settled_is_repeated_when_its_lease_ends() {
    let world = World::new();
    world.push(&[booked(1)]);
    let store = world.store.clone();
    world.mail.next(move |_number| {
        store.fail_next(Fault::Commit, unexpected);
        Ok(())
    });
    assert!(world.courier.round(&|| false).is_err());
    assert!(world.round().is_idle());
    world.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(world.round().delivered, 1);
    assert_eq!(world.mail.handed(), [booked(1), booked(1)]);
}

/// Waits until something holds that will hold soon.
#[track_caller]
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "still not after half a minute: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn threads_deliver_what_is_pushed_and_survive_failures() {
    let World { store, clock, mail, courier } = World::new();
    // Whoever begins a transaction next meets them: a courier that looks for work, or this test.
    for _time in 0..3 {
        store.fail_next(Fault::Begin, unexpected);
    }
    let threads = NonZeroUsize::new(3).unwrap();
    let couriers = Couriers::start(courier, threads, StopSignal::default()).unwrap();
    for booking in 1..=40 {
        let now = clock.now();
        let push = |uow: &mut dyn UnitOfWork| uow.outbox().push_all(&[booked(booking), moved(booking)], now);
        while store.transaction::<_, StorageError>(|uow| push(uow)).is_err() {}
    }
    wait_until("everything is delivered", || mail.handed().len() >= 80);
    assert!(couriers.stop(Instant::now() + Duration::from_secs(30)));
    let handed = mail.handed();
    for booking in 1..=40 {
        let place = |event| handed.iter().position(|handed| *handed == event).unwrap();
        assert!(place(booked(booking)) < place(moved(booking)));
    }
    let pending: u64 = store
        .reading::<_, StorageError>(|uow| uow.deliveries().figures())
        .unwrap()
        .iter()
        .map(|figures| figures.pending)
        .sum();
    assert_eq!(pending, 0);
}

#[test]
fn stopping_does_not_wait_for_ever() {
    let World { courier, store, clock, mail } = World::new();
    let now = clock.now();
    store.transaction::<_, StorageError>(|uow| uow.outbox().push(&booked(1), now)).unwrap();
    let release = StopSignal::default();
    let held = release.clone();
    mail.next(move |_number| {
        held.wait(Duration::from_secs(60));
        Ok(())
    });
    let couriers = Couriers::start(courier, NonZeroUsize::MIN, StopSignal::default()).unwrap();
    wait_until("the event is in hand", || mail.handed().len() == 1);
    assert!(!couriers.stop(Instant::now() + Duration::from_millis(20)));
    release.set();
}
