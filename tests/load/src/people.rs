//! The people: instructors with free time for weeks, and students with accounts.

use anyhow::{Context, Result, ensure};
use jiff::{ToSpan as _, civil::Date};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;

const PASSWORD: &str = "TestPassword123!";
/// How many instructors teach, beside those of the demo.
const INSTRUCTORS: usize = 40;
/// For how many weeks they have free time.
const WEEKS: i32 = 6;
/// What they teach, as people ask for it.
pub(crate) const SERVICES: [&str; 4] = ["piano", "guitar", "yoga", "spanish"];

/// Everybody who has an account.
#[derive(Debug)]
pub(crate) struct People {
    /// The tokens of instructors.
    pub(crate) instructors: Vec<String>,
    /// The tokens of students.
    pub(crate) students: Vec<String>,
    /// A Monday after today.
    pub(crate) monday: Date,
    pub(crate) today: Date,
}

impl People {
    /// Registers instructors, who publish their time, and `students` students.
    pub(crate) async fn prepare(client: &Client, today: Date, students: usize) -> Result<Self> {
        let monday = today
            .tomorrow()?
            .series(1.day())
            .find(|date| date.weekday() == jiff::civil::Weekday::Monday)
            .context("there is a Monday in every week")?;
        let mut people = Self { instructors: Vec::new(), students: Vec::new(), monday, today };
        for index in 0..INSTRUCTORS {
            let token = register(client, "instructor", index).await?;
            let name = SERVICES.iter().cycle().nth(index).context("the services go round")?;
            teach(client, &token, name).await?;
            let week = json!({"week_start": monday, "schedule": schedule(monday, "09:00", "21:00")});
            expect(client.post("/api/v1/instructors/availability-windows/week", &token, &week)).await?;
            let last = monday.checked_add((WEEKS * 7 - 1).days())?;
            let range = json!({"from_week_start": monday, "start_date": monday, "end_date": last});
            let path = "/api/v1/instructors/availability-windows/apply-to-date-range";
            expect(client.post(path, &token, &range)).await?;
            people.instructors.push(token);
        }
        for index in 0..students {
            people.students.push(register(client, "student", index).await?);
        }
        Ok(people)
    }
}

/// A week that is free between these hours on every day.
pub(crate) fn schedule(monday: Date, start: &str, end: &str) -> Vec<Value> {
    monday
        .series(1.day())
        .take(7)
        .map(|date| json!({"date": date, "start_time": start, "end_time": end}))
        .collect()
}

async fn register(client: &Client, role: &str, index: usize) -> Result<String> {
    let email = format!("load-{role}-{index}@example.com");
    let account = json!({"email": email, "password": PASSWORD, "full_name": format!("Load {role} {index}"), "role": role});
    expect(client.request(Method::POST, "/api/v1/auth/register").json(&account)).await?;
    let login = client
        .request(Method::POST, "/api/v1/auth/login")
        .form(&[("username", email.as_str()), ("password", PASSWORD)]);
    let session = expect(login).await?;
    let token = session.get("access_token").and_then(Value::as_str).context("a login has a token")?;
    Ok(token.to_owned())
}

async fn teach(client: &Client, token: &str, service: &str) -> Result<()> {
    let found = expect(client.get("/api/v1/search/instructors").query(&[("q", service)])).await?;
    let id = found.pointer("/results/0/service/id").with_context(|| format!("nobody teaches {service}"))?;
    let profile = json!({
        "bio": "Teaches whoever comes, from morning to evening, for the sake of measurement.",
        "areas_of_service": ["Manhattan"],
        "services": [{"service_catalog_id": id, "hourly_rate": 60, "duration_options": [30, 60]}],
    });
    expect(client.request(Method::PUT, "/api/v1/instructors/profile").bearer_auth(token).json(&profile))
        .await?;
    Ok(())
}

async fn expect(request: reqwest::RequestBuilder) -> Result<Value> {
    let response = request.send().await.context("the marketplace does not answer")?;
    let (status, url) = (response.status(), response.url().clone());
    let body = response.text().await?;
    ensure!(status.is_success(), "{status} for {url}: {body}");
    Ok(serde_json::from_str(&body)?)
}
