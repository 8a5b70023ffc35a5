//! One round of delivering: take, hand over, settle.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use instainstru_domain::{
    delivery::{Claimed, Settlement},
    ports::{
        Clock, ConsumerError, EventConsumer, StorageError, Transactor, TransactorExt, deliveries::Claim,
    },
    spans::TRACED,
};
use jiff::Timestamp;
use tracing::field;

use super::rules::{DeliveryRules, Jitter};

/// Characters of a reason that are kept.
const LONGEST_REASON: usize = 2_000;
/// How often settling is tried while the database is away: what is settled now need not be repeated later.
const SETTLING_ATTEMPTS: u32 = 6;
/// Time before the second attempt to settle; twice as much before each further one.
const SETTLING_WAIT: Duration = Duration::from_millis(100);

/// Delivers events to consumers. Several threads may share one.
pub struct Courier {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    jitter: Arc<dyn Jitter>,
    rules: DeliveryRules,
    consumers: Vec<Arc<dyn EventConsumer>>,
    names: Vec<&'static str>,
    holder: String,
    rounds: AtomicU64,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Deliveries that arrived.
    pub delivered: u32,
    /// Attempts that failed and will be repeated.
    pub failed: u32,
    /// Deliveries that were given up.
    pub dead: u32,
    /// Deliveries that were put back untried, because there was no time left for them.
    pub untried: u32,
}

impl Round {
    /// Whether there was nothing to do.
    #[must_use]
    pub fn is_idle(self) -> bool {
        self == Self::default()
    }
}

impl Courier {
    /// A courier of what is kept in `tx`. `holder` names the process; no other that delivers from the same database has that
    /// name, not even the same one before a restart.
    #[must_use]
    pub fn new(
        tx: Arc<dyn Transactor>,
        clock: Arc<dyn Clock>,
        jitter: Arc<dyn Jitter>,
        rules: DeliveryRules,
        consumers: Vec<Arc<dyn EventConsumer>>,
        holder: String,
    ) -> Self {
        let names = consumers.iter().map(|consumer| consumer.name()).collect();
        Self { tx, clock, jitter, rules, consumers, names, holder, rounds: AtomicU64::new(0) }
    }

    /// Takes what is due, a batch at most, hands it over and settles it. What is left when `stop` says so is put back.
    ///
    /// # Errors
    /// Only storage failures; what was in hand is delivered again when its lease ends.
    pub fn round(&self, stop: &dyn Fn() -> bool) -> Result<Round, StorageError> {
        let mut round = Round::default();
        let now = self.clock.now();
        if self.names.is_empty()
            || stop()
            || !self.tx.reading(|uow| uow.deliveries().is_any_due(&self.names, now))?
        {
            return Ok(round);
        }
        let number = self.rounds.fetch_add(1, Ordering::Relaxed);
        let claim = Claim {
            consumers: self.names.clone(),
            lease: format!("{}/{number}", self.holder),
            now,
            until: now.saturating_add(self.rules.lease).unwrap_or(Timestamp::MAX),
            limit: self.rules.batch,
        };
        let half_time = now.saturating_add(self.rules.lease / 2).unwrap_or(Timestamp::MAX);
        for claimed in self.tx.transaction(|uow| uow.deliveries().claim(&claim))? {
            let settlement = if stop() || self.clock.now() >= half_time {
                Settlement::Untried
            } else {
                self.attempt(&claimed)
            };
            if self.settle(&claimed, &claim.lease, &settlement)? {
                *round.count(&settlement) += 1;
            } else {
                tracing::warn!(
                    delivery.id = claimed.id.get(),
                    event.number = claimed.event.number,
                    consumer = %claimed.consumer,
                    "a delivery took longer than its lease; somebody else has it now"
                );
            }
        }
        Ok(round)
    }

