//! Booking lessons and what happens to them.

use instainstru_domain::{account::User, instructor::Instructor};
use instainstru_test_support::builders::{a_booking, an_instructor};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::support::{Answer, Api, WEDNESDAY, assert_field, instructor};

fn lesson(ada: &Instructor, start: &str) -> Value {
    json!({
        "instructor_id": ada.user.id.get(),
        "instructor_service_id": ada.services[0].id.get(),
        "booking_date": "2026-07-15",
        "start_time": start,
        "selected_duration": 60,
    })
}

async fn book(api: &Api, student: &User, body: &Value) -> Answer {
    api.post("/api/v1/bookings").by(student).json(body).send().await
}

#[actix_web::test]
async fn a_lesson_is_booked_and_confirmed_at_once() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student_at("tom@example.com"));
    let mut body = lesson(&ada, "10:00");
    body["student_note"] = json!("  Für Elise 🎹 ");
    body["location_type"] = json!("student_home");
    body["meeting_location"] = json!("   ");
    let booking = book(&api, &tom, &body).await.expect(201);
    insta::assert_json_snapshot!("booking", booking);
}

#[actix_web::test]
async fn names_of_2025_mean_the_same() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let body = json!({
        "instructor_id": ada.user.id.get(), "service_id": ada.services[0].id.get(), "booking_date": "2026-07-15",
        "start_time": "09:00:00", "end_time": "10:00:00",
    });
    let booking = api.post("/bookings/").by(&tom).json(&body).send().await.expect(201);
    assert_eq!((&booking["duration_minutes"], &booking["location_type"]), (&json!(60), &json!("neutral")));
    let mut both = lesson(&ada, "11:00");
    both["service_id"] = both["instructor_service_id"].clone();
    both["end_time"] = json!("16:00");
    assert_eq!(book(&api, &tom, &both).await.expect(201)["end_time"], "12:00:00");
    both["service_id"] = json!(99);
    assert_field(&book(&api, &tom, &both).await.refused(422, "VALIDATION_ERROR"), "service_id");
}

#[actix_web::test]
async fn malformed_bookings_name_the_field() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    for (member, value) in [
        ("instructor_id", json!(0)),
        ("instructor_id", json!(2_147_483_648_i64)),
        ("instructor_id", json!("7")),
        ("instructor_service_id", json!(null)),
        ("booking_date", json!("2026-02-30")),
        ("booking_date", json!("15.7.2026")),
        ("booking_date", json!("2026-07-12")),
        ("start_time", json!("09:10")),
        ("start_time", json!("25:00")),
        ("start_time", json!("23:30")),
        ("selected_duration", json!(0)),
        ("selected_duration", json!(50)),
        ("selected_duration", json!(735)),
        ("selected_duration", json!(60.5)),
        ("end_time", json!("09:00")),
        ("student_note", json!("x".repeat(1001))),
        ("student_note", json!("nul\u{0}")),
        ("meeting_location", json!("x".repeat(501))),
        ("location_type", json!("moon")),
        ("availability_slot_id", json!(1)),
    ] {
        let mut body = lesson(&ada, "10:00");
        body[member] = value.clone();
        let body = book(&api, &tom, &body).await.refused(422, "VALIDATION_ERROR");
        assert_eq!(body["field"], member, "{value}: {body}");
    }
    let mut body = lesson(&ada, "10:00");
    body.as_object_mut().unwrap().remove("selected_duration");
    assert_field(&book(&api, &tom, &body).await.refused(422, "VALIDATION_ERROR"), "selected_duration");
}

#[actix_web::test]
async fn rules_of_booking_have_their_statuses() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let bob = an_instructor(&api.store).offering("yoga", 5_000, &[60]).insert();
    let changed = |member: &str, value: Value| {
        let mut body = lesson(&ada, "10:00");
        body[member] = value;
        body
    };
    for (body, status, code, text) in [
        (changed("instructor_service_id", json!(999)), 404, "NOT_FOUND", "Service not found"),
        (changed("instructor_id", json!(bob.user.id.get())), 400, "VALIDATION_ERROR", "does not belong"),
        (changed("selected_duration", json!(90)), 400, "VALIDATION_ERROR", "30"),
        (changed("start_time", json!("18:00")), 422, "BUSINESS_RULE_VIOLATION", "outside availability"),
        (
            changed("booking_date", json!("2026-07-16")),
            422,
            "BUSINESS_RULE_VIOLATION",
            "outside availability",
        ),
        (changed("booking_date", json!("2026-07-13")), 422, "INSUFFICIENT_NOTICE", "hours in advance"),
    ] {
        let mut body = body;
        if body["booking_date"] == "2026-07-13" {
            body["start_time"] = json!("09:00");
        }
        let refused = book(&api, &tom, &body).await.refused(status, code);
        assert!(refused["detail"].as_str().unwrap().contains(text), "{refused}");
    }
    book(&api, &ada.user, &lesson(&ada, "10:00")).await.refused(400, "VALIDATION_ERROR");
    api.post("/bookings").json(&lesson(&ada, "10:00")).send().await.refused(401, "UNAUTHORIZED");
}

