//! What all pages share.

use instainstru_http::pages::ErrorPages;

use crate::{
    errors,
    settings::WebSettings,
    templates::{TemplateError, Templates},
};

/// Everything the pages need besides the use cases. Made once, shared by all workers.
pub struct Site {
    pub(crate) settings: WebSettings,
    pub(crate) templates: Templates,
}

/// Why the pages cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("the pages cannot be served")]
pub struct SiteError(#[from] TemplateError);

impl Site {
    /// The site with these settings.
    ///
    /// # Errors
    /// [`SiteError`] when a template has a mistake.
    pub fn new(settings: WebSettings) -> Result<Self, SiteError> {
        let templates = Templates::load(settings.source_dir.as_deref())?;
        Ok(Self { settings, templates })
    }

    /// Draws errors in the frame of the site.
    pub(crate) fn error_pages(this: &actix_web::web::Data<Self>) -> ErrorPages {
        let site = this.clone();
        ErrorPages::new(move |failure| errors::draw(&site, failure))
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("settings", &self.settings).finish_non_exhaustive()
    }
}
