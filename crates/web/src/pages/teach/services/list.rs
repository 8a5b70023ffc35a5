//! All services an instructor offers, and the way to one more.

use instainstru_domain::{catalogue::ServiceListing, instructor::Instructor as Profile};
use instainstru_http::{ApiError, Read};
use serde::Serialize;

use super::{Group, choices};
use crate::{guards::Instructor, view::links, visit::PageResult, words};

#[derive(Debug, Default, Serialize)]
pub(crate) struct ServicesPage {
    pub(crate) services: Vec<Offered>,
    /// What can be added.
    pub(crate) groups: Vec<Group>,
}

/// A service that is offered.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Offered {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) rate_cents: i64,
    /// Such as `30 min, 1 hour`.
    pub(crate) lengths: String,
    pub(crate) description: Option<String>,
}

/// `GET /teach/services`.
pub(in crate::pages) async fn show(Instructor { visit, user }: Instructor, read: Read) -> PageResult {
    let page = read
        .run(move |app| {
            let profile = app.instructors.my_profile(&user)?;
            Ok::<_, ApiError>(ServicesPage::new(&profile, &app.catalogue.services(None)?))
        })
        .await?;
    visit.page("pages/teach/services/list.html", &page)
}

impl ServicesPage {
    fn new(profile: &Profile, listings: &[ServiceListing]) -> Self {
        let active = profile.services.iter().filter(|service| service.is_active);
        let offered = active.map(|service| {
            let terms = &service.offer.terms;
            let lengths: Vec<String> =
                terms.durations.as_slice().iter().map(|it| words::length(it.minutes())).collect();
            Offered {
                href: links::terms(service.id),
                name: service.name.clone(),
                rate_cents: terms.hourly_rate.cents(),
                lengths: lengths.join(", "),
                description: terms.description.as_ref().map(ToString::to_string),
            }
        });
        Self { services: offered.collect(), groups: choices(listings, &profile.services) }
    }
}
