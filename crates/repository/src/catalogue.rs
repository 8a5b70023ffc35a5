//! The catalogue.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::{
    dsl::{count_star, max, min},
    prelude::*,
    upsert::excluded,
};
use instainstru_core::money::Cents;
use instainstru_domain::{
    catalogue::{
        CatalogueEntry, CatalogueService, Category, CategoryFacts, Demand, ServiceFacts, ServiceListing,
    },
    editorial::Origin,
    ids::{CatalogueServiceId, CategoryId},
    ports::{CatalogueRepository, StorageError},
};
use jiff::Timestamp;

use crate::{
    connection::on_inner,
    schema::{
        instructor_profiles, instructor_services, service_analytics, service_catalog, service_categories,
        users,
    },
    search::{equal_to, folded},
    stored::{Place, missing},
    types::{Instant, Json},
    unit_of_work::DieselUnitOfWork,
    users::is_bookable,
};

/// Rows in one statement, well below the bind limit of either database.
const CHUNK: usize = 1000;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = service_categories)]
pub(crate) struct CategoryRow {
    id: i32,
    slug: String,
    name: String,
    subtitle: Option<String>,
    description: Option<String>,
    display_order: i32,
    icon_name: Option<String>,
}

impl CategoryRow {
    pub(crate) fn into_category(self) -> Result<Category, StorageError> {
        let place = Place::new("service_categories", self.id);
        Ok(Category {
            id: place.check("id", CategoryId::new(self.id.into()))?,
            facts: CategoryFacts {
                slug: self.slug,
                name: self.name,
                subtitle: self.subtitle,
                description: self.description,
                display_order: self.display_order,
                icon_name: self.icon_name,
            },
        })
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = service_catalog)]
pub(crate) struct ServiceRow {
    id: i32,
    category_id: i32,
    name: String,
    slug: String,
    description: Option<String>,
    search_terms: Json,
    display_order: i32,
    related_services: Json,
    online_capable: bool,
    requires_certification: bool,
    typical_price_min_cents: Option<i64>,
    typical_price_max_cents: Option<i64>,
    is_active: bool,
    curated_order: i32,
}

impl ServiceRow {
    /// The service; whether its category is switched off stands elsewhere.
    pub(crate) fn into_service(self) -> Result<CatalogueService, StorageError> {
        let place = Place::new("service_catalog", self.id);
        let related: Vec<i64> = place.check("related_services", self.related_services.items())?;
        let related = related.into_iter().map(CatalogueServiceId::new).collect::<Result<_, _>>();
        Ok(CatalogueService {
            id: place.check("id", CatalogueServiceId::new(self.id.into()))?,
            category_id: place.check("category_id", CategoryId::new(self.category_id.into()))?,
            facts: ServiceFacts {
                slug: self.slug,
                name: self.name,
                description: self.description,
                search_terms: place.check("search_terms", self.search_terms.items())?,
                display_order: self.curated_order,
                online_capable: self.online_capable,
                requires_certification: self.requires_certification,
                typical_price: price_range(
                    place,
                    "typical_price",
                    self.typical_price_min_cents.zip(self.typical_price_max_cents),
                )?,
            },
            related: place.check("related_services", related)?,
            display_order: self.display_order,
            is_active: self.is_active,
        })
    }
}

fn price_range(
    place: Place,
    column: &'static str,
    cents: Option<(i64, i64)>,
) -> Result<Option<(Cents, Cents)>, StorageError> {
    cents
        .map(|(low, high)| {
            Ok((place.check(column, Cents::new(low))?, place.check(column, Cents::new(high))?))
        })
        .transpose()
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = service_analytics)]
struct DemandRow {
    search_count_7d: i32,
    search_count_30d: i32,
    booking_count_30d: i32,
    view_to_booking_rate: Option<f64>,
}

