//! What has to hold, each as one scenario that prints what it saw and fails when it does not hold.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Cluster;
use crate::bench::market::{FIRST_MONDAY, Market, Pair};

/// How soon a change has to be seen on every node.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// How long somebody goes on trying to book.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everybody wants the same time of the same instructor, through the balancer: one gets it.
pub(super) fn race(cluster: &Cluster, market: &Market, rounds: u32) -> Result<()> {
    let wanted = market.pairs.first().context("somebody teaches")?;
    let url = cluster.proxy.url("/api/v1/bookings");
    for round in 0..rounds {
        let body = wanted.booking(round)?;
        let statuses: Vec<u16> = thread::scope(|scope| {
            let rivals: Vec<_> = market
                .pairs
                .iter()
                .map(|rival| scope.spawn(|| post(&url, &rival.student_token, None, &body).map(|(status, _)| status)))
                .collect();
            rivals.into_iter().map(|rival| rival.join().map_err(|_| anyhow::anyhow!("a rival panicked"))?).collect::<Result<_>>()
        })?;
        let won = statuses.iter().filter(|status| **status == 201).count();
        let lost = statuses.iter().filter(|status| **status == 409).count();
        ensure!(won == 1 && won + lost == statuses.len(), "round {round}: {statuses:?}");
    }
    println!("race: {rounds} rounds, {} rivals each, one 201 and otherwise 409 in every round", market.pairs.len());
    Ok(())
}

/// A week that is saved at one node is seen there at once, and everywhere within a second.
pub(super) fn coherence(cluster: &Cluster, market: &Market, rounds: u32) -> Result<()> {
    let slowest = changes(cluster, market, rounds)?;
    println!("coherence: {rounds} changes, seen at once by their authors and everywhere within {} ms", slowest.as_millis());
    Ok(())
}

fn changes(cluster: &Cluster, market: &Market, rounds: u32) -> Result<Duration> {
    // The last pair: nobody books there.
    let pair = market.pairs.last().context("somebody teaches")?;
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        // Every round says something that was never said before.
        let end = format!("{:02}:{:02}", 12 + round / 4 % 11, round % 4 * 15);
        let author = cluster.nodes.iter().cycle().nth(round as usize).context("there are nodes")?;
        let week = json!({"week_start": FIRST_MONDAY, "clear_existing": true, "schedule": [
            {"date": FIRST_MONDAY, "start_time": "09:00", "end_time": end},
        ]});
        let (status, answer) = post(
            &author.url("/api/v1/instructors/availability-windows/week"),
            &pair.instructor_token,
            None,
            &week,
        )?;
        ensure!(status == 200, "saving a week: {status} {answer}");
        let saved = Instant::now();
        let path = format!(
            "/api/v1/public/instructors/{}/availability?start_date={FIRST_MONDAY}&end_date={FIRST_MONDAY}",
            pair.instructor_id
        );
        ensure!(get(&author.url(&path))?.contains(&end), "round {round}: the author does not see the change");
        for node in &cluster.nodes {
            while !get(&node.url(&path))?.contains(&end) {
                ensure!(saved.elapsed() < SEEN_WITHIN * 5, "round {round}: a node never sees the change");
                thread::sleep(Duration::from_millis(2));
            }
            slowest = slowest.max(saved.elapsed());
        }
    }
    ensure!(slowest < SEEN_WITHIN, "a change was seen only after {slowest:?}");
    Ok(slowest)
}

