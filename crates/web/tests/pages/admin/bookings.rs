//! Lessons of everybody, and what the marketplace earns.

use instainstru_test_support::builders::{a_booking, a_user, an_instructor};

use crate::support::{Site, TODAY, WEDNESDAY, instructor};

#[actix_web::test]
async fn lessons_are_found_by_person_state_and_date() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let eve = a_user(&site.store).named("Eve Fast").email("eve@example.com").insert();
    let first = a_booking(&site.store).with(&ada).of(&tom).at(WEDNESDAY, "10:00", 60).insert();
    let second = a_booking(&site.store).with(&ada).of(&eve).at(WEDNESDAY, "12:00", 60).cancelled().insert();
    let other = a_booking(&site.store).at(WEDNESDAY.tomorrow().unwrap(), "10:00", 60).insert();
    let browser = site.browser_of(&site.admin()).await;
    for (query, expected) in [
        (String::new(), vec![other.id, second.id, first.id]),
        ("?person=tom%40example.com".to_owned(), vec![first.id]),
        (format!("?person={}", ada.user.id), vec![second.id, first.id]),
        ("?person=nobody%40example.com".to_owned(), vec![]),
        ("?status=cancelled".to_owned(), vec![second.id]),
        ("?from=2026-07-16".to_owned(), vec![other.id]),
        ("?until=2026-07-15&status=confirmed".to_owned(), vec![first.id]),
        ("?person=&status=&from=&until=".to_owned(), vec![other.id, second.id, first.id]),
    ] {
        let page = browser.get(&format!("/admin/bookings{query}")).await;
        let found: Vec<String> = page
            .links()
            .into_iter()
            .filter_map(|link| Some(link.strip_prefix("/admin/bookings/")?.to_owned()))
            .collect();
        assert_eq!(found, expected.iter().map(ToString::to_string).collect::<Vec<_>>(), "{query}");
    }
    let wrong = browser.get("/admin/bookings?person=tom&from=tomorrow").await;
    assert!(wrong.title().starts_with("Error: "));
    for words in ["Enter an email address or the number of an account", "Enter a date"] {
        assert!(wrong.text().contains(words), "no {words}");
    }
}

#[actix_web::test]
async fn a_long_list_of_lessons_has_pages_that_keep_the_filter() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    for _ in 0..21 {
        let _lesson =
            a_booking(&site.store).with(&ada).of(&tom).at(WEDNESDAY, "10:00", 60).cancelled().insert();
    }
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get("/admin/bookings?status=cancelled").await;
    assert!(page.text().contains("21 lessons"), "{}", page.text());
    let next = page.links().into_iter().find(|link| link.contains("page=2")).unwrap();
    assert!(next.contains("status=CANCELLED"), "{next}");
    assert_eq!(browser.get(&next).await.body.matches("<time").count(), 1);
}

#[actix_web::test]
async fn a_lesson_says_who_when_and_how_it_ended_but_not_what_was_written() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store)
        .with(&ada)
        .of(&tom)
        .at(WEDNESDAY, "10:00", 60)
        .note("A secret")
        .cancelled()
        .insert();
    let browser = site.browser_of(&site.admin()).await;
    let page = browser.get(&format!("/admin/bookings/{}", lesson.id)).await;
    let text = page.text();
    for shown in ["Piano", "Tom Jones", "tom@example.com", "Ada Lovelace", "$75", "Cancelled", "Called off"] {
        assert!(text.contains(shown), "no {shown}: {text}");
    }
    assert!(!text.contains("A secret"));
    for account in [tom.id, ada.user.id] {
        assert!(page.links().contains(&format!("/admin/users/{account}")));
    }
    for nothing in ["0", "4711", "x"] {
        assert_eq!(browser.get(&format!("/admin/bookings/{nothing}")).await.status, 404, "{nothing}");
    }
    let stranger = site.browser_of(&tom).await;
    for path in [
        "/admin/bookings".to_owned(),
        format!("/admin/bookings/{}", lesson.id),
        "/admin/analytics".to_owned(),
    ] {
        assert_eq!(stranger.get(&path).await.status, 403, "{path}");
    }
}

