//! Every page is rendered with all there can be and with as little as there can be: an undefined name in a template is a mistake
//! that only shows when it is rendered.

use instainstru_http::error::ErrorCode;
use serde::Serialize;

use super::{
    account::{
        delete::{Ahead, DeletePage},
        password::PasswordPage,
        show::AccountPage,
    },
    book::{
        ReviewPage, Summary,
        choice::Other,
        taken::{Similar, TakenPage},
    },
    catalogue::{CategoryPage, ServicesPage},
    home::{HomePage, OwnLessons, ShopWindow},
    lessons::{
        calendar::CalendarLinks,
        cancel::CancelPage,
        list::LessonsPage,
        reschedule::{MovePage, Moving},
        show::{Cancelled, LessonPage},
    },
    profile::{ProfilePage, ServiceFacts},
    recovery::{ForgotPage, ResetPage},
    search::{NearMiss, SearchPage},
    session::SessionPage,
    statics::{PAGES, StaticPage},
    styleguide::{Door, StyleguidePage},
};
use crate::{
    errors::ErrorPage,
    flash::{Flash, Tone},
    form::Form,
    local_path::LocalPath,
    templates::Templates,
    theme::Theme,
    view::{CategoryView, LessonCard, Link, Pagination, booker::Booker},
    visit::{Frame, Viewer},
};

/// Renders pages in every frame and remembers which.
pub(super) struct Press {
    templates: Templates,
    rendered: Vec<&'static str>,
}

impl Press {
    /// Renders a page with each of these models in each of the frames there are.
    pub(super) fn print<P: Serialize>(&mut self, name: &'static str, models: &[P]) {
        for model in models {
            for frame in frames() {
                let html = self
                    .templates
                    .page(name, &frame, model)
                    .unwrap_or_else(|error| panic!("{name}: {error:?}"));
                assert!(
                    html.contains("</html>") && !html.contains("{{") && !html.contains("{%"),
                    "{name}: {html}"
                );
                assert!(!html.contains("<script>alert"), "{name} shows text as markup");
            }
        }
        self.rendered.push(name);
    }
}

fn frames() -> [Frame; 4] {
    let nobody = Frame::of_nobody("/", Theme::Auto, false);
    let viewer = |is_instructor, is_admin| Viewer {
        id: 7,
        name: "<script>alert(1)</script> Jones".to_owned(),
        first_name: "<script>alert(1)</script>".to_owned(),
        email: "tom@example.com".to_owned(),
        is_instructor,
        is_admin,
    };
    let signed_in = |nav, viewer| Frame {
        user: Some(viewer),
        nav,
        csrf: "0".repeat(64),
        flash: Some(Flash { tone: Tone::Error, text: "<script>alert(1)</script>".to_owned() }),
        theme: Theme::Dark,
        year: 2026,
        styleguide: true,
        ..nobody.clone()
    };
    [
        signed_in("student", viewer(false, false)),
        signed_in("teach", viewer(true, false)),
        signed_in("admin", viewer(false, true)),
        nobody,
    ]
}

