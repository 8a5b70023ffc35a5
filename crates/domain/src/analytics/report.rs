//! What the figures of all services say together.

use jiff::Timestamp;

use super::ServiceFigures;
use crate::{catalogue::Demand, ids::CatalogueServiceId};

/// A service booked more often than this in 30 days …
const MANY_BOOKINGS: u32 = 10;
/// … and offered by fewer instructors than this needs more of them.
const FEW_INSTRUCTORS: u32 = 3;
/// Above this score a service is in high demand.
const HIGH_DEMAND: f64 = 70.0;

/// An active service with the figures that the last run stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceRecord {
    /// Its name.
    pub name: String,
    /// Unique short name for addresses.
    pub slug: String,
    /// Name of its category.
    pub category: String,
    /// The figures.
    pub figures: ServiceFigures,
    /// Share of profile views that led to a booking, 0..=1; nobody measures it yet.
    pub view_to_booking_rate: Option<f64>,
    /// When they were calculated.
    pub calculated_at: Timestamp,
}

impl ServiceRecord {
    /// How much the service is looked for and booked.
    #[must_use]
    pub fn demand(&self) -> Demand {
        self.figures.demand(self.view_to_booking_rate.unwrap_or_default())
    }
}

/// A service in a report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportLine {
    /// Which service.
    pub service: CatalogueServiceId,
    /// Its name.
    pub name: String,
    /// How much it is looked for and booked.
    pub demand: Demand,
    /// Number of bookable instructors who offer it.
    pub active_instructors: u32,
}

/// Sums over all services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportTotals {
    /// Services with figures.
    pub services: u32,
    /// Those that were booked in the last 30 days.
    pub with_bookings: u32,
    /// Those that were found by searches in the last 30 days.
    pub with_searches: u32,
    /// Bookings of the last 30 days.
    pub bookings_30d: u32,
    /// Searches of the last 30 days, counted for each service they found.
    pub searches_30d: u32,
}

/// What an administrator should know about supply and demand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnalyticsReport {
    /// Sums over all services.
    pub totals: ReportTotals,
    /// Often booked and offered by few, most booked first.
    pub needing_instructors: Vec<ReportLine>,
    /// With a demand score above 70, highest first.
    pub high_demand: Vec<ReportLine>,
    /// Searched for more than before, fastest growth first.
    pub trending: Vec<ReportLine>,
}

impl AnalyticsReport {
    /// The report about these services.
    #[must_use]
    pub fn of(records: &[ServiceRecord]) -> Self {
        let mut report = Self::default();
        for record in records {
            let line = ReportLine {
                service: record.figures.service,
                name: record.name.clone(),
                demand: record.demand(),
                active_instructors: record.figures.active_instructors,
            };
            report.totals.count(&line.demand);
            if line.demand.bookings_30d > MANY_BOOKINGS && line.active_instructors < FEW_INSTRUCTORS {
                report.needing_instructors.push(line.clone());
            }
            if line.demand.is_trending() {
                report.trending.push(line.clone());
            }
            if line.demand.score() > HIGH_DEMAND {
                report.high_demand.push(line);
            }
        }
        // Among equals the alphabet decides, so that a report does not change by itself.
        let growth = |line: &ReportLine| line.demand.search_growth().unwrap_or_default();
        report.needing_instructors.sort_by(|a, b| {
            (b.demand.bookings_30d.cmp(&a.demand.bookings_30d)).then_with(|| a.name.cmp(&b.name))
        });
        report
            .high_demand
            .sort_by(|a, b| b.demand.score().total_cmp(&a.demand.score()).then_with(|| a.name.cmp(&b.name)));
        report.trending.sort_by(|a, b| growth(b).total_cmp(&growth(a)).then_with(|| a.name.cmp(&b.name)));
        report
    }
}

impl ReportTotals {
    fn count(&mut self, demand: &Demand) {
        self.services = self.services.saturating_add(1);
        self.with_bookings = self.with_bookings.saturating_add(u32::from(demand.bookings_30d > 0));
        self.with_searches = self.with_searches.saturating_add(u32::from(demand.searches_30d > 0));
        self.bookings_30d = self.bookings_30d.saturating_add(demand.bookings_30d);
        self.searches_30d = self.searches_30d.saturating_add(demand.searches_30d);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::analytics::{DayTally, LookBack, RunDates, ServiceTally};

    /// A service with so many bookings, searches of the last 7 and 30 days, and instructors.
    fn record(name: &str, bookings: u32, searches: (u32, u32), instructors: u32) -> ServiceRecord {
        let today = date(2026, 7, 15);
        let (recent, earlier) = (today, date(2026, 6, 20));
        let tally = ServiceTally {
            active_instructors: instructors,
            searches: [(recent, searches.0), (earlier, searches.1 - searches.0)].into(),
            days: [(recent, DayTally { all: bookings, completed: 0 })].into(),
            ..ServiceTally::new(CatalogueServiceId::new(1).unwrap())
        };
        ServiceRecord {
            name: name.into(),
            slug: name.to_lowercase(),
            category: "Music".into(),
            figures: ServiceFigures::of(&tally, RunDates::new(today, LookBack::DAILY)),
            view_to_booking_rate: None,
            calculated_at: "2026-07-15T07:00:00Z".parse().unwrap(),
        }
    }

    fn names(lines: &[ReportLine]) -> Vec<&str> {
        lines.iter().map(|line| line.name.as_str()).collect()
    }

    #[test]
    fn the_report_names_what_needs_attention_in_order() {
        let report = AnalyticsReport::of(&[
            record("Piano", 11, (0, 0), 2),
            record("Drums", 30, (0, 0), 0),
            record("Yoga", 30, (0, 0), 2),
            record("Chess", 10, (0, 0), 0),
            record("Guitar", 50, (10, 50), 3),
            record("Spanish", 20, (50, 100), 9),
            record("French", 20, (90, 100), 9),
            record("Chinese", 0, (1, 1), 0),
        ]);
        assert_eq!(names(&report.needing_instructors), ["Drums", "Yoga", "Piano"]);
        assert_eq!(names(&report.high_demand), ["French", "Spanish"], "a score of 60 is not above 70");
        assert_eq!(names(&report.trending), ["Chinese", "French", "Spanish"]);
        assert_eq!(
            report.totals,
            ReportTotals {
                services: 8,
                with_bookings: 7,
                with_searches: 4,
                bookings_30d: 171,
                searches_30d: 251
            }
        );
    }

    #[test]
    fn nothing_is_reported_of_nothing() {
        assert_eq!(AnalyticsReport::of(&[]), AnalyticsReport::default());
    }
}
