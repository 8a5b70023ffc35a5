//! What phrases mean already. A query that names a service returns only that service, so no phrase may name two.

use std::collections::HashMap;

use instainstru_domain::{
    editorial::{CategoryRecord, ServiceRecord},
    ids::{CatalogueServiceId, CategoryId, GroupId},
    ports::{PhraseKeys, StorageError, UnitOfWork},
    vocabulary::{Meaning, ServiceGroup},
};

use super::EditorialError;

/// Everything that phrases mean, switched off or not: what is switched on again must not clash.
pub(super) struct Lexicon<'k> {
    keys: &'k dyn PhraseKeys,
    by_key: HashMap<String, Vec<Use>>,
    names: Names,
}

/// What things are called, for messages.
struct Names {
    services: HashMap<CatalogueServiceId, String>,
    categories: HashMap<CategoryId, String>,
    groups: HashMap<GroupId, String>,
}

/// How a phrase is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Name of a service.
    Name(CatalogueServiceId),
    /// Search term of a service.
    Term(CatalogueServiceId),
    /// Name of a category.
    CategoryName(CategoryId),
    /// An alias.
    Alias(Meaning),
}

impl Use {
    /// The service that the phrase stands for by itself.
    const fn names_service(self) -> Option<CatalogueServiceId> {
        match self {
            Self::Name(id) | Self::Term(id) | Self::Alias(Meaning::Synonym(id)) => Some(id),
            Self::CategoryName(_) | Self::Alias(_) => None,
        }
    }

    const fn names_category(self) -> Option<CategoryId> {
        match self {
            Self::CategoryName(id) | Self::Alias(Meaning::Category(id)) => Some(id),
            Self::Name(_) | Self::Term(_) | Self::Alias(_) => None,
        }
    }

    const fn names_group(self) -> Option<GroupId> {
        match self {
            Self::Alias(Meaning::Group(id)) => Some(id),
            Self::Name(_) | Self::Term(_) | Self::CategoryName(_) | Self::Alias(_) => None,
        }
    }

    /// Whether a phrase that is used like `known` must not be used like this, too.
    fn clashes_with(self, known: Self) -> bool {
        if self == known {
            return true;
        }
        let other_service = |id| known.names_service().is_some_and(|other| other != id);
        let of_many = known.names_group().is_some() || known.names_category().is_some();
        match self {
            // A name, term or synonym stands for one service; a group would win over it, and it over a category.
            Self::Name(id) | Self::Term(id) | Self::Alias(Meaning::Synonym(id)) => {
                other_service(id) || of_many
            }
            // A service must stay reachable by its own names.
            Self::Alias(Meaning::Not(id)) => known.names_service() == Some(id),
            // It only counts by nearness, and that may be to several.
            Self::Alias(Meaning::Hint(_)) => false,
            // A group wins over the words of a single service, but a name means that service alone.
            Self::Alias(Meaning::Group(id)) => {
                matches!(known, Self::Name(_))
                    || known.names_group().is_some_and(|other| other != id)
                    || known.names_category().is_some()
            }
            // Everything else wins over it, so it would mean nothing.
            Self::CategoryName(id) | Self::Alias(Meaning::Category(id)) => {
                known.names_service().is_some()
                    || known.names_group().is_some()
                    || known.names_category().is_some_and(|other| other != id)
            }
            // What means something cannot mean nothing as well.
            Self::Alias(Meaning::Weak | Meaning::Outside) => known.names_service().is_some() || of_many,
        }
    }
}

impl<'k> Lexicon<'k> {
    /// Reads what phrases mean.
    pub(super) fn read(uow: &mut dyn UnitOfWork, keys: &'k dyn PhraseKeys) -> Result<Self, StorageError> {
        let services = uow.catalogue_editor().services()?;
        let categories = uow.catalogue_editor().categories()?;
        let groups = uow.vocabulary().groups()?;
        let aliases = uow.vocabulary().aliases()?;
        let mut lexicon =
            Self { keys, by_key: HashMap::new(), names: Names::of(&services, &categories, &groups) };
        for service in &services {
            lexicon.add(&service.facts.name, Use::Name(service.id));
            for term in &service.facts.search_terms {
                lexicon.add(term, Use::Term(service.id));
            }
        }
        for CategoryRecord { category, .. } in &categories {
            lexicon.add(&category.facts.name, Use::CategoryName(category.id));
        }
        for alias in aliases.iter().filter(|alias| alias.is_active) {
            lexicon.add(alias.phrase.as_str(), Use::Alias(alias.meaning));
        }
        Ok(lexicon)
    }

    fn add(&mut self, phrase: &str, used: Use) {
        self.by_key.entry(self.keys.key(phrase)).or_default().push(used);
    }

    /// Fails when `phrase` means something that does not go with this use of it; otherwise it is used so from now on.
    ///
    /// # Errors
    /// [`EditorialError::PhraseTaken`].
    pub(super) fn claim(&mut self, phrase: &str, wanted: Use) -> Result<(), EditorialError> {
        let key = self.keys.key(phrase);
        let known = self.by_key.entry(key).or_default();
        if let Some(other) = known.iter().find(|known| wanted.clashes_with(**known)) {
            let meaning = self.names.of_use(*other);
            return Err(EditorialError::PhraseTaken { phrase: phrase.to_owned(), meaning });
        }
        known.push(wanted);
        Ok(())
    }

    /// As [`Lexicon::claim`] for something that is stored already and must not be in its own way.
    ///
    /// # Errors
    /// [`EditorialError::PhraseTaken`].
    pub(super) fn confirm(&mut self, phrase: &str, wanted: Use) -> Result<(), EditorialError> {
        self.release(phrase, wanted);
        self.claim(phrase, wanted)
    }

    /// Gives back what a phrase was used for.
    pub(super) fn release(&mut self, phrase: &str, used: Use) {
        if let Some(known) = self.by_key.get_mut(&self.keys.key(phrase)) {
            known.retain(|known| *known != used);
        }
    }
}

impl Names {
    fn of(services: &[ServiceRecord], categories: &[CategoryRecord], groups: &[ServiceGroup]) -> Self {
        let shown = |name: &str, is_active| {
            if is_active { name.to_owned() } else { format!("{name}, which is switched off") }
        };
        Self {
            services: services
                .iter()
                .map(|record| (record.id, shown(&record.facts.name, record.is_active)))
                .collect(),
            categories: categories
                .iter()
                .map(|record| (record.category.id, shown(&record.category.facts.name, record.is_active)))
                .collect(),
            groups: groups
                .iter()
                .map(|group| (group.id, shown(&group.entry.name, group.is_active)))
                .collect(),
        }
    }

    fn of_use(&self, used: Use) -> String {
        let service = |id| self.services.get(&id).cloned().unwrap_or_default();
        let category = |id| self.categories.get(&id).cloned().unwrap_or_default();
        match used {
            Use::Name(id) | Use::Term(id) | Use::Alias(Meaning::Synonym(id)) => service(id),
            Use::CategoryName(id) | Use::Alias(Meaning::Category(id)) => {
                format!("the category {}", category(id))
            }
            Use::Alias(Meaning::Group(id)) => {
                format!("the group {}", self.groups.get(&id).cloned().unwrap_or_default())
            }
            Use::Alias(Meaning::Hint(id)) => format!("something near {}", service(id)),
            Use::Alias(Meaning::Not(id)) => format!("something else than {}", service(id)),
            Use::Alias(Meaning::Weak) => "nothing in particular".to_owned(),
            Use::Alias(Meaning::Outside) => "something nobody teaches".to_owned(),
        }
    }
}
