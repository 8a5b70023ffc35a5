//! What search takes words for.

use diesel::prelude::*;
use instainstru_domain::{
    ids::{AliasId, CatalogueServiceId, CategoryId, GroupId, PlaceId},
    ports::{StorageError, VocabularyRepository},
    vocabulary::{
        Alias, GroupEntry, Meaning, MeaningKind, NewAlias, Phrase, Place as TownPlace, PlaceEntry,
        ServiceGroup,
    },
};
use jiff::Timestamp;

use crate::{
    connection::on_inner,
    schema::{content_versions, places, search_aliases, service_groups},
    stored::{Place, changed_one},
    types::{Instant, Json},
    unit_of_work::DieselUnitOfWork,
};

/// Rows in one statement, well below the bind limit of either database.
const CHUNK: usize = 1000;
/// The row of the content files, which stands for the whole catalogue with its words.
const CATALOGUE: &str = "catalogue";

fn unexpected(error: serde_json::Error) -> StorageError {
    StorageError::Unexpected(Box::new(error))
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = search_aliases)]
struct AliasRow {
    id: i32,
    kind: String,
    phrase: String,
    service_catalog_id: Option<i32>,
    category_id: Option<i32>,
    group_id: Option<i32>,
    is_active: bool,
    origin: String,
}