#[actix_web::test]
async fn a_lesson_is_called_off_after_saying_what_that_means_for_both() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).with(&ada).of(&tom).at(WEDNESDAY, "10:00", 60).insert();
    let path = format!("/admin/bookings/{}", lesson.id);
    let asking = format!("{path}/cancel");
    let browser = site.browser_of(&site.admin()).await;
    assert!(browser.get(&path).await.links().contains(&asking));
    let page = browser.get(&asking).await;
    assert_eq!((page.status, page.h1().as_str()), (200, "Cancel this lesson?"));
    for said in [
        "Piano: Tom Jones with Ada Lovelace",
        "Tom Jones pays nothing and gets a mail that InstaInstru cancelled the lesson",
        "Ada Lovelace gets the same mail and earns nothing. The time is free again at once",
    ] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    let unclear = browser.submit(&page, &asking, &[("reason", " ")]).await;
    assert!(unclear.status == 422 && unclear.title().starts_with("Error: "), "{}", unclear.text());
    let done = browser.submit(&page, &asking, &[("reason", "<b>Flood</b> in\r\nthe studio")]).await;
    assert_eq!((done.status, done.location()), (303, Some(path.clone())));
    let after = browser.follow(done).await;
    for said in
        ["The lesson is cancelled. Student and instructor get a mail", "By the marketplace", "<b>Flood</b>"]
    {
        assert!(after.text().contains(said), "{said}: {}", after.text());
    }
    assert!(!after.body.contains("<b>Flood") && !after.links().contains(&asking));
    let log = browser.get("/admin/audit?action=booking.cancelled").await;
    assert!(log.text().contains("Flood"), "{}", log.text());
    for (who, own) in
        [(&tom, format!("/lessons/{}", lesson.id)), (&ada.user, format!("/teach/bookings/{}", lesson.id))]
    {
        let seen = site.browser_of(who).await.get(&own).await.text();
        assert!(seen.contains("Cancelled by InstaInstru: <b>Flood</b>"), "{seen}");
    }
    let again = browser.submit(&page, &asking, &[("reason", "again")]).await;
    assert!(browser.follow(again).await.text().contains("cannot be"), "it is off already");
}

#[actix_web::test]
async fn only_lessons_that_are_ahead_can_be_called_off_and_only_by_administrators() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = || a_booking(&site.store).with(&ada).of(&tom);
    let begun = lesson().at(TODAY, "07:00", 60).insert();
    let ahead = lesson().at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser_of(&site.admin()).await;
    let (path, other) =
        (format!("/admin/bookings/{}", begun.id), format!("/admin/bookings/{}/cancel", ahead.id));
    assert!(!browser.get(&path).await.links().contains(&format!("{path}/cancel")));
    let refused = browser.get(&format!("{path}/cancel")).await;
    assert_eq!((refused.status, refused.location()), (303, Some(path.clone())));
    assert!(browser.follow(refused).await.text().contains("so it cannot be cancelled"));
    for nothing in ["0", "4711", "x"] {
        assert_eq!(browser.get(&format!("/admin/bookings/{nothing}/cancel")).await.status, 404, "{nothing}");
    }
    for who in [&tom, &ada.user] {
        assert_eq!(site.browser_of(who).await.get(&other).await.status, 403);
    }
}

#[actix_web::test]
async fn the_figures_of_the_market_are_drawn_and_told() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.admin()).await;
    let empty = browser.get("/admin/analytics").await;
    assert!(empty.text().contains("No lessons on these days"), "{}", empty.text());
    assert!(!empty.body.contains("<svg class=\"chart-bars"));

    let (ada, tom) = (instructor(&site), site.student());
    let guitar = an_instructor(&site.store).offering("guitar", 10_000, &[60]).insert();
    let today = WEDNESDAY.yesterday().and_then(jiff::civil::Date::yesterday).unwrap();
    for (who, start) in [(&ada, "06:00"), (&guitar, "07:00")] {
        let _lesson = a_booking(&site.store).with(who).of(&tom).at(today, start, 60).completed().insert();
    }
    let _lesson = a_booking(&site.store).with(&ada).of(&tom).at(today, "09:00", 60).cancelled().insert();
    for days in ["", "?days=7", "?days=90", "?days=0", "?days=x"] {
        let page = browser.get(&format!("/admin/analytics{days}")).await;
        let text = page.text();
        for shown in ["Revenue $175", "$87.50 a lesson", "Lessons 3", "67 % took place", "Guitar 1 1 0 $100"]
        {
            assert!(text.contains(shown), "{days}: no {shown}: {text}");
        }
        assert_eq!(page.body.matches("<svg class=\"chart-bars").count(), 2, "{days}");
    }
    assert!(browser.get("/admin/analytics?days=90").await.body.contains("Week of Jul 13: Revenue $175"));
}
