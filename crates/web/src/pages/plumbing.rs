//! What robots and devices ask for.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use instainstru_http::{ApiError, Read};

use super::statics;
use crate::{site::Site, view::links};

/// Most instructors in the sitemap: with everything else it stays below the 50,000 addresses that one may have.
const MOST_INSTRUCTORS: u32 = 49_000;

const DAY: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=86400");

/// `GET /robots.txt`.
pub(super) async fn robots(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let origin = origin(&request, &site);
    let private = [
        "/api/",
        "/book/",
        "/lessons",
        "/account",
        "/teach",
        "/admin",
        "/login",
        "/signup",
        "/forgot-password",
        "/reset-password",
    ];
    let mut text = String::from("User-agent: *\n");
    for path in private {
        text.push_str(&format!("Disallow: {path}\n"));
    }
    text.push_str(&format!("\nSitemap: {origin}/sitemap.xml\n"));
    HttpResponse::Ok().insert_header(DAY).content_type("text/plain; charset=utf-8").body(text)
}

/// `GET /sitemap.xml`: every public page that is the same for everybody.
pub(super) async fn sitemap(
    request: HttpRequest,
    site: web::Data<Site>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let origin = origin(&request, &site);
    let (categories, handles) = read
        .run(|app| {
            let categories = app.catalogue.categories()?;
            Ok::<_, ApiError>((categories, app.instructors.handles(MOST_INSTRUCTORS)?))
        })
        .await?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let fixed = ["/", "/services", "/become-instructor"]
        .into_iter()
        .chain(statics::PAGES.iter().map(|page| page.path))
        .map(str::to_owned);
    let categories = categories.iter().map(|category| links::category(&category.facts.slug));
    for path in fixed.chain(categories).chain(handles.iter().map(links::short)) {
        xml.push_str(&format!("<url><loc>{}</loc></url>\n", escaped(&format!("{origin}{path}"))));
    }
    xml.push_str("</urlset>\n");
    Ok(HttpResponse::Ok().insert_header(DAY).content_type("application/xml; charset=utf-8").body(xml))
}

/// `GET /site.webmanifest`.
pub(super) async fn manifest() -> Result<HttpResponse, ApiError> {
    let manifest = serde_json::json!({
        "name": "InstaInstru",
        "short_name": "InstaInstru",
        "description": "Book private instructors in New York instantly",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0066cc",
        "icons": [{"src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    });
    let body = serde_json::to_string(&manifest).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok().insert_header(DAY).content_type("application/manifest+json").body(body))
}

/// The address of the site: as configured, else as this request knows it.
pub(super) fn origin(request: &HttpRequest, site: &Site) -> String {
    site.settings.origin.clone().unwrap_or_else(|| {
        let scheme = if site.settings.secure { "https" } else { "http" };
        format!("{scheme}://{}", request.connection_info().host())
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
