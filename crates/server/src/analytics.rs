//! The commands of the analytics: running them, and telling what they found out.

use std::io::Write;

use anyhow::Context;
use instainstru_domain::analytics::{AnalyticsReport, AnalyticsRun, LookBack, ReportLine, RunOutcome};
use instainstru_http::analytics_status_json;
use instainstru_service::analytics::{AnalyticsStatus, AnalyticsUseCases};

use crate::{compose::Parts, config::Config, storage};

/// Runs of the history that people are shown; JSON has more, and all services.
const SHOWN_RUNS: usize = 5;
/// Services of each kind that people are shown.
const SHOWN_SERVICES: usize = 20;

/// How to tell what the analytics say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// For programs: as the API shows it.
    Json,
}

/// `analytics run`: calculates the figures of all services and reports what they say.
///
/// # Errors
/// When the database cannot be used or a run is under way; the history then holds a run that failed.
pub fn run(config: &Config, window: LookBack, form: Form, out: &mut dyn Write) -> anyhow::Result<()> {
    let analytics = Parts::new(config, &storage::open(config)?)?.analytics();
    analytics.run(None, window).context("cannot run the analytics")?;
    tell(&analytics.status()?, form, out)
}

/// `analytics status`: reports what the last runs found out.
///
/// # Errors
/// When the database cannot be used.
pub fn status(config: &Config, form: Form, out: &mut dyn Write) -> anyhow::Result<()> {
    let analytics = Parts::new(config, &storage::open(config)?)?.analytics();
    tell(&analytics.status()?, form, out)
}

fn tell(status: &AnalyticsStatus, form: Form, out: &mut dyn Write) -> anyhow::Result<()> {
    match form {
        Form::Json => writeln!(out, "{}", analytics_status_json(status)?)?,
        Form::Text => write_status(status, out)?,
    }
    Ok(())
}

fn write_status(status: &AnalyticsStatus, out: &mut dyn Write) -> std::io::Result<()> {
    if status.runs.is_empty() {
        return writeln!(out, "The analytics have never run; `instainstru analytics run` runs them.");
    }
    if status.last_success.is_some() {
        write_report(&status.report, out)?;
    }
    writeln!(out, "\nLast runs:")?;
    status.runs.iter().take(SHOWN_RUNS).try_for_each(|run| writeln!(out, "  {}", line_of(run)))
}

fn write_report(report: &AnalyticsReport, out: &mut dyn Write) -> std::io::Result<()> {
    let totals = &report.totals;
    writeln!(
        out,
        "Last 30 days: {} of {}, {} for {}; there are {} in all.",
        counted(totals.bookings_30d, "booking", "bookings"),
        counted(totals.with_bookings, "service", "services"),
        counted(totals.searches_30d, "search", "searches"),
        counted(totals.with_searches, "service", "services"),
        counted(totals.services, "active service", "active services"),
    )?;
    section(out, "Need more instructors", &report.needing_instructors, |line| {
        let instructors = counted(line.active_instructors, "instructor", "instructors");
        format!("{} bookings, {instructors}", line.demand.bookings_30d)
    })?;
    section(out, "In high demand", &report.high_demand, |line| {
        format!(
            "score {:.0}, {} searches, {} bookings",
            line.demand.score(),
            line.demand.searches_30d,
            line.demand.bookings_30d
        )
    })?;
    section(out, "Trending", &report.trending, |line| {
        let growth = line.demand.search_growth().unwrap_or_default() * 100.0;
        format!("{growth:+.0} % searches a day, {} in 7 days", line.demand.searches_7d)
    })
}

fn section(
    out: &mut dyn Write,
    title: &str,
    lines: &[ReportLine],
    says: impl Fn(&ReportLine) -> String,
) -> std::io::Result<()> {
    if lines.is_empty() {
        return writeln!(out, "\n{title}: none.");
    }
    writeln!(out, "\n{title}:")?;
    for line in lines.iter().take(SHOWN_SERVICES) {
        writeln!(out, "  {:<32} {}", line.name, says(line))?;
    }
    match lines.len().saturating_sub(SHOWN_SERVICES) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

/// `1 service`, `2 services`.
fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A run in one line.
fn line_of(run: &AnalyticsRun) -> String {
    let began = format!("{} {:>3} days back", run.started_at, run.window.days());
    match &run.outcome {
        None => format!("{began}  under way"),
        Some(RunOutcome::Succeeded { at, services }) => {
            let seconds = at.duration_since(run.started_at).as_secs_f64();
            format!("{began}  {services} services in {seconds:.1} s")
        }
        Some(RunOutcome::Failed { error, .. }) => format!("{began}  failed: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use instainstru_service::analytics::AnalyticsService;
    use instainstru_test_support::{
        builders::{a_booking, a_catalogue, an_instructor, searched},
        clock::FixedClock,
        memory::{Fault, MemoryStore, unavailable},
    };
    use jiff::civil::date;

    use super::*;

    fn told(analytics: &AnalyticsService, form: Form) -> String {
        let mut out = Vec::new();
        tell(&analytics.status().unwrap(), form, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_read_a_report_and_programs_what_the_api_shows() {
        let (store, clock) = (MemoryStore::new(), FixedClock::at("2026-07-15T07:00:00Z"));
        let analytics = AnalyticsService::new(Arc::new(store.clone()), Arc::new(clock.clone()));
        let never = told(&analytics, Form::Text);
        assert!(never.starts_with("The analytics have never run"), "{never}");

        let ada = an_instructor(&store).offering("piano", 75_00, &[60]).insert();
        for day in 1..=12 {
            let _lesson = a_booking(&store).with(&ada).at(date(2026, 7, day), "10:00", 60).insert();
        }
        let (piano, yoga) = (a_catalogue(&store).id("piano"), a_catalogue(&store).id("yoga"));
        for (service, times) in [(piano, 400), (yoga, 7)] {
            searched(&store, service, date(2026, 7, 14), times);
        }
        store.fail_next(Fault::Call(4), unavailable);
        assert!(analytics.run(None, LookBack::BY_HAND).is_err());
        clock.set("2026-07-15T07:01:00Z");
        analytics.run(None, LookBack::DAILY).unwrap();
        assert_eq!(
            told(&analytics, Form::Text),
            "Last 30 days: 12 bookings of 1 service, 407 searches for 2 services; there are 4 active services in all.\n\
             \n\
             Need more instructors:\n  \
               Piano                            12 bookings, 1 instructor\n\
             \n\
             In high demand: none.\n\
             \n\
             Trending:\n  \
               Piano                            +329 % searches a day, 400 in 7 days\n  \
               Yoga                             +329 % searches a day, 7 in 7 days\n\
             \n\
             Last runs:\n  \
               2026-07-15T07:01:00Z  30 days back  4 services in 0.0 s\n  \
               2026-07-15T07:00:00Z  90 days back  failed: the database is not available\n"
        );
        let json: serde_json::Value = serde_json::from_str(&told(&analytics, Form::Json)).unwrap();
        assert_eq!(json["last_success"]["days"], 30);
        assert_eq!(json["report"]["trending_services"][0]["name"], "Piano");
        assert_eq!(json["runs"][1]["status"], "failed");
    }
}
