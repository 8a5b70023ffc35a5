//! The pages of instructors.

mod availability;
mod bookings;
mod moved;
mod onboarding;
mod profile;
mod services;
mod stats;
mod time_off;
mod today;

use crate::support::{Site, instructor};

/// Every page of instructors that has an address of its own.
const PAGES: [&str; 9] = [
    "/teach",
    "/teach/bookings",
    "/teach/availability",
    "/teach/availability/repeat",
    "/teach/time-off",
    "/teach/profile",
    "/teach/services",
    "/teach/services/new?service=guitar",
    "/teach/stats",
];

#[actix_web::test]
async fn only_instructors_come_in_and_others_are_shown_the_way() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let (teaching, learning, visitor) =
        (site.browser_of(&ada.user).await, site.browser_of(&tom).await, site.browser());
    for path in PAGES {
        let page = teaching.get(path).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "private, no-store"), "{path}");
        let refused = learning.get(path).await;
        assert_eq!(
            (refused.status, refused.h1().as_str()),
            (403, "This is where instructors work"),
            "{path}"
        );
        assert!(refused.links().contains(&"/become-instructor".to_owned()), "{path}");
        let asked = visitor.get(path).await;
        let login =
            format!("/login?next={}", path.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D"));
        assert_eq!(asked.location(), Some(login), "{path}");
    }
}

#[actix_web::test]
async fn pages_have_one_heading_a_title_of_their_own_and_a_token_in_each_form() {
    let site = Site::start().await;
    let browser = site.browser_of(&instructor(&site).user).await;
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
