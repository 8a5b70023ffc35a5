//! The pages of administrators.

mod accounts;
mod alerts;
mod bookings;
mod catalogue;
mod limits;
mod operation;

use instainstru_test_support::builders::{a_catalogue, a_user};

use crate::support::{Shown, Site, instructor};

/// The token in the forms of a page.
fn token(page: &Shown) -> String {
    let tags = page.tags("<input ");
    let tag = tags.iter().find(|tag| tag.contains("name=\"csrf\"")).unwrap();
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

/// Every page of administrators whose address does not depend on what there is.
const PAGES: [&str; 14] = [
    "/admin",
    "/admin/instructors",
    "/admin/users?q=ada&role=student&state=active",
    "/admin/bookings?status=confirmed",
    "/admin/analytics",
    "/admin/catalogue",
    "/admin/catalogue/words?q=piano&only=synonym",
    "/admin/search?days=30",
    "/admin/outbox?state=pending",
    "/admin/jobs",
    "/admin/jobs/reminders",
    "/admin/alerts?severity=critical",
    "/admin/limits",
    "/admin/audit",
];

#[actix_web::test]
async fn only_administrators_come_in() {
    let site = Site::start().await;
    let (ada, tom, root) = (instructor(&site).user, site.student(), site.admin());
    let catalogue = a_catalogue(&site.store);
    let (keeping, visitor) = (site.browser_of(&root).await, site.browser());
    let others = [site.browser_of(&ada).await, site.browser_of(&tom).await];
    let account = format!("/admin/users/{}", ada.id);
    let own = [account.clone(), format!("{account}/switch-off"), format!("{account}/switch-on")];
    let service = format!("/admin/catalogue/services/{}", catalogue.id("piano"));
    for path in PAGES.map(str::to_owned).into_iter().chain(own).chain([service]) {
        let page = keeping.get(&path).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "private, no-store"), "{path}");
        for other in &others {
            let refused = other.get(&path).await;
            assert_eq!((refused.status, refused.h1().as_str()), (403, "You cannot open this page"), "{path}");
        }
        let asked = visitor.get(&path).await.location().unwrap_or_default();
        assert!(asked.starts_with("/login?next=%2Fadmin"), "{path}: {asked}");
    }
}

#[actix_web::test]
async fn pages_have_one_heading_a_title_of_their_own_and_a_token_in_each_form() {
    let site = Site::start().await;
    instructor(&site);
    let browser = site.browser_of(&site.admin()).await;
    let mut titles = std::collections::BTreeSet::new();
    for path in PAGES {
        let page = browser.get(path).await;
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert!(titles.insert(page.title()), "{path}: {} is the title of two pages", page.title());
        for form in page.body.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert_eq!(form.contains("method=\"post\""), form.contains("name=\"csrf\""), "{path}: {form}");
        }
        for forbidden in ["<style", " style=\"", " onclick=", "javascript:", "<script>"] {
            assert!(!page.body.contains(forbidden), "{path} contains {forbidden}");
        }
    }
}

#[actix_web::test]
async fn forms_are_refused_to_all_others_and_without_their_token() {
    let site = Site::start().await;
    let (tom, root) = (site.student(), site.admin());
    let keeping = site.browser_of(&root).await;
    let learning = site.browser_of(&tom).await;
    let token = token(&learning.get("/account").await);
    let off = format!("/admin/users/{}/switch-off", tom.id);
    for path in [
        off.as_str(),
        "/admin/catalogue",
        "/admin/catalogue/words",
        "/admin/outbox",
        "/admin/jobs",
        "/admin/alerts",
        "/admin/limits",
    ] {
        let fields = [("reason", "because"), ("job", "reminders"), ("csrf", token.as_str())];
        assert_eq!(learning.post(path, &fields).await.status, 403, "{path}");
        assert_eq!(keeping.post(path, &fields).await.status, 403, "{path} with the token of somebody else");
        let (status, location) = {
            let shown = site.browser().post(path, &[("reason", "because")]).await;
            (shown.status, shown.location().unwrap_or_default())
        };
        assert!(status == 403 || location.starts_with("/login"), "{path}: {status}");
    }
    assert!(
        site.store
            .audit_entries()
            .iter()
            .all(|entry| entry.subject != Some(tom.id.into()) || entry.action.as_str().starts_with("login"))
    );
}

#[actix_web::test]
async fn the_overview_shows_what_there_is_and_leads_to_the_rest() {
    let site = Site::start().await;
    instructor(&site);
    site.student();
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get("/admin").await;
    let text = page.text();
    for words in
        ["Accounts 3 1 instructors", "Switched off 0", "Events given up 0", "never ran", "login.succeeded"]
    {
        assert!(text.contains(words), "no {words} in {text}");
    }
    for path in
        ["/admin/instructors", "/admin/catalogue", "/admin/search", "/admin/outbox", "/admin/jobs/reminders"]
    {
        assert!(page.links().contains(&path.to_owned()), "{path}");
    }
    for path in page.links().into_iter().filter(|path| path.starts_with("/admin")) {
        assert_eq!(browser.get(&path).await.status, 200, "{path}");
    }
    assert!(browser.get("/help").await.links().contains(&"/admin".to_owned()));
    let tom = site.browser_of(&a_user(&site.store).email("tim@example.com").insert()).await;
    assert!(!tom.get("/help").await.links().contains(&"/admin".to_owned()));
}
