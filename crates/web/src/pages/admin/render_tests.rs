//! The pages of administrators with all there can be and with as little as there can be.

use super::{
    Badge, Choice,
    accounts::{AccountRow, list::AccountsPage, show::AccountPage, switch::SwitchPage},
    alerts::{AlertView, AlertsPage, CountRow},
    analytics::{AnalyticsPage, Demand, DemandList, DemandRow, SoldService},
    audit::{AuditPage, EntryView},
    bookings::{
        BookingRow,
        cancel::CancelBookingPage,
        list::BookingsPage,
        show::{BookingPage, CalledOff},
    },
    catalogue::{
        AliasRow,
        list::{CataloguePage, CategoryRow, ServiceRow},
        service::EditedServicePage,
        words::{WordRow, WordsPage},
    },
    jobs::{JobView, JobsPage, RunView, RunsPage},
    limits::{KeyRow, LimitRow, LimitsPage},
    outbox::{DeliveryView, OutboxPage},
    overview::OverviewPage,
    search::{DayRow, Proposal, QualityPage, QueryRow, Tally},
};
use crate::{
    form::{Form, FormView},
    pages::{render_tests::Press, teach::today::Stat},
    view::{Link, Pagination, chart::BarChart},
};

const SCRIPT: &str = "<script>alert(1)</script>";

/// Renders each page of this area.
pub(in crate::pages) fn print(press: &mut Press) {
    overview(press);
    accounts(press);
    operation(press);
    alerts(press);
    limits(press);
    search(press);
    catalogue(press);
    bookings(press);
    analytics(press);
}

fn text() -> String {
    SCRIPT.to_owned()
}

fn choices() -> Vec<Choice> {
    vec![Choice::new("", "All"), Choice::new(SCRIPT, SCRIPT)]
}

