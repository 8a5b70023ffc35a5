//! A browser: it keeps cookies, follows redirects when told to, and fills the forms it finds in pages.

use std::{cell::RefCell, collections::BTreeMap};

use actix_web::{
    http::header::{self, HeaderMap},
    test::TestRequest,
};

use super::{html, world::Site};

/// A browser in front of a site.
pub struct Browser<'a> {
    site: &'a Site,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// What a browser shows.
pub struct Shown {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl<'a> Browser<'a> {
    pub fn new(site: &'a Site) -> Self {
        Self { site, cookies: RefCell::default() }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Shown {
        self.send(base(TestRequest::get()).uri(path)).await
    }

    /// Opens a page with a header besides.
    pub async fn get_with(&self, path: &str, name: &str, value: &str) -> Shown {
        self.send(base(TestRequest::get()).uri(path).insert_header((name, value))).await
    }

    /// Opens a page and whatever it leads on to.
    pub async fn visit(&self, path: &str) -> Shown {
        self.follow(self.get(path).await).await
    }

    /// Goes where a redirect leads, until there is a page.
    pub async fn follow(&self, shown: Shown) -> Shown {
        let mut shown = shown;
        for _ in 0..5 {
            let Some(next) = shown.location() else { return shown };
            shown = self.get(&next).await;
        }
        panic!("redirects without end")
    }

    /// Sends the form of `page` that changes something at `action`: its hidden fields as they are, and these values.
    pub async fn submit(&self, page: &Shown, action: &str, fields: &[(&str, &str)]) -> Shown {
        let opening = format!(
            "<form{}",
            page.body
                .split("<form")
                .skip(1)
                .find(|form| {
                    form.split('>').next().is_some_and(|tag| {
                        html::attribute_of(tag, "action").as_deref() == Some(action)
                            && html::attribute_of(tag, "method").as_deref() != Some("get")
                    })
                })
                .unwrap_or_else(|| panic!("no form to {action} on the page"))
        );
        let form = opening.split("</form>").next().unwrap();
        let hidden = html::tags(form, "<input ")
            .filter(|tag| html::attribute_of(tag, "type").as_deref() == Some("hidden"))
            .filter_map(|tag| Some((html::attribute_of(tag, "name")?, html::attribute_of(tag, "value")?)));
        let given = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let all: Vec<(String, String)> = hidden.chain(given).collect();
        self.post(action, &all).await
    }

    /// Sends a form as it is.
    pub async fn post(&self, path: &str, fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> Shown {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        self.send(base(TestRequest::post()).uri(path).set_form(fields)).await
    }

    /// Signs in with the password of the demo people.
    pub async fn sign_in(&self, email: &str) -> Shown {
        let page = self.get("/login").await;
        self.submit(
            &page,
            "/login",
            &[("email", email), ("password", instainstru_test_support::builders::PASSWORD)],
        )
        .await
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    async fn send(&self, request: TestRequest) -> Shown {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request;
        if !cookies.is_empty() {
            request = request.insert_header((header::COOKIE, cookies.join("; ")));
        }
        let shown = self.site.call(request.to_request()).await;
        for set in shown.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() || set.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        shown
    }
}

/// A request as browsers make it.
fn base(request: TestRequest) -> TestRequest {
    request.insert_header((header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8"))
}

impl Shown {
    /// Where a redirect leads.
    pub fn location(&self) -> Option<String> {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What people read.
    pub fn text(&self) -> String {
        html::visible_text(&self.body)
    }

    pub fn title(&self) -> String {
        html::text(html::between(&self.body, "<title>", "</title>").unwrap_or_default())
    }

    pub fn h1(&self) -> String {
        let heading = html::between(&self.body, "<h1", "</h1>").unwrap_or_default();
        html::visible_text(heading.split_once('>').map_or("", |(_, content)| content))
    }

    /// The addresses of all links, in order.
    pub fn links(&self) -> Vec<String> {
        html::attributes(&self.body, "<a ", "href")
    }

    /// The tags that begin with `opening`.
    pub fn tags(&self, opening: &str) -> Vec<String> {
        html::tags(&self.body, opening).map(str::to_owned).collect()
    }
}
