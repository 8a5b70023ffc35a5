//! The way back in for people who lost their password.

use instainstru_domain::{
    account::User,
    event::DomainEvent,
    ports::{ResetTokens as _, StorageError, TransactorExt as _},
};
use instainstru_test_support::security::PlainResetTokens;

use crate::support::{Browser, Shown, Site, instructor};

const PASSWORD: &str = instainstru_test_support::builders::PASSWORD;
const NEW: &str = "Another-Horse-10";

/// Asks for a link.
async fn ask(browser: &Browser<'_>, email: &str) -> Shown {
    let form = browser.get("/forgot-password").await;
    browser.submit(&form, "/forgot-password", &[("email", email)]).await
}

/// The links that were mailed to somebody, oldest first.
fn links_of(site: &Site, user: &User) -> Vec<String> {
    let requests = site.store.events().into_iter().filter_map(|event| match event {
        DomainEvent::PasswordResetRequested { user: of, reset } if of == user.id => Some(reset),
        _ => None,
    });
    requests
        .map(|id| {
            let found = site.store.reading::<_, StorageError>(|uow| uow.password_resets().find(id)).unwrap();
            let token = PlainResetTokens::default().token(&found.unwrap().nonce);
            format!("/reset-password?token={}", token.as_str())
        })
        .collect()
}

/// Whether somebody can sign in with a password.
async fn opens(site: &Site, email: &str, password: &str) -> bool {
    let browser = site.browser();
    let form = browser.get("/login").await;
    browser.submit(&form, "/login", &[("email", email), ("password", password)]).await.status == 303
}

#[actix_web::test]
async fn known_and_unknown_addresses_get_one_answer() {
    let site = Site::start().await;
    let tom = site.student();
    let mut answers = Vec::new();
    for email in [" TOM@example.com ", "nobody@example.com"] {
        let browser = site.browser();
        assert!(browser.get("/login").await.links().contains(&"/forgot-password".to_owned()));
        let asked = ask(&browser, email).await;
        assert_eq!(asked.status, 303);
        let told = browser.follow(asked).await;
        assert_eq!(told.h1(), "Check your mail");
        answers.push(told.text());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(links_of(&site, &tom).len(), 1);
}

#[actix_web::test]
async fn an_address_that_is_none_is_pointed_out() {
    let site = Site::start().await;
    let again = ask(&site.browser(), "tom@").await;
    assert_eq!((again.status, again.title().starts_with("Error: ")), (422, true), "{}", again.title());
    assert!(again.body.contains("value=\"tom@\""), "what was typed stays");
}

#[actix_web::test]
async fn whoever_is_signed_in_finds_the_address_filled_in() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    assert!(browser.get("/forgot-password").await.body.contains("value=\"tom@example.com\""));
}

#[actix_web::test]
async fn a_link_sets_a_password_once_and_every_session_ends() {
    let site = Site::start().await;
    let tom = site.student();
    let (before, browser) = (site.browser_of(&tom).await, site.browser());
    ask(&browser, "tom@example.com").await;
    let link = links_of(&site, &tom).remove(0);
    let form = browser.get(&link).await;
    assert_eq!((form.status, form.h1().as_str()), (200, "Set a new password"));
    assert!(form.text().contains("tom@example.com"), "{}", form.text());
    assert_eq!(form.header("cache-control"), "private, no-store");

    let weak = browser.submit(&form, "/reset-password", &[("password", "nocapitals1")]).await;
    assert_eq!(weak.status, 422);
    assert!(weak.text().contains("it must have at least one capital letter"), "{}", weak.text());
    // The form can be sent again from the page that refused.
    let done = browser.submit(&weak, "/reset-password", &[("password", NEW)]).await;
    assert_eq!((done.status, done.location().as_deref()), (303, Some("/login")));
    assert!(browser.follow(done).await.text().contains("Your new password is set."));

    assert!(!opens(&site, "tom@example.com", PASSWORD).await && opens(&site, "tom@example.com", NEW).await);
    assert_eq!(before.get("/account").await.status, 303, "the session of before is over");
    for used in
        [browser.get(&link).await, browser.submit(&form, "/reset-password", &[("password", NEW)]).await]
    {
        assert_eq!((used.status, used.h1().as_str()), (410, "This link works no more"));
        assert!(used.links().contains(&"/forgot-password".to_owned()));
    }
}

#[actix_web::test]
async fn a_newer_link_replaces_an_older_one() {
    let site = Site::start().await;
    let (browser, ada) = (site.browser(), instructor(&site).user);
    for _request in 0..2 {
        ask(&browser, ada.email.as_str()).await;
    }
    let statuses = links_of(&site, &ada);
    let older = browser.get(&statuses[0]).await;
    let newer = browser.get(&statuses[1]).await;
    assert_eq!((older.status, newer.status), (410, 200));
}

#[actix_web::test]
async fn a_link_that_somebody_made_up_sets_nothing() {
    let site = Site::start().await;
    site.student();
    let browser = site.browser();
    let long = "x".repeat(5_000);
    for token in ["", "made-up", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", long.as_str()] {
        let page = browser.get(&format!("/reset-password?token={token}")).await;
        assert_eq!(page.status, 410, "{token}");
        assert!(!page.body.contains("<script>alert"));
    }
    assert_eq!(browser.get("/reset-password").await.status, 410);
    assert!(opens(&site, "tom@example.com", PASSWORD).await);
}
