//! What has to hold, each as one scenario that prints what it saw and fails when it does not hold.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Value, json};

use super::Cluster;
use super::client::{get, get_as, post};
use crate::bench::market::{FIRST_MONDAY, LESSONS_A_DAY, Market, Pair};
use crate::redis::{PrivateRedis, RedisError};

/// How soon a change has to be seen on every node.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// How long somebody goes on trying to book.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a job waits at most: until the lease of the dead node ends, and another notices.
const JOB_RUNS_WITHIN: Duration = Duration::from_secs(90);
/// How long a delivery waits at most that a dead node had in hand, with the second attempt.
const DELIVERED_WITHIN: Duration = Duration::from_secs(300);
/// People who book while a node dies.
const BOOKERS: usize = 12;
/// People who look around while Redis dies.
const BROWSERS: usize = 6;
/// A job that anybody may ask for at any time.
const JOB: &str = "sweep";
const BOOKINGS: &str = "/api/v1/bookings";

/// Everybody wants the same time of the same instructor, through the balancer: one gets it.
pub(super) fn race(cluster: &Cluster, market: &Market, rounds: u32) -> Result<()> {
    let wanted = market.pairs.first().context("somebody teaches")?;
    let url = cluster.proxy.url(BOOKINGS);
    for round in 0..rounds {
        let body = wanted.booking(round)?;
        let start = Barrier::new(market.pairs.len());
        let statuses = all(market.pairs.iter().map(|rival| {
            let (url, body, start) = (&url, &body, &start);
            move || {
                start.wait();
                Ok(post(url, &rival.student_token, None, body)?.0)
            }
        }))?;
        let won = statuses.iter().filter(|status| **status == 201).count();
        let lost = statuses.iter().filter(|status| **status == 409).count();
        ensure!(won == 1 && won + lost == statuses.len(), "round {round}: {statuses:?}");
    }
    println!(
        "race: {rounds} rounds, {} rivals each, one 201 and otherwise 409 in every round",
        market.pairs.len()
    );
    Ok(())
}

/// A week that is saved at one node is seen there at once, and everywhere within a second.
pub(super) fn coherence(cluster: &Cluster, market: &Market, rounds: u32) -> Result<()> {
    let mut seen = Seen::default();
    for _round in 0..rounds {
        change(cluster, market, &mut seen)?;
    }
    println!("coherence: {}", seen.summary());
    Ok(())
}

/// What became of changes.
#[derive(Debug, Default)]
struct Seen {
    changes: u32,
    /// Looks of the author at another node right after the change, and how many of them showed what was before.
    elsewhere: u32,
    late: u32,
    slowest: Duration,
}

impl Seen {
    fn summary(&self) -> String {
        let Self { changes, elsewhere, late, slowest } = self;
        format!(
            "{changes} changes, seen at once where they were made and everywhere within {} ms; of {elsewhere} looks at another \
             node in the next moment {late} came too early",
            slowest.as_millis()
        )
    }
}

/// Saves a week that nobody has seen before at one of the nodes, each in turn, and looks at it through all of them.
fn change(cluster: &Cluster, market: &Market, seen: &mut Seen) -> Result<()> {
    // The last pair: nobody books there.
    let pair = market.pairs.last().context("somebody teaches")?;
    // One of the 40 ends between noon and ten at night, and not the one before.
    let end = format!("\"{:02}:{:02}", 12 + seen.changes / 4 % 10, seen.changes % 4 * 15);
    let turn = usize::try_from(seen.changes)? % cluster.nodes.len();
    let author = cluster.nodes.get(turn).context("there are nodes")?;
    let week = json!({"week_start": FIRST_MONDAY, "clear_existing": true, "schedule": [
        {"date": FIRST_MONDAY, "start_time": "09:00", "end_time": end.trim_start_matches('"')},
    ]});
    let url = author.url("/api/v1/instructors/availability-windows/week");
    let (status, answer) = post(&url, &pair.instructor_token, None, &week)?;
    ensure!(status == 200, "saving a week: {status} {answer}");
    let saved = Instant::now();
    seen.changes += 1;
    let path = free_time(pair);
    ensure!(get(&author.url(&path))?.contains(&end), "change {}: its author does not see it", seen.changes);
    for (index, node) in cluster.nodes.iter().enumerate() {
        let url = node.url(&path);
        let token = &pair.instructor_token;
        let sees = || Ok::<_, anyhow::Error>(get_as(&url, token)?.to_string().contains(&end));
        let mut is_seen = sees()?;
        if index != turn {
            seen.elsewhere += 1;
            seen.late += u32::from(!is_seen);
        }
        while !is_seen {
            ensure!(saved.elapsed() < SEEN_WITHIN, "change {}: another node does not see it", seen.changes);
            thread::sleep(Duration::from_millis(2));
            is_seen = sees()?;
        }
        seen.slowest = seen.slowest.max(saved.elapsed());
    }
    Ok(())
}

