//! Which pages of other origins may call the API.

use actix_cors::Cors;
use actix_web::http::header;

use crate::limits;

/// The rules for these origins.
pub(crate) fn cors(origins: &[String]) -> Cors {
    let origins = origins.to_vec();
    Cors::default()
        .allowed_origin_fn(move |origin, _request| {
            origin.to_str().is_ok_and(|origin| origins.iter().any(|allowed| fits(allowed, origin)))
        })
        .allow_any_method()
        .allow_any_header()
        // Without these a page could not save a week safely or quote the id of a failed request.
        .expose_headers([header::ETAG.as_str(), "X-Request-ID", "Idempotency-Replayed", "Retry-After"])
        .expose_headers(limits::HEADERS)
        .supports_credentials()
        .max_age(3600)
}

/// Whether `origin` is `allowed`, in which `https://*.` stands for any name below a domain.
fn fits(allowed: &str, origin: &str) -> bool {
    let Some((scheme, domain)) = allowed.split_once("*.") else { return allowed == origin };
    let name = origin
        .strip_prefix(scheme)
        .and_then(|rest| rest.strip_suffix(domain))
        .and_then(|rest| rest.strip_suffix('.'));
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_names_below_a_domain_only() {
        let star = "https://*.vercel.app";
        for yes in ["https://a.vercel.app", "https://a-b.c.vercel.app"] {
            assert!(fits(star, yes), "{yes}");
        }
        for no in [
            "https://vercel.app",
            "https://.vercel.app",
            "http://a.vercel.app",
            "https://a.vercel.app.evil.com",
            "https://evilvercel.app",
            "https://evil.com:80/.vercel.app",
            "https://user@evil.vercel.app",
        ] {
            assert!(!fits(star, no), "{no}");
        }
        assert!(fits("https://instainstru.com", "https://instainstru.com"));
        assert!(!fits("https://instainstru.com", "https://instainstru.com.evil.com"));
    }
}
