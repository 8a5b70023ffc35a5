//! Reviewing and reserving a lesson.

use instainstru_domain::{account::User, booking::BookingFilter, instructor::Instructor, page::Page};
use instainstru_test_support::builders::{PASSWORD, a_booking, a_user, an_instructor};

use crate::support::{Shown, Site, WEDNESDAY, instructor};

fn review(ada: &Instructor, time: &str) -> String {
    let (id, service) = (ada.user.id, ada.services[0].id);
    format!("/book/{id}?service={service}&date=2026-07-15&time={time}&duration=60")
}

/// How many lessons a student has, in any state.
async fn lessons_of(site: &Site, user: &User) -> usize {
    use instainstru_domain::{
        booking::{BookingOrder, Side},
        ports::TransactorExt as _,
    };
    let filter = BookingFilter {
        side: Side::Student(user.id),
        status: None,
        from: None,
        until: None,
        order: BookingOrder::NewestFirst,
    };
    let found: Result<_, instainstru_domain::ports::StorageError> =
        site.store.reading(|uow| uow.bookings().list(&filter, Page::first(100)));
    found.unwrap().items.len()
}

const TYPED: [(&str, &str); 3] = [
    ("location_type", "student_home"),
    ("meeting_location", "12 Main St <b>#4</b>"),
    ("note", "I play since a year.\r\n<script>alert(1)</script>"),
];

#[actix_web::test]
async fn a_lesson_is_found_reviewed_and_reserved() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    site.oracle.finds(&[(&ada, WEDNESDAY, "10:00")]);
    let browser = site.browser_of(&tom).await;
    let found = browser.get("/search?q=piano").await;
    let link = found.links().into_iter().find(|link| link.starts_with("/book/")).unwrap();
    let page = browser.get(&link).await;
    let text = page.text();
    for shown in ["Piano", "with Ada L.", "Wed, Jul 15 \u{b7} 10:00\u{2013}10:30 AM ET", "30 min", "$37.50"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(text.contains("Reserve lesson &middot; $37.50") && text.contains("Cancelling is free"), "{text}");
    let done = browser.submit(&page, &format!("/book/{}", ada.user.id), &TYPED).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(done.location().unwrap().starts_with("/lessons/"));
    assert!(done.location().unwrap().ends_with("?new=1"));
    assert_eq!(lessons_of(&site, &tom).await, 1);
}

#[actix_web::test]
async fn a_form_that_is_sent_twice_reserves_once() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let browser = site.browser_of(&tom).await;
    let page = browser.get(&review(&ada, "10:00")).await;
    let action = format!("/book/{}", ada.user.id);
    let first = browser.submit(&page, &action, &TYPED).await;
    let second = browser.submit(&page, &action, &TYPED).await;
    assert_eq!((second.status, second.location()), (303, first.location()));
    assert_eq!(lessons_of(&site, &tom).await, 1);
    let changed = browser.submit(&page, &action, &[("location_type", "neutral")]).await;
    assert_eq!((changed.status, changed.location().as_deref()), (303, Some("/lessons")));
    assert_eq!(lessons_of(&site, &tom).await, 1);
}

#[actix_web::test]
async fn whoever_comes_second_gets_three_other_times_with_everything_typed() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let eve = a_user(&site.store).named("Eve Fast").email("eve@example.com").insert();
    let (slow, fast) = (site.browser_of(&tom).await, site.browser_of(&eve).await);
    let action = format!("/book/{}", ada.user.id);
    let (mine, hers) = (slow.get(&review(&ada, "10:00")).await, fast.get(&review(&ada, "10:00")).await);
    assert_eq!(fast.submit(&hers, &action, &TYPED).await.status, 303);
    let lost = slow.submit(&mine, &action, &TYPED).await;
    assert_eq!((lost.status, lost.h1().as_str()), (409, "That time was just taken"));
    let others: Vec<String> =
        lost.tags("<button ").into_iter().filter(|tag| tag.contains("name=\"start\"")).collect();
    assert_eq!(others.len(), 3, "{others:?}");
    assert!(lost.body.contains("value=\"12 Main St &lt;b&gt;#4&lt;"), "{}", lost.body);
    let again = slow.submit(&lost, &action, &[("start", "2026-07-15T09:00")]).await;
    assert_eq!(again.status, 303, "{}", again.text());
    assert_eq!((lessons_of(&site, &tom).await, lessons_of(&site, &eve).await), (1, 1));
}