#[actix_web::test]
async fn a_taken_time_is_refused_with_the_nearest_free_ones() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let eve = instainstru_test_support::builders::a_user(&api.store).insert();
    book(&api, &tom, &lesson(&ada, "10:00")).await.expect(201);
    let refused = book(&api, &eve, &lesson(&ada, "10:30")).await.refused(409, "BOOKING_CONFLICT");
    assert_eq!(refused["details"]["conflicts_with"], "instructor");
    let first = &refused["details"]["alternatives"][0];
    assert_eq!(first["date"], "2026-07-15");
    let mut again = lesson(&ada, "10:00");
    again["start_time"] = first["start_time"].clone();
    book(&api, &eve, &again).await.expect(201);

    let bob = an_instructor(&api.store)
        .offering("yoga", 5_000, &[60])
        .publishing(WEDNESDAY, "09:00-17:00")
        .insert();
    let refused = book(&api, &tom, &lesson(&bob, "10:00")).await.refused(409, "BOOKING_CONFLICT");
    assert_eq!(refused["details"]["conflicts_with"], "student");
    assert!(refused["detail"].as_str().unwrap().contains("already have a booking"));
}

#[actix_web::test]
async fn blocked_days_cannot_be_booked() {
    let api = Api::start().await;
    let tom = api.student();
    let ada = an_instructor(&api.store)
        .offering("piano", 7_500, &[60])
        .publishing(WEDNESDAY, "09:00-17:00")
        .away_on(WEDNESDAY)
        .insert();
    let refused = book(&api, &tom, &lesson(&ada, "10:00")).await.refused(422, "BUSINESS_RULE_VIOLATION");
    assert!(refused["detail"].as_str().unwrap().contains("blackout"));
    assert_eq!(refused["details"]["reason"], "BLACKOUT");
}

#[actix_web::test]
async fn a_booking_is_seen_by_its_parties_only() {
    let api = Api::start().await;
    let (ada, tom, eve) = (instructor(&api), api.student(), api_user(&api));
    let booking = book(&api, &tom, &lesson(&ada, "10:00")).await.expect(201);
    let path = format!("/bookings/{}", booking["id"]);
    for user in [&tom, &ada.user] {
        assert_eq!(api.get(&path).by(user).send().await.expect(200), booking);
        let preview = api.get(&format!("{path}/preview/")).by(user).send().await.expect(200);
        assert_eq!(preview["location_type_display"], "Neutral Location");
        assert_eq!(preview["total_price"], 75.0);
    }
    for method_path in [path.clone(), format!("{path}/preview"), "/bookings/999".into()] {
        api.get(&method_path).by(&eve).send().await.refused(404, "NOT_FOUND");
    }
    for bad in ["/bookings/abc", "/bookings/0", "/bookings/-1", "/bookings/2147483648", "/bookings/1.5"] {
        let refused = api.get(bad).by(&tom).send().await.refused(422, "VALIDATION_ERROR");
        assert_field(&refused, "booking_id");
        assert_eq!(refused["errors"][0]["loc"], json!(["path", "booking_id"]));
    }
    api.get(&path).send().await.refused(401, "UNAUTHORIZED");
}

fn api_user(api: &Api) -> User {
    instainstru_test_support::builders::a_user(&api.store).insert()
}

