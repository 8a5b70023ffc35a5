//! What every page has in common.

use crate::support::{Site, instructor};

const PUBLIC: [&str; 18] = [
    "/",
    "/services",
    "/services/music",
    "/login",
    "/signup",
    "/how-it-works",
    "/trust",
    "/cancellation",
    "/help",
    "/contact",
    "/about",
    "/terms",
    "/privacy",
    "/accessibility",
    "/areas",
    "/search",
    "/search?q=piano",
    "/become-instructor",
];

#[actix_web::test]
async fn nothing_in_a_page_is_inline_and_nothing_comes_from_elsewhere() {
    let site = Site::start().await;
    instructor(&site);
    for path in PUBLIC.into_iter().chain(["/styleguide"]) {
        let page = site.browser().get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self'; script-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        for forbidden in ["<style", " style=\"", " onclick=", " onload=", "javascript:", "=\"//", "=\"http:"]
        {
            assert!(!page.body.contains(forbidden), "{path} contains {forbidden}");
        }
        assert!(page.tags("<script ").iter().all(|tag| tag.contains("src=\"/assets/")), "{path}");
        assert!(!page.body.contains("<script>"), "{path}");
        assert_eq!(
            (page.header("x-content-type-options"), page.header("referrer-policy")),
            ("nosniff", "same-origin")
        );
    }
}

#[actix_web::test]
async fn every_page_has_one_heading_a_title_of_its_own_and_its_landmarks() {
    let site = Site::start().await;
    instructor(&site);
    let mut titles = std::collections::BTreeSet::new();
    for path in PUBLIC.into_iter().chain(["/styleguide"]) {
        let page = site.browser().get(path).await;
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert!(page.body.contains("<html lang=\"en\"") && page.body.matches("<main").count() == 1, "{path}");
        assert!(page.title().ends_with(" \u{2013} InstaInstru"), "{path}: {}", page.title());
        assert!(titles.insert(page.title()), "{path}: {} is the title of two pages", page.title());
    }
}

#[actix_web::test]
async fn a_public_page_is_asked_about_and_not_sent_twice() {
    let site = Site::start().await;
    let browser = site.browser();
    assert_eq!(browser.get("/help").await.header("cache-control"), "private, no-store", "it brings a cookie");
    let page = browser.get("/help").await;
    assert_eq!(page.header("cache-control"), "private, no-cache");
    let tag = page.header("etag").to_owned();
    let again = browser.get_with("/help", "If-None-Match", &tag).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

#[actix_web::test]
async fn pages_of_people_are_kept_by_nobody() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    for path in ["/", "/help", "/styleguide/door/student"] {
        let page = browser.get(path).await;
        assert_eq!((page.header("cache-control"), page.header("etag")), ("private, no-store", ""), "{path}");
    }
}

#[actix_web::test]
async fn the_theme_is_part_of_the_page_from_its_first_byte() {
    let site = Site::start().await;
    let browser = site.browser();
    let page = browser.get("/help?x=1").await;
    assert!(page.body.contains("data-theme=\"auto\""));
    let back = browser.submit(&page, "/theme", &[("theme", "dark")]).await;
    assert_eq!(back.location().as_deref(), Some("/help?x=1"));
    let page = browser.follow(back).await;
    assert!(
        page.body.contains("data-theme=\"dark\"")
            && page.body.contains("value=\"dark\" aria-pressed=\"true\"")
    );
    browser.submit(&page, "/theme", &[("theme", "auto")]).await;
    assert!(browser.get("/help").await.body.contains("data-theme=\"auto\""));
    browser.set_cookie("theme", "\"><script>");
    assert!(browser.get("/help").await.body.contains("data-theme=\"auto\""));
}

#[actix_web::test]
async fn head_is_answered_like_get() {
    let site = Site::start().await;
    let head = actix_web::test::TestRequest::default()
        .method(actix_web::http::Method::HEAD)
        .uri("/help")
        .to_request();
    assert_eq!(site.call(head).await.status, 200);
}

#[actix_web::test]
async fn the_links_of_the_frame_lead_somewhere() {
    let site = Site::start().await;
    instructor(&site);
    let browser = site.browser();
    let home = browser.get("/").await;
    let footer = home.body.split("<footer").nth(1).unwrap();
    let links: Vec<&str> = footer
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|it| it.starts_with('/'))
        .filter(|it| !it.starts_with("/assets"))
        .collect();
    assert!(links.len() >= 12, "{links:?}");
    for link in links {
        assert_eq!(browser.get(link).await.status, 200, "{link}");
    }
}

#[actix_web::test]
async fn production_has_no_style_guide() {
    let site = Site::with(|settings| settings.styleguide = false).await;
    assert_eq!(site.browser().get("/styleguide").await.status, 404);
    assert!(!site.browser().get("/").await.body.contains("/styleguide"));
}