impl DemandRow {
    fn into_demand(self, service: i32) -> Result<Demand, StorageError> {
        let place = Place::new("service_analytics", service);
        Ok(Demand {
            searches_7d: place.narrow("search_count_7d", self.search_count_7d)?,
            searches_30d: place.narrow("search_count_30d", self.search_count_30d)?,
            bookings_30d: place.narrow("booking_count_30d", self.booking_count_30d)?,
            // Without a single view there is no share yet.
            view_to_booking_rate: self.view_to_booking_rate.unwrap_or_default(),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = service_categories, treat_none_as_default_value = false)]
struct NewCategoryRow<'a> {
    slug: &'a str,
    name: &'a str,
    name_search: String,
    subtitle: Option<&'a str>,
    description: Option<&'a str>,
    display_order: i32,
    icon_name: Option<&'a str>,
    created_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = service_catalog, treat_none_as_default_value = false)]
struct NewServiceRow<'a> {
    category_id: i32,
    name: &'a str,
    name_search: String,
    slug: &'a str,
    description: Option<&'a str>,
    search_terms: Json,
    search_text: String,
    display_order: i32,
    related_services: Json,
    online_capable: bool,
    requires_certification: bool,
    typical_price_min_cents: Option<i64>,
    typical_price_max_cents: Option<i64>,
    created_at: Instant,
    curated_order: i32,
}

/// What the list of instructors looks for: the name, the description and the search terms of a service.
pub(crate) fn search_text(facts: &ServiceFacts) -> String {
    let mut searched = vec![facts.name.as_str()];
    searched.extend(facts.description.as_deref());
    searched.extend(facts.search_terms.iter().map(String::as_str));
    folded(&searched.join("\n"))
}

/// A service as everybody but its editors sees it: hidden with its category.
fn seen((row, category_is_active): (ServiceRow, bool)) -> Result<CatalogueService, StorageError> {
    let service = row.into_service()?;
    Ok(CatalogueService { is_active: service.is_active && category_is_active, ..service })
}

impl<'a> NewServiceRow<'a> {
    fn new(
        entry: &'a CatalogueEntry,
        categories: &HashMap<String, i32>,
        services: &HashMap<String, i32>,
        at: Timestamp,
    ) -> Result<Self, StorageError> {
        let facts = &entry.facts;
        let category = categories.get(&entry.category_slug);
        let related: Vec<i32> =
            entry.related_slugs.iter().filter_map(|slug| services.get(slug)).copied().collect();
        let unexpected = |error: serde_json::Error| StorageError::Unexpected(Box::new(error));
        Ok(Self {
            category_id: *category.ok_or_else(|| missing("service_categories", &entry.category_slug))?,
            name: &facts.name,
            name_search: folded(&facts.name),
            slug: &facts.slug,
            description: facts.description.as_deref(),
            search_terms: Json::list(&facts.search_terms).map_err(unexpected)?,
            search_text: search_text(facts),
            display_order: facts.display_order,
            related_services: Json::list(&related).map_err(unexpected)?,
            online_capable: facts.online_capable,
            requires_certification: facts.requires_certification,
            typical_price_min_cents: facts.typical_price.map(|(low, _)| low.get()),
            typical_price_max_cents: facts.typical_price.map(|(_, high)| high.get()),
            created_at: Instant(at),
            curated_order: facts.display_order,
        })
    }
}

/// The services there are.
struct KnownServices {
    /// Ids by slug.
    ids: HashMap<String, i32>,
    /// Slugs of those an administrator wrote.
    of_admins: HashSet<String>,
}

fn rows_of<'a>(
    entries: &'a [CatalogueEntry],
    categories: &HashMap<String, i32>,
    known: &KnownServices,
    at: Timestamp,
) -> Result<Vec<NewServiceRow<'a>>, StorageError> {
    let ours = entries.iter().filter(|entry| !known.of_admins.contains(&entry.facts.slug));
    ours.map(|entry| NewServiceRow::new(entry, categories, &known.ids, at)).collect()
}

