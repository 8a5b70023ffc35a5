import re
def sub(p, *pairs):
    s=open(p).read()
    for a,b in pairs:
        assert a in s,(p,a)
        s=s.replace(a,b)
    open(p,'w').write(s)
# server
open('crates/server/src/search/keys.rs','w').write('''//! When two phrases are one.

use instainstru_domain::ports::PhraseKeys;
use instainstru_search::text;

/// Phrases are one when search cannot tell them apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct SearchKeys;

impl PhraseKeys for SearchKeys {
    fn key(&self, phrase: &str) -> String {
        text::key(phrase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_does_not_tell_case_accents_and_punctuation_apart() {
        assert_eq!(SearchKeys.key("Café-Guitar"), SearchKeys.key("cafe guitar"));
        assert_ne!(SearchKeys.key("guitar"), SearchKeys.key("guitars cafe"));
    }
}
''')
p='crates/server/src/compose.rs'
sub(p,('''    bookings::BookingService, catalogue::CatalogueService, idempotency::IdempotencyService,
    instructors::InstructorsService, public::PublicService, search::SearchService,
};''','''    bookings::BookingService, catalogue::CatalogueService, editorial::EditorialService,
    idempotency::IdempotencyService, instructors::InstructorsService, public::PublicService,
    search::SearchService, search_history::SearchHistoryService,
};'''),('''        Ok(Application {
''','''        let editor = Arc::new(EditorialService::new(transactor(), clock(), Arc::new(SearchKeys)));
        Ok(Application {
'''),('''            catalogue: Arc::new(CatalogueService::new(transactor())),
''','''            catalogue: Arc::new(CatalogueService::new(transactor())),
            catalogue_editing: Arc::<EditorialService>::clone(&editor),
            vocabulary_editing: editor,
'''),('''.remembering(log)),
''','''.remembering(log)),
            search_history: Arc::new(SearchHistoryService::new(transactor(), clock())),
'''),('''    config::{Config, DetailLevel, Environment, Secret},
};''','''    config::{Config, DetailLevel, Environment, Secret},
    search::SearchKeys,
};'''))
# http and web support
for base,today in (('crates/http/tests/api/support/',0),('crates/web/tests/pages/support/',1)):
    p=base+'world.rs'
    s=open(p).read()
    s=s.replace('''    catalogue::CatalogueService,
    idempotency''','''    catalogue::CatalogueService,
    editorial::EditorialService,
    idempotency''').replace('''    search::SearchService,
};''','''    search::SearchService,
    search_history::SearchHistoryService,
};''').replace('''    memory::MemoryStore,
    security''','''    memory::MemoryStore,
    phrases::PlainKeys,
    security''')
    s=s.replace('''        catalogue: Arc::new(CatalogueService::new(store.clone())),
''','''        catalogue: Arc::new(CatalogueService::new(store.clone())),
        catalogue_editing: editor.clone(),
        vocabulary_editing: editor,
''')
    s=s.replace('''        bookings: Arc::new(BookingService''','''        search_history: Arc::new(SearchHistoryService::new(store.clone(), clock.clone())),
        bookings: Arc::new(BookingService''')
    s=s.replace('''    Application {
        accounts''','''    let editor = Arc::new(EditorialService::new(store.clone(), clock.clone(), Arc::new(PlainKeys)));
    Application {
        accounts''')
    open(p,'w').write(s)
