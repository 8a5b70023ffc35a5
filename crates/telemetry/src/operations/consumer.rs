//! Counting what consumers of events do.

use std::sync::Arc;

use instainstru_domain::{
    delivery::ISSUES,
    event::{DomainEvent, RecordedEvent},
    ports::{ConsumerError, EventConsumer},
};

use super::{Operation, Operations};

const NOTIFICATIONS: &str = "NotificationService";
const EMAILS: &str = "EmailService";

/// A consumer whose work is counted by the kind of event, as far as it tells people something.
pub struct CountedConsumer {
    consumer: Arc<dyn EventConsumer>,
    confirmations: Operation,
    moves: Operation,
    cancellations: Operation,
    reminders: Operation,
    welcomes: Operation,
    resets: Operation,
    changed_passwords: Operation,
    alerts: Operation,
    issues: Operation,
}

impl CountedConsumer {
    /// Counts what this consumer does.
    #[must_use]
    pub fn new(consumer: Arc<dyn EventConsumer>, operations: &Operations) -> Self {
        Self {
            consumer,
            confirmations: operations.operation(NOTIFICATIONS, "send_booking_confirmation"),
            moves: operations.operation(NOTIFICATIONS, "send_reschedule_notification"),
            cancellations: operations.operation(NOTIFICATIONS, "send_cancellation_notification"),
            reminders: operations.operation(NOTIFICATIONS, "send_reminder_emails"),
            welcomes: operations.operation(EMAILS, "send_welcome_email"),
            resets: operations.operation(EMAILS, "send_password_reset_email"),
            changed_passwords: operations.operation(EMAILS, "send_password_reset_confirmation"),
            alerts: operations.operation(EMAILS, "send_alert_email"),
            issues: operations.operation(NOTIFICATIONS, "open_alert_issue"),
        }
    }

    fn operation(&self, event: &DomainEvent) -> Option<&Operation> {
        match event {
            DomainEvent::BookingConfirmed { .. } => Some(&self.confirmations),
            DomainEvent::BookingRescheduled { .. } => Some(&self.moves),
            DomainEvent::BookingCancelled { .. } => Some(&self.cancellations),
            DomainEvent::ReminderDue { .. } => Some(&self.reminders),
            DomainEvent::UserRegistered { .. } => Some(&self.welcomes),
            DomainEvent::PasswordResetRequested { .. } => Some(&self.resets),
            DomainEvent::PasswordChanged { .. } => Some(&self.changed_passwords),
            DomainEvent::AlertRaised { .. } if self.consumer.name() == ISSUES => Some(&self.issues),
            DomainEvent::AlertRaised { .. } => Some(&self.alerts),
            DomainEvent::BookingCompleted { .. }
            | DomainEvent::BookingMissed { .. }
            | DomainEvent::AvailabilityChanged { .. }
            | DomainEvent::InstructorChanged { .. }
            | DomainEvent::CatalogueChanged { .. }
            | DomainEvent::CategoryChanged { .. }
            | DomainEvent::CatalogueRanked { .. }
            | DomainEvent::VocabularyChanged => None,
        }
    }
}

impl EventConsumer for CountedConsumer {
    fn name(&self) -> &'static str {
        self.consumer.name()
    }

    fn wants(&self, event: &DomainEvent) -> bool {
        self.consumer.wants(event)
    }

    fn handle(&self, event: &RecordedEvent) -> Result<(), ConsumerError> {
        match self.operation(&event.event) {
            Some(operation) => operation.run(|| self.consumer.handle(event)),
            None => self.consumer.handle(event),
        }
    }
}
