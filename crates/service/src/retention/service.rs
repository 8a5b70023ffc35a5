//! Forgetting over any storage.

use std::sync::Arc;

use instainstru_domain::ports::{Clock, StorageError, Transactor, TransactorExt};
use jiff::Timestamp;

use super::{Sweep, Swept};

/// Things of one transaction: few enough that nobody waits for it.
const BATCH: u32 = 500;

/// Forgetting over any storage.
pub struct RetentionService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    sweeps: Vec<Sweep>,
}

impl RetentionService {
    /// Forgets these kinds of things in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>, sweeps: Vec<Sweep>) -> Self {
        Self { tx, clock, sweeps }
    }

    /// Forgets everything that has been kept for long enough, in many short transactions, until `stop` says so.
    ///
    /// # Errors
    /// Only storage failures; what was forgotten before stays forgotten.
    pub fn sweep(&self, stop: &dyn Fn() -> bool) -> Result<Vec<Swept>, StorageError> {
        let now = self.clock.now();
        self.sweeps.iter().map(|sweep| self.sweep_one(sweep, now, stop)).collect()
    }

    fn sweep_one(
        &self,
        sweep: &Sweep,
        now: Timestamp,
        stop: &dyn Fn() -> bool,
    ) -> Result<Swept, StorageError> {
        let before = now.saturating_sub(sweep.keep).unwrap_or(Timestamp::MIN);
        let mut count = 0;
        while !stop() {
            let forgotten = self.tx.transaction(|uow| (sweep.forget)(uow, before, BATCH))?;
            count += forgotten;
            if forgotten < u64::from(BATCH) {
                break;
            }
        }
        if count > 0 {
            tracing::info!(what = sweep.what, count, "forgot what has served its purpose");
        }
        Ok(Swept { what: sweep.what, count })
    }
}
