//! Names for requests, so that a person, a log and a support case speak of the same one.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use rand::Rng as _;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
const MAX_CHARS: usize = 128;

/// The ids of a request.
#[derive(Debug, Clone)]
pub(super) struct RequestIds {
    request: String,
    correlation: String,
}

impl RequestIds {
    /// The ids the client gives, when they are sane; otherwise new ones.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let request = given(headers, &REQUEST_ID).unwrap_or_else(new_id);
        let correlation = given(headers, &CORRELATION_ID).unwrap_or_else(|| request.clone());
        Self { request, correlation }
    }

    /// The id of this request.
    pub(super) fn request(&self) -> &str {
        &self.request
    }

    /// Puts the ids on the response.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        for (name, id) in [(REQUEST_ID, &self.request), (CORRELATION_ID, &self.correlation)] {
            if let Ok(value) = HeaderValue::from_str(id) {
                headers.insert(name, value);
            }
        }
    }
}

fn given(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let id = headers.get(name)?.to_str().ok()?;
    let sane = (1..=MAX_CHARS).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    sane.then(|| id.to_owned())
}

/// A random UUID, version 4. It names a request and guards nothing, so no port stands behind it.
fn new_id() -> String {
    let random: u128 = rand::rng().random();
    let versioned = (random & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{versioned:032x}");
    let mut id = String::with_capacity(36);
    for (index, digit) in hex.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        id.push(digit);
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ids_are_uuids_of_version_4() {
        for _ in 0..50 {
            let id = new_id();
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
            let digits: Vec<char> = id.chars().collect();
            assert_eq!(digits[14], '4', "{id}");
            assert!("89ab".contains(digits[19]), "{id}");
        }
        assert_ne!(new_id(), new_id());
    }

    #[test]
    fn insane_ids_are_replaced() {
        let ids = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(value).unwrap());
            RequestIds::of(&headers).request
        };
        assert_eq!(ids("abc-1"), "abc-1");
        for bad in ["", "a b", &"x".repeat(129)] {
            assert_eq!(ids(bad).len(), 36, "{bad}");
        }
    }
}
