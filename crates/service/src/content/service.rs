//! Implementation of storing content.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use instainstru_domain::{
    editorial::Origin,
    event::DomainEvent,
    ids::{AliasId, CatalogueServiceId, CategoryId, GroupId},
    ports::{Clock, StorageError, Transactor, TransactorExt, UnitOfWork},
    vocabulary::{GroupEntry, Meaning, NewAlias, Phrase, Place, ServiceGroup},
};
use jiff::Timestamp;

use super::{Content, ContentMeaning};

/// Storing content in any storage.
pub struct ContentService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl ContentService {
    /// Content kept in `tx`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }

    /// Whether the version with this digest was stored last. One statement, so that a server can ask at every start.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn is_stored(&self, digest: &str) -> Result<bool, StorageError> {
        self.tx.reading(|uow| Ok(uow.vocabulary().content_digest()?.as_deref() == Some(digest)))
    }

    /// Stores a version unless it was stored last; returns whether anything was written. Of several servers that start at once
    /// one stores it and the others wait.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the content contradicts itself, such as a word for a service that is not in it.
    pub fn store(&self, content: &Content, digest: &str) -> Result<bool, StorageError> {
        if self.is_stored(digest)? {
            return Ok(false);
        }
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            uow.vocabulary().lock()?;
            if uow.vocabulary().content_digest()?.as_deref() == Some(digest) {
                return Ok(false);
            }
            uow.catalogue().upsert_categories(&content.categories, now)?;
            uow.catalogue().upsert_services(&content.services, now)?;
            let mut keys = Keys::read(uow)?;
            store_groups(uow, content, &keys, now)?;
            keys.groups = groups_by_name(uow)?;
            store_words(uow, content, &keys, now)?;
            store_places(uow, content, now)?;
            uow.vocabulary().set_content_digest(digest, now)?;
            for category in keys.categories.values() {
                uow.outbox().push(&DomainEvent::CategoryChanged { category: *category }, now)?;
            }
            uow.outbox().push(&DomainEvent::VocabularyChanged, now)?;
            Ok(true)
        })
    }
}

/// Ids of what the content files name by keys.
struct Keys {
    categories: BTreeMap<String, CategoryId>,
    services: HashMap<String, CatalogueServiceId>,
    groups: HashMap<String, GroupId>,
}

impl Keys {
    fn read(uow: &mut dyn UnitOfWork) -> Result<Self, StorageError> {
        let categories = uow.catalogue_editor().categories()?.into_iter();
        let services = uow.catalogue_editor().services()?.into_iter();
        Ok(Self {
            categories: categories.map(|r| (r.category.facts.slug, r.category.id)).collect(),
            services: services.map(|record| (record.facts.slug, record.id)).collect(),
            groups: HashMap::new(),
        })
    }

    fn service(&self, slug: &str) -> Result<CatalogueServiceId, StorageError> {
        self.services.get(slug).copied().ok_or_else(|| unknown("service", slug))
    }

    fn meaning(&self, meaning: &ContentMeaning) -> Result<Meaning, StorageError> {
        Ok(match meaning {
            ContentMeaning::Synonym(slug) => Meaning::Synonym(self.service(slug)?),
            ContentMeaning::Hint(slug) => Meaning::Hint(self.service(slug)?),
            ContentMeaning::Not(slug) => Meaning::Not(self.service(slug)?),
            ContentMeaning::Group(name) => {
                Meaning::Group(self.groups.get(name).copied().ok_or_else(|| unknown("group", name))?)
            }
            ContentMeaning::Category(slug) => Meaning::Category(
                self.categories.get(slug).copied().ok_or_else(|| unknown("category", slug))?,
            ),
            ContentMeaning::Weak => Meaning::Weak,
            ContentMeaning::Outside => Meaning::Outside,
        })
    }
}

fn unknown(what: &str, key: &str) -> StorageError {
    StorageError::unexpected(format!("the content files name a {what} '{key}' that they do not have"))
}

fn groups_by_name(uow: &mut dyn UnitOfWork) -> Result<HashMap<String, GroupId>, StorageError> {
    Ok(uow.vocabulary().groups()?.into_iter().map(|group| (group.entry.name, group.id)).collect())
}

fn store_groups(
    uow: &mut dyn UnitOfWork,
    content: &Content,
    keys: &Keys,
    at: Timestamp,
) -> Result<(), StorageError> {
    let mut wanted = BTreeMap::new();
    for (name, slugs) in &content.groups {
        let services = slugs.iter().map(|slug| keys.service(slug)).collect::<Result<_, _>>()?;
        wanted.insert(name.clone(), GroupEntry { name: name.clone(), services, origin: Origin::Content });
    }
    let mut changed = Vec::new();
    for group in uow.vocabulary().groups()? {
        let entry = wanted.remove(&group.entry.name);
        if group.entry.origin == Origin::Admin {
            continue;
        }
        // A group that left the files means nothing any more.
        let is_active = entry.is_some();
        let after =
            ServiceGroup { entry: entry.unwrap_or_else(|| group.entry.clone()), is_active, ..group.clone() };
        if after != group {
            changed.push(after);
        }
    }
    uow.vocabulary().update_groups(&changed, at)?;
    // In the order of the files, which decides among equals.
    let new = content.groups.iter().filter_map(|(name, _slugs)| wanted.remove(name)).collect::<Vec<_>>();
    uow.vocabulary().insert_groups(&new, at)
}

fn store_words(
    uow: &mut dyn UnitOfWork,
    content: &Content,
    keys: &Keys,
    at: Timestamp,
) -> Result<(), StorageError> {
    let mut wanted: HashSet<(Phrase, Meaning)> = HashSet::with_capacity(content.words.len());
    let mut in_order = Vec::with_capacity(content.words.len());
    for word in &content.words {
        let meaning = keys.meaning(&word.meaning)?;
        if wanted.insert((word.phrase.clone(), meaning)) {
            in_order.push(NewAlias { phrase: word.phrase.clone(), meaning, origin: Origin::Content });
        }
    }
    let mut left_the_files: Vec<AliasId> = Vec::new();
    let mut known: HashSet<(Phrase, Meaning)> = HashSet::new();
    for alias in uow.vocabulary().aliases()? {
        let key = (alias.phrase, alias.meaning);
        if alias.origin == Origin::Content && !wanted.contains(&key) {
            left_the_files.push(alias.id);
        } else {
            known.insert(key);
        }
    }
    in_order.retain(|new| !known.contains(&(new.phrase.clone(), new.meaning)));
    uow.vocabulary().delete_aliases(&left_the_files)?;
    uow.vocabulary().insert_aliases(&in_order, at)
}

fn store_places(uow: &mut dyn UnitOfWork, content: &Content, at: Timestamp) -> Result<(), StorageError> {
    let mut stored: HashMap<String, Place> =
        uow.vocabulary().places()?.into_iter().map(|place| (place.entry.name.clone(), place)).collect();
    let (mut changed, mut new) = (Vec::new(), Vec::new());
    for entry in &content.places {
        match stored.remove(&entry.name) {
            None => new.push(entry.clone()),
            Some(place) if place.entry.origin == Origin::Content && place.entry != *entry => {
                changed.push(Place { entry: entry.clone(), ..place });
            }
            Some(_as_it_is) => {}
        }
    }
    uow.vocabulary().update_places(&changed, at)?;
    uow.vocabulary().insert_places(&new, at)
}