p='crates/http/tests/api/support/world.rs'
sub(p,('''        let oracle = Oracle::default();
''','''        let oracle = Oracle::over(&store);
'''),('''        search: Arc::new(SearchService::new(store.clone(), Arc::new(oracle.clone()), clock.clone())),
''','''        search: Arc::new(
            SearchService::new(store.clone(), Arc::new(oracle.clone()), clock.clone())
                .remembering(Arc::new(Diary::new(store.clone(), clock.clone()))),
        ),
'''),('''    pub fn student_at(''','''    pub fn admin(&self) -> User {
        let user = self.student_at("admin@example.com");
        self.store.set_admin(user.id, true);
        user
    }

    pub fn student_at('''),('''use super::{
    client::{Answer, Call},
    oracle::Oracle,
};''','''use super::{
    client::{Answer, Call},
    diary::Diary,
    oracle::Oracle,
};'''))
open('crates/http/tests/api/support/diary.rs','w').write('''//! A log of searches that writes at once.

use std::sync::Arc;

use instainstru_domain::{
    ports::SearchLog,
    search_history::{AnsweredSearch, NormalQuery},
};
use instainstru_service::search_history::SearchArchive;
use instainstru_test_support::{clock::FixedClock, memory::MemoryStore};

/// A log of searches that writes at once, where the real one waits for a moment.
pub struct Diary(SearchArchive);

impl Diary {
    pub fn new(store: Arc<MemoryStore>, clock: Arc<FixedClock>) -> Self {
        Self(SearchArchive::new(store, clock))
    }
}

impl SearchLog for Diary {
    fn record(&self, search: AnsweredSearch) {
        // A store that is told to fail fails the answer, not this.
        drop(self.0.store(&[search]));
    }

    fn popular(&self, prefix: &str, limit: usize) -> Vec<NormalQuery> {
        let mut popular = self.0.popular().unwrap();
        popular.retain(|query| query.as_str().starts_with(prefix));
        popular.truncate(limit);
        popular
    }
}
''')
sub('crates/http/tests/api/support/mod.rs',('mod client;\n','mod client;\nmod diary;\n'))
sub('crates/http/tests/api/support/oracle.rs',('''#[derive(Clone, Default)]
pub struct Oracle(Arc<Mutex<SearchAnswer>>);

impl Oracle {
    /// From now on this is the answer.
    pub fn says(&self, answer: SearchAnswer) {
        *self.0.lock().unwrap() = answer;
    }
''','''#[derive(Clone)]
pub struct Oracle {
    store: MemoryStore,
    answer: Arc<Mutex<SearchAnswer>>,
}

impl Oracle {
    pub fn over(store: &MemoryStore) -> Self {
        Self { store: store.clone(), answer: Arc::default() }
    }

    /// From now on this is the answer.
    pub fn says(&self, answer: SearchAnswer) {
        *self.answer.lock().unwrap() = answer;
    }
'''),('''        let mut answer = self.0.lock().unwrap().clone();
        answer.matches.truncate(question.limit);
''','''        let mut answer = self.answer.lock().unwrap().clone();
        answer.matches.truncate(question.limit);
        answer.services = self.store.listings();
'''),('''            slug: slug.into(),
''','''            slug: Some(slug.into()),
'''),('''use super::WEDNESDAY;
''','''use instainstru_test_support::memory::MemoryStore;

use super::WEDNESDAY;
'''))
sub('crates/web/tests/pages/support/oracle.rs',('''#[derive(Clone, Default)]
pub struct Oracle(Arc<Mutex<SearchAnswer>>);

impl Oracle {
''','''#[derive(Clone)]
pub struct Oracle {
    store: MemoryStore,
    answer: Arc<Mutex<SearchAnswer>>,
}

impl Oracle {
    pub fn over(store: &MemoryStore) -> Self {
        Self { store: store.clone(), answer: Arc::default() }
    }

'''),('''        *self.0.lock().unwrap() = answer;''','''        *self.answer.lock().unwrap() = answer;'''),('''        let mut answer = self.0.lock().unwrap().clone();
        answer.matches.truncate(question.limit);
''','''        let mut answer = self.answer.lock().unwrap().clone();
        answer.matches.truncate(question.limit);
        answer.services = self.store.listings();
'''),('''use jiff::civil::Date;
''','''use instainstru_test_support::memory::MemoryStore;
use jiff::civil::Date;
'''))
sub('crates/web/tests/pages/support/world.rs',('''        let (counted, clock, oracle) = (Counted::default(), FixedClock::at(NOW), Oracle::default());
''','''        let (counted, clock) = (Counted::default(), FixedClock::at(NOW));
        let oracle = Oracle::over(&counted.store);
'''))
sub('crates/test-support/src/memory/mod.rs',('''    /// Every audit entry that was committed, in order.
''','''    /// The catalogue as it is listed and found: what a search engine that follows the store knows.
    #[must_use]
    pub fn listings(&self) -> Vec<ServiceListing> {
        let listings = self.reading::<_, StorageError>(|uow| uow.catalogue().listings(None));
        listings.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Every audit entry that was committed, in order.
'''))
