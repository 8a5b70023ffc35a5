//! Free time: the editor of a week, and repeating it.

use instainstru_test_support::builders::{a_booking, an_instructor};
use jiff::civil::date;

use crate::support::{Shown, Site, WEDNESDAY, instructor};

const HERE: &str = "/teach/availability";
const REPEAT: &str = "/teach/availability/repeat";

/// The pairs of fields that are filled, as `wed 09:00-17:00`.
fn fields(page: &Shown) -> Vec<String> {
    let values: Vec<(String, String)> = page
        .tags("<input type=\"time\"")
        .into_iter()
        .map(|tag| {
            let value =
                |name: &str| tag.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
            (value("name").to_owned(), value("value").to_owned())
        })
        .collect();
    let pairs = values.chunks(2).map(|pair| (&pair[0], &pair[1]));
    let filled = pairs.filter(|(from, to)| !from.1.is_empty() || !to.1.is_empty());
    filled.map(|(from, to)| format!("{} {}-{}", &from.0[..3], from.1, to.1)).collect()
}

#[actix_web::test]
async fn a_week_shows_what_is_stored_with_its_lessons_and_days_off() {
    let site = Site::start().await;
    let ada = an_instructor(&site.store)
        .email("ada@example.com")
        .offering("piano", 7_500, &[60])
        .publishing(WEDNESDAY, "09:00-12:15")
        .publishing(WEDNESDAY, "20:00-24:00")
        .away_on(date(2026, 7, 17))
        .insert();
    let tom = site.student();
    let lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    assert_eq!(fields(&page), ["wed 09:00-12:15", "wed 20:00-00:00"]);
    let text = page.text();
    assert!(text.contains("Jul 13\u{2013}19") && text.contains("Monday Jul 13, today"), "{text}");
    assert!(text.contains("10:00\u{2013}11:00 AM &middot; Piano with Tom J."), "{text}");
    assert!(page.links().contains(&format!("/teach/bookings/{}", lesson.id)));
    assert_eq!(text.matches("Day off.").count(), 1, "{text}");
    let next = browser.get(&format!("{HERE}?week=2026-07-22")).await;
    assert!(next.title().contains("Jul 20\u{2013}26") && fields(&next).is_empty(), "{}", next.title());
    assert!(next.links().contains(&HERE.to_owned().replace("bility", "bility?week=2026-07-13")));
    assert!(next.text().contains("Copy last week"));
    assert!(browser.get(&format!("{HERE}?week=nonsense")).await.text().contains("Jul 13\u{2013}19"));
}

#[actix_web::test]
async fn a_week_is_saved_whole_and_says_what_changed() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let _lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    let times = [
        ("do", "save"),
        ("wed-from", "12:00"),
        ("wed-to", "17:00"),
        ("wed-from", ""),
        ("wed-to", ""),
        ("sun-from", "22:00"),
        ("sun-to", "00:00"),
        ("sun-from", "20:00"),
        ("sun-to", "22:00"),
    ];
    let done = browser.submit(&page, HERE, &times).await;
    assert_eq!(done.location().as_deref(), Some("/teach/availability?week=2026-07-13"));
    let after = browser.follow(done).await;
    let text = after.text();
    assert!(
        text.contains(
            "Your week is saved. 4 hours more, 3 hours less. 1 lesson is outside of these times and stays booked."
        ),
        "{text}"
    );
    assert_eq!(fields(&after), ["wed 12:00-17:00", "sun 20:00-00:00"], "what touches is one");
    let again = browser
        .submit(
            &after,
            HERE,
            &[
                ("do", "save"),
                ("wed-from", "12:00"),
                ("wed-to", "17:00"),
                ("sun-from", "20:00"),
                ("sun-to", "00:00"),
            ],
        )
        .await;
    assert!(browser.follow(again).await.text().contains("Your week is saved. Nothing was changed."));
}

