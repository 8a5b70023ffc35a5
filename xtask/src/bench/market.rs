//! People to measure with: instructors with free time, students, and prepared bookings that never clash.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::server::Server;

pub(crate) const PASSWORD: &str = "TestPassword123!";
/// First Monday that is surely in the future for the fixed clock of the measured servers.
pub(crate) const FIRST_MONDAY: &str = "2026-07-20";
/// The clock the measured servers start at.
pub(crate) const CLOCK: &str = "2026-07-15T12:00:00Z";
/// How many dates from [`FIRST_MONDAY`] on have free time.
const DAYS: u32 = 360;
/// Half-hour lessons that fit into a day that is free from midnight to midnight.
pub(crate) const LESSONS_A_DAY: u32 = 48;

/// An instructor and the one student who books this instructor.
#[derive(Debug)]
pub(crate) struct Pair {
    /// Account of the instructor.
    pub(crate) instructor_id: i64,
    /// Account of the student.
    pub(crate) student_id: i64,
    /// The service that is booked.
    pub(crate) service_id: i64,
    /// What the instructor says to be let in.
    pub(crate) instructor_token: String,
    /// What the student says to be let in.
    pub(crate) student_token: String,
}

/// The people of one measurement.
#[derive(Debug)]
pub(crate) struct Market {
    /// Independent pairs: bookings of different pairs have nothing in common.
    pub(crate) pairs: Vec<Pair>,
    /// An instructor with 60 ranges and 20 bookings within 30 days.
    pub(crate) shown_instructor: i64,
}

impl Market {
    /// Registers `pairs` pairs and one instructor to look at.
    pub(crate) fn prepare(server: &Server, pairs: usize) -> Result<Self> {
        let piano = catalogue_id(server)?;
        let instructors = (0..=pairs)
            .map(|i| register(server, "instructor", i))
            .collect::<Result<Vec<_>>>()
            .context("cannot register instructors")?;
        let students = (0..=pairs)
            .map(|i| register(server, "student", i))
            .collect::<Result<Vec<_>>>()
            .context("cannot register students")?;
        let mut made = Vec::new();
        let mut shown_instructor = 0;
        for (index, ((instructor_id, teacher), (student_id, student_token))) in
            instructors.into_iter().zip(students).enumerate()
        {
            let service_id = offer(server, &teacher, piano)?;
            if index == pairs {
                publish(server, &teacher, &["09:00-12:00", "13:00-18:00"], 35)?;
                let shown =
                    Pair { instructor_id, student_id, service_id, instructor_token: teacher, student_token };
                book_twenty(server, &shown)?;
                shown_instructor = instructor_id;
            } else {
                publish(server, &teacher, &["00:00-24:00"], DAYS)?;
                made.push(Pair {
                    instructor_id,
                    student_id,
                    service_id,
                    instructor_token: teacher,
                    student_token,
                });
            }
        }
        Ok(Self { pairs: made, shown_instructor })
    }

    /// Writes `count` bookings that can all be made, from lesson number `first` of each pair on; returns the next number.
    pub(crate) fn write_bookings(&self, file: &Path, first: u32, count: u32) -> Result<u32> {
        let mut text = String::new();
        let pairs = u32::try_from(self.pairs.len())?;
        let rounds = count.div_ceil(pairs);
        anyhow::ensure!(first + rounds <= DAYS * LESSONS_A_DAY, "the prepared year is fully booked");
        for lesson in first..first + rounds {
            for pair in &self.pairs {
                let body = pair.booking(lesson)?;
                writeln!(text, "{}\t{body}", pair.student_token)?;
            }
        }
        fs::write(file, text).context("cannot write the prepared bookings")?;
        Ok(first + rounds)
    }
}

impl Pair {
    /// What the student sends to book lesson number `lesson`: half an hour that no other number has.
    pub(crate) fn booking(&self, lesson: u32) -> Result<Value> {
        let (day, slot) = (lesson / LESSONS_A_DAY, lesson % LESSONS_A_DAY);
        Ok(json!({
            "instructor_id": self.instructor_id,
            "instructor_service_id": self.service_id,
            "booking_date": date_after(day)?,
            "start_time": format!("{:02}:{:02}", slot / 2, slot % 2 * 30),
            "selected_duration": 30,
        }))
    }
}

