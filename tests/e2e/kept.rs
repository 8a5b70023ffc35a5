//! Answers that are kept: never older than the last change of whoever asks, and never older than a second for anybody.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use instainstru_test_support::redis::PrivateRedis;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    api::Api,
    home::{Home, Server},
    market::{Instructor, instructor, student},
    on_both_databases,
};

/// A Monday, 10:00 in New York; a little after a quarter of an hour.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-13T14:00:07Z");
const MONDAY: Date = date(2026, 7, 13);
const WEDNESDAY: Date = date(2026, 7, 15);
const SEEN_WITHIN: Duration = Duration::from_secs(1);

on_both_databases![
    the_author_of_any_change_sees_it_in_the_next_request,
    answers_are_kept_until_something_changes,
    the_home_page_shows_who_is_free_within_a_second,
];

/// What visitors ask about an instructor.
fn questions(teacher: &Instructor) -> Vec<String> {
    let public = format!("/api/v1/public/instructors/{}", teacher.id);
    vec![
        format!("{public}/availability?start_date={MONDAY}"),
        format!("{public}/availability?start_date={WEDNESDAY}&end_date={WEDNESDAY}"),
        format!("{public}/start-times?start_date={MONDAY}&duration_minutes=60"),
        format!("/api/v1/instructors/{}", teacher.id),
        "/api/v1/instructors".to_owned(),
        "/api/v1/instructors?search=piano".to_owned(),
        "/api/v1/services/search?q=piano".to_owned(),
        "/api/v1/services/categories".to_owned(),
        "/api/v1/services/catalog".to_owned(),
        "/api/v1/services/catalog?category=music".to_owned(),
        "/api/v1/services/catalog/top-per-category".to_owned(),
    ]
}

/// The answer, without the moment at which it was made.
fn ask(base: &str, path: &str) -> (u16, Value) {
    let reply = Api::visitor(base).get(path).unwrap();
    let mut body = reply.body;
    for volatile in ["/metadata/updated_at", "/request_id"] {
        if let Some(moment) = body.pointer_mut(volatile) {
            *moment = Value::Null;
        }
    }
    (reply.status, body)
}

/// What can happen to an instructor.
struct Changes<'a> {
    teacher: &'a Instructor,
    student: &'a Api,
    booking: Option<Value>,
}

/// What happens to the instructor, in words and in deeds.
type Change<'a> = (&'static str, fn(&mut Changes<'a>));

impl<'a> Changes<'a> {
    fn all() -> Vec<Change<'a>> {
        vec![
            ("publishes a week", |this| {
                this.teacher.publish_week(MONDAY, "09:00", "17:00").unwrap();
            }),
            ("is booked", |this| {
                this.booking =
                    Some(this.teacher.book(this.student, WEDNESDAY, "10:00").unwrap().expect(201).unwrap());
            }),
            ("is moved", |this| {
                let to = json!({"booking_date": WEDNESDAY.to_string(), "start_time": "12:00"});
                this.of_booking("reschedule", &to);
            }),
            ("is called off", |this| this.of_booking("cancel", &json!({"reason": "ill"}))),
            ("blocks a day", |this| {
                this.sends(
                    "POST",
                    "/instructors/availability-windows/blackout-dates",
                    &json!({"date": "2026-07-16"}),
                );
            }),
            ("opens it again", |this| {
                let path = "/instructors/availability-windows/blackout-dates";
                let days = this.teacher.api.get(path).unwrap().expect(200).unwrap();
                this.sends("DELETE", &format!("{path}/{}", days[0]["id"]), &Value::Null);
            }),
            ("adds a date", |this| {
                let more = json!({"specific_date": "2026-07-22", "start_time": "08:00", "end_time": "09:00"});
                this.sends("POST", "/instructors/availability-windows/specific-date", &more);
            }),
            ("copies the week", |this| {
                let weeks = json!({"from_week_start": "2026-07-13", "to_week_start": "2026-07-20"});
                this.sends("POST", "/instructors/availability-windows/copy-week", &weeks);
            }),
            ("repeats the week", |this| {
                let range = json!({"from_week_start": "2026-07-13", "start_date": "2026-07-27", "end_date": "2026-08-02"});
                this.sends("POST", "/instructors/availability-windows/apply-to-date-range", &range);
            }),
            ("removes a window", |this| {
                let windows =
                    this.teacher.api.get("/instructors/availability-windows").unwrap().expect(200).unwrap();
                let path = format!("/instructors/availability-windows/{}", windows[0]["id"]);
                this.sends("DELETE", &path, &Value::Null);
            }),
            ("changes many at once", |this| {
                let operations = json!({"operations": [{"action": "add", "date": "2026-07-21", "start_time": "18:00", "end_time": "20:00"}]});
                this.sends("PATCH", "/instructors/availability-windows/bulk-update", &operations);
            }),
            ("writes about itself", |this| {
                this.sends(
                    "PUT",
                    "/instructors/profile",
                    &json!({"bio": "Plays in bars as well, at night."}),
                );
            }),
            ("teaches something else as well", |this| {
                let catalogue =
                    this.teacher.api.get("/services/catalog?category=music").unwrap().expect(200).unwrap();
                let guitar =
                    catalogue.as_array().unwrap().iter().find(|service| service["slug"] == "guitar").unwrap();
                let offer = json!({"catalog_service_id": guitar["id"], "hourly_rate": 66});
                this.sends("POST", "/services/instructor/add", &offer);
            }),
            ("is suspended", |this| this.of_account("suspend")),
            ("comes back", |this| this.of_account("reactivate")),
            ("is an instructor no more", |this| {
                this.sends("DELETE", "/instructors/profile", &Value::Null);
            }),
        ]
    }

    fn sends(&self, method: &str, path: &str, body: &Value) {
        let body = (!body.is_null()).then_some(body);
        let reply = self.teacher.api.send(method, path, body, &[]).unwrap();
        assert!((200..300).contains(&reply.status), "{method} {path}: {} {}", reply.status, reply.body);
    }

    fn of_account(&self, action: &str) {
        self.sends("POST", &format!("/instructors/{}/{action}", self.teacher.id), &json!({}));
    }

    fn of_booking(&self, action: &str, body: &Value) {
        let id = &self.booking.as_ref().unwrap()["id"];
        self.student.post(&format!("/bookings/{id}/{action}"), body).unwrap().expect(200).unwrap();
    }
}

