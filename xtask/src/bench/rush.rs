//! A thousand people who want the same time at the same moment.

use std::sync::{PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::market::{self, Market};
use crate::server::Server;

/// People, each of whom asks once.
const PEOPLE: usize = 1_000;
/// 99 of 100 people know after this whether the lesson is theirs.
const GOAL: Duration = Duration::from_secs(2);
/// The lesson they all want, by its number: long after those that other rows book.
const LESSON: u32 = 359 * market::LESSONS_A_DAY;
/// A thread only sends a request and waits.
const STACK_BYTES: usize = 256 * 1024;

/// Lets them ask all at once and prints what they were told. Fails unless one of them has the lesson and all others were told
/// that it is taken.
pub(super) fn row(server: &Server, market: &Market) -> Result<()> {
    let wish = market.pairs.first().context("nobody to book")?.booking(LESSON)?;
    let tokens = students(server)?;
    let answers = ask_at_once(&server.url("/api/v1/bookings"), &tokens, &wish)?;
    let told = |wanted: u16| answers.iter().filter(|(status, _took)| *status == wanted).count();
    ensure!(
        told(201) == 1 && told(409) == PEOPLE - 1,
        "{PEOPLE} people wanted one time: {} were told 201, {} 409, {} 503, {} anything else",
        told(201),
        told(409),
        told(503),
        PEOPLE - told(201) - told(409) - told(503)
    );
    let mut took: Vec<Duration> = answers.into_iter().map(|(_status, took)| took).collect();
    took.sort_unstable();
    let p99 = took.get(PEOPLE * 99 / 100).context("nobody was answered")?;
    println!(
        "{PEOPLE} people, one time: one 201, {} times 409; p99 {} ms (goal: below {} ms)",
        PEOPLE - 1,
        p99.as_millis(),
        GOAL.as_millis()
    );
    Ok(())
}

/// The tokens of everybody, whose accounts are made first.
fn students(server: &Server) -> Result<Vec<String>> {
    /// Number of the first of them; the people of the market come before.
    const FIRST: usize = 10_000;
    (FIRST..FIRST + PEOPLE).map(|index| Ok(market::register(server, "student", index)?.1)).collect()
}

/// The status each was answered, and after what time.
fn ask_at_once(url: &str, tokens: &[String], wish: &Value) -> Result<Vec<(u16, Duration)>> {
    let gate = RwLock::new(());
    thread::scope(|scope| {
        // Opens when all have come, or when one could not be started.
        let closed = gate.write().unwrap_or_else(PoisonError::into_inner);
        let people = tokens.iter().map(|token| {
            let gate = &gate;
            let ask = move || {
                let request = ureq::post(url).header("Authorization", format!("Bearer {token}"));
                let request = request.config().http_status_as_error(false).build();
                drop(gate.read());
                let begin = Instant::now();
                let mut response = request.send_json(wish)?;
                response.body_mut().read_to_string()?;
                anyhow::Ok((response.status().as_u16(), begin.elapsed()))
            };
            thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, ask)
        });
        let people = people.collect::<Result<Vec<_>, _>>().context("cannot start so many clients")?;
        drop(closed);
        people
            .into_iter()
            .map(|person| person.join().map_err(|_panic| anyhow::anyhow!("a client panicked"))?)
            .collect()
    })
}
