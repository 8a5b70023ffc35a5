//! Public answers that are kept: the same bytes and headers, for the same question only.

use std::{io::Read as _, sync::Arc};

use instainstru_domain::{
    ids::UserId,
    ports::{
        ResponseCache,
        response_cache::{AnswerKind, Topic},
    },
};
use instainstru_http::{DetailLevel, Edge, HttpSettings};
use instainstru_test_support::{builders::a_booking, edge::PlainCache};

use crate::support::{Answer, Api, WEDNESDAY, instructor};

async fn keeping(settings: HttpSettings) -> (Api, PlainCache) {
    let cache = PlainCache::default();
    let edge = Edge { cache: Some(Arc::new(cache.clone())), limiter: None };
    (Api::behind(edge, settings).await, cache)
}

/// Every public path whose answer is kept, and the key it is kept under.
fn kept_paths(id: UserId) -> Vec<(String, String)> {
    let public = format!("/api/v1/public/instructors/{id}");
    let row = |path: String, key: String| (path, key);
    vec![
        row(
            format!("{public}/availability?start_date=2026-07-15&end_date=2026-07-20"),
            format!("public_availability:{id}:2026-07-15:2026-07-20:full"),
        ),
        row(
            format!("{public}/start-times?start_date=2026-07-15&duration_minutes=60"),
            format!("public_starts:{id}:2026-07-15:-:60:-:-"),
        ),
        row(format!("/api/v1/instructors/{id}"), format!("instructor:profile:{id}")),
        row(
            "/api/v1/instructors?search=piano&limit=5".to_owned(),
            "instructors:list:0:5:None:None:None:None:Some(\"piano\")".to_owned(),
        ),
        row("/api/v1/services/search?q=piano".to_owned(), "instructors:list:services:piano".to_owned()),
        row("/api/v1/services/categories".to_owned(), "catalog:services:categories".to_owned()),
        row("/api/v1/services/catalog".to_owned(), "catalog:services:all".to_owned()),
        row(
            "/api/v1/services/catalog?category=music".to_owned(),
            "catalog:services:category:music".to_owned(),
        ),
        row("/api/v1/services/catalog/top-per-category".to_owned(), "catalog:top-services:7".to_owned()),
    ]
}

fn of_cache(answer: &Answer) -> (Option<&str>, Option<&str>) {
    (answer.header("x-cache-hits"), answer.header("x-cache-misses"))
}

const HIT: (Option<&str>, Option<&str>) = (Some("1"), Some("0"));
const MISS: (Option<&str>, Option<&str>) = (Some("0"), Some("1"));
const NEITHER: (Option<&str>, Option<&str>) = (Some("0"), Some("0"));

#[actix_web::test]
async fn a_kept_answer_is_the_answer() {
    let (api, cache) = keeping(HttpSettings::default()).await;
    let ada = instructor(&api);
    for (path, key) in kept_paths(ada.user.id) {
        let made = api.get(&path).send().await;
        let kept = api.get(&path).send().await;
        assert_eq!((of_cache(&made), of_cache(&kept)), (MISS, HIT), "{path}");
        assert_eq!((made.status, &made.body), (200, &kept.body), "{path}");
        for header in ["etag", "cache-control", "vary", "content-type"] {
            assert_eq!(made.header(header), kept.header(header), "{path} {header}");
        }
        assert!(kept.header("vary").unwrap().starts_with("Accept-Encoding"));
        let known = kept.header("etag").unwrap();
        let unchanged = api.get(&path).header("If-None-Match", known).send().await;
        assert_eq!((unchanged.status, unchanged.body.len(), of_cache(&unchanged)), (304, 0, HIT), "{path}");
        assert_eq!(unchanged.header("cache-control"), kept.header("cache-control"));
        let keys: Vec<String> = cache.keys().iter().map(|key| key.text().to_owned()).collect();
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
        // Clients of 2025 get the same bytes.
        let older = path.replace("/api/v1/public", "/api/public").replace("/api/v1/", "/");
        let older = api.get(&older).send().await;
        assert_eq!((of_cache(&older), &older.body), (HIT, &kept.body), "{path}");
        assert_eq!(older.header("etag"), kept.header("etag"));
        assert_eq!(api.call("HEAD", &path).send().await.status, 200);
    }
}

