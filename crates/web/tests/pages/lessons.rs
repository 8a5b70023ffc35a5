//! The lessons of a student.

use instainstru_domain::{account::AccountStatus, booking::LocationType};
use instainstru_test_support::builders::{a_booking, a_user, an_instructor};
use jiff::civil::date;

use crate::support::{Site, TODAY, WEDNESDAY, instructor};

#[actix_web::test]
async fn lessons_are_under_the_tab_they_belong_to() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let booking = || a_booking(&site.store).of(&tom).with(&ada);
    let _next = booking().at(WEDNESDAY, "10:00", 60).insert();
    let _later = booking().at(WEDNESDAY, "15:00", 60).insert();
    let _over = booking().at(TODAY, "06:00", 60).insert();
    let taken = booking().at(date(2026, 7, 8), "10:00", 60).completed().insert();
    let _off = booking().at(WEDNESDAY, "12:00", 60).cancelled().insert();
    let browser = site.browser_of(&tom).await;
    let upcoming = browser.get("/lessons").await;
    let text = upcoming.text();
    assert!(text.contains("Upcoming 2 Past 2 Cancelled 1"), "{text}");
    assert!(
        text.find("10:00\u{2013}11:00 AM").unwrap() < text.find("3:00\u{2013}4:00 PM").unwrap(),
        "the next one first"
    );
    assert!(text.contains("Move") && text.contains("Cancel") && !text.contains("Book again"), "{text}");
    let past = browser.get("/lessons?tab=past").await;
    assert_eq!(past.body.matches("<article").count(), 2);
    assert!(past.links().contains(&format!("/lessons/{}/rebook", taken.id)));
    assert!(browser.get("/lessons?tab=cancelled").await.text().contains("12:00\u{2013}1:00 PM"));
    assert_eq!(past.header("cache-control"), "private, no-store");
}

#[actix_web::test]
async fn a_new_student_is_shown_the_way_to_a_first_lesson() {
    let site = Site::start().await;
    let browser = site.browser_of(&site.student()).await;
    for tab in ["", "?tab=past", "?tab=cancelled", "?tab=nonsense&page=7"] {
        let page = browser.get(&format!("/lessons{tab}")).await;
        assert!(page.status == 200 && page.text().contains("No "), "{tab}: {}", page.text());
    }
}

#[actix_web::test]
async fn a_confirmation_says_everything_and_reloading_it_is_harmless() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store)
        .of(&tom)
        .with(&ada)
        .at(WEDNESDAY, "10:00", 60)
        .place(LocationType::StudentHome, "12 Main St")
        .note("<script>alert(1)</script>")
        .insert();
    let browser = site.browser_of(&tom).await;
    for _reload in 0..2 {
        let page = browser.get(&format!("/lessons/{}?new=1", lesson.id)).await;
        assert_eq!(page.h1(), "Your lesson is confirmed!");
        let text = page.text();
        for shown in [
            "Wed, Jul 15 \u{b7} 10:00\u{2013}11:00 AM ET",
            "1 hour",
            "Ada L.",
            "At your place 12 Main St",
            "$75",
            &format!("Reference {}", lesson.id),
            "Cancelling is free",
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        assert!(!page.body.contains("<script>alert"));
    }
    assert_eq!(browser.get(&format!("/lessons/{}", lesson.id)).await.h1(), "Piano with Ada L.");
}

#[actix_web::test]
async fn a_lesson_of_somebody_else_is_not_found_and_nobody_sees_one_signed_out() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let eve = a_user(&site.store).named("Eve Fast").email("eve@example.com").insert();
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let stranger = site.browser_of(&eve).await;
    let home = stranger.get("/").await;
    for page in ["", ".ics", "/print", "/cancel", "/reschedule", "/rebook"] {
        let path = format!("/lessons/{}{page}", lesson.id);
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        let guest = site.browser().get(&path).await;
        assert!(guest.location().unwrap().starts_with("/login?next=%2Flessons"), "{path}");
        assert_eq!(site.browser_of(&ada.user).await.get(&path).await.status, 403, "{path}");
    }
    let token = home.tags("<input type=\"hidden\" name=\"csrf\"")[0].split('"').nth(1).unwrap().to_owned();
    for (page, fields) in [
        ("cancel", [("csrf", token.as_str()), ("reason", "My plans changed")]),
        ("reschedule", [("csrf", token.as_str()), ("start", "2026-07-15T12:00")]),
    ] {
        let refused = stranger.post(&format!("/lessons/{}/{page}", lesson.id), &fields).await;
        assert_eq!(refused.status, 404, "{page}");
    }
    for nonsense in ["/lessons/0", "/lessons/x", "/lessons/99999999999"] {
        assert_eq!(stranger.get(nonsense).await.status, 404, "{nonsense}");
    }
}

