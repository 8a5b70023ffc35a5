//! What somebody does all day: looks around, books and calls off, and now and then changes a week.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

use crate::bench::market::{FIRST_MONDAY, LESSONS_A_DAY, Market, Pair};
use crate::server::Server;

/// How many of the pairs are only looked at, and change their weeks.
const SHOWN: usize = 4;
/// What people type into the search.
const QUERIES: [&str; 6] = [
    "piano",
    "guitar%20under%20%2480",
    "yoga%20tomorrow",
    "math%20tutor%20brooklyn",
    "violn",
    "spanish%20for%20kids",
];

/// One person with a connection of their own.
#[derive(Debug)]
pub(super) struct Person<'a> {
    server: &'a Server,
    market: &'a Market,
    agent: Agent,
    /// Who it is, and how often this person has acted: together they decide what comes next.
    nth: usize,
    step: usize,
}

impl<'a> Person<'a> {
    pub(super) fn new(server: &'a Server, market: &'a Market, nth: usize) -> Result<Self> {
        ensure!(market.pairs.len() > SHOWN, "too few people");
        let agent = Agent::config_builder().http_status_as_error(false).build().new_agent();
        Ok(Self { server, market, agent, nth, step: 0 })
    }

    /// Sends one request and insists on the answer it should get.
    pub(super) fn act(&mut self) -> Result<()> {
        self.step += 1;
        let shown = self.pair(self.market.pairs.len() - SHOWN, SHOWN)?;
        let id = shown.instructor_id;
        match self.step % 20 {
            4 | 14 => self.book(),
            9 => self.change(shown),
            0 | 5 | 10 | 15 => {
                let query = QUERIES.get(self.step / 5 % QUERIES.len()).copied().unwrap_or_default();
                self.look(&format!("/api/v1/search/instructors?q={query}"))
            }
            1 | 6 | 11 | 16 => self.look(&format!(
                "/api/v1/public/instructors/{id}/availability?start_date={FIRST_MONDAY}&end_date=2026-08-18"
            )),
            2 | 7 | 12 | 17 => self.look(&format!(
                "/api/v1/public/instructors/{id}/start-times?start_date={FIRST_MONDAY}&duration_minutes=60"
            )),
            3 => self.look("/"),
            8 => self.look(&format!("/instructors/{id}-bench")),
            _ => self.look("/api/v1/services/catalog/top-per-category"),
        }
    }

    /// One of the pairs from `first` on, each in turn.
    fn pair(&self, first: usize, count: usize) -> Result<&'a Pair> {
        let pair = self.market.pairs.get(first + (self.nth + self.step / 20) % count.max(1));
        pair.ok_or_else(|| anyhow::anyhow!("there are fewer people than that"))
    }

    fn look(&self, path: &str) -> Result<()> {
        let (status, answer) = self.send("GET", path, None, None)?;
        ensure!(status == 200, "GET {path}: {status} {answer}");
        Ok(())
    }

    /// Books a lesson that nobody else books, in the first half of a round, and calls the last one off in the second.
    fn book(&self) -> Result<()> {
        let count = self.market.pairs.len() - SHOWN;
        let pair = self.pair(0, count)?;
        // Several people may play the student of one pair, each on days of their own; lessons are called off, so days suffice.
        let day = u32::try_from(self.nth * 13 % 340)?;
        let lesson = day * LESSONS_A_DAY + u32::try_from(self.step / 20 % 48)?;
        let token = Some(pair.student_token.as_str());
        if self.step % 20 == 4 {
            let (status, answer) =
                self.send("POST", "/api/v1/bookings", token, Some(&pair.booking(lesson)?))?;
            // Whoever plays the same student may have been here before, or be in a lesson with somebody else.
            ensure!(matches!(status, 201 | 409), "booking: {status} {answer}");
            return Ok(());
        }
        let (status, answer) =
            self.send("GET", "/api/v1/bookings?status=confirmed&per_page=1", token, None)?;
        ensure!(status == 200, "the lessons of somebody: {status} {answer}");
        let answer: Value = serde_json::from_str(&answer)?;
        let Some(id) = answer.pointer("/bookings/0/id").and_then(Value::as_i64) else { return Ok(()) };
        let path = format!("/api/v1/bookings/{id}/cancel");
        let (status, answer) = self.send("POST", &path, token, Some(&json!({"reason": "soaked"})))?;
        // Another may have called it off in the meantime.
        ensure!(matches!(status, 200 | 409 | 422), "calling a lesson off: {status} {answer}");
        Ok(())
    }

    fn change(&self, pair: &Pair) -> Result<()> {
        let end = format!("{:02}:{:02}", 12 + self.step / 80 % 10, self.step / 20 % 4 * 15);
        let week = json!({"week_start": FIRST_MONDAY, "clear_existing": true, "schedule": [
            {"date": FIRST_MONDAY, "start_time": "09:00", "end_time": end},
        ]});
        let path = "/api/v1/instructors/availability-windows/week";
        let (status, answer) = self.send("POST", path, Some(&pair.instructor_token), Some(&week))?;
        ensure!(status == 200, "saving a week: {status} {answer}");
        Ok(())
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<(u16, String)> {
        // Whoever asks comes from one of 65,536 addresses, so that counting them takes room.
        let crowd = self.step.wrapping_mul(7919).wrapping_add(self.nth * 4099);
        let address = format!("10.7.{}.{}", crowd / 256 % 256, crowd % 256);
        let mut request = Request::builder()
            .method(method)
            .uri(self.server.url(path))
            .header("X-Forwarded-For", address)
            .header("Content-Type", "application/json");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut answer = match body {
            Some(body) => self.agent.run(request.body(body.to_string())?)?,
            None => self.agent.run(request.body(())?)?,
        };
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }
}
