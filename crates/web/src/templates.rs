//! The template engine: every page and fragment is rendered here.

use std::path::{Path, PathBuf};

use instainstru_core::money::Cents;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use crate::{
    assets::{self, bundle},
    words,
};

/// Why a page could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A template has a mistake, or asks for something the page does not say.
    #[error("cannot render {name}")]
    Engine {
        /// Name of the template, or what was done to all of them.
        name: String,
        /// What the engine says.
        source: tera::Error,
    },
    /// The sources cannot be read.
    #[error("cannot read the templates")]
    Source(#[from] std::io::Error),
}

/// All templates.
pub(crate) struct Templates {
    engine: Tera,
    source: Option<PathBuf>,
}

/// What a template sees: the site around it and the page itself.
#[derive(Serialize)]
struct Model<'a, S, P> {
    site: &'a S,
    page: &'a P,
}

impl Templates {
    /// The templates that are part of the program, or those in `source`, read again at every request.
    pub(crate) fn load(source: Option<&Path>) -> Result<Self, TemplateError> {
        let embedded =
            assets::templates().iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Ok(Self { engine: engine(embedded)?, source: source.map(|source| source.join("templates")) })
    }

    /// A whole page.
    pub(crate) fn page<S: Serialize, P: Serialize>(
        &self,
        name: &str,
        site: &S,
        page: &P,
    ) -> Result<String, TemplateError> {
        self.with(name, site, page, |engine, context| engine.render(name, context))
    }

    /// One block of a page.
    pub(crate) fn block<S: Serialize, P: Serialize>(
        &self,
        name: &str,
        block: &str,
        site: &S,
        page: &P,
    ) -> Result<String, TemplateError> {
        self.with(name, site, page, |engine, context| engine.render_block(name, block, context))
    }

    fn with<S: Serialize, P: Serialize>(
        &self,
        name: &str,
        site: &S,
        page: &P,
        render: impl FnOnce(&Tera, &Context) -> tera::TeraResult<String>,
    ) -> Result<String, TemplateError> {
        let failed = |source| TemplateError::Engine { name: name.to_owned(), source };
        let context = Context::from_serialize(&Model { site, page }).map_err(failed)?;
        match &self.source {
            Some(directory) => render(&engine(bundle::templates(directory)?)?, &context),
            None => render(&self.engine, &context),
        }
        .map_err(failed)
    }

    /// Names of the pages, for tests that render all of them.
    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.engine.get_template_names()
    }
}

fn engine(templates: impl IntoIterator<Item = (String, String)>) -> Result<Tera, TemplateError> {
    let mut engine = Tera::new();
    engine.register_function("asset", asset);
    engine.register_filter("money", money);
    engine.register_filter("initials", |name: &str, _: Kwargs, _: &State<'_>| words::initials(name));
    engine.register_filter("urlencode", |text: &str, _: Kwargs, _: &State<'_>| words::url_encoded(text));
    engine.register_filter("hue", |id: i64, _: Kwargs, _: &State<'_>| words::hue(id));
    engine
        .add_raw_templates(templates)
        .map_err(|source| TemplateError::Engine { name: "all templates".to_owned(), source })?;
    Ok(engine)
}

/// `{{ asset(name="site.css") }}`: the address of an asset.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands the arguments over")]
fn asset(arguments: Kwargs, _: &State<'_>) -> tera::TeraResult<String> {
    let name: &str = arguments.must_get("name")?;
    assets::named(name)
        .map(|asset| asset.path.to_owned())
        .ok_or_else(|| tera::Error::message(format!("there is no asset {name}")))
}

/// `{{ cents | money }}`: an amount such as `$96` or `$96.50`.
fn money(cents: i64, _: Kwargs, _: &State<'_>) -> tera::TeraResult<String> {
    Cents::new(cents).map(words::money).map_err(tera::Error::message)
}
