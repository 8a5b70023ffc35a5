//! Choosing light or dark.

use actix_web::HttpResponse;
use instainstru_http::ApiError;

use crate::{
    cookies::{self, Name},
    form::Form,
    local_path::LocalPath,
    theme::Theme,
    visit::Visit,
};

/// `POST /theme`: remembers the choice and goes back.
pub(super) async fn choose(visit: Visit, form: Form) -> Result<HttpResponse, ApiError> {
    let settings = &visit.site().settings;
    let mut response = visit.go(LocalPath::or_home(Some(form.text("next"))).as_str());
    let cookie = match Theme::parse(form.text("theme")) {
        Some(theme @ (Theme::Light | Theme::Dark)) => {
            cookies::lasting(settings, Name::Theme, theme.as_str().to_owned())
        }
        Some(Theme::Auto) | None => cookies::removed(settings, Name::Theme),
    };
    response.add_cookie(&cookie).map_err(ApiError::internal)?;
    Ok(response)
}
