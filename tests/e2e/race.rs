//! Many people at one moment: of all who try, exactly one gets the time, and nobody gets an error that is not an answer.
//!
//! Works against any running server, however it was started: what it needs, it registers.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde_json::Value;

use crate::{
    api::Api,
    market::{Instructor, instructor, student},
};

/// A Monday that is ahead for a long time yet.
const FIRST_DAY: Date = date(2035, 1, 1);
/// Lessons of an hour that fit a day with pauses: 06:00, 08:00, ... 20:00.
const ROUNDS_A_DAY: usize = 8;

/// What happened in a race.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Race {
    /// Number of answers.
    pub(crate) answers: usize,
    /// Time within which 99 of 100 answers came.
    pub(crate) p99: Duration,
}

/// One person who will try to get one instructor.
struct Attempt {
    student: Api,
    instructor: Instructor,
}

/// Lets `threads` students try to book one instructor at the same time, `rounds` times, each at another time.
///
/// # Errors
/// Unless in every round exactly one student got 201 and all others 409 `BOOKING_CONFLICT`.
pub(crate) fn run_race(base_url: &str, rounds: usize, threads: usize) -> Result<Race> {
    let teacher = instructor(base_url)?;
    publish(&teacher, rounds)?;
    let attempts = (0..threads)
        .map(|_| Ok(Attempt { student: student(base_url)?, instructor: teacher.clone() }))
        .collect::<Result<_>>()?;
    run(attempts, rounds)
}

/// Lets one student try to book `threads` instructors at the same time, `rounds` times.
///
/// # Errors
/// As [`run_race`].
pub(crate) fn run_student_race(base_url: &str, rounds: usize, threads: usize) -> Result<Race> {
    let ann = student(base_url)?;
    let attempts = (0..threads)
        .map(|_| {
            let teacher = instructor(base_url)?;
            publish(&teacher, rounds)?;
            Ok(Attempt { student: ann.apart(), instructor: teacher })
        })
        .collect::<Result<_>>()?;
    run(attempts, rounds)
}

fn publish(teacher: &Instructor, rounds: usize) -> Result<()> {
    for week in 0..=rounds / (7 * ROUNDS_A_DAY) {
        let monday = FIRST_DAY.checked_add(i32::try_from(week)?.weeks())?;
        teacher.publish_week(monday, "06:00", "22:00")?;
    }
    Ok(())
}

/// Date and start of a round.
fn time_of(round: usize) -> Result<(Date, String)> {
    let day = i32::try_from(round / ROUNDS_A_DAY)?;
    let hour = 6 + 2 * (round % ROUNDS_A_DAY);
    Ok((FIRST_DAY.checked_add(day.days())?, format!("{hour:02}:00")))
}

fn run(attempts: Vec<Attempt>, rounds: usize) -> Result<Race> {
    let start = Barrier::new(attempts.len());
    let times: Vec<(Date, String)> = (0..rounds).map(time_of).collect::<Result<_>>()?;
    let run_one = |attempt: Attempt| -> Vec<Result<Answer>> {
        times
            .iter()
            .map(|(date, time)| {
                start.wait();
                attempt.answer(*date, time)
            })
            .collect()
    };
    let lanes: Vec<Vec<Result<Answer>>> = thread::scope(|scope| {
        let running: Vec<_> = attempts.into_iter().map(|attempt| scope.spawn(|| run_one(attempt))).collect();
        let lanes =
            running.into_iter().map(|lane| lane.join().map_err(|_panic| anyhow!("a thread panicked")));
        lanes.collect::<Result<_>>()
    })?;

    let mut durations = Vec::new();
    let mut winners = vec![0_usize; rounds];
    for lane in lanes {
        for (round, answer) in lane.into_iter().enumerate() {
            let answer = answer.with_context(|| format!("round {round}"))?;
            durations.push(answer.took);
            if answer.status == 201 {
                winners[round] += 1;
            } else {
                let is_refusal = answer.status == 409 && answer.body["code"] == "BOOKING_CONFLICT";
                ensure!(is_refusal, "round {round}: {} {}", answer.status, answer.body);
            }
        }
    }
    for (round, winners) in winners.into_iter().enumerate() {
        ensure!(winners == 1, "round {round}: {winners} got the time");
    }
    durations.sort_unstable();
    let p99 = durations.get(durations.len() * 99 / 100).copied().unwrap_or_default();
    Ok(Race { answers: durations.len(), p99 })
}

struct Answer {
    status: u16,
    body: Value,
    took: Duration,
}

impl Attempt {
    fn answer(&self, date: Date, time: &str) -> Result<Answer> {
        let asked = Instant::now();
        let reply = self.instructor.book(&self.student, date, time)?;
        Ok(Answer { status: reply.status, body: reply.body, took: asked.elapsed() })
    }
}
