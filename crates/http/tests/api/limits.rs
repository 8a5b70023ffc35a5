//! How often somebody may ask.

use std::sync::Arc;

use instainstru_http::{Edge, HttpSettings, limits::RateLimits};
use instainstru_test_support::edge::PlainLimiter;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Call, instructor};

const OTHER: &str = "203.0.113.8:4711";

async fn counting(settings: HttpSettings) -> (Api, PlainLimiter) {
    let limiter = PlainLimiter::default();
    let edge = Edge { cache: None, limiter: Some(Arc::new(limiter.clone())) };
    (Api::behind(edge, settings).await, limiter)
}

fn few() -> HttpSettings {
    let three = 3.try_into().unwrap();
    HttpSettings {
        limits: RateLimits { general_per_minute: three, ..RateLimits::default() },
        ..HttpSettings::default()
    }
}

fn standing(answer: &Answer) -> [Option<&str>; 3] {
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map(|name| answer.header(name))
}

/// 12:00:00 on the clock of the tests, in seconds since 1970.
const NOW: i64 = 1_783_944_000;

#[actix_web::test]
async fn every_answer_tells_how_its_sender_stands_and_the_last_one_refuses() {
    let (api, _limiter) = counting(few()).await;
    for (path, status, remaining) in [("/", 200, "2"), ("/nowhere", 404, "1"), ("/auth/me", 401, "0")] {
        let answer = api.get(path).send().await;
        assert_eq!(answer.status, status);
        let reset = (NOW + 60).to_string();
        assert_eq!(standing(&answer), [Some("3"), Some(remaining), Some(reset.as_str())], "{path}");
        assert_eq!(answer.header("retry-after"), None);
    }
    let refused = api.get("/").header("Origin", "https://instainstru.com").send().await;
    assert_eq!(standing(&refused), [Some("3"), Some("0"), Some((NOW + 60).to_string().as_str())]);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(refused.header("access-control-allow-origin"), Some("https://instainstru.com"));
    let exposed = refused.header("access-control-expose-headers").unwrap().to_lowercase();
    assert!(exposed.contains("x-ratelimit-remaining") && exposed.contains("retry-after"), "{exposed}");
    let body = refused.refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(body["retry_after"], 60);
    assert_eq!(body["detail"], "Too many requests. Please try again in 60 seconds.");
}

#[actix_web::test]
async fn probes_files_and_preflights_are_not_counted() {
    let (api, limiter) = counting(few()).await;
    for path in ["/health", "/health/", "/health/lite", "/ready", "/metrics/health", "/assets/app.1.css"] {
        let answer = api.get(path).send().await;
        assert_eq!(standing(&answer), [None; 3], "{path}");
    }
    let preflight = api
        .call("OPTIONS", "/api/v1/bookings")
        .header("Origin", "https://instainstru.com")
        .header("Access-Control-Request-Method", "POST");
    assert_eq!(preflight.send().await.status, 200);
    assert_eq!(limiter.counted(), []);
}

#[actix_web::test]
async fn addresses_are_counted_apart_and_forwarded_ones_only_from_our_proxies() {
    let settings = HttpSettings { trusted_proxies: "10.0.0.0/8".parse().unwrap(), ..few() };
    let (api, limiter) = counting(settings).await;
    let from = |peer: &str, forwarded: Option<&'static str>| {
        let call = api.get("/").from(peer);
        match forwarded {
            Some(list) => call.header("X-Forwarded-For", list).send(),
            None => call.send(),
        }
    };
    from("203.0.113.7:1", None).await;
    from("203.0.113.7:2", Some("6.6.6.6")).await;
    from("10.0.0.1:1", Some("6.6.6.6, 203.0.113.7")).await;
    from("10.0.0.1:1", Some("203.0.113.9")).await;
    from("[2001:db8::1]:1", None).await;
    from("[2001:db8::ffff:2]:1", None).await;
    let _nobody = api.get("/").send().await;
    let expected = [("2001:db8::/64", 2), ("203.0.113.7", 3), ("203.0.113.9", 1), ("unknown", 1)];
    let expected = expected.map(|(name, count)| (format!("rate_limit:general:{name}"), count));
    assert_eq!(limiter.counted(), expected);
    assert_eq!(from("203.0.113.7:3", None).await.status, 429);
    assert_eq!(from("203.0.113.9:3", None).await.status, 200);
}

