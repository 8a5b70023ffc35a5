//! More than the server can take.
//!
//! First as many requests as it can answer, one after the other on each connection. Then twice as many a second, whether or not
//! it keeps up: what it answers then is its goodput, and everybody else has to be told when to come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use jiff::{ToSpan as _, civil::Date};
use serde_json::Value;

use crate::client::Client;
use crate::people::{People, SERVICES};
use crate::report::Report;

/// Connections that keep the server busy.
const CONNECTIONS: usize = 32;
/// How much more than it can take is sent.
const TOO_MUCH: f64 = 2.0;
/// Most requests that wait for their answers at once, like connections of a proxy.
const MOST_WAITING: usize = 2_000;
/// How many requests are sent together.
const TICK: Duration = Duration::from_millis(5);

/// Measures and prints both; returns how many requests failed.
pub(crate) async fn measure(url: &str, people: &Arc<People>, time: Duration) -> Result<u64> {
    let questions = Arc::new(Questions::prepare(url, people).await?);
    let most = saturate(url, &questions, time).await?;
    let capacity = rate(most.answered(), time);
    println!("\n{CONNECTIONS} connections that never pause: {capacity:.0} answers a second");
    most.print();
    let flood = flood(url, &questions, capacity * TOO_MUCH, time).await?;
    let goodput = rate(flood.answered(), time);
    println!(
        "\ntwice as much: {goodput:.0} answers a second, {:.0} refused; goodput {:.2} of what is possible (goal 0.90)",
        rate(flood.refused(), time),
        goodput / capacity
    );
    flood.print();
    Ok(most.failed() + flood.failed())
}

/// Questions for bookable times, each asked once, so that nothing that was kept answers them: all are work for the database.
struct Questions {
    instructors: Vec<i64>,
    monday: Date,
    asked: AtomicUsize,
}

impl Questions {
    async fn prepare(url: &str, people: &People) -> Result<Self> {
        let client = Client::new(url)?;
        let mut instructors = Vec::new();
        for query in SERVICES {
            let request = client.get("/api/v1/search/instructors").query(&[("q", query), ("limit", "50")]);
            let found =
                client.send("search", request).await.context("the marketplace does not answer a search")?;
            let body = found.body().context("a search is answered with JSON")?;
            let results = body.get("results").and_then(Value::as_array).context("a search has results")?;
            instructors.extend(results.iter().filter_map(|one| one.pointer("/instructor/id")?.as_i64()));
        }
        instructors.sort_unstable();
        instructors.dedup();
        ensure!(!instructors.is_empty(), "nobody teaches anything");
        Ok(Self { instructors, monday: people.monday, asked: AtomicUsize::new(0) })
    }

    /// One that nobody asked before: of each instructor, for two lengths, about spans of 14 to 88 days that begin on 28 days, with three steps.
    fn next(&self) -> Result<String> {
        let mut rest = self.asked.fetch_add(1, Ordering::Relaxed);
        let mut choose = |among: usize| {
            let chosen = rest % among;
            rest /= among;
            chosen
        };
        let instructor = self.instructors.get(choose(self.instructors.len())).context("nobody to ask for")?;
        let from = self.monday.checked_add(i64::try_from(choose(28))?.days())?;
        let to = from.checked_add(i64::try_from(13 + choose(75))?.days())?;
        let minutes = [30, 60].get(choose(2)).context("two lengths")?;
        let step = [15, 30, 60].get(choose(3)).context("three steps")?;
        ensure!(rest == 0, "all questions have been asked: measure for a shorter time");
        Ok(format!(
            "/api/v1/public/instructors/{instructor}/start-times?start_date={from}&end_date={to}\
             &duration_minutes={minutes}&step_minutes={step}"
        ))
    }
}

async fn saturate(url: &str, questions: &Arc<Questions>, time: Duration) -> Result<Report> {
    let client = Client::new(url)?;
    let end = Instant::now() + time;
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (client, questions) = (client.clone(), Arc::clone(questions));
            tokio::spawn(async move {
                while Instant::now() < end {
                    ask(&client, &questions.next()?).await;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for connection in connections {
        connection.await??;
    }
    Ok(client.take_report())
}

async fn flood(url: &str, questions: &Questions, a_second: f64, time: Duration) -> Result<Report> {
    let client = Client::new(url)?;
    let waiting = Arc::new(tokio::sync::Semaphore::new(MOST_WAITING));
    let begin = Instant::now();
    let mut ticks = tokio::time::interval(TICK);
    let mut sent = 0.0;
    while begin.elapsed() < time {
        ticks.tick().await;
        let due = begin.elapsed().as_secs_f64() * a_second;
        while sent < due {
            sent += 1.0;
            let permit = Arc::clone(&waiting).acquire_owned().await?;
            let (client, path) = (client.clone(), questions.next()?);
            tokio::spawn(async move {
                ask(&client, &path).await;
                drop(permit);
            });
        }
    }
    // Answers that come later come too late to count.
    Ok(client.take_report())
}

async fn ask(client: &Client, path: &str) {
    client.send("start times", client.get(path)).await;
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a rate is shown")]
fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
