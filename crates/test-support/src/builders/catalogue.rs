//! A small catalogue.

use instainstru_domain::{
    catalogue::{CatalogueEntry, CatalogueService, Category, CategoryFacts, ServiceFacts},
    ids::CatalogueServiceId,
    ports::Transactor,
};

use super::{built_at, stored};

/// Slug, name, description and search terms of a service.
type Facts = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// The services by category, in display order.
const SERVICES: [(&str, &[Facts]); 2] = [
    (
        "music",
        &[
            ("piano", "Piano", "Keys, scales and songs", &["piano", "klavier"]),
            ("guitar", "Guitar", "Acoustic and electric", &["guitar", "chords"]),
        ],
    ),
    (
        "wellbeing-languages",
        &[
            ("yoga", "Yoga", "Breath and balance", &["yoga", "vinyasa"]),
            ("spanish", "Spanish", "Conversation and grammar", &["spanish", "español"]),
        ],
    ),
];

/// The catalogue of the tests as it is stored.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Music, then Wellbeing & Languages.
    pub categories: Vec<Category>,
    /// Piano, guitar, yoga and Spanish.
    pub services: Vec<CatalogueService>,
}

impl Catalogue {
    /// The service with this slug.
    #[must_use]
    pub fn service(&self, slug: &str) -> &CatalogueService {
        self.services.iter().find(|service| service.facts.slug == slug).expect("a service of the tests")
    }

    /// The id of the service with this slug.
    #[must_use]
    pub fn id(&self, slug: &str) -> CatalogueServiceId {
        self.service(slug).id
    }

    /// The category with this slug.
    #[must_use]
    pub fn category(&self, slug: &str) -> &Category {
        self.categories.iter().find(|category| category.facts.slug == slug).expect("a category of the tests")
    }
}

/// Stores two categories (`music`, `wellbeing-languages`) and four services (`piano`, `guitar`, `yoga`, `spanish`), or
/// brings them up to date.
#[must_use]
pub fn a_catalogue(tx: &dyn Transactor) -> Catalogue {
    let categories = [
        category("music", "Music", Some("Instruments and voice"), 1),
        category("wellbeing-languages", "Wellbeing & Languages", None, 2),
    ];
    let entries: Vec<CatalogueEntry> = SERVICES
        .iter()
        .flat_map(|(category, services)| {
            (1..).zip(*services).map(move |(order, facts)| entry(category, order, facts))
        })
        .collect();
    stored(tx, |uow| {
        let catalogue = uow.catalogue();
        catalogue.upsert_categories(&categories, built_at())?;
        catalogue.upsert_services(&entries, built_at())?;
        let stored = catalogue.categories()?;
        let ours = |slug: &str| categories.iter().any(|category| category.slug == slug);
        let slugs: Vec<String> = entries.iter().map(|entry| entry.facts.slug.clone()).collect();
        let mut services = catalogue.find_named(&slugs)?;
        services.sort_by_key(|service| slugs.iter().position(|slug| *slug == service.facts.slug));
        Ok(Catalogue {
            categories: stored.into_iter().filter(|category| ours(&category.facts.slug)).collect(),
            services,
        })
    })
}

fn category(slug: &str, name: &str, subtitle: Option<&str>, display_order: i32) -> CategoryFacts {
    CategoryFacts {
        slug: slug.to_owned(),
        name: name.to_owned(),
        subtitle: subtitle.map(str::to_owned),
        description: Some(format!("Everything about {name}")),
        display_order,
        icon_name: Some(slug.to_owned()),
    }
}

fn entry(category: &str, display_order: i32, (slug, name, description, terms): &Facts) -> CatalogueEntry {
    CatalogueEntry {
        category_slug: category.to_owned(),
        facts: ServiceFacts {
            slug: (*slug).to_owned(),
            name: (*name).to_owned(),
            description: Some((*description).to_owned()),
            search_terms: terms.iter().map(|term| (*term).to_owned()).collect(),
            display_order,
            online_capable: *slug != "yoga",
            requires_certification: *slug == "yoga",
            typical_price: None,
        },
        related_slugs: Vec::new(),
    }
}
