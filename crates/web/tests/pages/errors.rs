//! Errors in the frame of the site, and errors of the API as they were.

use crate::support::{Site, instructor};

#[actix_web::test]
async fn people_get_a_page_and_programs_the_envelope() {
    let site = Site::start().await;
    let browser = site.browser();
    for (path, html) in [
        ("/nowhere", true),
        ("/services/no-such-category", true),
        ("/assets/nothing.css", true),
        ("/api/v1/nowhere", false),
        ("/services/nowhere/x", true),
        ("/instructors/999", false),
        ("/bookings/1", false),
    ] {
        let shown = browser.get(path).await;
        assert!(shown.status == 404 || shown.status == 401, "{path}: {}", shown.status);
        let expected = if html { "text/html; charset=utf-8" } else { "application/json" };
        assert_eq!(shown.header("content-type"), expected, "{path}");
        let json = browser.get_with(path, "Accept", "application/json").await;
        assert_eq!(json.header("content-type"), "application/json", "{path}");
    }
}

#[actix_web::test]
async fn the_frame_knows_who_is_signed_in_and_the_page_has_a_way_on() {
    let site = Site::start().await;
    let browser = site.browser_of(&instructor(&site).user).await;
    let lost = browser.get("/nowhere").await;
    assert_eq!((lost.status, lost.h1().as_str()), (404, "We could not find that page"));
    assert!(lost.text().contains("Sign out") && lost.links().contains(&"/services".to_owned()));
    assert_eq!(lost.header("cache-control"), "private, no-store");
}

#[actix_web::test]
async fn a_method_that_a_page_does_not_take_is_refused_in_the_frame() {
    let site = Site::start().await;
    let shown = site.browser().post("/services", &[("a", "b")]).await;
    assert_eq!((shown.status, shown.header("content-type")), (405, "text/html; charset=utf-8"));
}

#[actix_web::test]
async fn texts_of_visitors_are_text() {
    let site = Site::start().await;
    let attack = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22onfocus%3D";
    for path in [format!("/services?q={attack}"), format!("/login?next=%2F{attack}"), format!("/{attack}")] {
        let shown = site.browser().get(&path).await;
        assert!(
            !shown.body.contains("<script>alert") && !shown.body.contains("\"onfocus="),
            "{path}: {}",
            shown.body
        );
    }
}

#[actix_web::test]
async fn every_kind_of_error_has_a_page() {
    let site = Site::start().await;
    for status in [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503] {
        let shown = site.browser().get(&format!("/styleguide/error/{status}")).await;
        assert_eq!(shown.status, status);
        assert!(!shown.h1().is_empty() && shown.text().contains(&format!("Error {status}")));
    }
}
