//! An instructor, and when there is time.

use instainstru_domain::{
    account::AccountStatus,
    handle::Handle,
    instructor::Instructor,
    ports::{StorageError, TransactorExt as _},
};
use instainstru_test_support::builders::an_instructor;

use crate::support::{Site, TODAY, WEDNESDAY, instructor};

#[actix_web::test]
async fn the_first_free_day_is_chosen_and_its_times_lead_to_the_review() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let browser = site.browser();
    let page = browser.get(&format!("/instructors/{}-ada-l", ada.user.id)).await;
    let text = page.text();
    assert_eq!((page.status, page.h1().as_str()), (200, "Ada L."));
    assert!(text.contains("31 times on Wednesday, July 15"), "{text}");
    assert!(
        text.contains("9:00 AM , Piano with Ada L. on Wednesday, July 15, 30 minutes, $37.50"),
        "the whole name of a time: {text}"
    );
    assert!(page.body.contains(&format!("action=\"/book/{}\"", ada.user.id)));
    assert!(
        page.body.contains("name=\"time\" value=\"09:00\"")
            && page.body.contains("name=\"date\" value=\"2026-07-15\"")
    );
    assert_eq!(page.body.matches("aria-current=\"date\"").count(), 1);
    let again = browser.get(&format!("/instructors/{}-ada-l", ada.user.id)).await;
    assert!(!again.header("etag").is_empty(), "a public page");
}

#[actix_web::test]
async fn lengths_and_days_are_part_of_the_address() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let profile = format!("/instructors/{}-ada-l", ada.user.id);
    let browser = site.browser();
    let hour = browser.get(&format!("{profile}?service={}&duration=60", ada.services[0].id)).await;
    assert!(hour.text().contains("29 times on Wednesday, July 15"), "{}", hour.text());
    assert!(hour.body.contains("value=\"60\" checked"));
    let none = browser.get(&format!("{profile}?date=2026-07-16")).await;
    assert!(none.text().contains("No times on Thursday, July 16 for 30 min"), "{}", none.text());
    assert!(none.text().contains("Next free day: Wednesday, July 15"));
    for nonsense in ["?service=x&duration=7&date=never", "?service=999&duration=-1&date=2020-01-01"] {
        assert!(browser.get(&format!("{profile}{nonsense}")).await.text().contains("31 times"), "{nonsense}");
    }
}

#[actix_web::test]
async fn days_without_times_say_why() {
    let site = Site::start().await;
    let ada = an_instructor(&site.store)
        .named("Ada Lovelace")
        .notice(24)
        .offering("piano", 7_500, &[60])
        .publishing(TODAY, "10:00-12:00")
        .publishing(WEDNESDAY, "09:00-09:30")
        .publishing(WEDNESDAY.tomorrow().unwrap(), "09:00-12:00")
        .away_on(WEDNESDAY.tomorrow().unwrap())
        .insert();
    let text = site.browser().get(&format!("/instructors/{}-ada-l", ada.user.id)).await.text();
    for day in ["Jul 13 too soon", "Jul 14 not free", "Jul 15 too short", "Jul 16 day off"] {
        assert!(text.contains(day), "{day}: {text}");
    }
    assert!(text.contains("No time is free in the next 28 days."), "{text}");
}

#[actix_web::test]
async fn a_wrong_name_leads_to_the_right_one_and_nobody_to_the_page_for_nobody() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let away = an_instructor(&site.store)
        .named("Sus Pended")
        .status(AccountStatus::Suspended)
        .offering("piano", 7_500, &[60])
        .insert();
    let browser = site.browser();
    let moved = browser.get(&format!("/instructors/{}-grace-h?duration=60", ada.user.id)).await;
    let right = format!("/instructors/{}-ada-l?duration=60", ada.user.id);
    assert_eq!((moved.status, moved.location()), (308, Some(right)));
    for path in [format!("/instructors/{}-sus-p", away.user.id), "/instructors/99999999999-x".to_owned()] {
        let lost = browser.get(&path).await;
        assert_eq!((lost.status, lost.h1().as_str()), (404, "We could not find that page"), "{path}");
    }
    let api = browser.get(&format!("/instructors/{}", ada.user.id)).await;
    assert_eq!(api.header("content-type"), "application/json");
}

