//! What students read about an instructor.

use instainstru_test_support::builders::a_booking;

use crate::support::{Site, WEDNESDAY, instructor};

const HERE: &str = "/teach/profile";

#[actix_web::test]
async fn what_is_saved_is_what_students_read() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    assert!(page.text().contains("Patient teacher of many years"), "{}", page.text());
    assert!(page.body.contains("value=\"Brooklyn, Upper West Side\""));
    let fields = [
        ("do", "save"),
        ("bio", "I teach <b>everything</b> about keys."),
        ("years", "12"),
        ("areas", "astoria, harlem\r\nSOHO,"),
        ("notice", "24"),
        ("buffer", "15"),
    ];
    let done = browser.submit(&page, HERE, &fields).await;
    assert!(browser.follow(done).await.text().contains("Your profile is saved."));
    let public = site.browser().visit(&format!("/instructors/{}-ada-l", ada.user.id)).await.text();
    for shown in [
        "I teach <b>everything</b> about keys.",
        "Astoria, Harlem, Soho",
        "12 years of experience",
        "Book at least 24 hours ahead",
    ] {
        assert!(public.contains(shown), "{shown}: {public}");
    }
}

#[actix_web::test]
async fn mistakes_are_told_at_once_and_what_was_typed_stays() {
    let site = Site::start().await;
    let browser = site.browser_of(&instructor(&site).user).await;
    let page = browser.get(HERE).await;
    let long = "x".repeat(61);
    let wrong = [
        ("do", "save"),
        ("bio", "short"),
        ("years", "many"),
        ("areas", long.as_str()),
        ("notice", "999"),
        ("buffer", "700"),
    ];
    let again = browser.submit(&page, HERE, &wrong).await;
    assert!(again.status == 422 && again.title().starts_with("Error: "), "{}", again.title());
    for message in [
        "Introduce yourself in 10 to 1000 characters",
        "Give your years of experience as a number from 0 to 50",
        "Name at most 20 areas, each in at most 60 characters",
        "Choose how much notice you need",
        "Choose how long a pause you need",
    ] {
        assert_eq!(again.text().matches(message).count(), 2, "in the summary and at the field: {message}");
    }
    assert!(again.body.contains("value=\"many\""));
}

#[actix_web::test]
async fn a_profile_is_paused_only_while_no_lesson_is_ahead_and_shown_again() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    let paused = browser.submit(&page, HERE, &[("do", "pause")]).await;
    let page = browser.follow(paused).await;
    assert!(page.text().contains("Your profile is paused: students do not find it"), "{}", page.text());
    let public = format!("/instructors/{}-ada-l", ada.user.id);
    assert_eq!(site.browser().get(&public).await.status, 404);
    let shown = browser.submit(&page, HERE, &[("do", "show")]).await;
    let page = browser.follow(shown).await;
    assert!(page.text().contains("Students find you again.") && page.links().contains(&public));
    let _lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let refused = browser.submit(&page, HERE, &[("do", "pause")]).await;
    assert!(browser.follow(refused).await.text().contains("You have 1 lesson ahead."));
}
