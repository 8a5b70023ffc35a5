//! What words mean: services, groups and categories by every name they go by, places, and how to correct a misspelt word.
//!
//! A [`Vocabulary`] is immutable. When an administrator edits a word, a new one is built from the edited data and takes over
//! from the former what has not changed.

mod build;
pub mod data;
pub(crate) mod lists;
pub mod places;
mod sound;
pub(crate) mod spelling;
pub(crate) mod trie;

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use self::{
    data::{Catalogue, PlaceList, Words},
    places::{Gazetteer, PlaceIx},
    spelling::Spelling,
    trie::Trie,
};
use crate::semantic::{InvalidEmbeddings, Meanings};

/// Number of a service in its vocabulary.
pub type ServiceIx = u16;
/// Number of a category in its vocabulary.
pub type CategoryIx = u16;
/// Number of a group in its vocabulary.
pub type GroupIx = u16;

/// Key of the category whose services answer only when a query speaks of children.
pub(crate) const KIDS: &str = "kids";

/// A service as search knows it.
#[derive(Debug, Clone)]
pub struct Service {
    /// Key, as in the catalogue.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Its category.
    pub category: CategoryIx,
    /// Services for children that teach the same.
    pub for_children: Vec<ServiceIx>,
}

/// A category as search knows it.
#[derive(Debug, Clone)]
pub struct Category {
    /// Key, as in the catalogue.
    pub slug: String,
    /// Name for people.
    pub name: String,
}

/// A named set of services.
#[derive(Debug, Clone)]
pub struct Group {
    /// Name for people.
    pub name: String,
    /// Its services.
    pub services: Vec<ServiceIx>,
}

/// How close a phrase is to a service's own name. The closest wins when services share a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AliasKind {
    /// A search term of the catalogue.
    Term,
    /// A synonym that means exactly this service.
    Synonym,
    /// The name itself.
    Name,
}

/// What a phrase means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// One service, or a family that shares the phrase.
    Services { services: Vec<ServiceIx>, kind: AliasKind },
    /// A named set.
    Group(GroupIx),
    /// A whole category.
    Category(CategoryIx),
    /// Contains the words of this service and is not it.
    NotService(ServiceIx),
    /// A place.
    Place(PlaceIx),
    /// All of New York.
    WholeCity,
    /// A place we do not serve.
    Elsewhere,
    /// A word of dates, times or people; only there to be corrected.
    Slot,
}

/// Why the data do not make a vocabulary.
#[derive(Debug, thiserror::Error)]
pub enum InvalidVocabulary {
    /// A file is not what its format says.
    #[error("{file} cannot be read")]
    Format {
        /// Which file.
        file: &'static str,
        /// What is wrong.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A word or group names a service that the catalogue does not have.
    #[error("{context} names '{slug}', which is not in the catalogue")]
    UnknownSlug {
        /// Where.
        context: &'static str,
        /// What it names.
        slug: String,
    },
    /// More services than can be numbered.
    #[error("a catalogue holds at most {max} services, not {0}", max = u16::MAX)]
    TooManyServices(usize),
    /// The table of meanings is broken.
    #[error(transparent)]
    Embeddings(#[from] InvalidEmbeddings),
}

/// The data a vocabulary is made of.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Services and categories.
    pub catalogue: Catalogue,
    /// What students call them.
    pub words: Words,
    /// The gazetteer.
    pub places: PlaceList,
    /// Correct English words, one per line.
    pub english: Arc<EnglishWords>,
    /// The table of meanings; without it only words match.
    pub embeddings: Option<Arc<crate::semantic::Embeddings>>,
}

impl Sources {
    /// The data that come with the crate.
    ///
    /// # Errors
    /// [`InvalidVocabulary`] if a file is broken.
    pub fn embedded() -> Result<Self, InvalidVocabulary> {
        Ok(Self {
            catalogue: parse("catalogue.toml", include_str!("../../../../content/catalogue.toml"))?,
            words: parse("vocabulary.toml", include_str!("../../../../content/search/vocabulary.toml"))?,
            places: parse("places.toml", include_str!("../../../../content/search/places.toml"))?,
            ..Self::language()?
        })
    }

    /// What comes with the crate and is no matter of one marketplace: correct English words and the table of meanings. The
    /// catalogue, its words and the places are empty, to be filled from elsewhere.
    ///
    /// # Errors
    /// [`InvalidVocabulary::Embeddings`] if the table is broken.
    pub fn language() -> Result<Self, InvalidVocabulary> {
        Ok(Self {
            english: Arc::new(EnglishWords::new(include_str!("../../../../content/search/words.txt"))),
            embeddings: Some(Arc::new(crate::semantic::Embeddings::embedded()?)),
            ..Self::default()
        })
    }

