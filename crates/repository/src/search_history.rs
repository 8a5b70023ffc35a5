//! What was searched for.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use diesel::{
    dsl::{count_star, sql},
    prelude::*,
    sql_types::BigInt,
    upsert::excluded,
};
use instainstru_core::dates::DateRange;
use instainstru_domain::{
    ids::{CatalogueServiceId, UserId},
    ports::{SearchHistoryRepository, StorageError, search_history::QueryFault},
    search_history::{
        DaySearches, NormalQuery, PastSearch, QuerySearches, SearchBatch, SearchTally, ServiceSearches,
    },
};
use jiff::{Timestamp, civil::Date};

use crate::{
    connection::{AnyConnection, on_inner},
    schema::{search_counts, search_history, search_queries, users},
    stored::{Place, count},
    types::{Day, Instant, Json},
    unit_of_work::DieselUnitOfWork,
};

/// Rows in one statement, well below the bind limit of either database.
const CHUNK: usize = 1000;

#[derive(Insertable)]
#[diesel(table_name = search_history, treat_none_as_default_value = false)]
struct NewHistoryRow<'a> {
    user_id: i32,
    query: &'a str,
    services: Json,
    results: i32,
    searches: i32,
    source: &'static str,
    last_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = search_counts, treat_none_as_default_value = false)]
struct CountRow {
    date: Day,
    service_catalog_id: i32,
    searches: i32,
}

#[derive(Insertable)]
#[diesel(table_name = search_queries, treat_none_as_default_value = false)]
struct QueryRow<'a> {
    date: Day,
    query: &'a str,
    searches: i32,
    without_results: i32,
    not_understood: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = search_history)]
struct HistoryRow {
    id: i32,
    query: String,
    services: Json,
    results: i32,
    searches: i32,
    source: String,
    last_at: Instant,
}

impl HistoryRow {
    fn into_search(self) -> Result<PastSearch, StorageError> {
        let place = Place::new("search_history", self.id);
        let services: Vec<i64> = place.check("services", self.services.items())?;
        let services = services.into_iter().map(CatalogueServiceId::new).collect::<Result<_, _>>();
        Ok(PastSearch {
            query: place.check("query", NormalQuery::new(&self.query).ok_or("it is blank"))?,
            services: place.check("services", services)?,
            results: place.narrow("results", self.results)?,
            searches: place.narrow("searches", self.searches)?,
            via: place.check("source", self.source.parse())?,
            last_at: self.last_at.0,
        })
    }
}

