//! One service: its price, lengths and words; or no longer offering it.

use actix_web::{http::StatusCode, web};
use instainstru_core::length::LessonLength;
use instainstru_domain::{
    account::User,
    catalogue::ServiceListing,
    instructor::{Instructor as Profile, InstructorService},
};
use instainstru_http::{ApiError, Application, Read, error::ErrorCode};
use instainstru_service::instructors::{
    CatalogueRef, InstructorError, ServiceDraft, UpdateProfile, services_version,
};

use super::{HERE, TermsFields, add::ServicePage, filled, terms, unchanged};
use crate::{
    flash::Tone, form::Form, guards::Instructor, pages::profile::service_of, view::links, visit::PageResult,
    words,
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
            ServicePage::editing(app, &profile, service, &filled(service))
        })
        .await?;
    visit.page(TEMPLATE, &page)
}

/// What becomes of a form.
enum Outcome {
    Done(Tone, String),
    Wrong(Box<ServicePage>),
    Stale(Box<ServicePage>),
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
                let change = edited(&form, services);
                return match replace(app, &user, &change, text)? {
                    Some(done) => Ok(done),
                    None => stale(app, &profile, service, form),
                };
            }
            let catalogue = CatalogueRef::Id(service.offer.catalogue_service_id);
            let Some(draft) = terms(&mut form, catalogue) else {
                return Ok(Outcome::Wrong(Box::new(ServicePage::editing(app, &profile, service, &form)?)));
            };
            services.push(draft);
            let text = format!("{} is saved. Lessons that are booked keep their price.", service.name);
            match replace(app, &user, &edited(&form, services), text)? {
                Some(done) => Ok(done),
                None => stale(app, &profile, service, form),
            }
        })
        .await?;
    match outcome {
        Outcome::Done(tone, text) => visit.go_saying(HERE, tone, text),
        Outcome::Stale(page) => visit.page_with(StatusCode::CONFLICT, TEMPLATE, &*page),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

/// All services as they shall be, unless somebody else changed them since the form was made.
fn edited(form: &Form, services: Vec<ServiceDraft>) -> UpdateProfile {
    let expected_services = Some(form.text("version").to_owned());
    UpdateProfile { services: Some(services), expected_services, ..UpdateProfile::default() }
}

/// What came of it; nothing when the services are no longer those that were edited.
fn replace(
    app: &Application,
    user: &User,
    change: &UpdateProfile,
    done: String,
) -> Result<Option<Outcome>, ApiError> {
    match app.instructors.update_profile(user, change) {
        Ok(_) => Ok(Some(Outcome::Done(Tone::Success, done))),
        Err(InstructorError::StaleServices) => Ok(None),
        Err(InstructorError::UnknownService(_)) => Ok(Some(Outcome::Done(
            Tone::Error,
            "A service you offer has left the catalogue. Remove it first; nothing was changed.".to_owned(),
        ))),
        Err(error) => Err(error.into()),
    }
}

/// The form once more, with what was typed, about the services as they are now.
fn stale(
    app: &Application,
    profile: &Profile,
    service: &InstructorService,
    mut form: Form,
) -> Result<Outcome, ApiError> {
    let now = words::money(service.offer.terms.hourly_rate.price_of(LessonLength::HOUR));
    form.refuse(
        "rate",
        format!(
            "Your services were changed in another window meanwhile, and this one costs {now} an hour now. Nothing was saved; \
             save again to keep what stands here."
        ),
    );
    Ok(Outcome::Stale(Box::new(ServicePage::editing(app, profile, service, &form)?)))
}

/// The service with this number, if the instructor offers it.
fn find<'a>(profile: &'a Profile, number: &str) -> Result<&'a InstructorService, ApiError> {
    service_of(profile, number).ok_or_else(|| ApiError::new(ErrorCode::NotFound, "Not Found"))
}

impl ServicePage {
    fn editing(
        app: &Application,
        profile: &Profile,
        service: &InstructorService,
        form: &Form,
    ) -> Result<Self, ApiError> {
        let listings = app.catalogue.services(None)?;
        // Somebody who is alone in offering it learns nothing from the own price.
        let is_of_others = |listing: &&ServiceListing| {
            listing.service.id == service.offer.catalogue_service_id && listing.active_instructors > 1
        };
        Ok(Self {
            name: service.name.clone(),
            slug: None,
            action: links::terms(service.id),
            version: Some(services_version(&profile.services)),
            fields: TermsFields::new(form, listings.iter().find(is_of_others)),
        })
    }
}
