//! What search takes words for, in memory.

use std::{collections::HashSet, sync::Arc};

use instainstru_domain::{
    ids::AliasId,
    ports::{StorageError, VocabularyRepository},
    vocabulary::{Alias, GroupEntry, Meaning, NewAlias, Phrase, Place, PlaceEntry, ServiceGroup},
};
use jiff::Timestamp;

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    /// Whether what a phrase is to mean exists.
    fn knows(&self, meaning: Meaning) -> bool {
        match meaning {
            Meaning::Synonym(service) | Meaning::Hint(service) | Meaning::Not(service) => {
                self.catalogue.contains_key(&service)
            }
            Meaning::Group(group) => self.groups.contains_key(&group),
            Meaning::Category(category) => self.categories.contains_key(&category),
            Meaning::Weak | Meaning::Outside => true,
        }
    }

    fn alias_of(&self, alias: &NewAlias) -> Option<&Alias> {
        self.aliases.values().find(|known| known.phrase == alias.phrase && known.meaning == alias.meaning)
    }
}

impl VocabularyRepository for MemoryUnitOfWork<'_> {
    fn lock(&mut self) -> Result<(), StorageError> {
        // Writers wait for each other anyway.
        self.call().map(drop)
    }

    fn aliases(&mut self) -> Result<Vec<Alias>, StorageError> {
        Ok(self.call()?.aliases.values().cloned().collect())
    }

    fn find_alias(&mut self, alias: &NewAlias) -> Result<Option<Alias>, StorageError> {
        Ok(self.call()?.alias_of(alias).cloned())
    }

    fn insert_aliases(&mut self, aliases: &[NewAlias], _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        let mut known: HashSet<(Phrase, Meaning)> =
            state.aliases.values().map(|alias| (alias.phrase.clone(), alias.meaning)).collect();
        for alias in aliases {
            let NewAlias { phrase, meaning, origin } = alias.clone();
            if !state.knows(meaning) || !known.insert((phrase.clone(), meaning)) {
                return Err(StorageError::unexpected("an alias is there already or about nothing"));
            }
            let id = state.next_alias()?;
            let alias = Alias { id, phrase, meaning, is_active: true, origin };
            Arc::make_mut(&mut state.aliases).insert(id, alias);
        }
        Ok(())
    }

    fn update_alias(&mut self, alias: &Alias, _at: Timestamp) -> Result<(), StorageError> {
        let known = Arc::make_mut(&mut self.call()?.aliases).get_mut(&alias.id);
        let known = known.ok_or_else(|| missing("alias", alias.id.get()))?;
        (known.is_active, known.origin) = (alias.is_active, alias.origin);
        Ok(())
    }

    fn delete_aliases(&mut self, ids: &[AliasId]) -> Result<(), StorageError> {
        Arc::make_mut(&mut self.call()?.aliases).retain(|id, _| !ids.contains(id));
        Ok(())
    }

    fn groups(&mut self) -> Result<Vec<ServiceGroup>, StorageError> {
        Ok(self.call()?.groups.values().cloned().collect())
    }

    fn insert_groups(&mut self, groups: &[GroupEntry], _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        for entry in groups {
            if state.groups.values().any(|known| known.entry.name == entry.name) {
                return Err(StorageError::unexpected("the name of a group is taken"));
            }
            let id = state.next_group()?;
            Arc::make_mut(&mut state.groups)
                .insert(id, ServiceGroup { id, entry: entry.clone(), is_active: true });
        }
        Ok(())
    }

    fn update_groups(&mut self, groups: &[ServiceGroup], _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        for group in groups {
            if let Some(known) = Arc::make_mut(&mut state.groups).get_mut(&group.id) {
                let name = known.entry.name.clone();
                *known = ServiceGroup { entry: GroupEntry { name, ..group.entry.clone() }, ..group.clone() };
            }
        }
        Ok(())
    }

    fn places(&mut self) -> Result<Vec<Place>, StorageError> {
        Ok(self.call()?.places.values().cloned().collect())
    }

    fn insert_places(&mut self, places: &[PlaceEntry], _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        for entry in places {
            if state.places.values().any(|known| known.entry.name == entry.name) {
                return Err(StorageError::unexpected("the name of a place is taken"));
            }
            let id = state.next_place()?;
            Arc::make_mut(&mut state.places).insert(id, Place { id, entry: entry.clone(), is_active: true });
        }
        Ok(())
    }

    fn update_places(&mut self, places: &[Place], _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        for place in places {
            if let Some(known) = Arc::make_mut(&mut state.places).get_mut(&place.id) {
                let name = known.entry.name.clone();
                *known = Place { entry: PlaceEntry { name, ..place.entry.clone() }, ..place.clone() };
            }
        }
        Ok(())
    }

    fn content_digest(&mut self) -> Result<Option<String>, StorageError> {
        Ok(self.call()?.content_digest.clone())
    }

    fn set_content_digest(&mut self, digest: &str, _at: Timestamp) -> Result<(), StorageError> {
        self.call()?.content_digest = Some(digest.to_owned());
        Ok(())
    }
}
