//! The content files as one version of content, and the digest that tells versions apart.

use std::sync::Arc;

use instainstru_domain::{
    editorial::Origin,
    ports::{Clock, StorageError, Transactor},
    vocabulary::{Phrase, PlaceEntry, PlaceKind},
};
use instainstru_search::vocabulary::data;
use instainstru_service::content::{Content, ContentMeaning, ContentService, ContentWord};

use super::{
    Catalogue,
    files::{BadFile, CATALOGUE, DataFile, PLACES, VOCABULARY},
};

/// Changes when the same files are stored in another way, so that every database is brought up to date.
const FORMAT: u8 = 1;

/// Stores the content files.
pub struct ContentSeeder {
    service: ContentService,
    digest: String,
}

/// Why the content files could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum ContentFailure {
    /// A file breaks a rule.
    #[error(transparent)]
    File(#[from] BadFile),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl ContentSeeder {
    /// A seeder that stores through these ports.
    #[must_use]
    pub fn new(transactor: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { service: ContentService::new(transactor, clock), digest: digest() }
    }

    /// Stores the files unless this version of them was stored last; returns whether anything was written. Looking is one
    /// statement and reads no file, so that a server can do it at every start.
    ///
    /// # Errors
    /// [`ContentFailure`].
    pub fn store(&self) -> Result<bool, ContentFailure> {
        if self.service.is_stored(&self.digest)? {
            return Ok(false);
        }
        Ok(self.service.store(&content()?, &self.digest)?)
    }
}

/// The digest of all content files: 64 bits by Fowler, Noll and Vo. It tells versions apart and keeps no secrets.
fn digest() -> String {
    let texts = [CATALOGUE, VOCABULARY, PLACES].map(|file| file.text.as_bytes());
    let bytes = texts.into_iter().flat_map(|text| text.iter().chain(std::iter::once(&0)));
    let hash = bytes.chain(std::iter::once(&FORMAT)).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// What the content files say.
///
/// # Errors
/// [`BadFile`] when one of them breaks a rule.
pub fn content() -> Result<Content, BadFile> {
    let Catalogue { categories, services } = Catalogue::from_file()?;
    let (words, groups) = words(VOCABULARY)?;
    Ok(Content { categories, services, groups, words, places: places(PLACES)? })
}

/// Names of groups with the slugs of their services.
type Groups = Vec<(String, Vec<String>)>;

fn words(file: DataFile) -> Result<(Vec<ContentWord>, Groups), BadFile> {
    let data::Words { weak, outside, services, groups, categories } = file.parse()?;
    file.unique(services.iter().map(|entry| entry.slug.as_str()))?;
    file.unique(groups.iter().map(|entry| entry.name.as_str()))?;
    let mut words = Vec::new();
    let mut add = |entry: &str, phrases: Vec<String>, meaning: &dyn Fn() -> ContentMeaning| {
        for phrase in phrases {
            let phrase = Phrase::new(&phrase).map_err(file.blame(entry))?;
            words.push(ContentWord { phrase, meaning: meaning() });
        }
        Ok::<_, BadFile>(())
    };
    for data::ServiceWords { slug, synonyms, hints, not } in services {
        add(&slug, synonyms, &|| ContentMeaning::Synonym(slug.clone()))?;
        add(&slug, hints, &|| ContentMeaning::Hint(slug.clone()))?;
        add(&slug, not, &|| ContentMeaning::Not(slug.clone()))?;
    }
    let mut members = Vec::new();
    for data::GroupEntry { name, terms, services } in groups {
        add(&name, terms, &|| ContentMeaning::Group(name.clone()))?;
        members.push((name, services));
    }
    for data::CategoryWords { slug, terms } in categories {
        add(&slug, terms, &|| ContentMeaning::Category(slug.clone()))?;
    }
    add("weak", weak, &|| ContentMeaning::Weak)?;
    add("outside", outside, &|| ContentMeaning::Outside)?;
    Ok((words, members))
}

fn places(file: DataFile) -> Result<Vec<PlaceEntry>, BadFile> {
    let data::PlaceList { places } = file.parse()?;
    file.unique(places.iter().map(|place| place.name.as_str()))?;
    places
        .into_iter()
        .map(|place| {
            let aliases = place.aliases.iter().map(|alias| Phrase::new(alias));
            Ok(PlaceEntry {
                aliases: aliases.collect::<Result<_, _>>().map_err(file.blame(&place.name))?,
                name: place.name,
                kind: match place.kind {
                    data::PlaceKind::Borough => PlaceKind::Borough,
                    data::PlaceKind::Neighborhood => PlaceKind::Neighborhood,
                    data::PlaceKind::Landmark => PlaceKind::Landmark,
                },
                borough: place.borough,
                neighbours: place.neighbours,
                origin: Origin::Content,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use instainstru_domain::vocabulary::MAX_PLACES;

    use super::*;

    #[test]
    fn the_content_files_are_good() {
        let content = content().unwrap();
        assert!(content.services.len() >= 270 && content.categories.len() == 7);
        assert!(content.words.len() > 5_000 && content.groups.len() > 50);
        assert!((150..=MAX_PLACES).contains(&content.places.len()));
        let boroughs: Vec<&str> = content
            .places
            .iter()
            .filter(|place| place.kind == PlaceKind::Borough)
            .map(|place| place.name.as_str())
            .collect();
        assert_eq!(boroughs, ["Manhattan", "Brooklyn", "Queens", "Bronx", "Staten Island"]);
        for place in &content.places {
            assert!(boroughs.contains(&place.borough.as_str()), "{}", place.name);
            for neighbour in &place.neighbours {
                let other = content.places.iter().find(|other| other.name == *neighbour);
                let other = other.unwrap_or_else(|| panic!("{} lies next to {neighbour}", place.name));
                assert!(other.neighbours.contains(&place.name), "{neighbour} lies next to {}", place.name);
            }
        }
    }

    #[test]
    fn a_digest_fits_its_column_and_is_always_the_same() {
        assert_eq!(digest(), digest());
        assert_eq!(digest().len(), 16);
    }

    #[test]
    fn mistakes_are_told_with_their_entry() {
        let file = |text| DataFile { name: "search/vocabulary.toml", text };
        let twice = "[[service]]\nslug = 'piano'\n[[service]]\nslug = 'piano'\n";
        let error = words(file(twice)).unwrap_err().to_string();
        assert_eq!(error, "content/search/vocabulary.toml, piano: stands twice");
        let blank = "[[group]]\nname = 'strings'\nterms = ['!!']\n";
        let error = words(file(blank)).unwrap_err().to_string();
        assert!(error.starts_with("content/search/vocabulary.toml, strings: phrase is not valid"), "{error}");
        let error = places(file("[[place]]\nname = 'X'\nkind = 'city'\nborough = 'X'\n")).unwrap_err();
        assert!(error.to_string().contains("unknown variant `city`"), "{error}");
    }
}
