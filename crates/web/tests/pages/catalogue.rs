//! Everything that can be learned.

use crate::support::{Site, instructor};

#[actix_web::test]
async fn all_services_are_in_one_document_also_those_nobody_offers_yet() {
    let site = Site::start().await;
    instructor(&site);
    let text = site.browser().get("/services").await.text();
    assert!(text.contains("Piano 1 instructor"), "{text}");
    assert!(text.contains("no instructor yet"), "{text}");
}

#[actix_web::test]
async fn the_list_is_narrowed_by_names_and_what_else_people_call_a_service() {
    let site = Site::start().await;
    instructor(&site);
    let browser = site.browser();
    let page = browser.get("/services?q=PIAN").await;
    assert!(page.text().contains("1 service for"), "{}", page.text());
    assert!(page.body.contains("value=\"PIAN\""));
    let nothing = browser.get("/services?q=zzz").await;
    assert!(nothing.text().contains("No service has that name"), "{}", nothing.text());
}

#[actix_web::test]
async fn a_category_shows_each_service_with_its_lowest_price() {
    let site = Site::start().await;
    instructor(&site);
    let page = site.browser().get("/services/music").await;
    assert_eq!((page.status, page.h1().as_str()), (200, "Music"));
    assert!(page.text().contains("1 instructor $75 an hour"), "{}", page.text());
}

#[actix_web::test]
async fn the_paths_of_the_api_stay_the_apis() {
    let site = Site::start().await;
    let browser = site.browser();
    for path in ["/services/categories", "/services/catalog", "/api/v1/services/categories"] {
        assert_eq!(browser.get(path).await.header("content-type"), "application/json", "{path}");
    }
}

#[actix_web::test]
async fn people_who_look_for_instructors_are_shown_what_is_taught_and_programs_the_list() {
    let site = Site::start().await;
    assert_eq!(site.browser().get("/instructors").await.location().as_deref(), Some("/services"));
    let request = actix_web::test::TestRequest::get().uri("/instructors").to_request();
    assert_eq!(site.call(request).await.header("content-type"), "application/json");
}

#[actix_web::test]
async fn areas_are_those_that_instructors_name() {
    let site = Site::start().await;
    assert!(site.browser().get("/areas").await.text().contains("No instructor has named a place yet"));
    let _somebody = instainstru_test_support::builders::an_instructor(&site.store)
        .areas(&["Astoria", "Hell's Kitchen"])
        .insert();
    let page = site.browser().get("/areas").await;
    assert!(page.links().contains(&"/search?q=lessons+in+Hell%27s+Kitchen".to_owned()), "{:?}", page.links());
}
