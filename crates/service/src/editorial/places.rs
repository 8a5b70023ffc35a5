//! Places.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use instainstru_domain::{
    account::User,
    editorial::Origin,
    ids::PlaceId,
    page::{Page, Paged},
    ports::{PhraseKeys, StorageError, TransactorExt},
    vocabulary::{MAX_PLACES, Phrase, Place, PlaceEntry, PlaceKind},
};

use super::{
    EditorialError, EditorialService, PlaceChange, PlaceDraft, PlaceFilter,
    service::{Deed, Edit, Edited, contains, each_once, page_of},
};

impl EditorialService {
    pub(super) fn list_places(
        &self,
        filter: &PlaceFilter,
        page: Page,
    ) -> Result<Paged<Place>, EditorialError> {
        let all = self.tx.reading(|uow| uow.vocabulary().places())?;
        let mut places = with_all_neighbours(all);
        let borough = filter.borough.as_deref().map(|name| self.keys.key(name));
        places.retain(|place| {
            let entry = &place.entry;
            let aliases = entry.aliases.iter().map(Phrase::as_str);
            filter.kind.is_none_or(|kind| entry.kind == kind)
                && filter.is_active.is_none_or(|is_active| place.is_active == is_active)
                && borough.as_ref().is_none_or(|borough| self.keys.key(&entry.borough) == *borough)
                && contains(std::iter::once(entry.name.as_str()).chain(aliases), filter.text.as_deref())
        });
        places.sort_by(|a, b| a.entry.name.cmp(&b.entry.name));
        Ok(page_of(places, page))
    }

    pub(super) fn new_place(&self, actor: &User, draft: &PlaceDraft) -> Result<Place, EditorialError> {
        self.edit(actor, |edit| {
            let town = Town::read(edit, &*self.keys)?;
            town.has_room()?;
            let name = draft.name.to_string();
            let aliases = each_once(&draft.aliases);
            town.names_are_free(
                None,
                std::iter::once(name.as_str()).chain(aliases.iter().map(Phrase::as_str)),
            )?;
            let borough = match (draft.kind, draft.borough.as_deref()) {
                (PlaceKind::Borough, None) => name.clone(),
                (PlaceKind::Borough, Some(borough)) if borough == name => name.clone(),
                (PlaceKind::Borough, Some(_)) => {
                    return Err(EditorialError::NoBorough("a borough lies in no other borough".into()));
                }
                (_, Some(borough)) => town.borough(borough)?,
                (PlaceKind::Neighborhood | PlaceKind::Landmark, None) => {
                    return Err(EditorialError::NoBorough("borough is required".into()));
                }
            };
            let entry = PlaceEntry {
                name,
                kind: draft.kind,
                borough,
                aliases,
                neighbours: town.canonical(&draft.neighbours)?,
                origin: Origin::Admin,
            };
            edit.uow.vocabulary().insert_places(std::slice::from_ref(&entry), edit.at)?;
            edit.done(Deed::Added, Edited::Place(&entry.name))?;
            let stored = edit.uow.vocabulary().places()?;
            find(stored, |place| place.entry.name == entry.name)
        })
    }

    pub(super) fn other_place(
        &self,
        actor: &User,
        id: PlaceId,
        change: &PlaceChange,
    ) -> Result<Place, EditorialError> {
        self.edit(actor, |edit| {
            let town = Town::read(edit, &*self.keys)?;
            let place =
                town.places.iter().find(|place| place.id == id).ok_or(EditorialError::PlaceNotFound)?;
            let name = &place.entry.name;
            if change.name.as_ref().is_some_and(|wanted| wanted.as_str() != name) {
                return Err(EditorialError::KeyStays { what: "name", thing: "place", key: name.clone() });
            }
            let mut entry = place.entry.clone();
            if let Some(borough) = &change.borough {
                entry.borough = town.borough(borough)?;
                if entry.kind == PlaceKind::Borough && entry.borough != *name {
                    return Err(EditorialError::NoBorough("a borough lies in no other borough".into()));
                }
            }
            if let Some(aliases) = &change.aliases {
                entry.aliases = each_once(aliases);
                town.names_are_free(Some(id), entry.aliases.iter().map(Phrase::as_str))?;
            }
            let mut changed = Vec::new();
            if let Some(neighbours) = &change.neighbours {
                let wanted = town.canonical(neighbours)?;
                if wanted.contains(name) {
                    return Err(EditorialError::OwnNeighbour);
                }
                // Those that say they lie next to it and should not, say so no more.
                let others = town.places.iter().filter(|other| {
                    other.entry.neighbours.contains(name) && !wanted.contains(&other.entry.name)
                });
                changed.extend(others.map(|other| {
                    let mut other = other.clone();
                    other.entry.neighbours.retain(|neighbour| neighbour != name);
                    other.entry.origin = Origin::Admin;
                    other
                }));
                let known = town.neighbours(name);
                if wanted.iter().collect::<BTreeSet<_>>() != known.iter().collect() {
                    entry.neighbours = wanted;
                }
            }
            if entry != place.entry {
                entry.origin = Origin::Admin;
                changed.push(Place { entry, ..place.clone() });
            }
            if !changed.is_empty() {
                edit.uow.vocabulary().update_places(&changed, edit.at)?;
                edit.done(Deed::Changed, Edited::Place(name))?;
            }
            let stored = edit.uow.vocabulary().places()?;
            find(stored, |place| place.id == id)
        })
    }

