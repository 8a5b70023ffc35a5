//! The cache as visitors meet it: pages over a store in memory, behind everything that stands before the use cases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic: that is how they report")]

use std::{rc::Rc, sync::Arc};

use actix_web::{
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::Method,
    rt,
    test::{self, TestRequest},
};
use instainstru_domain::{
    account::User,
    instructor::Instructor,
    ports::{Clock, response_cache::CacheStats},
};
use instainstru_http::{Application, app};
use instainstru_server::{
    compose::Parts,
    config::{Config, Secret},
    edge::Keeper,
    search::{EngineSearch, Indexer, SearchRecorder},
};
use instainstru_service::search_history::SearchArchive;
use instainstru_telemetry::Telemetry;
use instainstru_test_support::{
    builders::{PASSWORD, a_user, an_instructor},
    clock::FixedClock,
    memory::MemoryStore,
    security::PlainHasher,
};
use jiff::{SignedDuration, ToSpan, civil::date};
use serde_json::{Value, json};

/// A Monday, a little after 8:00 in New York.
const NOW: &str = "2026-07-13T12:00:07Z";

/// A marketplace with everything a server puts around it, but for the server.
struct Market {
    store: MemoryStore,
    clock: FixedClock,
    application: Application,
    keeper: Rc<Keeper>,
    indexer: Indexer,
    _recorder: SearchRecorder,
}

impl Market {
    fn open() -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at(NOW));
        let lookup = |name: &str| (name == "RATE_LIMIT_ENABLED").then(|| "false".to_owned());
        let config = Config::read(&lookup, []).unwrap();
        let shown: Arc<dyn Clock> = Arc::new(clock.clone());
        let keeper = Rc::new(Keeper::new(&config, &shown).unwrap());
        let parts = Parts {
            transactor: keeper.watch(Arc::new(store.clone())),
            hasher: Arc::new(PlainHasher::default()),
            clock: shown,
        };
        let indexer = Indexer::new(Arc::clone(&parts.transactor), Arc::clone(&parts.clock)).unwrap();
        let archive = SearchArchive::new(Arc::clone(&parts.transactor), Arc::clone(&parts.clock));
        let recorder = SearchRecorder::start(archive).unwrap();
        let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
        let search = keeper.searching(Arc::new(EngineSearch::new(Arc::clone(indexer.live()))));
        let mut application = parts
            .application(
                &config,
                &secret,
                search,
                Arc::new(recorder.log()),
                Telemetry::new(Arc::clone(&parts.clock)).unwrap(),
            )
            .unwrap();
        application.edge = keeper.edge();
        Self { store, clock, application, keeper, indexer, _recorder: recorder }
    }

    fn stats(&self) -> CacheStats {
        self.application.edge.cache.as_ref().unwrap().stats()
    }
}

/// What came back: status, body, and whether it was kept.
struct Shown {
    status: u16,
    body: Value,
    is_kept: bool,
}

async fn send<S, B>(
    service: &S,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Shown
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut request = TestRequest::with_uri(path).method(method);
    if let Some(token) = token {
        request = request.insert_header(("Authorization", format!("Bearer {token}")));
    }
    if let Some(body) = body {
        request = request.set_json(body);
    }
    let response = test::call_service(service, request.to_request()).await;
    let status = response.status().as_u16();
    let is_kept = response.headers().get("x-cache-hits").is_some_and(|hits| hits == "1");
    let body = serde_json::from_slice(&test::read_body(response).await).unwrap_or(Value::Null);
    Shown { status, body, is_kept }
}

async fn log_in<S, B>(service: &S, user: &User) -> String
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let form = [("username", user.email.as_str()), ("password", PASSWORD)];
    let request = TestRequest::post().uri("/auth/login").set_form(form).to_request();
    let session: Value = test::call_and_read_body_json(service, request).await;
    session["access_token"].as_str().unwrap().to_owned()
}

/// Numbers that look random and are the same in each run.
struct Chance(u64);

