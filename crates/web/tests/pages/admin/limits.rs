//! How often people ask.

use std::sync::Arc;

use instainstru_domain::ports::{
    RateLimiter as _,
    rate_limiter::{LimitKey, Quota},
};
use instainstru_http::Edge;
use instainstru_test_support::edge::PlainLimiter;

use crate::support::Site;

const HERE: &str = "/admin/limits";

async fn counting() -> (Site, PlainLimiter) {
    let limiter = PlainLimiter::default();
    let edge = Edge { cache: None, limiter: Some(Arc::new(limiter.clone())) };
    (Site::behind(edge, |_as_it_is| {}).await, limiter)
}

async fn spend(limiter: &PlainLimiter, window: &str, who: &str, times: u32) {
    let quota = Quota::per_minute(100.try_into().unwrap());
    for _time in 0..times {
        limiter.spend(&LimitKey::new(window, who), quota).await;
    }
}

#[actix_web::test]
async fn who_asks_most_is_shown_and_may_ask_again() {
    let (site, limiter) = counting().await;
    let browser = site.browser_of(&site.admin()).await;
    spend(&limiter, "general", "2001:db8::/64", 42).await;
    spend(&limiter, "create_booking_20perminute", "user_7", 20).await;
    let page = browser.get(HERE).await;
    let text = page.text();
    for words in ["2001:db8::/64 general 42", "user_7 create_booking_20perminute 20"] {
        assert!(text.contains(words), "no {words} in {text}");
    }
    assert!(text.find("2001:db8::/64") < text.find("user_7"), "the most come first: {text}");

    let done = browser.submit(&page, HERE, &[("who", "user_7")]).await;
    assert_eq!(done.location().as_deref(), Some(HERE));
    let shown = browser.follow(done).await.text();
    assert!(shown.contains("What was counted under 1 key for user_7 is forgotten."), "{shown}");
    assert!(limiter.counted().iter().all(|(key, _count)| !key.ends_with(":user_7")));
    assert!(limiter.counted().iter().any(|(key, _count)| key.ends_with(":2001:db8::/64")));

    let nobody = browser.submit(&page, HERE, &[("who", " ")]).await;
    assert!(browser.follow(nobody).await.text().contains("Say whose requests are to be forgotten."));
}

#[actix_web::test]
async fn where_nothing_is_counted_the_page_says_so() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get(HERE).await;
    assert!(page.text().contains("Requests are not counted"), "{}", page.text());
    assert!(!page.body.contains("action=\"/admin/limits\""));
}