/// The first day of somebody's free time, as visitors see it.
fn free_time(pair: &Pair) -> String {
    let id = pair.instructor_id;
    format!("/api/v1/public/instructors/{id}/availability?start_date={FIRST_MONDAY}&end_date={FIRST_MONDAY}")
}

/// A node is killed while people book, and comes back: whoever tries again under the same key has booked once.
pub(super) fn node_dies(cluster: &mut Cluster, market: &Market, index: usize, seconds: u64) -> Result<()> {
    // Other days for every death, all of them far from the time of the race.
    let first = LESSONS_A_DAY * (30 + 100 * u32::try_from(index)?);
    let bookers = || market.pairs.iter().skip(1).take(BOOKERS.min(market.pairs.len().saturating_sub(2)));
    let stored = |cluster: &Cluster| {
        let url = cluster.proxy.url(&format!("{BOOKINGS}?per_page=1"));
        let counted = bookers().map(|pair| count(&get_as(&url, &pair.student_token)?, "total"));
        counted.sum::<Result<u64>>()
    };
    let before = stored(cluster)?;
    let leader = cluster.leader()?;
    let (stop, booked, repeated) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let url = cluster.proxy.url(BOOKINGS);
    thread::scope(|scope| {
        let lanes: Vec<_> = bookers()
            .map(|pair| {
                let (url, stop, booked, repeated) = (&url, &stop, &booked, &repeated);
                scope.spawn(move || {
                    for lesson in first.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        repeated.fetch_add(book(url, pair, lesson)?, Ordering::Relaxed);
                        booked.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok::<_, anyhow::Error>(())
                })
            })
            .collect();
        let third = Duration::from_secs(seconds) / 3;
        let lived = (|| {
            thread::sleep(third);
            let node = cluster.nodes.get_mut(index).context("there is no such node")?;
            node.kill();
            thread::sleep(third);
            node.come_back()?;
            cluster.proxy.replace(index, node.address());
            thread::sleep(third);
            Ok::<_, anyhow::Error>(())
        })();
        stop.store(true, Ordering::Relaxed);
        let ended: Result<Vec<()>> = lanes.into_iter().map(joined).collect();
        lived.and(ended.map(drop))
    })?;
    let (booked, repeated) = (booked.into_inner(), repeated.into_inner());
    let stored = stored(cluster)? - before;
    println!(
        "node {index} dies: {booked} lessons booked, {repeated} requests sent again, {stored} lessons stored"
    );
    println!("  the node that leads the jobs: {leader} before, {} by now", cluster.leader()?);
    ensure!(stored == booked, "{booked} lessons were confirmed and {stored} stored");
    ensure!(repeated > 0, "nobody was talking to the node that died");
    Ok(())
}

