//! Files that browsers fetch, under names that change with their content.

pub(crate) mod bundle;
mod serve;

pub(crate) use self::serve::{asset, favicon};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A file in every form it is sent in.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Its name without the digest, such as `site.css`.
    pub(crate) name: &'static str,
    /// Its address, such as `/assets/site.3f2a….css`.
    pub(crate) path: &'static str,
    /// The beginning of the digest of its content.
    digest: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

/// Every asset.
pub(crate) fn all() -> &'static [Asset] {
    ASSETS
}

/// The asset of this name.
pub(crate) fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Every template: its name and its text.
pub(crate) fn templates() -> &'static [(&'static str, &'static str)] {
    TEMPLATES
}

impl Asset {
    /// The content as it is.
    pub(crate) const fn plain(&self) -> &'static [u8] {
        self.plain
    }

    /// The content for a client that accepts these encodings, and the name of the encoding chosen.
    fn encoded(&self, accept_encoding: &str) -> (&'static [u8], Option<&'static str>) {
        let accepts = |wanted: &str| {
            accept_encoding.split(',').any(|encoding| {
                let mut parts = encoding.split(';').map(str::trim);
                parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
                    && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        };
        if accepts("br") && self.brotli.len() < self.plain.len() {
            (self.brotli, Some("br"))
        } else if accepts("gzip") && self.gzip.len() < self.plain.len() {
            (self.gzip, Some("gzip"))
        } else {
            (self.plain, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses_the_encoding() {
        let sheet = named("site.css").unwrap();
        for (accept, chosen) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("identity", None),
            ("", None),
        ] {
            assert_eq!(sheet.encoded(accept).1, chosen, "{accept}");
        }
        assert_eq!(named("nothing.css").map(|asset| asset.name), None);
    }

    #[test]
    fn the_first_visit_stays_light() {
        let compressed = |name: &str| named(name).unwrap().gzip.len();
        let scripts = compressed("htmx.js") + compressed("site.js");
        assert!(scripts <= 25 * 1024, "scripts have {scripts} bytes");
        assert!(compressed("site.js") <= 8 * 1024, "our script has {} bytes", compressed("site.js"));
        assert!(compressed("site.css") <= 14 * 1024, "the style sheet has {} bytes", compressed("site.css"));
        assert!(compressed("icons.svg") <= 4 * 1024, "the icons have {} bytes", compressed("icons.svg"));
    }
}
