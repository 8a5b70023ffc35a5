//! Turning events into mails.

use std::{collections::BTreeSet, sync::Arc};

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    alert::{Alert as KeptAlert, AlertSeverity},
    booking::BookingDetails,
    event::{DomainEvent, RecordedEvent},
    ids::{AlertId, BookingId, PasswordResetId, UserId},
    ports::{
        Clock, ConsumerError, EventConsumer, ResetTokens, StorageError, Transactor, TransactorExt,
        UnitOfWork, mails::SentMail,
    },
};
use jiff::{SignedDuration, Timestamp};

use super::{
    alert::Alert,
    letters::{Letter, Occasion, Writer},
    sender::{MailSender, SendError},
};

/// Tells people by mail what happened.
///
/// An event says only *that* something happened: what is told is what is true when the mail is written. Nobody is told of a
/// lesson that is off any more that it is on, and whoever is told of a lesson is told where it is now.
///
/// Each mail about an event is sent on its own and noted when it was. When the event is handled again, only those that are
/// missing are sent.
pub struct MailConsumer {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    tokens: Arc<dyn ResetTokens>,
    sender: Arc<dyn MailSender>,
    writer: Writer,
}

/// What was true when an event was looked at.
struct Facts {
    occasion: Occasion,
    /// Names of the mails about the event that have been sent.
    sent: BTreeSet<String>,
}

impl MailConsumer {
    /// A consumer that writes with `writer` and sends with `sender`.
    #[must_use]
    pub fn new(
        tx: Arc<dyn Transactor>,
        clock: Arc<dyn Clock>,
        tokens: Arc<dyn ResetTokens>,
        sender: Arc<dyn MailSender>,
        writer: Writer,
    ) -> Self {
        Self { tx, clock, tokens, sender, writer }
    }

    fn facts(&self, event: &RecordedEvent, now: Timestamp) -> Result<Option<Facts>, StorageError> {
        self.tx.reading(|uow| {
            let Some(occasion) = self.occasion(uow, event.event, now)? else { return Ok(None) };
            let sent = uow.sent_mails().about(event.number)?.into_iter().collect();
            Ok(Some(Facts { occasion, sent }))
        })
    }

    /// What there is to tell about an event now, if anything.
    fn occasion(
        &self,
        uow: &mut dyn UnitOfWork,
        event: DomainEvent,
        now: Timestamp,
    ) -> Result<Option<Occasion>, StorageError> {
        Ok(match event {
            DomainEvent::UserRegistered { user } => uow.users().find(user)?.map(Occasion::Registered),
            DomainEvent::PasswordChanged { user } => uow.users().find(user)?.map(Occasion::PasswordChanged),
            DomainEvent::PasswordResetRequested { user, reset } => self.reset(uow, user, reset, now)?,
            DomainEvent::BookingConfirmed { booking, .. } => on(uow, booking)?.map(Occasion::Confirmed),
            DomainEvent::BookingRescheduled { booking, .. } => on(uow, booking)?.map(Occasion::Rescheduled),
            DomainEvent::BookingCancelled { booking, by, .. } => uow
                .bookings()
                .find(booking)?
                .filter(|lesson| lesson.booking.status == BookingStatus::Cancelled)
                .map(|lesson| Occasion::Cancelled(lesson, by)),
            DomainEvent::ReminderDue { booking, hours_before } => {
                on(uow, booking)?.filter(|lesson| is_near(lesson, hours_before, now)).map(Occasion::Reminder)
            }
            DomainEvent::AlertRaised { alert } => self.alert(uow, alert)?,
            DomainEvent::BookingCompleted { .. }
            | DomainEvent::BookingMissed { .. }
            | DomainEvent::AvailabilityChanged { .. }
            | DomainEvent::InstructorChanged { .. }
            | DomainEvent::CatalogueChanged { .. }
            | DomainEvent::CategoryChanged { .. }
            | DomainEvent::VocabularyChanged
            | DomainEvent::CatalogueRanked { .. } => None,
        })
    }

    /// The request for a new password, while its token can still set one.
    fn reset(
        &self,
        uow: &mut dyn UnitOfWork,
        user: UserId,
        reset: PasswordResetId,
        now: Timestamp,
    ) -> Result<Option<Occasion>, StorageError> {
        let Some(reset) = uow.password_resets().find(reset)?.filter(|reset| reset.is_usable(now)) else {
            return Ok(None);
        };
        let token = self.tokens.token(&reset.nonce);
        // A minute that has begun counts.
        let valid_minutes = reset.expires_at.duration_since(now).as_secs().saturating_add(59) / 60;
        let user = uow.users().find(user)?;
        Ok(user.map(|user| Occasion::ResetRequested { user, token, valid_minutes }))
    }

    /// A critical alert and whom to tell. Of others, which are not as urgent, no mail is written.
    fn alert(&self, uow: &mut dyn UnitOfWork, id: AlertId) -> Result<Option<Occasion>, StorageError> {
        let is_urgent = |kept: &KeptAlert| kept.alert.kind.severity() == AlertSeverity::Critical;
        let Some(kept) = uow.alerts().find(id)?.filter(is_urgent) else { return Ok(None) };
        let to = uow.users().administrators()?.into_iter().map(|user| user.email).collect();
        Ok(Some(Occasion::Alert { alert: Alert::from(kept.alert), to }))
    }

