//! Which answers are void: a counter for each topic, raised whenever the topic changes.
//!
//! An answer carries the counters of its topics as they stood before it was made. It is void as soon as one of them has moved,
//! however long its making took, so nothing ever has to be searched for and removed.

use std::sync::atomic::{AtomicU64, Ordering};

use instainstru_domain::ports::response_cache::Topic;

/// Counters of topics, 16 bytes each. More instructors than counters share some: one voids a few answers of the other, which costs a
/// second look and is never wrong.
const SLOTS: usize = 16_384;
/// Counters that do not belong to an instructor.
const COMMON: usize = 3;
/// Topics of one answer, at most, and the one of all answers.
const TOPICS: usize = 4;

/// The counters of an answer's topics, taken before it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Stamp([u64; TOPICS]);

/// What an answer can depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// Everything there is.
    Everything,
    /// One topic.
    Topic(Topic),
}

/// One counter, and how far the shared server knows of it.
#[derive(Debug, Default)]
struct Slot {
    current: AtomicU64,
    shared: AtomicU64,
}

/// All counters.
#[derive(Debug)]
pub(super) struct Generations {
    everything: Slot,
    others: Box<[Slot]>,
}

impl Generations {
    pub(super) fn new() -> Self {
        Self { everything: Slot::default(), others: (0..SLOTS).map(|_nth| Slot::default()).collect() }
    }

    /// Where the counters of these topics stand.
    pub(super) fn stamp(&self, about: &[Topic]) -> Stamp {
        let mut stamp = [0; TOPICS];
        for (place, scope) in stamp.iter_mut().zip(scopes(about)) {
            *place = self.slot(scope).current.load(Ordering::SeqCst);
        }
        Stamp(stamp)
    }

    /// Voids every answer that depends on `scope`; returns the counter, for [`Generations::is_shared_now`].
    pub(super) fn void(&self, scope: Scope) -> u64 {
        self.slot(scope).current.fetch_add(1, Ordering::SeqCst).wrapping_add(1)
    }

    /// As [`Generations::void`], for what the shared server has been told already by whoever says so.
    pub(super) fn void_heard(&self, scope: Scope) {
        let slot = self.slot(scope);
        let before = slot.current.fetch_add(1, Ordering::SeqCst);
        // Only when nothing else is waiting to be told.
        let _waiting =
            slot.shared.compare_exchange(before, before.wrapping_add(1), Ordering::SeqCst, Ordering::SeqCst);
    }

    /// The shared server knows of everything up to this counter.
    pub(super) fn is_shared_now(&self, scope: Scope, counter: u64) {
        self.slot(scope).shared.fetch_max(counter, Ordering::SeqCst);
    }

    /// All counters as they stand, for [`Generations::are_shared_now`].
    pub(super) fn all(&self) -> Vec<u64> {
        self.slots().map(|slot| slot.current.load(Ordering::SeqCst)).collect()
    }

    /// The shared server knows of everything up to these counters.
    pub(super) fn are_shared_now(&self, counters: &[u64]) {
        for (slot, counter) in self.slots().zip(counters) {
            slot.shared.fetch_max(*counter, Ordering::SeqCst);
        }
    }

    /// Whether the shared server knows of every change of these topics that is known here.
    pub(super) fn are_shared(&self, about: &[Topic]) -> bool {
        scopes(about).all(|scope| {
            let slot = self.slot(scope);
            slot.shared.load(Ordering::SeqCst) >= slot.current.load(Ordering::SeqCst)
        })
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(&self.everything).chain(&self.others)
    }

    fn slot(&self, scope: Scope) -> &Slot {
        let other = match scope {
            Scope::Everything => None,
            Scope::Topic(topic) => self.others.get(index(topic)),
        };
        other.unwrap_or(&self.everything)
    }
}

/// Which counter belongs to a topic.
fn index(topic: Topic) -> usize {
    match topic {
        Topic::Instructors => 0,
        Topic::Catalogue => 1,
        Topic::Search => 2,
        Topic::Instructor(id) => COMMON + usize::try_from(id.get()).unwrap_or_default() % (SLOTS - COMMON),
    }
}

/// What an answer depends on besides being about these topics: everything can become void at once.
pub(super) fn scopes(about: &[Topic]) -> impl Iterator<Item = Scope> {
    debug_assert!(about.len() < TOPICS, "an answer has at most {} topics", TOPICS - 1);
    std::iter::once(Scope::Everything).chain(about.iter().copied().map(Scope::Topic))
}

#[cfg(test)]
mod tests {
    use instainstru_domain::ids::UserId;

    use super::*;

    fn instructor(id: i64) -> Topic {
        Topic::Instructor(UserId::new(id).unwrap())
    }

    #[test]
    fn a_change_voids_what_is_about_it_and_nothing_else() {
        let generations = Generations::new();
        let (ada, bob) = ([instructor(1)], [instructor(2), Topic::Catalogue]);
        let before = (generations.stamp(&ada), generations.stamp(&bob));
        generations.void(Scope::Topic(instructor(1)));
        assert_ne!(generations.stamp(&ada), before.0);
        assert_eq!(generations.stamp(&bob), before.1);
        generations.void(Scope::Topic(Topic::Catalogue));
        assert_ne!(generations.stamp(&bob), before.1);
        let before = (generations.stamp(&ada), generations.stamp(&[Topic::Search]));
        generations.void(Scope::Everything);
        assert_ne!(generations.stamp(&ada), before.0);
        assert_ne!(generations.stamp(&[Topic::Search]), before.1);
    }

    #[test]
    fn every_id_has_a_counter_and_common_topics_share_theirs_with_nobody() {
        let generations = Generations::new();
        let common = [Topic::Instructors, Topic::Catalogue, Topic::Search];
        let before = generations.stamp(&common);
        for id in [1, 16_379, 16_380, 16_381, 1_000_000, i64::from(i32::MAX)] {
            let own = generations.stamp(&[instructor(id)]);
            generations.void(Scope::Topic(instructor(id)));
            assert_ne!(generations.stamp(&[instructor(id)]), own, "{id}");
        }
        assert_eq!(generations.stamp(&common), before);
    }

    #[test]
    fn what_the_shared_server_was_not_told_is_known() {
        let generations = Generations::new();
        let (ada, scope) = ([instructor(1)], Scope::Topic(instructor(1)));
        assert!(generations.are_shared(&ada));
        let first = generations.void(scope);
        let second = generations.void(scope);
        generations.is_shared_now(scope, first);
        assert!(!generations.are_shared(&ada), "the second is still on its way");
        generations.void_heard(scope);
        assert!(!generations.are_shared(&ada), "hearing of another change does not tell the server of ours");
        generations.is_shared_now(scope, second);
        assert!(!generations.are_shared(&ada));
        generations.are_shared_now(&generations.all());
        assert!(generations.are_shared(&ada));
        generations.void_heard(scope);
        assert!(generations.are_shared(&ada), "the one who published it told the server first");
    }
}
