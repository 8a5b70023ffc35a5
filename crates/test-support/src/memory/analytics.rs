//! The daily analytics in memory.

use std::cmp::Reverse;

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    analytics::{AnalyticsRun, LookBack, RunDates, RunOutcome, ServiceFigures, ServiceRecord, ServiceTally},
    booking::Booking,
    catalogue::{CatalogueService, Demand},
    ids::{AnalyticsRunId, CatalogueServiceId},
    ports::{AnalyticsRepository, Conflict, StorageError},
};
use jiff::Timestamp;

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    fn active_services(&self) -> impl Iterator<Item = &CatalogueService> {
        self.catalogue.values().filter(|service| self.is_shown(service))
    }

    /// The service of the catalogue that was booked.
    pub(super) fn booked_service(&self, booking: &Booking) -> Option<CatalogueServiceId> {
        let service = self.services.get(&booking.instructor_service_id)?;
        Some(service.offer.catalogue_service_id)
    }

    fn tally(&self, service: CatalogueServiceId, dates: RunDates) -> Result<ServiceTally, StorageError> {
        let mut tally = ServiceTally::new(service);
        for instructor in self.bookable_instructors()? {
            let offers =
                instructor.services.iter().any(|offered| offered.offer.catalogue_service_id == service);
            tally.active_instructors += u32::from(offers);
        }
        let counted = self
            .search_counts
            .iter()
            .filter(|((date, found), _count)| *found == service && dates.all().contains(*date));
        tally.searches = counted.map(|((date, _found), count)| (*date, *count)).collect();
        for booking in self.bookings.values().filter(|booking| self.booked_service(booking) == Some(service))
        {
            count(&mut tally, booking, dates);
        }
        Ok(tally)
    }
}

/// Counts one booking of the service.
fn count(tally: &mut ServiceTally, booking: &Booking, dates: RunDates) {
    let date = booking.time.date;
    let completed = booking.status == BookingStatus::Completed;
    if dates.all().contains(date) {
        let day = tally.days.entry(date).or_default();
        day.all += 1;
        day.completed += u32::from(completed);
    }
    if dates.window().contains(date) {
        *tally.hours.entry(booking.time.range.start().hour()).or_default() += 1;
        if completed {
            *tally.completed_by_length.entry(booking.length).or_default() += 1;
            *tally.completed_by_price.entry(booking.total_price).or_default() += 1;
        }
    }
}

impl AnalyticsRepository for MemoryUnitOfWork<'_> {
    fn begin_run(&mut self, window: LookBack, at: Timestamp) -> Result<AnalyticsRun, StorageError> {
        let state = self.call()?;
        if state.analytics_runs.values().any(|run| run.outcome.is_none()) {
            return Err(StorageError::Conflict(Conflict::AnalyticsRunning));
        }
        let id = state.next_analytics_run()?;
        let run = AnalyticsRun { id, started_at: at, window, outcome: None };
        state.analytics_runs.insert(id, run.clone());
        Ok(run)
    }

    fn end_run(&mut self, id: AnalyticsRunId, outcome: &RunOutcome) -> Result<(), StorageError> {
        let run = self.call()?.analytics_runs.get_mut(&id).filter(|run| run.outcome.is_none());
        run.ok_or_else(|| missing("running analytics", id.get()))?.outcome = Some(outcome.clone());
        Ok(())
    }

    fn running(&mut self) -> Result<Option<AnalyticsRun>, StorageError> {
        Ok(self.call()?.analytics_runs.values().find(|run| run.outcome.is_none()).cloned())
    }

    fn last_success(&mut self) -> Result<Option<AnalyticsRun>, StorageError> {
        let succeeded = |run: &&AnalyticsRun| matches!(run.outcome, Some(RunOutcome::Succeeded { .. }));
        Ok(self.call()?.analytics_runs.values().rev().find(succeeded).cloned())
    }

    fn runs(&mut self, limit: u32) -> Result<Vec<AnalyticsRun>, StorageError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.call()?.analytics_runs.values().rev().take(limit).cloned().collect())
    }

    fn tallies(&mut self, dates: RunDates) -> Result<Vec<ServiceTally>, StorageError> {
        let state = self.call()?;
        state.active_services().map(|service| state.tally(service.id, dates)).collect()
    }

    fn store_figures(&mut self, figures: &[ServiceFigures], at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        for figures in figures {
            let id = figures.service;
            if !state.catalogue.contains_key(&id) {
                return Err(missing("catalogue service", id.get()));
            }
            let demand = state.demand.entry(id).or_default();
            *demand = figures.demand(demand.view_to_booking_rate);
            state.figures.insert(id, (figures.clone(), at));
        }
        Ok(())
    }

    fn rank_services(&mut self, _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        let mut ranked: Vec<_> = state
            .active_services()
            .map(|service| {
                let popularity = state.demand.get(&service.id).map_or(0, Demand::popularity);
                let category = state.categories.get(&service.category_id);
                let category = category.map_or(i32::MAX, |category| category.facts.display_order);
                (Reverse(popularity), service.facts.display_order, category, service.id)
            })
            .collect();
        ranked.sort();
        for (rank, (.., id)) in (1..).zip(ranked) {
            if let Some(service) = state.catalogue.get_mut(&id) {
                service.display_order = rank;
            }
        }
        Ok(())
    }

    fn records(&mut self) -> Result<Vec<ServiceRecord>, StorageError> {
        let state = self.call()?;
        let mut services: Vec<&CatalogueService> = state.active_services().collect();
        services.sort_by_key(|service| (service.display_order, service.id));
        let record = |service: &CatalogueService| {
            let (figures, calculated_at) = state.figures.get(&service.id)?;
            let rate = state.demand.get(&service.id).map(|demand| demand.view_to_booking_rate);
            Some(ServiceRecord {
                name: service.facts.name.clone(),
                slug: service.facts.slug.clone(),
                category: state.categories.get(&service.category_id)?.facts.name.clone(),
                figures: figures.clone(),
                view_to_booking_rate: rate.filter(|rate| *rate > 0.0),
                calculated_at: *calculated_at,
            })
        };
        Ok(services.into_iter().filter_map(record).collect())
    }
}
