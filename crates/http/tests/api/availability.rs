//! Publishing free time.

use instainstru_test_support::builders::{a_booking, an_instructor};
use serde_json::{Value, json};

use crate::support::{Api, WEDNESDAY, assert_field, instructor};

const BASE: &str = "/api/v1/instructors/availability-windows";

fn week(ranges: &[(&str, &str, &str)]) -> Value {
    let schedule: Vec<Value> = ranges
        .iter()
        .map(|(date, start, end)| json!({"date": date, "start_time": start, "end_time": end}))
        .collect();
    json!({"schedule": schedule, "week_start": "2026-07-13"})
}

#[actix_web::test]
async fn a_week_is_saved_read_and_replaced() {
    let api = Api::start().await;
    let ada = an_instructor(&api.store).insert().user;
    let body = week(&[
        ("2026-07-15", "09:00", "10:00"),
        ("2026-07-15", "10:00:00", "11:00"),
        ("2026-07-16", "00:00", "24:00"),
    ]);
    let saved = api.post(&format!("{BASE}/week")).by(&ada).json(&body).send().await;
    let tag = saved.header("etag").unwrap().to_owned();
    let map = json!({
        "2026-07-15": [{"start_time": "09:00:00", "end_time": "11:00:00"}],
        "2026-07-16": [{"start_time": "00:00:00", "end_time": "24:00:00"}],
    });
    assert_eq!(saved.expect(200), map);
    for path in [
        format!("{BASE}/week?start_date=2026-07-13"),
        "/instructors/availability-windows/week/?start_date=2026-07-14".into(),
    ] {
        let read = api.get(&path).by(&ada).send().await;
        assert_eq!(read.header("cache-control"), Some("private, no-cache"));
        assert_eq!(read.expect(200), map, "{path}");
    }
    let same = api.get(&format!("{BASE}/week?start_date=2026-07-13")).by(&ada).send().await;
    assert_eq!(same.header("etag"), Some(tag.as_str()));
    let cleared = json!({"schedule": [], "week_start": "2026-07-13"});
    assert_eq!(api.post(&format!("{BASE}/week")).by(&ada).json(&cleared).send().await.expect(200), json!({}));
}

#[actix_web::test]
async fn a_week_that_changed_meanwhile_is_not_overwritten() {
    let api = Api::start().await;
    let ada = an_instructor(&api.store).insert().user;
    let path = format!("{BASE}/week");
    let read = api.get(&format!("{path}?start_date=2026-07-13")).by(&ada).send().await;
    let tag = read.header("etag").unwrap().to_owned();
    let first = week(&[("2026-07-15", "09:00", "10:00")]);
    let saved = api.post(&path).by(&ada).header("If-Match", &tag).json(&first).send().await;
    let new_tag = saved.header("etag").unwrap().to_owned();
    assert_ne!(tag, new_tag);
    let second = week(&[("2026-07-16", "09:00", "10:00")]);
    api.post(&path).by(&ada).header("If-Match", &tag).json(&second).send().await.refused(409, "CONFLICT");
    for fresh in [new_tag.as_str(), "*"] {
        api.post(&path).by(&ada).header("If-Match", fresh).json(&first).send().await.expect(200);
    }
    for bad in ["abc", "\"a\", \"b\""] {
        let refused = api.post(&path).by(&ada).header("If-Match", bad).json(&first).send().await;
        assert_eq!(
            refused.refused(422, "VALIDATION_ERROR")["errors"][0]["loc"],
            json!(["header", "If-Match"])
        );
    }
}