/// The date `days` after [`FIRST_MONDAY`].
fn date_after(days: u32) -> Result<String> {
    let first: jiff::civil::Date = FIRST_MONDAY.parse()?;
    Ok(first.checked_add(jiff::Span::new().days(i64::from(days)))?.to_string())
}

pub(crate) fn register(server: &Server, role: &str, index: usize) -> Result<(i64, String)> {
    let email = format!("bench-{role}-{index}@example.com");
    let account = json!({"email": email, "password": PASSWORD, "full_name": format!("Bench {role} {index}"), "role": role});
    let user = send(ureq::post(server.url("/api/v1/auth/register")), None, &account)?;
    Ok((number(&user, "id")?, log_in(server, &email)?))
}

/// A token of somebody who is registered.
pub(crate) fn log_in(server: &Server, email: &str) -> Result<String> {
    let session: Value = ureq::post(server.url("/api/v1/auth/login"))
        .send_form([("username", email), ("password", PASSWORD)])?
        .body_mut()
        .read_json()?;
    text(&session, "access_token")
}

fn catalogue_id(server: &Server) -> Result<i64> {
    let services: Vec<Value> =
        ureq::get(server.url("/api/v1/services/catalog?category=music")).call()?.body_mut().read_json()?;
    number(services.first().context("the catalogue has no music")?, "id")
}

fn offer(server: &Server, token: &str, catalogue_id: i64) -> Result<i64> {
    let profile = json!({
        "bio": "Teaches whoever comes, all day and all night, for the sake of measurement.",
        "areas_of_service": ["Manhattan"],
        "min_advance_booking_hours": 0,
        "buffer_time_minutes": 0,
        "services": [{"service_catalog_id": catalogue_id, "hourly_rate": 60, "duration_options": [30, 60]}],
    });
    let profile = send(ureq::put(server.url("/api/v1/instructors/profile")), Some(token), &profile)?;
    let service = profile.pointer("/services/0").context("the profile has no service")?;
    number(service, "id")
}

pub(super) fn publish(server: &Server, token: &str, ranges: &[&str], days: u32) -> Result<()> {
    let mut schedule = Vec::new();
    for day in 0..7 {
        for range in ranges {
            let (start, end) = range.split_once('-').context("a range has two ends")?;
            schedule.push(json!({"date": date_after(day)?, "start_time": start, "end_time": end}));
        }
    }
    let week = json!({"week_start": FIRST_MONDAY, "schedule": schedule});
    send(ureq::post(server.url("/api/v1/instructors/availability-windows/week")), Some(token), &week)?;
    let range = json!({
        "from_week_start": FIRST_MONDAY, "start_date": FIRST_MONDAY, "end_date": date_after(days - 1)?,
    });
    let path = "/api/v1/instructors/availability-windows/apply-to-date-range";
    send(ureq::post(server.url(path)), Some(token), &range)?;
    Ok(())
}

fn book_twenty(server: &Server, pair: &Pair) -> Result<()> {
    for day in 0..20 {
        // Slot 20 is 10:00, inside the published morning.
        let body = pair.booking(day * LESSONS_A_DAY + 20)?;
        send(ureq::post(server.url("/api/v1/bookings")), Some(&pair.student_token), &body)?;
    }
    Ok(())
}

pub(super) fn send(
    request: ureq::RequestBuilder<ureq::typestate::WithBody>,
    token: Option<&str>,
    body: &Value,
) -> Result<Value> {
    let request = match token {
        Some(token) => request.header("Authorization", format!("Bearer {token}")),
        None => request,
    };
    let mut response = request.config().http_status_as_error(false).build().send_json(body)?;
    let answer: Value = response.body_mut().read_json()?;
    anyhow::ensure!(response.status().is_success(), "{} for {body}: {answer}", response.status());
    Ok(answer)
}

pub(super) fn number(value: &Value, field: &str) -> Result<i64> {
    value.get(field).and_then(Value::as_i64).with_context(|| format!("no {field} in {value}"))
}

fn text(value: &Value, field: &str) -> Result<String> {
    value
        .get(field)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("no {field} in {value}"))
}
