//! The series, for Prometheus.

use actix_web::{HttpResponse, get, http::header};

use crate::{act::Read, monitoring::Scraper};

/// Where the series are. They are no part of the API that the OpenAPI document describes.
pub(crate) const SERIES_PATH: &str = "/metrics/prometheus";

/// The text format that every version of Prometheus reads.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Every series there is. Gathering them waits for nothing, so it happens where it is asked for.
#[get("/metrics/prometheus")]
pub(crate) async fn series(_by: Scraper, read: Read) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, TEXT_FORMAT))
        .insert_header((header::CACHE_CONTROL, "no-cache, no-store, must-revalidate"))
        .insert_header((header::PRAGMA, "no-cache"))
        .insert_header((header::EXPIRES, "0"))
        .body(read.app().telemetry.scrape())
}
