//! The page about a lesson that cannot be had: other times with the same instructor, and others who are free at that time.

use instainstru_domain::ids::UserId;
use instainstru_http::{ApiError, Application};
use instainstru_service::public::{FreeOther, OthersQuery};
use serde::Serialize;

use super::{
    Summary,
    choice::{Choice, Other},
    refusal::Refusal,
    reserve::Key,
};
use crate::{
    form::Form,
    view::{links, links::book},
    visit::public_name,
};

/// Most people who are offered instead.
const SIMILAR: usize = 3;

/// The field with which a form asks to be shown once more before anything is reserved.
pub(super) const REVIEW: &str = "review";

/// A lesson that cannot be had, and what can.
#[derive(Debug, Serialize)]
pub(crate) struct TakenPage {
    pub(crate) summary: Summary,
    pub(crate) heading: String,
    pub(crate) text: String,
    /// What a press on another time does: `Reserve` or `Move to`.
    pub(crate) verb: &'static str,
    pub(crate) others: Vec<Other>,
    /// What was typed before, to go along with another time: name and value. Empty when nothing was.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// Others who teach the same and are free at that very time.
    pub(crate) similar: Vec<Similar>,
    /// Who else teaches the service; empty when that does not help.
    pub(crate) search_href: String,
}

/// Somebody who teaches the same and is free then.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Similar {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) profile_href: String,
    /// `Upper West Side, Astoria`.
    pub(crate) areas: String,
    pub(crate) price_cents: i64,
    /// Where the lesson with this person is reviewed.
    pub(crate) action: String,
    pub(crate) href: String,
    /// What goes along to it when something was typed: name and value.
    pub(crate) hidden: Vec<(&'static str, String)>,
}

/// What was typed, to be sent again with another time or to somebody else.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// The form that was sent; nothing when none was.
    key: Option<Key>,
    typed: Vec<(&'static str, String)>,
}

impl Sent {
    pub(super) fn of(form: &Form, key: &Key) -> Self {
        let typed =
            ["location_type", "meeting_location", "note"].map(|name| (name, form.text(name).to_owned()));
        Self { key: Some(key.clone()), typed: typed.into() }
    }

    /// The fields of a form for another time.
    fn again(&self, choice: &Choice) -> Vec<(&'static str, String)> {
        let Some(key) = &self.key else { return Vec::new() };
        Summary::hidden(choice, key).into_iter().chain(self.typed.clone()).collect()
    }

    /// The fields of a form for somebody else.
    fn elsewhere(&self, other: &Choice) -> Vec<(&'static str, String)> {
        let Some(key) = &self.key else { return Vec::new() };
        let chosen = [("start", other.start_value()), (REVIEW, "1".to_owned())];
        Summary::hidden(other, key).into_iter().chain(chosen).chain(self.typed.clone()).collect()
    }
}

impl TakenPage {
    pub(super) fn new(
        app: &Application,
        choice: &Choice,
        refusal: Refusal,
        sent: &Sent,
        student: Option<UserId>,
    ) -> Result<Self, ApiError> {
        let others = if refusal.others.is_empty() && refusal.is_about_time {
            choice.others(app)?
        } else {
            refusal.others
        };
        let similar = app.public.free_others(&OthersQuery {
            instructor: choice.instructor.user.id,
            service: choice.service.id,
            date: choice.date,
            start_time: choice.start,
            length: choice.length,
            student,
            limit: SIMILAR,
        })?;
        Ok(Self {
            summary: Summary::new(choice),
            heading: refusal.heading,
            text: refusal.text,
            verb: "Reserve",
            others: others.into_iter().map(|other| choice.at(other)).collect(),
            hidden: sent.again(choice),
            similar: similar.into_iter().map(|other| Similar::new(choice, other, sent)).collect(),
            search_href: links::search(&[("q", &choice.service.name)]),
        })
    }
}

impl Similar {
    fn new(asked: &Choice, other: FreeOther, sent: &Sent) -> Self {
        let FreeOther { instructor, service, date, start_time } = other;
        let user = &instructor.user;
        let (id, name, profile_href) =
            (user.id, public_name(user), links::profile_of_service(user, service.id));
        let areas = instructor.profile.details.areas.as_slice().join(", ");
        let price_cents = service.offer.terms.hourly_rate.price_of(asked.length).get();
        let href = book(id, service.id, date, start_time, asked.length);
        let choice = Choice { instructor, service, date, start: start_time, length: asked.length };
        let hidden = sent.elsewhere(&choice);
        Self {
            id: id.get(),
            name,
            profile_href,
            areas,
            price_cents,
            action: format!("/book/{id}"),
            href,
            hidden,
        }
    }
}