    /// Sends one mail and notes that it was.
    fn deliver(&self, event: &RecordedEvent, letter: Letter) -> Result<(), ConsumerError> {
        let (id, kind) = (letter.message_id().clone(), letter.kind());
        let mail = self.writer.write(letter).map_err(|error| ConsumerError::Never {
            reason: format!("the mail {} cannot be written", kind.as_str()),
            cause: Some(error.into()),
        })?;
        self.sender.send(&mail).map_err(|error| not_sent(kind.as_str(), error))?;
        tracing::info!(
            mail.id = id.as_str(),
            mail.kind = kind.as_str(),
            by = self.sender.name(),
            "mail sent"
        );
        let sent =
            SentMail { message_id: id.as_str().to_owned(), event: event.number, sent_at: self.clock.now() };
        let note = |uow: &mut dyn UnitOfWork| {
            if let DomainEvent::AlertRaised { alert } = event.event {
                uow.alerts().note_mailed(alert)?;
            }
            uow.sent_mails().insert(&sent)
        };
        self.tx.transaction(note).map_err(|error: StorageError| {
            later(format!("the mail {} was sent, but that could not be noted", kind.as_str()), error)
        })
    }
}

impl std::fmt::Debug for MailConsumer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailConsumer").field("sender", &self.sender.name()).finish_non_exhaustive()
    }
}

impl EventConsumer for MailConsumer {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn wants(&self, event: &DomainEvent) -> bool {
        match event {
            DomainEvent::UserRegistered { .. }
            | DomainEvent::PasswordResetRequested { .. }
            | DomainEvent::PasswordChanged { .. }
            | DomainEvent::BookingConfirmed { .. }
            | DomainEvent::BookingRescheduled { .. }
            | DomainEvent::BookingCancelled { .. }
            | DomainEvent::ReminderDue { .. }
            | DomainEvent::AlertRaised { .. } => true,
            DomainEvent::BookingCompleted { .. }
            | DomainEvent::BookingMissed { .. }
            | DomainEvent::AvailabilityChanged { .. }
            | DomainEvent::InstructorChanged { .. }
            | DomainEvent::CatalogueChanged { .. }
            | DomainEvent::CategoryChanged { .. }
            | DomainEvent::VocabularyChanged
            | DomainEvent::CatalogueRanked { .. } => false,
        }
    }

    fn handle(&self, event: &RecordedEvent) -> Result<(), ConsumerError> {
        let now = self.clock.now();
        let facts = self
            .facts(event, now)
            .map_err(|error| later("what there is to tell cannot be read".to_owned(), error))?;
        let Some(Facts { occasion, sent }) = facts else {
            tracing::info!(
                event = event.number,
                kind = event.event.kind(),
                "nothing is left to tell by mail"
            );
            return Ok(());
        };
        let mut failures = Vec::new();
        for letter in self.writer.letters(event.number, &occasion, now) {
            // Somebody who left for good is told nothing more.
            let is_wanted = !letter.to().address.reaches_nobody();
            if is_wanted && !sent.contains(letter.message_id().as_str()) {
                failures.extend(self.deliver(event, letter).err());
            }
        }
        worst(failures)
    }
}

/// A lesson that takes place.
fn on(uow: &mut dyn UnitOfWork, booking: BookingId) -> Result<Option<BookingDetails>, StorageError> {
    let lesson = uow.bookings().find(booking)?;
    Ok(lesson.filter(|lesson| lesson.booking.status == BookingStatus::Confirmed))
}

/// Whether a reminder that was due so many hours before a lesson is still about it: it has not begun, and was not moved beyond the
/// day that the reminder was for. Whoever asks for the reminders of tomorrow gets them whatever the usual hours are.
fn is_near(lesson: &BookingDetails, hours_before: u16, now: Timestamp) -> bool {
    let time = &lesson.booking.time;
    let ahead = SignedDuration::from_hours(hours_before.max(24).into());
    let horizon = now.saturating_add(ahead).unwrap_or(Timestamp::MAX);
    now < time.instants.start() && time.date <= time.zone.date_at(horizon)
}

fn later(reason: String, error: StorageError) -> ConsumerError {
    ConsumerError::Later { reason, wait_seconds: None, cause: Some(error.into()) }
}

fn not_sent(kind: &str, error: SendError) -> ConsumerError {
    match error {
        SendError::Later { reason, wait_seconds, cause } => {
            ConsumerError::Later { reason: format!("{kind}: {reason}"), wait_seconds, cause }
        }
        SendError::Never { reason, cause } => {
            ConsumerError::Never { reason: format!("{kind}: {reason}"), cause }
        }
    }
}

/// The failure that stands for all: while one mail can still be sent, the event is worth another attempt.
fn worst(failures: Vec<ConsumerError>) -> Result<(), ConsumerError> {
    let (passing, lasting): (Vec<_>, Vec<_>) =
        failures.into_iter().partition(|failure| matches!(failure, ConsumerError::Later { .. }));
    // Whoever asks for the longest wait is heard.
    let wait = |failure: &ConsumerError| match failure {
        ConsumerError::Later { wait_seconds, .. } => wait_seconds.unwrap_or(0),
        ConsumerError::Never { .. } => 0,
    };
    match passing.into_iter().max_by_key(wait).or_else(|| lasting.into_iter().next()) {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}
