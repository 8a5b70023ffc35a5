//! The headers of pages.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::Cookie,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use sha2::{Digest as _, Sha256};

/// Everything comes from here, and nothing in a page is run or styled that is not a file of ours.
pub(crate) const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// How long a browser may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Not at all: it belongs to one person or one moment.
    Never,
    /// It may be kept and has to be asked about; the answer may be "still the same".
    Revalidate,
}

/// A page, or 304 when the browser has it already.
pub(crate) fn html(
    request: Option<&HttpRequest>,
    status: StatusCode,
    keep: Keep,
    cookies: &[Cookie<'_>],
    body: String,
) -> HttpResponse {
    let tag = (keep == Keep::Revalidate).then(|| tag(&body));
    let known = request.zip(tag.as_deref()).is_some_and(|(request, tag)| knows(request, tag));
    let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { status });
    let cache = match keep {
        Keep::Never => "private, no-store",
        // Pages carry a token of the browser they are for.
        Keep::Revalidate => "private, no-cache",
    };
    response
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((
            header::VARY,
            HeaderValue::from_static("Accept, Accept-Encoding, Cookie, HX-Request-Type"),
        ))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "same-origin"));
    if let Some(tag) = tag {
        response.insert_header((header::ETAG, tag));
    }
    for cookie in cookies {
        response.cookie(cookie.clone());
    }
    if known { response.finish() } else { response.insert_header(header::ContentType::html()).body(body) }
}

fn tag(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    // Weak, because the same page is sent compressed and as it is.
    format!("W/\"{hex}\"")
}

fn knows(request: &HttpRequest, tag: &str) -> bool {
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag)
}
