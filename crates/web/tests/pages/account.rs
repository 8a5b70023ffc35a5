//! People and their own account.

use instainstru_test_support::builders::{a_booking, a_user};

use crate::support::{Browser, Shown, Site, TODAY, WEDNESDAY, instructor};

const PASSWORD: &str = instainstru_test_support::builders::PASSWORD;
const NEW: &str = "Another-Horse-10";

#[actix_web::test]
async fn the_account_of_somebody_is_theirs_alone() {
    let site = Site::start().await;
    let (tom, ada) = (site.student(), instructor(&site).user);
    for path in ["/account", "/account/password", "/account/delete", "/account/data"] {
        let guest = site.browser().get(path).await;
        let expected = format!("/login?next={}", path.replace('/', "%2F"));
        assert_eq!((guest.status, guest.location()), (303, Some(expected)));
        for user in [&tom, &ada] {
            let shown = site.browser_of(user).await.get(path).await;
            assert_eq!((shown.status, shown.header("cache-control")), (200, "private, no-store"), "{path}");
        }
    }
    let page = site.browser_of(&ada).await.get("/account").await;
    for shown in ["ada@example.com", "Teaching", "2026"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    assert!(page.body.contains("value=\"Ada Lovelace\""));
    assert!(site.browser_of(&tom).await.get("/lessons").await.links().contains(&"/account".to_owned()));
}

#[actix_web::test]
async fn a_name_is_changed_for_everybody_to_see() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    let page = browser.get("/account").await;
    let wrong = browser.submit(&page, "/account", &[("full_name", "  ")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.title().starts_with("Error: ") && wrong.text().contains("Enter your name"));
    let done = browser.submit(&page, "/account", &[("full_name", "<b>Tom</b> Smith")]).await;
    assert_eq!((done.status, done.location().as_deref()), (303, Some("/account")));
    let page = browser.follow(done).await;
    assert!(page.text().contains("Your name is changed."), "{}", page.text());
    assert!(page.body.contains("value=\"&lt;b&gt;Tom&lt;"), "{}", page.body);
}

async fn change(browser: &Browser<'_>, current: &str, new: &str) -> Shown {
    let form = browser.get("/account/password").await;
    let fields = [("current_password", current), ("new_password", new)];
    browser.submit(&form, "/account/password", &fields).await
}

#[actix_web::test]
async fn a_changed_password_keeps_this_session_and_ends_all_others() {
    let site = Site::start().await;
    let tom = site.student();
    let (here, elsewhere) = (site.browser_of(&tom).await, site.browser_of(&tom).await);
    let before = here.cookie("session").unwrap();
    let done = change(&here, PASSWORD, NEW).await;
    assert_eq!((done.status, done.location().as_deref()), (303, Some("/account")));
    let page = here.follow(done).await;
    assert!(page.text().contains("Your password is changed."), "{}", page.text());
    assert_ne!(here.cookie("session").unwrap(), before);
    assert_eq!(elsewhere.get("/account").await.status, 303);
    assert_eq!(change(&here, NEW, "Third-Horse-11").await.status, 303, "its forms count as before");
    elsewhere.set_cookie("session", &before);
    assert_eq!(elsewhere.get("/account").await.status, 303);
}

#[actix_web::test]
async fn mistakes_in_passwords_are_named_and_change_nothing() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    for (current, new, told) in [
        ("wrong", NEW, "This is not your current password"),
        ("", NEW, "Enter your current password"),
        (PASSWORD, "Short1", "at least 8 characters"),
        (PASSWORD, "nocapitals1", "capital letter"),
    ] {
        let refused = change(&browser, current, new).await;
        assert_eq!(refused.status, 422, "{told}");
        assert!(refused.text().contains(told), "{told}: {}", refused.text());
        assert!(!refused.body.contains(new), "no password stays on a page");
    }
    assert_eq!(change(&browser, PASSWORD, NEW).await.status, 303, "it is still the old one");
}

#[actix_web::test]
async fn a_copy_of_everything_is_a_file() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let _lesson =
        a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).note("On my own").insert();
    let file = site.browser_of(&tom).await.get("/account/data").await;
    assert_eq!(file.header("content-type"), "application/json");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"instainstru-"));
    let archive: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(archive["account"]["email"], "tom@example.com");
    assert_eq!(archive["bookings"][0]["student_note"], "On my own");
    assert_eq!(archive["bookings"][0]["with"], "Ada L.");
}

async fn delete(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Shown {
    let form = browser.get("/account/delete").await;
    browser.submit(&form, "/account/delete", fields).await
}

#[actix_web::test]
async fn whoever_leaves_is_gone_at_once() {
    let site = Site::start().await;
    let tom = site.student();
    let browser = site.browser_of(&tom).await;
    let asked = browser.get("/account/delete").await;
    assert!(!asked.text().contains("ahead") && !asked.body.contains("cancel_upcoming"), "{}", asked.text());
    for (password, told) in [("", "Enter your current password"), ("wrong", "not your current password")] {
        let refused = delete(&browser, &[("password", password)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(told), "{}", refused.text());
    }
    let done = delete(&browser, &[("password", PASSWORD)]).await;
    assert_eq!((done.status, done.location().as_deref()), (303, Some("/")));
    assert_eq!(browser.cookie("session"), None);
    assert!(browser.follow(done).await.text().contains("Your account is deleted."));
    assert_eq!(site.browser().sign_in(tom.email.as_str()).await.status, 422);
}

#[actix_web::test]
async fn lessons_ahead_are_shown_and_cancelled_only_when_that_was_agreed() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let eve = a_user(&site.store).named("Eve Fast").email("eve@example.com").insert();
    let booked = |of, start| a_booking(&site.store).of(of).with(&ada).at(WEDNESDAY, start, 30).insert();
    let lesson = booked(&tom, "09:00");
    for start in ["10:00", "11:00", "12:00", "13:00", "14:00"] {
        booked(&eve, start);
    }
    for (user, ahead, named) in [
        (&tom, "1 lesson ahead", vec!["Piano with Ada L.", "told by mail"]),
        (
            &ada.user,
            "6 lessons ahead",
            vec!["Piano with Tom J.", "Piano with Eve F.", "and 1 more", "services"],
        ),
    ] {
        let browser = site.browser_of(user).await;
        let text = browser.get("/account/delete").await.text();
        for shown in named.into_iter().chain([ahead]) {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        let refused = delete(&browser, &[("password", PASSWORD)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("will be cancelled, or keep your account"), "{}", refused.text());
    }
    let browser = site.browser_of(&tom).await;
    let done = delete(&browser, &[("password", PASSWORD), ("cancel_upcoming", "yes")]).await;
    assert_eq!(done.status, 303);
    let teacher = site.browser_of(&ada.user).await;
    assert!(teacher.get("/account/delete").await.text().contains("5 lessons ahead"));
    assert_eq!(site.store.claims_of(tom.id), []);
    assert_eq!(lesson.student_id, tom.id);
}

#[actix_web::test]
async fn nobody_leaves_in_the_middle_of_a_lesson() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    // It is 8:00.
    let _lesson = a_booking(&site.store).of(&tom).with(&ada).at(TODAY, "07:30", 60).insert();
    let browser = site.browser_of(&tom).await;
    let fields = [("password", PASSWORD), ("cancel_upcoming", "yes")];
    let refused = delete(&browser, &fields).await;
    assert_eq!(refused.location().as_deref(), Some("/account/delete"));
    assert!(browser.follow(refused).await.text().contains("A lesson of yours is under way."));
}
