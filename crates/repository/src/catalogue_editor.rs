//! The catalogue of those who edit it.

use diesel::{dsl::case_when, prelude::*, sql_types::Integer};
use instainstru_domain::{
    catalogue::{Category, CategoryFacts, ServiceFacts},
    editorial::{CategoryRecord, Origin, ServiceRecord},
    ids::{CatalogueServiceId, CategoryId},
    ports::{CatalogueEditor, StorageError},
};
use jiff::Timestamp;

use crate::{
    catalogue::{CategoryRow, ServiceRow, search_text},
    schema::{service_catalog, service_categories},
    search::folded,
    stored::{Place, changed_one},
    types::{Instant, Json},
    unit_of_work::DieselUnitOfWork,
};

/// Whether a row is switched on, and who wrote it.
type Marks = (bool, String);

fn category_record(row: CategoryRow, (is_active, origin): Marks) -> Result<CategoryRecord, StorageError> {
    let category = row.into_category()?;
    let place = Place::new("service_categories", category.id.get());
    Ok(CategoryRecord { category, is_active, origin: place.check("origin", origin.parse())? })
}

fn service_record(row: ServiceRow, (is_active, origin): Marks) -> Result<ServiceRecord, StorageError> {
    let service = row.into_service()?;
    let place = Place::new("service_catalog", service.id.get());
    Ok(ServiceRecord {
        id: service.id,
        category_id: service.category_id,
        facts: service.facts,
        related: service.related,
        is_active,
        origin: place.check("origin", origin.parse())?,
    })
}

#[derive(AsChangeset)]
#[diesel(table_name = service_categories, treat_none_as_null = true)]
struct CategoryChanges<'a> {
    name: &'a str,
    name_search: String,
    subtitle: Option<&'a str>,
    description: Option<&'a str>,
    display_order: i32,
    icon_name: Option<&'a str>,
    is_active: bool,
    origin: &'static str,
    updated_at: Option<Instant>,
}

/// What is written about a service, but for its slug.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = service_catalog, treat_none_as_null = true, treat_none_as_default_value = false)]
struct ServiceChanges<'a> {
    category_id: i32,
    name: &'a str,
    name_search: String,
    description: Option<&'a str>,
    search_terms: Json,
    search_text: String,
    curated_order: i32,
    related_services: Json,
    online_capable: bool,
    requires_certification: bool,
    typical_price_min_cents: Option<i64>,
    typical_price_max_cents: Option<i64>,
    is_active: bool,
    origin: &'static str,
    updated_at: Option<Instant>,
}

impl<'a> ServiceChanges<'a> {
    fn new(
        category: CategoryId,
        facts: &'a ServiceFacts,
        related: &[CatalogueServiceId],
        is_active: bool,
        origin: Origin,
        at: Option<Timestamp>,
    ) -> Result<Self, StorageError> {
        let unexpected = |error: serde_json::Error| StorageError::Unexpected(Box::new(error));
        let related: Vec<i32> = related.iter().map(|id| id.get()).collect();
        Ok(Self {
            category_id: category.get(),
            name: &facts.name,
            name_search: folded(&facts.name),
            description: facts.description.as_deref(),
            search_terms: Json::list(&facts.search_terms).map_err(unexpected)?,
            search_text: search_text(facts),
            curated_order: facts.display_order,
            related_services: Json::list(&related).map_err(unexpected)?,
            online_capable: facts.online_capable,
            requires_certification: facts.requires_certification,
            typical_price_min_cents: facts.typical_price.map(|(low, _)| low.get()),
            typical_price_max_cents: facts.typical_price.map(|(_, high)| high.get()),
            is_active,
            origin: origin.as_str(),
            updated_at: at.map(Instant),
        })
    }
}

