//! Making each answer once, however many ask for it.

use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OnceCell;

/// What is being made at the moment.
pub(super) struct Flights<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K: Hash + Eq + Clone, V: Clone> Flights<K, V> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// What `make` makes, or what somebody who asked before is making already. When that one goes away without an end, the next
    /// in line makes it.
    pub(super) async fn join(&self, key: K, make: impl Future<Output = V>) -> V {
        let boarded = Boarded::new(self, key);
        boarded.cell.get_or_init(|| make).await.clone()
    }

    fn list(&self) -> MutexGuard<'_, HashMap<K, Arc<OnceCell<V>>>> {
        // Inserting and removing either happen or do not.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for an answer. The first one who leaves with it takes the flight off the list, and the last one without.
struct Boarded<'f, K: Hash + Eq + Clone, V: Clone> {
    flights: &'f Flights<K, V>,
    key: K,
    cell: Arc<OnceCell<V>>,
}

impl<'f, K: Hash + Eq + Clone, V: Clone> Boarded<'f, K, V> {
    fn new(flights: &'f Flights<K, V>, key: K) -> Self {
        let cell = Arc::clone(flights.list().entry(key.clone()).or_default());
        Self { flights, key, cell }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Drop for Boarded<'_, K, V> {
    fn drop(&mut self) {
        let mut list = self.flights.list();
        let is_ours = list.get(&self.key).is_some_and(|cell| Arc::ptr_eq(cell, &self.cell));
        // Two hold it when nobody else waits: the list and this one.
        if is_ours && (self.cell.initialized() || Arc::strong_count(&self.cell) == 2) {
            list.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use futures_util::{FutureExt, future::join_all};
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn of_a_thousand_who_ask_one_makes_it() {
        let (flights, made) = (Flights::new(), Cell::new(0));
        let (go, wait) = oneshot::channel::<()>();
        let first = flights.join("key", async {
            made.set(made.get() + 1);
            wait.await.unwrap();
            7
        });
        let others = (1..1_000).map(|_nth| {
            flights.join("key", async {
                made.set(made.get() + 1);
                8
            })
        });
        let opened = async {
            tokio::task::yield_now().await;
            go.send(()).unwrap();
        };
        let (first, others, ()) = tokio::join!(first, join_all(others), opened);
        assert_eq!((first, made.get()), (7, 1));
        assert!(others.into_iter().all(|answer| answer == 7));
        assert!(flights.list().is_empty());
    }

    #[tokio::test]
    async fn when_the_maker_goes_away_the_next_one_makes_it() {
        let flights = Flights::new();
        let mut lost = Box::pin(flights.join("key", std::future::pending()));
        assert!(lost.as_mut().now_or_never().is_none());
        let mut waiting = Box::pin(flights.join("key", async { 5 }));
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(lost);
        assert_eq!(waiting.await, 5);
        assert!(flights.list().is_empty());
    }

    #[tokio::test]
    async fn who_gives_up_leaves_nothing_behind() {
        let flights: Flights<&str, u8> = Flights::new();
        let mut lost = Box::pin(flights.join("key", std::future::pending()));
        assert!(lost.as_mut().now_or_never().is_none());
        drop(lost);
        assert!(flights.list().is_empty());
    }

    #[tokio::test]
    async fn other_questions_do_not_wait() {
        let flights = Rc::new(Flights::new());
        let mut slow = Box::pin(flights.join(1, std::future::pending()));
        assert!(slow.as_mut().now_or_never().is_none());
        assert_eq!(flights.join(2, async { "quick" }).await, "quick");
    }
}
