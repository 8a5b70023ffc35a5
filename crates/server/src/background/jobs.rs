//! What runs regularly.

use std::{num::NonZeroU16, sync::Arc};

use instainstru_domain::{
    analytics::RunOutcome,
    job::{JobSpec, Schedule},
    zone::Zone,
};
use instainstru_service::{
    analytics::AnalyticsUseCases as _,
    reminders::{ReminderService, ReminderUseCases as _},
    retention::{RetentionService, Swept, sweeps},
};
use jiff::civil::{Time, time};

use super::Job;
use crate::{compose::Parts, config::Config};

const QUARTER_HOUR: NonZeroU16 = NonZeroU16::MIN.saturating_add(14);
const TWO_IN_THE_MORNING: Time = time(2, 0, 0, 0);
const HOUR: NonZeroU16 = NonZeroU16::MIN.saturating_add(59);

/// Everything that runs regularly.
#[must_use]
pub fn jobs(config: &Config, parts: &Parts) -> Vec<Job> {
    vec![analytics(parts), reminders(config, parts), sweep(config, parts)]
}

fn every(minutes: NonZeroU16, name: &'static str, about: &'static str) -> JobSpec {
    JobSpec { name, about, schedule: Schedule::Every { minutes } }
}

/// Calculates the demand for services, early in the morning where the marketplace is at home.
fn analytics(parts: &Parts) -> Job {
    let schedule = Schedule::Daily { at: TWO_IN_THE_MORNING, zone: Zone::new_york() };
    let spec =
        JobSpec { name: "analytics", about: "Calculates the demand for services and ranks them", schedule };
    let service = parts.analytics();
    Job::new(spec, move |_stop| {
        Ok(match service.run_daily()?.and_then(|run| run.outcome) {
            Some(RunOutcome::Succeeded { services, .. }) => format!("calculated {services} services"),
            Some(RunOutcome::Failed { .. }) | None => "another run is under way".to_owned(),
        })
    })
}

/// Reminds people of lessons.
fn reminders(config: &Config, parts: &Parts) -> Job {
    let (tx, clock) = (Arc::clone(&parts.transactor), Arc::clone(&parts.clock));
    let service = ReminderService::new(tx, clock, config.background.reminders.clone());
    Job::new(every(QUARTER_HOUR, "reminders", "Reminds students and instructors of lessons"), move |_stop| {
        Ok(match service.send_due()? {
            1 => "reminded of 1 lesson".to_owned(),
            lessons => format!("reminded of {lessons} lessons"),
        })
    })
}

/// Forgets what has served its purpose.
fn sweep(config: &Config, parts: &Parts) -> Job {
    let (tx, clock) = (Arc::clone(&parts.transactor), Arc::clone(&parts.clock));
    let service = RetentionService::new(tx, clock, sweeps(config.background.retention));
    Job::new(every(HOUR, "sweep", "Forgets what has been kept for long enough"), move |stop| {
        Ok(told(&service.sweep(stop)?))
    })
}

/// What was forgotten, in words.
fn told(swept: &[Swept]) -> String {
    let some: Vec<String> = swept
        .iter()
        .filter(|swept| swept.count > 0)
        .map(|swept| format!("{} {}", swept.count, swept.what))
        .collect();
    if some.is_empty() { "nothing to forget".to_owned() } else { format!("forgot {}", some.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_what_was_forgotten() {
        let swept = |what, count| Swept { what, count };
        assert_eq!(told(&[swept("events", 0)]), "nothing to forget");
        let some = [swept("events", 2), swept("stored answers", 0), swept("runs of jobs", 1)];
        assert_eq!(told(&some), "forgot 2 events, 1 runs of jobs");
    }
}
