//! Becoming an instructor.

use instainstru_test_support::builders::{PASSWORD, a_booking, a_catalogue};

use crate::support::{Site, WEDNESDAY, instructor};

const HERE: &str = "/become-instructor";
const ABOUT: [(&str, &str); 5] = [
    ("bio", "I have taught the guitar for ten years."),
    ("years", "10"),
    ("areas", "Astoria"),
    ("notice", "2"),
    ("buffer", "0"),
];

#[actix_web::test]
async fn visitors_see_how_it_goes_and_where_to_begin() {
    let site = Site::start().await;
    let page = site.browser().get(HERE).await;
    assert_eq!(page.status, 200);
    assert!(page.links().contains(&"/signup?role=instructor&next=%2Fbecome-instructor".to_owned()));
    assert!(!page.body.contains("name=\"bio\""));
}

#[actix_web::test]
async fn a_student_becomes_an_instructor_step_by_step_and_may_come_back_any_time() {
    let site = Site::start().await;
    let _catalogue = a_catalogue(&site.store);
    let tom = site.student();
    let browser = site.browser_of(&tom).await;
    let first = browser.get(HERE).await;
    assert!(first.text().contains("Step 1 of 3: who you are"), "{}", first.text());
    assert!(first.text().contains("from then on this one cannot book lessons."), "{}", first.text());
    assert_eq!(browser.get("/teach").await.status, 403, "looking changes nothing");
    let wrong = browser.submit(&first, HERE, &[("bio", "Hi"), ("years", "10"), ("areas", " ")]).await;
    assert!(wrong.status == 422 && wrong.title().starts_with("Error: "), "{}", wrong.title());
    assert!(wrong.text().contains("Name at least one area"), "{}", wrong.text());
    assert_eq!(browser.get("/teach").await.status, 403, "a mistake changes nothing");
    let done = browser.submit(&wrong, HERE, &ABOUT).await;
    assert_eq!(done.location().as_deref(), Some(HERE));
    let second = browser.follow(done).await;
    assert!(second.text().contains("Step 2 of 3: what you teach"), "{}", second.text());
    let back = browser.get(&format!("{HERE}?step=1")).await;
    assert!(back.text().contains("I have taught the guitar for ten years."), "{}", back.text());
    assert!(!back.text().contains("cannot book lessons"), "that is decided");
    let terms = browser.get(&format!("{HERE}?service=guitar")).await;
    let unclear = browser.submit(&terms, HERE, &[("rate", "-")]).await;
    assert!(unclear.status == 422 && unclear.text().contains("Choose at least one length"));
    let saved = browser.submit(&unclear, HERE, &[("rate", "60"), ("lengths", "60")]).await;
    assert_eq!(saved.location().as_deref(), Some("/teach/availability"));
    let week = browser.follow(saved).await.text();
    assert!(week.contains("Guitar is saved. Last step: publish the times at which you teach."), "{week}");
    assert_eq!(browser.get(HERE).await.location().as_deref(), Some("/teach"), "there is nothing left");
    assert_eq!(browser.get("/lessons").await.status, 403, "who teaches does not book");
}

#[actix_web::test]
async fn a_student_with_lessons_ahead_is_told_before() {
    let site = Site::start().await;
    let (ada, tom) = (instructor(&site), site.student());
    let _lesson = a_booking(&site.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let text = site.browser_of(&tom).await.get(HERE).await.text();
    assert!(text.contains("You have 1 lesson ahead as a student"), "{text}");
}

#[actix_web::test]
async fn who_signs_up_to_teach_is_led_to_the_first_step() {
    let site = Site::start().await;
    let browser = site.browser();
    let form = browser.get("/signup?role=instructor").await;
    let fields = [
        ("role", "instructor"),
        ("full_name", "Ida Noddack"),
        ("email", "ida@example.com"),
        ("password", PASSWORD),
    ];
    let done = browser.submit(&form, "/signup", &fields).await;
    assert_eq!(done.location().as_deref(), Some(HERE));
    let page = browser.follow(done).await;
    assert!(page.text().contains("Step 1 of 3") && !page.text().contains("cannot book"), "{}", page.text());
    let done = browser.submit(&page, HERE, &ABOUT).await;
    assert!(browser.follow(done).await.text().contains("Step 2 of 3"));
    let unknown = browser.get(&format!("{HERE}?service=nonsense")).await;
    assert!(unknown.status == 200 && !unknown.body.contains("name=\"rate\""));
}

#[actix_web::test]
async fn nobody_saves_a_step_signed_out() {
    let site = Site::start().await;
    let browser = site.browser();
    let home = browser.get("/").await;
    let token = home.tags("<input type=\"hidden\" name=\"csrf\"")[0].split('"').nth(1).unwrap().to_owned();
    let asked = browser.post(HERE, &[("csrf", token.as_str()), ("step", "1")]).await;
    assert_eq!(asked.location().as_deref(), Some("/login?next=%2Fbecome-instructor"));
}
