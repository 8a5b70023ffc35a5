//! Figures for instructors and administrators.

use instainstru_domain::{account::User, analytics::LookBack, ports::TransactorExt};
use instainstru_test_support::{
    builders::{a_booking, a_catalogue, a_user, an_instructor, built_at, searched},
    memory::{Fault, unavailable},
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::support::{Api, WEDNESDAY, assert_field, instructor};

/// Today of these tests.
const MONDAY: Date = date(2026, 7, 13);

fn administrator(api: &Api) -> User {
    let user = a_user(&api.store).insert();
    api.store.set_admin(user.id, true);
    user
}

#[actix_web::test]
async fn an_instructor_sees_earnings_hours_and_students_by_week() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let tom = api.student();
    let _lessons = [
        a_booking(&api.store).with(&ada).of(&tom).at(date(2026, 7, 7), "17:00", 60).completed().insert(),
        a_booking(&api.store).with(&ada).of(&tom).at(WEDNESDAY, "10:00", 60).insert(),
        a_booking(&api.store).with(&ada).at(WEDNESDAY, "11:30", 30).cancelled().insert(),
    ];
    for path in ["/instructors/me/analytics?weeks=2", "/api/v1/instructors/me/analytics/?weeks=2"] {
        let answer = api.get(path).by(&ada.user).send().await;
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        let mut figures = answer.expect(200);
        // Which hours, rather than 24 numbers a day.
        for day in figures["busiest_hours"].as_array_mut().unwrap() {
            let hours = day["lessons_by_hour"].as_array().unwrap().iter().enumerate();
            let busy = hours.filter(|(_hour, lessons)| **lessons != json!(0));
            day["lessons_by_hour"] = busy.map(|(hour, lessons)| format!("{hour}: {lessons}")).collect();
        }
        insta::assert_json_snapshot!("teaching_analytics", figures);
    }
    let usual = api.get("/instructors/me/analytics").by(&ada.user).send().await.expect(200);
    assert_eq!(usual["by_week"].as_array().unwrap().len(), 12);
    assert_eq!(usual["busiest_hours"][0]["lessons_by_hour"].as_array().unwrap().len(), 24);
    assert_eq!(
        usual["totals"]["earnings"],
        api.get("/bookings/stats").by(&ada.user).send().await.expect(200)["total_earnings"],
        "the same money as elsewhere"
    );
}

#[actix_web::test]
async fn others_and_wrong_weeks_are_refused() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let path = "/api/v1/instructors/me/analytics";
    api.get(path).send().await.refused(401, "UNAUTHORIZED");
    api.get(path).by(&tom).send().await.refused(403, "FORBIDDEN");
    for weeks in ["0", "53", "-1", "x", "1.5", "", "99999999999999999999"] {
        let answer = api.get(&format!("{path}?weeks={weeks}")).by(&ada.user).send().await;
        assert_field(&answer.refused(422, "VALIDATION_ERROR"), "weeks");
    }
}

