//! The lessons an instructor teaches.

use instainstru_domain::booking::LocationType;
use instainstru_test_support::builders::{a_booking, an_instructor};
use jiff::civil::date;

use crate::support::{Site, TODAY, WEDNESDAY, instructor};

#[actix_web::test]
async fn lessons_are_under_the_tab_they_belong_to() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let booking = || a_booking(&site.store).of(&tom).with(&ada);
    let _next = booking().at(WEDNESDAY, "10:00", 60).insert();
    let _later = booking().at(WEDNESDAY, "15:00", 60).insert();
    let _now = booking().at(TODAY, "07:30", 60).insert();
    let _over = booking().at(TODAY, "06:00", 60).insert();
    let _taken = booking().at(date(2026, 7, 8), "10:00", 60).completed().insert();
    let _missed = booking().at(date(2026, 7, 9), "10:00", 60).missed().insert();
    let _off = booking().at(WEDNESDAY, "12:00", 60).cancelled().insert();
    let browser = site.browser_of(&ada.user).await;
    let upcoming = browser.get("/teach/bookings").await;
    let text = upcoming.text();
    assert!(text.contains("Upcoming 3 Needs action 1 Past 2 Cancelled 1"), "{text}");
    assert!(
        text.find("10:00\u{2013}11:00 AM").unwrap() < text.find("3:00\u{2013}4:00 PM").unwrap(),
        "the next one first"
    );
    for (tab, cards, button) in
        [("upcoming", 3, "Cancel"), ("waiting", 1, "Mark complete"), ("past", 2, ""), ("cancelled", 1, "")]
    {
        let page = browser.get(&format!("/teach/bookings?tab={tab}")).await;
        assert_eq!(page.body.matches("<article").count(), cards, "{tab}");
        assert!(page.text().contains(button), "{tab}");
    }
    let past = browser.get("/teach/bookings?tab=past").await;
    assert!(!past.body.contains("/cancel\"") && !past.body.contains("name=\"do\""), "{}", past.text());
}

#[actix_web::test]
async fn a_new_instructor_is_shown_what_each_tab_is_for() {
    let site = Site::start().await;
    let browser = site.browser_of(&instructor(&site).user).await;
    for tab in ["", "?tab=waiting", "?tab=past", "?tab=cancelled", "?tab=nonsense&page=7"] {
        let page = browser.get(&format!("/teach/bookings{tab}")).await;
        assert!(page.status == 200 && page.body.contains("class=\"empty\""), "{tab}: {}", page.text());
    }
}

#[actix_web::test]
async fn a_lesson_says_who_comes_when_where_and_for_how_much() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store)
        .of(&tom)
        .with(&ada)
        .at(WEDNESDAY, "10:00", 60)
        .place(LocationType::StudentHome, "12 Main St")
        .note("<script>alert(1)</script>")
        .insert();
    let page = site.browser_of(&ada.user).await.get(&format!("/teach/bookings/{}", lesson.id)).await;
    let text = page.text();
    for shown in [
        "Wed, Jul 15 \u{b7} 10:00\u{2013}11:00 AM ET",
        "1 hour",
        "Tom Jones tom@example.com",
        "At the student's place 12 Main St",
        "$75",
        &format!("Reference {}", lesson.id),
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert_eq!(page.h1(), "Piano with Tom J.");
    assert!(!page.body.contains("<script>alert") && !text.contains("Mark complete"), "{text}");
}

#[actix_web::test]
async fn how_a_lesson_went_is_said_once_and_not_before_it_began() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let booking = || a_booking(&site.store).of(&tom).with(&ada);
    let begun = booking().at(TODAY, "07:30", 60).insert();
    let missed = booking().at(TODAY, "06:00", 60).insert();
    let ahead = booking().at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser_of(&ada.user).await;
    for (id, deed, said) in [
        (begun.id, "complete", "The lesson is marked as completed."),
        (missed.id, "missed", "The lesson is marked as missed."),
    ] {
        let path = format!("/teach/bookings/{id}");
        let page = browser.get(&path).await;
        assert!(!page.links().contains(&format!("{path}/cancel")), "it has begun");
        let done = browser.submit(&page, &path, &[("do", deed)]).await;
        let after = browser.follow(done).await.text();
        assert!(after.contains(said) && !after.contains("Mark complete"), "{after}");
        let again = browser.submit(&page, &path, &[("do", deed)]).await;
        assert!(browser.follow(again).await.text().contains("so nothing was changed."), "{deed}");
    }
    let path = format!("/teach/bookings/{}", ahead.id);
    let page = browser.get(&path).await;
    let early = browser.submit(&page, &path, &[("do", "complete")]).await;
    assert!(browser.follow(early).await.text().contains("You can say how a lesson went once it has begun."));
    let nothing = browser.submit(&page, &path, &[("do", "dance")]).await;
    assert_eq!(nothing.location().as_deref(), Some(path.as_str()));
}

