//! Visitors, who only look.
//!
//! Some open the pages of the shop window at a steady rate, whether or not the server keeps up. Others look around at their own
//! pace, and the server says how much of what they asked for it had kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::header;

use crate::client::Client;
use crate::journeys::{self, Habit, QUERIES};
use crate::people::{People, SERVICES};

/// Pages opened in a second.
const PAGES_A_SECOND: u32 = 50;
/// 19 of 20 pages are there after this.
const GOAL_MS: u32 = 50;
/// People who look around at the same time.
const LOOKING: usize = 150;
/// How much of what they ask for should have been kept.
const GOAL_KEPT: f64 = 0.95;

/// Opens home, searches and profiles at a steady rate and prints how long they took; returns how many failed.
pub(crate) async fn open_pages(url: &str, time: Duration) -> Result<u64> {
    let client = Client::new(url)?;
    let pages = pages(&client).await?;
    // Whoever comes first pays for what is kept afterwards.
    drop(client.take_report());
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / PAGES_A_SECOND);
    let end = Instant::now() + time;
    let mut opened = Vec::new();
    for (name, path) in pages.into_iter().cycle() {
        if Instant::now() >= end {
            break;
        }
        ticks.tick().await;
        let client = client.clone();
        opened.push(tokio::spawn(async move {
            client.send(name, client.get(&path).header(header::ACCEPT, "text/html")).await;
        }));
    }
    for page in opened {
        page.await?;
    }
    let seen = client.take_report();
    println!("\n{PAGES_A_SECOND} pages a second (goal: p95 below {GOAL_MS} ms)");
    seen.print();
    Ok(seen.failed())
}

/// Lets people look around and prints how much of it had been kept; returns how many requests failed.
pub(crate) async fn look_around(url: &str, people: &Arc<People>, time: Duration) -> Result<u64> {
    let client = Client::new(url)?;
    let before = Lookups::read(&client).await?;
    let seen = journeys::live(url, people, Habit::Browse, LOOKING, time).await?;
    let kept = Lookups::read(&client).await?.share_since(&before)?;
    println!(
        "\n{LOOKING} people who look around: {kept:.3} of what they asked for was kept (goal {GOAL_KEPT})"
    );
    seen.print();
    Ok(seen.failed())
}

/// Home, every search people type, and the pages of those who are found, in turn.
async fn pages(client: &Client) -> Result<Vec<(&'static str, String)>> {
    let mut profiles = Vec::new();
    for service in SERVICES {
        let request = client.get("/search").query(&[("q", service)]).header(header::ACCEPT, "text/html");
        let page = request.send().await?.text().await?;
        let links = page.split("href=\"/instructors/").skip(1);
        let names = links.filter_map(|rest| rest.split(['\"', '?', '#']).next());
        profiles.extend(names.map(|name| format!("/instructors/{name}")));
    }
    profiles.sort_unstable();
    profiles.dedup();
    ensure!(profiles.len() >= QUERIES.len(), "searches lead to {} instructors only", profiles.len());
    let queries = QUERIES.iter().map(|query| {
        let typed: String = query.chars().map(|letter| if letter == ' ' { '+' } else { letter }).collect();
        format!("/search?q={}", typed.replace('$', "%24"))
    });
    let in_turn = queries.cycle().zip(profiles).flat_map(|(search, profile)| {
        [("page: home", "/".to_owned()), ("page: search", search), ("page: profile", profile)]
    });
    Ok(in_turn.collect())
}

/// What a server has found and not found among what it keeps, since it began.
struct Lookups {
    hits: f64,
    misses: f64,
}

impl Lookups {
    async fn read(client: &Client) -> Result<Self> {
        let series = client.get("/metrics/prometheus").send().await?.error_for_status()?.text().await?;
        let figure = |name: &str| {
            let line = series.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|number| number.parse().ok()).with_context(|| format!("no series {name}"))
        };
        Ok(Self {
            hits: figure("instainstru_cache_hits_total")?,
            misses: figure("instainstru_cache_misses_total")?,
        })
    }

    fn share_since(&self, before: &Self) -> Result<f64> {
        let (hits, misses) = (self.hits - before.hits, self.misses - before.misses);
        ensure!(hits + misses > 0.0, "nobody asked for anything that could be kept");
        Ok(hits / (hits + misses))
    }
}
