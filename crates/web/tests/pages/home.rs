//! The home page.

use instainstru_test_support::builders::{a_booking, an_instructor};

use crate::support::{Site, TODAY, WEDNESDAY, instructor};

#[actix_web::test]
async fn browsers_get_a_page_and_programs_get_the_api() {
    let site = Site::start().await;
    let browser = site.browser();
    let page = browser.get("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(page.h1(), "Ready to learn something new? Your next skill starts here.");
    let json = browser.get_with("/", "Accept", "application/json").await;
    assert_eq!(json.header("content-type"), "application/json");
    assert!(json.body.contains("Welcome to the InstaInstru API"), "{}", json.body);
}

#[actix_web::test]
async fn an_empty_marketplace_shows_no_numbers_and_no_people() {
    let site = Site::start().await;
    let text = site.browser().get("/").await.text();
    for absent in ["Available in the next 24 hours", "Book again", "Your next lesson", "More asked for"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
}

#[actix_web::test]
async fn categories_show_the_services_that_can_be_booked_with_their_counts() {
    let site = Site::start().await;
    instructor(&site);
    let _grace = an_instructor(&site.store).named("Grace Hopper").offering("piano", 9_000, &[60]).insert();
    let page = site.browser().get("/").await;
    assert!(page.text().contains("Piano 2 instructors"), "{}", page.text());
    assert!(page.links().contains(&"/search?service=piano".to_owned()));
    assert!(page.links().contains(&"/services/music".to_owned()));
}

#[actix_web::test]
async fn who_is_free_within_a_day_is_one_press_from_the_review() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let grace = an_instructor(&site.store).named("Grace Hopper").offering("piano", 9_000, &[60]).insert();
    let late = an_instructor(&site.store).named("Late Larry").offering("piano", 9_000, &[60]).insert();
    site.oracle.finds(&[
        (&ada, TODAY.tomorrow().unwrap(), "07:30"),
        (&grace, TODAY, "15:00"),
        // A minute after the 24 hours are over.
        (&late, TODAY.tomorrow().unwrap(), "08:15"),
    ]);
    let page = site.browser().get("/").await;
    let text = page.text();
    let (grace_at, ada_at) = (text.find("Grace H.").unwrap(), text.find("Ada L.").unwrap());
    assert!(grace_at < ada_at, "the soonest first: {text}");
    assert!(!text.contains("Larry"), "{text}");
    assert_eq!(text.matches("Ada L.").count(), 2, "shown once, and named once more in her time: {text}");
    let book = format!(
        "/book/{}?service={}&date=2026-07-14&time=07:30&duration=30",
        ada.user.id.get(),
        ada.services[0].id.get()
    );
    assert!(page.links().contains(&book), "{:?}", page.links());
    assert!(
        text.contains("Tomorrow 7:30 AM , book Piano with Ada L. on Tuesday, July 14, 30 minutes, $37.50"),
        "{text}"
    );
}

#[actix_web::test]
async fn students_see_their_next_lessons_and_can_book_the_last_ones_again() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let next = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let taken = a_booking(&site.store)
        .of(&tom)
        .with(&ada)
        .at(jiff::civil::date(2026, 7, 8), "10:00", 60)
        .completed()
        .insert();
    let _earlier = a_booking(&site.store)
        .of(&tom)
        .with(&ada)
        .at(jiff::civil::date(2026, 7, 1), "10:00", 60)
        .completed()
        .insert();
    let page = site.browser_of(&tom).await.get("/").await;
    assert!(page.h1().starts_with("Welcome back, Tom."), "{}", page.h1());
    assert!(page.text().contains("Wed, Jul 15 &middot; 10:00\u{2013}11:00 AM"), "{}", page.text());
    assert!(page.links().contains(&format!("/lessons/{}", next.id.get())));
    let again: Vec<String> = page.links().into_iter().filter(|link| link.ends_with("/rebook")).collect();
    assert_eq!(again, [format!("/lessons/{}/rebook", taken.id.get())], "one for each instructor and service");
}

#[actix_web::test]
async fn the_page_runs_the_same_transactions_however_many_people_there_are() {
    let site = Site::start().await;
    let browser = site.browser();
    let mut counts = Vec::new();
    for people in [1, 12] {
        let found: Vec<_> = (0..people)
            .map(|n| {
                an_instructor(&site.store)
                    .named(&format!("Person {n}"))
                    .offering("piano", 5_000, &[60])
                    .insert()
            })
            .collect();
        site.oracle.finds(&found.iter().map(|it| (it, TODAY, "15:00")).collect::<Vec<_>>());
        let before = site.transactions();
        browser.get("/").await;
        counts.push(site.transactions() - before);
    }
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");
}