fn the_author_of_any_change_sees_it_in_the_next_request(home: &Home) {
    let server = home.start(&[NOW]);
    // A second server that keeps nothing tells the truth.
    let oracle = home.start(&[NOW, ("CACHE_ENABLED", "false")]);
    let teacher = instructor(server.base()).unwrap();
    let student = student(server.base()).unwrap();
    let mut changes = Changes { teacher: &teacher, student: &student, booking: None };
    for (what, change) in Changes::all() {
        // Everything is kept before it happens.
        for question in questions(&teacher) {
            ask(server.base(), &question);
        }
        change(&mut changes);
        for question in questions(&teacher) {
            let (kept, truth) = (ask(server.base(), &question), ask(oracle.base(), &question));
            assert_eq!(kept, truth, "{question} after the instructor {what}");
        }
    }
    oracle.stop();
    server.stop();
}

fn answers_are_kept_until_something_changes(home: &Home) {
    let server = home.start(&[NOW]);
    let teacher = instructor(server.base()).unwrap();
    teacher.publish_week(MONDAY, "09:00", "17:00").unwrap();
    // The outbox tells this server of its own changes once more, a moment later.
    thread::sleep(Duration::from_millis(500));
    for question in questions(&teacher) {
        let address = format!("{}{question}", server.base());
        let figures = [0; 2].map(|_nth| {
            let answer = ureq::get(&address).call().unwrap();
            let figure = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            (figure("x-cache-hits"), figure("x-cache-misses"))
        });
        assert_eq!(figures[1], ("1".to_owned(), "0".to_owned()), "{question}");
    }
    server.stop();
}

fn the_home_page_shows_who_is_free_within_a_second(home: &Home) {
    let server = home.start(&[NOW]);
    let visitor = Api::visitor(server.base());
    let shows_somebody = || {
        let page = visitor.send("GET", "/", None, &[("Accept", "text/html")]).unwrap();
        assert_eq!(page.status, 200);
        page.text.contains("Available in the next 24 hours")
    };
    let soon = |expected: bool| {
        let committed = Instant::now();
        while shows_somebody() != expected {
            assert!(committed.elapsed() < SEEN_WITHIN, "somebody is free today: {expected}");
        }
    };
    assert!(!shows_somebody());
    let teacher = instructor(server.base()).unwrap();
    teacher.publish_week(MONDAY, "14:00", "15:00").unwrap();
    soon(true);
    // The only time before tomorrow at this hour.
    let student = student(server.base()).unwrap();
    let booking = teacher.book(&student, MONDAY, "14:00").unwrap().expect(201).unwrap();
    soon(false);
    let reason = json!({"reason": "ill"});
    student.post(&format!("/bookings/{}/cancel", booking["id"]), &reason).unwrap().expect(200).unwrap();
    soon(true);
    teacher
        .api
        .post(&format!("/instructors/{}/suspend", teacher.id), &json!({}))
        .unwrap()
        .expect(200)
        .unwrap();
    soon(false);
    server.stop();
}

/// Asks until the answers agree, and insists that this does not take longer than a second.
#[track_caller]
fn soon_agree(question: &str, author: &Server, other: &Server) {
    let committed = Instant::now();
    loop {
        let (ours, theirs) = (ask(author.base(), question), ask(other.base(), question));
        if ours == theirs {
            return;
        }
        assert!(committed.elapsed() < SEEN_WITHIN, "{question}: {theirs:?} instead of {ours:?}");
    }
}