#[actix_web::test]
async fn bookings_are_listed_in_pages_latest_first() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    for start in ["09:00", "11:00", "13:00"] {
        book(&api, &tom, &lesson(&ada, start)).await.expect(201);
    }
    let starts = |body: &Value| -> Vec<String> {
        body["bookings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|b| b["start_time"].as_str().unwrap().into())
            .collect()
    };
    let page = api.get("/bookings?per_page=2&limit=50&offset=1&upcoming=x").by(&tom).send().await.expect(200);
    assert_eq!(starts(&page), ["13:00:00", "11:00:00"]);
    assert_eq!((&page["total"], &page["page"], &page["per_page"]), (&json!(3), &json!(1), &json!(2)));
    let page =
        api.get("/bookings/?per_page=2&page=2&status=confirmed&upcoming_only=yes").by(&ada.user).send().await;
    assert_eq!(starts(&page.expect(200)), ["09:00:00"]);
    let none = api.get("/api/v1/bookings?status=CANCELLED").by(&tom).send().await.expect(200);
    assert_eq!(none["total"], 0);
    for query in [
        "page=0",
        "per_page=0",
        "per_page=101",
        "page=x",
        "status=DONE",
        "upcoming_only=maybe",
        "page=1&page=2",
    ] {
        api.get(&format!("/bookings?{query}")).by(&tom).send().await.refused(422, "VALIDATION_ERROR");
    }
    let upcoming = api.get("/bookings/upcoming?limit=2").by(&tom).send().await.expect(200);
    assert_eq!(upcoming[0]["start_time"], "09:00:00");
    assert_eq!(
        (&upcoming[0]["student_name"], &upcoming[0]["instructor_name"]),
        (&json!("Tom Jones"), &json!("Ada Lovelace"))
    );
    assert_eq!(upcoming.as_array().unwrap().len(), 2);
    for limit in ["0", "21", ""] {
        api.get(&format!("/bookings/upcoming?limit={limit}"))
            .by(&tom)
            .send()
            .await
            .refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn figures_are_for_instructors() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let _ = a_booking(&api.store).of(&tom).with(&ada).at(date(2026, 7, 2), "10:00", 60).completed().insert();
    let _ = a_booking(&api.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let stats = api.get("/bookings/stats").by(&ada.user).send().await.expect(200);
    assert_eq!(
        stats,
        json!({"total_bookings": 2, "upcoming_bookings": 1, "completed_bookings": 1, "cancelled_bookings": 0,
            "no_show_bookings": 0, "total_earnings": 75.0, "this_month_earnings": 75.0, "average_rating": null})
    );
    api.get("/bookings/stats").by(&tom).send().await.refused(400, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn a_time_is_checked_without_booking_it() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let check = |start: &str, end: &str| {
        json!({"instructor_id": ada.user.id.get(), "service_id": ada.services[0].id.get(),
            "booking_date": "2026-07-15", "start_time": start, "end_time": end, "more": 1})
    };
    let path = "/bookings/check-availability";
    let yes = api.post(path).by(&tom).json(&check("10:00", "11:00")).send().await.expect(200);
    assert_eq!((&yes["available"], &yes["time_info"]["start_time"]), (&json!(true), &json!("10:00:00")));
    book(&api, &tom, &lesson(&ada, "10:00")).await.expect(201);
    let no = api.post(path).by(&api_user(&api)).json(&check("10:00", "11:00")).send().await.expect(200);
    assert_eq!((&no["available"], &no["conflicts_with"]), (&json!(false), &json!("instructor")));
    assert!(no["reason"].is_string() && no["time_info"].is_null());
    let refused = api.post(path).by(&tom).json(&check("11:00", "10:00")).send().await;
    assert_field(&refused.refused(422, "VALIDATION_ERROR"), "end_time");
    let mut unknown = check("10:00", "11:00");
    unknown["instructor_id"] = json!(999);
    api.post(path).by(&tom).json(&unknown).send().await.refused(404, "NOT_FOUND");
    let mut past = check("10:00", "11:00");
    past["booking_date"] = json!("2026-07-01");
    api.post(path).by(&tom).json(&past).send().await.refused(422, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn the_instructor_changes_note_and_place() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let booking = book(&api, &tom, &lesson(&ada, "10:00")).await.expect(201);
    let path = format!("/bookings/{}", booking["id"]);
    let change = json!({"instructor_note": "Bring the blue book", "meeting_location": null, "more": 1});
    let changed = api.patch(&path).by(&ada.user).json(&change).send().await.expect(200);
    assert_eq!(changed["instructor_note"], "Bring the blue book");
    assert!(changed["updated_at"].is_string());
    api.patch(&path).by(&tom).json(&change).send().await.refused(400, "VALIDATION_ERROR");
    api.patch("/bookings/999").by(&ada.user).json(&change).send().await.refused(404, "NOT_FOUND");
    let long = json!({"instructor_note": "x".repeat(1001)});
    api.patch(&path).by(&ada.user).json(&long).send().await.refused(422, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn cancelling_frees_the_time_at_once() {
    let api = Api::start().await;
    let (ada, tom, eve) = (instructor(&api), api.student(), api_user(&api));
    let booking = book(&api, &tom, &lesson(&ada, "10:00")).await.expect(201);
    let path = format!("/bookings/{}/cancel", booking["id"]);
    for bad in [json!({}), json!({"reason": ""}), json!({"reason": "  "}), json!({"reason": "x".repeat(501)})]
    {
        assert_field(
            &api.post(&path).by(&tom).json(&bad).send().await.refused(422, "VALIDATION_ERROR"),
            "reason",
        );
    }
    let reason = json!({"reason": "ill"});
    api.post(&path).by(&eve).json(&reason).send().await.refused(400, "VALIDATION_ERROR");
    api.post("/bookings/999/cancel").by(&tom).json(&reason).send().await.refused(404, "NOT_FOUND");
    let cancelled = api.post(&path).by(&tom).json(&reason).send().await.expect(200);
    assert_eq!(
        (&cancelled["status"], &cancelled["cancellation_reason"]),
        (&json!("CANCELLED"), &json!("ill"))
    );
    assert_eq!(cancelled["cancelled_by_id"], tom.id.get());
    api.post(&path).by(&tom).json(&reason).send().await.refused(422, "BUSINESS_RULE_VIOLATION");
    book(&api, &eve, &lesson(&ada, "10:00")).await.expect(201);
}

#[actix_web::test]
async fn a_lesson_is_moved_or_stays_where_it_is() {
    let api = Api::start().await;
    let (ada, tom, eve) = (instructor(&api), api.student(), api_user(&api));
    let booking = book(&api, &tom, &lesson(&ada, "10:00")).await.expect(201);
    book(&api, &eve, &lesson(&ada, "12:00")).await.expect(201);
    let path = format!("/api/v1/bookings/{}/reschedule", booking["id"]);
    let to = |start: &str, minutes: Value| json!({"booking_date": "2026-07-15", "start_time": start, "selected_duration": minutes});
    let moved = api.post(&path).by(&ada.user).json(&to("14:00", json!(30))).send().await.expect(200);
    assert_eq!((&moved["end_time"], &moved["total_price"]), (&json!("14:30:00"), &json!(37.5)));
    api.post(&path).by(&tom).json(&to("12:30", json!(null))).send().await.refused(409, "BOOKING_CONFLICT");
    api.post(&path).by(&eve).json(&to("15:00", json!(null))).send().await.refused(400, "VALIDATION_ERROR");
    api.post(&path).by(&tom).json(&to("15:00", json!(90))).send().await.refused(400, "VALIDATION_ERROR");
    api.post(&path)
        .by(&tom)
        .json(&to("20:00", json!(null)))
        .send()
        .await
        .refused(422, "BUSINESS_RULE_VIOLATION");
    api.post(&path).by(&tom).json(&json!({})).send().await.refused(422, "VALIDATION_ERROR");
    let unchanged = api.get(&format!("/bookings/{}", booking["id"])).by(&tom).send().await.expect(200);
    assert_eq!(unchanged["start_time"], "14:00:00");
}

#[actix_web::test]
async fn a_lesson_ends_as_completed_or_missed_and_not_before_it_began() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let bob = an_instructor(&api.store).insert();
    for (action, status, start) in [("complete", "COMPLETED", "10:00"), ("no-show", "NO_SHOW", "12:00")] {
        let past = a_booking(&api.store).of(&tom).with(&ada).at(date(2026, 7, 2), start, 60).insert();
        let ahead = book(&api, &tom, &lesson(&ada, start)).await.expect(201);
        let path = format!("/bookings/{}/{action}", past.id);
        for stranger in [&tom, &bob.user] {
            api.post(&path).by(stranger).send().await.refused(400, "VALIDATION_ERROR");
        }
        assert_eq!(api.post(&path).by(&ada.user).send().await.expect(200)["status"], status);
        let early = format!("/bookings/{}/{action}", ahead["id"]);
        for impossible in [&path, &early] {
            api.post(impossible).by(&ada.user).send().await.refused(422, "BUSINESS_RULE_VIOLATION");
        }
        api.post(&format!("/bookings/999/{action}")).by(&ada.user).send().await.refused(404, "NOT_FOUND");
    }
}
