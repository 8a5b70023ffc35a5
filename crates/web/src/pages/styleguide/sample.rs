//! Made-up people and times for the style guide. They are shown nowhere else.

use super::{Administration, StyleguidePage, TimesOfDay};
use crate::{
    assets,
    flash::{Flash, Tone},
    form::Form,
    pages::{
        admin::{
            Badge,
            audit::EntryView,
            jobs::RunView,
            search::{Proposal, QueryRow, Tally},
        },
        teach::{
            availability::editor::{Booked, DayView, Fill, WeekPage},
            bookings::TaughtLesson,
            profile::Choice,
            today::{Share, Stat},
        },
    },
    view::{
        CategoryView, Link, Pagination,
        booker::{Booker, Day, LengthChoice, PartOfDay, TimeButton},
        booking::LessonCard,
        card::{InstructorCard, TimeChip},
        catalogue::ServiceView,
        chart::{BarChart, HeatMap},
    },
    words,
};

impl StyleguidePage {
    /// One of everything.
    pub(crate) fn sample() -> Self {
        Self {
            categories: categories(),
            cards: vec![card(1, "Ada L.", 7_500, 3), card(2, "Grace H.", 12_050, 1), bare_card()],
            lessons: ["confirmed", "completed", "cancelled"].into_iter().enumerate().map(lesson).collect(),
            taught: taught(),
            administration: administration(),
            figures: [("Lessons ahead", "3", "after today"), ("Lessons taught", "42", "")]
                .map(|(label, value, note)| Stat { label, value: value.to_owned(), note: note.to_owned() })
                .into(),
            share: Share {
                href: "#teaching".to_owned(),
                url: "https://instainstru.example/instructors/1-ada-l".to_owned(),
                name: "Ada L.".to_owned(),
            },
            week: week(),
            boxes: ["30", "60", "90"]
                .map(|length| Choice { value: length.to_owned(), label: format!("{length} min") })
                .into(),
            charts: charts(),
            heat: heat(),
            chips: vec![
                Link::new("#chips", "Piano"),
                Link::new("#chips", "under $80"),
                Link::new("", "Astoria"),
            ],
            tabs: vec![
                Link::new("#tabs", "Upcoming").noted("3").current(true),
                Link::new("#tabs", "Past").noted("12"),
                Link::new("#tabs", "Cancelled"),
            ],
            pagination: Pagination::new(5, 20, 193, |page| format!("?page={page}#pagination")),
            days: days(),
            times: vec![
                TimesOfDay { heading: "Morning", times: ["9:00 AM", "10:15 AM"].map(chip).into() },
                TimesOfDay {
                    heading: "Afternoon",
                    times: ["12:30 PM", "2:00 PM", "4:45 PM"].map(chip).into(),
                },
            ],
            lengths: lengths(),
            booker: booker(),
            form: Form::filled([
                ("role", "student"),
                ("name", "Ada Lovelace"),
                ("level", "advanced"),
                ("lengths", "60"),
            ])
            .view(),
            wrong: wrong_form().view(),
            statuses: [
                "confirmed",
                "completed",
                "cancelled",
                "no-show",
                "pending",
                "active",
                "suspended",
                "deactivated",
            ],
            icons: icon_names(),
            messages: [
                Flash { tone: Tone::Success, text: "Your week is saved.".to_owned() },
                Flash { tone: Tone::Info, text: "Times are shown in Eastern Time.".to_owned() },
                Flash {
                    tone: Tone::Error,
                    text: "That time was just taken. Here are three others.".to_owned(),
                },
            ],
        }
    }
}

fn wrong_form() -> Form {
    let mut form = Form::filled([("bad_email", "ada@"), ("bad_note", "<script>alert(1)</script>")]);
    form.refuse("bad_email", "Enter an email address such as name@example.com");
    form.refuse("bad_role", "Choose whether you want to learn or to teach");
    form.refuse("bad_note", "Say it in ordinary characters");
    form
}

/// The ids of the symbols in the sprite.
fn icon_names() -> Vec<String> {
    let sprite = assets::named("icons.svg").map_or(&[][..], assets::Asset::plain);
    let text = String::from_utf8_lossy(sprite);
    let ids = text.split("<symbol id=\"").skip(1).filter_map(|symbol| symbol.split('"').next());
    ids.map(str::to_owned).collect()
}