impl CatalogueEditor for DieselUnitOfWork<'_> {
    fn categories(&mut self) -> Result<Vec<CategoryRecord>, StorageError> {
        use service_categories as c;
        let rows: Vec<(CategoryRow, Marks)> = self.execute(|connection| {
            c::table
                .order((c::display_order, c::id))
                .select((CategoryRow::as_select(), (c::is_active, c::origin)))
                .load(connection)
        })?;
        rows.into_iter().map(|(row, marks)| category_record(row, marks)).collect()
    }

    fn insert_category(
        &mut self,
        facts: &CategoryFacts,
        at: Timestamp,
    ) -> Result<CategoryRecord, StorageError> {
        use service_categories as c;
        let id: i32 = self.execute(|connection| {
            diesel::insert_into(c::table)
                .values((
                    c::slug.eq(&facts.slug),
                    c::name.eq(&facts.name),
                    c::name_search.eq(folded(&facts.name)),
                    c::subtitle.eq(facts.subtitle.as_deref()),
                    c::description.eq(facts.description.as_deref()),
                    c::display_order.eq(facts.display_order),
                    c::icon_name.eq(facts.icon_name.as_deref()),
                    c::origin.eq(Origin::Admin.as_str()),
                    c::created_at.eq(Instant(at)),
                ))
                .returning(c::id)
                .get_result(connection)
        })?;
        let id = Place::new("service_categories", id).check("id", CategoryId::new(id.into()))?;
        let category = Category { id, facts: facts.clone() };
        Ok(CategoryRecord { category, is_active: true, origin: Origin::Admin })
    }

    fn update_category(&mut self, record: &CategoryRecord, at: Timestamp) -> Result<(), StorageError> {
        let Category { id, facts } = &record.category;
        let changes = CategoryChanges {
            name: &facts.name,
            name_search: folded(&facts.name),
            subtitle: facts.subtitle.as_deref(),
            description: facts.description.as_deref(),
            display_order: facts.display_order,
            icon_name: facts.icon_name.as_deref(),
            is_active: record.is_active,
            origin: record.origin.as_str(),
            updated_at: Some(Instant(at)),
        };
        let rows = self.execute(|connection| {
            diesel::update(service_categories::table.find(id.get())).set(&changes).execute(connection)
        })?;
        changed_one(rows, "service_categories", id)
    }

    fn services(&mut self) -> Result<Vec<ServiceRecord>, StorageError> {
        use service_catalog as s;
        let rows: Vec<(ServiceRow, Marks)> = self.execute(|connection| {
            s::table
                .order(s::id)
                .select((ServiceRow::as_select(), (s::is_active, s::origin)))
                .load(connection)
        })?;
        rows.into_iter().map(|(row, marks)| service_record(row, marks)).collect()
    }

    fn find_service(&mut self, id: CatalogueServiceId) -> Result<Option<ServiceRecord>, StorageError> {
        use service_catalog as s;
        let row: Option<(ServiceRow, Marks)> = self.execute(|connection| {
            s::table
                .find(id.get())
                .select((ServiceRow::as_select(), (s::is_active, s::origin)))
                .first(connection)
                .optional()
        })?;
        row.map(|(row, marks)| service_record(row, marks)).transpose()
    }

    fn insert_service(
        &mut self,
        category: CategoryId,
        facts: &ServiceFacts,
        related: &[CatalogueServiceId],
        at: Timestamp,
    ) -> Result<ServiceRecord, StorageError> {
        use service_catalog as s;
        let row = ServiceChanges::new(category, facts, related, true, Origin::Admin, None)?;
        let id: i32 = self.execute(|connection| {
            diesel::insert_into(s::table)
                .values((
                    &row,
                    s::slug.eq(&facts.slug),
                    s::display_order.eq(facts.display_order),
                    s::created_at.eq(Instant(at)),
                ))
                .returning(s::id)
                .get_result(connection)
        })?;
        Ok(ServiceRecord {
            id: Place::new("service_catalog", id).check("id", CatalogueServiceId::new(id.into()))?,
            category_id: category,
            facts: facts.clone(),
            related: related.to_vec(),
            is_active: true,
            origin: Origin::Admin,
        })
    }

    fn update_service(&mut self, record: &ServiceRecord, at: Timestamp) -> Result<(), StorageError> {
        use service_catalog as s;
        let ServiceRecord { id, category_id, facts, related, is_active, origin } = record;
        let changes = ServiceChanges::new(*category_id, facts, related, *is_active, *origin, Some(at))?;
        let rows = self.execute(|connection| {
            let place =
                case_when::<_, _, Integer>(s::curated_order.ne(facts.display_order), facts.display_order)
                    .otherwise(s::display_order);
            diesel::update(s::table.find(id.get()))
                .set((&changes, s::display_order.eq(place)))
                .execute(connection)
        })?;
        changed_one(rows, "service_catalog", id)
    }
}
