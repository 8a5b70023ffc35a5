//! The daily analytics.

mod counts;
mod figures;
mod runs;

use std::collections::BTreeMap;

use diesel::{
    dsl::{count_star, insert_into},
    prelude::*,
    upsert::excluded,
};
use instainstru_domain::{
    analytics::{AnalyticsRun, LookBack, RunDates, RunOutcome, ServiceFigures, ServiceRecord, ServiceTally},
    ids::{AnalyticsRunId, CatalogueServiceId},
    ports::{AnalyticsRepository, StorageError},
};
use jiff::Timestamp;

use self::{
    counts::{CountRow, SearchRow},
    figures::{FiguresRow, RecordRow},
    runs::{NAME_OF_RUNNING, NAME_OF_SUCCEEDED, RunChanges, RunRow},
};
use crate::{
    connection::on_inner,
    schema::{
        analytics_runs, instructor_profiles, instructor_services, search_counts, service_analytics,
        service_catalog, service_categories, users,
    },
    stored::{Place, changed_one},
    types::{Day, Instant, sql},
    unit_of_work::DieselUnitOfWork,
    users::is_bookable,
};

/// Rows in one statement, well below the bind limit of either database.
const CHUNK: usize = 1000;

/// Numbers the active services by popularity; `$1` is now. Only rows whose number changes are written.
const RANK: &str = "
    UPDATE service_catalog SET display_order = ranked.place, updated_at = $1
    FROM (
        SELECT s.id AS id, row_number() OVER (ORDER BY
            2 * CAST(coalesce(a.booking_count_30d, 0) AS BIGINT) + coalesce(a.search_count_30d, 0) DESC,
            s.curated_order, c.display_order, s.id) AS place
        FROM service_catalog AS s
            JOIN service_categories AS c ON c.id = s.category_id
            LEFT JOIN service_analytics AS a ON a.service_catalog_id = s.id
        WHERE s.is_active AND c.is_active
    ) AS ranked
    WHERE service_catalog.id = ranked.id AND service_catalog.display_order <> ranked.place";