fn categories() -> Vec<CategoryView> {
    [
        ("music", "Music", "music"),
        ("tutoring", "Tutoring", "book-open"),
        ("sports-fitness", "Sports & Fitness", "dumbbell"),
    ]
    .map(|(slug, name, icon)| CategoryView {
        slug: slug.to_owned(),
        name: name.to_owned(),
        description: None,
        icon,
        href: "#categories".to_owned(),
        services: ["Piano", "Guitar", "Voice"]
            .map(|service| service_view(&format!("{name}: {service}")))
            .into(),
        total: 47,
        total_text: "47 services".to_owned(),
    })
    .into()
}

fn service_view(name: &str) -> ServiceView {
    ServiceView {
        slug: words::slug(name),
        name: name.to_owned(),
        description: None,
        href: "#categories".to_owned(),
        instructors: 3,
        instructors_text: "3 instructors".to_owned(),
        price_text: None,
    }
}

fn chip(time: &str) -> TimeChip {
    TimeChip {
        repeats_day: false,
        href: "#times".to_owned(),
        day: "Tomorrow".to_owned(),
        time: time.to_owned(),
        datetime: "2026-07-15T18:00:00Z".to_owned(),
        label: "book Piano with Ada L. on Wednesday, July 15, 60 minutes, $75".to_owned(),
    }
}

fn card(id: i32, name: &str, rate_cents: i64, times: usize) -> InstructorCard {
    InstructorCard {
        id,
        href: "#cards".to_owned(),
        name: name.to_owned(),
        service: "Piano".to_owned(),
        rate_cents,
        areas: vec!["Upper West Side".to_owned(), "Astoria".to_owned()],
        bio: Some(
            "Conservatory-trained and patient: first notes, recitals, and everything between them."
                .to_owned(),
        ),
        years_experience: 12,
        times: ["2:00 PM", "3:15 PM", "6:00 PM"].into_iter().take(times).map(chip).collect(),
    }
}

/// Somebody who says nothing and has no time.
fn bare_card() -> InstructorCard {
    InstructorCard {
        areas: Vec::new(),
        bio: None,
        years_experience: 0,
        ..card(3, "A very long first name that wraps X.", 4_000, 0)
    }
}