#[actix_web::test]
async fn cancelling_names_its_outcome_and_offers_to_move_first() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let (browser, path) = (site.browser_of(&tom).await, format!("/lessons/{}", lesson.id));
    let action = format!("{path}/cancel");
    let page = browser.get(&action).await;
    assert!(
        page.text().contains("Cancelling is free") && page.text().contains("pay nothing"),
        "{}",
        page.text()
    );
    assert!(page.links().contains(&format!("{path}/reschedule")));
    let unclear = browser.submit(&page, &action, &[]).await;
    assert!(unclear.status == 422 && unclear.text().contains("Choose why you cancel"), "{}", unclear.text());
    let words = [("reason", "other"), ("words", "<b>The dog</b>")];
    let done = browser.submit(&page, &action, &words).await;
    assert_eq!(done.location().as_deref(), Some(path.as_str()));
    let after = browser.follow(done).await;
    assert!(after.text().contains("Your lesson is cancelled. You pay nothing."), "{}", after.text());
    assert!(after.text().contains("You: <b>The dog</b>") && !after.text().contains("Cancel lesson"));
    let again = browser.submit(&page, &action, &words).await;
    assert!(
        browser.follow(again).await.text().contains("This lesson is cancelled, so it cannot be cancelled.")
    );
}

#[actix_web::test]
async fn a_lesson_moves_and_keeps_its_old_time_until_the_new_one_is_confirmed() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let _other = a_booking(&site.store).with(&ada).at(WEDNESDAY, "12:00", 60).insert();
    let browser = site.browser_of(&tom).await;
    let action = format!("/lessons/{}/reschedule", lesson.id);
    let page = browser.get(&action).await;
    let text = page.text();
    assert!(
        text.contains("Now: Wed, Jul 15 \u{b7} 10:00\u{2013}11:00 AM ET") && text.contains("(now)"),
        "{text}"
    );
    assert!(page.body.contains("name=\"time\" value=\"14:00\"") && !page.body.contains("value=\"12:00\""));
    let taken = browser.get(&format!("{action}?date=2026-07-15&time=12:00&duration=60")).await;
    let refused = browser.submit(&taken, &action, &[]).await;
    assert_eq!((refused.status, refused.h1().as_str()), (409, "That time was just taken"));
    assert!(
        refused.text().contains("Your lesson stays where it was.") && refused.text().contains("Move to Wed")
    );
    let chosen = browser.get(&format!("{action}?date=2026-07-15&time=14:00&duration=30")).await;
    assert!(chosen.text().contains("Wed, Jul 15 \u{b7} 2:00\u{2013}2:30 PM ET, $37.50"), "{}", chosen.text());
    let done = browser.submit(&chosen, &action, &[]).await;
    let moved = browser.follow(done).await;
    assert!(
        moved.text().contains("Your lesson is moved to Wed, Jul 15 \u{b7} 2:00\u{2013}2:30 PM ET."),
        "{}",
        moved.text()
    );
}

#[actix_web::test]
async fn what_is_over_can_neither_be_cancelled_nor_moved_but_booked_again() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let taken =
        a_booking(&site.store).of(&tom).with(&ada).at(date(2026, 7, 8), "10:00", 60).completed().insert();
    let begun = a_booking(&site.store).of(&tom).with(&ada).at(TODAY, "07:30", 60).insert();
    let browser = site.browser_of(&tom).await;
    for (id, page, words) in [
        (taken.id, "cancel", "This lesson is completed, so it cannot be cancelled."),
        (taken.id, "reschedule", "This lesson is completed, so it cannot be moved."),
        (begun.id, "cancel", "This lesson has begun, so it cannot be cancelled."),
    ] {
        let back = browser.visit(&format!("/lessons/{id}/{page}")).await;
        assert!(back.text().contains(words), "{words}: {}", back.text());
    }
    let again = browser.get(&format!("/lessons/{}/rebook", taken.id)).await;
    let times =
        format!("/instructors/{}-ada-l?service={}&duration=60#times", ada.user.id, ada.services[0].id);
    assert_eq!(again.location(), Some(times));
    let gone = an_instructor(&site.store)
        .named("Sus Pended")
        .status(AccountStatus::Suspended)
        .offering("piano", 7_500, &[60])
        .insert();
    let old =
        a_booking(&site.store).of(&tom).with(&gone).at(date(2026, 7, 7), "10:00", 60).completed().insert();
    let others = browser.visit(&format!("/lessons/{}/rebook", old.id)).await;
    assert!(others.text().contains("Sus P. takes no bookings at present."), "{}", others.text());
}