#[actix_web::test]
async fn what_is_wrong_is_named_by_day_and_stays_as_it_was_typed() {
    let site = Site::start().await;
    let browser = site.browser_of(&instructor(&site).user).await;
    let page = browser.get(HERE).await;
    let wrong = [
        ("do", "save"),
        ("tue-from", "17:00"),
        ("tue-to", "09:00"),
        ("thu-from", "09:10"),
        ("thu-to", "10:00"),
        ("fri-from", "09:00"),
        ("fri-to", ""),
    ];
    for deed in ["save", "preset-weekdays"] {
        let mut sent = wrong;
        sent[0].1 = deed;
        let again = browser.submit(&page, HERE, &sent).await;
        assert!(again.status == 422 && again.title().starts_with("Error: "), "{}", again.title());
        for message in [
            "Tuesday: a time must end after it begins",
            "Thursday: 09:10 is not on a quarter hour, such as 9:15",
            "Friday: give both a begin and an end",
        ] {
            assert_eq!(again.text().matches(message).count(), 2, "in the summary and at the day: {message}");
        }
        assert_eq!(fields(&again), ["tue 17:00-09:00", "thu 09:10-10:00", "fri 09:00-"]);
    }
    assert_eq!(fields(&browser.get(HERE).await), ["wed 09:00-17:00"], "nothing was saved");
}

#[actix_web::test]
async fn filling_clearing_and_undoing_change_the_fields_and_nothing_else() {
    let site = Site::start().await;
    let ada = an_instructor(&site.store)
        .email("ada@example.com")
        .publishing(WEDNESDAY, "09:00-17:00")
        .publishing(date(2026, 7, 7), "08:00-10:00")
        .insert();
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    let typed = |deed: &'static str| [("do", deed), ("wed-from", "10:00"), ("wed-to", "18:00")];
    for (deed, filled) in [
        ("preset-weekends", &["wed 10:00-18:00", "sat 10:00-18:00", "sun 10:00-18:00"][..]),
        ("copy", &["tue 08:00-10:00"]),
        ("clear", &[]),
    ] {
        let shown = browser.submit(&page, HERE, &typed(deed)).await;
        assert!(shown.status == 200 && shown.text().contains("It is not saved yet."), "{}", shown.text());
        assert_eq!(fields(&shown), filled, "{deed}");
        let back = browser.submit(&shown, HERE, &[("do", "undo")]).await;
        assert_eq!(fields(&back), ["wed 10:00-18:00"], "{deed} undone");
    }
    assert_eq!(fields(&browser.get(HERE).await), ["wed 09:00-17:00"], "nothing was saved");
}

#[actix_web::test]
async fn a_standard_week_for_eight_weeks_ahead_takes_four_presses() {
    let site = Site::start().await;
    let ada = an_instructor(&site.store).email("ada@example.com").insert();
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(HERE).await;
    let filled = browser.submit(&page, HERE, &[("do", "preset-weekdays")]).await;
    let times: Vec<(String, String)> = ["mon", "tue", "wed", "thu", "fri"]
        .into_iter()
        .flat_map(|day| {
            [(format!("{day}-from"), "09:00".to_owned()), (format!("{day}-to"), "17:00".to_owned())]
        })
        .collect();
    assert_eq!(fields(&filled).len(), 5);
    let mut sent: Vec<(&str, &str)> =
        times.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.push(("do", "save"));
    let saved = browser.submit(&filled, HERE, &sent).await;
    assert!(browser.follow(saved).await.text().contains("40 hours more."));
    let preview = browser.get(&format!("{REPEAT}?week=2026-07-13&weeks=8&until=")).await;
    let text = preview.text();
    assert!(text.contains("8 weeks, Jul 20 \u{2013} Sep 13. 8 of them look different now"), "{text}");
    let done = browser.submit(&preview, REPEAT, &[]).await;
    let after = browser.follow(done).await;
    assert!(after.text().contains("The week is repeated until Sun, Sep 13: 8 weeks."), "{}", after.text());
    assert_eq!(fields(&browser.get(&format!("{HERE}?week=2026-09-07")).await).len(), 5);
    assert!(fields(&browser.get(&format!("{HERE}?week=2026-09-14")).await).is_empty());
    let again = browser.get(&format!("{REPEAT}?week=2026-07-13&until=2026-07-31")).await;
    assert!(
        again.text().contains("2 weeks, Jul 20\u{2013}31. They look like this already."),
        "{}",
        again.text()
    );
}

