//! Finding lessons by person, state and date.

use actix_web::web;
use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    administration::{BookingSearch, PersonKey},
    booking::BookingDetails,
    page::{Page, Paged},
};
use instainstru_http::Read;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{BookingRow, STATES};
use crate::{
    form::{Form, FormView},
    guards::Admin,
    pages::admin::{Choice, page_number},
    view::{Pagination, links},
    visit::PageResult,
    words,
};

const HERE: &str = "/admin/bookings";
/// Lessons on a page.
const SIZE: u32 = 20;

#[derive(Debug, Default, Serialize)]
pub(crate) struct BookingsPage {
    pub(crate) filter: FormView,
    pub(crate) states: Vec<Choice>,
    /// Whether only some lessons are asked for.
    pub(crate) is_narrowed: bool,
    /// Such as `12 lessons`.
    pub(crate) summary: String,
    pub(crate) bookings: Vec<BookingRow>,
    pub(crate) pagination: Option<Pagination>,
}

/// Which lessons are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct BookingsQuery {
    person: String,
    status: String,
    from: String,
    until: String,
    page: String,
}

/// `GET /admin/bookings`.
pub(in crate::pages) async fn list(
    Admin { visit, user }: Admin,
    read: Read,
    query: web::Query<BookingsQuery>,
) -> PageResult {
    let (search, form) = query.read();
    let number = page_number(&query.page);
    let found = read
        .run(move |app| app.administration.bookings(&user, &search, Page::numbered(number, SIZE)))
        .await?;
    visit.page("pages/admin/bookings/list.html", &BookingsPage::new(&found, &form, number))
}

impl BookingsQuery {
    /// What is asked for. A value that cannot be understood is said to be wrong and otherwise left out.
    fn read(&self) -> (BookingSearch, Form) {
        let status = self.status.parse::<BookingStatus>().ok();
        let given = [
            ("person", self.person.trim()),
            ("status", status.map_or("", BookingStatus::as_str)),
            ("from", self.from.as_str()),
            ("until", self.until.as_str()),
        ];
        let mut form = Form::filled(given);
        let mut date = |field: &'static str, text: &str| {
            let date = (!text.is_empty()).then(|| text.parse::<Date>())?;
            form.take(field, date, |_| "Enter a date".to_owned())
        };
        let (from, until) = (date("from", &self.from), date("until", &self.until));
        let person = (!self.person.trim().is_empty()).then(|| self.person.trim().parse::<PersonKey>());
        let person = person.and_then(|person| {
            form.take("person", person, |_| "Enter an email address or the number of an account".to_owned())
        });
        (BookingSearch { person, status, from, until }, form)
    }
}

impl BookingsPage {
    fn new(found: &Paged<BookingDetails>, form: &Form, number: u32) -> Self {
        let here = |page: &str| {
            let [person, status, from, until] =
                ["person", "status", "from", "until"].map(|field| (field, form.text(field)));
            links::narrowed(HERE, &[person, status, from, until, ("page", page)])
        };
        let states = STATES.map(|(status, label)| Choice::new(status.as_str(), label));
        Self {
            states: std::iter::once(Choice::new("", "Any state")).chain(states).collect(),
            is_narrowed: here("") != HERE,
            summary: words::count(found.total, "lesson"),
            bookings: found.items.iter().map(BookingRow::new).collect(),
            pagination: Pagination::new(number.into(), SIZE.into(), found.total, |page| {
                here(&page.to_string())
            }),
            filter: form.view(),
        }
    }
}