#[actix_web::test]
async fn an_administrator_runs_the_analytics_and_reads_what_they_say() {
    let api = Api::start().await;
    let admin = administrator(&api);
    let ada = an_instructor(&api.store).offering("piano", 75_00, &[60]).insert();
    for (day, hour) in (1..=12).zip(8..) {
        let _lesson = a_booking(&api.store)
            .with(&ada)
            .at(date(2026, 7, day), &format!("{hour:02}:00"), 60)
            .completed()
            .insert();
    }
    let catalogue = a_catalogue(&api.store);
    searched(&api.store, catalogue.id("yoga"), MONDAY, 60);
    let before = api.get("/api/v1/admin/analytics?days=14").by(&admin).send().await.expect(200);
    assert_eq!((&before["last_success"], &before["runs"]), (&json!(null), &json!([])));
    assert_eq!(before["report"]["totals"]["services"], 0);
    assert_eq!(api.get("/api/v1/admin/analytics/services").by(&admin).send().await.expect(200), json!([]));

    let run = api.post("/api/v1/admin/analytics/run?days=90").by(&admin).send().await.expect(200);
    let expected = json!({"id": 1, "status": "succeeded", "started_at": "2026-07-13T12:00:00Z",
        "finished_at": "2026-07-13T12:00:00Z", "days": 90, "services": 4, "error": null});
    assert_eq!(run, expected);

    let after = api.get("/api/v1/admin/analytics/?days=14").by(&admin).send().await.expect(200);
    assert_eq!((&after["last_success"], &after["runs"]), (&expected, &json!([expected])));
    assert_eq!(after["by_day"].as_array().unwrap().len(), 15);
    let mut shown = after;
    shown["by_day"] = shown["by_day"].as_array().unwrap().iter().skip(12).cloned().collect();
    insta::assert_json_snapshot!("market_analytics", shown);
    let services = api.get("/api/v1/admin/analytics/services").by(&admin).send().await.expect(200);
    assert_eq!(services.as_array().unwrap().len(), 4);
    insta::assert_json_snapshot!("service_analytics", services[1]);
    let top = api.get("/services/catalog/top-per-category?limit=1").send().await.expect(200);
    let first = |category: usize| top["categories"][category]["services"][0].clone();
    assert_eq!((first(0)["display_order"].clone(), first(1)["display_order"].clone()), (json!(2), json!(1)));
    assert_eq!(first(1)["is_trending"], true);
    assert_eq!(first(0)["demand_score"], json!(0.0), "nobody looked for it");
}

#[actix_web::test]
async fn only_administrators_see_the_marketplace() {
    let api = Api::start().await;
    let (ada, tom, admin) = (instructor(&api), api.student(), administrator(&api));
    for (method, path) in [("GET", ""), ("GET", "/services"), ("POST", "/run")] {
        let path = format!("/api/v1/admin/analytics{path}");
        api.call(method, &path).send().await.refused(401, "UNAUTHORIZED");
        for user in [&ada.user, &tom] {
            api.call(method, &path).by(user).send().await.refused(403, "FORBIDDEN");
        }
        api.call(method, &path).by(&admin).send().await.expect(200);
        let unversioned = path.replace("/api/v1", "");
        api.call(method, &unversioned).by(&admin).send().await.refused(404, "NOT_FOUND");
    }
    for days in ["0", "366", "x"] {
        for (method, path) in [("GET", ""), ("POST", "/run")] {
            let path = format!("/api/v1/admin/analytics{path}?days={days}");
            let answer = api.call(method, &path).by(&admin).send().await;
            assert_field(&answer.refused(422, "VALIDATION_ERROR"), "days");
        }
    }
}

#[actix_web::test]
async fn a_second_run_waits_for_the_first_and_a_failed_one_is_shown() {
    let api = Api::start().await;
    let admin = administrator(&api);
    let run = "/api/v1/admin/analytics/run";
    api.store.fail_next(Fault::Call(6), unavailable);
    api.post(run).by(&admin).send().await.refused(503, "SERVICE_UNAVAILABLE");
    let runs = |answer: Value| answer["runs"].clone();
    let shown = runs(api.get("/api/v1/admin/analytics").by(&admin).send().await.expect(200));
    assert_eq!((&shown[0]["status"], &shown[0]["services"]), (&json!("failed"), &json!(null)));
    assert_eq!(shown[0]["error"], "the database is not available");

    let under_way =
        api.store.transaction(|uow| uow.analytics().begin_run(LookBack::DAILY, built_at())).unwrap();
    api.clock.set("2026-07-01T12:30:00Z");
    let refused = api.post(run).by(&admin).send().await.refused(409, "CONFLICT");
    assert_eq!(refused["detail"], "the analytics have been running since 2026-07-01T12:00:00Z");
    let shown = runs(api.get("/api/v1/admin/analytics").by(&admin).send().await.expect(200));
    assert_eq!((&shown[0]["id"], &shown[0]["status"]), (&json!(under_way.id.get()), &json!("running")));
}