/// More than fit are as many as fit.
fn stored(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The sum of a column, which Diesel knows for neither database as a whole number.
macro_rules! total {
    ($column:literal) => {
        sql::<BigInt>(concat!("CAST(COALESCE(SUM(", $column, "), 0) AS BIGINT)"))
    };
}

type Sums = (i64, i64, i64);

fn tally(
    place: Place,
    (searches, without_results, not_understood): Sums,
) -> Result<SearchTally, StorageError> {
    Ok(SearchTally {
        searches: place.narrow("searches", searches)?,
        without_results: place.narrow("without_results", without_results)?,
        not_understood: place.narrow("not_understood", not_understood)?,
    })
}

fn normal(place: Place, query: &str) -> Result<NormalQuery, StorageError> {
    place.check("query", NormalQuery::new(query).ok_or("it is blank"))
}

/// The people whose searches are in the batch, by id.
fn people(batch: &SearchBatch) -> Vec<i32> {
    let mut people: Vec<i32> = batch.history.keys().map(|(user, _query)| user.get()).collect();
    people.dedup();
    people
}

impl DieselUnitOfWork<'_> {
    /// Holds these people, so that nobody deletes an account between being asked for and being written about. Returns those who
    /// already did.
    fn hold_people(&mut self, people: &[i32]) -> Result<HashSet<i32>, StorageError> {
        let mut left = HashSet::new();
        for people in people.chunks(CHUNK) {
            let asked = users::table.filter(users::id.eq_any(people)).order(users::id);
            let asked = asked.select((users::id, users::deleted_at.is_not_null()));
            let found: Vec<(i32, bool)> = self.execute(|connection| match connection {
                AnyConnection::Postgres(connection) => asked.for_share().load(connection),
                // Whoever writes holds the whole file already.
                AnyConnection::Sqlite(connection) => asked.load(connection),
            })?;
            left.extend(found.into_iter().filter(|(_id, is_deleted)| *is_deleted).map(|(id, _)| id));
        }
        Ok(left)
    }

    fn record_history(&mut self, batch: &SearchBatch) -> Result<(), StorageError> {
        use search_history as h;
        let unexpected = |error: serde_json::Error| StorageError::Unexpected(Box::new(error));
        let left = self.hold_people(&people(batch))?;
        let rows = batch
            .history
            .iter()
            .filter(|((user, _query), _past)| !left.contains(&user.get()))
            .map(|((user, query), past)| {
                let services: Vec<i32> = past.services.iter().map(|id| id.get()).collect();
                Ok(NewHistoryRow {
                    user_id: user.get(),
                    query: query.as_str(),
                    services: Json::list(&services).map_err(unexpected)?,
                    results: stored(past.results),
                    searches: stored(past.searches),
                    source: past.via.as_str(),
                    last_at: Instant(past.last_at),
                })
            })
            .collect::<Result<Vec<_>, StorageError>>()?;
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(h::table)
                    .values(rows)
                    .on_conflict((h::user_id, h::query))
                    .do_update()
                    .set((
                        h::services.eq(excluded(h::services)),
                        h::results.eq(excluded(h::results)),
                        h::searches.eq(h::searches + excluded(h::searches)),
                        h::source.eq(excluded(h::source)),
                        h::last_at.eq(excluded(h::last_at)),
                    ))
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    /// Deletes all but the latest queries of the people in the batch.
    fn trim_history(&mut self, batch: &SearchBatch, kept_per_user: u32) -> Result<(), StorageError> {
        use search_history as h;
        for people in people(batch).chunks(CHUNK) {
            self.execute(|connection| {
                let rows: Vec<(i32, i32)> = h::table
                    .filter(h::user_id.eq_any(people))
                    .order((h::last_at.desc(), h::id.desc()))
                    .select((h::id, h::user_id))
                    .load(connection)?;
                let mut kept: HashMap<i32, u32> = HashMap::new();
                let mut too_old = Vec::new();
                for (id, user) in rows {
                    let so_far = kept.entry(user).or_default();
                    if *so_far == kept_per_user {
                        too_old.push(id);
                    } else {
                        *so_far += 1;
                    }
                }
                for ids in too_old.chunks(CHUNK) {
                    diesel::delete(h::table.filter(h::id.eq_any(ids))).execute(connection)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn record_counts(&mut self, batch: &SearchBatch) -> Result<(), StorageError> {
        use search_counts as c;
        let row = |((date, service), searches): (&(Date, CatalogueServiceId), &u32)| CountRow {
            date: Day(*date),
            service_catalog_id: service.get(),
            searches: stored(*searches),
        };
        let rows: Vec<CountRow> = batch.services.iter().map(row).collect();
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(c::table)
                    .values(rows)
                    .on_conflict((c::date, c::service_catalog_id))
                    .do_update()
                    .set(c::searches.eq(c::searches + excluded(c::searches)))
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn record_queries(&mut self, batch: &SearchBatch) -> Result<(), StorageError> {
        use search_queries as q;
        let rows: Vec<QueryRow<'_>> = batch
            .queries
            .iter()
            .map(|((date, query), tally)| QueryRow {
                date: Day(*date),
                query: query.as_str(),
                searches: stored(tally.searches),
                without_results: stored(tally.without_results),
                not_understood: stored(tally.not_understood),
            })
            .collect();
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(q::table)
                    .values(rows)
                    .on_conflict((q::date, q::query))
                    .do_update()
                    .set((
                        q::searches.eq(q::searches + excluded(q::searches)),
                        q::without_results.eq(q::without_results + excluded(q::without_results)),
                        q::not_understood.eq(q::not_understood + excluded(q::not_understood)),
                    ))
                    .execute(connection))
            })?;
        }
        Ok(())
    }
}

impl SearchHistoryRepository for DieselUnitOfWork<'_> {
    fn record(&mut self, batch: &SearchBatch, kept_per_user: u32) -> Result<(), StorageError> {
        self.record_history(batch)?;
        self.trim_history(batch, kept_per_user)?;
        self.record_counts(batch)?;
        self.record_queries(batch)
    }

    fn distinct_queries(&mut self, date: Date) -> Result<u64, StorageError> {
        let rows: i64 = self.execute(|connection| {
            search_queries::table
                .filter(search_queries::date.eq(Day(date)))
                .select(count_star())
                .get_result(connection)
        })?;
        count(rows)
    }

    fn recent(&mut self, user: UserId, limit: u32) -> Result<Vec<PastSearch>, StorageError> {
        use search_history as h;
        let rows: Vec<HistoryRow> = self.execute(|connection| {
            h::table
                .filter(h::user_id.eq(user.get()))
                .order((h::last_at.desc(), h::id.desc()))
                .limit(limit.into())
                .select(HistoryRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(HistoryRow::into_search).collect()
    }

    fn forget(&mut self, user: UserId) -> Result<u64, StorageError> {
        let rows = self.execute(|connection| {
            diesel::delete(search_history::table.filter(search_history::user_id.eq(user.get())))
                .execute(connection)
        })?;
        Ok(u64::try_from(rows).unwrap_or(u64::MAX))
    }

    fn search_counts(&mut self, dates: DateRange) -> Result<Vec<ServiceSearches>, StorageError> {
        use search_counts as c;
        let rows: Vec<(i32, i64)> = self.execute(|connection| {
            c::table
                .filter(c::date.between(Day(dates.first()), Day(dates.last())))
                .group_by(c::service_catalog_id)
                .order(c::service_catalog_id)
                .select((c::service_catalog_id, total!("searches")))
                .load(connection)
        })?;
        let sum = |(service, searches): (i32, i64)| {
            let place = Place::new("search_counts of service_catalog", service);
            Ok(ServiceSearches {
                service: place.check("service_catalog_id", CatalogueServiceId::new(service.into()))?,
                searches: place.narrow("searches", searches)?,
            })
        };
        rows.into_iter().map(sum).collect()
    }

    fn days(&mut self, dates: DateRange) -> Result<Vec<DaySearches>, StorageError> {
        use search_queries as q;
        let rows: Vec<(Day, i64, i64, i64)> = self.execute(|connection| {
            q::table
                .filter(q::date.between(Day(dates.first()), Day(dates.last())))
                .group_by(q::date)
                .order(q::date)
                .select((q::date, total!("searches"), total!("without_results"), total!("not_understood")))
                .load(connection)
        })?;
        let place = Place::new("search_queries", 0);
        let day = |(date, searches, without, not): (Day, i64, i64, i64)| {
            Ok(DaySearches { date: date.0, tally: tally(place, (searches, without, not))? })
        };
        rows.into_iter().map(day).collect()
    }

    fn faulty(
        &mut self,
        fault: QueryFault,
        dates: DateRange,
        limit: u32,
    ) -> Result<Vec<QuerySearches>, StorageError> {
        use search_queries as q;
        // Written out because the order of a boxed query with groups cannot be chosen later.
        macro_rules! most {
            ($column:literal) => {
                self.execute(|connection| {
                    q::table
                        .filter(q::date.between(Day(dates.first()), Day(dates.last())))
                        .group_by(q::query)
                        .having(total!($column).gt(0))
                        .order((total!($column).desc(), q::query))
                        .limit(limit.into())
                        .select((
                            q::query,
                            total!("searches"),
                            total!("without_results"),
                            total!("not_understood"),
                            diesel::dsl::max(q::date),
                        ))
                        .load(connection)
                })?
            };
        }
        let rows: Vec<(String, i64, i64, i64, Option<Day>)> = match fault {
            QueryFault::WithoutResults => most!("without_results"),
            QueryFault::NotUnderstood => most!("not_understood"),
        };
        let place = Place::new("search_queries", 0);
        let mut found = rows
            .into_iter()
            .map(|(query, searches, without, not, last)| {
                Ok(QuerySearches {
                    query: normal(place, &query)?,
                    tally: tally(place, (searches, without, not))?,
                    last_date: place.check("date", last.ok_or("there is none"))?.0,
                })
            })
            .collect::<Result<Vec<_>, StorageError>>()?;
        // Here and not in the database, whose order of texts depends on its locale.
        let had = |query: &QuerySearches| match fault {
            QueryFault::WithoutResults => query.tally.without_results,
            QueryFault::NotUnderstood => query.tally.not_understood,
        };
        found.sort_by(|a, b| Reverse(had(a)).cmp(&Reverse(had(b))).then_with(|| a.query.cmp(&b.query)));
        Ok(found)
    }

    fn popular(
        &mut self,
        dates: DateRange,
        least: u32,
        limit: u32,
    ) -> Result<Vec<NormalQuery>, StorageError> {
        use search_queries as q;
        let rows: Vec<(String, i64)> = self.execute(|connection| {
            q::table
                .filter(q::date.between(Day(dates.first()), Day(dates.last())))
                .group_by(q::query)
                .having(
                    total!("searches")
                        .ge(i64::from(least))
                        .and(total!("without_results").eq(0))
                        .and(total!("not_understood").eq(0)),
                )
                .order((total!("searches").desc(), q::query))
                .limit(limit.into())
                .select((q::query, total!("searches")))
                .load(connection)
        })?;
        let place = Place::new("search_queries", 0);
        let mut queries = rows
            .into_iter()
            .map(|(query, searches)| Ok((Reverse(searches), normal(place, &query)?)))
            .collect::<Result<Vec<_>, StorageError>>()?;
        queries.sort();
        Ok(queries.into_iter().map(|(_searches, query)| query).collect())
    }

    fn purge(&mut self, searched: Timestamp, queries: Date, counts: Date) -> Result<u64, StorageError> {
        let rows = self.execute(|connection| {
            let old = search_history::last_at.lt(Instant(searched));
            let forgotten = diesel::delete(search_history::table.filter(old)).execute(connection)?;
            let old = search_queries::date.lt(Day(queries));
            let uncounted = diesel::delete(search_queries::table.filter(old)).execute(connection)?;
            let old = search_counts::date.lt(Day(counts));
            Ok(forgotten
                + uncounted
                + diesel::delete(search_counts::table.filter(old)).execute(connection)?)
        })?;
        Ok(u64::try_from(rows).unwrap_or(u64::MAX))
    }
}