#[actix_web::test]
async fn whoever_comes_second_may_go_to_somebody_else_who_is_free_then() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let colleague = |name: &str, cents: i64, ranges: &str| {
        an_instructor(&site.store)
            .named(name)
            .notice(2)
            .offering("piano", cents, &[30, 60])
            .publishing(WEDNESDAY, ranges)
            .insert()
    };
    let near = colleague("Clara Schumann", 8_000, "10:00-11:00");
    for (name, cents) in [("Fanny Mendelssohn", 9_000), ("Nadia Boulanger", 10_000), ("Amy Beach", 11_000)] {
        colleague(name, cents, "09:00-17:00");
    }
    colleague("Too Late", 7_500, "10:15-17:00");
    let _taken = a_booking(&site.store).with(&ada).at(WEDNESDAY, "10:00", 60).insert();

    // A visitor finds links.
    let shown = site.browser().get(&review(&ada, "10:00")).await;
    let names: Vec<&str> = ["Clara S.", "Fanny M.", "Nadia B.", "Amy B.", "Too L."]
        .into_iter()
        .filter(|it| shown.text().contains(it))
        .collect();
    assert_eq!(names, ["Clara S.", "Fanny M.", "Nadia B."], "three, those at nearly the same price first");
    let link =
        shown.links().into_iter().find(|it| it.starts_with(&format!("/book/{}?", near.user.id))).unwrap();
    assert_eq!(site.browser().get(&link).await.h1(), "Review your lesson");

    // A student who typed something takes it along, and reserves nothing by looking.
    let browser = site.browser_of(&tom).await;
    let form = browser.get(&review(&ada, "11:00")).await;
    let asked = [TYPED[0], TYPED[1], TYPED[2], ("start", "2026-07-15T10:00")];
    let key = form.tags("<input ").into_iter().find(|tag| tag.contains("name=\"key\"")).unwrap();
    let lost = browser.submit(&without_start(form), &format!("/book/{}", ada.user.id), &asked).await;
    assert_eq!(lost.status, 409, "{}", lost.text());
    let other = format!("/book/{}", near.user.id);
    let again = browser.submit(&lost, &other, &[]).await;
    assert_eq!((again.status, again.h1().as_str()), (200, "Review your lesson"));
    assert!(again.text().contains("with Clara S.") && again.text().contains("Reserve lesson &middot; $80"));
    assert!(again.body.contains("12 Main St &lt;b&gt;#4&lt;") && again.body.contains("I play since a year."));
    assert!(!again.body.contains(&key), "a form of its own");
    assert_eq!(lessons_of(&site, &tom).await, 0);
    let done = browser.submit(&again, &other, &TYPED).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(lessons_of(&site, &tom).await, 1);
}

/// The page with another field than `start`, so that a test can say when.
fn without_start(page: Shown) -> Shown {
    Shown { body: page.body.replace("name=\"start\"", "name=\"was\""), ..page }
}

#[actix_web::test]
async fn guests_see_everything_and_lose_nothing_by_signing_in() {
    let site = Site::start().await;
    let ada = instructor(&site);
    site.student();
    let browser = site.browser();
    let address = review(&ada, "10:00");
    browser.get("/").await;
    let page = browser.get(&address).await;
    assert!(page.status == 200 && page.text().contains("$75"), "{}", page.text());
    assert!(!page.header("etag").is_empty(), "the same for every guest");
    let login = page.links().into_iter().find(|link| link.starts_with("/login?next=%2Fbook")).unwrap();
    let form = browser.get(&login).await;
    let done = browser.submit(&form, "/login", &[("email", "tom@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(done.location(), Some(address.clone()));
    let page = browser.follow(done).await;
    assert!(page.text().contains("Reserve lesson &middot; $75"));

    // The session ends while the form is filled in.
    let session = browser.cookie("session").unwrap();
    let home = browser.get("/").await;
    browser.submit(&home, "/logout", &[]).await;
    browser.set_cookie("session", &session);
    let late = browser.submit(&page, &format!("/book/{}", ada.user.id), &TYPED).await;
    let back: Vec<(String, String)> =
        serde_urlencoded::from_str(late.location().unwrap().strip_prefix("/login?").unwrap()).unwrap();
    assert_eq!(browser.get(&back[0].1).await.h1(), "Review your lesson");
    assert!(back[0].1.contains("date=2026-07-15&time=10%3A00&duration=60"), "{back:?}");
}

#[actix_web::test]
async fn mistakes_are_told_and_what_was_typed_stays() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let browser = site.browser_of(&tom).await;
    let page = browser.get(&review(&ada, "10:00")).await;
    let long = "x".repeat(1001);
    let again = browser
        .submit(&page, &format!("/book/{}", ada.user.id), &[("location_type", "moon"), ("note", &long)])
        .await;
    assert_eq!(again.status, 422);
    assert!(again.title().starts_with("Error: ") && again.body.contains(&long));
    assert!(again.text().contains("Choose where the lesson takes place"));
    assert_eq!(lessons_of(&site, &tom).await, 0);
}

#[actix_web::test]
async fn a_time_that_cannot_be_had_says_why_and_what_can() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let _taken = a_booking(&site.store).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser();
    for (address, status, heading) in [
        (review(&ada, "10:00"), 409, "That time is taken"),
        (review(&ada, "18:00"), 422, "That time is not free"),
        (review(&ada, "10:00").replace("07-15", "07-13").replace("10:00", "08:30"), 422, "That is too soon"),
    ] {
        let page = browser.get(&address).await;
        assert_eq!((page.status, page.h1().as_str()), (status, heading), "{address}");
        let others = page.links().into_iter().filter(|link| link.starts_with("/book/")).count();
        assert_eq!(others, 3, "{address}");
    }
    for incomplete in
        [format!("/book/{}", ada.user.id), review(&ada, "10:07"), review(&ada, "10:00").replace("=60", "=45")]
    {
        let there = browser.get(&incomplete).await;
        assert_eq!(there.location(), Some(format!("/instructors/{}-ada-l", ada.user.id)), "{incomplete}");
    }
    assert_eq!(browser.get("/book/999?service=1").await.status, 404);
}

#[actix_web::test]
async fn instructors_do_not_book() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(&review(&ada, "10:00")).await;
    assert!(page.text().contains("Lessons are booked with a student account."), "{}", page.text());
    assert!(!page.body.contains("Reserve lesson"));
}
