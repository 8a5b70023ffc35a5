//! Everything that can be learned.

use actix_web::{HttpResponse, web};
use instainstru_http::{ApiError, Read};
use serde::{Deserialize, Serialize};

use crate::{
    view::CategoryView,
    visit::{PageResult, Visit},
};

/// What narrows the list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Narrow {
    #[serde(default)]
    q: String,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct ServicesPage {
    pub(crate) q: String,
    pub(crate) categories: Vec<CategoryView>,
    /// Number of all services on the page, in words.
    pub(crate) total: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct CategoryPage {
    pub(crate) category: CategoryView,
    pub(crate) others: Vec<CategoryView>,
}

/// `GET /services`: all of them, or those whose name contains `q`.
pub(super) async fn all(visit: Visit, read: Read, narrow: web::Query<Narrow>) -> PageResult {
    let q: String = narrow.into_inner().q.trim().chars().take(100).collect();
    let wanted = q.to_lowercase();
    let categories = read
        .run(move |app| {
            let mut listings = app.catalogue.services(None)?;
            listings.retain(|listing| {
                let facts = &listing.service.facts;
                wanted.is_empty()
                    || facts.name.to_lowercase().contains(&wanted)
                    || facts.search_terms.iter().any(|term| term.to_lowercase().contains(&wanted))
            });
            let categories = app.catalogue.categories()?;
            Ok::<_, ApiError>(
                categories
                    .iter()
                    .map(|category| CategoryView::new(category, &listings))
                    .filter(|category| category.total > 0)
                    .collect::<Vec<_>>(),
            )
        })
        .await?;
    let total = categories.iter().map(|category| category.total).sum();
    visit.page("pages/services.html", &ServicesPage { q, categories, total })
}

/// `GET /instructors`: people look for somebody by what is taught.
pub(super) async fn instructors(visit: Visit) -> HttpResponse {
    visit.go("/services")
}

/// `GET /services/{category}`: one category with every service.
pub(super) async fn category(visit: Visit, read: Read, slug: web::Path<String>) -> PageResult {
    let slug = slug.into_inner();
    let page = read
        .run(move |app| {
            let listings = app.catalogue.services(Some(&slug))?;
            let (mut wanted, others): (Vec<_>, Vec<_>) =
                app.catalogue.categories()?.into_iter().partition(|category| category.facts.slug == slug);
            let category = wanted.pop().ok_or_else(|| {
                ApiError::from(instainstru_service::catalogue::CatalogueError::UnknownCategory(slug.clone()))
            })?;
            Ok::<_, ApiError>(CategoryPage {
                category: CategoryView::new(&category, &listings),
                others: others.iter().map(|category| CategoryView::new(category, &[])).collect(),
            })
        })
        .await?;
    visit.page("pages/category.html", &page)
}