    /// Hands an event over and judges what came of it.
    fn attempt(&self, claimed: &Claimed) -> Settlement {
        let Claimed { event, consumer: name, attempt, .. } = claimed;
        let Some(consumer) = self.consumers.iter().find(|consumer| consumer.name() == name) else {
            // Only deliveries to known consumers are taken.
            return Settlement::Untried;
        };
        if *attempt > self.rules.most_attempts {
            // Failures are counted when they are settled, so the last attempts have never been: acting on the event seems to
            // end the process.
            let reason = "the last attempts never came to an end".to_owned();
            return self.give_up(claimed, Failure { reason, cause: None });
        }
        if !consumer.wants(&event.event) {
            return Settlement::Delivered;
        }
        let span = tracing::trace_span!(
            target: TRACED,
            "delivery",
            otel.name = format_args!("deliver {} to {}", event.event.kind(), consumer.name()),
            otel.kind = "consumer",
            otel.status_code = field::Empty,
            event.number = event.number,
            attempt = *attempt,
        );
        let outcome = span.in_scope(|| catch_unwind(AssertUnwindSafe(|| consumer.handle(event))));
        if !matches!(outcome, Ok(Ok(()))) {
            span.record("otel.status_code", "ERROR");
        }
        match outcome {
            Ok(Ok(())) => Settlement::Delivered,
            Ok(Err(ConsumerError::Never { reason, cause })) => {
                self.give_up(claimed, Failure { reason, cause })
            }
            Ok(Err(ConsumerError::Later { reason, wait_seconds, cause })) => {
                self.postpone(claimed, Failure { reason, cause }, wait_seconds)
            }
            Err(panic) => {
                let reason = format!("the consumer panicked: {}", message_of(&*panic));
                self.postpone(claimed, Failure { reason, cause: None }, None)
            }
        }
    }

    fn postpone(&self, claimed: &Claimed, failure: Failure, wish_seconds: Option<u32>) -> Settlement {
        if claimed.attempt >= self.rules.most_attempts {
            return self.give_up(claimed, failure);
        }
        let wait = self.rules.wait(claimed.attempt, wish_seconds, &*self.jitter);
        let available_at = self.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX);
        tracing::warn!(
            delivery.id = claimed.id.get(),
            event.number = claimed.event.number,
            event.kind = claimed.event.event.kind(),
            consumer = %claimed.consumer,
            attempt = claimed.attempt,
            wait_seconds = wait.as_secs(),
            error = failure.cause(),
            reason = %failure.reason,
            "an event could not be delivered; it is tried again later"
        );
        Settlement::Later { available_at, error: failure.shortened() }
    }

    fn give_up(&self, claimed: &Claimed, failure: Failure) -> Settlement {
        tracing::error!(
            delivery.id = claimed.id.get(),
            event.number = claimed.event.number,
            event.kind = claimed.event.event.kind(),
            consumer = %claimed.consumer,
            attempt = claimed.attempt,
            error = failure.cause(),
            reason = %failure.reason,
            "an event could not be delivered and is given up; an administrator can revive it"
        );
        Settlement::Dead { error: failure.shortened() }
    }

    /// Settles a delivery, with some patience while the database is away. `false` when it is not in our hand any more.
    fn settle(&self, claimed: &Claimed, lease: &str, settlement: &Settlement) -> Result<bool, StorageError> {
        let mut wait = SETTLING_WAIT;
        for _attempt in 1..SETTLING_ATTEMPTS {
            match self.settle_once(claimed, lease, settlement) {
                Err(StorageError::Unavailable(_)) => thread::sleep(wait),
                settled => return settled,
            }
            wait = wait.saturating_mul(2);
        }
        self.settle_once(claimed, lease, settlement)
    }

    fn settle_once(
        &self,
        claimed: &Claimed,
        lease: &str,
        settlement: &Settlement,
    ) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| uow.deliveries().settle(claimed.id, lease, settlement, now))
    }
}

impl Round {
    const fn count(&mut self, settlement: &Settlement) -> &mut u32 {
        match settlement {
            Settlement::Delivered => &mut self.delivered,
            Settlement::Later { .. } => &mut self.failed,
            Settlement::Dead { .. } => &mut self.dead,
            Settlement::Untried => &mut self.untried,
        }
    }
}

/// Why an attempt failed: for the administrator and, with what was behind it, for the log.
struct Failure {
    reason: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    fn cause(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| -> &(dyn std::error::Error + 'static) { cause })
    }

    fn shortened(self) -> String {
        match self.reason.len() {
            0..=LONGEST_REASON => self.reason,
            _ => self.reason.chars().take(LONGEST_REASON).collect(),
        }
    }
}

/// What a panic said.
fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}
