//! The figures of an instructor.

use instainstru_test_support::builders::{a_booking, an_instructor};
use jiff::civil::date;

use crate::support::{Site, TODAY, WEDNESDAY, instructor};

#[actix_web::test]
async fn a_new_instructor_is_told_how_figures_begin() {
    let site = Site::start().await;
    let new = an_instructor(&site.store).email("new@example.com").insert();
    let page = site.browser_of(&new.user).await.get("/teach/stats").await;
    assert!(page.text().contains("No figures yet"), "{}", page.text());
    assert!(page.links().contains(&"/teach/availability".to_owned()));
    assert!(!page.body.contains("chart-bars"), "nothing is drawn of nothing");
}

#[actix_web::test]
async fn figures_charts_and_tables_say_what_was_booked_and_earned() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let booking = || a_booking(&site.store).of(&tom).with(&ada);
    let _lessons = [
        booking().at(TODAY, "09:00", 60).completed().insert(),
        booking().at(date(2026, 7, 6), "09:00", 30).completed().insert(),
        booking().at(date(2026, 7, 7), "10:00", 60).cancelled().insert(),
        booking().at(date(2026, 7, 8), "10:00", 60).missed().insert(),
        booking().at(WEDNESDAY, "18:00", 60).insert(),
    ];
    let browser = site.browser_of(&ada.user).await;
    let page = browser.get("/teach/stats?weeks=4").await;
    let text = page.text();
    for expected in [
        "Jun 22 \u{2013} Jul 19",
        "Earned for 2 lessons $112.50",
        "Bookings 1 cancelled, 1 missed by students 5",
        "Students 1 came again 1",
        "Week of Jul 13: Earned $75",
        "Week of Earned Jun 22 $0 Jun 29 $0 Jul 6 $37.50 Jul 13 $75",
        "Jul 6 3 Jul 13 2",
        "Busiest: ",
        "Hour Mon Tue Wed Thu Fri Sat Sun 9:00 AM 2 0 0 0 0 0 0",
        "Piano 5 2 $112.50",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    // One bar for each week that has something.
    let chart = page.body.split("id=\"earned-title\"").nth(1).unwrap().split("</svg>").next().unwrap();
    assert_eq!(chart.matches("<rect").count(), 2, "{chart}");
    let today = browser.get("/teach").await;
    assert!(today.links().contains(&"/teach/stats".to_owned()), "the day leads here");
}

#[actix_web::test]
async fn other_spans_are_a_click_away_and_unknown_ones_are_the_usual() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let browser = site.browser_of(&ada.user).await;
    for (asked, dates) in [
        ("", "Apr 27 \u{2013} Jul 19"),
        ("?weeks=12", "Apr 27 \u{2013} Jul 19"),
        ("?weeks=52", "Jul 21 \u{2013} Jul 19"),
        ("?weeks=0", "Apr 27 \u{2013} Jul 19"),
        ("?weeks=53", "Apr 27 \u{2013} Jul 19"),
        ("?weeks=x", "Apr 27 \u{2013} Jul 19"),
    ] {
        let page = browser.get(&format!("/teach/stats{asked}")).await;
        assert_eq!(page.status, 200, "{asked}");
        assert!(page.text().contains(dates), "{asked}: {}", page.text());
    }
    let links = browser.get("/teach/stats").await.links();
    for weeks in [4, 12, 26, 52] {
        assert!(links.contains(&format!("/teach/stats?weeks={weeks}")), "{links:?}");
    }
}

#[actix_web::test]
async fn the_page_runs_the_same_transactions_however_many_lessons_there_are() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let browser = site.browser_of(&ada.user).await;
    let mut counts = Vec::new();
    for hour in ["10:00", "12:00"] {
        let _lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, hour, 60).insert();
        let before = site.transactions();
        browser.get("/teach/stats").await;
        counts.push(site.transactions() - before);
    }
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");
}