fn every_server_sees_a_change_within_a_second(configuration: &[(&str, &str)]) {
    let home = Home::postgres();
    let configuration = [configuration, &[NOW]].concat();
    let (ours, theirs) = (home.start(&configuration), home.start(&configuration));
    let teacher = instructor(ours.base()).unwrap();
    let student = student(ours.base()).unwrap();
    let mut changes = Changes { teacher: &teacher, student: &student, booking: None };
    for (_what, change) in Changes::all() {
        for question in questions(&teacher) {
            for server in [&ours, &theirs] {
                ask(server.base(), &question);
            }
        }
        change(&mut changes);
        for question in questions(&teacher) {
            soon_agree(&question, &ours, &theirs);
        }
    }
    ours.stop();
    theirs.stop();
}

#[test]
fn servers_without_redis_hear_of_changes_from_the_outbox() {
    every_server_sees_a_change_within_a_second(&[]);
}

#[test]
fn servers_with_redis_tell_each_other() {
    let redis = PrivateRedis::start(&[]).unwrap();
    every_server_sees_a_change_within_a_second(&[("REDIS_URL", &redis.url())]);
}

#[test]
fn redis_goes_and_comes_back_while_people_browse_and_book() {
    let mut redis = PrivateRedis::start(&[]).unwrap();
    let home = Home::postgres();
    let configuration = [
        NOW,
        ("REDIS_URL", &redis.url()),
        ("RATE_LIMIT_ENABLED", "true"),
        ("RATE_LIMIT_GENERAL_PER_MINUTE", "1000000"),
        ("RATE_LIMIT_AUTH_PER_MINUTE", "1000"),
        ("RATE_LIMIT_REGISTER_PER_HOUR", "1000"),
        ("RATE_LIMIT_BOOKING_PER_MINUTE", "100000"),
    ];
    let servers = [0, 1].map(|_nth| home.start(&configuration));
    let teacher = instructor(servers[0].base()).unwrap();
    teacher.publish_week(MONDAY, "09:00", "17:00").unwrap();
    let students = [0, 1].map(|nth| student(servers[nth].base()).unwrap());
    let question = format!(
        "/api/v1/public/instructors/{}/start-times?start_date={WEDNESDAY}&end_date={WEDNESDAY}&duration_minutes=60",
        teacher.id
    );
    let is_free = |server: &Server, start: &str| {
        let answer = Api::visitor(server.base()).get(&question).unwrap().expect(200).unwrap();
        let times = answer["days"][0]["times"].as_array().cloned().unwrap_or_default();
        times.iter().any(|time| time == start)
    };
    let (is_over, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    // What is true of the two times that come and go, and since when.
    let truth = Mutex::new([(true, Instant::now()); 2]);
    let starts = ["10:00", "14:00"];
    thread::scope(|scope| {
        for (nth, (server, student)) in servers.iter().zip(&students).enumerate() {
            let (is_over, asked, truth, is_free, teacher) = (&is_over, &asked, &truth, &is_free, &teacher);
            // Each books and calls off one time again and again, and sees it at once.
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let booking = teacher
                        .at(server.base())
                        .book(student, WEDNESDAY, starts[nth])
                        .unwrap()
                        .expect(201)
                        .unwrap();
                    truth.lock().unwrap()[nth] = (false, Instant::now());
                    assert!(!is_free(server, starts[nth]), "the author sees an old answer");
                    thread::sleep(Duration::from_millis(700));
                    let cancel = format!("/bookings/{}/cancel", booking["id"]);
                    student.post(&cancel, &json!({"reason": "ill"})).unwrap().expect(200).unwrap();
                    truth.lock().unwrap()[nth] = (true, Instant::now());
                    assert!(is_free(server, starts[nth]), "the author sees an old answer");
                    thread::sleep(Duration::from_millis(700));
                }
            });
            // Everybody else sees it within a second.
            for _ in 0..2 {
                scope.spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        for (other, start) in starts.iter().enumerate() {
                            let before = truth.lock().unwrap()[other];
                            let began = Instant::now();
                            let seen = is_free(server, start);
                            asked.fetch_add(1, Ordering::Relaxed);
                            let is_settled = truth.lock().unwrap()[other] == before;
                            if is_settled && began.duration_since(before.1) > SEEN_WITHIN {
                                assert_eq!(seen, before.0, "an answer that is older than a second");
                            }
                        }
                        thread::sleep(Duration::from_millis(2));
                    }
                });
            }
        }
        thread::sleep(Duration::from_millis(1_500));
        redis.kill().unwrap();
        thread::sleep(Duration::from_millis(3_000));
        redis.start_again().unwrap();
        thread::sleep(Duration::from_millis(3_000));
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(asked.into_inner() > 200);
    let [ours, theirs] = servers;
    ours.stop();
    theirs.stop();
}
