//! Services that are shown or not, and words that search knows.

use instainstru_test_support::builders::a_catalogue;

use super::token;
use crate::support::Site;

#[actix_web::test]
async fn a_service_is_hidden_from_the_catalogue_and_shown_again() {
    let site = Site::start().await;
    let piano = a_catalogue(&site.store).id("piano");
    let browser = site.browser_of(&site.admin()).await;
    assert!(site.browser().get("/services").await.text().contains("Piano"));
    let page = browser.get(&format!("/admin/catalogue/services/{piano}")).await;
    let done = browser.submit(&page, "/admin/catalogue", &[("do", "off")]).await;
    assert_eq!(done.location(), Some(format!("/admin/catalogue/services/{piano}")));
    let shown = browser.follow(done).await;
    assert!(shown.text().contains("Piano is switched off."), "{}", shown.text());
    assert!(!site.browser().get("/services").await.text().contains("Piano"));
    let done = browser.submit(&shown, "/admin/catalogue", &[("do", "on")]).await;
    assert!(browser.follow(done).await.text().contains("Piano is switched on."));
    assert!(site.browser().get("/services").await.text().contains("Piano"));
}

#[actix_web::test]
async fn services_are_listed_by_category_and_a_category_is_switched_whole() {
    let site = Site::start().await;
    let catalogue = a_catalogue(&site.store);
    let music = catalogue.category("music").id;
    let browser = site.browser_of(&site.admin()).await;
    let all = browser.get("/admin/catalogue").await;
    let address = format!("/admin/catalogue?category={music}");
    assert!(all.links().contains(&address) && all.text().contains("Piano"));
    let found = browser.get(&format!("{address}&q=piano")).await;
    assert!(found.text().contains("1 service"), "{}", found.text());
    assert!(browser.get(&format!("{address}&q=zither")).await.text().contains("No such service"));

    let page = browser.get(&address).await;
    let token = token(&page);
    let done = browser.submit(&page, "/admin/catalogue", &[("do", "off")]).await;
    assert_eq!(done.location().as_deref(), Some(address.as_str()));
    let shown = browser.follow(done).await.text();
    assert!(
        shown.contains("Music is switched off.") && shown.contains("Hidden with its category"),
        "{shown}"
    );
    assert_eq!(site.browser().get("/services/music").await.status, 404);
    let odd = browser.submit(&page, "/admin/catalogue", &[("do", "perhaps")]).await;
    assert_eq!(odd.status, 400);
    let id = music.to_string();
    let fields = [("do", "on"), ("category", &id), ("next", "//evil.example"), ("csrf", &token)];
    let back = browser.post("/admin/catalogue", &fields).await.location();
    assert_eq!(back.as_deref(), Some("/admin/catalogue"), "nobody is sent elsewhere");
}

#[actix_web::test]
async fn a_word_of_a_service_is_added_and_taken_away() {
    let site = Site::start().await;
    let piano = a_catalogue(&site.store).id("piano");
    let browser = site.browser_of(&site.admin()).await;
    let address = format!("/admin/catalogue/services/{piano}");
    let page = browser.get(&address).await;
    let add = |phrase, kind| [("do", "add"), ("phrase", phrase), ("kind", kind)];

    let wrong = browser.submit(&page, &address, &add("!", "")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.title().starts_with("Error: ") && wrong.text().contains("Choose what the word means"));

    let done = browser.submit(&page, &address, &add("Pianoforte", "synonym")).await;
    assert_eq!(done.location().as_deref(), Some(address.as_str()));
    let shown = browser.follow(done).await;
    assert!(shown.text().contains("pianoforte means exactly Piano edited here"), "{}", shown.text());
    let again = browser.submit(&shown, &address, &add("pianoforte", "synonym")).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("'pianoforte' already means"), "{}", again.text());

    let done = browser.submit(&shown, &address, &[("do", "remove")]).await;
    let gone = browser.follow(done).await.text();
    assert!(gone.contains("The word is taken away.") && !gone.contains("pianoforte"), "{gone}");
}

#[actix_web::test]
async fn a_phrase_is_given_any_meaning() {
    let site = Site::start().await;
    let catalogue = a_catalogue(&site.store);
    let (piano, music) = (catalogue.id("piano"), catalogue.category("music").id);
    let browser = site.browser_of(&site.admin()).await;
    let here = "/admin/catalogue/words";
    let service = format!("service-{piano}");
    let category = format!("category-{music}");
    for (phrase, kind, about, expected) in [
        ("concert grand", "hint", service.as_str(), "concert grand is near to Piano (Music)"),
        ("making noise", "category", category.as_str(), "making noise means the category Category: Music"),
        ("please", "weak", "", "please says nothing about what is meant"),
    ] {
        let page = browser.get(&format!("{here}?phrase=x")).await;
        let fields = [("do", "add"), ("phrase", phrase), ("kind", kind), ("about", about)];
        let done = browser.submit(&page, here, &fields).await;
        assert_eq!(done.location().as_deref(), Some(here), "{phrase}: {}", done.text());
        let shown = browser.follow(done).await.text();
        assert!(shown.contains(expected), "no {expected} in {shown}");
    }
    let page = browser.get(here).await;
    let fields = [("do", "add"), ("phrase", "thanks"), ("kind", "synonym"), ("about", "")];
    let wrong = browser.submit(&page, here, &fields).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Choose a service") && wrong.body.contains("value=\"thanks\""));
    let weak = browser.get(&format!("{here}?only=weak")).await.text();
    assert!(weak.contains("1 word") && weak.contains("please") && !weak.contains("concert grand"), "{weak}");
}