#[actix_web::test]
async fn malformed_weeks_name_what_is_wrong() {
    let api = Api::start().await;
    let ada = an_instructor(&api.store).insert().user;
    let path = format!("{BASE}/week");
    let body = json!({"schedule": [
        {"date": "2026-07-15", "start_time": "09:10", "end_time": "10:00"},
        {"date": "never", "start_time": "09:00", "end_time": "09:00"},
    ], "week_start": "2026-07-14"});
    let refused = api.post(&path).by(&ada).json(&body).send().await.refused(422, "VALIDATION_ERROR");
    let locs: Vec<Value> = refused["errors"].as_array().unwrap().iter().map(|e| e["loc"].clone()).collect();
    assert_eq!(
        locs,
        [
            json!(["body", "week_start"]),
            json!(["body", "schedule", 0, "start_time"]),
            json!(["body", "schedule", 1, "date"]),
            json!(["body", "schedule", 1, "end_time"]),
        ]
    );
    assert!(refused["detail"].as_str().unwrap().contains("15-minute blocks"));
    for body in [json!({}), json!({"schedule": {}}), json!({"schedule": [{"date": "2026-07-15"}]}), json!([])]
    {
        api.post(&path).by(&ada).json(&body).send().await.refused(422, "VALIDATION_ERROR");
    }
    let many: Vec<Value> =
        vec![json!({"date": "2026-07-15", "start_time": "09:00", "end_time": "10:00"}); 2001];
    let refused = api.post(&path).by(&ada).json(&json!({"schedule": many})).send().await;
    assert_field(&refused.refused(422, "VALIDATION_ERROR"), "schedule");
    api.get(&format!("{BASE}/week")).by(&ada).send().await.refused(422, "VALIDATION_ERROR");
    api.get(&format!("{BASE}/week?start_date=x")).by(&ada).send().await.refused(422, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn a_week_is_copied_and_laid_over_dates() {
    let api = Api::start().await;
    let ada = instructor(&api).user;
    let copy = json!({"from_week_start": "2026-07-13", "to_week_start": "2026-07-20"});
    let copied = api.post(&format!("{BASE}/copy-week")).by(&ada).json(&copy).send().await;
    assert!(copied.header("etag").is_some());
    let copied = copied.expect(200);
    assert_eq!(copied["2026-07-22"], json!([{"start_time": "09:00:00", "end_time": "17:00:00"}]));
    assert_eq!(
        (&copied["_metadata"]["operation"], &copied["_metadata"]["slots_created"]),
        (&json!("week_copy"), &json!(1))
    );
    for bad in [("2026-07-13", "2026-07-13"), ("2026-07-14", "2026-07-20"), ("2026-07-13", "x")] {
        let body = json!({"from_week_start": bad.0, "to_week_start": bad.1});
        api.post(&format!("{BASE}/copy-week"))
            .by(&ada)
            .json(&body)
            .send()
            .await
            .refused(422, "VALIDATION_ERROR");
    }
    let path = format!("{BASE}/apply-to-date-range");
    let apply =
        json!({"from_week_start": "2026-07-13", "start_date": "2026-08-03", "end_date": "2026-08-16"});
    let applied = api.post(&path).by(&ada).json(&apply).send().await.expect(200);
    assert_eq!(
        (&applied["dates_processed"], &applied["dates_with_slots"], &applied["weeks_affected"]),
        (&json!(14), &json!(2), &json!(2))
    );
    for (start, end) in
        [("2026-08-16", "2026-08-03"), ("2026-07-01", "2026-08-03"), ("2026-08-03", "2028-08-03")]
    {
        let body = json!({"from_week_start": "2026-07-13", "start_date": start, "end_date": end});
        api.post(&path).by(&ada).json(&body).send().await.refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn single_stretches_are_added_listed_moved_and_removed() {
    let api = Api::start().await;
    let (ada, bob) = (an_instructor(&api.store).insert().user, an_instructor(&api.store).insert().user);
    let body = json!({"specific_date": "2026-07-15", "start_time": "09:00", "end_time": "10:00"});
    let window = api.post(&format!("{BASE}/specific-date")).by(&ada).json(&body).send().await.expect(200);
    let id = &window["id"];
    assert_eq!(
        window,
        json!({"id": id, "instructor_id": ada.id.get(), "specific_date": "2026-07-15", "start_time": "09:00:00", "end_time": "10:00:00"})
    );
    api.post(&format!("{BASE}/specific-date")).by(&ada).json(&body).send().await.refused(409, "CONFLICT");
    for (member, value) in [("specific_date", "2026-07-01"), ("end_time", "09:00"), ("start_time", "x")] {
        let mut bad = body.clone();
        bad[member] = json!(value);
        api.post(&format!("{BASE}/specific-date"))
            .by(&ada)
            .json(&bad)
            .send()
            .await
            .refused(422, "VALIDATION_ERROR");
    }
    for path in [
        BASE.to_owned(),
        format!("{BASE}/"),
        "/instructors/availability-windows?start_date=2026-07-15".into(),
    ] {
        assert_eq!(api.get(&path).by(&ada).send().await.expect(200), json!([window]), "{path}");
    }
    api.get(&format!("{BASE}?start_date=2026-07-15&end_date=2026-07-14"))
        .by(&ada)
        .send()
        .await
        .refused(422, "VALIDATION_ERROR");

    let path = format!("{BASE}/{id}");
    let moved = api.patch(&path).by(&ada).json(&json!({"end_time": "11:00"})).send().await.expect(200);
    assert_eq!(moved["end_time"], "11:00:00");
    let moved_path = format!("{BASE}/{}", moved["id"]);
    api.patch(&moved_path)
        .by(&ada)
        .json(&json!({"end_time": "08:00"}))
        .send()
        .await
        .refused(400, "VALIDATION_ERROR");
    let short = api.patch(&moved_path).by(&ada).json(&json!({"end_time": "09:15"})).send().await;
    assert!(
        short.refused(400, "VALIDATION_ERROR")["detail"].as_str().unwrap().contains("at least 30 minutes")
    );
    let extra = api
        .patch(&moved_path)
        .by(&ada)
        .json(&json!({"end_time": "10:00", "date": "2026-07-16"}))
        .send()
        .await;
    assert_field(&extra.refused(422, "VALIDATION_ERROR"), "date");
    api.patch(&moved_path)
        .by(&bob)
        .json(&json!({"end_time": "10:00"}))
        .send()
        .await
        .refused(404, "NOT_FOUND");
    api.delete(&moved_path).by(&bob).send().await.refused(404, "NOT_FOUND");
    api.patch(&format!("{BASE}/abc")).by(&ada).json(&json!({})).send().await.refused(422, "VALIDATION_ERROR");
    assert!(api.delete(&moved_path).by(&ada).send().await.expect(200)["message"].is_string());
    api.delete(&moved_path).by(&ada).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn bulk_changes_report_each_step() {
    let api = Api::start().await;
    let ada = instructor(&api).user;
    let path = format!("{BASE}/bulk-update");
    let body = json!({"operations": [
        {"action": "add", "date": "2026-07-16", "start_time": "09:00", "end_time": "10:00"},
        {"action": "add", "start_time": "09:00", "end_time": "10:00"},
        {"action": "remove", "slot_id": 999},
    ]});
    let mut checked = body.clone();
    checked["validate_only"] = json!(true);
    let outcome = api.patch(&path).by(&ada).json(&checked).send().await.expect(200);
    assert!(outcome["results"][0]["reason"].as_str().unwrap().contains("Valid"), "{outcome}");
    let outcome = api.patch(&path).by(&ada).json(&body).send().await.expect(200);
    assert_eq!(
        (&outcome["successful"], &outcome["failed"], &outcome["skipped"]),
        (&json!(1), &json!(2), &json!(0))
    );
    assert_eq!(outcome["results"][0]["status"], "success");
    assert!(outcome["results"][0]["slot_id"].is_i64());
    assert_eq!(
        (&outcome["results"][2]["action"], &outcome["results"][2]["status"]),
        (&json!("remove"), &json!("failed"))
    );
    for bad in [
        json!({"operations": [{"action": "add", "date": null}]}),
        json!({"operations": [{"action": "fly"}]}),
        json!({"operations": [{"action": "update", "slot_id": 1, "start_time": "10:00", "end_time": "09:00"}]}),
        json!({"operations": [{"action": "remove", "slot_id": "1"}]}),
        json!({"operations": vec![json!({"action": "remove"}); 501]}),
        json!({}),
    ] {
        api.patch(&path).by(&ada).json(&bad).send().await.refused(422, "VALIDATION_ERROR");
    }
    let mut atomic = body;
    atomic["atomic"] = json!(true);
    atomic["operations"][0]["date"] = json!("2026-07-17");
    api.patch(&path).by(&ada).json(&atomic).send().await.expect(200);
    let list = api
        .get(&format!("{BASE}?start_date=2026-07-17&end_date=2026-07-17"))
        .by(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(list, json!([]), "one failure undoes all");
}

#[actix_web::test]
async fn changes_of_a_week_are_tried_out() {
    let api = Api::start().await;
    let ada = instructor(&api).user;
    let path = format!("{BASE}/week/validate-changes");
    let body = json!({
        "current_week": {"2026-07-16": [{"start_time": "09:00", "end_time": "10:00", "more": 1}], "_metadata": 7},
        "saved_week": {"2026-07-15": [{"start_time": "09:00:00", "end_time": "17:00:00"}]},
        "week_start": "2026-07-13",
    });
    let outcome = api.post(&path).by(&ada).json(&body).send().await.expect(200);
    assert_eq!(outcome["valid"], true, "{outcome}");
    assert_eq!(outcome["summary"]["operations_by_type"], json!({"add": 1, "remove": 1, "update": 0}));
    assert_eq!(outcome["summary"]["invalid_operations"], 0);
    let mut bad = body.clone();
    bad["current_week"]["2026-07-16"][0]["end_time"] = json!("08:00");
    let refused = api.post(&path).by(&ada).json(&bad).send().await.refused(422, "VALIDATION_ERROR");
    assert_eq!(refused["errors"][0]["loc"], json!(["body", "current_week", "2026-07-16", 0]));
    bad["current_week"] = json!({"someday": []});
    api.post(&path).by(&ada).json(&bad).send().await.refused(422, "VALIDATION_ERROR");
    bad["current_week"] = json!({"2026-07-16": "busy"});
    api.post(&path).by(&ada).json(&bad).send().await.refused(422, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn days_are_blocked_and_unblocked() {
    let api = Api::start().await;
    let (ada, bob) = (instructor(&api).user, an_instructor(&api.store).insert().user);
    let path = format!("{BASE}/blackout-dates");
    let body = json!({"date": "2026-07-15", "reason": "Holidays"});
    let day = api.post(&path).by(&ada).json(&body).send().await.expect(200);
    assert_eq!((&day["date"], &day["reason"]), (&json!("2026-07-15"), &json!("Holidays")));
    assert_eq!(api.get(&format!("{path}/")).by(&ada).send().await.expect(200), json!([day]));
    api.post(&path).by(&ada).json(&body).send().await.refused(409, "CONFLICT");
    for bad in [
        json!({"date": "2026-07-12"}),
        json!({"date": "x"}),
        json!({"date": "2026-07-16", "reason": "x".repeat(256)}),
        json!({}),
    ] {
        api.post(&path).by(&ada).json(&bad).send().await.refused(422, "VALIDATION_ERROR");
    }
    let one = format!("{path}/{}", day["id"]);
    api.delete(&one).by(&bob).send().await.refused(404, "NOT_FOUND");
    api.delete(&format!("{path}/x")).by(&ada).send().await.refused(422, "VALIDATION_ERROR");
    api.delete(&one).by(&ada).send().await.expect(200);
    api.delete(&one).by(&ada).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn lessons_of_a_week_are_shown_beside_free_time() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let booking = a_booking(&api.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let slots = api
        .get(&format!("{BASE}/week/booked-slots?start_date=2026-07-13"))
        .by(&ada.user)
        .send()
        .await
        .expect(200);
    assert_eq!(
        slots["booked_slots"][0],
        json!({"booking_id": booking.id.get(), "date": "2026-07-15", "start_time": "10:00:00", "end_time": "11:00:00",
            "student_first_name": "Tom", "student_last_initial": "J.", "service_name": booking.service_name,
            "service_area_short": "BK", "duration_minutes": 60, "location_type": "neutral"})
    );
}

#[actix_web::test]
async fn only_instructors_publish_and_are_told_so_before_their_body_is_read() {
    let api = Api::start().await;
    let tom = api.student();
    for (method, path) in [
        ("GET", "/week?start_date=2026-07-13"),
        ("POST", "/week"),
        ("POST", "/copy-week"),
        ("POST", "/apply-to-date-range"),
        ("POST", "/specific-date"),
        ("GET", ""),
        ("PATCH", "/bulk-update"),
        ("PATCH", "/1"),
        ("DELETE", "/1"),
        ("GET", "/week/booked-slots?start_date=2026-07-13"),
        ("POST", "/week/validate-changes"),
        ("GET", "/blackout-dates"),
        ("POST", "/blackout-dates"),
        ("DELETE", "/blackout-dates/1"),
    ] {
        let path = format!("{BASE}{path}");
        api.call(method, &path)
            .by(&tom)
            .body("application/json", "{broken")
            .send()
            .await
            .refused(403, "FORBIDDEN");
        api.call(method, &path).body("application/json", "{broken").send().await.refused(401, "UNAUTHORIZED");
    }
}