    pub(super) fn known_place(
        &self,
        actor: &User,
        id: PlaceId,
        is_active: bool,
    ) -> Result<Place, EditorialError> {
        self.edit(actor, |edit| {
            let town = Town::read(edit, &*self.keys)?;
            let place =
                town.places.iter().find(|place| place.id == id).ok_or(EditorialError::PlaceNotFound)?;
            if place.is_active != is_active {
                if is_active {
                    town.has_room()?;
                } else {
                    town.nothing_lies_in(place)?;
                }
                let entry = PlaceEntry { origin: Origin::Admin, ..place.entry.clone() };
                let switched = Place { entry, is_active, ..place.clone() };
                edit.uow.vocabulary().update_places(std::slice::from_ref(&switched), edit.at)?;
                edit.done(Deed::switched(is_active), Edited::Place(&switched.entry.name))?;
            }
            let stored = edit.uow.vocabulary().places()?;
            find(stored, |place| place.id == id)
        })
    }
}

/// One of the places, with all its neighbours.
fn find(places: Vec<Place>, wanted: impl Fn(&Place) -> bool) -> Result<Place, EditorialError> {
    let found = with_all_neighbours(places).into_iter().find(|place| wanted(place));
    found.ok_or_else(|| StorageError::unexpected("a place that was just stored cannot be read").into())
}

/// Lying next to each other is mutual, and one of the two says so: now both do.
fn with_all_neighbours(places: Vec<Place>) -> Vec<Place> {
    let mut next_to: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for place in &places {
        for neighbour in &place.entry.neighbours {
            next_to.entry(place.entry.name.clone()).or_default().insert(neighbour.clone());
            next_to.entry(neighbour.clone()).or_default().insert(place.entry.name.clone());
        }
    }
    let completed = places.into_iter().map(|mut place| {
        place.entry.neighbours =
            next_to.remove(&place.entry.name).map(|names| names.into_iter().collect()).unwrap_or_default();
        place
    });
    completed.collect()
}

/// All places there are.
struct Town<'k> {
    keys: &'k dyn PhraseKeys,
    places: Vec<Place>,
    /// Which place goes by a name or alias.
    by_key: HashMap<String, usize>,
}

impl<'k> Town<'k> {
    fn read(edit: &mut Edit<'_>, keys: &'k dyn PhraseKeys) -> Result<Self, StorageError> {
        let places = edit.uow.vocabulary().places()?;
        let mut by_key = HashMap::new();
        for (at, place) in places.iter().enumerate() {
            by_key.insert(keys.key(&place.entry.name), at);
        }
        for (at, place) in places.iter().enumerate() {
            for alias in &place.entry.aliases {
                by_key.entry(keys.key(alias.as_str())).or_insert(at);
            }
        }
        Ok(Self { keys, places, by_key })
    }

    fn find(&self, name: &str) -> Option<&Place> {
        self.by_key.get(&self.keys.key(name)).and_then(|at| self.places.get(*at))
    }

    fn has_room(&self) -> Result<(), EditorialError> {
        let known = self.places.iter().filter(|place| place.is_active).count();
        if known < MAX_PLACES { Ok(()) } else { Err(EditorialError::TooManyPlaces) }
    }

    /// Fails when another place goes by one of these names.
    fn names_are_free<'n>(
        &self,
        of: Option<PlaceId>,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<(), EditorialError> {
        for name in names {
            if let Some(other) = self.find(name).filter(|other| Some(other.id) != of) {
                let of = other.entry.name.clone();
                return Err(EditorialError::NameTaken { name: name.to_owned(), of });
            }
        }
        Ok(())
    }

    /// The name of a borough, however it is written.
    fn borough(&self, name: &str) -> Result<String, EditorialError> {
        let found = self.find(name).filter(|place| place.entry.kind == PlaceKind::Borough);
        found
            .map(|place| place.entry.name.clone())
            .ok_or_else(|| EditorialError::NoBorough(format!("there is no borough '{}'", short(name))))
    }

    /// The names of places, however they are written, each once.
    fn canonical(&self, names: &[String]) -> Result<Vec<String>, EditorialError> {
        let unknown: Vec<String> =
            names.iter().filter(|name| self.find(name).is_none()).map(|name| short(name)).collect();
        if !unknown.is_empty() {
            return Err(EditorialError::UnknownPlaces(unknown));
        }
        let found: Vec<String> =
            names.iter().filter_map(|name| self.find(name)).map(|place| place.entry.name.clone()).collect();
        Ok(each_once(&found))
    }

    /// The names of all places next to this one.
    fn neighbours(&self, name: &String) -> Vec<String> {
        let own = self.places.iter().filter(|place| place.entry.name == *name);
        let theirs = self.places.iter().filter(|place| place.entry.neighbours.contains(name));
        let theirs = theirs.map(|place| place.entry.name.clone());
        own.flat_map(|place| place.entry.neighbours.clone()).chain(theirs).collect()
    }

    fn nothing_lies_in(&self, borough: &Place) -> Result<(), EditorialError> {
        let inside = self.places.iter().filter(|place| {
            place.is_active && place.id != borough.id && place.entry.borough == borough.entry.name
        });
        match inside.count() {
            0 => Ok(()),
            count => Err(EditorialError::BoroughInUse(count)),
        }
    }
}

/// Messages stay short.
fn short(name: &str) -> String {
    name.chars().take(100).collect()
}