impl AliasRow {
    fn into_alias(self) -> Result<Alias, StorageError> {
        let place = Place::new("search_aliases", self.id);
        let kind: MeaningKind = place.check("kind", self.kind.parse())?;
        let about =
            |column, id: Option<i32>| place.check(column, id.ok_or("it is about nothing")).map(i64::from);
        let service = || {
            let id = about("service_catalog_id", self.service_catalog_id)?;
            place.check("service_catalog_id", CatalogueServiceId::new(id))
        };
        let meaning = match kind {
            MeaningKind::Synonym => Meaning::Synonym(service()?),
            MeaningKind::Hint => Meaning::Hint(service()?),
            MeaningKind::Not => Meaning::Not(service()?),
            MeaningKind::Group => {
                let id = about("group_id", self.group_id)?;
                Meaning::Group(place.check("group_id", GroupId::new(id))?)
            }
            MeaningKind::Category => {
                let id = about("category_id", self.category_id)?;
                Meaning::Category(place.check("category_id", CategoryId::new(id))?)
            }
            MeaningKind::Weak => Meaning::Weak,
            MeaningKind::Outside => Meaning::Outside,
        };
        Ok(Alias {
            id: place.check("id", AliasId::new(self.id.into()))?,
            phrase: place.check("phrase", Phrase::new(&self.phrase))?,
            meaning,
            is_active: self.is_active,
            origin: place.check("origin", self.origin.parse())?,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = search_aliases, treat_none_as_default_value = false)]
struct NewAliasRow<'a> {
    kind: &'static str,
    phrase: &'a str,
    service_catalog_id: Option<i32>,
    category_id: Option<i32>,
    group_id: Option<i32>,
    origin: &'static str,
    created_at: Instant,
}

impl<'a> NewAliasRow<'a> {
    fn new(alias: &'a NewAlias, at: Timestamp) -> Self {
        let (category_id, group_id) = match alias.meaning {
            Meaning::Category(category) => (Some(category.get()), None),
            Meaning::Group(group) => (None, Some(group.get())),
            Meaning::Synonym(_) | Meaning::Hint(_) | Meaning::Not(_) | Meaning::Weak | Meaning::Outside => {
                (None, None)
            }
        };
        Self {
            kind: alias.meaning.kind().as_str(),
            phrase: alias.phrase.as_str(),
            service_catalog_id: alias.meaning.service().map(CatalogueServiceId::get),
            category_id,
            group_id,
            origin: alias.origin.as_str(),
            created_at: Instant(at),
        }
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = service_groups)]
struct GroupRow {
    id: i32,
    name: String,
    services: Json,
    is_active: bool,
    origin: String,
}

impl GroupRow {
    fn into_group(self) -> Result<ServiceGroup, StorageError> {
        let place = Place::new("service_groups", self.id);
        let services: Vec<i64> = place.check("services", self.services.items())?;
        let services = services.into_iter().map(CatalogueServiceId::new).collect::<Result<_, _>>();
        Ok(ServiceGroup {
            id: place.check("id", GroupId::new(self.id.into()))?,
            entry: GroupEntry {
                name: self.name,
                services: place.check("services", services)?,
                origin: place.check("origin", self.origin.parse())?,
            },
            is_active: self.is_active,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = service_groups, treat_none_as_default_value = false)]
struct NewGroupRow<'a> {
    name: &'a str,
    services: Json,
    origin: &'static str,
    created_at: Instant,
}

impl<'a> NewGroupRow<'a> {
    fn new(entry: &'a GroupEntry, at: Timestamp) -> Result<Self, StorageError> {
        let services: Vec<i32> = entry.services.iter().map(|id| id.get()).collect();
        Ok(Self {
            name: &entry.name,
            services: Json::list(&services).map_err(unexpected)?,
            origin: entry.origin.as_str(),
            created_at: Instant(at),
        })
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = places)]
struct PlaceRow {
    id: i32,
    name: String,
    kind: String,
    borough: String,
    aliases: Json,
    neighbours: Json,
    is_active: bool,
    origin: String,
}

impl PlaceRow {
    fn into_place(self) -> Result<TownPlace, StorageError> {
        let place = Place::new("places", self.id);
        let aliases: Vec<String> = place.check("aliases", self.aliases.items())?;
        let aliases = aliases.iter().map(|alias| Phrase::new(alias)).collect::<Result<_, _>>();
        Ok(TownPlace {
            id: place.check("id", PlaceId::new(self.id.into()))?,
            entry: PlaceEntry {
                name: self.name,
                kind: place.check("kind", self.kind.parse())?,
                borough: self.borough,
                aliases: place.check("aliases", aliases)?,
                neighbours: place.check("neighbours", self.neighbours.items())?,
                origin: place.check("origin", self.origin.parse())?,
            },
            is_active: self.is_active,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = places, treat_none_as_default_value = false)]
struct NewPlaceRow<'a> {
    name: &'a str,
    kind: &'static str,
    borough: &'a str,
    aliases: Json,
    neighbours: Json,
    origin: &'static str,
    created_at: Instant,
}

impl<'a> NewPlaceRow<'a> {
    fn new(entry: &'a PlaceEntry, at: Timestamp) -> Result<Self, StorageError> {
        let aliases: Vec<&str> = entry.aliases.iter().map(Phrase::as_str).collect();
        Ok(Self {
            name: &entry.name,
            kind: entry.kind.as_str(),
            borough: &entry.borough,
            aliases: Json::list(&aliases).map_err(unexpected)?,
            neighbours: Json::list(&entry.neighbours).map_err(unexpected)?,
            origin: entry.origin.as_str(),
            created_at: Instant(at),
        })
    }
}

impl VocabularyRepository for DieselUnitOfWork<'_> {
    fn lock(&mut self) -> Result<(), StorageError> {
        // Writing the row as it is holds it on PostgreSQL; on SQLite writers wait for each other anyway.
        let rows = self.execute(|connection| {
            diesel::update(content_versions::table.find(CATALOGUE))
                .set(content_versions::name.eq(CATALOGUE))
                .execute(connection)
        })?;
        changed_one(rows, "content_versions", CATALOGUE)
    }

    fn aliases(&mut self) -> Result<Vec<Alias>, StorageError> {
        let rows: Vec<AliasRow> = self.execute(|connection| {
            search_aliases::table.order(search_aliases::id).select(AliasRow::as_select()).load(connection)
        })?;
        rows.into_iter().map(AliasRow::into_alias).collect()
    }

    fn find_alias(&mut self, alias: &NewAlias) -> Result<Option<Alias>, StorageError> {
        use search_aliases as a;
        let rows: Vec<AliasRow> = self.execute(|connection| {
            a::table
                .filter(a::phrase.eq(alias.phrase.as_str()))
                .filter(a::kind.eq(alias.meaning.kind().as_str()))
                .select(AliasRow::as_select())
                .load(connection)
        })?;
        let found = rows.into_iter().map(AliasRow::into_alias).collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().find(|found| found.meaning == alias.meaning))
    }

