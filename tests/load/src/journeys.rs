//! What people do: look around, search, book and cancel, and plan their weeks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::ToSpan as _;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use reqwest::header;
use serde_json::{Value, json};

use crate::client::Client;
use crate::people::{People, SERVICES, schedule};
use crate::report::Report;

/// How long people look at a page before they go on, in milliseconds.
const PAUSE: std::ops::Range<u64> = 500..2_000;
/// What people ask for.
pub(crate) const QUERIES: [&str; 8] = [
    "piano under $80",
    "guitar tomorrow evening",
    "yoga this weekend",
    "spanish for kids",
    "piano lessons next tuesday",
    "math tutor in Brooklyn",
    "drums online",
    "guitar or ukulele",
];

/// What people come for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// They look around, and nothing else.
    Browse,
    /// Half look around, others search, book and plan.
    Everything,
}

/// Lets `users` people do what they do for `time`.
pub(crate) async fn live(
    url: &str,
    people: &Arc<People>,
    habit: Habit,
    users: usize,
    time: Duration,
) -> Result<Report> {
    let client = Client::new(url)?;
    let end = Instant::now() + time;
    let lives: Vec<_> = (0..users)
        .map(|index| {
            let person = Person { client: client.clone(), people: Arc::clone(people), habit, index };
            tokio::spawn(person.live(end))
        })
        .collect();
    for life in lives {
        life.await?;
    }
    Ok(client.take_report())
}

struct Person {
    client: Client,
    people: Arc<People>,
    habit: Habit,
    index: usize,
}

/// Somebody, and what can be booked there.
struct Teacher {
    id: i64,
    service: i64,
    minutes: i64,
}

impl Person {
    async fn live(self, end: Instant) {
        // Everybody behaves alike in every run, and unlike everybody else.
        let mut chance = StdRng::seed_from_u64(u64::try_from(self.index).unwrap_or_default());
        // Not all at once.
        pause(&mut chance).await;
        while Instant::now() < end {
            let wish = if self.habit == Habit::Browse { 0 } else { chance.random_range(0..100) };
            match wish {
                0..50 => self.browse(&mut chance).await,
                50..75 => self.search(&mut chance).await,
                75..95 => self.book(&mut chance).await,
                _ => self.plan(&mut chance).await,
            };
            pause(&mut chance).await;
        }
    }

    /// The home page, a category and the free time of somebody.
    async fn browse(&self, chance: &mut StdRng) -> Option<()> {
        self.page("page: home", "/").await?;
        pause(chance).await;
        self.page("page: category", "/services/music").await?;
        pause(chance).await;
        let Teacher { id: instructor, .. } = self.somebody(chance).await?;
        let (from, to) = (self.people.today, self.people.today.checked_add(27.days()).ok()?);
        let path =
            format!("/api/v1/public/instructors/{instructor}/availability?start_date={from}&end_date={to}");
        self.client.send("availability", self.client.get(&path)).await?;
        Some(())
    }

    async fn search(&self, chance: &mut StdRng) -> Option<()> {
        let query = *QUERIES.choose(chance)?;
        let request = self.client.get("/search").query(&[("q", query)]).header(header::ACCEPT, "text/html");
        self.client.send("page: search", request).await?;
        Some(())
    }

    /// Finds somebody, takes one of the free times, and mostly thinks better of it.
    async fn book(&self, chance: &mut StdRng) -> Option<()> {
        let token = self.people.students.get(self.index)?;
        let Teacher { id: instructor, service, minutes } = self.somebody(chance).await?;
        let from = self.people.monday.checked_add(chance.random_range(0..20).days()).ok()?;
        let path = format!(
            "/api/v1/public/instructors/{instructor}/start-times?start_date={from}&end_date={}&duration_minutes={minutes}",
            from.checked_add(7.days()).ok()?
        );
        let times = self.client.send("start times", self.client.get(&path)).await?.body()?;
        let day = times.get("days")?.as_array()?.choose(chance)?.clone();
        let start = day.get("times")?.as_array()?.choose(chance)?.clone();
        pause(chance).await;
        self.client.send("profile", self.client.get(&format!("/api/v1/instructors/{instructor}"))).await?;
        let wish = json!({
            "instructor_id": instructor,
            "instructor_service_id": service,
            "booking_date": day.get("date")?,
            "start_time": start,
            "selected_duration": minutes,
        });
        let booked = self.client.send("book", self.client.post("/api/v1/bookings", token, &wish)).await?;
        let id = booked.body()?.get("id").and_then(Value::as_i64)?;
        if chance.random_bool(0.7) {
            pause(chance).await;
            let path = format!("/api/v1/bookings/{id}/cancel");
            let reason = json!({"reason": "Something came up"});
            self.client.send("cancel", self.client.post(&path, token, &reason)).await?;
        }
        Some(())
    }

    /// Changes the hours of a week.
    async fn plan(&self, chance: &mut StdRng) -> Option<()> {
        let token = self.people.instructors.choose(chance)?;
        let week = self.people.monday.checked_add((chance.random_range(0..6) * 7).days()).ok()?;
        let path = format!("/api/v1/instructors/availability-windows/week?start_date={week}");
        let seen = self.client.send("week", self.client.get(&path).bearer_auth(token)).await?;
        pause(chance).await;
        let end = ["20:00", "20:30", "21:00"].choose(chance)?;
        let body = json!({"week_start": week, "schedule": schedule(week, "09:00", end)});
        let save = self.client.post("/api/v1/instructors/availability-windows/week", token, &body);
        self.client.send("save week", save.header(header::IF_MATCH, seen.etag?)).await?;
        Some(())
    }

    /// Somebody who teaches something.
    async fn somebody(&self, chance: &mut StdRng) -> Option<Teacher> {
        let query = SERVICES.choose(chance)?;
        let request = self.client.get("/api/v1/search/instructors").query(&[("q", *query)]);
        let found = self.client.send("search", request).await?.body()?;
        let one = found.get("results")?.as_array()?.choose(chance)?;
        let number = |path| one.pointer(path).and_then(Value::as_i64);
        Some(Teacher {
            id: number("/instructor/id")?,
            service: number("/offering/id")?,
            minutes: number("/offering/duration_options/0")?,
        })
    }

    async fn page(&self, name: &'static str, path: &str) -> Option<()> {
        self.client.send(name, self.client.get(path).header(header::ACCEPT, "text/html")).await.map(|_| ())
    }
}

async fn pause(chance: &mut StdRng) {
    tokio::time::sleep(Duration::from_millis(chance.random_range(PAUSE))).await;
}
