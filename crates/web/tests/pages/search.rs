//! Who can teach what was asked for.

use instainstru_core::length::LessonLength;
use instainstru_domain::{
    instructor::Instructor,
    ports::instructor_search::{
        SearchAnswer, SearchChip, SearchMatch, SearchNearMiss, SearchRelaxation, SearchSlot, SearchStart,
    },
    search_history::SearchVia,
};
use instainstru_test_support::builders::an_instructor;

use crate::support::{Site, WEDNESDAY, instructor};

fn chip(slot: SearchSlot, value: &str, bytes: std::ops::Range<usize>) -> SearchChip {
    SearchChip {
        slot,
        value: value.to_owned(),
        text: value.to_owned(),
        start: bytes.start,
        end: bytes.end,
        corrected_from: None,
        removable: true,
        alternatives: Vec::new(),
    }
}

/// The first service of somebody, free for an hour at these starts.
fn an_hour_of_piano(ada: &Instructor, starts: &[&str]) -> SearchMatch {
    let start = |time: &&str| SearchStart { date: WEDNESDAY, time: time.parse().unwrap() };
    SearchMatch {
        service: "piano".to_owned(),
        instructor: ada.user.id,
        offer: ada.services[0].id,
        score: 50.0,
        relevance: 1.0,
        why: Vec::new(),
        length: LessonLength::from_minutes(60).unwrap(),
        next_starts: starts.iter().map(start).collect(),
    }
}

#[actix_web::test]
async fn results_are_one_press_from_the_review_and_name_their_price() {
    let site = Site::start().await;
    let ada = instructor(&site);
    site.oracle.finds(&[(&ada, WEDNESDAY, "09:00")]);
    let page = site.browser().get("/search?q=piano").await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("1 offer") && text.contains("Ada L.") && text.contains("$75"), "{text}");
    let (id, service) = (ada.user.id, ada.services[0].id);
    for link in [
        format!("/book/{id}?service={service}&date=2026-07-15&time=09:00&duration=30"),
        format!("/instructors/{id}-ada-l?service={service}"),
    ] {
        assert!(page.links().contains(&link), "{link}: {:?}", page.links());
    }
}

#[actix_web::test]
async fn a_card_offers_the_next_times_in_the_length_that_was_asked_for() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let starts = ["09:00", "10:00", "11:00"];
    let found = an_hour_of_piano(&ada, &starts);
    site.oracle.says(SearchAnswer { total: 1, matches: vec![found], ..SearchAnswer::default() });
    let page = site.browser().get("/search?q=piano+60+minutes").await;
    let book = format!("/book/{}?service={}&date=2026-07-15", ada.user.id, ada.services[0].id);
    let times: Vec<_> = page.links().into_iter().filter(|link| link.starts_with("/book/")).collect();
    assert_eq!(times, starts.map(|time| format!("{book}&time={time}&duration=60")));
}

#[actix_web::test]
async fn what_was_understood_can_be_taken_away_piece_by_piece() {
    let site = Site::start().await;
    site.oracle.says(SearchAnswer {
        chips: vec![
            chip(SearchSlot::Service, "Piano", 0..5),
            chip(SearchSlot::Price, "under $80", 6..15),
            chip(SearchSlot::Place, "Astoria", 19..26),
        ],
        ..SearchAnswer::default()
    });
    let page = site.browser().get("/search?q=piano+under+%2480&area=Astoria").await;
    for less in
        ["/search?q=under+%2480&area=Astoria", "/search?q=piano&area=Astoria", "/search?q=piano+under+%2480"]
    {
        assert!(page.links().contains(&less.to_owned()), "{less}: {:?}", page.links());
    }
}

#[actix_web::test]
async fn there_are_twenty_on_a_page_and_links_to_the_others() {
    let site = Site::start().await;
    let people: Vec<_> = (0..23)
        .map(|n| {
            let name = format!("Person {n:02}");
            an_instructor(&site.store).named(&name).offering("piano", 5_000 + n * 100, &[60]).insert()
        })
        .collect();
    site.oracle.finds(&people.iter().map(|it| (it, WEDNESDAY, "15:00")).collect::<Vec<_>>());
    // The oracle gives no more than it is asked for, and says how many there are.
    let browser = site.browser();
    let first = browser.get("/search?q=piano&sort=price-desc").await;
    assert_eq!(first.body.matches("<article").count(), 20);
    assert!(first.text().contains("23 offers"), "{}", first.text());
    let dearest = first.text().find("$72").unwrap();
    assert!(first.text().find("$71").unwrap() > dearest, "the dearest first");
    let second = "/search?q=piano&sort=price-desc&page=2";
    assert!(first.links().contains(&second.to_owned()), "{:?}", first.links());
    assert_eq!(browser.get(second).await.body.matches("<article").count(), 3);
    assert_eq!(browser.get("/search?q=piano&page=99").await.body.matches("<article").count(), 3);
}

