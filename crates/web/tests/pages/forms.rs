//! Forms are made for one browser.

use crate::support::Site;

#[actix_web::test]
async fn a_form_without_its_token_changes_nothing() {
    let site = Site::start().await;
    site.student();
    let browser = site.browser();
    browser.get("/login").await;
    let fields = [("email", "tom@example.com"), ("password", instainstru_test_support::builders::PASSWORD)];
    let refused = browser.post("/login", &fields).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("This form is out of date, so nothing was changed."),
        "{}",
        refused.text()
    );
    assert_eq!(browser.cookie("session"), None);
}

#[actix_web::test]
async fn the_token_of_another_browser_does_not_fit() {
    let site = Site::start().await;
    let (mine, other) = (site.browser(), site.browser());
    let form = other.get("/").await;
    mine.get("/").await;
    assert_eq!(mine.submit(&form, "/theme", &[("theme", "dark")]).await.status, 403);
    assert_eq!(other.submit(&form, "/theme", &[("theme", "dark")]).await.status, 303);
}

#[actix_web::test]
async fn a_token_from_before_signing_in_does_not_fit_the_session() {
    let site = Site::start().await;
    site.student();
    let browser = site.browser();
    let before = browser.get("/").await;
    browser.sign_in("tom@example.com").await;
    let after = browser.get("/").await;
    let token = |page: &crate::support::Shown| {
        page.body.split("name=\"csrf\" value=\"").nth(1).unwrap()[..64].to_owned()
    };
    assert_ne!(token(&before), token(&after));
}

#[actix_web::test]
async fn only_forms_are_read() {
    let site = Site::start().await;
    let json = actix_web::test::TestRequest::post()
        .uri("/login")
        .insert_header(("Accept", "text/html"))
        .set_json(serde_json::json!({"email": "x"}))
        .to_request();
    let refused = site.call(json).await;
    assert_eq!((refused.status, refused.header("content-type")), (415, "text/html; charset=utf-8"));
}

#[actix_web::test]
async fn every_form_that_changes_something_carries_a_token() {
    let site = Site::start().await;
    let tom = site.student();
    for browser in [site.browser(), site.browser_of(&tom).await] {
        for path in [
            "/",
            "/login",
            "/signup",
            "/services",
            "/help",
            "/nowhere",
            "/search?q=piano",
            "/lessons",
            "/forgot-password",
            "/account",
            "/account/password",
            "/account/delete",
        ] {
            let page = browser.visit(path).await;
            for form in page.body.split("<form").skip(1) {
                let form = form.split("</form>").next().unwrap();
                let token = form.contains("name=\"csrf\" value=\"");
                assert_eq!(form.contains("method=\"post\""), token, "{path}: {form}");
            }
        }
    }
}