fn login<'a>(api: &'a Api, email: &str, password: &str) -> Call<'a> {
    let form = format!("username={}&password={password}", email.replace('@', "%40"));
    api.post("/auth/login").body("application/x-www-form-urlencoded", form)
}

#[actix_web::test]
async fn logging_in_is_limited_by_address_and_by_account() {
    let (api, limiter) = counting(HttpSettings::default()).await;
    let _tom = api.student_at("tom@example.com");
    for _ in 0..5 {
        login(&api, "tom@example.com", "wrong-password").send().await.refused(401, "UNAUTHORIZED");
    }
    let refused = login(&api, "tom@example.com", "wrong-password").send().await;
    let reset = (NOW + 60).to_string();
    assert_eq!(standing(&refused), [Some("5"), Some("0"), Some(reset.as_str())], "not those of all requests");
    assert_eq!(refused.refused(429, "RATE_LIMIT_EXCEEDED")["retry_after"], 60);
    // From another address the account is still guarded, whatever the case of its name; other accounts are not.
    login(&api, "TOM@example.com", "wrong-password")
        .from(OTHER)
        .send()
        .await
        .refused(429, "RATE_LIMIT_EXCEEDED");
    login(&api, "ann@example.com", "wrong-password").from(OTHER).send().await.refused(401, "UNAUTHORIZED");
    // What is no form, or names no account, says so.
    api.post("/auth/login").from(OTHER).send().await.refused(422, "VALIDATION_ERROR");
    let counted = limiter.counted();
    let count = |key: &str| counted.iter().find(|(name, _)| name.contains(key)).map(|(_, count)| *count);
    assert_eq!(count("login_5perminute:email_tom@example.com"), Some(5));
    assert_eq!(count("login_5perminute:203.0.113.8"), Some(2));
}

#[actix_web::test]
async fn a_body_that_makes_no_sense_costs_nothing() {
    let (api, limiter) = counting(HttpSettings::default()).await;
    let student = api.student();
    for (path, body) in [
        ("/auth/register", json!({"email": "no address"})),
        ("/bookings", json!({"booking_date": "soon"})),
        ("/bookings/check-availability", json!({})),
    ] {
        api.post(path).by(&student).json(&body).send().await.refused(422, "VALIDATION_ERROR");
    }
    api.post("/bookings").json(&json!({})).send().await.refused(401, "UNAUTHORIZED");
    assert!(limiter.counted().iter().all(|(key, _count)| key.starts_with("rate_limit:general:")));
}