#[actix_web::test]
async fn what_changes_with_the_caller_or_the_moment_is_not_kept() {
    let (api, cache) = keeping(HttpSettings::default()).await;
    let ada = instructor(&api);
    let id = ada.user.id;
    for path in [
        format!("/api/public/instructors/{id}/next-available"),
        format!("/api/public/instructors/{id}/why-not?date=2026-07-15&start_time=09:00&duration_minutes=60"),
        "/health".to_owned(),
        "/instructors/profile".to_owned(),
        "/bookings".to_owned(),
    ] {
        let answer = api.get(&path).by(&ada.user).send().await;
        assert_eq!((answer.status, of_cache(&answer)), (200, NEITHER), "{path}");
    }
    assert_eq!(cache.keys(), []);
}

#[actix_web::test]
async fn refusals_are_not_kept() {
    let (api, cache) = keeping(HttpSettings::default()).await;
    let ada = instructor(&api);
    let public = format!("/api/public/instructors/{}", ada.user.id);
    for (path, status) in [
        (format!("{public}/availability?start_date=2026-07-12"), 400),
        (format!("{public}/availability?start_date=2026-07-15&end_date=2026-07-14"), 400),
        (format!("{public}/availability"), 422),
        (format!("{public}/start-times?start_date=2026-07-15&duration_minutes=7"), 422),
        ("/api/public/instructors/999/availability?start_date=2026-07-15".to_owned(), 404),
        ("/instructors/999".to_owned(), 404),
        ("/services/catalog?category=all".to_owned(), 404),
    ] {
        for _ in 0..2 {
            assert_eq!(api.get(&path).send().await.status, status, "{path}");
        }
    }
    assert_eq!(cache.keys(), []);
}

#[actix_web::test]
async fn a_question_says_what_its_answer_is_about() {
    let (api, cache) = keeping(HttpSettings::default()).await;
    let ada = instructor(&api);
    let path = format!("/api/public/instructors/{}/availability?start_date=2026-07-15", ada.user.id);
    let profile = format!("/instructors/{}", ada.user.id);
    let before = api.get(&path).send().await;
    for (path, _key) in kept_paths(ada.user.id) {
        let _kept = api.get(&path).send().await.expect(200);
    }
    let _booking = a_booking(&api.store).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    assert_eq!(api.get(&path).send().await.body, before.body, "nobody said so yet");
    cache.void(Topic::Instructor(ada.user.id));
    let after = api.get(&path).send().await;
    assert_ne!(after.body, before.body);
    assert_ne!(after.header("etag"), before.header("etag"));

    // Each topic voids exactly what it may have changed.
    let _warm = api.get(&profile).send().await;
    let about = |topic: Topic| -> Vec<String> {
        let keys = cache.keys().into_iter().filter(|key| key.about().contains(&topic));
        keys.map(|key| key.kind().name().to_owned()).collect()
    };
    assert_eq!(about(Topic::Instructor(ada.user.id)), ["instructor:profile", "public_availability"]);
    assert_eq!(
        about(Topic::Catalogue),
        [
            "catalog:services",
            "catalog:services",
            "catalog:services",
            "catalog:top-services",
            "instructor:profile",
            "instructors:list",
            "instructors:list",
        ]
    );
    assert_eq!(
        about(Topic::Instructors),
        [
            "catalog:services",
            "catalog:services",
            "catalog:top-services",
            "instructors:list",
            "instructors:list"
        ]
    );
}

#[actix_web::test]
async fn equal_questions_are_one_and_different_ones_are_not() {
    let (api, cache) = keeping(HttpSettings::default()).await;
    let ada = instructor(&api);
    let public = format!("/api/public/instructors/{}", ada.user.id);
    let same = [
        format!("{public}/start-times?start_date=2026-07-15&duration_minutes=60"),
        format!("{public}/start-times?duration_minutes=60&start_date=2026-07-15"),
        format!("{public}/start-times?duration_minutes=060&start_date=2026-07-15&unknown=1"),
    ];
    for path in &same {
        let _answer = api.get(path).send().await.expect(200);
    }
    assert_eq!(cache.keys().len(), 1);
    for path in [
        format!("{public}/start-times?start_date=2026-07-15&duration_minutes=30"),
        format!("{public}/start-times?start_date=2026-07-16&duration_minutes=60"),
        format!("{public}/start-times?start_date=2026-07-15&end_date=2026-07-15&duration_minutes=60"),
        format!("{public}/start-times?start_date=2026-07-15&duration_minutes=60&step_minutes=30"),
        format!(
            "{public}/start-times?start_date=2026-07-15&duration_minutes=60&instructor_service_id={}",
            ada.services[0].id
        ),
        "/instructors".to_owned(),
        "/instructors?skip=1".to_owned(),
        "/instructors?search=a%22):b".to_owned(),
        "/instructors?skill=a%22):b".to_owned(),
        "/instructors?search=piano&skill=piano".to_owned(),
        "/instructors?min_price=5".to_owned(),
        "/instructors?max_price=5".to_owned(),
        format!("/instructors?service_catalog_id={}", ada.services[0].offer.catalogue_service_id),
    ] {
        let before = cache.keys().len();
        let _answer = api.get(&path).send().await.expect(200);
        assert_eq!(cache.keys().len(), before + 1, "{path}");
    }
}

