//! Editing the catalogue and what search takes words for: what administrators do.
//!
//! Only administrators edit, and every edit is written down in the audit log. What was edited belongs to administrators from then
//! on: the content files do not touch it any more. Slugs of categories and services and names of groups and places are the keys by which others know
//! them, so they stay what they are.

mod catalogue;
mod lexicon;
mod places;
mod service;
mod words;

use instainstru_domain::{
    account::User,
    editorial::{CategoryRecord, DisplayOrder, ServiceRecord, Slug, TypicalPrice},
    ids::{AliasId, CatalogueServiceId, CategoryId, GroupId, PlaceId},
    page::{Page, Paged},
    ports::StorageError,
    text::{EntryDescription, EntryName, IconName, Subtitle},
    vocabulary::{Alias, MAX_PLACES, Meaning, MeaningKind, Phrase, Place, PlaceKind, ServiceGroup},
};

pub use self::service::EditorialService;

/// Editing categories and services. Whoever is no administrator changes nothing: [`EditorialError::NotAdmin`].
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait CatalogueEditing: Send + Sync {
    /// All categories, shown or not, by display order.
    ///
    /// # Errors
    /// Only storage failures.
    fn categories(&self) -> Result<Vec<CategoryRecord>, EditorialError>;

    /// Adds a category, which is shown at once.
    ///
    /// # Errors
    /// [`EditorialError::SlugTaken`], [`EditorialError::PhraseTaken`] when its name means something else.
    fn add_category(&self, actor: &User, draft: &CategoryDraft) -> Result<CategoryRecord, EditorialError>;

    /// Changes what is given.
    ///
    /// # Errors
    /// [`EditorialError::CategoryNotFound`], [`EditorialError::KeyStays`], [`EditorialError::PhraseTaken`].
    fn change_category(
        &self,
        actor: &User,
        id: CategoryId,
        change: &CategoryChange,
    ) -> Result<CategoryRecord, EditorialError>;

    /// Shows or hides a category with everything in it.
    ///
    /// # Errors
    /// [`EditorialError::CategoryNotFound`].
    fn switch_category(
        &self,
        actor: &User,
        id: CategoryId,
        is_active: bool,
    ) -> Result<CategoryRecord, EditorialError>;

    /// Services, shown or not, by category order, display order and name.
    ///
    /// # Errors
    /// Only storage failures.
    fn services(&self, filter: &ServiceFilter, page: Page) -> Result<Paged<EditedService>, EditorialError>;

    /// A service with its words.
    ///
    /// # Errors
    /// [`EditorialError::ServiceNotFound`].
    fn service(&self, id: CatalogueServiceId) -> Result<EditedService, EditorialError>;

    /// Adds a service with its words, which is shown and understood at once.
    ///
    /// # Errors
    /// [`EditorialError::SlugTaken`], [`EditorialError::PhraseTaken`] for the first phrase that means something else,
    /// [`EditorialError::UnknownCategory`], [`EditorialError::UnknownServices`].
    fn add_service(&self, actor: &User, draft: &ServiceDraft) -> Result<EditedService, EditorialError>;

    /// Changes what is given.
    ///
    /// # Errors
    /// [`EditorialError::ServiceNotFound`], [`EditorialError::KeyStays`], and those of [`CatalogueEditing::add_service`].
    fn change_service(
        &self,
        actor: &User,
        id: CatalogueServiceId,
        change: &ServiceChange,
    ) -> Result<EditedService, EditorialError>;

    /// Shows or hides a service. A hidden one is neither found nor listed, and nobody can begin to offer it.
    ///
    /// # Errors
    /// [`EditorialError::ServiceNotFound`].
    fn switch_service(
        &self,
        actor: &User,
        id: CatalogueServiceId,
        is_active: bool,
    ) -> Result<EditedService, EditorialError>;
}