#[actix_web::test]
async fn a_stored_answer_wins_over_the_limit() {
    let once = 1.try_into().unwrap();
    let limits = RateLimits { booking_per_minute: once, ..RateLimits::default() };
    let (api, limiter) = counting(HttpSettings { limits, ..HttpSettings::default() }).await;
    let (admin, tom, lesson) = (api.admin(), api.student_at("tom@example.com"), booking(&api));
    let remind = |key| api.post("/bookings/send-reminders").by(&admin).header("Idempotency-Key", key);
    let book = |key| api.post("/bookings").by(&tom).header("Idempotency-Key", key).json(&lesson);
    let first = (remind("k").send().await.expect(200), book("k").send().await.expect(201));
    let counted = limiter.counted().len();
    for _repetition in 0..3 {
        let again = (remind("k").send().await, book("k").send().await);
        assert_eq!(again.0.header("idempotency-replayed"), Some("true"));
        assert_eq!((again.0.expect(200), again.1.expect(201)), first);
    }
    assert_eq!(limiter.counted().len(), counted);
    for another in [remind("l").send().await, book("l").send().await] {
        another.refused(429, "RATE_LIMIT_EXCEEDED");
    }
    // A key that means something else says so, limit or not.
    let other = api.post("/bookings").by(&tom).header("Idempotency-Key", "k");
    let mut body = lesson.clone();
    body["booking_date"] = json!("2026-07-16");
    other.json(&body).send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

fn booking(api: &Api) -> Value {
    let ada = instructor(api);
    json!({
        "instructor_id": ada.user.id.get(),
        "instructor_service_id": ada.services[0].id.get(),
        "booking_date": "2026-07-15",
        "start_time": "09:00",
        "selected_duration": 60,
    })
}

#[actix_web::test]
async fn bookings_are_limited_by_person_wherever_they_come_from() {
    let twice = 2.try_into().unwrap();
    let limits = RateLimits { booking_per_minute: twice, ..RateLimits::default() };
    let (api, _limiter) = counting(HttpSettings { limits, ..HttpSettings::default() }).await;
    let lesson = booking(&api);
    let (tom, ann) = (api.student_at("tom@example.com"), api.student_at("ann@example.com"));
    let book = |path: &'static str, user| api.post(path).by(user).json(&lesson).send();
    book("/bookings", &tom).await.expect(201);
    book("/api/v1/bookings", &tom).await.refused(409, "BOOKING_CONFLICT");
    let refused = book("/bookings", &tom).await;
    assert_eq!(standing(&refused)[0], Some("2"));
    refused.refused(429, "RATE_LIMIT_EXCEEDED");
    book("/bookings", &ann).await.refused(409, "BOOKING_CONFLICT");
}

#[actix_web::test]
async fn the_role_is_looked_at_after_the_limit() {
    let once = 1.try_into().unwrap();
    let limits = RateLimits { booking_per_minute: once, ..RateLimits::default() };
    let (api, _limiter) = counting(HttpSettings { limits, ..HttpSettings::default() }).await;
    let lesson = booking(&api);
    let ada = instructor_user(&api);
    api.post("/bookings").by(&ada).json(&lesson).send().await.refused(400, "VALIDATION_ERROR");
    api.post("/bookings").by(&ada).json(&lesson).send().await.refused(429, "RATE_LIMIT_EXCEEDED");
}

fn instructor_user(api: &Api) -> instainstru_domain::account::User {
    use instainstru_test_support::builders::an_instructor;
    an_instructor(&api.store).named("Bob Moog").email("bob@example.com").insert().user
}

#[actix_web::test]
async fn registering_and_asking_for_times_have_limits_of_their_own() {
    let (api, limiter) = counting(HttpSettings::default()).await;
    for n in 0..10 {
        let account = json!({"email": format!("s{n}@example.com"), "password": "TestPassword123!", "full_name": "S", "role": "student"});
        api.post("/auth/register").from(OTHER).json(&account).send().await.expect(201);
    }
    let account = json!({"email": "late@example.com", "password": "TestPassword123!", "full_name": "S", "role": "student"});
    let refused = api.post("/auth/register").from(OTHER).json(&account).send().await;
    assert_eq!(refused.header("retry-after"), Some("3600"));
    refused.refused(429, "RATE_LIMIT_EXCEEDED");

    let (tom, lesson) = (api.student(), booking(&api));
    let check = json!({
        "instructor_id": lesson["instructor_id"], "instructor_service_id": lesson["instructor_service_id"],
        "booking_date": "2026-07-15", "start_time": "09:00", "end_time": "10:00",
    });
    for _ in 0..30 {
        api.post("/bookings/check-availability").by(&tom).json(&check).send().await.expect(200);
    }
    api.post("/bookings/check-availability")
        .by(&tom)
        .json(&check)
        .send()
        .await
        .refused(429, "RATE_LIMIT_EXCEEDED");
    let keys: Vec<String> = limiter.counted().into_iter().map(|(key, _count)| key).collect();
    assert!(keys.contains(&format!("rate_limit:check_availability_30perminute:user_{}", tom.id)), "{keys:?}");
}

#[actix_web::test]
async fn without_a_limiter_nobody_is_counted() {
    let api = Api::start().await;
    for _ in 0..150 {
        let answer = api.get("/").send().await;
        assert_eq!((answer.status, standing(&answer)), (200, [None; 3]));
    }
}

/// Sends the same again until it is refused; returns how often it was not, and the seconds to wait.
async fn exhaust<'a>(call: impl Fn() -> Call<'a>) -> (usize, Value) {
    for nth in 0..100 {
        let answer = call().send().await;
        if answer.status == 429 {
            return (nth, answer.refused(429, "RATE_LIMIT_EXCEEDED")["retry_after"].clone());
        }
    }
    panic!("nothing is refused");
}

