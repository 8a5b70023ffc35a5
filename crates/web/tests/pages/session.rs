//! Signing in, up and out.

use std::sync::Arc;

use actix_web::http::header;
use instainstru_http::Edge;
use instainstru_test_support::edge::PlainLimiter;
use jiff::SignedDuration;

use crate::support::{Site, instructor};

const PASSWORD: &str = instainstru_test_support::builders::PASSWORD;

#[actix_web::test]
async fn signing_in_leads_back_to_where_it_was_asked_for() {
    let site = Site::start().await;
    let tom = site.student();
    let browser = site.browser();
    let asked = browser.get("/styleguide/door/student?x=1").await;
    assert_eq!(asked.location().as_deref(), Some("/login?next=%2Fstyleguide%2Fdoor%2Fstudent%3Fx%3D1"));
    let form = browser.follow(asked).await;
    let done =
        browser.submit(&form, "/login", &[("email", " TOM@example.com "), ("password", PASSWORD)]).await;
    assert_eq!((done.status, done.location().as_deref()), (303, Some("/styleguide/door/student?x=1")));
    assert!(browser.follow(done).await.text().contains(tom.full_name.as_str()));
}

#[actix_web::test]
async fn no_other_site_is_led_to() {
    let site = Site::start().await;
    site.student();
    for evil in ["//evil.example/x", "https://evil.example", "/\\evil.example", "/login"] {
        let browser = site.browser();
        let form = browser.get("/login?next=%2F%2Fevil.example").await;
        let done = browser
            .submit(&form, "/login", &[("email", "tom@example.com"), ("password", PASSWORD), ("next", evil)])
            .await;
        assert_eq!(done.location().as_deref(), Some("/"), "{evil}");
    }
}

#[actix_web::test]
async fn the_session_is_a_cookie_that_scripts_cannot_read_and_other_sites_cannot_send() {
    for (secure, name) in [(false, "session"), (true, "__Host-session")] {
        let site = Site::with(|settings| settings.secure = secure).await;
        site.student();
        let browser = site.browser();
        let done = browser.sign_in("tom@example.com").await;
        let set: Vec<&str> = done
            .headers
            .get_all(header::SET_COOKIE)
            .map(|value| value.to_str().unwrap())
            .filter(|it| it.contains("session="))
            .collect();
        assert_eq!(set.len(), 1);
        assert!(set[0].starts_with(&format!("{name}=")), "{}", set[0]);
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"] {
            assert!(set[0].contains(part), "{}", set[0]);
        }
        assert_eq!(set[0].contains("Secure"), secure);
        assert!(!done.body.contains(&browser.cookie(name).unwrap()));
    }
}

#[actix_web::test]
async fn wrong_passwords_and_unknown_addresses_get_one_answer() {
    let site = Site::start().await;
    site.student();
    let mut answers = Vec::new();
    for (email, password) in [("tom@example.com", "wrong password"), ("nobody@example.com", PASSWORD)] {
        let browser = site.browser();
        let form = browser.get("/login").await;
        let again = browser.submit(&form, "/login", &[("email", email), ("password", password)]).await;
        assert_eq!(again.status, 422);
        assert!(again.title().starts_with("Error: "), "{}", again.title());
        assert!(again.body.contains(&format!("value=\"{email}\"")), "what was typed stays");
        assert!(!again.body.contains(password), "but not the password");
        answers.push(again.tags("<a href=\"#")[0].clone() + &again.h1());
    }
    assert_eq!(answers[0], answers[1]);
}

#[actix_web::test]
async fn an_account_is_opened_and_signed_in_at_once() {
    let site = Site::start().await;
    let browser = site.browser();
    let form = browser.get("/signup?next=%2Fservices").await;
    let fields = [
        ("role", "student"),
        ("full_name", "Ida Noddack"),
        ("email", "ida@example.com"),
        ("password", "rhenium-1925"),
    ];
    let done = browser.submit(&form, "/signup", &fields).await;
    assert_eq!((done.status, done.location().as_deref()), (303, Some("/services")));
    let page = browser.follow(done).await;
    assert!(page.text().contains("Welcome, Ida Noddack. Your account is ready."), "{}", page.text());
    assert!(!browser.get("/services").await.text().contains("Welcome, Ida"), "a message is shown once");
    assert_eq!(browser.get("/styleguide/door/student").await.status, 200);
}

#[actix_web::test]
async fn everything_that_is_wrong_with_an_account_is_told_at_once() {
    let site = Site::start().await;
    site.student();
    let browser = site.browser();
    let form = browser.get("/signup").await;
    let wrong = [("role", "king"), ("full_name", " "), ("email", "ida@"), ("password", "short")];
    let again = browser.submit(&form, "/signup", &wrong).await;
    assert_eq!(again.status, 422);
    for message in [
        "Enter your name",
        "Enter an email address such as name@example.com",
        "Choose a password of at least 8 characters",
        "Choose whether you want to learn or to teach",
    ] {
        assert_eq!(again.text().matches(message).count(), 2, "in the summary and at the field: {message}");
    }
    let taken =
        [("role", "student"), ("full_name", "Tom"), ("email", "tom@example.com"), ("password", PASSWORD)];
    let again = browser.submit(&again, "/signup", &taken).await;
    assert!(again.text().contains("There is already an account with this email address"), "{}", again.text());
}

