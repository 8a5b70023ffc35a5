//! The pages of instructors with all there can be and with as little as there can be.

use super::{
    availability::{
        editor::{Booked, DayView, Fill, Theirs, WeekPage},
        repeat::{Outside, RepeatPage},
    },
    bookings::{
        TaughtLesson,
        cancel::CancelTaughtPage,
        list::TaughtPage,
        show::{Cancelled, TaughtLessonPage},
    },
    profile::{Choice, Fields, MyProfilePage},
    services::{
        Group, TermsFields,
        add::ServicePage,
        list::{Offered, ServicesPage},
    },
    stats::{StatsPage, TaughtService},
    time_off::{DayOff, TimeOffPage},
    today::{Share, Stat, Step, TodayPage},
};
use crate::{
    form::Form,
    pages::{
        book::Summary,
        onboarding::{Chosen, OnboardingPage},
        render_tests::Press,
        styleguide::StyleguidePage,
    },
    view::{Link, Pagination},
};

const SCRIPT: &str = "<script>alert(1)</script>";

/// Renders each page of this area.
pub(in crate::pages) fn print(press: &mut Press, full: &StyleguidePage) {
    press.print("pages/teach/closed.html", &[()]);
    let lessons: Vec<TaughtLesson> = full
        .lessons
        .iter()
        .zip([(true, false), (false, true), (false, false)])
        .map(|(card, (may_end, may_cancel))| TaughtLesson { card: card.clone(), may_end, may_cancel })
        .collect();
    today(press, &lessons);
    bookings(press, &lessons);
    availability(press);
    time_off(press);
    offering(press);
    stats(press, full);
}

fn choice() -> Choice {
    Choice { value: SCRIPT.to_owned(), label: SCRIPT.to_owned() }
}

fn time_off(press: &mut Press) {
    let mut wrong = Form::filled([("first", SCRIPT), ("reason", SCRIPT)]);
    wrong.refuse("first", SCRIPT);
    let day = |reason, lessons| DayOff { id: 7, date: SCRIPT.to_owned(), reason, lessons };
    press.print(
        "pages/teach/time_off.html",
        &[
            TimeOffPage::default(),
            TimeOffPage {
                form: wrong.view(),
                days: vec![
                    day(None, Vec::new()),
                    day(Some(SCRIPT.to_owned()), vec![Link::new("/teach/bookings/7", SCRIPT)]),
                ],
            },
        ],
    );
}

/// The profile, the services, and the way there.
fn offering(press: &mut Press) {
    let mut wrong = Form::filled([("bio", SCRIPT), ("areas", SCRIPT), ("rate", SCRIPT), ("lengths", SCRIPT)]);
    for field in ["bio", "notice", "rate", "lengths"] {
        wrong.refuse(field, SCRIPT);
    }
    let about = Fields { form: wrong.view(), notices: vec![choice()], buffers: vec![choice()] };
    let terms = TermsFields { form: wrong.view(), lengths: vec![choice()], price_hint: SCRIPT.to_owned() };
    press.print(
        "pages/teach/profile.html",
        &[
            MyProfilePage::default(),
            MyProfilePage {
                fields: about.clone(),
                public_href: Some("/instructors/7-ada-l".to_owned()),
                is_hidden: true,
            },
        ],
    );
    let offered = |description| Offered {
        href: "/teach/services/7".to_owned(),
        name: SCRIPT.to_owned(),
        rate_cents: 7_500,
        lengths: SCRIPT.to_owned(),
        description,
    };
    let groups = vec![Group { name: SCRIPT.to_owned(), services: vec![choice()] }];
    press.print(
        "pages/teach/services/list.html",
        &[
            ServicesPage::default(),
            ServicesPage {
                services: vec![offered(None), offered(Some(SCRIPT.to_owned()))],
                groups: groups.clone(),
            },
        ],
    );
    press.print(
        "pages/teach/services/edit.html",
        &[
            ServicePage::default(),
            ServicePage {
                name: SCRIPT.to_owned(),
                slug: Some(SCRIPT.to_owned()),
                version: Some(SCRIPT.to_owned()),
                fields: terms.clone(),
                ..ServicePage::default()
            },
        ],
    );
    let chosen = Chosen { slug: SCRIPT.to_owned(), name: SCRIPT.to_owned(), terms };
    let step = |step| OnboardingPage { step, ..OnboardingPage::default() };
    press.print(
        "pages/onboarding.html",
        &[
            step(0),
            step(1),
            step(2),
            OnboardingPage { warning: Some(SCRIPT.to_owned()), about, ..step(1) },
            OnboardingPage { groups, service: Some(chosen), ..step(2) },
        ],
    );
}

