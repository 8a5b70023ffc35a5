//! What the server-rendered pages need to know.

use std::path::PathBuf;

use super::{
    Environment,
    http::web_address,
    reader::{Reader, quoted},
};

/// What the server-rendered pages need to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebConfig {
    /// Address of the pages, for robots and the sitemap; without it they name the host asked.
    pub site_url: Option<String>,
    /// Whether the style guide is shown.
    pub styleguide: bool,
    /// The directory of the sources of the `web` crate: templates and assets are read from it at every request.
    pub source_dir: Option<PathBuf>,
}

impl WebConfig {
    /// Reads the part about pages.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        const SOURCE: &str = "WEB_SOURCE_DIR";
        let source_dir = reader.text(SOURCE).map(PathBuf::from);
        let is_production = environment == Environment::Production;
        if is_production && source_dir.is_some() {
            reader.refuse(SOURCE, "is refused in production: pages are part of the program");
        }
        Self {
            site_url: reader.parsed("SITE_URL", None, |text| {
                web_address(text)
                    .filter(|address| address.is_origin)
                    .map(|address| Some(address.text))
                    .ok_or_else(|| {
                        format!(
                            "must be an address without a path such as https://example.com, not {}",
                            quoted(text)
                        )
                    })
            }),
            styleguide: !is_production,
            source_dir: source_dir.filter(|_| !is_production),
        }
    }
}