impl DieselUnitOfWork<'_> {
    fn known_services(&mut self) -> Result<KnownServices, StorageError> {
        use service_catalog as s;
        let rows: Vec<(String, i32, String)> =
            self.execute(|connection| s::table.select((s::slug, s::id, s::origin)).load(connection))?;
        let of_admins = rows.iter().filter(|(_, _, origin)| origin == Origin::Admin.as_str());
        Ok(KnownServices {
            of_admins: of_admins.map(|(slug, ..)| slug.clone()).collect(),
            ids: rows.into_iter().map(|(slug, id, _)| (slug, id)).collect(),
        })
    }

    fn upsert_service_rows(&mut self, rows: &[NewServiceRow<'_>], at: Timestamp) -> Result<(), StorageError> {
        use service_catalog as s;
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(s::table)
                    .values(rows)
                    .on_conflict(s::slug)
                    .do_update()
                    .set((
                        s::category_id.eq(excluded(s::category_id)),
                        s::name.eq(excluded(s::name)),
                        s::name_search.eq(excluded(s::name_search)),
                        s::description.eq(excluded(s::description)),
                        s::search_terms.eq(excluded(s::search_terms)),
                        s::search_text.eq(excluded(s::search_text)),
                        s::curated_order.eq(excluded(s::curated_order)),
                        s::related_services.eq(excluded(s::related_services)),
                        s::online_capable.eq(excluded(s::online_capable)),
                        s::requires_certification.eq(excluded(s::requires_certification)),
                        s::typical_price_min_cents.eq(excluded(s::typical_price_min_cents)),
                        s::typical_price_max_cents.eq(excluded(s::typical_price_max_cents)),
                        s::updated_at.eq(Instant(at)),
                    ))
                    .execute(connection))
            })?;
        }
        Ok(())
    }
}

