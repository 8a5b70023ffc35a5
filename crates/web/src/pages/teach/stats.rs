//! What an instructor earns and how full their weeks are: the figures of the analytics, drawn and as tables.

use actix_web::web;
use instainstru_core::grid::GridTime;
use instainstru_domain::{
    account::User,
    analytics::{TeachingFigures, TeachingTotals, TeachingWeek, WeekCount},
};
use instainstru_http::{ApiError, Application, Read};
use serde::{Deserialize, Serialize};

use super::today::Stat;
use crate::{
    guards::Instructor,
    view::{
        Link,
        chart::{BarChart, HeatMap, Value},
    },
    visit::PageResult,
    words,
};

/// How many weeks can be asked for, and how that is said.
const SPANS: [(u8, &str); 4] = [(4, "4 weeks"), (12, "12 weeks"), (26, "Half a year"), (52, "A year")];

/// How far back figures go. What nobody offers is read as the usual.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Asked {
    weeks: String,
}

impl Asked {
    fn weeks(&self) -> WeekCount {
        self.weeks.parse().ok().and_then(|weeks| WeekCount::new(weeks).ok()).unwrap_or(WeekCount::USUAL)
    }
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct StatsPage {
    pub(crate) tabs: Vec<Link>,
    /// Such as `Apr 27 – Jul 19`.
    pub(crate) dates: String,
    /// Nothing at all without a booking and without free time.
    pub(crate) figures: Vec<Stat>,
    pub(crate) charts: Vec<BarChart>,
    pub(crate) busiest: Option<HeatMap>,
    pub(crate) services: Vec<TaughtService>,
}

/// What was booked of a service.
#[derive(Debug, Serialize)]
pub(crate) struct TaughtService {
    pub(crate) name: String,
    pub(crate) bookings: u32,
    pub(crate) completed: u32,
    pub(crate) earned: String,
}

/// `GET /teach/stats`.
pub(in crate::pages) async fn show(
    Instructor { visit, user }: Instructor,
    read: Read,
    asked: web::Query<Asked>,
) -> PageResult {
    let page = read.run(move |app| StatsPage::read(app, &user, asked.weeks())).await?;
    visit.page("pages/teach/stats.html", &page)
}

impl StatsPage {
    fn read(app: &Application, user: &User, weeks: WeekCount) -> Result<Self, ApiError> {
        Ok(Self::new(&app.analytics.teaching(user, weeks)?.figures, weeks))
    }

    fn new(figures: &TeachingFigures, weeks: WeekCount) -> Self {
        let totals = &figures.totals;
        let tabs = SPANS.map(|(span, label)| {
            Link::new(format!("/teach/stats?weeks={span}"), label).current(span == weeks.get())
        });
        Self {
            tabs: tabs.into(),
            dates: words::dates(figures.dates.first(), figures.dates.last()),
            figures: if totals.trade.bookings == 0 && totals.offered_minutes == 0 {
                Vec::new()
            } else {
                stats(totals)
            },
            charts: charts(&figures.weeks),
            busiest: busiest(figures),
            services: figures
                .services
                .iter()
                .map(|service| TaughtService {
                    name: service.name.clone(),
                    bookings: service.trade.bookings,
                    completed: service.trade.completed,
                    earned: words::money(service.trade.revenue),
                })
                .collect(),
        }
    }
}

fn stats(totals: &TeachingTotals) -> Vec<Stat> {
    let trade = totals.trade;
    let lost = [(trade.cancelled, "cancelled"), (trade.no_show, "missed by students")];
    let lost: Vec<String> = lost
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let share = match totals.offered_minutes {
        0 => String::new(),
        offered => format!(
            "{} % of {} offered",
            u64::from(totals.booked_minutes) * 100 / u64::from(offered),
            words::hours(offered)
        ),
    };
    let again = match totals.repeat_students {
        0 => String::new(),
        count => format!("{count} came again"),
    };
    vec![
        Stat {
            label: "Earned",
            value: words::money(trade.revenue),
            note: format!("for {}", words::count(trade.completed.into(), "lesson")),
        },
        Stat { label: "Bookings", value: trade.bookings.to_string(), note: lost.join(", ") },
        Stat { label: "Time booked", value: words::hours(totals.booked_minutes), note: share },
        Stat { label: "Students", value: totals.students.to_string(), note: again },
    ]
}

/// What happened by week; charts of nothing are left out.
fn charts(weeks: &[TeachingWeek]) -> Vec<BarChart> {
    let by_week = |name, series: &[&'static str], values: &dyn Fn(&TeachingWeek) -> Vec<Value>| {
        let groups =
            weeks.iter().map(|week| (words::dates(week.week.monday(), week.week.monday()), values(week)));
        BarChart::new(name, "Week of", series, groups.collect())
    };
    let minutes = |minutes: u32| (u64::from(minutes), words::hours(minutes));
    [
        by_week(("earned", "Earned by week"), &["Earned"], &|week| {
            let revenue = week.trade.revenue;
            vec![(u64::try_from(revenue.get()).unwrap_or_default(), words::money(revenue))]
        }),
        by_week(("bookings", "Bookings by week"), &["Bookings"], &|week| {
            vec![(week.trade.bookings.into(), week.trade.bookings.to_string())]
        }),
        by_week(("hours", "Time offered and booked by week"), &["Offered", "Booked"], &|week| {
            vec![minutes(week.offered_minutes), minutes(week.booked_minutes)]
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn busiest(figures: &TeachingFigures) -> Option<HeatMap> {
    let hours: Vec<String> =
        (0..24).filter_map(|hour| GridTime::from_minutes(hour * 60).ok()).map(words::time).collect();
    let rows: Vec<(&str, Vec<u64>)> = figures
        .busiest_hours
        .iter()
        .map(|(day, counts)| (words::weekday(day), counts.map(u64::from).into()))
        .collect();
    HeatMap::new(("busiest", "Busiest hours"), "lesson", &hours, &rows)
}