#[actix_web::test]
async fn signing_out_ends_the_session_everywhere() {
    let site = Site::start().await;
    let browser = site.browser_of(&instructor(&site).user).await;
    let token = browser.cookie("session").unwrap();
    let home = browser.get("/").await;
    let done = browser.submit(&home, "/logout", &[]).await;
    assert_eq!(done.location().as_deref(), Some("/"));
    assert_eq!(browser.cookie("session"), None);
    assert!(browser.follow(done).await.text().contains("You are signed out."));
    browser.set_cookie("session", &token);
    assert_eq!(browser.get("/styleguide/door/signed-in").await.status, 303, "the token is void");
    assert_eq!(browser.cookie("session"), None, "and its cookie is taken away");
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[actix_web::test]
async fn whoever_comes_back_within_two_weeks_stays_signed_in() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    for _visit in 0..3 {
        site.clock.advance(13 * DAY);
        let before = browser.cookie("session").unwrap();
        let page = browser.get("/account").await;
        assert_eq!(page.status, 200);
        let set = page.header("set-cookie");
        for part in ["session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"] {
            assert!(set.contains(part), "{set}");
        }
        assert_ne!(browser.cookie("session").unwrap(), before);
        assert_eq!(browser.get("/account").await.header("set-cookie"), "", "once a day is enough");
    }
    site.clock.advance(14 * DAY);
    assert_eq!(browser.get("/account").await.location().as_deref(), Some("/login?next=%2Faccount"));
    assert_eq!(browser.cookie("session"), None);
}

#[actix_web::test]
async fn forms_that_stand_open_outlive_a_renewed_session() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    let form = browser.get("/account").await;
    site.clock.advance(2 * DAY);
    assert!(browser.get("/lessons").await.header("set-cookie").contains("session="), "another tab");
    let sent = browser.submit(&form, "/account", &[("full_name", "Tom Renamed")]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert!(browser.follow(sent).await.body.contains("Tom Renamed"));
}

#[actix_web::test]
async fn signing_out_takes_a_session_away_that_was_about_to_be_renewed() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    let (form, held) = (browser.get("/").await, browser.cookie("session").unwrap());
    site.clock.advance(2 * DAY);
    browser.submit(&form, "/logout", &[]).await;
    assert_eq!(browser.cookie("session"), None);
    browser.set_cookie("session", &held);
    assert_eq!(browser.get("/account").await.status, 303, "the token is void");
}

#[actix_web::test]
async fn a_cookie_that_is_no_session_is_taken_away() {
    let site = Site::start().await;
    for nonsense in ["x", "~", "a~b", "no-tilde.at.all"] {
        let browser = site.browser();
        browser.set_cookie("session", nonsense);
        assert_eq!(browser.get("/account").await.status, 303, "{nonsense}");
        assert_eq!(browser.cookie("session"), None, "{nonsense}");
    }
}

#[actix_web::test]
async fn who_is_signed_in_needs_no_form_for_it() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    for path in ["/login?next=%2Fservices", "/signup?next=%2Fservices"] {
        assert_eq!(browser.get(path).await.location().as_deref(), Some("/services"));
    }
}

#[actix_web::test]
async fn guessing_passwords_ends_soon_on_pages_too() {
    let edge = Edge { limiter: Some(Arc::new(PlainLimiter::default())), ..Edge::default() };
    let site = Site::behind(edge, |_as_it_is| {}).await;
    let _tom = site.student();
    let browser = site.browser();
    for status in [422, 422, 422, 422, 422, 429, 429] {
        let form = browser.get("/login").await;
        let fields = [("email", "tom@example.com"), ("password", "Wrong-Horse-9")];
        let shown = browser.submit(&form, "/login", &fields).await;
        assert_eq!(shown.status, status, "{}", shown.text());
        assert!(shown.body.contains("<html"), "a person sees a page");
    }
}

#[actix_web::test]
async fn links_for_new_passwords_and_known_passwords_are_limited_on_pages_too() {
    let edge = Edge { limiter: Some(Arc::new(PlainLimiter::default())), ..Edge::default() };
    let site = Site::behind(edge, |_as_it_is| {}).await;
    let tom = site.student();
    let browser = site.browser();
    for status in [303, 303, 303, 429] {
        let form = browser.get("/forgot-password").await;
        let sent = browser.submit(&form, "/forgot-password", &[("email", "tom@example.com")]).await;
        assert_eq!(sent.status, status, "{}", sent.text());
    }
    // Both ways to guess the password of an open session count together.
    let browser = site.browser_of(&tom).await;
    let wrong = [("current_password", "Wrong-Horse-9"), ("new_password", "Another-Horse-10")];
    for status in [422, 422, 422, 422, 422, 429] {
        let form = browser.get("/account/password").await;
        let sent = browser.submit(&form, "/account/password", &wrong).await;
        assert_eq!(sent.status, status, "{}", sent.text());
    }
    let form = browser.get("/account/delete").await;
    let sent = browser.submit(&form, "/account/delete", &[("password", "Wrong-Horse-9")]).await;
    assert_eq!(sent.status, 429, "{}", sent.text());
}
