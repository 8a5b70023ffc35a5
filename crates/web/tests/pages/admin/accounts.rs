//! Finding accounts, and switching them off and on.

use instainstru_test_support::builders::a_user;

use crate::support::{Site, instructor};

#[actix_web::test]
async fn accounts_are_found_by_name_address_side_and_state() {
    let site = Site::start().await;
    let ada = instructor(&site).user;
    let tom = site.student();
    site.store.set_user_active(tom.id, false);
    let browser = site.browser_of(&site.admin()).await;
    for (path, found) in [
        ("/admin/instructors", vec!["Ada Lovelace"]),
        ("/admin/instructors?q=LOVE", vec!["Ada Lovelace"]),
        ("/admin/instructors?q=tom", vec![]),
        ("/admin/users?q=tom@", vec!["Tom Jones"]),
        ("/admin/users?state=switched_off", vec!["Tom Jones"]),
        ("/admin/users?role=instructor", vec!["Ada Lovelace"]),
        (
            "/admin/users?role=nonsense&state=nonsense&page=x",
            vec!["Root Keeper", "Tom Jones", "Ada Lovelace"],
        ),
    ] {
        let page = browser.get(path).await;
        for name in ["Ada Lovelace", "Tom Jones", "Root Keeper"] {
            assert_eq!(page.text().contains(name), found.contains(&name), "{name} on {path}");
        }
    }
    let account = browser.get(&format!("/admin/users/{}", ada.id)).await;
    assert_eq!(account.h1(), "Ada Lovelace");
    assert!(account.text().contains("ada@example.com"));
    assert!(account.links().iter().any(|link| link.starts_with("/instructors/")), "the profile");
}

#[actix_web::test]
async fn long_lists_have_pages() {
    let site = Site::start().await;
    for number in 0..25 {
        let _person =
            a_user(&site.store).named("Many People").email(&format!("p{number}@example.com")).insert();
    }
    let browser = site.browser_of(&site.admin()).await;
    let first = browser.get("/admin/users?q=many").await;
    assert!(first.text().contains("25 accounts") && first.text().contains("1\u{2013}20 of 25"));
    let next = first.links().into_iter().find(|link| link.contains("page=2")).unwrap();
    assert_eq!(next, "/admin/users?q=many&page=2");
    let second = browser.get(&next).await;
    assert_eq!(second.body.matches("<h2><a href=\"/admin/users/").count(), 5);
}

#[actix_web::test]
async fn an_account_is_switched_off_with_a_reason_and_on_again() {
    let site = Site::start().await;
    let (ada, root) = (instructor(&site).user, site.admin());
    let (browser, hers) = (site.browser_of(&root).await, site.browser_of(&ada).await);
    let account = format!("/admin/users/{}", ada.id);
    let (off, on) = (format!("{account}/switch-off"), format!("{account}/switch-on"));
    assert!(browser.get(&account).await.links().contains(&off));
    let asked = browser.get(&off).await;
    assert!(asked.text().contains("vanishes from search"), "{}", asked.text());

    let wrong = browser.submit(&asked, &off, &[("reason", "  ")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.title().starts_with("Error: ") && wrong.text().contains("Say why in 1 to 500"));

    let done = browser.submit(&wrong, &off, &[("reason", "three\r\ncomplaints")]).await;
    assert_eq!(done.location().as_deref(), Some(account.as_str()));
    let shown = browser.follow(done).await;
    assert!(shown.text().contains("The account of Ada Lovelace is switched off."));
    assert!(shown.text().contains("account.switched_off") && shown.text().contains("three complaints"));
    assert!(shown.links().contains(&on) && !shown.links().contains(&off));
    assert_eq!(hers.get("/account").await.status, 303, "her session is over");
    let again = site.browser_of(&ada).await;
    assert_eq!(again.get("/account").await.status, 303, "and another one opens nothing");

    let asked = browser.get(&on).await;
    let shown = browser.follow(browser.submit(&asked, &on, &[("reason", "sorry")]).await).await;
    assert!(shown.text().contains("The account of Ada Lovelace is switched on."));
}

#[actix_web::test]
async fn administrators_are_not_switched_off() {
    let site = Site::start().await;
    let root = site.admin();
    let browser = site.browser_of(&root).await;
    let account = format!("/admin/users/{}", root.id);
    let off = format!("{account}/switch-off");
    assert!(!browser.get(&account).await.links().contains(&off));
    let asked = browser.get(&off).await;
    let done = browser.submit(&asked, &off, &[("reason", "tired")]).await;
    assert_eq!(done.location().as_deref(), Some(account.as_str()));
    assert!(browser.follow(done).await.text().contains("You cannot switch off your own account."));
}

#[actix_web::test]
async fn nobody_is_behind_other_numbers() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.admin()).await;
    for path in ["/admin/users/4711", "/admin/users/0", "/admin/users/ada", "/admin/users/4711/switch-off"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}
