//! The pages of instructors with all there can be and with as little as there can be.

use super::{
    bookings::{
        TaughtLesson,
        cancel::CancelTaughtPage,
        list::TaughtPage,
        show::{Cancelled, TaughtLessonPage},
    },
    today::{Share, Stat, Step, TodayPage},
};
use crate::{
    form::Form,
    pages::{book::Summary, render_tests::Press, styleguide::StyleguidePage},
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