fn lesson((number, status): (usize, &'static str)) -> LessonCard {
    LessonCard {
        id: 1,
        href: "#lessons".to_owned(),
        rebook_href: "#lessons".to_owned(),
        service: "Piano".to_owned(),
        with: "Ada L.".to_owned(),
        with_id: i32::try_from(number).unwrap_or_default(),
        day: "Tue, Jul 14".to_owned(),
        time: "2:00\u{2013}3:00 PM".to_owned(),
        datetime: "2026-07-14T18:00:00Z".to_owned(),
        price_cents: 7_500,
        status,
    }
}

fn days() -> Vec<Day> {
    [
        ("Mon", "13", "3 times"),
        ("Tue", "14", "6 times"),
        ("Wed", "15", "off"),
        ("Thu", "16", "booked"),
        ("Fri", "17", "2 times"),
    ]
    .map(|(weekday, day, note)| Day {
        href: note.ends_with("times").then(|| "#days".to_owned()),
        weekday: weekday.to_owned(),
        day: format!("Jul {day}"),
        note: note.to_owned(),
        more: if note.ends_with("times") { "from 9:00 AM".to_owned() } else { String::new() },
        current: day == "14",
    })
    .into()
}

fn lengths() -> Vec<LengthChoice> {
    [(30, 3_750, false), (60, 7_500, true), (90, 11_250, false)]
        .map(|(minutes, price_cents, current)| LengthChoice {
            minutes,
            label: words::length(minutes),
            price_cents,
            current,
        })
        .into()
}

fn booker() -> Booker {
    let button = |(value, time): (&str, &str)| TimeButton {
        value: value.to_owned(),
        time: time.to_owned(),
        label: "Piano with Ada L. on Tuesday, July 14, 60 minutes, $75".to_owned(),
    };
    Booker {
        action: "#booker".to_owned(),
        here: String::new(),
        hidden: vec![("date", "2026-07-14".to_owned())],
        days: days(),
        lengths: lengths(),
        heading: "3 times on Tuesday, July 14".to_owned(),
        parts: vec![
            PartOfDay {
                heading: "Morning",
                times: [("09:00", "9:00 AM"), ("10:15", "10:15 AM")].map(button).into(),
            },
            PartOfDay { heading: "Evening", times: [("18:00", "6:00 PM")].map(button).into() },
        ],
        next_free: None,
    }
}

fn taught() -> Vec<TaughtLesson> {
    let lessons = ["confirmed", "confirmed", "completed"].into_iter().enumerate().map(lesson);
    let deeds = [(true, false), (false, true), (false, false)];
    lessons
        .zip(deeds)
        .map(|(card, (may_end, may_cancel))| TaughtLesson { card, may_end, may_cancel })
        .collect()
}

fn week() -> WeekPage {
    let day = |key, name, date: &str| DayView { key, name, date: date.to_owned(), ..DayView::default() };
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let past =
        DayView { is_past: true, was: "9:00 AM\u{2013}5:00 PM".to_owned(), ..day("mon", "Monday", "Jul 13") };
    let booked = Booked {
        range: "10:00-11:00".to_owned(),
        time: "10:00\u{2013}11:00 AM".to_owned(),
        text: "Piano with Tom J.".to_owned(),
        href: "#week-editor".to_owned(),
    };
    let today = DayView {
        is_today: true,
        typed: vec![pair("09:00", "12:00"), pair("13:00", "17:00")],
        booked: vec![booked],
        ..day("tue", "Tuesday", "Jul 14")
    };
    let off = DayView { off: Some("Day off: Concert".to_owned()), ..day("wed", "Wednesday", "Jul 15") };
    let mut wrong = Form::default();
    wrong.refuse("tue", "Tuesday: a time must end after it begins");
    WeekPage {
        title: "Jul 13\u{2013}19".to_owned(),
        previous: Some("#week-editor".to_owned()),
        next: Some("#week-editor".to_owned()),
        form: wrong.view(),
        days: vec![past, today, off],
        presets: vec![Fill { value: "weekdays", label: "Weekdays", note: "9 to 5", line: String::new() }],
        copy: Some(pair("", "40 hours")),
        before: Some(String::new()),
        ..WeekPage::default()
    }
}

fn charts() -> Vec<BarChart> {
    let hours = |hours: u64| (hours, format!("{hours} h"));
    let weeks = [("Jun 29", 40, 12), ("Jul 6", 35, 0), ("Jul 13", 20, 18)];
    let group = |values: &dyn Fn(u64, u64) -> Vec<(u64, String)>| -> Vec<(String, Vec<(u64, String)>)> {
        weeks.iter().map(|(week, offered, booked)| ((*week).to_owned(), values(*offered, *booked))).collect()
    };
    let booked = group(&|_, booked| vec![hours(booked)]);
    let both = group(&|offered, booked| vec![hours(offered), hours(booked)]);
    [
        BarChart::new(("one-series", "Time booked by week"), "Week of", &["Booked"], booked),
        BarChart::new(
            ("two-series", "Time offered and booked by week"),
            "Week of",
            &["Offered", "Booked"],
            both,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn heat() -> Option<HeatMap> {
    let hours = ["9:00 AM", "10:00 AM", "11:00 AM"].map(ToOwned::to_owned);
    let rows = [("Monday", vec![1, 0, 4]), ("Tuesday", vec![2, 3, 0])];
    HeatMap::new(("heat-map", "Busiest hours"), "lesson", &hours, &rows)
}

fn administration() -> Administration {
    let entry = EntryView {
        datetime: "2026-07-15T14:00:00Z".to_owned(),
        at: "Jul 15, 2026, 10:00 AM".to_owned(),
        action: "account.switched_off",
        actor: Some(Link::new("#administration", "Account 1")),
        subject: Some(Link::new("#administration", "account 7")),
        facts: vec![("reason".to_owned(), "three complaints".to_owned())],
        address: Some("203.0.113.7".to_owned()),
    };
    let bare = EntryView {
        action: "login.failed",
        actor: None,
        subject: None,
        facts: Vec::new(),
        address: None,
        ..entry.clone()
    };
    Administration {
        badges: [
            Badge::good("Delivered"),
            Badge::waiting("Waiting"),
            Badge::bad("Given up"),
            Badge::plain("Discarded"),
        ],
        entries: vec![entry, bare],
        queries: vec![QueryRow {
            query: "harp lessons in astoria".to_owned(),
            tally: Tally { searches: 12, without_results: 12, not_understood: 0 },
            last: "Wed, Jul 15".to_owned(),
            href: "#administration".to_owned(),
            teach_href: "#administration".to_owned(),
            proposal: Some(Proposal {
                phrase: "harp".to_owned(),
                service: "Guitar".to_owned(),
                about: "service-2".to_owned(),
            }),
        }],
        run: RunView {
            badge: Badge::good("Succeeded"),
            cause: "on schedule",
            started: "Jul 15, 2026, 10:00 AM".to_owned(),
            ended: Some("Jul 15, 2026, 10:00 AM".to_owned()),
            report: Some("12 lessons reminded of".to_owned()),
        },
    }
}
