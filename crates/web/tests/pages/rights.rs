//! Who may open which page.

use crate::support::{Site, instructor};

const DOORS: [&str; 4] = ["signed-in", "student", "instructor", "admin"];

#[actix_web::test]
async fn doors_open_for_their_people_only() {
    let site = Site::start().await;
    let (tom, ada) = (site.student(), instructor(&site).user);
    let boss = instainstru_test_support::builders::a_user(&site.store).email("boss@example.com").insert();
    site.store.set_admin(boss.id, true);
    for (user, expected) in [
        (None, [303; 4]),
        (Some(&tom), [200, 200, 403, 403]),
        (Some(&ada), [200, 403, 200, 403]),
        (Some(&boss), [200, 200, 403, 200]),
    ] {
        let browser = match user {
            Some(user) => site.browser_of(user).await,
            None => site.browser(),
        };
        for (door, status) in DOORS.into_iter().zip(expected) {
            let shown = browser.get(&format!("/styleguide/door/{door}")).await;
            assert_eq!(shown.status, status, "{door}: {}", shown.text());
            if status == 403 {
                let instructors_only = door == "instructor";
                let heading = if instructors_only {
                    "This is where instructors work"
                } else {
                    "You cannot open this page"
                };
                assert_eq!(shown.h1(), heading);
            }
        }
    }
}

#[actix_web::test]
async fn accounts_that_are_switched_off_are_signed_out() {
    let site = Site::start().await;
    let tom = site.student();
    let browser = site.browser_of(&tom).await;
    site.store.set_user_active(tom.id, false);
    assert_eq!(browser.get("/styleguide/door/signed-in").await.status, 303);
    assert_eq!(browser.get("/").await.status, 200);
}

#[actix_web::test]
async fn a_part_of_a_page_is_not_replaced_by_the_page_for_signing_in() {
    let site = Site::start().await;
    let browser = site.browser();
    let part = browser.get_with("/styleguide/door/signed-in", "HX-Request-Type", "partial").await;
    assert_eq!(
        (part.status, part.header("hx-redirect")),
        (200, "/login?next=%2Fstyleguide%2Fdoor%2Fsigned-in")
    );
    let browser = site.browser_of(&site.student()).await;
    let part = browser.get_with("/styleguide/door/signed-in", "HX-Request-Type", "partial").await;
    assert!(part.body.starts_with("<h1>") && !part.body.contains("<html"), "{}", part.body);
}