#[actix_web::test]
async fn the_navigation_leads_to_pages_that_exist() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site).user, site.student());
    for browser in [site.browser(), site.browser_of(&ada).await, site.browser_of(&tom).await] {
        let home = browser.get("/").await;
        let header = home.body.split("</header>").next().unwrap();
        let links: Vec<&str> = header
            .split("<a ")
            .skip(1)
            .filter_map(|tag| tag.split("href=\"/").nth(1)?.split('"').next())
            .collect();
        assert!(links.len() >= 2, "{links:?}");
        for link in links {
            assert_eq!(browser.get(&format!("/{link}")).await.status, 200, "/{link}");
        }
    }
}

#[actix_web::test]
async fn a_lesson_ahead_can_be_put_into_a_calendar() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let booking = || {
        let place = (LocationType::StudentHome, "12 Main St, Apt 4 & 5");
        a_booking(&site.store).of(&tom).with(&ada).place(place.0, place.1)
    };
    let lesson = booking().at(WEDNESDAY, "10:00", 60).insert();
    let off = booking().at(WEDNESDAY, "12:00", 60).cancelled().insert();
    let over = booking().at(TODAY, "06:00", 60).insert();
    let browser = site.browser_of(&tom).await;
    let page = browser.get(&format!("/lessons/{}", lesson.id)).await;
    let google = page.links().into_iter().find(|link| link.contains("google")).unwrap();
    assert_eq!(
        google,
        format!(
            "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Piano+with+Ada+Lovelace\
             &dates=20260715T140000Z%2F20260715T150000Z&ctz=America%2FNew_York\
             &location=12+Main+St%2C+Apt+4+%26+5&details=http%3A%2F%2Flocalhost%3A8080%2Flessons%2F{}",
            lesson.id
        )
    );
    let path = format!("/lessons/{}.ics", lesson.id);
    assert!(
        page.tags("<a href=\"/lessons/")
            .iter()
            .any(|tag| tag.starts_with(&path[9..]) && tag.ends_with("download"))
    );
    let file = browser.get(&path).await;
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8; method=PUBLISH");
    assert_eq!(file.header("cache-control"), "private, no-store");
    let name = format!("attachment; filename=\"lesson-{}.ics\"", lesson.id);
    assert_eq!(file.header("content-disposition"), name);
    for line in [
        "BEGIN:VCALENDAR".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        // The name under which the mails know it.
        format!("UID:booking-{}@studio.example", lesson.id),
        "DTSTART;TZID=America/New_York:20260715T100000".to_owned(),
        format!("URL:http://localhost:8080/lessons/{}", lesson.id),
        "STATUS:CONFIRMED".to_owned(),
    ] {
        assert!(file.body.contains(&format!("{line}\r\n")), "{line}: {}", file.body);
    }
    for past in [&off, &over] {
        let page = browser.get(&format!("/lessons/{}", past.id)).await;
        assert!(!page.links().iter().any(|link| link.contains("google") || link.ends_with(".ics")));
    }
    let called_off = browser.get(&format!("/lessons/{}.ics", off.id)).await;
    assert!(called_off.body.contains("STATUS:CANCELLED\r\n"), "{}", called_off.body);
}

#[actix_web::test]
async fn a_lesson_on_paper_is_all_there_and_nothing_around_it() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = a_booking(&site.store)
        .of(&tom)
        .with(&ada)
        .at(WEDNESDAY, "10:00", 60)
        .place(LocationType::StudentHome, "12 Main St")
        .note("<script>alert(1)</script>")
        .insert();
    let browser = site.browser_of(&tom).await;
    let page = browser.get(&format!("/lessons/{}", lesson.id)).await;
    assert!(page.links().contains(&format!("/lessons/{}/print", lesson.id)));
    let paper = browser.get(&format!("/lessons/{}/print", lesson.id)).await;
    assert_eq!((paper.status, paper.h1().as_str()), (200, "Piano with Ada L."));
    let text = paper.text();
    for shown in [
        &format!("Reference {}", lesson.id),
        "Wed, Jul 15 \u{b7} 10:00\u{2013}11:00 AM ET",
        "At your place 12 Main St",
        "$75",
        "Confirmed",
        "Cancelling is free",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!paper.body.contains("<nav") && !paper.body.contains("<script>alert"), "{}", paper.body);
}
