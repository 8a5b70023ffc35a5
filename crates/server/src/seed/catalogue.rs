//! The catalogue, read from its file.

use std::collections::BTreeSet;

use instainstru_core::money::{Cents, InvalidMoney};
use instainstru_domain::{
    catalogue::{CatalogueEntry, CategoryFacts, ServiceFacts},
    text::{InvalidText, bounded, line},
};
use serde::Deserialize;

use super::files::{BadFile, CATALOGUE, DataFile};

/// Categories and services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The categories.
    pub categories: Vec<CategoryFacts>,
    /// The services.
    pub services: Vec<CatalogueEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    category: Vec<CategoryEntry>,
    service: Vec<ServiceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryEntry {
    slug: String,
    name: String,
    subtitle: String,
    description: String,
    display_order: i32,
    icon_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceEntry {
    slug: String,
    name: String,
    category: String,
    description: String,
    search_terms: Vec<String>,
    display_order: i32,
    online_capable: bool,
    requires_certification: bool,
    related: Vec<String>,
    typical_price_min: i64,
    typical_price_max: i64,
}

impl Catalogue {
    /// The catalogue of the data file.
    ///
    /// # Errors
    /// [`BadFile`] when the file breaks a rule of the catalogue.
    pub fn from_file() -> Result<Self, BadFile> {
        Self::of(CATALOGUE)
    }

    fn of(file: DataFile) -> Result<Self, BadFile> {
        let CatalogueFile { category, service } = file.parse()?;
        file.unique(category.iter().map(|entry| entry.slug.as_str()))?;
        file.unique(service.iter().map(|entry| entry.slug.as_str()))?;
        file.unique(service.iter().map(|entry| entry.name.as_str()))?;
        let known: BTreeSet<String> = category.iter().map(|entry| entry.slug.clone()).collect();
        let services: BTreeSet<String> = service.iter().map(|entry| entry.slug.clone()).collect();
        for entry in &service {
            if !known.contains(&entry.category) {
                return Err(file.bad(&entry.slug, &format!("there is no category '{}'", entry.category)));
            }
            if let Some(unknown) = entry.related.iter().find(|slug| !services.contains(*slug)) {
                return Err(file.bad(&entry.slug, &format!("there is no related service '{unknown}'")));
            }
        }
        Ok(Self {
            categories: category
                .into_iter()
                .map(|entry| {
                    let slug = entry.slug.clone();
                    entry.facts().map_err(file.blame(&slug))
                })
                .collect::<Result<_, _>>()?,
            services: service
                .into_iter()
                .map(|entry| {
                    let slug = entry.slug.clone();
                    entry.facts().map_err(|reason| file.bad(&slug, &reason))
                })
                .collect::<Result<_, _>>()?,
        })
    }
}

impl CategoryEntry {
    fn facts(self) -> Result<CategoryFacts, InvalidText> {
        Ok(CategoryFacts {
            slug: line("slug", &self.slug, 1, 50)?,
            name: line("name", &self.name, 1, 100)?,
            subtitle: given(line("subtitle", &self.subtitle, 0, 100)?),
            description: given(bounded("description", &self.description, 0, 500)?),
            display_order: self.display_order,
            icon_name: given(line("icon_name", &self.icon_name, 0, 50)?),
        })
    }
}

impl ServiceEntry {
    fn facts(self) -> Result<CatalogueEntry, String> {
        let text = |error: InvalidText| error.to_string();
        let dollars = |amount: i64| {
            Cents::new(amount.saturating_mul(100)).map_err(|error: InvalidMoney| error.to_string())
        };
        if self.typical_price_min > self.typical_price_max {
            return Err("typical_price_min is above typical_price_max".to_owned());
        }
        if self.related.contains(&self.slug) {
            return Err("is related to itself".to_owned());
        }
        Ok(CatalogueEntry {
            category_slug: self.category,
            facts: ServiceFacts {
                slug: line("slug", &self.slug, 1, 100).map_err(text)?,
                name: line("name", &self.name, 1, 100).map_err(text)?,
                description: given(bounded("description", &self.description, 0, 500).map_err(text)?),
                search_terms: self
                    .search_terms
                    .iter()
                    .map(|term| line("search term", term, 1, 100).map(|term| term.to_lowercase()))
                    .collect::<Result<_, _>>()
                    .map_err(text)?,
                display_order: self.display_order,
                online_capable: self.online_capable,
                requires_certification: self.requires_certification,
                typical_price: Some((dollars(self.typical_price_min)?, dollars(self.typical_price_max)?)),
            },
            related_slugs: self.related,
        })
    }
}

/// A text, unless there is none.
fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [[category]]
        slug = "music"
        name = "Music"
        subtitle = ""
        description = "Instruments."
        display_order = 1
        icon_name = "note"
        [[service]]
        slug = "piano"
        name = "Piano"
        category = "music"
        description = "Keys."
        search_terms = ["Keys"]
        display_order = 1
        online_capable = true
        requires_certification = false
        related = []
        typical_price_min = 50
        typical_price_max = 160
    "#;

    fn read(change: &str, to: &str) -> Result<Catalogue, BadFile> {
        let text = SMALL.replace(change, to).leak();
        Catalogue::of(DataFile { name: "catalogue.toml", text })
    }

    #[test]
    fn the_catalogue_file_is_good_and_every_category_has_services() {
        let catalogue = Catalogue::from_file().unwrap();
        assert_eq!(catalogue.categories.len(), 7);
        assert!(catalogue.services.len() >= 270, "{}", catalogue.services.len());
        for category in &catalogue.categories {
            assert!(
                catalogue.services.iter().any(|service| service.category_slug == category.slug),
                "{}",
                category.slug
            );
        }
    }

    #[test]
    fn facts_are_what_the_file_says() {
        let catalogue = read("", "").unwrap();
        assert_eq!(catalogue.categories[0].subtitle, None);
        let piano = &catalogue.services[0].facts;
        assert_eq!(piano.search_terms, ["keys"]);
        assert_eq!(piano.typical_price, Some((Cents::new(5000).unwrap(), Cents::new(16000).unwrap())));
    }

    #[test]
    fn mistakes_in_the_file_are_told_with_their_entry() {
        for (change, to, expected) in [
            ("category = \"music\"", "category = \"art\"", "piano: there is no category 'art'"),
            ("related = []", "related = [\"organ\"]", "piano: there is no related service 'organ'"),
            ("related = []", "related = [\"piano\"]", "piano: is related to itself"),
            ("typical_price_max = 160", "typical_price_max = 40", "piano: typical_price_min is above"),
            ("name = \"Piano\"", "name = \" \"", "piano: name must have at least 1 character"),
            ("related = []", "", "the whole file: "),
            ("related = []", "related = []\nrelatde = []", "the whole file: "),
        ] {
            let error = read(change, to).unwrap_err().to_string();
            assert!(error.starts_with(&format!("content/catalogue.toml, {expected}")), "{error}");
        }
    }
}
