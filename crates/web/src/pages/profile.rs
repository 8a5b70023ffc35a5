//! An instructor: who it is, and when there is time.

use actix_web::{HttpResponse, http::header, web};
use instainstru_core::length::LessonLength;
use instainstru_domain::{
    handle::{Handle, InvalidHandle},
    ids::{InstructorServiceId, InvalidId, UserId},
    instructor::{Instructor, InstructorService},
    policy,
};
use instainstru_http::{ApiError, Application, Read, error::ErrorCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::plumbing;
use crate::{
    view::{
        Link,
        booker::{Booker, BookerFor},
        links,
    },
    visit::{PageResult, Visit, public_name},
    words,
};

/// What is chosen. What makes no sense is as good as absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    service: String,
    duration: String,
    date: String,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct ProfilePage {
    /// The whole of the address under which robots should remember the page.
    pub(crate) canonical: String,
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) bio: Option<String>,
    pub(crate) areas: Vec<String>,
    pub(crate) years_experience: u8,
    /// Such as `Book at least 2 hours ahead`.
    pub(crate) notice: Option<String>,
    /// The services as links, when there are several.
    pub(crate) services: Vec<Link>,
    /// The service that is shown.
    pub(crate) service: Option<ServiceFacts>,
    pub(crate) booker: Option<Booker>,
    pub(crate) cancellation: &'static str,
    pub(crate) payment: &'static str,
}

/// What an instructor says about a service.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct ServiceFacts {
    pub(crate) name: String,
    pub(crate) rate_cents: i64,
    pub(crate) description: Option<String>,
    pub(crate) levels: Vec<String>,
    pub(crate) ages: Vec<String>,
    pub(crate) requirements: Option<String>,
}

/// `GET /instructors/{id}-{slug}`. Another name in the address leads to the right one.
pub(super) async fn show(
    visit: Visit,
    read: Read,
    path: web::Path<(String, String)>,
    chosen: web::Query<Chosen>,
) -> PageResult {
    let (id, slug) = path.into_inner();
    let id = user_id(&id)?;
    let chosen = chosen.into_inner();
    let origin = plumbing::origin(visit.request(), visit.site());
    let (address, page) = read
        .run(move |app| {
            let instructor = app.instructors.get(id)?;
            let address = links::profile(&instructor.user);
            let handle = app.instructors.handle(id)?;
            let canonical = handle.as_ref().map_or_else(|| address.clone(), links::short);
            let mut page = ProfilePage::read(app, &instructor, &chosen, &address)?;
            page.canonical = format!("{origin}{canonical}");
            Ok::<_, ApiError>((address, page))
        })
        .await?;
    if address != format!("/instructors/{id}-{}", words::url_encoded(&slug)) {
        return Ok(moved_to(&visit, address));
    }
    visit.page("pages/profile.html", &page)
}

/// The same question at the right address.
fn moved_to(visit: &Visit, address: String) -> HttpResponse {
    let query = visit.request().query_string();
    let target = if query.is_empty() { address } else { format!("{address}?{query}") };
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, target)).finish()
}

/// `GET /@{handle}`: the profile under its short address. Capital letters lead to the small ones.
pub(super) async fn direct(
    visit: Visit,
    read: Read,
    handle: web::Path<String>,
    chosen: web::Query<Chosen>,
) -> PageResult {
    let not_found = |_no_handle: InvalidHandle| ApiError::new(ErrorCode::NotFound, "Not Found");
    let handle: Handle = handle.to_ascii_lowercase().parse().map_err(not_found)?;
    let address = links::short(&handle);
    if visit.request().path() != address {
        return Ok(moved_to(&visit, address));
    }
    let (origin, chosen) = (plumbing::origin(visit.request(), visit.site()), chosen.into_inner());
    let page = read
        .run(move |app| {
            let instructor = app.instructors.named(&handle)?;
            let mut page = ProfilePage::read(app, &instructor, &chosen, &address)?;
            page.canonical = format!("{origin}{address}");
            Ok::<_, ApiError>(page)
        })
        .await?;
    visit.page("pages/profile.html", &page)
}

/// The number in an address; one that nobody can have is an address that leads nowhere.
pub(super) fn user_id(text: &str) -> Result<UserId, ApiError> {
    let not_found = |_no_id: InvalidId| ApiError::new(ErrorCode::NotFound, "Not Found");
    UserId::new(text.parse().unwrap_or(0)).map_err(not_found)
}

/// The service of an instructor with this number.
pub(super) fn service_of<'a>(instructor: &'a Instructor, number: &str) -> Option<&'a InstructorService> {
    let id = number.parse().ok().and_then(|number| InstructorServiceId::new(number).ok())?;
    instructor.services.iter().find(|service| service.id == id && service.is_active)
}

impl ProfilePage {
    /// The page of an instructor at the address `here`.
    fn read(
        app: &Application,
        instructor: &Instructor,
        chosen: &Chosen,
        here: &str,
    ) -> Result<Self, ApiError> {
        let details = &instructor.profile.details;
        let service = service_of(instructor, &chosen.service).or_else(|| instructor.services.first());
        let booker = match service {
            None => None,
            Some(service) => {
                let durations = &service.offer.terms.durations;
                let length = length(&chosen.duration)
                    .filter(|length| durations.contains(*length))
                    .unwrap_or_else(|| durations.first());
                let wish = BookerFor {
                    instructor,
                    service_name: &service.name,
                    service: Some(service.id),
                    rate: service.offer.terms.hourly_rate,
                    lengths: durations.as_slice().to_vec(),
                    length,
                    date: chosen.date.parse::<Date>().ok(),
                    now_on: None,
                    action: format!("/book/{}", instructor.user.id),
                    here: here.to_owned(),
                };
                Some(Booker::read(app, &wish)?)
            }
        };
        let link = |offered: &InstructorService| {
            let price = words::money(offered.offer.terms.hourly_rate.price_of(LessonLength::HOUR));
            Link::new(format!("{here}?service={}", offered.id), offered.name.clone())
                .noted(price)
                .current(service.is_some_and(|service| service.id == offered.id))
        };
        Ok(Self {
            canonical: String::new(),
            id: instructor.user.id.get(),
            name: public_name(&instructor.user),
            bio: details.bio.as_ref().map(ToString::to_string),
            areas: details.areas.as_slice().to_vec(),
            years_experience: details.years_experience,
            notice: (details.notice.hours() > 0).then(|| {
                format!("Book at least {} ahead", words::count(u64::from(details.notice.hours()), "hour"))
            }),
            services: instructor
                .services
                .iter()
                .filter(|_| instructor.services.len() > 1)
                .map(link)
                .collect(),
            service: service.map(ServiceFacts::new),
            booker,
            cancellation: policy::CANCELLATION,
            payment: policy::PAYMENT,
        })
    }
}

impl ServiceFacts {
    fn new(service: &InstructorService) -> Self {
        let terms = &service.offer.terms;
        Self {
            name: service.name.clone(),
            rate_cents: terms.hourly_rate.cents(),
            description: terms.description.as_ref().map(ToString::to_string),
            levels: terms.levels_taught.iter().map(ToString::to_string).collect(),
            ages: terms.age_groups.iter().map(ToString::to_string).collect(),
            requirements: terms.requirements.as_ref().map(ToString::to_string),
        }
    }
}

/// A length in minutes, if lessons can be that long.
pub(super) fn length(text: &str) -> Option<LessonLength> {
    text.parse().ok().and_then(|minutes| LessonLength::from_minutes(minutes).ok())
}
