//! A marketplace in memory whose mails go where a test looks at them.

use std::sync::{Arc, Mutex};

use instainstru_domain::{
    account::{EmailAddress, User},
    alert::{Alert, AlertKind, NewAlert},
    booking::{Booking, Cancellation},
    event::{DomainEvent, RecordedEvent},
    ids::{AlertId, BookingId, UserId},
    password_reset::{NewPasswordReset, PasswordReset, ResetNonce, ResetTokenHash},
    ports::{ConsumerError, EventConsumer, StorageError, TransactorExt},
    text::CancellationReason,
};
use instainstru_notification::mail::{Mail, MailConsumer, MailSender, SendError, Site, Writer};
use instainstru_test_support::{
    builders::{a_booking, a_user, an_instructor, lesson_time},
    clock::FixedClock,
    memory::MemoryStore,
    security::PlainResetTokens,
};
use jiff::{Timestamp, civil::Date};

/// The morning of 1 July 2026 in New York, two weeks before the lesson.
pub(crate) const NOW: &str = "2026-07-01T13:00:00Z";

pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) clock: FixedClock,
    pub(crate) post: Post,
    pub(crate) consumer: MailConsumer,
}

/// A sender that keeps mails, or fails as a test wants.
#[derive(Clone, Default)]
pub(crate) struct Post(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    sent: Vec<Mail>,
    /// What becomes of mails to this person.
    refusals: Vec<(String, fn() -> SendError)>,
}

impl Post {
    /// The mails since this was last asked.
    pub(crate) fn sent(&self) -> Vec<Mail> {
        std::mem::take(&mut self.0.lock().unwrap().sent)
    }

    /// Refuses every mail to this address from now on.
    pub(crate) fn refuse(&self, address: &EmailAddress, refusal: fn() -> SendError) {
        self.0.lock().unwrap().refusals.push((address.to_string(), refusal));
    }

    /// Refuses nothing any more.
    pub(crate) fn recover(&self) {
        self.0.lock().unwrap().refusals.clear();
    }
}

impl MailSender for Post {
    fn name(&self) -> &'static str {
        "post"
    }

    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let mut state = self.0.lock().unwrap();
        let refusal = state.refusals.iter().find(|(address, _)| address == mail.to.address.as_str());
        if let Some((_address, refusal)) = refusal {
            return Err(refusal());
        }
        state.sent.push(mail.clone());
        Ok(())
    }
}

