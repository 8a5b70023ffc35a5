//! Sending assets.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use instainstru_http::{ApiError, error::ErrorCode};

use super::{Asset, bundle};
use crate::site::Site;

/// The name changes with the content, so it need never be asked for again.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const FRESH: HeaderValue = HeaderValue::from_static("no-store");

/// `GET /assets/{file}`.
pub(crate) async fn asset(
    request: HttpRequest,
    file: web::Path<String>,
    site: web::Data<Site>,
) -> Result<HttpResponse, ApiError> {
    if let Some(directory) = &site.settings.source_dir {
        return from_disk(directory, &file);
    }
    let path = request.path();
    let asset = super::all().iter().find(|asset| asset.path == path).ok_or_else(missing)?;
    Ok(send(&request, asset, FOREVER))
}

/// `GET /favicon.svg`, whose address cannot change.
pub(crate) async fn favicon(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let asset = super::named("favicon.svg").ok_or_else(missing)?;
    Ok(send(&request, asset, DAY))
}

fn send(request: &HttpRequest, asset: &Asset, cache: HeaderValue) -> HttpResponse {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let (body, encoding) = asset.encoded(accepted.unwrap_or_default());
    let tag = format!("\"{}{}\"", asset.digest, encoding.unwrap_or_default());
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains(&tag));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")))
        .insert_header((header::ETAG, tag));
    if known {
        return response.finish();
    }
    // `identity` keeps the compressor of the server away from what is sent as it is.
    response.insert_header((header::CONTENT_ENCODING, encoding.unwrap_or("identity")));
    response.insert_header((header::CONTENT_TYPE, asset.media_type)).body(body)
}

/// The current state of the source, for people who work on it.
fn from_disk(directory: &std::path::Path, file: &str) -> Result<HttpResponse, ApiError> {
    let asset = super::all().iter().find(|asset| asset.path.ends_with(file)).ok_or_else(missing)?;
    let mut files = bundle::assets(&directory.join("assets")).map_err(ApiError::internal)?;
    let content = files.remove(asset.name).ok_or_else(missing)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, FRESH))
        .insert_header((header::CONTENT_TYPE, asset.media_type))
        .body(content))
}

fn missing() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such file")
}
