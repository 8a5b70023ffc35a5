//! Categories and services, shown or not.

use actix_web::web;
use instainstru_domain::{
    editorial::{CategoryRecord, Origin},
    ids::{CatalogueServiceId, CategoryId},
    page::{Page, Paged},
};
use instainstru_http::{ApiError, Read, error::ErrorCode};
use instainstru_service::editorial::{EditedService, ServiceFilter};
use serde::{Deserialize, Serialize};

use super::listed;
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Admin,
    local_path::LocalPath,
    pages::admin::{Badge, number, page_number, wanted},
    view::{Link, Pagination, links},
    visit::PageResult,
    words,
};

const HERE: &str = "/admin/catalogue";
/// Services on a page.
const SIZE: u32 = 50;

#[derive(Debug, Default, Serialize)]
pub(crate) struct CataloguePage {
    /// All services and those of each category.
    pub(crate) tabs: Vec<Link>,
    /// The category that is shown.
    pub(crate) category: Option<CategoryRow>,
    pub(crate) filter: FormView,
    pub(crate) is_narrowed: bool,
    /// Such as `12 services`.
    pub(crate) summary: String,
    pub(crate) services: Vec<ServiceRow>,
    pub(crate) pagination: Option<Pagination>,
}

/// A category that is shown.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CategoryRow {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) is_active: bool,
    pub(crate) badge: Badge,
}

/// A service of the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ServiceRow {
    pub(crate) id: i32,
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) is_active: bool,
    pub(crate) badge: Badge,
    /// Such as `12 words`.
    pub(crate) words: String,
    /// Whether an administrator wrote it.
    pub(crate) is_own: bool,
}

/// Which services are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct CatalogueQuery {
    q: String,
    category: String,
    page: String,
}

/// `GET /admin/catalogue`.
pub(in crate::pages) async fn list(
    Admin { visit, .. }: Admin,
    read: Read,
    query: web::Query<CatalogueQuery>,
) -> PageResult {
    let category = query.category.parse().ok().and_then(|id| CategoryId::new(id).ok());
    let filter = ServiceFilter { category, is_active: None, text: wanted(&query.q) };
    let number = page_number(&query.page);
    let page = read
        .run(move |app| {
            let categories = app.catalogue_editing.categories()?;
            let found = app.catalogue_editing.services(&filter, Page::numbered(number, SIZE))?;
            Ok::<_, ApiError>(CataloguePage::new(&categories, &found, &filter, number))
        })
        .await?;
    visit.page("pages/admin/catalogue/list.html", &page)
}

/// What to switch.
enum Target {
    Category(CategoryId),
    Service(CatalogueServiceId),
}

/// `POST /admin/catalogue`: `do` is `on` or `off`, for a `category` or a `service`.
pub(in crate::pages) async fn switch(Admin { visit, user }: Admin, read: Read, form: Form) -> PageResult {
    let on = match form.text("do") {
        "on" => true,
        "off" => false,
        _ => return Err(ApiError::new(ErrorCode::BadRequest, "The form says neither on nor off")),
    };
    let target = if form.text("category").is_empty() {
        let id = number(form.text("service"), |id| CatalogueServiceId::new(id).ok(), "Service")?;
        Target::Service(id)
    } else {
        Target::Category(number(form.text("category"), |id| CategoryId::new(id).ok(), "Category")?)
    };
    let back = LocalPath::parse(form.text("next"));
    let name = read
        .run(move |app| match target {
            Target::Category(id) => app
                .catalogue_editing
                .switch_category(&user, id, on)
                .map(|category| category.category.facts.name),
            Target::Service(id) => {
                app.catalogue_editing.switch_service(&user, id, on).map(|service| service.record.facts.name)
            }
        })
        .await?;
    let outcome = if on { "switched on" } else { "switched off" };
    let back = back.as_ref().map_or(HERE, LocalPath::as_str);
    visit.go_saying(back, Tone::Success, format!("{name} is {outcome}."))
}

impl CataloguePage {
    fn new(
        categories: &[CategoryRecord],
        found: &Paged<EditedService>,
        filter: &ServiceFilter,
        number: u32,
    ) -> Self {
        let category = filter.category.map(|id| id.to_string()).unwrap_or_default();
        let given = [("category", category.as_str()), ("q", filter.text.as_deref().unwrap_or_default())];
        let all = Link::new(HERE, "All").current(filter.category.is_none());
        let tab = |record: &CategoryRecord| {
            let id = record.category.id;
            let href = links::narrowed(HERE, &[("category", &id.to_string())]);
            let link = Link::new(href, record.category.facts.name.clone());
            let link = link.current(filter.category == Some(id));
            if record.is_active { link } else { link.noted("off") }
        };
        let numbered = |page: u64| {
            let page = page.to_string();
            let [category, q] = given;
            links::narrowed(HERE, &[category, q, ("page", &page)])
        };
        let shown = categories.iter().find(|record| Some(record.category.id) == filter.category);
        Self {
            tabs: std::iter::once(all).chain(categories.iter().map(tab)).collect(),
            category: shown.map(CategoryRow::new),
            filter: Form::filled(given).view(),
            is_narrowed: filter.text.is_some(),
            summary: words::count(found.total, "service"),
            services: found.items.iter().map(ServiceRow::new).collect(),
            pagination: Pagination::new(number.into(), SIZE.into(), found.total, numbered),
        }
    }
}

impl CategoryRow {
    fn new(record: &CategoryRecord) -> Self {
        Self {
            id: record.category.id.get(),
            name: record.category.facts.name.clone(),
            is_active: record.is_active,
            badge: if record.is_active { Badge::good("Shown") } else { Badge::bad("Switched off") },
        }
    }
}

impl ServiceRow {
    fn new(service: &EditedService) -> Self {
        let record = &service.record;
        Self {
            id: record.id.get(),
            href: links::edited_service(record.id),
            name: record.facts.name.clone(),
            category: service.category.category.facts.name.clone(),
            is_active: record.is_active,
            badge: listed(service),
            words: words::count(u64::try_from(service.aliases.len()).unwrap_or(u64::MAX), "word"),
            is_own: record.origin == Origin::Admin,
        }
    }
}