/// Redis dies and comes back while people look around and change things: nobody notices.
pub(super) fn redis_dies(cluster: &Cluster, market: &Market, redis: &mut PrivateRedis) -> Result<()> {
    let (stop, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    let urls: Vec<String> = market.pairs.iter().map(|pair| cluster.proxy.url(&free_time(pair))).collect();
    let seen = thread::scope(|scope| {
        let browsers: Vec<_> = (0..BROWSERS)
            .map(|nth| {
                let (urls, stop, answered) = (&urls, &stop, &answered);
                scope.spawn(move || {
                    for url in urls.iter().cycle().skip(nth) {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        get(url).context("a request failed while Redis was away")?;
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok::<_, anyhow::Error>(())
                })
            })
            .collect();
        let stop_changing = &stop;
        let author = scope.spawn(move || {
            let mut seen = Seen::default();
            while !stop_changing.load(Ordering::Relaxed) {
                change(cluster, market, &mut seen)?;
            }
            Ok(seen)
        });
        let lived = (|| {
            thread::sleep(Duration::from_secs(2));
            redis.kill()?;
            thread::sleep(Duration::from_secs(3));
            redis.start_again()?;
            thread::sleep(Duration::from_secs(4));
            Ok::<_, RedisError>(())
        })();
        stop.store(true, Ordering::Relaxed);
        let looked: Result<Vec<()>> = browsers.into_iter().map(joined).collect();
        let seen = joined(author);
        lived?;
        looked?;
        seen
    })?;
    println!(
        "Redis dies and comes back: {} requests of visitors, none failed; {}",
        answered.into_inner(),
        seen.summary()
    );
    Ok(())
}

/// Asks for a job, of whichever node runs jobs.
pub(super) fn ask_for_a_job(cluster: &Cluster, admin: &str) -> Result<Instant> {
    let (status, answer) =
        post(&cluster.proxy.url(&format!("/api/v1/admin/jobs/{JOB}/run")), admin, None, &json!({}))?;
    ensure!(status == 202, "asking for the job {JOB}: {status} {answer}");
    Ok(Instant::now())
}

/// The job is run, although the node that led when it began is dead.
pub(super) fn job_moves(cluster: &Cluster, admin: &str, asked: Instant) -> Result<()> {
    let url = cluster.proxy.url("/api/v1/admin/jobs");
    loop {
        let jobs = get_as(&url, admin)?;
        let mut jobs = jobs.as_array().into_iter().flatten();
        let job = jobs.find(|job| job.get("name").is_some_and(|name| name == JOB)).context("no such job")?;
        let run = job.get("latest_run").unwrap_or(&Value::Null);
        if run.get("cause").is_some_and(|cause| cause == "request")
            && run.get("status").is_some_and(|it| it == "succeeded")
        {
            println!(
                "jobs: one was run {:.0} s after it was asked for, by the node {}",
                asked.elapsed().as_secs_f64(),
                cluster.leader()?
            );
            return Ok(());
        }
        ensure!(asked.elapsed() < JOB_RUNS_WITHIN, "nobody runs the job {JOB}; its latest run is {run}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// Whatever happened to nodes, every event reaches its consumers.
pub(super) fn everything_is_delivered(cluster: &Cluster, admin: &str) -> Result<()> {
    let url = cluster.proxy.url("/api/v1/admin/outbox?limit=1");
    let began = Instant::now();
    loop {
        let answer = get_as(&url, admin)?;
        let figures: Vec<&Value> =
            answer.get("figures").and_then(Value::as_array).context("no figures")?.iter().collect();
        let sum = |state: &str| figures.iter().filter_map(|one| one.get(state)?.as_u64()).sum::<u64>();
        ensure!(sum("dead") == 0, "events were given up: {answer}");
        if sum("pending") == 0 {
            println!(
                "events: everything is delivered {:.0} s after the last scenario",
                began.elapsed().as_secs_f64()
            );
            return Ok(());
        }
        ensure!(began.elapsed() < DELIVERED_WITHIN, "{} deliveries are still under way", sum("pending"));
        thread::sleep(Duration::from_millis(500));
    }
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
            // The connection ended with the node it led to.
            Err(_) if begin.elapsed() < PATIENCE => {
                again += 1;
                thread::sleep(Duration::from_millis(20));
            }
            Ok((status, answer)) => bail!("{status} for {body}: {answer}"),
            Err(error) => return Err(error.context("no answer in time")),
        }
    }
}

fn count(answer: &Value, field: &str) -> Result<u64> {
    answer.get(field).and_then(Value::as_u64).with_context(|| format!("no {field} in {answer}"))
}

/// Does everything at once and returns what came of it.
fn all<T: Send>(tasks: impl Iterator<Item = impl FnOnce() -> Result<T> + Send>) -> Result<Vec<T>> {
    thread::scope(|scope| {
        let running: Vec<_> = tasks.map(|task| scope.spawn(task)).collect();
        running.into_iter().map(joined).collect()
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().map_err(|_panic| anyhow!("a thread of the scenario panicked"))?
}
