//! Conditions in headers.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};

use crate::error::{ApiError, Place};

/// `If-Match`: the version of a thing the caller knows; `None` when any will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<String>);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let value = request.headers().get(header::IF_MATCH);
        ready(match value.map(|value| value.to_str().unwrap_or_default().trim()) {
            None | Some("*") => Ok(Self(None)),
            Some(text) => version_in(text).map_or_else(
                || Err(ApiError::field(Place::Header, "If-Match", "must be * or one ETag in double quotes")),
                |version| Ok(Self(Some(version.to_owned()))),
            ),
        })
    }
}

fn version_in(text: &str) -> Option<&str> {
    // A proxy that compresses may have made the tag weak.
    let text = text.strip_prefix("W/").unwrap_or(text);
    let version = text.strip_prefix('"')?.strip_suffix('"')?;
    (!version.contains('"') && !version.is_empty()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tag_is_read_and_lists_are_refused() {
        assert_eq!(version_in("\"0.0.1f\""), Some("0.0.1f"));
        assert_eq!(version_in("W/\"a\""), Some("a"));
        for bad in ["", "a", "\"\"", "\"a\", \"b\""] {
            assert_eq!(version_in(bad), None, "{bad}");
        }
    }
}
