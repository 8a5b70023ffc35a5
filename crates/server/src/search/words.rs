//! What the database says about services, words and places, as data of a vocabulary.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use instainstru_domain::{
    catalogue::{Category, ServiceListing},
    ids::{CatalogueServiceId, CategoryId, GroupId},
    ports::{StorageError, UnitOfWork},
    vocabulary::{Alias, Meaning, Place, PlaceKind, ServiceGroup},
};
use instainstru_search::vocabulary::{
    Sources,
    data::{self, CategoryWords, GroupEntry, PlaceEntry, ServiceWords},
};

/// Everything about services, words and places that counts at one moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    categories: Vec<Category>,
    /// By id. How they are offered is left out: that is told by the index.
    listings: Vec<ServiceListing>,
    aliases: Vec<Alias>,
    groups: Vec<ServiceGroup>,
    places: Vec<Place>,
}

impl Words {
    /// What the database says now, in a constant number of statements.
    ///
    /// # Errors
    /// Only storage failures.
    pub(super) fn read(uow: &mut dyn UnitOfWork) -> Result<Self, StorageError> {
        let mut listings = uow.catalogue().listings(None)?;
        listings.sort_by_key(|listing| listing.service.id);
        for listing in &mut listings {
            (listing.active_instructors, listing.offered_rates) = (0, None);
        }
        let mut aliases = uow.vocabulary().aliases()?;
        aliases.retain(|alias| alias.is_active);
        let mut groups = uow.vocabulary().groups()?;
        groups.retain(|group| group.is_active);
        let mut places = uow.vocabulary().places()?;
        places.retain(|place| place.is_active);
        Ok(Self { categories: uow.catalogue().categories()?, listings, aliases, groups, places })
    }

    /// The active services, by slug.
    pub(super) fn listings(&self) -> HashMap<String, ServiceListing> {
        let by_slug = |listing: &ServiceListing| (listing.service.facts.slug.clone(), listing.clone());
        self.listings.iter().map(by_slug).collect()
    }

    /// The active services of a category.
    pub(super) fn services_of(&self, category: CategoryId) -> impl Iterator<Item = CatalogueServiceId> {
        let of = self.listings.iter().filter(move |listing| listing.category.id == category);
        of.map(|listing| listing.service.id)
    }

    /// Whether the same phrases mean the same in both.
    pub(super) fn mean_the_same(&self, other: &Self) -> bool {
        let names = |words: &Self| {
            let of = |listing: &ServiceListing| {
                let facts = &listing.service.facts;
                (facts.slug.clone(), facts.name.clone(), facts.search_terms.clone(), listing.category.id)
            };
            words.listings.iter().map(of).collect::<Vec<_>>()
        };
        let categories = |words: &Self| {
            let of =
                |category: &Category| (category.id, category.facts.slug.clone(), category.facts.name.clone());
            words.categories.iter().map(of).collect::<Vec<_>>()
        };
        self.aliases == other.aliases
            && self.groups == other.groups
            && self.places == other.places
            && names(self) == names(other)
            && categories(self) == categories(other)
    }

    /// The data of a vocabulary of this `language`.
    pub(super) fn sources(&self, language: &Sources) -> Sources {
        Sources {
            catalogue: self.catalogue(),
            words: self.words(),
            places: self.places(),
            ..language.clone()
        }
    }

    fn catalogue(&self) -> data::Catalogue {
        let category = |category: &Category| data::CategoryEntry {
            slug: category.facts.slug.clone(),
            name: category.facts.name.clone(),
        };
        let service = |listing: &ServiceListing| data::ServiceEntry {
            slug: listing.service.facts.slug.clone(),
            name: listing.service.facts.name.clone(),
            category: listing.category.facts.slug.clone(),
            search_terms: listing.service.facts.search_terms.clone(),
        };
        data::Catalogue {
            categories: self.categories.iter().map(category).collect(),
            services: self.listings.iter().map(service).collect(),
        }
    }