    fn insert_aliases(&mut self, aliases: &[NewAlias], at: Timestamp) -> Result<(), StorageError> {
        let rows: Vec<NewAliasRow<'_>> = aliases.iter().map(|alias| NewAliasRow::new(alias, at)).collect();
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(search_aliases::table)
                    .values(rows)
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn update_alias(&mut self, alias: &Alias, at: Timestamp) -> Result<(), StorageError> {
        use search_aliases as a;
        let rows = self.execute(|connection| {
            diesel::update(a::table.find(alias.id.get()))
                .set((
                    a::is_active.eq(alias.is_active),
                    a::origin.eq(alias.origin.as_str()),
                    a::updated_at.eq(Instant(at)),
                ))
                .execute(connection)
        })?;
        changed_one(rows, "search_aliases", alias.id)
    }

    fn delete_aliases(&mut self, ids: &[AliasId]) -> Result<(), StorageError> {
        for ids in ids.chunks(CHUNK) {
            self.execute(|connection| {
                let doomed = search_aliases::id.eq_any(ids.iter().map(|id| id.get()));
                diesel::delete(search_aliases::table.filter(doomed)).execute(connection)
            })?;
        }
        Ok(())
    }

    fn groups(&mut self) -> Result<Vec<ServiceGroup>, StorageError> {
        let rows: Vec<GroupRow> = self.execute(|connection| {
            service_groups::table.order(service_groups::id).select(GroupRow::as_select()).load(connection)
        })?;
        rows.into_iter().map(GroupRow::into_group).collect()
    }

    fn insert_groups(&mut self, groups: &[GroupEntry], at: Timestamp) -> Result<(), StorageError> {
        let rows: Vec<NewGroupRow<'_>> =
            groups.iter().map(|entry| NewGroupRow::new(entry, at)).collect::<Result<_, _>>()?;
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(service_groups::table)
                    .values(rows)
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn update_groups(&mut self, groups: &[ServiceGroup], at: Timestamp) -> Result<(), StorageError> {
        use service_groups as g;
        for group in groups {
            let row = NewGroupRow::new(&group.entry, at)?;
            let changes = (
                g::services.eq(row.services),
                g::is_active.eq(group.is_active),
                g::origin.eq(row.origin),
                g::updated_at.eq(Instant(at)),
            );
            self.execute(|connection| {
                diesel::update(g::table.find(group.id.get())).set(changes).execute(connection)
            })?;
        }
        Ok(())
    }

    fn places(&mut self) -> Result<Vec<TownPlace>, StorageError> {
        let rows: Vec<PlaceRow> = self.execute(|connection| {
            places::table.order(places::id).select(PlaceRow::as_select()).load(connection)
        })?;
        rows.into_iter().map(PlaceRow::into_place).collect()
    }

    fn insert_places(&mut self, entries: &[PlaceEntry], at: Timestamp) -> Result<(), StorageError> {
        let rows: Vec<NewPlaceRow<'_>> =
            entries.iter().map(|entry| NewPlaceRow::new(entry, at)).collect::<Result<_, _>>()?;
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(places::table)
                    .values(rows)
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn update_places(&mut self, changed: &[TownPlace], at: Timestamp) -> Result<(), StorageError> {
        use places as p;
        for place in changed {
            let row = NewPlaceRow::new(&place.entry, at)?;
            let changes = (
                p::kind.eq(row.kind),
                p::borough.eq(row.borough),
                p::aliases.eq(row.aliases),
                p::neighbours.eq(row.neighbours),
                p::is_active.eq(place.is_active),
                p::origin.eq(row.origin),
                p::updated_at.eq(Instant(at)),
            );
            self.execute(|connection| {
                diesel::update(p::table.find(place.id.get())).set(changes).execute(connection)
            })?;
        }
        Ok(())
    }

    fn content_digest(&mut self) -> Result<Option<String>, StorageError> {
        let digest: Option<Option<String>> = self.execute(|connection| {
            content_versions::table
                .find(CATALOGUE)
                .select(content_versions::digest)
                .first(connection)
                .optional()
        })?;
        Ok(digest.flatten())
    }

    fn set_content_digest(&mut self, digest: &str, at: Timestamp) -> Result<(), StorageError> {
        use content_versions as v;
        let rows = self.execute(|connection| {
            diesel::update(v::table.find(CATALOGUE))
                .set((v::digest.eq(digest), v::stored_at.eq(Instant(at))))
                .execute(connection)
        })?;
        changed_one(rows, "content_versions", CATALOGUE)
    }
}
