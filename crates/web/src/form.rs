//! Forms: what was typed, what is wrong with it, and proof that it was typed on a page of ours.

use std::{collections::BTreeMap, future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use instainstru_http::{ApiError, error::ErrorCode, pages::IsPage};
use serde::Serialize;

use crate::{
    cookies::{self, Held, Name},
    seal,
    site::Site,
    visit::site_of,
};

/// What the token in a form is sealed for.
pub(crate) const CSRF_PURPOSE: &str = "form";
/// Name of the field that carries the token.
const CSRF_FIELD: &str = "csrf";
/// Longest form that is read, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// A form: values by field, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    values: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

/// One mistake, in the words that stand in the summary and beside the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldError {
    pub(crate) field: &'static str,
    pub(crate) message: String,
}

/// A form as templates see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct FormView {
    /// The first value of each field.
    pub(crate) values: BTreeMap<String, String>,
    /// All values of each field, for boxes to tick.
    pub(crate) all: BTreeMap<String, Vec<String>>,
    /// The message for each field that is wrong.
    pub(crate) wrong: BTreeMap<&'static str, String>,
    /// Everything that is wrong, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl FromRequest for Form {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            IsPage::mark(&request);
            let site = site_of(&request)?;
            let is_form =
                request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).is_some_and(
                    |it| {
                        it.split(';').next().is_some_and(|it| {
                            it.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
                        })
                    },
                );
            if !is_form {
                return Err(ApiError::new(ErrorCode::UnsupportedMediaType, "This address takes forms only"));
            }
            let body = web::Payload::from_request(&request, &mut payload)
                .await
                .map_err(|error| ApiError::internal(error.to_string()))?;
            let bytes = match body.to_bytes_limited(MAX_BYTES).await {
                Ok(Ok(bytes)) => bytes,
                Ok(Err(_broken)) => {
                    return Err(ApiError::new(ErrorCode::BadRequest, "The form broke off on its way"));
                }
                Err(_too_long) => {
                    return Err(ApiError::new(ErrorCode::PayloadTooLarge, "The form is too long"));
                }
            };
            let mut values: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes)
                .map_err(|_malformed| ApiError::new(ErrorCode::BadRequest, "The form cannot be read"))?;
            let token = values.iter().find(|(name, _)| name == CSRF_FIELD).map(|(_, value)| value.clone());
            values.retain(|(name, _)| name != CSRF_FIELD);
            check_token(&request, &site, token.as_deref().unwrap_or_default())?;
            Ok(Self { values, errors: Vec::new() })
        })
    }
}

/// Refuses forms that were not made for this browser.
///
/// A session may have ended since its page was made; the token then still fits the cookie, and the handler sends the visitor
/// to sign in.
fn check_token(request: &HttpRequest, site: &Site, token: &str) -> Result<(), ApiError> {
    let session = Held::by(request, &site.settings).map(|held| held.session);
    let fits = session
        .into_iter()
        .chain(cookies::read(request, &site.settings, Name::Visitor))
        .any(|holder| seal::is_same(token, &seal::seal(&site.settings.key, CSRF_PURPOSE, &holder, "")));
    if fits {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::Forbidden,
        "This form is out of date, so nothing was changed. Go back, reload the page and send it again.",
    ))
}

impl Form {
    /// A form with these values, to be shown for the first time.
    pub(crate) fn filled<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { values, errors: Vec::new() }
    }

    /// The value of a field as it was typed; empty when it is missing.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.values.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// The value of `result`, or `message` as the mistake of the field.
    pub(crate) fn take<T, E>(
        &mut self,
        field: &'static str,
        result: Result<T, E>,
        message: impl FnOnce(E) -> String,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(field, message(error));
                None
            }
        }
    }

    /// Notes a mistake.
    pub(crate) fn refuse(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError { field, message: message.into() });
    }

    /// Whether a mistake was found.
    pub(crate) const fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The form for its template.
    pub(crate) fn view(&self) -> FormView {
        let mut view = FormView { errors: self.errors.clone(), ..FormView::default() };
        for (name, value) in &self.values {
            view.values.entry(name.clone()).or_insert_with(|| value.clone());
            view.all.entry(name.clone()).or_default().push(value.clone());
        }
        for error in &self.errors {
            view.wrong.entry(error.field).or_insert_with(|| error.message.clone());
        }
        view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_what_was_typed_beside_what_is_wrong_with_it() {
        let mut form = Form::filled([("email", "ada@"), ("day", "mon"), ("day", "tue")]);
        assert_eq!((form.text("email"), form.text("missing")), ("ada@", ""));
        assert_eq!(form.all("day").collect::<Vec<_>>(), ["mon", "tue"]);
        assert_eq!(form.take("email", Err::<(), _>("bad"), |error| format!("Is {error}")), None);
        assert_eq!(form.take("day", Ok::<_, &str>(7), ToOwned::to_owned), Some(7));
        let view = form.view();
        assert_eq!(view.values["email"], "ada@");
        assert_eq!(view.all["day"], ["mon", "tue"]);
        assert_eq!(view.wrong["email"], "Is bad");
        assert_eq!(view.errors, [FieldError { field: "email", message: "Is bad".into() }]);
    }
}
