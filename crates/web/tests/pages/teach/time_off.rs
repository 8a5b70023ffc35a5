//! Days on which an instructor does not teach.

use instainstru_test_support::builders::{a_booking, an_instructor};

use crate::support::{Site, WEDNESDAY, instructor};

const HERE: &str = "/teach/time-off";

#[actix_web::test]
async fn days_are_blocked_and_opened_again_and_lessons_stay() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    assert!(page.text().contains("No days off"), "{}", page.text());
    let days = [("do", "add"), ("first", "2026-07-15"), ("last", "2026-07-17"), ("reason", "<b>Concert</b>")];
    for again in [false, true] {
        let done = browser.submit(&page, HERE, &days).await;
        let text = browser.follow(done).await.text();
        assert!(text.contains("Jul 15\u{2013}17 is blocked. 1 lesson then stays booked"), "{again}: {text}");
        assert_eq!(text.matches("<b>Concert</b>").count(), 3, "each day once: {text}");
    }
    let page = browser.get(HERE).await;
    assert!(page.text().contains("Still booked on that day: 10:00\u{2013}11:00 AM, Piano with Tom J."));
    assert!(page.links().contains(&format!("/teach/bookings/{}", lesson.id)));
    let profile = site.browser().visit(&format!("/instructors/{}-ada-l", ada.user.id)).await;
    assert!(profile.text().contains("day off"), "{}", profile.text());
    let opened = browser.submit(&page, HERE, &[("do", "remove")]).await;
    let page = browser.follow(opened).await;
    assert!(page.text().contains("The day is open again") && !page.text().contains("Wed, Jul 15"));
    for id in ["0", "x", "99"] {
        let nothing = browser.submit(&page, HERE, &[("id", id), ("do", "remove"), ("id", id)]).await;
        assert_eq!(nothing.status, 303);
    }
}

#[actix_web::test]
async fn what_is_wrong_is_said_and_stays_as_it_was_typed() {
    let site = Site::start().await;
    let browser = site.browser_of(&instructor(&site).user).await;
    let page = browser.get(HERE).await;
    for (first, last, words) in [
        ("", "", "Choose a day from today on"),
        ("2026-07-12", "", "Choose a day from today on"),
        ("2026-07-20", "2026-07-19", "Choose a last day after the first"),
        ("2026-07-20", "soon", "Choose a last day after the first"),
        ("2026-07-20", "2026-09-19", "Block at most 31 days at once"),
    ] {
        let again = browser
            .submit(&page, HERE, &[("do", "add"), ("first", first), ("last", last), ("reason", "Rest")])
            .await;
        assert!(again.status == 422 && again.title().starts_with("Error: "), "{}", again.title());
        assert_eq!(again.text().matches(words).count(), 2, "{words}: {}", again.text());
        assert!(again.body.contains("value=\"Rest\""), "what was typed stays");
    }
    assert!(browser.get(HERE).await.text().contains("No days off"), "nothing was blocked");
}

#[actix_web::test]
async fn days_of_others_stay_as_they_are() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let grace = an_instructor(&site.store).email("grace@example.com").away_on(WEDNESDAY).insert();
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    for id in 1..4 {
        let tried = browser.submit(&page, HERE, &[("do", "remove"), ("id", &id.to_string())]).await;
        assert!(browser.follow(tried).await.text().contains("That day is not blocked."));
    }
    assert!(site.browser_of(&grace.user).await.get(HERE).await.text().contains("Wed, Jul 15"));
}