impl AnalyticsRepository for DieselUnitOfWork<'_> {
    fn begin_run(&mut self, window: LookBack, at: Timestamp) -> Result<AnalyticsRun, StorageError> {
        let row: RunRow = self.execute(|connection| {
            on_inner!(connection, |connection| insert_into(analytics_runs::table)
                .values((
                    analytics_runs::started_at.eq(Instant(at)),
                    analytics_runs::days.eq(i32::from(window.days())),
                    analytics_runs::status.eq(NAME_OF_RUNNING),
                ))
                .returning(RunRow::as_returning())
                .get_result(connection))
        })?;
        row.into_run()
    }

    fn end_run(&mut self, id: AnalyticsRunId, outcome: &RunOutcome) -> Result<(), StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(analytics_runs::table.find(id.get()))
                .filter(analytics_runs::status.eq(NAME_OF_RUNNING))
                .set(RunChanges::new(outcome))
                .execute(connection)
        })?;
        changed_one(rows, "running analytics_runs", id)
    }

    fn running(&mut self) -> Result<Option<AnalyticsRun>, StorageError> {
        self.last_run_being(NAME_OF_RUNNING)
    }

    fn last_success(&mut self) -> Result<Option<AnalyticsRun>, StorageError> {
        self.last_run_being(NAME_OF_SUCCEEDED)
    }

    fn runs(&mut self, limit: u32) -> Result<Vec<AnalyticsRun>, StorageError> {
        let rows: Vec<RunRow> = self.execute(|connection| {
            analytics_runs::table
                .order(analytics_runs::id.desc())
                .limit(limit.into())
                .select(RunRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(RunRow::into_run).collect()
    }

    fn tallies(&mut self, dates: RunDates) -> Result<Vec<ServiceTally>, StorageError> {
        let mut tallies = self.active_services()?;
        for (service, number) in self.supply()? {
            if let Some(tally) = tallies.get_mut(&service) {
                let place = Place::new("instructor_services of service_catalog", service);
                tally.active_instructors = place.narrow("count", number)?;
            }
        }
        let searches: Vec<SearchRow> = self.execute(|connection| {
            search_counts::table
                .filter(search_counts::date.between(Day(dates.all().first()), Day(dates.all().last())))
                .select(SearchRow::as_select())
                .load(connection)
        })?;
        for row in searches {
            if let Some(tally) = tallies.get_mut(&row.service()) {
                row.add_to(tally)?;
            }
        }
        let counts: Vec<CountRow> = self.execute(|connection| counts::query(dates).load(connection))?;
        for row in counts {
            if let Some(tally) = tallies.get_mut(&row.service()) {
                row.add_to(tally)?;
            }
        }
        Ok(tallies.into_values().collect())
    }

    fn store_figures(&mut self, figures: &[ServiceFigures], at: Timestamp) -> Result<(), StorageError> {
        use service_analytics as a;
        let rows: Vec<FiguresRow> =
            figures.iter().map(|figures| FiguresRow::new(figures, at)).collect::<Result<_, _>>()?;
        for rows in rows.chunks(CHUNK) {
            self.execute(|connection| {
                on_inner!(connection, |connection| insert_into(a::table)
                    .values(rows)
                    .on_conflict(a::service_catalog_id)
                    .do_update()
                    .set((
                        a::search_count_7d.eq(excluded(a::search_count_7d)),
                        a::search_count_30d.eq(excluded(a::search_count_30d)),
                        a::booking_count_7d.eq(excluded(a::booking_count_7d)),
                        a::booking_count_30d.eq(excluded(a::booking_count_30d)),
                        a::avg_price_booked_cents.eq(excluded(a::avg_price_booked_cents)),
                        a::price_percentile_25_cents.eq(excluded(a::price_percentile_25_cents)),
                        a::price_percentile_50_cents.eq(excluded(a::price_percentile_50_cents)),
                        a::price_percentile_75_cents.eq(excluded(a::price_percentile_75_cents)),
                        a::most_booked_duration.eq(excluded(a::most_booked_duration)),
                        a::duration_distribution.eq(excluded(a::duration_distribution)),
                        a::peak_hours.eq(excluded(a::peak_hours)),
                        a::peak_days.eq(excluded(a::peak_days)),
                        a::completion_rate.eq(excluded(a::completion_rate)),
                        a::active_instructors.eq(excluded(a::active_instructors)),
                        a::total_weekly_hours.eq(excluded(a::total_weekly_hours)),
                        a::supply_demand_ratio.eq(excluded(a::supply_demand_ratio)),
                        a::last_calculated.eq(excluded(a::last_calculated)),
                    ))
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn rank_services(&mut self, at: Timestamp) -> Result<(), StorageError> {
        self.execute(|connection| {
            diesel::sql_query(RANK).bind::<sql::Moment, _>(Instant(at)).execute(connection)
        })?;
        Ok(())
    }

    fn records(&mut self) -> Result<Vec<ServiceRecord>, StorageError> {
        let rows: Vec<RecordRow> = self.execute(|connection| {
            service_analytics::table
                .inner_join(service_catalog::table.inner_join(service_categories::table))
                .filter(is_shown())
                .order((service_catalog::display_order, service_catalog::id))
                .select((
                    service_catalog::name,
                    service_catalog::slug,
                    service_categories::name,
                    FiguresRow::as_select(),
                    service_analytics::view_to_booking_rate,
                ))
                .load(connection)
        })?;
        rows.into_iter().map(figures::into_record).collect()
    }
}

impl DieselUnitOfWork<'_> {
    fn last_run_being(&mut self, status: &'static str) -> Result<Option<AnalyticsRun>, StorageError> {
        let row: Option<RunRow> = self.execute(|connection| {
            analytics_runs::table
                .filter(analytics_runs::status.eq(status))
                .order(analytics_runs::id.desc())
                .select(RunRow::as_select())
                .first(connection)
                .optional()
        })?;
        row.map(RunRow::into_run).transpose()
    }

    /// An empty tally of each active service, by id.
    fn active_services(&mut self) -> Result<BTreeMap<i32, ServiceTally>, StorageError> {
        let ids: Vec<i32> = self.execute(|connection| {
            service_catalog::table
                .inner_join(service_categories::table)
                .filter(is_shown())
                .select(service_catalog::id)
                .load(connection)
        })?;
        let tally = |id: i32| {
            let service =
                Place::new("service_catalog", id).check("id", CatalogueServiceId::new(id.into()))?;
            Ok((id, ServiceTally::new(service)))
        };
        ids.into_iter().map(tally).collect()
    }

    /// Number of bookable instructors who offer each service.
    fn supply(&mut self) -> Result<Vec<(i32, i64)>, StorageError> {
        self.execute(|connection| {
            instructor_services::table
                .inner_join(instructor_profiles::table.inner_join(users::table))
                .filter(instructor_services::is_active)
                .filter(is_bookable())
                .group_by(instructor_services::service_catalog_id)
                .select((instructor_services::service_catalog_id, count_star()))
                .load(connection)
        })
    }
}

/// Whether a service is shown: it is switched on, and so is its category.
#[diesel::dsl::auto_type]
fn is_shown() -> _ {
    service_catalog::is_active.and(service_categories::is_active)
}
