//! One more service: first which, then for how long and at which price.

use actix_web::{http::StatusCode, web};
use instainstru_domain::catalogue::ServiceListing;
use instainstru_http::{ApiError, Read};
use instainstru_service::instructors::{CatalogueRef, InstructorError};
use serde::{Deserialize, Serialize};

use super::{HERE, TermsFields, listing, terms};
use crate::{
    flash::Tone,
    form::Form,
    guards::Instructor,
    visit::{PageResult, Visit},
};

const TEMPLATE: &str = "pages/teach/services/edit.html";

/// A service with its terms, to add or to change.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ServicePage {
    pub(crate) name: String,
    /// Short name of the service to add; nothing when it is offered already.
    pub(crate) slug: Option<String>,
    pub(crate) action: String,
    /// What is edited, to notice when somebody else edits it too; nothing for a new service.
    pub(crate) version: Option<String>,
    pub(crate) fields: TermsFields,
}

/// Which service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Asked {
    service: String,
}

/// `GET /teach/services/new?service=piano`.
pub(in crate::pages) async fn show(
    Instructor { visit, user: _ }: Instructor,
    read: Read,
    asked: web::Query<Asked>,
) -> PageResult {
    match read.run(move |app| listing(app, &asked.service)).await? {
        Some(listing) => {
            visit.page(TEMPLATE, &ServicePage::adding(&listing, &Form::filled([("lengths", "60")])))
        }
        None => unknown(&visit),
    }
}

/// What becomes of a form.
enum Outcome {
    Added(String),
    Offered(String),
    Unknown,
    Wrong(Box<ServicePage>),
}

/// `POST /teach/services/new`.
pub(in crate::pages) async fn add(
    Instructor { visit, user }: Instructor,
    read: Read,
    mut form: Form,
) -> PageResult {
    let outcome = read
        .run(move |app| {
            let Some(listing) = listing(app, form.text("service"))? else { return Ok(Outcome::Unknown) };
            let name = listing.service.facts.name.clone();
            let Some(draft) = terms(&mut form, CatalogueRef::Id(listing.service.id)) else {
                return Ok(Outcome::Wrong(Box::new(ServicePage::adding(&listing, &form))));
            };
            match app.instructors.add_service(&user, &draft) {
                Ok(_) => Ok(Outcome::Added(name)),
                Err(InstructorError::AlreadyOffered) => Ok(Outcome::Offered(name)),
                Err(InstructorError::ServiceNotFound) => Ok(Outcome::Unknown),
                Err(error) => Err(ApiError::from(error)),
            }
        })
        .await?;
    match outcome {
        Outcome::Added(name) => {
            visit.go_saying(HERE, Tone::Success, format!("{name} can be booked with you now."))
        }
        Outcome::Offered(name) => visit.go_saying(HERE, Tone::Info, format!("You offer {name} already.")),
        Outcome::Unknown => unknown(&visit),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

fn unknown(visit: &Visit) -> PageResult {
    visit.go_saying(HERE, Tone::Info, "Choose one of the services in the list.")
}

impl ServicePage {
    fn adding(listing: &ServiceListing, form: &Form) -> Self {
        let facts = &listing.service.facts;
        Self {
            name: facts.name.clone(),
            slug: Some(facts.slug.clone()),
            action: format!("{HERE}/new"),
            version: None,
            fields: TermsFields::new(form, Some(listing)),
        }
    }
}
