//! The last few of something.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// The last few of something: whatever comes, it never holds more than its capacity.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    items: Mutex<VecDeque<T>>,
    capacity: usize,
}

impl<T: Clone> Ring<T> {
    /// A ring of this many.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { items: Mutex::new(VecDeque::with_capacity(capacity)), capacity }
    }

    /// Adds one, in the place of the oldest when the ring is full.
    pub(crate) fn push(&self, item: T) {
        // A panic leaves a queue behind that is as good as before.
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        if items.len() >= self.capacity {
            items.pop_front();
        }
        items.push_back(item);
    }

    /// All of them, newest first.
    pub(crate) fn newest_first(&self) -> Vec<T> {
        let items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        items.iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_forgets_the_oldest() {
        let ring = Ring::new(3);
        for number in 1..=5 {
            ring.push(number);
        }
        assert_eq!(ring.newest_first(), [5, 4, 3]);
    }
}