/// Editing what search takes words for. Whoever is no administrator changes nothing: [`EditorialError::NotAdmin`].
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait VocabularyEditing: Send + Sync {
    /// Aliases that count, by phrase.
    ///
    /// # Errors
    /// Only storage failures.
    fn aliases(&self, filter: &AliasFilter, page: Page) -> Result<Paged<Alias>, EditorialError>;

    /// Gives a phrase a meaning.
    ///
    /// # Errors
    /// [`EditorialError::PhraseTaken`] when it has another meaning that would be lost or make it ambiguous, or the same already;
    /// [`EditorialError::UnknownServices`], [`EditorialError::UnknownCategory`], [`EditorialError::UnknownGroup`].
    fn add_alias(&self, actor: &User, phrase: &Phrase, meaning: Meaning) -> Result<Alias, EditorialError>;

    /// Takes a meaning away.
    ///
    /// # Errors
    /// [`EditorialError::AliasNotFound`].
    fn remove_alias(&self, actor: &User, id: AliasId) -> Result<(), EditorialError>;

    /// All groups, by name.
    ///
    /// # Errors
    /// Only storage failures.
    fn groups(&self) -> Result<Vec<ServiceGroup>, EditorialError>;

    /// Adds a group. It is asked for by its aliases.
    ///
    /// # Errors
    /// [`EditorialError::NameTaken`], [`EditorialError::UnknownServices`].
    fn add_group(
        &self,
        actor: &User,
        name: &EntryName,
        services: &[CatalogueServiceId],
    ) -> Result<ServiceGroup, EditorialError>;

    /// Changes which services a group has.
    ///
    /// # Errors
    /// [`EditorialError::GroupNotFound`], [`EditorialError::UnknownServices`].
    fn change_group(
        &self,
        actor: &User,
        id: GroupId,
        services: &[CatalogueServiceId],
    ) -> Result<ServiceGroup, EditorialError>;

    /// Makes a group count or not.
    ///
    /// # Errors
    /// [`EditorialError::GroupNotFound`].
    fn switch_group(
        &self,
        actor: &User,
        id: GroupId,
        is_active: bool,
    ) -> Result<ServiceGroup, EditorialError>;

    /// Places, known to search or not, by name, each with all its neighbours.
    ///
    /// # Errors
    /// Only storage failures.
    fn places(&self, filter: &PlaceFilter, page: Page) -> Result<Paged<Place>, EditorialError>;

    /// Adds a place.
    ///
    /// # Errors
    /// [`EditorialError::NameTaken`] when another place goes by one of its names, [`EditorialError::UnknownPlaces`],
    /// [`EditorialError::NoBorough`], [`EditorialError::TooManyPlaces`].
    fn add_place(&self, actor: &User, draft: &PlaceDraft) -> Result<Place, EditorialError>;

    /// Changes what is given. Being next to each other is mutual: the neighbours change with it.
    ///
    /// # Errors
    /// [`EditorialError::PlaceNotFound`], [`EditorialError::KeyStays`], and those of [`VocabularyEditing::add_place`].
    fn change_place(&self, actor: &User, id: PlaceId, change: &PlaceChange) -> Result<Place, EditorialError>;

    /// Makes search know a place or not.
    ///
    /// # Errors
    /// [`EditorialError::PlaceNotFound`], [`EditorialError::TooManyPlaces`], [`EditorialError::BoroughInUse`].
    fn switch_place(&self, actor: &User, id: PlaceId, is_active: bool) -> Result<Place, EditorialError>;
}

/// A category to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryDraft {
    /// Unique short name for addresses.
    pub slug: Slug,
    /// Name for people.
    pub name: EntryName,
    /// A few words below the name.
    pub subtitle: Option<Subtitle>,
    /// One line about it.
    pub description: Option<EntryDescription>,
    /// Place among the categories; after the last one when absent.
    pub display_order: Option<DisplayOrder>,
    /// Name of its icon.
    pub icon_name: Option<IconName>,
}

/// What to change about a category; what is absent stays. An inner `None` takes something away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CategoryChange {
    /// Must be what it is.
    pub slug: Option<Slug>,
    /// Name for people.
    pub name: Option<EntryName>,
    /// A few words below the name.
    pub subtitle: Option<Option<Subtitle>>,
    /// One line about it.
    pub description: Option<Option<EntryDescription>>,
    /// Place among the categories.
    pub display_order: Option<DisplayOrder>,
    /// Name of its icon.
    pub icon_name: Option<Option<IconName>>,
}

/// A service to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDraft {
    /// Unique short name for addresses.
    pub slug: Slug,
    /// Category it belongs to.
    pub category: CategoryId,
    /// Unique name for people.
    pub name: EntryName,
    /// One line about it.
    pub description: Option<EntryDescription>,
    /// Words people look for it with, shown with the catalogue.
    pub search_terms: Vec<Phrase>,
    /// More phrases that mean exactly this service.
    pub synonyms: Vec<Phrase>,
    /// Phrases near it in meaning.
    pub hints: Vec<Phrase>,
    /// Phrases that have its words and mean something else.
    pub not: Vec<Phrase>,
    /// Place within its category; after the last one when absent.
    pub display_order: Option<DisplayOrder>,
    /// Whether it can be taught over the internet.
    pub online_capable: bool,
    /// Whether instructors should hold a certificate.
    pub requires_certification: bool,
    /// Usual range of hourly prices.
    pub typical_price: Option<TypicalPrice>,
    /// Services somebody interested in this one may like.
    pub related: Vec<CatalogueServiceId>,
}

/// What to change about a service; what is absent stays. An inner `None` takes something away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceChange {
    /// Must be what it is.
    pub slug: Option<Slug>,
    /// Category it belongs to.
    pub category: Option<CategoryId>,
    /// Unique name for people.
    pub name: Option<EntryName>,
    /// One line about it.
    pub description: Option<Option<EntryDescription>>,
    /// Words people look for it with.
    pub search_terms: Option<Vec<Phrase>>,
    /// Place within its category.
    pub display_order: Option<DisplayOrder>,
    /// Whether it can be taught over the internet.
    pub online_capable: Option<bool>,
    /// Whether instructors should hold a certificate.
    pub requires_certification: Option<bool>,
    /// Usual range of hourly prices.
    pub typical_price: Option<Option<TypicalPrice>>,
    /// Services somebody interested in this one may like.
    pub related: Option<Vec<CatalogueServiceId>>,
}