#[actix_web::test]
async fn new_passwords_are_asked_for_rarely_for_one_account_and_from_one_address() {
    let (api, _limiter) = counting(HttpSettings::default()).await;
    let _tom = api.student_at("tom@example.com");
    let request = |email: &str, from: &str| {
        api.post("/auth/password-reset/request").from(from).json(&json!({ "email": email }))
    };
    // Whether or not there is such an account, and wherever the requests come from.
    for email in ["tom@example.com", "nobody@example.com"] {
        let addresses = std::cell::Cell::new(1);
        let elsewhere = || {
            addresses.set(addresses.get() + 1);
            request(email, &format!("198.51.100.{}:1", addresses.get()))
        };
        assert_eq!(exhaust(elsewhere).await, (3, json!(3600)), "{email}");
    }
    let names = std::cell::Cell::new(0);
    let others = || {
        names.set(names.get() + 1);
        request(&format!("n{}@example.com", names.get()), OTHER)
    };
    assert_eq!(exhaust(others).await, (10, json!(3600)));
    request("no address", OTHER).send().await.refused(422, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn tokens_and_passwords_are_not_guessed() {
    let (api, _limiter) = counting(HttpSettings::default()).await;
    let tom = api.student();
    let confirm = || {
        let body = json!({"token": "a-guess", "new_password": "NewPassword456!"});
        api.post("/auth/password-reset/confirm").from(OTHER).json(&body)
    };
    assert_eq!(exhaust(confirm).await, (10, json!(60)));
    let verify = || api.get("/api/v1/auth/password-reset/verify/a-guess").from(OTHER);
    assert_eq!(exhaust(verify).await, (20, json!(60)));
    // A stolen session is not enough to find out the password: both ways count together.
    let change = || {
        let body = json!({"current_password": "a-guess", "new_password": "NewPassword456!"});
        api.post("/auth/change-password").by(&tom).json(&body)
    };
    let leave = || api.call("DELETE", "/api/v1/me").by(&tom).json(&json!({"password": "a-guess"}));
    leave().send().await.refused(400, "VALIDATION_ERROR");
    assert_eq!(exhaust(change).await, (4, json!(60)));
    leave().send().await.refused(429, "RATE_LIMIT_EXCEEDED");
}

#[actix_web::test]
async fn everybody_is_reminded_once_an_hour_at_most() {
    let (api, limiter) = counting(HttpSettings::default()).await;
    let (admin, tom) = (api.admin(), api.student_at("tom@example.com"));
    let send = |user| api.post("/bookings/send-reminders").by(user).from(OTHER);
    send(&tom).send().await.refused(403, "FORBIDDEN");
    assert_eq!(exhaust(|| send(&admin)).await, (1, json!(3600)));
    let counted = limiter.counted();
    assert!(
        counted.contains(&("rate_limit:send_reminder_emails_1perhour:203.0.113.8".to_owned(), 1)),
        "{counted:?}"
    );
}
