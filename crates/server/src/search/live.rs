//! What searches work with at this moment.

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use instainstru_core::money::Cents;
use instainstru_domain::catalogue::ServiceListing;
use instainstru_search::{answer::SearchEngine, index::Snapshot, vocabulary::Vocabulary};
use jiff::civil::Date;

/// An engine and the services it knows. Neither changes its words; an edit makes another pair.
#[derive(Debug)]
pub(super) struct Searchable {
    pub(super) engine: SearchEngine,
    /// Active services by slug. How they are offered is asked of the index.
    pub(super) listings: HashMap<String, ServiceListing>,
}

/// What searches work with at this moment: swapped as a whole, so that readers never wait and never see half an edit.
#[derive(Debug)]
pub struct LiveSearch(ArcSwap<Searchable>);

/// What searches worked with at one moment: equal to another as long as neither words nor people changed between them.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    words: Arc<Searchable>,
    people: Arc<Snapshot>,
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.words, &other.words) && Arc::ptr_eq(&self.people, &other.people)
    }
}

impl LiveSearch {
    /// Knows no word and nobody, for `days` days from `first_day` on.
    pub(super) fn empty(first_day: Date, days: u16) -> Self {
        let engine = SearchEngine::new(Vocabulary::default(), first_day, days);
        Self::of(engine, HashMap::new())
    }

    /// Searching with this engine for these services.
    pub(super) fn of(engine: SearchEngine, listings: HashMap<String, ServiceListing>) -> Self {
        Self(ArcSwap::from_pointee(Searchable { engine, listings }))
    }

    /// The present pair.
    pub(super) fn now(&self) -> Arc<Searchable> {
        self.0.load_full()
    }

    /// Another pair from now on.
    pub(super) fn replace(&self, engine: SearchEngine, listings: HashMap<String, ServiceListing>) {
        self.0.store(Arc::new(Searchable { engine, listings }));
    }

    /// What searches work with now.
    pub(crate) fn moment(&self) -> Moment {
        let words = self.now();
        let people = words.engine.index().snapshot();
        Moment { words, people }
    }

    /// The people that can be found at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.now().engine.index().snapshot()
    }
}

impl Searchable {
    /// A service as it is offered by the people of a snapshot.
    pub(super) fn listing(&self, slug: &str, people: &Snapshot) -> Option<ServiceListing> {
        let listing = self.listings.get(slug)?;
        let offered = people.offered(slug);
        let cents = |cents: u32| Cents::new(cents.into()).ok();
        let offered_rates = offered.rates_cents.and_then(|(low, high)| cents(low).zip(cents(high)));
        Some(ServiceListing { active_instructors: offered.offers, offered_rates, ..listing.clone() })
    }
}