fn wrong(fields: &[&'static str]) -> FormView {
    let mut form = Form::filled(fields.iter().map(|field| (*field, SCRIPT)));
    for field in fields {
        form.refuse(field, SCRIPT);
    }
    form.view()
}

fn pagination() -> Option<Pagination> {
    Pagination::new(2, 20, 41, |page| format!("?page={page}"))
}

fn run(badge: Badge, full: bool) -> RunView {
    RunView { badge, cause: "on schedule", started: text(), ended: full.then(text), report: full.then(text) }
}

fn jobs() -> Vec<JobView> {
    let job = |latest, requested| JobView {
        name: "reminders",
        about: "Reminds people of lessons",
        schedule: text(),
        next: text(),
        requested,
        latest,
        href: "/admin/jobs/reminders".to_owned(),
    };
    vec![
        job(None, None),
        job(Some(run(Badge::waiting("Running"), false)), Some(text())),
        job(Some(run(Badge::bad("Failed"), true)), None),
    ]
}

fn entries() -> Vec<EntryView> {
    let bare = EntryView {
        datetime: "2026-07-13T12:00:00Z".to_owned(),
        at: text(),
        action: "login.failed",
        actor: None,
        subject: None,
        facts: Vec::new(),
        address: None,
    };
    let full = EntryView {
        actor: Some(Link::new("/admin/users/7", SCRIPT)),
        subject: Some(Link::new("", SCRIPT)),
        facts: vec![(text(), text())],
        address: Some(text()),
        ..bare.clone()
    };
    vec![bare, full]
}

fn overview(press: &mut Press) {
    press.print(
        "pages/admin/overview.html",
        &[
            OverviewPage::default(),
            OverviewPage {
                accounts: 12,
                instructors: 3,
                switched_off: 1,
                waiting: 4,
                oldest: Some(text()),
                dead: 2,
                searches: tally(),
                jobs: jobs(),
                entries: entries(),
            },
        ],
    );
}

fn account(badge: Badge) -> AccountRow {
    AccountRow {
        id: 7,
        href: "/admin/users/7".to_owned(),
        name: text(),
        email: text(),
        side: "Instructor",
        is_admin: true,
        badge,
        since: text(),
    }
}

fn accounts(press: &mut Press) {
    press.print(
        "pages/admin/accounts/list.html",
        &[
            AccountsPage::default(),
            AccountsPage { is_narrowed: true, here: "/admin/users", ..AccountsPage::default() },
            AccountsPage {
                heading: "Accounts",
                tabs: vec![Link::new("/admin/users", SCRIPT).current(true)],
                here: "/admin/users",
                filter: Form::filled([("q", SCRIPT), ("role", "student"), ("state", "active")]).view(),
                has_roles: true,
                is_narrowed: true,
                summary: text(),
                accounts: vec![account(Badge::good("Active")), account(Badge::bad("Switched off"))],
                pagination: pagination(),
                roles: choices(),
                states: choices(),
            },
        ],
    );
    press.print(
        "pages/admin/accounts/show.html",
        &[true, false].map(|full| AccountPage {
            account: account(Badge::plain("Deleted")),
            profile_href: full.then(text),
            may_switch_off: full,
            may_switch_on: full,
            entries: if full { entries() } else { Vec::new() },
            audit_href: "/admin/audit".to_owned(),
        }),
    );
    press.print(
        "pages/admin/accounts/switch.html",
        &[true, false].map(|full| SwitchPage {
            account: account(Badge::good("Active")),
            form: if full { wrong(&["reason"]) } else { FormView::default() },
            action: "/admin/users/7/switch-off".to_owned(),
            is_off: full,
            outcome: if full { vec![SCRIPT] } else { Vec::new() },
        }),
    );
}

/// Events, jobs and the audit log.
fn operation(press: &mut Press) {
    let delivery = |full: bool| DeliveryView {
        id: 7,
        event: "booking.confirmed",
        about: Link::new(if full { "/admin/users/7" } else { "" }, SCRIPT),
        consumer: text(),
        badge: Badge::bad("Given up"),
        attempts: text(),
        created: text(),
        next: full.then(text),
        settled: full.then(text),
        error: full.then(text),
        may_retry: full,
        may_discard: full,
    };
    let empty = |state| OutboxPage { state, ..OutboxPage::default() };
    press.print(
        "pages/admin/outbox.html",
        &[
            empty("dead"),
            empty("pending"),
            empty("delivered"),
            OutboxPage {
                tabs: vec![Link::new("/admin/outbox", SCRIPT).noted("3").current(true)],
                state: "dead",
                oldest: Some(text()),
                deliveries: vec![delivery(true), delivery(false)],
                first_href: Some("/admin/outbox".to_owned()),
                next_href: Some("/admin/outbox?after=7".to_owned()),
            },
        ],
    );
    press.print("pages/admin/jobs.html", &[JobsPage::default(), JobsPage { jobs: jobs() }]);
    for job in jobs() {
        let runs = job.latest.clone().into_iter().collect();
        press.print("pages/admin/job.html", &[RunsPage { job, runs }]);
    }
    press.print(
        "pages/admin/audit.html",
        &[
            AuditPage::default(),
            AuditPage { is_narrowed: true, ..AuditPage::default() },
            AuditPage {
                filter: wrong(&["actor", "action", "since"]),
                actions: choices(),
                is_narrowed: true,
                entries: entries(),
                newest_href: Some("/admin/audit".to_owned()),
                older_href: Some("/admin/audit?after=7".to_owned()),
            },
        ],
    );
}

fn alerts(press: &mut Press) {
    let alert = |full: bool| AlertView {
        kind: "extremely_slow_query",
        badge: if full { Badge::bad("Critical") } else { Badge::waiting("Warning") },
        message: text(),
        raised: text(),
        ago: text(),
        acknowledged: full.then(text),
        is_mailed: full,
        issue: full.then(|| "https://github.com/studio/shop/issues/7".to_owned()),
        facts: if full { vec![(text(), text())] } else { Vec::new() },
    };
    let count = || vec![CountRow { label: text(), count: 3 }];
    press.print(
        "pages/admin/alerts.html",
        &[
            AlertsPage::default(),
            AlertsPage {
                open: vec![alert(true), alert(false)],
                total: 12,
                kinds: count(),
                days: count(),
                tabs: vec![Link::new("/admin/alerts", SCRIPT).current(true)],
                alerts: vec![alert(true), alert(false)],
            },
        ],
    );
}

fn limits(press: &mut Press) {
    press.print(
        "pages/admin/limits.html",
        &[
            LimitsPage::default(),
            LimitsPage { is_on: true, ..LimitsPage::default() },
            LimitsPage {
                is_on: true,
                keys: 12,
                alone: 3,
                limits: vec![LimitRow { name: text(), keys: 2 }],
                top: vec![KeyRow { limit: text(), who: text(), requests: 42, seconds: 17 }],
            },
        ],
    );
}

fn bookings(press: &mut Press) {
    let row = |status| BookingRow {
        href: "/admin/bookings/7".to_owned(),
        service: text(),
        when: text(),
        datetime: "2026-07-13T12:00:00Z".to_owned(),
        status,
        student: Link::new("/admin/users/7", SCRIPT),
        instructor: Link::new("/admin/users/8", SCRIPT),
        price_cents: 7_500,
    };
    press.print(
        "pages/admin/bookings/list.html",
        &[
            BookingsPage::default(),
            BookingsPage { is_narrowed: true, filter: wrong(&["person", "from"]), ..BookingsPage::default() },
            BookingsPage {
                filter: FormView::default(),
                states: choices(),
                is_narrowed: true,
                summary: text(),
                bookings: ["confirmed", "completed", "cancelled", "no_show", "pending"].map(row).into(),
                pagination: pagination(),
            },
        ],
    );
    let page = |status, full: bool| BookingPage {
        number: 7,
        booking: row(status),
        student_email: text(),
        instructor_email: text(),
        length: text(),
        booked_at: text(),
        ended_at: full.then(text),
        cancelled: full.then(|| CalledOff { by: "the student", at: text(), reason: text() }),
        may_cancel: !full,
    };
    press.print("pages/admin/bookings/show.html", &[page("confirmed", false), page("cancelled", true)]);
    press.print(
        "pages/admin/bookings/cancel.html",
        &[true, false].map(|full| CancelBookingPage {
            booking: row("confirmed"),
            form: if full { wrong(&["reason"]) } else { FormView::default() },
            outcome: if full { vec![text()] } else { Vec::new() },
        }),
    );
}

fn analytics(press: &mut Press) {
    let demand = |services: usize| Demand {
        at: text(),
        lists: vec![DemandList {
            id: "needed",
            heading: "Instructors are needed",
            empty: "None.",
            services: vec![
                DemandRow {
                    service: Link::new("/admin/catalogue/services/7", SCRIPT),
                    score: text(),
                    searches: 3,
                    bookings: 2,
                    instructors: 1,
                };
                services
            ],
        }],
    };
    let bars = || BarChart::new(("x", "X"), "Day", &["X"], vec![(text(), vec![(1, text())])]);
    press.print(
        "pages/admin/analytics.html",
        &[
            AnalyticsPage::default(),
            AnalyticsPage { demand: Some(demand(0)), trouble: Some(text()), ..AnalyticsPage::default() },
            AnalyticsPage {
                tabs: vec![Link::new("/admin/analytics?days=7", "7 days").current(true)],
                dates: text(),
                figures: vec![Stat { label: "Revenue", value: text(), note: text() }],
                charts: bars().into_iter().collect(),
                services: vec![SoldService {
                    service: Link::new("/admin/catalogue/services/7", SCRIPT),
                    bookings: 3,
                    completed: 2,
                    cancelled: 1,
                    revenue: text(),
                }],
                demand: Some(demand(1)),
                trouble: None,
            },
        ],
    );
}

const fn tally() -> Tally {
    Tally { searches: 12, without_results: 3, not_understood: 1 }
}

fn search(press: &mut Press) {
    let row = |proposed: bool| QueryRow {
        query: text(),
        tally: tally(),
        last: text(),
        href: "/search".to_owned(),
        teach_href: "/admin/catalogue/words".to_owned(),
        proposal: proposed.then(|| Proposal {
            phrase: text(),
            service: text(),
            about: "service-7".to_owned(),
        }),
    };
    press.print(
        "pages/admin/search.html",
        &[
            QualityPage::default(),
            QualityPage {
                tabs: vec![Link::new("/admin/search?days=7", "7 days").current(true)],
                total: tally(),
                days: vec![DayRow { date: text(), tally: tally() }],
                without_results: vec![row(true), row(false)],
                not_understood: vec![row(true)],
            },
        ],
    );
}

fn catalogue(press: &mut Press) {
    let category = |is_active| CategoryRow { id: 7, name: text(), is_active, badge: Badge::good("Shown") };
    let service = |is_active| ServiceRow {
        id: 7,
        href: "/admin/catalogue/services/7".to_owned(),
        name: text(),
        category: text(),
        is_active,
        badge: Badge::bad("Switched off"),
        words: text(),
        is_own: is_active,
    };
    press.print(
        "pages/admin/catalogue/list.html",
        &[
            CataloguePage::default(),
            CataloguePage { is_narrowed: true, category: Some(category(false)), ..CataloguePage::default() },
            CataloguePage {
                tabs: vec![Link::new("/admin/catalogue", SCRIPT).noted("off").current(true)],
                category: Some(category(true)),
                filter: Form::filled([("q", SCRIPT)]).view(),
                is_narrowed: true,
                summary: text(),
                services: vec![service(true), service(false)],
                pagination: pagination(),
            },
        ],
    );
    let alias = |is_own| AliasRow { id: 7, phrase: text(), meaning: "means exactly", is_own };
    press.print(
        "pages/admin/catalogue/service.html",
        &[true, false].map(|full| EditedServicePage {
            id: 7,
            here: "/admin/catalogue/services/7".to_owned(),
            name: text(),
            category: text(),
            description: full.then(text),
            usual_price: full.then(text),
            is_active: full,
            badge: Badge::good("Shown"),
            terms: if full { vec![text(), text()] } else { Vec::new() },
            aliases: if full { vec![alias(true), alias(false)] } else { Vec::new() },
            form: if full { wrong(&["phrase", "kind"]) } else { FormView::default() },
            kinds: EditedServicePage::kinds(),
        }),
    );
    let word = |about| WordRow { alias: alias(true), about };
    press.print(
        "pages/admin/catalogue/words.html",
        &[
            WordsPage::default(),
            WordsPage { is_narrowed: true, ..WordsPage::default() },
            WordsPage {
                filter: Form::filled([("q", SCRIPT), ("only", SCRIPT)]).view(),
                only: choices(),
                is_narrowed: true,
                summary: text(),
                words: vec![
                    word(None),
                    word(Some(Link::new("", SCRIPT))),
                    word(Some(Link::new("/admin/catalogue/services/7", SCRIPT))),
                ],
                pagination: pagination(),
                form: wrong(&["phrase", "kind", "about"]),
                kinds: choices(),
                abouts: choices(),
            },
        ],
    );
}
