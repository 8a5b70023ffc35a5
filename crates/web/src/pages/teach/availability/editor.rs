//! The editor of a week as its template sees it.

use instainstru_core::week::{Preset, WeekPattern, WeekStart};
use instainstru_domain::{account::User, availability::Blackout, booking::BookingDetails};
use instainstru_http::{ApiError, Application};
use instainstru_service::availability::{DayRanges, WeekView};
use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;

use super::{
    draft::{DAYS, Draft, line},
    hours, on,
};
use crate::{
    form::{Form, FormView},
    pages::teach,
    view::{Link, links},
    words,
};

/// Weeks that the links lead back, and ahead: as far as times can be laid over dates at once.
const WEEKS_BACK: i64 = 4;
const WEEKS_AHEAD: i64 = 53;

/// For how many weeks a week may be repeated at once.
const REPEATS: [u16; 7] = [1, 2, 4, 8, 12, 26, 52];

#[derive(Debug, Default, Serialize)]
pub(crate) struct WeekPage {
    /// The Monday, for machines.
    pub(crate) week: String,
    /// Such as `Jul 13–19`.
    pub(crate) title: String,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// The way back to the current week from another one.
    pub(crate) this_week: Option<String>,
    /// Whether the whole week has passed.
    pub(crate) is_past: bool,
    /// What is edited; the week is saved only if it is still stored like that.
    pub(crate) version: String,
    pub(crate) form: FormView,
    pub(crate) days: Vec<DayView>,
    pub(crate) presets: Vec<Fill>,
    /// The week before as a line, and how much free time it has; nothing when it has none.
    pub(crate) copy: Option<(String, String)>,
    /// What was filled in and is not saved yet.
    pub(crate) unsaved: Option<&'static str>,
    /// The week before it was filled in, as a line.
    pub(crate) before: Option<String>,
    /// The week as somebody else saved it meanwhile.
    pub(crate) theirs: Option<Theirs>,
    /// Free time of the week as it is stored.
    pub(crate) hours: String,
    /// For how many weeks it may be repeated; empty when it may not.
    pub(crate) repeats: Vec<Link>,
}

/// A week as it is stored: the days that have free time, with it.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Theirs {
    pub(crate) days: Vec<(String, String)>,
}

/// A day of the editor.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct DayView {
    /// Begin of the names of its fields.
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    /// Such as `Jul 13`.
    pub(crate) date: String,
    pub(crate) is_today: bool,
    pub(crate) is_past: bool,
    /// Why the day is blocked, when it is.
    pub(crate) off: Option<String>,
    /// What stands in its fields.
    pub(crate) typed: Vec<(String, String)>,
    /// Free time of a day that has passed, in words.
    pub(crate) was: String,
    /// The same for scripts: `09:00-12:00,13:00-17:00`.
    pub(crate) ranges: String,
    pub(crate) booked: Vec<Booked>,
}

/// A lesson on a day.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Booked {
    /// `10:00-11:00`, for scripts.
    pub(crate) range: String,
    pub(crate) time: String,
    pub(crate) text: String,
    pub(crate) href: String,
}

/// A way to fill a week.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fill {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) note: &'static str,
    /// What it adds, as a line.
    pub(crate) line: String,
}

/// What the editor shows besides the fields.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) week: WeekStart,
    pub(super) today: Date,
    pub(super) stored: WeekView,
    before: DayRanges,
    pub(super) booked: Vec<BookingDetails>,
    blackouts: Vec<Blackout>,
}

impl Surroundings {
    /// Everything about a week, in a constant number of transactions.
    pub(super) fn read(app: &Application, user: &User, text: &str) -> Result<Self, ApiError> {
        let today = teach::today(app, user)?;
        let week = super::week_in(text, today);
        let monday = week.monday();
        Ok(Self {
            week,
            today,
            stored: app.availability.week(user, monday)?,
            before: app.availability.week(user, monday.saturating_sub(7.days()))?.days,
            booked: app.availability.booked(user, monday)?,
            blackouts: app.availability.blackouts(user)?,
        })
    }

    /// The week before as a pattern.
    pub(super) fn last_week(&self) -> WeekPattern {
        let week = WeekStart::containing(self.week.monday().saturating_sub(7.days()));
        WeekPattern::of_week(week, week.dates().iter().map(|date| (date, on(&self.before, date))))
    }