impl CatalogueRepository for DieselUnitOfWork<'_> {
    fn categories(&mut self) -> Result<Vec<Category>, StorageError> {
        let rows: Vec<CategoryRow> = self.execute(|connection| {
            service_categories::table
                .filter(service_categories::is_active)
                .order((service_categories::display_order, service_categories::id))
                .select(CategoryRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(CategoryRow::into_category).collect()
    }

    fn listings(&mut self, category: Option<CategoryId>) -> Result<Vec<ServiceListing>, StorageError> {
        type Offered = (i32, i64, Option<i64>, Option<i64>);
        let (rows, offered) = self.execute(|connection| {
            let mut services = service_catalog::table
                .inner_join(service_categories::table)
                .left_join(service_analytics::table)
                .filter(service_catalog::is_active.and(service_categories::is_active))
                .select((ServiceRow::as_select(), CategoryRow::as_select(), Option::<DemandRow>::as_select()))
                .into_boxed();
            if let Some(category) = category {
                services = services.filter(service_catalog::category_id.eq(category.get()));
            }
            let rows: Vec<(ServiceRow, CategoryRow, Option<DemandRow>)> = services.load(connection)?;
            // All services: few rows however many instructors there are, and the same statement for every category.
            let offered: Vec<Offered> = instructor_services::table
                .inner_join(instructor_profiles::table.inner_join(users::table))
                .filter(instructor_services::is_active)
                .filter(is_bookable())
                .group_by(instructor_services::service_catalog_id)
                .select((
                    instructor_services::service_catalog_id,
                    count_star(),
                    min(instructor_services::hourly_rate_cents),
                    max(instructor_services::hourly_rate_cents),
                ))
                .load(connection)?;
            Ok((rows, offered))
        })?;
        let offered: BTreeMap<i32, _> =
            offered.into_iter().map(|(id, number, low, high)| (id, (number, low.zip(high)))).collect();
        let listed = rows.into_iter().map(|(service, category, demand)| {
            let id = service.id;
            let place = Place::new("instructor_services of service_catalog", id);
            let (number, rates) = offered.get(&id).copied().unwrap_or((0, None));
            Ok(ServiceListing {
                service: service.into_service()?,
                category: category.into_category()?,
                active_instructors: place.narrow("count", number)?,
                offered_rates: price_range(place, "hourly_rate_cents", rates)?,
                demand: demand.map(|row| row.into_demand(id)).transpose()?.unwrap_or_default(),
            })
        });
        let mut listings = listed.collect::<Result<Vec<_>, StorageError>>()?;
        // Here and not in the database, whose order of texts depends on its locale.
        listings.sort_by(|a, b| {
            let key = |listing: &ServiceListing| {
                (listing.category.facts.display_order, listing.category.id, listing.service.display_order)
            };
            key(a).cmp(&key(b)).then_with(|| a.service.facts.name.cmp(&b.service.facts.name))
        });
        Ok(listings)
    }

    fn find(&mut self, ids: &[CatalogueServiceId]) -> Result<Vec<CatalogueService>, StorageError> {
        let rows: Vec<(ServiceRow, bool)> = self.execute(|connection| {
            service_catalog::table
                .inner_join(service_categories::table)
                .filter(service_catalog::id.eq_any(ids.iter().map(|id| id.get())))
                .select((ServiceRow::as_select(), service_categories::is_active))
                .load(connection)
        })?;
        rows.into_iter().map(seen).collect()
    }

    fn find_named(&mut self, texts: &[String]) -> Result<Vec<CatalogueService>, StorageError> {
        let texts: Vec<String> = texts.iter().map(|text| equal_to(text)).collect();
        let rows: Vec<ServiceRow> = self.execute(|connection| {
            service_catalog::table
                .inner_join(service_categories::table)
                .filter(service_catalog::is_active.and(service_categories::is_active))
                .filter(service_catalog::name_search.eq_any(&texts).or(service_catalog::slug.eq_any(&texts)))
                .order(service_catalog::id)
                .select(ServiceRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(ServiceRow::into_service).collect()
    }

    fn upsert_categories(&mut self, categories: &[CategoryFacts], at: Timestamp) -> Result<(), StorageError> {
        use service_categories as c;
        let left_alone: HashSet<String> = self.execute(|connection| {
            let of_admins = c::table.filter(c::origin.eq(Origin::Admin.as_str()));
            Ok(of_admins.select(c::slug).load(connection)?.into_iter().collect())
        })?;
        let rows: Vec<NewCategoryRow<'_>> = categories
            .iter()
            .filter(|facts| !left_alone.contains(&facts.slug))
            .map(|facts| NewCategoryRow {
                slug: &facts.slug,
                name: &facts.name,
                name_search: folded(&facts.name),
                subtitle: facts.subtitle.as_deref(),
                description: facts.description.as_deref(),
                display_order: facts.display_order,
                icon_name: facts.icon_name.as_deref(),
                created_at: Instant(at),
            })
            .collect();
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(c::table)
                    .values(rows)
                    .on_conflict(c::slug)
                    .do_update()
                    .set((
                        c::name.eq(excluded(c::name)),
                        c::name_search.eq(excluded(c::name_search)),
                        c::subtitle.eq(excluded(c::subtitle)),
                        c::description.eq(excluded(c::description)),
                        c::display_order.eq(excluded(c::display_order)),
                        c::icon_name.eq(excluded(c::icon_name)),
                        c::updated_at.eq(Instant(at)),
                    ))
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn upsert_services(&mut self, services: &[CatalogueEntry], at: Timestamp) -> Result<(), StorageError> {
        let categories: Vec<(String, i32)> = self.execute(|connection| {
            service_categories::table
                .select((service_categories::slug, service_categories::id))
                .load(connection)
        })?;
        let categories: HashMap<String, i32> = categories.into_iter().collect();
        let known = self.known_services()?;
        self.upsert_service_rows(&rows_of(services, &categories, &known, at)?, at)?;
        // New services had no ids when their relations were written; now all have.
        if services.iter().any(|entry| !known.ids.contains_key(&entry.facts.slug)) {
            let known = self.known_services()?;
            self.upsert_service_rows(&rows_of(services, &categories, &known, at)?, at)?;
        }
        Ok(())
    }
}
