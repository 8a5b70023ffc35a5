//! Making the answers that the next visitors will ask for, after an instructor has published time.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use instainstru_domain::{event::DomainEvent, ids::UserId};
use instainstru_http::Application;
use tokio::sync::Notify;

/// Instructors who may wait at a time. For more, the first visitor makes the answer, as always.
const MOST: usize = 1_000;

/// Whose answers are to be made.
#[derive(Debug, Clone, Default)]
pub(super) struct WarmList(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    instructors: Mutex<BTreeSet<UserId>>,
    wake: Notify,
}

impl WarmList {
    /// Notes whose time changed.
    pub(super) fn note(&self, events: &[DomainEvent]) {
        let mut waiting = self.0.instructors.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if let DomainEvent::AvailabilityChanged { instructor, .. } = event
                && waiting.len() < MOST
            {
                waiting.insert(*instructor);
                self.0.wake.notify_one();
            }
        }
    }

    /// Makes answers for as long as it is polled.
    pub(super) async fn keep_warm(self, application: Application) {
        loop {
            self.0.wake.notified().await;
            while let Some(instructor) = self.next() {
                if let Err(error) = instainstru_http::warm(&application, instructor).await {
                    // The first visitor will make the answer, or meet the same trouble and be told.
                    tracing::debug!(%error, %instructor, "an answer could not be made ahead");
                }
            }
        }
    }

    fn next(&self) -> Option<UserId> {
        self.0.instructors.lock().unwrap_or_else(PoisonError::into_inner).pop_first()
    }
}