    /// Data given as the texts of `catalogue.toml`, `vocabulary.toml` and `places.toml`.
    ///
    /// # Errors
    /// [`InvalidVocabulary::Format`] naming the broken one.
    pub fn from_texts(catalogue: &str, words: &str, places: &str) -> Result<Self, InvalidVocabulary> {
        Ok(Self {
            catalogue: parse("catalogue.toml", catalogue)?,
            words: parse("vocabulary.toml", words)?,
            places: parse("places.toml", places)?,
            english: Arc::default(),
            embeddings: None,
        })
    }
}

fn parse<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<T, InvalidVocabulary> {
    toml::from_str(text).map_err(|source| InvalidVocabulary::Format { file, source: Box::new(source) })
}

/// The correct words of English, kept as hashes.
#[derive(Debug, Clone, Default)]
pub struct EnglishWords(FxHashSet<u64>);

impl EnglishWords {
    /// Reads one word per line.
    #[must_use]
    pub fn new(lines: &str) -> Self {
        Self(lines.lines().map(|line| hash(line.trim())).collect())
    }

    /// Whether `word`, in lower case, is spelt correctly. A chance hit is one in 2^48.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(&hash(word))
    }
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    hasher.finish()
}

/// Everything search knows about words and places; by default nothing.
#[derive(Debug, Default)]
pub struct Vocabulary {
    services: Vec<Service>,
    categories: Vec<Category>,
    groups: Vec<Group>,
    places: Arc<Gazetteer>,
    by_slug: FxHashMap<String, ServiceIx>,
    pub(crate) phrases: Trie<Meaning>,
    pub(crate) spelling: Spelling,
    pub(crate) english: Arc<EnglishWords>,
    pub(crate) weak: FxHashSet<String>,
    pub(crate) stop: FxHashSet<&'static str>,
    pub(crate) children: FxHashSet<&'static str>,
    pub(crate) other_trade: FxHashSet<&'static str>,
    /// In how many services each word occurs.
    frequency: FxHashMap<String, u16>,
    pub(crate) meanings: Option<Meanings>,
    /// Folded phrases for completion, sorted.
    pub(crate) completions: Vec<(String, Completes)>,
}

/// What a completion leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Completes {
    Service(ServiceIx),
    Category(CategoryIx),
}

impl Vocabulary {
    /// The vocabulary that comes with the crate.
    ///
    /// # Errors
    /// [`InvalidVocabulary`] if a data file is broken.
    pub fn embedded() -> Result<Self, InvalidVocabulary> {
        Self::new(Sources::embedded()?)
    }

    /// A service by number.
    #[must_use]
    pub fn service(&self, service: ServiceIx) -> Option<&Service> {
        self.services.get(usize::from(service))
    }

    /// A service by its key.
    #[must_use]
    pub fn find_service(&self, slug: &str) -> Option<ServiceIx> {
        self.by_slug.get(slug).copied()
    }

    /// A category by number.
    #[must_use]
    pub fn category(&self, category: CategoryIx) -> Option<&Category> {
        self.categories.get(usize::from(category))
    }

    /// A group by number.
    #[must_use]
    pub fn group(&self, group: GroupIx) -> Option<&Group> {
        self.groups.get(usize::from(group))
    }

    /// All services with their numbers.
    pub fn services(&self) -> impl Iterator<Item = (ServiceIx, &Service)> {
        (0..).zip(&self.services)
    }

    /// All categories with their numbers.
    pub fn categories(&self) -> impl Iterator<Item = (CategoryIx, &Category)> {
        (0..).zip(&self.categories)
    }

    /// The gazetteer.
    #[must_use]
    pub const fn places(&self) -> &Arc<Gazetteer> {
        &self.places
    }

    /// Whether a service is one of those for children.
    #[must_use]
    pub fn is_for_children(&self, service: ServiceIx) -> bool {
        self.service(service).and_then(|s| self.category(s.category)).is_some_and(|c| c.slug == KIDS)
    }

    /// Whether a word says nothing about what is to be learnt.
    pub(crate) fn is_filler(&self, word: &str) -> bool {
        self.stop.contains(word) || self.weak.contains(word)
    }

    /// Whether a correct English word is so rare that it is more likely a misspelling of another.
    pub(crate) fn is_rare(&self, word: &str) -> bool {
        self.meanings.as_ref().is_some_and(|meanings| !meanings.is_common(word))
    }

    /// How telling the words are: words used by few services tell more.
    pub(crate) fn rarity<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> f32 {
        let total = f32::from(u16::try_from(self.services.len()).unwrap_or(u16::MAX).max(1));
        words
            .into_iter()
            .filter(|word| !self.is_filler(word))
            .map(|word| (total / f32::from(self.frequency.get(word).copied().unwrap_or(1).max(1))).ln() + 0.5)
            .sum()
    }
}
