//! A small marketplace: instructors with a service and free time, and students.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
};

use anyhow::{Context, Result};
use jiff::{ToSpan, civil::Date};
use serde_json::{Value, json};

use crate::api::{Api, Reply};

/// An instructor who teaches the piano.
#[derive(Debug, Clone)]
pub(crate) struct Instructor {
    pub(crate) api: Api,
    pub(crate) id: i64,
    pub(crate) service: i64,
}

/// An address nobody has.
pub(crate) fn fresh_email(role: &str) -> String {
    format!("{role}-{:016x}@example.com", RandomState::new().build_hasher().finish())
}

/// A new student.
pub(crate) fn student(base: &str) -> Result<Api> {
    Api::register(base, &fresh_email("student"), "student")
}

/// A new instructor who can be booked without notice, with 15 minutes between lessons of 30, 60 or 90 minutes.
pub(crate) fn instructor(base: &str) -> Result<Instructor> {
    let api = Api::register(base, &fresh_email("instructor"), "instructor")?;
    let catalogue = Api::visitor(base).get("/services/catalog?category=music")?.expect(200)?;
    let piano = catalogue
        .as_array()
        .and_then(|services| services.iter().find(|service| service["slug"] == "piano"))
        .context("there is no piano in the catalogue")?;
    let profile = json!({
        "bio": "Plays the piano since childhood.",
        "areas_of_service": ["Harlem"],
        "years_experience": 9,
        "min_advance_booking_hours": 0,
        "buffer_time_minutes": 15,
        "services": [{
            "service_catalog_id": piano["id"],
            "hourly_rate": 80,
            "duration_options": [30, 60, 90],
        }],
    });
    let profile = api.send("PUT", "/instructors/profile", Some(&profile), &[])?.expect(200)?;
    let number = |value: &Value| value.as_i64().context("no id in the profile");
    Ok(Instructor { id: number(&profile["user_id"])?, service: number(&profile["services"][0]["id"])?, api })
}

impl Instructor {
    /// Publishes the same range on every day of the week of `monday`, in place of what was there.
    pub(crate) fn publish_week(&self, monday: Date, start: &str, end: &str) -> Result<Value> {
        let schedule: Vec<Value> = (0..7)
            .map(|day| {
                let date = monday.saturating_add(day.days());
                json!({"date": date.to_string(), "start_time": start, "end_time": end})
            })
            .collect();
        let week = json!({"schedule": schedule, "week_start": monday.to_string(), "clear_existing": true});
        self.api.post("/instructors/availability-windows/week", &week)?.expect(200)
    }

    /// The starts a visitor sees on a date, for lessons of an hour.
    pub(crate) fn starts(&self, base: &str, date: Date) -> Result<Vec<String>> {
        let path = format!(
            "/api/v1/public/instructors/{}/start-times?start_date={date}&end_date={date}&duration_minutes=60\
             &instructor_service_id={}",
            self.id, self.service
        );
        let answer = Api::visitor(base).get(&path)?.expect(200)?;
        let times = answer["days"][0]["times"].as_array().cloned().unwrap_or_default();
        Ok(times.iter().filter_map(|time| time.as_str().map(str::to_owned)).collect())
    }

    /// What a student sends to book an hour.
    pub(crate) fn lesson(&self, date: Date, start: &str) -> Value {
        json!({
            "instructor_id": self.id,
            "instructor_service_id": self.service,
            "booking_date": date.to_string(),
            "start_time": start,
            "selected_duration": 60,
        })
    }

    /// The same instructor at another server.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { api: self.api.at(base), ..self.clone() }
    }

    /// Books an hour.
    pub(crate) fn book(&self, student: &Api, date: Date, start: &str) -> Result<Reply> {
        student.post("/bookings", &self.lesson(date, start))
    }
}