/// Redis dies and comes back while people look around: nobody notices, and afterwards changes are seen in time again.
pub(super) fn redis_dies(cluster: &mut Cluster, market: &Market) -> Result<()> {
    let stop = AtomicBool::new(false);
    let (answered, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    let paths: Vec<String> = market
        .pairs
        .iter()
        .map(|pair| {
            format!(
                "/api/v1/public/instructors/{}/availability?start_date={FIRST_MONDAY}&end_date={FIRST_MONDAY}",
                pair.instructor_id
            )
        })
        .collect();
    let urls: Vec<String> = paths.iter().map(|path| cluster.proxy.url(path)).collect();
    thread::scope(|scope| {
        for first in 0..8 {
            let (urls, stop, answered, failed) = (&urls, &stop, &answered, &failed);
            scope.spawn(move || {
                for url in urls.iter().cycle().skip(first) {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let count = if get(url).is_ok() { answered } else { failed };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let lived = (|| {
            thread::sleep(Duration::from_secs(2));
            cluster.redis.kill()?;
            thread::sleep(Duration::from_secs(3));
            cluster.redis.start_again()?;
            // A second to find it again.
            thread::sleep(Duration::from_secs(1));
            Ok::<_, crate::redis::RedisError>(())
        })();
        stop.store(true, Ordering::Relaxed);
        lived
    })?;
    let slowest = changes(cluster, market, 6)?;
    let (answered, failed) = (answered.into_inner(), failed.into_inner());
    println!(
        "Redis dies and comes back: {answered} requests, {failed} failed; changes seen within {} ms a second later",
        slowest.as_millis()
    );
    ensure!(failed == 0, "{failed} requests failed while Redis was away");
    Ok(())
}

/// A node is killed while people book, and comes back: whoever tries again under the same key has booked once.
pub(super) fn node_dies(cluster: &mut Cluster, market: &Market, seconds: u64) -> Result<()> {
    // Far from the times the race was about.
    const FIRST: u32 = 48 * 30;
    let stop = AtomicBool::new(false);
    let (booked, repeated) = (AtomicU64::new(0), AtomicU64::new(0));
    let url = cluster.proxy.url("/api/v1/bookings");
    let outcome = thread::scope(|scope| {
        let bookers: Vec<_> = market
            .pairs
            .iter()
            .skip(1)
            .take(16)
            .map(|pair| {
                let (url, stop, booked, repeated) = (&url, &stop, &booked, &repeated);
                scope.spawn(move || {
                    let mut lesson = FIRST;
                    while !stop.load(Ordering::Relaxed) {
                        repeated.fetch_add(book(url, pair, lesson)?, Ordering::Relaxed);
                        booked.fetch_add(1, Ordering::Relaxed);
                        lesson += 1;
                    }
                    Ok::<_, anyhow::Error>(())
                })
            })
            .collect();
        let lived = (|| {
            thread::sleep(Duration::from_secs(seconds) / 3);
            let last = cluster.nodes.len().saturating_sub(1);
            let node = cluster.nodes.get_mut(last).context("there are nodes")?;
            node.kill();
            thread::sleep(Duration::from_secs(seconds) / 3);
            node.come_back()?;
            cluster.proxy.replace(last, node.address());
            thread::sleep(Duration::from_secs(seconds) / 3);
            Ok::<_, anyhow::Error>(())
        })();
        stop.store(true, Ordering::Relaxed);
        let ended: Result<Vec<()>> = bookers
            .into_iter()
            .map(|booker| booker.join().map_err(|_| anyhow::anyhow!("somebody who booked panicked"))?)
            .collect();
        lived.and(ended)
    });
    outcome?;
    let (booked, repeated) = (booked.into_inner(), repeated.into_inner());
    let stored = market
        .pairs
        .iter()
        .skip(1)
        .take(16)
        .map(|pair| count(&cluster.proxy.url("/api/v1/bookings?per_page=1"), &pair.student_token))
        .sum::<Result<u64>>()?;
    println!("a node dies: {booked} lessons booked, {repeated} requests sent again, {stored} lessons stored");
    ensure!(stored == booked, "{booked} lessons were confirmed and {stored} stored");
    Ok(())
}

/// Books under one key until there is an answer; returns how often it was sent again.
fn book(url: &str, pair: &Pair, lesson: u32) -> Result<u64> {
    let key = format!("cluster-{}-{lesson}", pair.student_id);
    let body = pair.booking(lesson)?;
    let begin = Instant::now();
    let mut again = 0;
    loop {
        match post(url, &pair.student_token, Some(&key), &body) {
            Ok((201, _)) => return Ok(again),
            Ok((status, answer)) if status < 500 => anyhow::bail!("{status} for {body}: {answer}"),
            Ok(_) | Err(_) if begin.elapsed() < PATIENCE => {
                again += 1;
                thread::sleep(Duration::from_millis(20));
            }
            Ok((status, answer)) => anyhow::bail!("still {status} after {PATIENCE:?}: {answer}"),
            Err(error) => return Err(error.context("no answer in time")),
        }
    }
}

fn count(url: &str, token: &str) -> Result<u64> {
    let mut response = ureq::get(url).header("Authorization", format!("Bearer {token}")).call()?;
    let answer: Value = response.body_mut().read_json()?;
    answer.get("total").and_then(Value::as_u64).with_context(|| format!("no total in {answer}"))
}

fn get(url: &str) -> Result<String> {
    Ok(ureq::get(url).call()?.body_mut().read_to_string()?)
}

fn post(url: &str, token: &str, key: Option<&str>, body: &Value) -> Result<(u16, String)> {
    let mut request = ureq::post(url).header("Authorization", format!("Bearer {token}"));
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    let mut response = request.config().http_status_as_error(false).build().send_json(body)?;
    let status = response.status().as_u16();
    Ok((status, response.body_mut().read_to_string()?))
}