#[test]
fn every_page_renders_with_full_and_with_minimal_data() {
    let mut press = Press { templates: Templates::load(None).unwrap(), rendered: Vec::new() };
    let full = StyleguidePage::sample();
    let no_services =
        |category: &CategoryView| CategoryView { services: Vec::new(), total: 0, ..category.clone() };
    press.print(
        "pages/home.html",
        &[
            HomePage::default(),
            HomePage {
                window: ShopWindow {
                    categories: full.categories.clone(),
                    soon: full.cards.clone(),
                    trending: full.categories[0].services.clone(),
                },
                own: OwnLessons { upcoming: full.lessons.clone(), again: full.lessons.clone() },
            },
        ],
    );
    let script = "<script>alert(1)</script>";
    press.print(
        "pages/services.html",
        &[
            ServicesPage::default(),
            ServicesPage { q: script.to_owned(), ..ServicesPage::default() },
            ServicesPage { q: script.to_owned(), total: 3, categories: full.categories.clone() },
        ],
    );
    press.print(
        "pages/category.html",
        &[
            CategoryPage { category: no_services(&full.categories[0]), others: Vec::new() },
            CategoryPage { category: full.categories[0].clone(), others: full.categories.clone() },
        ],
    );
    let facts = ServiceFacts {
        name: script.to_owned(),
        rate_cents: 7_500,
        description: Some(script.to_owned()),
        levels: vec![script.to_owned()],
        ages: vec!["adults".to_owned()],
        requirements: Some(script.to_owned()),
    };
    let none_free = Booker {
        parts: Vec::new(),
        lengths: full.booker.lengths[..1].to_vec(),
        next_free: Some(("#times".to_owned(), "Friday, July 17".to_owned())),
        ..full.booker.clone()
    };
    press.print(
        "pages/profile.html",
        &[
            ProfilePage::default(),
            ProfilePage {
                service: Some(ServiceFacts::default()),
                booker: Some(none_free),
                ..ProfilePage::default()
            },
            ProfilePage {
                id: 7,
                name: script.to_owned(),
                bio: Some(script.to_owned()),
                areas: vec![script.to_owned()],
                years_experience: 1,
                notice: Some(script.to_owned()),
                services: vec![Link::new("?service=1", script).noted("$75").current(true)],
                service: Some(facts),
                booker: Some(full.booker.clone()),
                ..ProfilePage::default()
            },
            ProfilePage { booker: Some(Booker::default()), ..ProfilePage::default() },
        ],
    );
    let summary = Summary {
        with: script.to_owned(),
        service: script.to_owned(),
        when: script.to_owned(),
        price_cents: 7_500,
        ..Summary::default()
    };
    let mut typed =
        Form::filled([("note", script), ("meeting_location", script), ("location_type", "neutral")]);
    typed.refuse("note", script);
    press.print(
        "pages/book/review.html",
        &[true, false].map(|may_book| ReviewPage {
            summary: summary.clone(),
            form: if may_book { typed.view() } else { Form::default().view() },
            hidden: if may_book { vec![("key", script.to_owned())] } else { Vec::new() },
            may_book,
            next_query: "?next=%2F".to_owned(),
            policy: vec![script.to_owned()],
        }),
    );
    let other = Other { value: script.to_owned(), href: "/book/7".to_owned(), label: script.to_owned() };
    let similar = Similar {
        id: 8,
        name: script.to_owned(),
        profile_href: "/instructors/8-x".to_owned(),
        areas: script.to_owned(),
        price_cents: 8_000,
        action: "/book/8".to_owned(),
        href: "/book/8".to_owned(),
        hidden: Vec::new(),
    };
    press.print(
        "pages/book/taken.html",
        &[(0, 0), (2, 0), (2, 1)].map(|(others, hidden)| TakenPage {
            summary: summary.clone(),
            heading: script.to_owned(),
            text: script.to_owned(),
            verb: "Reserve",
            others: vec![other.clone(); others],
            hidden: vec![("note", script.to_owned()); hidden],
            similar: vec![
                Similar { hidden: vec![("note", script.to_owned()); hidden], ..similar.clone() };
                others
            ],
            search_href: "/search".to_owned(),
        }),
    );
    press.print(
        "pages/lessons/list.html",
        &[
            LessonsPage { tab: "past", ..LessonsPage::default() },
            LessonsPage { tab: "cancelled", ..LessonsPage::default() },
            LessonsPage::default(),
            LessonsPage {
                tabs: vec![Link::new("/lessons", script).noted("3").current(true)],
                tab: "upcoming",
                lessons: full.lessons.clone(),
                pagination: Pagination::new(2, 20, 41, |page| format!("?page={page}")),
                only_latest: Some(500),
            },
        ],
    );
    let lesson_pages = [
        LessonPage::default(),
        LessonPage {
            summary: summary.clone(),
            status: "confirmed",
            is_new: true,
            place: "At your place",
            address: Some(script.to_owned()),
            note: Some(script.to_owned()),
            instructor_note: Some(script.to_owned()),
            cancelled: Some(Cancelled { by: script.to_owned(), reason: script.to_owned() }),
            may_move: true,
            may_cancel: true,
            calendar: Some(CalendarLinks {
                file_href: "/lessons/7.ics".to_owned(),
                google_href: format!("https://calendar.google.com/?text={script}"),
            }),
            policy: vec![script.to_owned()],
            ..LessonPage::default()
        },
    ];
    press.print("pages/lessons/show.html", &lesson_pages);
    press.print("pages/lessons/print.html", &lesson_pages);
    let mut unclear = Form::filled([("reason", "other"), ("words", script)]);
    unclear.refuse("words", script);
    press.print(
        "pages/lessons/cancel.html",
        &[(Form::default(), false), (unclear, true)].map(|(form, may_move)| CancelPage {
            summary: summary.clone(),
            form: form.view(),
            reasons: CancelPage::reasons(),
            outcome: vec![script.to_owned()],
            may_move,
        }),
    );
    let moving = Moving {
        start: script.to_owned(),
        minutes: 60,
        when: script.to_owned(),
        price_cents: 7_500,
        back_href: "#".to_owned(),
    };
    press.print(
        "pages/lessons/move.html",
        &[(Some(full.booker.clone()), None), (None, Some(moving))].map(|(booker, moving)| MovePage {
            summary: summary.clone(),
            booker,
            moving,
            rules: "",
        }),
    );
    let filters = Form::filled([("area", script), ("sort", "price")]).view();
    let near = NearMiss { card: full.cards[0].clone(), differs: script.to_owned() };
    press.print(
        "pages/search.html",
        &[
            SearchPage::default(),
            SearchPage { text: script.to_owned(), typed: script.to_owned(), ..SearchPage::default() },
            SearchPage {
                text: script.to_owned(),
                filters: filters.clone(),
                kept: vec![("q", script.to_owned())],
                chips: vec![Link::new("/search", script), Link::new("", script)],
                summary: "21 offers".to_owned(),
                cards: full.cards.clone(),
                pagination: Pagination::new(2, 20, 41, |page| format!("?page={page}")),
                did_you_mean: vec![Link::new("/search", script)],
                ..SearchPage::default()
            },
            SearchPage {
                text: script.to_owned(),
                relaxations: vec![Link::new("/search", script).noted("3 offers")],
                near_misses: vec![near.clone(), near],
                ..SearchPage::default()
            },
        ],
    );
    let mut wrong = Form::filled([("email", script), ("full_name", script), ("role", "student")]);
    wrong.refuse("email", script);
    wrong.refuse("full_name", script);
    for name in ["pages/login.html", "pages/signup.html"] {
        press.print(
            name,
            &[
                SessionPage::new(&Form::default(), &LocalPath::or_home(None)),
                SessionPage::new(&wrong, &LocalPath::or_home(Some("/<script>alert(1)</script>"))),
            ],
        );
    }
    account_pages(&mut press, script, full.lessons.clone());
    super::admin::render_tests::print(&mut press);
    press.print("pages/error.html", &ErrorCode::ALL.map(ErrorPage::sample));
    for page in PAGES {
        press.print(page.template, &[StaticPage::new(Vec::new()), StaticPage::new(vec![script.to_owned()])]);
    }
    super::teach::render_tests::print(&mut press, &full);
    press.print("pages/styleguide/index.html", &[full]);
    press.print("pages/styleguide/door.html", &[Door { who: "students", name: script.to_owned() }]);

    let forgotten: Vec<&str> = press
        .templates
        .names()
        .filter(|name| name.starts_with("pages/") && !press.rendered.contains(name))
        .collect();
    assert_eq!(forgotten, [""; 0], "a page that no test renders");
}