impl Chance {
    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn teachers(market: &Market, count: i64) -> Vec<Instructor> {
    let monday = date(2026, 7, 13);
    (0..count)
        .map(|n| {
            let builder = an_instructor(&market.store)
                .named(&format!("Teacher {n}"))
                .email(&format!("teacher{n}@example.com"))
                .notice(2)
                .offering("piano", 7_500, &[30, 60]);
            let days = (1..28).map(|day: i64| monday.saturating_add(day.days()));
            days.fold(builder, |builder, day| builder.publishing(day, "08:00-20:00")).insert()
        })
        .collect()
}

/// Visitors look around; now and then somebody books, and rarely somebody changes a profile. Some teachers are looked at more
/// often than others. There are 50 views a second, for a little more than three minutes.
#[actix_web::test]
async fn of_a_hundred_views_ninety_five_are_answered_from_memory() {
    const VIEWS: u64 = 10_000;
    let mut market = Market::open();
    let teachers = teachers(&market, 40);
    let student = a_user(&market.store).named("Tom Jones").email("tom@example.com").insert();
    market.indexer.update().unwrap();
    let service = test::init_service(app(market.application.clone())).await;
    let token = log_in(&service, &student).await;
    let (mut chance, mut lesson) = (Chance(7), 0_u32);
    for view in 0..VIEWS {
        market.clock.advance(SignedDuration::from_millis(20));
        let popular = usize::try_from(chance.below(40) * chance.below(40) / 40).unwrap();
        let teacher = &teachers[popular];
        let id = teacher.user.id;
        let public = format!("/api/v1/public/instructors/{id}");
        let starts = format!("{public}/start-times?start_date=2026-07-14&duration_minutes=60");
        let path = match chance.below(20) {
            0..=6 => format!("{public}/availability?start_date=2026-07-13"),
            7..=10 => starts.clone(),
            11..=14 => format!("/api/v1/instructors/{id}"),
            15 => "/api/v1/instructors?limit=20".to_owned(),
            16 => "/api/v1/services/categories".to_owned(),
            17 => "/api/v1/services/catalog".to_owned(),
            18 => "/api/v1/services/catalog/top-per-category".to_owned(),
            _ => "/api/v1/search/instructors?q=piano".to_owned(),
        };
        assert_eq!(send(&service, Method::GET, &path, None, None).await.status, 200, "{path}");
        if view % 200 == 199 {
            let day = date(2026, 7, 14).saturating_add(i64::from(lesson / 10).days());
            let start = format!("{:02}:00", 8 + lesson % 10);
            lesson += 1;
            let booking = json!({
                "instructor_id": id.get(), "instructor_service_id": teacher.services[0].id.get(),
                "booking_date": day.to_string(), "start_time": start, "selected_duration": 60,
            });
            let booked = send(&service, Method::POST, "/api/v1/bookings", Some(&token), Some(&booking)).await;
            assert_eq!(booked.status, 201, "{}", booked.body);
            let seen = send(&service, Method::GET, &starts, None, None).await.body;
            let days = seen["days"].as_array().unwrap();
            let times = days.iter().find(|of| of["date"] == day.to_string()).map(|of| &of["times"]);
            let is_offered = times.is_some_and(|times| times.as_array().unwrap().contains(&json!(start)));
            assert!(!is_offered, "a start that is taken is shown to the one who took it");
            market.indexer.update().unwrap();
        }
        if view % 1_000 == 999 {
            let token = log_in(&service, &teacher.user).await;
            let bio = json!({"bio": format!("Has been looked at {view} times and more.")});
            let saved =
                send(&service, Method::PUT, "/api/v1/instructors/profile", Some(&token), Some(&bio)).await;
            assert_eq!(saved.status, 200, "{}", saved.body);
            let seen = send(&service, Method::GET, &format!("/api/v1/instructors/{id}"), None, None).await;
            assert_eq!(seen.body["bio"], bio["bio"]);
        }
    }
    let total = market.stats().total();
    let all = total.hits + total.misses;
    assert!(all >= VIEWS);
    assert!(total.hits * 100 >= all * 95, "{total:?}: {:?}", market.stats());
}

#[actix_web::test]
async fn after_a_week_was_saved_the_first_visitor_is_answered_from_memory() {
    let market = Market::open();
    let teacher = teachers(&market, 1).remove(0);
    let service = test::init_service(app(market.application.clone())).await;
    let (keeper, application) = (Rc::clone(&market.keeper), market.application.clone());
    let warming = rt::spawn(async move { keeper.keep_warm(application).await });
    let token = log_in(&service, &teacher.user).await;
    let week = json!({"week_start": "2026-07-20", "schedule": [
        {"date": "2026-07-20", "start_time": "10:00", "end_time": "11:00"},
    ]});
    let path = "/api/v1/instructors/availability-windows/week";
    assert_eq!(send(&service, Method::POST, path, Some(&token), Some(&week)).await.status, 200);
    while market.stats().entries == 0 {
        rt::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let path = format!("/api/v1/public/instructors/{}/availability?start_date=2026-07-13", teacher.user.id);
    let first = send(&service, Method::GET, &path, None, None).await;
    assert!(first.is_kept);
    assert_eq!(first.body["availability_by_date"]["2026-07-20"]["available_slots"][0]["start_time"], "10:00");
    warming.abort();
}

#[actix_web::test]
async fn answers_that_age_are_made_anew_each_quarter_of_an_hour() {
    let market = Market::open();
    let teacher = teachers(&market, 1).remove(0);
    let service = test::init_service(app(market.application.clone())).await;
    let path = format!(
        "/api/v1/public/instructors/{}/start-times?start_date=2026-07-14&end_date=2026-07-14&duration_minutes=60",
        teacher.user.id
    );
    let first = |shown: &Shown| shown.body["days"][0]["times"][0].as_str().map(str::to_owned);
    // Tuesday, with two hours of notice: at 6:59 the lesson at 9:00 can be booked, after 7:00 the first is at 9:15.
    for (now, expected, is_kept) in [
        ("2026-07-14T10:55:00Z", "09:00", false),
        ("2026-07-14T10:59:59Z", "09:00", true),
        ("2026-07-14T11:00:00Z", "09:00", false),
        ("2026-07-14T11:00:00.000001Z", "09:15", false),
        ("2026-07-14T11:04:59Z", "09:15", true),
    ] {
        market.clock.set(now);
        let shown = send(&service, Method::GET, &path, None, None).await;
        assert_eq!((first(&shown).as_deref(), shown.is_kept), (Some(expected), is_kept), "{now}");
    }
    // At midnight in New York Tuesday is over.
    market.clock.set("2026-07-15T03:59:59Z");
    assert_eq!(send(&service, Method::GET, &path, None, None).await.status, 200);
    market.clock.set("2026-07-15T04:00:00Z");
    assert_eq!(send(&service, Method::GET, &path, None, None).await.status, 400);
}
