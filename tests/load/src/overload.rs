//! More than the server can take.
//!
//! First as many requests as it can answer, one after the other on each connection. Then twice as many a second, whether or not
//! it keeps up: what it answers then is its goodput, and everybody else has to be told when to come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use jiff::ToSpan as _;

use crate::client::Client;
use crate::people::People;
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
    let paths = Arc::new(paths(url, people).await?);
    let most = saturate(url, &paths, time).await?;
    let capacity = rate(most.answered(), time);
    println!("\n{CONNECTIONS} connections that never pause: {capacity:.0} answers a second");
    most.print();
    let flood = flood(url, &paths, capacity * TOO_MUCH, time).await?;
    let goodput = rate(flood.answered(), time);
    println!(
        "\ntwice as much: {goodput:.0} answers a second, {:.0} refused; goodput {:.2} of what is possible (goal 0.90)",
        rate(flood.refused(), time),
        goodput / capacity
    );
    flood.print();
    Ok(most.failed() + flood.failed())
}

/// Every instructor's bookable times on many days: work for the database, and no two alike for a cache to remember.
async fn paths(url: &str, people: &People) -> Result<Vec<String>> {
    let client = Client::new(url)?;
    let mut paths = Vec::new();
    for query in crate::people::SERVICES {
        let request = client.get("/api/v1/search/instructors").query(&[("q", query), ("limit", "50")]);
        let found =
            client.send("search", request).await.context("the marketplace does not answer a search")?.body;
        let results =
            found.get("results").and_then(serde_json::Value::as_array).context("a search has results")?;
        for id in results.iter().filter_map(|one| one.pointer("/instructor/id")) {
            for day in 0..28 {
                let from = people.monday.checked_add(day.days())?;
                let to = from.checked_add(13.days())?;
                paths.push(format!(
                    "/api/v1/public/instructors/{id}/start-times?start_date={from}&end_date={to}&duration_minutes=30"
                ));
            }
        }
    }
    ensure!(!paths.is_empty(), "nobody teaches anything");
    Ok(paths)
}

async fn saturate(url: &str, paths: &Arc<Vec<String>>, time: Duration) -> Result<Report> {
    let client = Client::new(url)?;
    let (next, end) = (Arc::new(AtomicUsize::new(0)), Instant::now() + time);
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (client, paths, next) = (client.clone(), Arc::clone(paths), Arc::clone(&next));
            tokio::spawn(async move {
                while Instant::now() < end {
                    ask(&client, &paths, &next).await;
                }
            })
        })
        .collect();
    for connection in connections {
        connection.await?;
    }
    Ok(client.take_report())
}

async fn flood(url: &str, paths: &Arc<Vec<String>>, a_second: f64, time: Duration) -> Result<Report> {
    let client = Client::new(url)?;
    let next = Arc::new(AtomicUsize::new(0));
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
            let (client, paths, next) = (client.clone(), Arc::clone(paths), Arc::clone(&next));
            tokio::spawn(async move {
                ask(&client, &paths, &next).await;
                drop(permit);
            });
        }
    }
    // Answers that come later come too late to count.
    Ok(client.take_report())
}

async fn ask(client: &Client, paths: &[String], next: &AtomicUsize) {
    let index = next.fetch_add(1, Ordering::Relaxed) % paths.len().max(1);
    if let Some(path) = paths.get(index) {
        client.send("start times", client.get(path)).await;
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a rate is shown")]
fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