/// Pages about somebody's own account.
fn account_pages(press: &mut Press, script: &str, lessons: Vec<LessonCard>) {
    let wrong = |fields: &[&'static str]| {
        let mut form = Form::filled(fields.iter().map(|field| (*field, script)));
        for field in fields {
            form.refuse(field, script);
        }
        form.view()
    };
    press.print(
        "pages/forgot_password.html",
        &[
            ForgotPage::default(),
            ForgotPage { form: wrong(&["email"]), is_sent: false },
            ForgotPage { is_sent: true, ..ForgotPage::default() },
        ],
    );
    press.print(
        "pages/reset_password.html",
        &[
            ResetPage::default(),
            ResetPage {
                form: wrong(&["password"]),
                token: script.to_owned(),
                owner: Some(script.to_owned()),
            },
        ],
    );
    press.print(
        "pages/account/show.html",
        &[
            AccountPage::default(),
            AccountPage {
                form: wrong(&["full_name"]),
                email: script.to_owned(),
                purpose: "Teaching",
                is_admin: true,
                since: script.to_owned(),
            },
        ],
    );
    press.print(
        "pages/account/password.html",
        &[
            PasswordPage::default(),
            PasswordPage { form: wrong(&["current_password", "new_password"]), email: script.to_owned() },
        ],
    );
    press.print(
        "pages/account/delete.html",
        &[
            DeletePage::default(),
            DeletePage {
                form: wrong(&["password", "cancel_upcoming"]),
                is_instructor: true,
                ahead: Ahead { count: Some("12 lessons".to_owned()), is_one: false, lessons, more: 7 },
            },
        ],
    );
}
