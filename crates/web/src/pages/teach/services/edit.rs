//! One service: its price, lengths and words; or no longer offering it.

use actix_web::{http::StatusCode, web};
use instainstru_domain::{
    account::User,
    catalogue::ServiceListing,
    instructor::{Instructor as Profile, InstructorService},
};
use instainstru_http::{ApiError, Application, Read, error::ErrorCode};
use instainstru_service::instructors::{CatalogueRef, InstructorError, ServiceDraft, UpdateProfile};

use super::{HERE, TermsFields, add::ServicePage, filled, terms, unchanged};
use crate::{
    flash::Tone, form::Form, guards::Instructor, pages::profile::service_of, view::links, visit::PageResult,
};

const TEMPLATE: &str = "pages/teach/services/edit.html";

/// `GET /teach/services/{id}`.
pub(in crate::pages) async fn show(
    Instructor { visit, user }: Instructor,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let profile = app.instructors.my_profile(&user)?;
            let service = find(&profile, &number)?;
            ServicePage::editing(app, service, &filled(service))
        })
        .await?;
    visit.page(TEMPLATE, &page)
}

/// What becomes of a form.
enum Outcome {
    Done(Tone, String),
    Wrong(Box<ServicePage>),
}

/// `POST /teach/services/{id}`: `do` is `save` or `remove`.
pub(in crate::pages) async fn change(
    Instructor { visit, user }: Instructor,
    read: Read,
    number: web::Path<String>,
    mut form: Form,
) -> PageResult {
    let outcome = read
        .run(move |app| {
            let profile = app.instructors.my_profile(&user)?;
            let service = find(&profile, &number)?;
            let others = profile.services.iter().filter(|other| other.is_active && other.id != service.id);
            let mut services: Vec<ServiceDraft> = others.map(unchanged).collect();
            if form.text("do") == "remove" {
                let text =
                    format!("{} is no longer offered. Lessons that are booked stay booked.", service.name);
                return replace(app, &user, services, text);
            }
            let catalogue = CatalogueRef::Id(service.offer.catalogue_service_id);
            let Some(draft) = terms(&mut form, catalogue) else {
                return Ok(Outcome::Wrong(Box::new(ServicePage::editing(app, service, &form)?)));
            };
            services.push(draft);
            let text = format!("{} is saved. Lessons that are booked keep their price.", service.name);
            replace(app, &user, services, text)
        })
        .await?;
    match outcome {
        Outcome::Done(tone, text) => visit.go_saying(HERE, tone, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

fn replace(
    app: &Application,
    user: &User,
    services: Vec<ServiceDraft>,
    done: String,
) -> Result<Outcome, ApiError> {
    let change = UpdateProfile { services: Some(services), ..UpdateProfile::default() };
    match app.instructors.update_profile(user, &change) {
        Ok(_) => Ok(Outcome::Done(Tone::Success, done)),
        Err(InstructorError::UnknownService(_)) => Ok(Outcome::Done(
            Tone::Error,
            "A service you offer has left the catalogue. Remove it first; nothing was changed.".to_owned(),
        )),
        Err(error) => Err(error.into()),
    }
}

/// The service with this number, if the instructor offers it.
fn find<'a>(profile: &'a Profile, number: &str) -> Result<&'a InstructorService, ApiError> {
    service_of(profile, number).ok_or_else(|| ApiError::new(ErrorCode::NotFound, "Not Found"))
}

impl ServicePage {
    fn editing(app: &Application, service: &InstructorService, form: &Form) -> Result<Self, ApiError> {
        let listings = app.catalogue.services(None)?;
        // Somebody who is alone in offering it learns nothing from the own price.
        let is_of_others = |listing: &&ServiceListing| {
            listing.service.id == service.offer.catalogue_service_id && listing.active_instructors > 1
        };
        Ok(Self {
            name: service.name.clone(),
            slug: None,
            action: links::terms(service.id),
            fields: TermsFields::new(form, listings.iter().find(is_of_others)),
        })
    }
}
