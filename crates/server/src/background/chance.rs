//! Chance: names that no other process has, and waits that no other process chooses.

use anyhow::Context;
use instainstru_notification::delivery::Jitter;
use rand::{Rng as _, TryRngCore, rngs::OsRng};

/// A name that no other process has, not even this one before a restart.
///
/// # Errors
/// When the system has no randomness to give.
pub(super) fn holder() -> anyhow::Result<String> {
    let random = OsRng.try_next_u64().context("the system gives no random bytes")?;
    Ok(format!("{}-{random:016x}", std::process::id()))
}

/// Waits of random length.
#[derive(Debug, Clone, Copy)]
pub(super) struct RandomJitter;

impl Jitter for RandomJitter {
    fn up_to(&self, most: u64) -> u64 {
        rand::rng().random_range(0..=most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_new_and_short_enough_to_be_kept() {
        let (first, second) = (holder().unwrap(), holder().unwrap());
        assert_ne!(first, second);
        assert!(first.len() < 40, "{first}");
    }

    #[test]
    fn waits_are_within_their_limit_and_reach_both_ends() {
        let chosen: Vec<u64> = (0..1_000).map(|_nth| RandomJitter.up_to(3)).collect();
        assert!(chosen.iter().all(|wait| *wait <= 3));
        assert!(chosen.contains(&0) && chosen.contains(&3));
        assert_eq!(RandomJitter.up_to(0), 0);
    }
}
