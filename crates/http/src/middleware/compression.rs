//! Leaves short answers uncompressed: below this length gzip makes them longer.

use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_ENCODING, HeaderValue},
    middleware::Next,
};

/// Shorter answers are not compressed.
pub(crate) const MIN_COMPRESSED_BYTES: usize = 500;
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Inside the compressor: tells it to leave a short body alone.
pub(crate) async fn mark_small_bodies<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let short = matches!(response.response().body().size(), BodySize::Sized(bytes) if is_short(bytes));
    if short && !response.headers().contains_key(CONTENT_ENCODING) {
        response.headers_mut().insert(CONTENT_ENCODING, IDENTITY);
    }
    Ok(response)
}

/// Outside the compressor: takes the mark away again.
pub(crate) async fn unmark_small_bodies<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    if response.headers().get(CONTENT_ENCODING) == Some(&IDENTITY) {
        response.headers_mut().remove(CONTENT_ENCODING);
    }
    Ok(response)
}

fn is_short(bytes: u64) -> bool {
    usize::try_from(bytes).is_ok_and(|bytes| bytes < MIN_COMPRESSED_BYTES)
}