#[actix_web::test]
async fn the_preview_names_lessons_that_would_be_outside_and_an_empty_week() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let lesson = |day, hour| a_booking(&site.store).of(&tom).with(&ada).at(day, hour, 60).insert();
    let (_within, outside) = (lesson(date(2026, 7, 22), "10:00"), lesson(date(2026, 7, 23), "10:00"));
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get(&format!("{REPEAT}?week=2026-07-13&weeks=2")).await;
    let text = page.text();
    assert!(
        text.contains(
            "2 lessons in these weeks stay booked. Outside of the times above: Piano with Tom J., Thu, Jul 23"
        ),
        "{text}"
    );
    assert!(page.links().contains(&format!("/teach/bookings/{}", outside.id)));
    let empty = browser.get(&format!("{REPEAT}?week=2026-08-03&weeks=1")).await.text();
    assert!(empty.contains("This week has no free time"), "{empty}");
}

#[actix_web::test]
async fn a_week_that_was_changed_meanwhile_is_shown_beside_what_was_typed() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let (mine, other) = (site.browser_of(&ada.user).await, site.browser_of(&ada.user).await);
    let (page, elsewhere) = (mine.get(HERE).await, other.get(HERE).await);
    let theirs = [("do", "save"), ("fri-from", "07:00"), ("fri-to", "08:00")];
    assert_eq!(other.submit(&elsewhere, HERE, &theirs).await.status, 303);
    let typed = [("do", "save"), ("sat-from", "10:00"), ("sat-to", "11:00")];
    let conflict = mine.submit(&page, HERE, &typed).await;
    assert_eq!(conflict.status, 409);
    assert_eq!(fields(&conflict), ["sat 10:00-11:00"], "what was typed stays");
    assert!(conflict.text().contains("Fri, Jul 17 7:00\u{2013}8:00 AM"), "{}", conflict.text());
    assert!(conflict.links().contains(&format!("{HERE}?week=2026-07-13")), "the way to take theirs");
    let done = mine.submit(&conflict, HERE, &typed).await;
    assert_eq!(fields(&mine.follow(done).await), ["sat 10:00-11:00"], "saving again keeps mine");
    let preview = mine.get(&format!("{REPEAT}?week=2026-07-13&weeks=1")).await;
    let latest = other.get(HERE).await;
    assert_eq!(other.submit(&latest, HERE, &theirs).await.status, 303);
    let stale = mine.submit(&preview, REPEAT, &[]).await;
    assert!(mine.follow(stale).await.text().contains("The week was changed meanwhile."));
}

#[actix_web::test]
async fn days_that_have_passed_stay_as_they_are() {
    let site = Site::start().await;
    let ada = an_instructor(&site.store)
        .email("ada@example.com")
        .publishing(date(2026, 7, 7), "08:00-10:00")
        .insert();
    let browser = site.browser_of(&ada.user).await;
    let past = browser.get(&format!("{HERE}?week=2026-07-06")).await;
    let text = past.text();
    assert!(text.contains("This week has passed.") && text.contains("8:00\u{2013}10:00 AM"), "{text}");
    assert!(!past.body.contains("value=\"save\"") && fields(&past).is_empty());
    let sent = [("do", "save"), ("tue-from", "12:00"), ("tue-to", "13:00")];
    browser.submit(&past, HERE, &sent).await;
    let again = browser.get(&format!("{HERE}?week=2026-07-06")).await.text();
    assert!(again.contains("8:00\u{2013}10:00 AM") && !again.contains("12:00\u{2013}1:00 PM"), "{again}");
    for (query, words) in [
        ("week=2026-07-06&weeks=2", "A week that has passed cannot be repeated."),
        ("week=2026-07-13&until=2026-07-13", "Choose a date after this week."),
        ("week=2026-07-13&until=2028-07-13", "Choose a date within a year."),
    ] {
        let refused = browser.visit(&format!("{REPEAT}?{query}")).await.text();
        assert!(refused.contains(words), "{query}: {refused}");
    }
}

#[actix_web::test]
async fn the_editor_runs_the_same_transactions_however_full_the_week_is() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let browser = site.browser_of(&ada.user).await;
    let mut counts = Vec::new();
    for hour in ["10:00", "12:00"] {
        let _lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, hour, 60).insert();
        let before = site.transactions();
        browser.get(HERE).await;
        browser.get(&format!("{REPEAT}?week=2026-07-06&weeks=52")).await;
        counts.push(site.transactions() - before);
    }
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");
}
