//! The day of an instructor.

use instainstru_domain::account::AccountStatus;
use instainstru_test_support::builders::{a_booking, an_instructor};
use jiff::civil::date;

use crate::support::{Site, TODAY, WEDNESDAY, instructor};

#[actix_web::test]
async fn a_new_instructor_sees_no_figures_but_what_to_do_next() {
    let site = Site::start().await;
    let new = an_instructor(&site.store).email("new@example.com").without_bio().areas(&[]).insert();
    let page = site.browser_of(&new.user).await.get("/teach").await;
    let text = page.text();
    assert!(text.contains("Monday, July 13") && text.contains("No lessons today."), "{text}");
    for step in ["Say what you teach", "Publish free time", "Introduce yourself", "Name your areas"] {
        assert!(text.contains(step), "{step}: {text}");
    }
    assert!(!text.contains("figures") && !text.contains('$'), "{text}");
    assert!(text.contains("http://localhost:8080/instructors/"), "{text}");
}

#[actix_web::test]
async fn the_day_shows_todays_lessons_then_the_next_ones_and_true_figures() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let booking = || a_booking(&site.store).of(&tom).with(&ada);
    let done = booking().at(TODAY, "06:00", 60).completed().insert();
    let later = booking().at(TODAY, "18:00", 30).insert();
    let _off = booking().at(TODAY, "20:00", 30).cancelled().insert();
    let _taken = booking().at(date(2026, 6, 30), "10:00", 60).completed().insert();
    let _missed = booking().at(date(2026, 7, 2), "10:00", 60).missed().insert();
    let next = booking().at(WEDNESDAY, "10:00", 60).insert();
    let page = site.browser_of(&ada.user).await.get("/teach").await;
    let text = page.text();
    let lessons: Vec<String> =
        page.links().into_iter().filter(|link| link.starts_with("/teach/bookings/")).collect();
    let cards = [done.id, later.id, next.id].map(|id| format!("/teach/bookings/{id}"));
    assert!(cards.iter().all(|card| lessons.contains(card)), "{lessons:?}");
    assert_eq!(page.body.matches("<article").count(), 3, "{text}");
    for figure in [
        "Lessons ahead after today 1",
        "Lessons taught 1 missed by students 2",
        "Earned this month $150 in all $75",
    ] {
        assert!(text.contains(figure), "{figure}: {text}");
    }
    assert!(!text.contains("Next steps"), "nothing is missing: {text}");
}

#[actix_web::test]
async fn lessons_that_are_over_wait_for_a_word() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let over = a_booking(&site.store).of(&tom).with(&ada).at(date(2026, 7, 10), "10:00", 60).insert();
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get("/teach").await;
    assert!(page.text().contains("1 lesson is over. Say how it went"), "{}", page.text());
    let waiting = browser.get("/teach/bookings?tab=waiting").await;
    let action = format!("/teach/bookings/{}", over.id);
    let done = browser.submit(&waiting, &action, &[("do", "complete")]).await;
    assert_eq!(done.location().as_deref(), Some("/teach/bookings?tab=waiting"));
    let after = browser.follow(done).await.text();
    assert!(after.contains("The lesson is marked as completed.") && after.contains("Nothing waits for you"));
    assert!(!browser.get("/teach").await.text().contains("is over"));
}

#[actix_web::test]
async fn who_is_paused_is_told_so_and_has_no_link_to_share() {
    let site = Site::start().await;
    let paused =
        an_instructor(&site.store).email("sus@example.com").status(AccountStatus::Suspended).insert();
    let text = site.browser_of(&paused.user).await.get("/teach").await.text();
    assert!(text.contains("Your profile is paused") && !text.contains("Your link"), "{text}");
}

#[actix_web::test]
async fn the_page_runs_the_same_transactions_however_many_lessons_there_are() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let browser = site.browser_of(&ada.user).await;
    let mut counts = Vec::new();
    for hour in ["10:00", "12:00"] {
        let _lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, hour, 60).insert();
        let before = site.transactions();
        browser.get("/teach").await;
        counts.push(site.transactions() - before);
    }
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");
}

#[actix_web::test]
async fn lessons_on_the_home_page_of_an_instructor_lead_to_their_bookings() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser_of(&ada.user).await;
    let links = browser.get("/").await.links();
    let there = format!("/teach/bookings/{}", lesson.id);
    assert!(links.contains(&there) && links.contains(&"/teach/bookings".to_owned()), "{links:?}");
    assert_eq!(browser.get(&there).await.status, 200);
}

#[actix_web::test]
async fn instructors_begin_with_their_day_unless_they_asked_for_another_page() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let browser = site.browser();
    assert_eq!(browser.sign_in(ada.user.email.as_str()).await.location().as_deref(), Some("/teach"));
    let browser = site.browser();
    let form = browser.visit("/teach/bookings").await;
    let fields = [("email", "ada@example.com"), ("password", instainstru_test_support::builders::PASSWORD)];
    let done = browser.submit(&form, "/login", &fields).await;
    assert_eq!(done.location().as_deref(), Some("/teach/bookings"));
}