#[actix_web::test]
async fn names_of_any_script_have_an_address_and_texts_are_text() {
    let site = Site::start().await;
    let zoe = an_instructor(&site.store)
        .named("Zoë Ünal")
        .bio("<script>alert(1)</script>")
        .offering("piano", 7_500, &[60])
        .insert();
    let browser = site.browser();
    let moved = browser.get(&format!("/instructors/{}-x", zoe.user.id)).await;
    let page = browser.follow(moved).await;
    assert_eq!((page.status, page.h1().as_str()), (200, "Zoë Ü."));
    assert!(page.body.contains("&lt;script&gt;alert(1)") && !page.body.contains("<script>alert"));
}

/// Gives an instructor the short name that registration would have given.
fn named(site: &Site, ada: &Instructor, text: &str) {
    let handle: Handle = text.parse().unwrap();
    let claimed: Result<bool, StorageError> = site
        .store
        .transaction(|uow| uow.instructors().claim_handle(ada.profile.id, &handle, ada.profile.created_at));
    assert!(claimed.unwrap());
}

#[actix_web::test]
async fn a_short_address_opens_the_profile_and_is_the_one_that_robots_remember() {
    let site = Site::start().await;
    let ada = instructor(&site);
    named(&site, &ada, "ada-l");
    let browser = site.browser();
    let (long, short) = (format!("/instructors/{}-ada-l", ada.user.id), "/@ada-l");
    for path in [long.as_str(), short] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.h1().as_str()), (200, "Ada L."), "{path}");
        assert!(
            page.body.contains("<link rel=\"canonical\" href=\"http://localhost:8080/@ada-l\">"),
            "{path}: {}",
            page.body
        );
        let days: Vec<String> = page.links().into_iter().filter(|link| link.contains("date=")).collect();
        assert!(
            !days.is_empty() && days.iter().all(|day| day.starts_with(path)),
            "{path} stays itself: {days:?}"
        );
        assert_eq!(browser.get(&days[0]).await.status, 200);
    }
    let capital = browser.get("/@Ada-L?date=2026-07-15").await;
    assert_eq!((capital.status, capital.location().as_deref()), (308, Some("/@ada-l?date=2026-07-15")));
    assert!(browser.get("/sitemap.xml").await.body.contains("<loc>http://localhost:8080/@ada-l</loc>"));
    for nobody in ["/@", "/@grace", "/@ada--l", "/@ada.l", "/@%3Cscript%3E"] {
        let page = browser.get(nobody).await;
        assert_eq!((page.status, page.h1().as_str()), (404, "We could not find that page"), "{nobody}");
    }
}

#[actix_web::test]
async fn whoever_cannot_be_booked_has_no_page_at_either_address() {
    for status in [AccountStatus::Suspended, AccountStatus::Deactivated, AccountStatus::Active] {
        let site = Site::start().await;
        let ada =
            an_instructor(&site.store).named("Ada Lovelace").status(status).offering("piano", 7_500, &[60]);
        let ada = ada.insert();
        named(&site, &ada, "ada-l");
        if status == AccountStatus::Active {
            site.store.set_user_active(ada.user.id, false);
        }
        let browser = site.browser();
        for path in [format!("/instructors/{}-ada-l", ada.user.id), "/@ada-l".to_owned()] {
            let page = browser.get(&path).await;
            assert_eq!(
                (page.status, page.h1().as_str()),
                (404, "We could not find that page"),
                "{status:?}: {path}"
            );
        }
        assert!(!browser.get("/sitemap.xml").await.body.contains("/@ada-l"), "{status:?}");
    }
}

#[actix_web::test]
async fn whoever_registers_to_teach_has_a_short_address_to_share() {
    let site = Site::start().await;
    for expected in ["/@grace-h", "/@grace-h-2"] {
        let browser = site.browser();
        let form = browser.get("/signup?role=instructor").await;
        let email = format!("{}@example.com", expected.trim_start_matches("/@"));
        let fields = [
            ("role", "instructor"),
            ("full_name", "Grace Hopper"),
            ("email", email.as_str()),
            ("password", "nanoseconds-1952"),
        ];
        assert_eq!(browser.submit(&form, "/signup", &fields).await.status, 303);
        assert_eq!(browser.get(expected).await.h1(), "Grace H.", "{expected}");
        assert!(browser.get("/teach").await.links().contains(&expected.to_owned()), "{expected}");
    }
}
