//! What the marketplace books and earns, and where students wait for instructors: the figures of the analytics, drawn and as
//! tables.

use actix_web::web;
use instainstru_core::money::Cents;
use instainstru_domain::{
    account::User,
    analytics::{AnalyticsReport, LookBack, MarketFigures, ReportLine, RunOutcome},
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::analytics::MarketAnalytics;
use serde::{Deserialize, Serialize};

use crate::{
    guards::Admin,
    pages::teach::today::Stat,
    view::{
        Link,
        chart::{BarChart, Value},
        links,
    },
    visit::PageResult,
    words,
};

const HERE: &str = "/admin/analytics";
/// How many days can be asked for, and how that is said.
const SPANS: [(u16, &str); 4] = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "A year")];
/// Up to so many days there is a bar for each; then for each week.
const DAILY: u16 = 30;

/// How far back figures go. What nobody offers is read as the usual.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Asked {
    days: String,
}

impl Asked {
    fn window(&self) -> LookBack {
        self.days.parse().ok().and_then(|days| LookBack::from_days(days).ok()).unwrap_or(LookBack::DAILY)
    }
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct AnalyticsPage {
    pub(crate) tabs: Vec<Link>,
    /// Such as `Jun 16 – Jul 15`.
    pub(crate) dates: String,
    pub(crate) figures: Vec<Stat>,
    pub(crate) charts: Vec<BarChart>,
    pub(crate) services: Vec<SoldService>,
    /// What the last run of the daily analytics says; nothing before the first one.
    pub(crate) demand: Option<Demand>,
    /// The last run when it did not succeed: why not.
    pub(crate) trouble: Option<String>,
}

/// What was booked of a service.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SoldService {
    pub(crate) service: Link,
    pub(crate) bookings: u32,
    pub(crate) completed: u32,
    pub(crate) cancelled: u32,
    pub(crate) revenue: String,
}

/// Supply and demand.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Demand {
    /// When it was found out.
    pub(crate) at: String,
    pub(crate) lists: Vec<DemandList>,
}

/// Services with something in common.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DemandList {
    pub(crate) id: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) services: Vec<DemandRow>,
}

/// How much a service is looked for, booked and offered.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DemandRow {
    pub(crate) service: Link,
    pub(crate) score: String,
    pub(crate) searches: u32,
    pub(crate) bookings: u32,
    pub(crate) instructors: u32,
}

/// `GET /admin/analytics`.
pub(in crate::pages) async fn show(
    Admin { visit, user }: Admin,
    read: Read,
    asked: web::Query<Asked>,
) -> PageResult {
    let page = read.run(move |app| AnalyticsPage::read(app, &user, asked.window())).await?;
    visit.page("pages/admin/analytics.html", &page)
}

impl AnalyticsPage {
    fn read(app: &Application, user: &User, window: LookBack) -> Result<Self, ApiError> {
        Ok(Self::new(&app.analytics.market(user, window)?, window))
    }

    fn new(market: &MarketAnalytics, window: LookBack) -> Self {
        let figures = &market.figures;
        let status = &market.status;
        let tabs = SPANS.map(|(span, label)| {
            Link::new(format!("{HERE}?days={span}"), label).current(span == window.days())
        });
        let failed = status.runs.first().and_then(|run| match &run.outcome {
            Some(RunOutcome::Failed { at, error }) => Some(format!("{}: {error}", words::moment(*at))),
            Some(RunOutcome::Succeeded { .. }) | None => None,
        });
        Self {
            tabs: tabs.into(),
            dates: words::dates(figures.dates.first(), figures.dates.last()),
            figures: stats(market),
            charts: charts(figures, window),
            services: figures.top_services.iter().map(SoldService::new).collect(),
            demand: status.last_success.as_ref().map(|run| Demand::new(&status.report, run.started_at)),
            trouble: failed,
        }
    }
}

