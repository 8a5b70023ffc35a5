//! What an instructor teaches, for how long and at which price.

use instainstru_test_support::builders::{a_booking, an_instructor};

use crate::support::{Site, WEDNESDAY, instructor};

const HERE: &str = "/teach/services";
const NEW: &str = "/teach/services/new";

#[actix_web::test]
async fn a_service_is_chosen_then_priced_and_can_be_booked() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let _other =
        an_instructor(&site.store).email("grace@example.com").offering("guitar", 9_050, &[60]).insert();
    let browser = site.browser_of(&ada.user).await;
    let list = browser.get(HERE).await;
    let text = list.text();
    assert!(text.contains("Piano $75 per hour 30 min, 1 hour"), "{text}");
    assert!(list.body.contains("value=\"guitar\"") && !list.body.contains("value=\"piano\""), "{text}");
    let form = browser.get(&format!("{NEW}?service=guitar")).await;
    assert!(form.text().contains("Instructors here ask $90.50 an hour"), "{}", form.text());
    let fields =
        [("rate", "$82.50"), ("lengths", "30"), ("lengths", "90"), ("description", "Chords <b>first</b>")];
    let done = browser.submit(&form, NEW, &fields).await;
    let after = browser.follow(done).await.text();
    assert!(after.contains("Guitar can be booked with you now."), "{after}");
    assert!(after.contains("Guitar $82.50 per hour 30 min, 1\u{bd} hours Chords <b>first</b>"), "{after}");
    let twice = browser.submit(&form, NEW, &fields).await;
    assert!(browser.follow(twice).await.text().contains("You offer Guitar already."));
    for unknown in ["", "?service=basket-weaving"] {
        let back = browser.visit(&format!("{NEW}{unknown}")).await.text();
        assert!(back.contains("Choose one of the services in the list."), "{back}");
    }
}

#[actix_web::test]
async fn mistakes_are_told_at_once_and_what_was_typed_stays() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let browser = site.browser_of(&ada.user).await;
    let edit = format!("{HERE}/{}", ada.services[0].id);
    for (path, action) in [(format!("{NEW}?service=guitar"), NEW.to_owned()), (edit.clone(), edit.clone())] {
        let page = browser.get(&path).await;
        let long = "x".repeat(501);
        let again = browser
            .submit(&page, &action, &[("do", "save"), ("rate", "a lot"), ("description", &long)])
            .await;
        assert!(again.status == 422 && again.title().starts_with("Error: "), "{}", again.title());
        for message in [
            "Give the price of an hour in dollars, such as 60 or 62.50, at most $1,000",
            "Choose at least one length",
            "Describe it in at most 500 ordinary characters",
        ] {
            assert_eq!(again.text().matches(message).count(), 2, "{message}: {}", again.text());
        }
        assert!(again.body.contains("value=\"a lot\""));
    }
    assert!(browser.get(HERE).await.text().contains("Piano $75 per hour"), "nothing was saved");
}

#[actix_web::test]
async fn nobody_overwrites_what_was_saved_in_another_window() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let browser = site.browser_of(&ada.user).await;
    let path = format!("{HERE}/{}", ada.services[0].id);
    let (first, second) = (browser.get(&path).await, browser.get(&path).await);
    let save = |rate| [("do", "save"), ("rate", rate), ("lengths", "60")];
    assert_eq!(browser.submit(&first, &path, &save("80")).await.status, 303);
    let late = browser.submit(&second, &path, &save("90")).await;
    assert_eq!(late.status, 409);
    assert!(late.title().starts_with("Error: ") && late.body.contains("value=\"90\""), "{}", late.body);
    assert!(late.text().contains("this one costs $80 an hour now"), "{}", late.text());
    assert!(browser.get(HERE).await.text().contains("Piano $80 per hour"), "nothing was saved");
    let removed = browser.submit(&second, &path, &[("do", "remove")]).await;
    assert_eq!(removed.status, 409, "nor is a service removed by what somebody saw before");
    assert_eq!(browser.submit(&late, &path, &save("90")).await.status, 303, "whoever insists is heard");
    assert!(browser.get(HERE).await.text().contains("Piano $90 per hour"));
}

#[actix_web::test]
async fn a_change_leaves_other_services_and_booked_lessons_alone() {
    let site = Site::start().await;
    let tom = site.student();
    let ada = an_instructor(&site.store)
        .named("Ada Lovelace")
        .email("ada@example.com")
        .offering("piano", 7_500, &[30, 60])
        .offering("guitar", 5_000, &[60])
        .described("Strings")
        .insert();
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser_of(&ada.user).await;
    let piano = ada.services.iter().find(|service| service.name == "Piano").unwrap();
    let path = format!("{HERE}/{}", piano.id);
    let page = browser.get(&path).await;
    assert!(page.body.contains("name=\"rate\" type=\"text\" value=\"75\""), "{}", page.body);
    assert_eq!(page.body.matches(" checked").count(), 2, "30 and 60 minutes");
    let done = browser.submit(&page, &path, &[("do", "save"), ("rate", "80"), ("lengths", "45")]).await;
    let after = browser.follow(done).await.text();
    assert!(
        after.contains("Piano $80 per hour 45 min") && after.contains("Guitar $50 per hour 1 hour Strings")
    );
    let booked = browser.get(&format!("/teach/bookings/{}", lesson.id)).await.text();
    assert!(booked.contains("$75"), "{booked}");
    let page = browser.get(&path).await;
    let gone = browser.submit(&page, &path, &[("do", "remove")]).await;
    let after = browser.follow(gone).await;
    assert!(after.text().contains("Piano is no longer offered.") && after.body.contains("value=\"piano\""));
    assert_eq!(browser.get(&path).await.status, 404);
    assert_eq!(browser.get(&format!("/teach/bookings/{}", lesson.id)).await.status, 200);
}

#[actix_web::test]
async fn a_service_of_somebody_else_is_not_found() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let grace = an_instructor(&site.store).email("grace@example.com").offering("yoga", 9_000, &[60]).insert();
    let browser = site.browser_of(&ada.user).await;
    let list = browser.get(HERE).await;
    let token = list.tags("<input type=\"hidden\" name=\"csrf\"")[0].split('"').nth(1).unwrap().to_owned();
    let theirs = format!("{HERE}/{}", grace.services[0].id);
    assert_eq!(browser.get(&theirs).await.status, 404);
    assert_eq!(browser.post(&theirs, &[("csrf", token.as_str()), ("do", "remove")]).await.status, 404);
    for nonsense in ["0", "x", "99999999999"] {
        assert_eq!(browser.get(&format!("{HERE}/{nonsense}")).await.status, 404, "{nonsense}");
    }
}
