//! Public answers that others may keep, and asking whether they are still true.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, AcceptEncoding, Encoding, Header as _, HeaderName, HeaderValue},
    web::Bytes,
};
use instainstru_domain::ports::response_cache::{Origin, ReadyAnswer};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{act::hex, error::ApiError};

const CACHE_HITS: HeaderName = HeaderName::from_static("x-cache-hits");
const CACHE_MISSES: HeaderName = HeaderName::from_static("x-cache-misses");

/// How long others may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MaxAge(pub(crate) u32);

/// For lists that change rarely but must not look stale to their editor.
pub(crate) const REVALIDATE: MaxAge = MaxAge(0);

/// What others may do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Keep it for a while, and ask whether it is still true.
    Public(MaxAge),
    /// Nothing: it is for this moment.
    Nobody,
}

impl Sharing {
    fn cache_control(self) -> HeaderValue {
        match self {
            Self::Public(REVALIDATE) => HeaderValue::from_static("public, no-cache"),
            // The usual ones need not be put together.
            Self::Public(MaxAge(60)) => HeaderValue::from_static("public, max-age=60"),
            Self::Public(MaxAge(300)) => HeaderValue::from_static("public, max-age=300"),
            Self::Public(MaxAge(seconds)) => {
                let text = format!("public, max-age={seconds}");
                HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("public, no-cache"))
            }
            Self::Nobody => HeaderValue::from_static("no-store"),
        }
    }
}

/// The answer with its `ETag`, or 304 when the caller has it already; made anew each time.
pub(crate) fn public<T: Serialize>(
    request: &HttpRequest,
    max_age: MaxAge,
    body: &T,
) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(body).map_err(ApiError::internal)?;
    let path = request.path();
    let path = path.strip_prefix(crate::routes::VERSIONED).unwrap_or(path);
    let path = path.strip_prefix("/api").unwrap_or(path);
    let tag = tag(&format!("{path}?{}", request.query_string()), &body);
    send(request, Arc::new(ReadyAnswer { body, gzip: None, tag }), Sharing::Public(max_age), None)
}

/// The tag of an answer. It covers the question as well, and is the same whether or not the answer was kept.
pub(crate) fn tag(question: &str, body: &[u8]) -> String {
    let digest = Sha256::new().chain_update(question).chain_update("\n").chain_update(body).finalize();
    let (half, _) = digest.split_at(16);
    format!("W/\"{}\"", hex(half))
}

/// Sends an answer that is ready, in the form the caller takes, or 304 when the caller has it already.
pub(crate) fn send(
    request: &HttpRequest,
    answer: Arc<ReadyAnswer>,
    sharing: Sharing,
    origin: Option<Origin>,
) -> Result<HttpResponse, ApiError> {
    let is_known = sharing != Sharing::Nobody
        && request.headers().get_all(header::IF_NONE_MATCH).any(|known| names(known, &answer.tag));
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CACHE_CONTROL, sharing.cache_control()))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")));
    if sharing != Sharing::Nobody {
        let tag = HeaderValue::from_str(&answer.tag).map_err(ApiError::internal)?;
        response.insert_header((header::ETAG, tag));
    }
    tell_origin(&mut response, origin);
    if is_known {
        return Ok(response.finish());
    }
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
    let is_compressed = answer.gzip.is_some() && takes_gzip(request);
    if is_compressed {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("gzip")));
    }
    Ok(response.body(Bytes::from_owner(Sent { answer, is_compressed })))
}

/// Says whether the cache was of use.
fn tell_origin(response: &mut HttpResponseBuilder, origin: Option<Origin>) {
    let figures = match origin {
        Some(Origin::Kept) => ("1", "0"),
        Some(Origin::Made) => ("0", "1"),
        None => return,
    };
    response
        .insert_header((CACHE_HITS, HeaderValue::from_static(figures.0)))
        .insert_header((CACHE_MISSES, HeaderValue::from_static(figures.1)));
}

/// Completes an answer that did not ask the cache.
pub(crate) fn tell_no_origin(headers: &mut header::HeaderMap) {
    for name in [CACHE_HITS, CACHE_MISSES] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static("0"));
        }
    }
}

/// A body that is sent without being copied.
struct Sent {
    answer: Arc<ReadyAnswer>,
    is_compressed: bool,
}

impl AsRef<[u8]> for Sent {
    fn as_ref(&self) -> &[u8] {
        match &self.answer.gzip {
            Some(gzip) if self.is_compressed => gzip,
            _ => &self.answer.body,
        }
    }
}

/// Whether the caller would rather have the answer compressed.
fn takes_gzip(request: &HttpRequest) -> bool {
    if !request.headers().contains_key(header::ACCEPT_ENCODING) {
        return false;
    }
    // What cannot be understood asks for nothing.
    let offered = [Encoding::gzip(), Encoding::identity()];
    let accepted = AcceptEncoding::parse(request);
    accepted.is_ok_and(|accepted| accepted.negotiate(offered.iter()) == Some(Encoding::gzip()))
}

/// Whether a list of tags names `tag`, by weak comparison.
fn names(list: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = opaque(tag);
    list.to_str().unwrap_or_default().split(',').any(|known| known.trim() == "*" || opaque(known) == wanted)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let names = |list: &'static str| names(&HeaderValue::from_static(list), "W/\"ab\"");
        assert!(names("W/\"ab\"") && names("\"ab\"") && names("\"x\", W/\"ab\"") && names("*"));
        assert!(!names("\"abc\"") && !names(""));
    }

    #[test]
    fn a_tag_covers_question_and_answer() {
        let tags = [tag("a", b"1"), tag("a", b"2"), tag("b", b"1")];
        assert_eq!(tags[0].len(), 36);
        assert!(tags[0] != tags[1] && tags[0] != tags[2]);
        assert_eq!(tags[0], tag("a", b"1"));
    }

    #[test]
    fn compressed_is_sent_to_whom_takes_it() {
        let takes = |accepted: &str| {
            let request = TestRequest::default().insert_header((header::ACCEPT_ENCODING, accepted));
            takes_gzip(&request.to_http_request())
        };
        for yes in ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1"] {
            assert!(takes(yes), "{yes}");
        }
        for no in ["", "identity", "br", "gzip;q=0", "identity, gzip;q=0.5", "nonsense"] {
            assert!(!takes(no), "{no}");
        }
        assert!(!takes_gzip(&TestRequest::default().to_http_request()));
    }
}