/// A share in whole percent.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn stats(market: &MarketAnalytics) -> Vec<Stat> {
    let MarketFigures { total, people, .. } = &market.figures;
    let mean = total.mean_price().map_or_else(String::new, |mean| format!("{} a lesson", words::money(mean)));
    let kept =
        total.completion_rate().map_or_else(String::new, |rate| format!("{} took place", percent(rate)));
    let lost = people.cancelled_by_student.saturating_add(people.cancelled_by_instructor);
    let by = match lost {
        0 => String::new(),
        _ => format!(
            "{} by students, {} by instructors",
            people.cancelled_by_student, people.cancelled_by_instructor
        ),
    };
    vec![
        Stat { label: "Revenue", value: words::money(total.revenue), note: mean },
        Stat { label: "Lessons", value: total.bookings.to_string(), note: kept },
        Stat { label: "Called off", value: total.cancelled.to_string(), note: by },
        Stat {
            label: "Students",
            value: people.active_students.to_string(),
            note: "with a lesson".to_owned(),
        },
        Stat {
            label: "Instructors",
            value: people.active_instructors.to_string(),
            note: format!("of {} who can be booked", market.bookable_instructors),
        },
    ]
}

/// What happened by day or by week; charts of nothing are left out.
fn charts(figures: &MarketFigures, window: LookBack) -> Vec<BarChart> {
    let daily = window.days() <= DAILY;
    let of = if daily { "Day" } else { "Week of" };
    let trades: Vec<_> = if daily {
        figures.days.iter().map(|day| (day.date, day.trade)).collect()
    } else {
        figures.weeks.iter().map(|week| (week.week.monday(), week.trade)).collect()
    };
    let money = |amount: Cents| (u64::try_from(amount.get()).unwrap_or_default(), words::money(amount));
    let number = |count: u32| (u64::from(count), count.to_string());
    let chart = |name, series: &[&'static str], values: &dyn Fn(usize) -> Vec<Value>| {
        let groups = trades
            .iter()
            .enumerate()
            .map(|(nth, (date, _))| (words::dates(*date, *date), values(nth)))
            .collect();
        BarChart::new(name, of, series, groups)
    };
    let trade = |nth: usize| trades.get(nth).map(|(_, trade)| *trade).unwrap_or_default();
    [
        chart(("revenue", "Revenue"), &["Revenue"], &|nth| vec![money(trade(nth).revenue)]),
        chart(("lessons", "Lessons booked and called off"), &["Booked", "Called off"], &|nth| {
            vec![number(trade(nth).bookings), number(trade(nth).cancelled)]
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl SoldService {
    fn new(sales: &instainstru_domain::analytics::ServiceSales) -> Self {
        let trade = sales.trade;
        Self {
            service: Link::new(links::edited_service(sales.service), &sales.name),
            bookings: trade.bookings,
            completed: trade.completed,
            cancelled: trade.cancelled,
            revenue: words::money(trade.revenue),
        }
    }
}

impl Demand {
    fn new(report: &AnalyticsReport, at: jiff::Timestamp) -> Self {
        let list = |id, heading, empty, lines: &[ReportLine]| DemandList {
            id,
            heading,
            empty,
            services: lines.iter().map(DemandRow::new).collect(),
        };
        Self {
            at: words::moment(at),
            lists: vec![
                list(
                    "needed",
                    "Instructors are needed",
                    "Enough people teach what is booked often.",
                    &report.needing_instructors,
                ),
                list("wanted", "In high demand", "No service stands out.", &report.high_demand),
                list("trending", "Searched for more than before", "Nothing at present.", &report.trending),
            ],
        }
    }
}

impl DemandRow {
    fn new(line: &ReportLine) -> Self {
        Self {
            service: Link::new(links::edited_service(line.service), &line.name),
            score: format!("{:.0}", line.demand.score()),
            searches: line.demand.searches_30d,
            bookings: line.demand.bookings_30d,
            instructors: line.active_instructors,
        }
    }
}
