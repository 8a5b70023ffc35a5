//! Public answers that others may keep, and asking whether they are still true.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{act::hex, error::ApiError};

/// How long others may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MaxAge(pub(crate) u32);

/// For lists that change rarely but must not look stale to their editor.
pub(crate) const REVALIDATE: MaxAge = MaxAge(0);

/// The answer with its `ETag`, or 304 when the caller has it already.
///
/// The tag covers the question as well as the answer, so it is the same whether or not the answer came from a cache.
pub(crate) fn public<T: Serialize>(
    request: &HttpRequest,
    max_age: MaxAge,
    body: &T,
) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(body).map_err(ApiError::internal)?;
    let path = request.path();
    let path = path.strip_prefix(crate::routes::VERSIONED).unwrap_or(path);
    let path = path.strip_prefix("/api").unwrap_or(path);
    let digest = Sha256::new()
        .chain_update(path)
        .chain_update("?")
        .chain_update(request.query_string())
        .chain_update("\n")
        .chain_update(&body)
        .finalize();
    let (half, _) = digest.split_at(16);
    let tag = format!("W/\"{}\"", hex(half));
    let cache_control = match max_age {
        MaxAge(0) => "public, no-cache".to_owned(),
        MaxAge(seconds) => format!("public, max-age={seconds}"),
    };
    let known = request.headers().get_all(header::IF_NONE_MATCH).any(|value| names(value, &tag));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, HeaderValue::from_str(&tag).map_err(ApiError::internal)?))
        .insert_header((header::CACHE_CONTROL, cache_control))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")));
    Ok(if known { response.finish() } else { response.insert_header(header::ContentType::json()).body(body) })
}

/// Whether a list of tags names `tag`, by weak comparison.
fn names(list: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = opaque(tag);
    list.to_str().unwrap_or_default().split(',').any(|known| known.trim() == "*" || opaque(known) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let names = |list: &'static str| names(&HeaderValue::from_static(list), "W/\"ab\"");
        assert!(names("W/\"ab\"") && names("\"ab\"") && names("\"x\", W/\"ab\"") && names("*"));
        assert!(!names("\"abc\"") && !names(""));
    }
}