#[actix_web::test]
async fn nothing_found_is_no_dead_end() {
    let site = Site::start().await;
    let ada = instructor(&site);
    let found = an_hour_of_piano(&ada, &[]);
    site.oracle.says(SearchAnswer {
        chips: vec![chip(SearchSlot::Service, "Piano", 0..5), chip(SearchSlot::Price, "under $20", 6..15)],
        relaxations: vec![
            SearchRelaxation { slot: SearchSlot::Price, change: "any price".to_owned(), count: 3 },
            SearchRelaxation { slot: SearchSlot::Price, change: "up to $75".to_owned(), count: 2 },
        ],
        near_misses: vec![SearchNearMiss { found, differs: "costs $75".to_owned() }],
        did_you_mean: vec!["Pilates".to_owned()],
        ..SearchAnswer::default()
    });
    site.oracle.counts("piano", 3);
    site.oracle.counts("piano up to $75", 2);
    let page = site.browser().get("/search?q=piano+under+%2420").await;
    let text = page.text();
    assert!(text.contains("Nobody fits all of that") && text.contains("any price 3 offers"), "{text}");
    assert!(text.contains("Almost what you asked for") && text.contains("costs $75"), "{text}");
    assert!(text.contains("up to $75 2 offers"), "{text}");
    for way_on in ["/search?q=piano", "/search?q=piano+up+to+%2475", "/search?q=Pilates"] {
        assert!(page.links().contains(&way_on.to_owned()), "{:?}", page.links());
    }
    site.oracle.says(SearchAnswer::default());
    let nothing = site.browser().get("/search?q=zzz").await;
    assert!(nothing.body.split("<main").nth(1).unwrap().contains("href=\"/services\""));
    assert_eq!(site.browser().get("/search").await.status, 200, "nothing asked is no mistake");
}

#[actix_web::test]
async fn filters_stay_as_they_were_set() {
    let site = Site::start().await;
    let page = site
        .browser()
        .get("/search?service=piano&max=80&when=tomorrow&sort=price&area=%22%3E%3Cscript%3E")
        .await;
    assert!(page.body.contains("value=\"80\"") && page.body.contains("<option value=\"tomorrow\" selected>"));
    assert!(page.body.contains("<input type=\"hidden\" name=\"service\" value=\"piano\">"));
    assert!(!page.body.contains("\"><script>"), "{}", page.body);
    assert!(page.h1().contains("tomorrow in \"><script> under $80"), "{}", page.h1());
}

#[actix_web::test]
async fn results_are_read_in_the_same_transactions_however_many_there_are() {
    let site = Site::start().await;
    let browser = site.browser();
    let mut counts = Vec::new();
    for people in [1, 15] {
        let found: Vec<_> = (0..people)
            .map(|n| {
                let name = format!("Person {n}");
                an_instructor(&site.store).named(&name).offering("piano", 5_000, &[60]).insert()
            })
            .collect();
        site.oracle.finds(&found.iter().map(|it| (it, WEDNESDAY, "15:00")).collect::<Vec<_>>());
        let before = site.transactions();
        browser.get("/search?q=piano").await;
        counts.push(site.transactions() - before);
    }
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");
}

#[actix_web::test]
async fn what_people_ask_is_noted_and_what_pages_ask_is_not() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    site.oracle.finds(&[(&ada, WEDNESDAY, "09:00")]);
    let (visitor, browser) = (site.browser(), site.browser_of(&tom).await);
    visitor.get("/search?q=Piano").await;
    browser.get("/search?q=jazz+%20piano").await;
    // Looking on is not searching again, nor is what a page offers by itself.
    for path in
        ["/search?q=jazz+piano&sort=price", "/search?q=jazz+piano&page=2", "/search", "/", "/services"]
    {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    let expected = [
        ("piano".to_owned(), None, SearchVia::Page),
        ("jazz piano".to_owned(), Some(tom.id), SearchVia::Page),
    ];
    assert_eq!(site.notebook.searches(), expected);
}