fn availability(press: &mut Press) {
    let pair = || (SCRIPT.to_owned(), SCRIPT.to_owned());
    let day = |is_past: bool| DayView {
        key: "mon",
        name: "Monday",
        date: "Jul 13".to_owned(),
        is_today: !is_past,
        is_past,
        off: Some(SCRIPT.to_owned()),
        typed: vec![pair()],
        was: SCRIPT.to_owned(),
        ranges: SCRIPT.to_owned(),
        booked: vec![Booked {
            range: "10:00-11:00".to_owned(),
            time: "10:00 AM".to_owned(),
            text: SCRIPT.to_owned(),
            href: "/teach/bookings/7".to_owned(),
        }],
    };
    let mut wrong = Form::default();
    wrong.refuse("mon", SCRIPT);
    press.print(
        "pages/teach/availability/week.html",
        &[
            WeekPage::default(),
            WeekPage { is_past: true, days: vec![DayView::default()], ..WeekPage::default() },
            WeekPage { theirs: Some(Theirs::default()), ..WeekPage::default() },
            WeekPage {
                week: "2026-07-13".to_owned(),
                title: "Jul 13".to_owned(),
                previous: Some("?week=1".to_owned()),
                next: Some("?week=2".to_owned()),
                this_week: Some("?week=3".to_owned()),
                form: wrong.view(),
                days: vec![day(true), day(false)],
                presets: vec![Fill { value: "x", label: SCRIPT, note: SCRIPT, line: SCRIPT.to_owned() }],
                copy: Some(pair()),
                unsaved: Some(SCRIPT),
                before: Some(SCRIPT.to_owned()),
                theirs: Some(Theirs { days: vec![pair()] }),
                hours: "40 hours".to_owned(),
                repeats: vec![Link::new("8", SCRIPT).current(true)],
                ..WeekPage::default()
            },
        ],
    );
    press.print(
        "pages/teach/availability/repeat.html",
        &[
            RepeatPage::default(),
            RepeatPage {
                pattern: vec![pair()],
                span: SCRIPT.to_owned(),
                changes: vec![pair()],
                outside: vec![Outside { href: "/teach/bookings/7".to_owned(), label: SCRIPT.to_owned() }],
                kept: Some(SCRIPT.to_owned()),
                ..RepeatPage::default()
            },
        ],
    );
}

fn today(press: &mut Press, lessons: &[TaughtLesson]) {
    press.print(
        "pages/teach/today.html",
        &[
            TodayPage::default(),
            TodayPage {
                date: "Monday, July 13".to_owned(),
                hidden: Some(SCRIPT),
                waiting: Some(SCRIPT.to_owned()),
                today: lessons.to_vec(),
                next: lessons.to_vec(),
                has_more: true,
                stats: vec![Stat { label: "Lessons ahead", value: "3".to_owned(), note: SCRIPT.to_owned() }],
                steps: vec![Step { href: "/teach/profile", label: SCRIPT, why: SCRIPT }],
                share: Some(Share {
                    href: "/instructors/7-ada-l".to_owned(),
                    url: SCRIPT.to_owned(),
                    name: SCRIPT.to_owned(),
                }),
            },
        ],
    );
}

fn bookings(press: &mut Press, lessons: &[TaughtLesson]) {
    let list = |tab| TaughtPage { tab, ..TaughtPage::default() };
    press.print(
        "pages/teach/bookings/list.html",
        &[
            list("upcoming"),
            list("waiting"),
            list("past"),
            list("cancelled"),
            TaughtPage {
                tabs: vec![Link::new("?tab=waiting", SCRIPT).noted("3").current(true)],
                lessons: lessons.to_vec(),
                pagination: Pagination::new(2, 20, 41, |page| format!("?page={page}")),
                only_latest: Some(500),
                ..list("waiting")
            },
        ],
    );
    let summary = Summary { with: SCRIPT.to_owned(), service: SCRIPT.to_owned(), ..Summary::default() };
    let mut typed = Form::filled([("note", SCRIPT), ("place", SCRIPT)]);
    typed.refuse("note", SCRIPT);
    press.print(
        "pages/teach/bookings/show.html",
        &[
            TaughtLessonPage::default(),
            TaughtLessonPage {
                summary: summary.clone(),
                status: "confirmed",
                student: SCRIPT.to_owned(),
                email: Some(SCRIPT.to_owned()),
                place: "At your place",
                address: Some(SCRIPT.to_owned()),
                note: Some(SCRIPT.to_owned()),
                cancelled: Some(Cancelled { by: SCRIPT.to_owned(), reason: SCRIPT.to_owned() }),
                may_end: true,
                may_cancel: true,
                may_note: true,
                form: typed.view(),
                ..TaughtLessonPage::default()
            },
            TaughtLessonPage { instructor_note: Some(SCRIPT.to_owned()), ..TaughtLessonPage::default() },
        ],
    );
    let mut unclear = Form::filled([("reason", "other"), ("words", SCRIPT)]);
    unclear.refuse("words", SCRIPT);
    press.print(
        "pages/teach/bookings/cancel.html",
        &[Form::default(), unclear].map(|form| CancelTaughtPage {
            summary: summary.clone(),
            form: form.view(),
            reasons: CancelTaughtPage::reasons(),
            outcome: vec![SCRIPT.to_owned()],
        }),
    );
}

fn stats(press: &mut Press, full: &StyleguidePage) {
    let service =
        TaughtService { name: SCRIPT.to_owned(), bookings: 3, completed: 1, earned: "$75".to_owned() };
    press.print(
        "pages/teach/stats.html",
        &[
            StatsPage::default(),
            StatsPage {
                tabs: vec![Link::new("/teach/stats?weeks=4", "4 weeks").current(true)],
                dates: "Jun 22 \u{2013} Jul 19".to_owned(),
                figures: vec![Stat { label: "Earned", value: "$75".to_owned(), note: SCRIPT.to_owned() }],
                charts: full.charts.clone(),
                busiest: full.heat.clone(),
                services: vec![service],
            },
        ],
    );
}