pub(crate) fn writer() -> Writer {
    let from = EmailAddress::new("noreply@studio.example").unwrap();
    Writer::new(Site::new(from, "https://studio.example").unwrap().reminding(Some(24))).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        let post = Post::default();
        Self::sending_with(Arc::new(post.clone()), post)
    }

    /// A world whose mails go elsewhere.
    pub(crate) fn sending_by(sender: Arc<dyn MailSender>) -> Self {
        Self::sending_with(sender, Post::default())
    }

    fn sending_with(sender: Arc<dyn MailSender>, post: Post) -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at(NOW));
        let consumer = MailConsumer::new(
            Arc::new(store.clone()),
            Arc::new(clock.clone()),
            Arc::new(PlainResetTokens::default()),
            sender,
            writer(),
        );
        Self { store, clock, post, consumer }
    }

    /// Records an event as a use case does.
    pub(crate) fn record(&self, event: DomainEvent) -> RecordedEvent {
        let at = NOW.parse().unwrap();
        self.store.transaction::<_, StorageError>(|uow| uow.outbox().push(&event, at)).unwrap();
        let number = self.store.reading::<_, StorageError>(|uow| uow.outbox().last_number()).unwrap();
        RecordedEvent { number, event }
    }

    /// Records an event and hands it to the consumer.
    pub(crate) fn happen(&self, event: DomainEvent) -> Result<(), ConsumerError> {
        self.consumer.handle(&self.record(event))
    }

    /// The mails that an event causes.
    #[track_caller]
    pub(crate) fn mails_about(&self, event: DomainEvent) -> Vec<Mail> {
        self.happen(event).unwrap();
        self.post.sent()
    }

    /// Names of the mails that were noted as sent about an event.
    pub(crate) fn noted(&self, event: i64) -> Vec<String> {
        self.store.reading::<_, StorageError>(|uow| uow.sent_mails().about(event)).unwrap()
    }

    /// An hour of piano on 15 July 2026 at 10:00 in New York, of Zoë with Ada.
    pub(crate) fn lesson(&self) -> Booking {
        let zoe = a_user(&self.store).named("Zoë").email("zoe@example.com").insert();
        let ada = an_instructor(&self.store).named("Ada").offering("piano", 75_00, &[60]).insert();
        a_booking(&self.store).of(&zoe).with(&ada).note("I'm new").insert()
    }

    /// Somebody who administers the marketplace.
    pub(crate) fn administrator(&self, address: &str) -> User {
        let user = a_user(&self.store).named("Grace").email(address).insert();
        self.store.set_admin(user.id, true);
        user
    }

    /// A statement was much too slow.
    pub(crate) fn alert(&self) -> Alert {
        self.alert_of(AlertKind::ExtremelySlowQuery)
    }

    /// Something else was wrong.
    pub(crate) fn alert_of(&self, kind: AlertKind) -> Alert {
        let new = NewAlert::new(kind, "A statement took 1234 ms.", at("2026-07-01T12:59:00Z"));
        let new = new.saying("query", "SELECT 1");
        self.store.transaction::<_, StorageError>(|uow| uow.alerts().insert(&new)).unwrap()
    }

    /// Whether an alert was noted as told.
    pub(crate) fn is_told(&self, id: AlertId) -> bool {
        let kept = self.store.reading::<_, StorageError>(|uow| uow.alerts().find(id)).unwrap();
        kept.unwrap().email_sent
    }

    /// A request for a new password, made now.
    pub(crate) fn reset_of(&self, user: UserId) -> PasswordReset {
        let new = NewPasswordReset {
            user_id: user,
            nonce: ResetNonce::new("nonce-7".to_owned()),
            token_hash: ResetTokenHash::new("hash".to_owned()),
            created_at: NOW.parse().unwrap(),
        };
        self.store.transaction::<_, StorageError>(|uow| uow.password_resets().insert(&new)).unwrap()
    }

    /// Makes every token of an account void.
    pub(crate) fn void_resets(&self, user: UserId) {
        let at = NOW.parse().unwrap();
        self.store.transaction::<_, StorageError>(|uow| uow.password_resets().void_all(user, at)).unwrap();
    }

    /// Erases a person.
    pub(crate) fn erase(&self, user: UserId) {
        let at = NOW.parse().unwrap();
        self.store.transaction::<_, StorageError>(|uow| uow.personal_data().erase(user, at)).unwrap();
    }

    pub(crate) fn user(&self, id: UserId) -> User {
        self.store.reading::<_, StorageError>(|uow| uow.users().find(id)).unwrap().unwrap()
    }

    fn update(&self, booking: &Booking) {
        self.store.transaction::<_, StorageError>(|uow| uow.bookings().update(booking)).unwrap();
    }

    fn find(&self, id: BookingId) -> Booking {
        self.store.reading::<_, StorageError>(|uow| uow.bookings().find(id)).unwrap().unwrap().booking
    }

    /// Moves a lesson, whatever its parties' calendars say.
    pub(crate) fn moved(&self, id: BookingId, date: Date, start: &str) -> Booking {
        let booking = self.find(id);
        let time = lesson_time(&booking.time.zone, date, start, booking.length.minutes().into());
        let length = booking.length;
        let moved = booking.moved(time, length, at("2026-07-02T12:00:00Z")).unwrap();
        self.update(&moved);
        moved
    }

    /// Calls a lesson off.
    pub(crate) fn cancelled(&self, id: BookingId, by: UserId) -> Booking {
        let reason = CancellationReason::new("I am ill, <b>sorry</b>").unwrap();
        let cancellation = Cancellation { at: at("2026-07-03T12:00:00Z"), by, reason };
        let cancelled = self.find(id).cancelled(cancellation).unwrap();
        self.update(&cancelled);
        cancelled
    }

    /// Changes a lesson in any way.
    pub(crate) fn changed(&self, id: BookingId, change: impl FnOnce(Booking) -> Booking) {
        self.update(&change(self.find(id)));
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// `event` of a booking and its parties.
pub(crate) fn confirmed(booking: &Booking) -> DomainEvent {
    let (instructor, student) = (booking.instructor_id, booking.student_id);
    DomainEvent::BookingConfirmed { booking: booking.id, instructor, student }
}

/// As [`confirmed`].
pub(crate) fn rescheduled(booking: &Booking) -> DomainEvent {
    let (instructor, student) = (booking.instructor_id, booking.student_id);
    DomainEvent::BookingRescheduled { booking: booking.id, instructor, student }
}

/// As [`confirmed`].
pub(crate) fn called_off(booking: &Booking, by: UserId) -> DomainEvent {
    let (instructor, student) = (booking.instructor_id, booking.student_id);
    DomainEvent::BookingCancelled { booking: booking.id, instructor, student, by }
}

/// The mails to one person.
pub(crate) fn to<'m>(mails: &'m [Mail], address: &str) -> &'m Mail {
    let found: Vec<&Mail> = mails.iter().filter(|mail| mail.to.address.as_str() == address).collect();
    assert_eq!(found.len(), 1, "{mails:?}");
    found[0]
}