    /// Whether the whole week has passed.
    pub(super) fn is_past(&self) -> bool {
        self.week.dates().last() < self.today
    }
}

/// The presets by the value of their buttons.
pub(super) const PRESETS: [(Preset, Fill); 4] = [
    (Preset::Weekdays, fill("weekdays", "Weekdays", "Monday to Friday, 9 to 5")),
    (Preset::Mornings, fill("mornings", "Mornings", "Monday to Friday, 7 to noon")),
    (Preset::Evenings, fill("evenings", "Evenings", "Monday to Friday, 5 to 9")),
    (Preset::Weekends, fill("weekends", "Weekends", "Saturday and Sunday, 10 to 6")),
];

const fn fill(value: &'static str, label: &'static str, note: &'static str) -> Fill {
    Fill { value, label, note, line: String::new() }
}

impl WeekPage {
    /// The editor with these fields.
    pub(super) fn new(around: &Surroundings, draft: &Draft, form: &Form) -> Self {
        let (week, today) = (around.week, around.today);
        let current = WeekStart::containing(today);
        let near = |weeks: i64| {
            let monday = week.monday().saturating_add((7 * weeks).days());
            let far = (monday - current.monday()).get_days() / 7;
            let far = i64::from(far);
            (-WEEKS_BACK..=WEEKS_AHEAD)
                .contains(&far)
                .then(|| links::free_time(WeekStart::containing(monday)))
        };
        let copied = around.last_week();
        let days = DAYS.into_iter().zip(week.dates().iter()).zip(&draft.0);
        let pattern =
            WeekPattern::of_week(week, week.dates().iter().map(|d| (d, on(&around.stored.days, d))));
        let is_past = around.is_past();
        Self {
            week: week.monday().to_string(),
            title: words::dates(week.dates().first(), week.dates().last()),
            previous: near(-1),
            next: near(1),
            this_week: (week != current).then(|| links::free_time(current)),
            is_past,
            version: around.stored.version.clone(),
            form: form.view(),
            days: days
                .map(|(((_, key), date), typed)| DayView::new(around, key, date, typed.clone()))
                .collect(),
            presets: PRESETS
                .into_iter()
                .map(|(preset, fill)| Fill { line: line(&WeekPattern::preset(preset)), ..fill })
                .collect(),
            copy: (!copied.is_empty()).then(|| (line(&copied), hours(copied.minutes()))),
            unsaved: None,
            before: None,
            theirs: None,
            hours: hours(pattern.minutes()),
            repeats: REPEATS
                .into_iter()
                .filter(|_| !is_past)
                .map(|weeks| {
                    Link::new(
                        weeks.to_string(),
                        format!("the next {}", words::count(u64::from(weeks), "week")),
                    )
                    .current(weeks == 8)
                })
                .collect(),
        }
    }
}

impl DayView {
    fn new(around: &Surroundings, key: &'static str, date: Date, typed: Vec<(String, String)>) -> Self {
        let booking = |details: &BookingDetails| {
            let booking = &details.booking;
            Booked {
                range: booking.time.range.to_string(),
                time: words::range(booking.time.range),
                text: format!(
                    "{} with {}",
                    booking.service_name,
                    words::short_name(details.student.full_name.as_str())
                ),
                href: links::taught(booking.id),
            }
        };
        let off = around.blackouts.iter().find(|blackout| blackout.date == date);
        let was: Vec<String> = on(&around.stored.days, date).ranges().map(words::range).collect();
        let ranges: Vec<String> = on(&around.stored.days, date).ranges().map(|it| it.to_string()).collect();
        Self {
            key,
            name: words::weekday(date.weekday()),
            date: words::dates(date, date),
            is_today: date == around.today,
            is_past: date < around.today,
            off: off.map(|off| {
                off.reason.as_ref().map_or_else(|| "Day off".to_owned(), |why| format!("Day off: {why}"))
            }),
            typed,
            was: was.join(", "),
            ranges: ranges.join(","),
            booked: around.booked.iter().filter(|it| it.booking.time.date == date).map(booking).collect(),
        }
    }
}

/// A stored week in words: the days that have free time, with it.
pub(super) fn in_words(days: &DayRanges) -> Vec<(String, String)> {
    let day = |(date, ranges): (&Date, &Vec<_>)| {
        let ranges: Vec<String> = ranges.iter().copied().map(words::range).collect();
        (words::date(*date), ranges.join(", "))
    };
    days.iter().map(day).collect()
}