#[actix_web::test]
async fn notes_are_kept_for_the_student_and_what_was_typed_stays_when_it_is_wrong() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let (browser, path) = (site.browser_of(&ada.user).await, format!("/teach/bookings/{}", lesson.id));
    let page = browser.get(&path).await;
    let note = |note: &'static str, place: &'static str| [("do", "note"), ("note", note), ("place", place)];
    let unclear = browser.submit(&page, &path, &note(" ", "")).await;
    assert!(unclear.status == 422 && unclear.title().starts_with("Error: "), "{}", unclear.text());
    let wrong = browser.submit(&page, &path, &note("Bring \u{7} scales", "Room 5")).await;
    assert!(wrong.status == 422 && wrong.body.contains("value=\"Room 5\""), "{}", wrong.text());
    let done = browser.submit(&page, &path, &note("Bring your <b>scales</b>", "Room 5")).await;
    let after = browser.follow(done).await;
    assert!(after.text().contains("Your note is saved."), "{}", after.text());
    let seen = site.browser_of(&tom).await.get(&format!("/lessons/{}", lesson.id)).await.text();
    assert!(seen.contains("Note of Ada L. Bring your <b>scales</b>") && seen.contains("Room 5"), "{seen}");
    let emptied = browser.submit(&after, &path, &note("", "Room 6")).await;
    assert!(emptied.text().contains("Write a note of 1 to 1000"), "{}", emptied.text());
}

#[actix_web::test]
async fn cancelling_asks_for_a_reason_and_says_what_becomes_of_the_student() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let (browser, path) = (site.browser_of(&ada.user).await, format!("/teach/bookings/{}", lesson.id));
    let action = format!("{path}/cancel");
    let page = browser.get(&action).await;
    assert!(page.text().contains("Tom J. pays nothing and gets a message"), "{}", page.text());
    let unclear = browser.submit(&page, &action, &[]).await;
    assert!(unclear.status == 422 && unclear.text().contains("Choose why you cancel"), "{}", unclear.text());
    let done = browser.submit(&page, &action, &[("reason", "I am not well")]).await;
    let after = browser.follow(done).await.text();
    assert!(after.contains("The lesson is cancelled.") && after.contains("You: I am not well"), "{after}");
    let again = browser.submit(&page, &action, &[("reason", "I am not well")]).await;
    assert!(browser.follow(again).await.text().contains("is cancelled, so it cannot be cancelled."));
    let seen = site.browser_of(&tom).await.get(&format!("/lessons/{}", lesson.id)).await.text();
    assert!(seen.contains("Ada L.: I am not well"), "{seen}");
    let begun = a_booking(&site.store).of(&tom).with(&ada).at(TODAY, "07:30", 60).insert();
    let late = browser.visit(&format!("/teach/bookings/{}/cancel", begun.id)).await.text();
    assert!(late.contains("This lesson has begun. Say how it went instead."), "{late}");
}

#[actix_web::test]
async fn a_lesson_of_another_instructor_is_not_found() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let grace =
        an_instructor(&site.store).email("grace@example.com").offering("piano", 9_000, &[60]).insert();
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let stranger = site.browser_of(&grace.user).await;
    let home = stranger.get("/teach").await;
    let token = home.tags("<input type=\"hidden\" name=\"csrf\"")[0].split('"').nth(1).unwrap().to_owned();
    let path = format!("/teach/bookings/{}", lesson.id);
    for page in ["", "/cancel", ".ics"] {
        assert_eq!(stranger.get(&format!("{path}{page}")).await.status, 404, "{page}");
    }
    for (page, fields) in [
        ("", [("csrf", token.as_str()), ("do", "complete")]),
        ("/cancel", [("csrf", token.as_str()), ("reason", "I am not well")]),
    ] {
        assert_eq!(stranger.post(&format!("{path}{page}"), &fields).await.status, 404, "{page}");
    }
    for nonsense in ["0", "x", "99999999999"] {
        assert_eq!(stranger.get(&format!("/teach/bookings/{nonsense}")).await.status, 404, "{nonsense}");
    }
}

#[actix_web::test]
async fn a_lesson_goes_into_the_calendar_of_its_instructor() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let (browser, path) = (site.browser_of(&ada.user).await, format!("/teach/bookings/{}", lesson.id));
    assert!(browser.get(&path).await.links().contains(&format!("{path}.ics")));
    let file = browser.get(&format!("{path}.ics")).await;
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8; method=PUBLISH");
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"lesson-{}.ics\"", lesson.id)
    );
    let text = file.body.replace("\r\n ", "");
    assert!(text.contains("Tom") && text.contains(&format!("http://localhost:8080{path}")), "{text}");
}