    /// Words about services, groups and categories that are shown; those about others wait until they are.
    fn words(&self) -> data::Words {
        let slugs: HashMap<CatalogueServiceId, &str> = self
            .listings
            .iter()
            .map(|listing| (listing.service.id, listing.service.facts.slug.as_str()))
            .collect();
        let mut services: BTreeMap<CatalogueServiceId, ServiceWords> = slugs
            .iter()
            .map(|(id, slug)| {
                let slug = (*slug).to_owned();
                (*id, ServiceWords { slug, synonyms: Vec::new(), hints: Vec::new(), not: Vec::new() })
            })
            .collect();
        let mut terms: HashMap<GroupId, Vec<String>> = HashMap::new();
        let mut categories: HashMap<CategoryId, Vec<String>> = HashMap::new();
        let (mut weak, mut outside) = (Vec::new(), Vec::new());
        for alias in &self.aliases {
            let list = match alias.meaning {
                Meaning::Synonym(id) => services.get_mut(&id).map(|words| &mut words.synonyms),
                Meaning::Hint(id) => services.get_mut(&id).map(|words| &mut words.hints),
                Meaning::Not(id) => services.get_mut(&id).map(|words| &mut words.not),
                Meaning::Group(id) => Some(terms.entry(id).or_default()),
                Meaning::Category(id) => Some(categories.entry(id).or_default()),
                Meaning::Weak => Some(&mut weak),
                Meaning::Outside => Some(&mut outside),
            };
            if let Some(list) = list {
                list.push(alias.phrase.to_string());
            }
        }
        let groups = self.groups.iter().filter_map(|group| {
            let members = group.entry.services.iter().filter_map(|id| slugs.get(id));
            let members: Vec<String> = members.map(|slug| (*slug).to_owned()).collect();
            let terms = terms.remove(&group.id).unwrap_or_default();
            // A group of nothing would answer with everything.
            (!members.is_empty()).then(|| GroupEntry {
                name: group.entry.name.clone(),
                terms,
                services: members,
            })
        });
        let groups = groups.collect();
        let categories = self.categories.iter().filter_map(|category| {
            let terms = categories.remove(&category.id)?;
            Some(CategoryWords { slug: category.facts.slug.clone(), terms })
        });
        data::Words {
            weak,
            outside,
            services: services.into_values().collect(),
            groups,
            categories: categories.collect(),
        }
    }

    /// The places. Lying next to each other is mutual, whichever of the two says so.
    fn places(&self) -> data::PlaceList {
        let mut next_to: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for place in &self.places {
            for neighbour in &place.entry.neighbours {
                next_to.entry(&place.entry.name).or_default().insert(neighbour);
                next_to.entry(neighbour).or_default().insert(&place.entry.name);
            }
        }
        let entry = |place: &Place| PlaceEntry {
            name: place.entry.name.clone(),
            kind: match place.entry.kind {
                PlaceKind::Borough => data::PlaceKind::Borough,
                PlaceKind::Neighborhood => data::PlaceKind::Neighborhood,
                PlaceKind::Landmark => data::PlaceKind::Landmark,
            },
            borough: place.entry.borough.clone(),
            aliases: place.entry.aliases.iter().map(ToString::to_string).collect(),
            neighbours: next_to
                .get(place.entry.name.as_str())
                .map(|names| names.iter().map(|name| (*name).to_owned()).collect())
                .unwrap_or_default(),
        };
        data::PlaceList { places: self.places.iter().map(entry).collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use instainstru_domain::ports::TransactorExt as _;
    use instainstru_search::{query::Query, vocabulary::Vocabulary};
    use instainstru_test_support::{clock::FixedClock, memory::MemoryStore};
    use jiff::civil::date;

    use super::*;
    use crate::seed::ContentSeeder;

    /// The queries of a golden set.
    fn queries(text: &str) -> Vec<String> {
        let cases: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
        cases.iter().map(|case| case["query"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_seeded_database_means_what_the_files_mean() {
        let store = Arc::new(MemoryStore::new());
        let clock = Arc::new(FixedClock::at("2026-03-11T15:00:00Z"));
        ContentSeeder::new(store.clone(), clock).store().unwrap();
        let words = store.reading(Words::read).unwrap();
        let stored = Vocabulary::new(words.sources(&Sources::language().unwrap())).unwrap();
        let embedded = Vocabulary::embedded().unwrap();
        let slugs = |vocabulary: &Vocabulary| {
            vocabulary.services().map(|(_, service)| service.slug.clone()).collect::<Vec<_>>()
        };
        assert_eq!(slugs(&stored), slugs(&embedded), "services have the same numbers");
        let golden = [
            include_str!("../../../../content/search/golden_dev.json"),
            include_str!("../../../../content/search/golden_own.json"),
        ];
        for query in golden.into_iter().flat_map(queries).step_by(5) {
            let understood =
                |vocabulary| format!("{:?}", Query::parse(vocabulary, &query, date(2026, 3, 11)));
            assert_eq!(understood(&stored), understood(&embedded), "{query}");
        }
        for ((_, stored), (_, embedded)) in stored.places().iter().zip(embedded.places().iter()) {
            let known = |place: &instainstru_search::vocabulary::places::Place| {
                let neighbours: BTreeSet<u16> = place.neighbours.iter().copied().collect();
                (place.name.clone(), place.kind, place.borough, neighbours)
            };
            assert_eq!(known(stored), known(embedded));
        }
        assert_eq!(stored.places().iter().count(), embedded.places().iter().count());
        assert!(words.mean_the_same(&words.clone()));
    }
}