/// A service with everything its editors want to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedService {
    /// The service.
    pub record: ServiceRecord,
    /// Its category.
    pub category: CategoryRecord,
    /// Its words that count, by kind and phrase.
    pub aliases: Vec<Alias>,
}

impl EditedService {
    /// Whether students find it and instructors may begin to offer it.
    #[must_use]
    pub const fn is_shown(&self) -> bool {
        self.record.is_active && self.category.is_active
    }
}

/// Which services to list. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFilter {
    /// Of this category.
    pub category: Option<CategoryId>,
    /// Switched on or off.
    pub is_active: Option<bool>,
    /// With this text in the name, slug or search terms, ignoring case.
    pub text: Option<String>,
}

/// Which aliases to list. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AliasFilter {
    /// Of this kind.
    pub kind: Option<MeaningKind>,
    /// About this service.
    pub service: Option<CatalogueServiceId>,
    /// About this category.
    pub category: Option<CategoryId>,
    /// About this group.
    pub group: Option<GroupId>,
    /// With this text in the phrase, ignoring case.
    pub text: Option<String>,
}

/// Which places to list. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceFilter {
    /// Of this kind.
    pub kind: Option<PlaceKind>,
    /// In the borough of this name, ignoring case.
    pub borough: Option<String>,
    /// Known to search or not.
    pub is_active: Option<bool>,
    /// With this text in the name or an alias, ignoring case.
    pub text: Option<String>,
}

/// A place to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceDraft {
    /// Unique name for people.
    pub name: EntryName,
    /// What it is.
    pub kind: PlaceKind,
    /// Name of its borough; none for a borough itself.
    pub borough: Option<String>,
    /// Other names.
    pub aliases: Vec<Phrase>,
    /// Names of the places next to it.
    pub neighbours: Vec<String>,
}

/// What to change about a place; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceChange {
    /// Must be what it is.
    pub name: Option<EntryName>,
    /// Name of its borough.
    pub borough: Option<String>,
    /// Other names.
    pub aliases: Option<Vec<Phrase>>,
    /// Names of the places next to it.
    pub neighbours: Option<Vec<String>>,
}

/// Why an edit was refused.
#[derive(Debug, thiserror::Error)]
pub enum EditorialError {
    /// The caller does not administer the marketplace.
    #[error("Only administrators can do this")]
    NotAdmin,
    /// No such category.
    #[error("Category not found")]
    CategoryNotFound,
    /// No such service.
    #[error("Service not found")]
    ServiceNotFound,
    /// No such alias, or it was taken away.
    #[error("Alias not found")]
    AliasNotFound,
    /// No such group.
    #[error("Group not found")]
    GroupNotFound,
    /// No such place.
    #[error("Place not found")]
    PlaceNotFound,
    /// The edit names a category that does not exist.
    #[error("there is no category {0}")]
    UnknownCategory(CategoryId),
    /// The edit names services that do not exist.
    #[error("there is no service {}", list(.0))]
    UnknownServices(Vec<CatalogueServiceId>),
    /// The edit names a group that does not exist.
    #[error("there is no group {0}")]
    UnknownGroup(GroupId),
    /// The edit names places that do not exist.
    #[error("there is no place {}", list(.0))]
    UnknownPlaces(Vec<String>),
    /// A place lies next to others.
    #[error("a place does not lie next to itself")]
    OwnNeighbour,
    /// A neighborhood or landmark must lie in a borough, a borough must not, and the one named is none.
    #[error("{0}")]
    NoBorough(String),
    /// Another category or service has the slug.
    #[error("the slug '{0}' is taken")]
    SlugTaken(Slug),
    /// Another group or place has the name.
    #[error("'{name}' is already the name of {of}")]
    NameTaken {
        /// The name.
        name: String,
        /// What has it.
        of: String,
    },
    /// The phrase means something else, and must not lose that meaning or get a second one.
    #[error("'{phrase}' already means {meaning}")]
    PhraseTaken {
        /// The phrase.
        phrase: String,
        /// What it means.
        meaning: String,
    },
    /// The key of a thing cannot be changed.
    #[error("the {what} of this {thing} is '{key}' and stays so: others know it by that")]
    KeyStays {
        /// What cannot be changed.
        what: &'static str,
        /// Of what.
        thing: &'static str,
        /// What it is.
        key: String,
    },
    /// Search cannot know more places.
    #[error("search knows {MAX_PLACES} places at most; switch another one off first")]
    TooManyPlaces,
    /// Places that search knows lie in the borough.
    #[error("{0} places lie in this borough; switch them off first")]
    BoroughInUse(usize),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn list<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