#[actix_web::test]
async fn who_takes_gzip_gets_the_kept_bytes_compressed() {
    let (api, _cache) = keeping(HttpSettings::default()).await;
    let ada = instructor(&api);
    let path = format!("/api/public/instructors/{}/availability?start_date=2026-07-15", ada.user.id);
    let plain = api.get(&path).send().await;
    assert_eq!(plain.header("content-encoding"), None);
    for _ in 0..2 {
        let zipped = api.get(&path).header("Accept-Encoding", "gzip, br").send().await;
        assert_eq!(zipped.header("content-encoding"), Some("gzip"));
        assert_eq!(zipped.header("etag"), plain.header("etag"));
        assert!(zipped.body.len() < plain.body.len() / 2);
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(&*zipped.body).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain.body);
        let refused = api.get(&path).header("Accept-Encoding", "gzip;q=0").send().await;
        assert_eq!((refused.header("content-encoding"), &refused.body), (None, &plain.body));
    }
}

#[actix_web::test]
async fn lifetimes_follow_the_setting() {
    let settings = HttpSettings {
        public_cache_ttl_seconds: 0,
        detail_level: DetailLevel::Minimal,
        ..HttpSettings::default()
    };
    let (api, cache) = keeping(settings).await;
    let ada = instructor(&api);
    for (path, _key) in kept_paths(ada.user.id) {
        let _answer = api.get(&path).send().await.expect(200);
    }
    let kinds: Vec<AnswerKind> =
        cache.keys().iter().map(instainstru_domain::ports::response_cache::CacheKey::kind).collect();
    assert!(!kinds.contains(&AnswerKind::Availability) && !kinds.contains(&AnswerKind::StartTimes));
    assert!(kinds.contains(&AnswerKind::Profile));

    let (api, cache) =
        keeping(HttpSettings { public_cache_ttl_seconds: 600, ..HttpSettings::default() }).await;
    let ada = instructor(&api);
    for (path, _key) in kept_paths(ada.user.id) {
        let _answer = api.get(&path).send().await.expect(200);
    }
    for key in cache.keys() {
        let expected = match key.kind() {
            AnswerKind::Availability => 600,
            AnswerKind::TopServices => 3600,
            AnswerKind::Catalogue if key.text().ends_with("categories") => 3600,
            _ => 300,
        };
        assert_eq!(key.lifetime().as_secs(), expected, "{}", key.text());
    }
}

#[actix_web::test]
async fn a_failure_is_told_and_the_next_question_asks_again() {
    use instainstru_test_support::memory::{Fault, unavailable};
    let (api, _cache) = keeping(HttpSettings::default()).await;
    let ada = instructor(&api);
    let path = format!("/instructors/{}", ada.user.id);
    api.store.fail_next(Fault::Begin, unavailable);
    let failed = api.get(&path).send().await;
    assert_eq!(failed.header("retry-after"), Some("1"));
    failed.refused(503, "SERVICE_UNAVAILABLE");
    assert_eq!(api.get(&path).send().await.status, 200);
    let _kept = api.get(&path).send().await;
    api.store.fail_next(Fault::Begin, unavailable);
    assert_eq!(api.get(&path).send().await.status, 200, "nobody asked the storage");
}

#[actix_web::test]
async fn an_answer_can_be_made_ahead() {
    let cache = PlainCache::default();
    let edge = Edge { cache: Some(Arc::new(cache.clone())), limiter: None };
    let api = Api::behind(edge, HttpSettings::default()).await;
    let ada = instructor(&api);
    instainstru_http::warm(&api.application, ada.user.id).await.unwrap();
    instainstru_http::warm(&api.application, UserId::new(999).unwrap()).await.unwrap();
    assert_eq!(cache.keys().len(), 1);
    // Today in New York.
    let path = format!("/api/public/instructors/{}/availability?start_date=2026-07-13", ada.user.id);
    assert_eq!(of_cache(&api.get(&path).send().await), HIT);
    assert_eq!(cache.sample_keys(AnswerKind::Availability, 5).len(), 1);

    let without = Api::start().await;
    instainstru_http::warm(&without.application, UserId::new(999).unwrap()).await.unwrap();
}
