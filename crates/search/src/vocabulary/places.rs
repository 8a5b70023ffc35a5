//! The gazetteer: which places there are, what lies in what, and what lies next to what.

use rustc_hash::FxHashMap;

use super::data::{PlaceKind, PlaceList};
use crate::text;

pub use instainstru_domain::vocabulary::MAX_PLACES;

const WORDS: usize = MAX_PLACES / 64;

/// Number of a place in its gazetteer.
pub type PlaceIx = u16;

/// A set of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PlaceSet([u64; WORDS]);

impl PlaceSet {
    /// Adds a place; numbers beyond [`MAX_PLACES`] are ignored.
    pub fn insert(&mut self, place: PlaceIx) {
        if let Some(word) = self.0.get_mut(usize::from(place / 64)) {
            *word |= 1 << (place % 64);
        }
    }

    /// Whether the sets share a place.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// Adds all places of `other`.
    pub fn extend(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    /// Whether no place is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(crate) const fn words(&self) -> &[u64; WORDS] {
        &self.0
    }
}

impl FromIterator<PlaceIx> for PlaceSet {
    fn from_iter<I: IntoIterator<Item = PlaceIx>>(places: I) -> Self {
        let mut set = Self::default();
        for place in places {
            set.insert(place);
        }
        set
    }
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name for people.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// The borough it lies in, itself if it is one.
    pub borough: Option<PlaceIx>,
    /// Places next to it.
    pub neighbours: Vec<PlaceIx>,
    pub(super) aliases: Vec<String>,
}

/// All places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gazetteer {
    places: Vec<Place>,
    /// Folded names and aliases.
    by_name: FxHashMap<String, PlaceIx>,
}

impl Gazetteer {
    /// Builds a gazetteer; unknown neighbours are dropped, places beyond [`MAX_PLACES`] too.
    #[must_use]
    pub fn new(list: PlaceList) -> Self {
        let mut by_name = FxHashMap::default();
        let entries: Vec<_> = list.places.into_iter().take(MAX_PLACES).collect();
        // Names first, so that an alias never hides the name of another place.
        for (ix, entry) in (0..).zip(&entries) {
            by_name.entry(key(&entry.name)).or_insert(ix);
        }
        for (ix, entry) in (0..).zip(&entries) {
            for alias in &entry.aliases {
                by_name.entry(key(alias)).or_insert(ix);
            }
        }
        let find = |name: &str| by_name.get(&key(name)).copied();
        let places = entries
            .into_iter()
            .map(|entry| Place {
                borough: find(&entry.borough),
                neighbours: entry.neighbours.iter().filter_map(|name| find(name)).collect(),
                kind: entry.kind,
                aliases: entry.aliases,
                name: entry.name,
            })
            .collect();
        Self { places, by_name }
    }

    /// A place by number.
    #[must_use]
    pub fn get(&self, place: PlaceIx) -> Option<&Place> {
        self.places.get(usize::from(place))
    }

    /// A place by name or alias, however it is written.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<PlaceIx> {
        self.by_name.get(&key(name)).copied()
    }

    /// Every place with its number.
    pub fn iter(&self) -> impl Iterator<Item = (PlaceIx, &Place)> {
        (0..).zip(&self.places)
    }

    /// The places somebody comes to who names `areas`: a borough means all of it, a neighborhood counts as part of its borough.
    /// Names that are not in the gazetteer are ignored.
    #[must_use]
    pub fn coverage<'a>(&self, areas: impl IntoIterator<Item = &'a str>) -> PlaceSet {
        let mut set = PlaceSet::default();
        for area in areas {
            let Some(ix) = self.find(area) else { continue };
            set.insert(ix);
            let Some(place) = self.get(ix) else { continue };
            if place.kind == PlaceKind::Borough {
                for (inner, _) in self.iter().filter(|(_, inner)| inner.borough == Some(ix)) {
                    set.insert(inner);
                }
            } else if let Some(borough) = place.borough {
                set.insert(borough);
            }
        }
        set
    }
}

fn key(name: &str) -> String {
    text::words(name).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_borough_covers_its_neighborhoods_and_a_neighborhood_touches_its_borough() {
        let list: PlaceList = toml::from_str(
            "[[place]]\nname='Queens'\nkind='borough'\nborough='Queens'\n\
             [[place]]\nname='Astoria'\nkind='neighborhood'\nborough='Queens'\nneighbours=['Corona','Nowhere']\n\
             [[place]]\nname='Corona'\nkind='neighborhood'\nborough='Queens'\n",
        )
        .unwrap();
        let places = Gazetteer::new(list);
        let asked = |name| PlaceSet::from_iter(places.find(name));
        assert!(places.coverage(["QUEENS"]).meets(&asked("Astoria")));
        assert!(places.coverage(["Astoria"]).meets(&asked("queens")));
        assert!(!places.coverage(["Astoria"]).meets(&asked("Corona")));
        assert_eq!(places.get(1).unwrap().neighbours, [2]);
    }
}
