//! One visit of a page: who looks at it, in which colours, and how the answer goes out.

use std::{future::Future, pin::Pin, rc::Rc, sync::Arc};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, HttpResponse,
    cookie::Cookie,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use instainstru_domain::account::{Role, User};
use instainstru_http::{ApiError, Application, Read, pages::IsPage};
use instainstru_service::accounts::{AccountError, Returned};
use serde::Serialize;

use crate::{
    cookies::{self, Held, Name},
    flash::{Flash, Tone},
    form::CSRF_PURPOSE,
    reply::{self, Keep},
    seal,
    site::Site,
    theme::Theme,
    words,
};

/// The answer of a page. Errors are drawn in the frame of the site.
pub(crate) type PageResult = Result<HttpResponse, ApiError>;

/// One visit of a page. Clones share it.
#[derive(Clone)]
pub(crate) struct Visit(Rc<Inner>);

struct Inner {
    request: HttpRequest,
    site: web::Data<Site>,
    user: Option<User>,
    frame: Arc<Frame>,
    /// Cookies that go out with whatever is answered.
    cookies: Vec<Cookie<'static>>,
}

/// What templates know of the site around a page, as `site`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Frame {
    /// Who is signed in.
    pub(crate) user: Option<Viewer>,
    /// Which navigation belongs here: `public`, `student`, `teach` or `admin`.
    pub(crate) nav: &'static str,
    /// The path without its query, for `aria-current`.
    pub(crate) path: String,
    /// The path with its query, to come back to.
    pub(crate) here: String,
    pub(crate) theme: Theme,
    /// The token that forms carry.
    pub(crate) csrf: String,
    /// A message from the page before.
    pub(crate) flash: Option<Flash>,
    /// The current year in New York.
    pub(crate) year: i16,
    /// Whether there is a style guide to link to.
    pub(crate) styleguide: bool,
}

/// Somebody who is signed in, for templates.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Viewer {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) first_name: String,
    pub(crate) email: String,
    pub(crate) is_instructor: bool,
    pub(crate) is_admin: bool,
}

impl Viewer {
    fn of(user: &User) -> Self {
        let name = user.full_name.to_string();
        Self {
            id: user.id.get(),
            first_name: name.split_whitespace().next().unwrap_or_default().to_owned(),
            name,
            email: user.email.to_string(),
            is_instructor: user.role == Role::Instructor,
            is_admin: user.is_admin,
        }
    }
}

impl FromRequest for Visit {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let read = Read::from_request(&request, payload);
        Box::pin(async move {
            IsPage::mark(&request);
            let read = read.await?;
            let site = site_of(&request)?;
            let app = read.app().clone();
            let held = Held::by(&request, &site.settings);
            let returned = match &held {
                None => None,
                Some(Held { token, .. }) => {
                    let token = token.clone();
                    read.run(move |app| Ok::<_, ApiError>(bearer(app, &token))).await??
                }
            };
            Self::begin(&request, site, &app, returned, held)
        })
    }
}

/// Who bears a token; nobody when it proves nothing any more.
fn bearer(app: &Application, token: &str) -> Result<Option<Returned>, ApiError> {
    match app.accounts.resume(token) {
        Ok(returned) => Ok(returned.user.is_active.then_some(returned)),
        Err(AccountError::InvalidToken | AccountError::UserGone | AccountError::BadCredentials) => Ok(None),
        Err(other @ (AccountError::EmailTaken | AccountError::Storage(_) | AccountError::Security(_))) => {
            Err(other.into())
        }
    }
}

/// The site behind a request.
pub(crate) fn site_of(request: &HttpRequest) -> Result<web::Data<Site>, ApiError> {
    request
        .app_data::<web::Data<Site>>()
        .cloned()
        .ok_or_else(|| ApiError::internal("the site is not among the data of the server"))
}

impl Visit {
    fn begin(
        request: &HttpRequest,
        site: web::Data<Site>,
        app: &Application,
        returned: Option<Returned>,
        held: Option<Held>,
    ) -> Result<Self, ApiError> {
        let settings = &site.settings;
        let mut cookies = Vec::new();
        if returned.is_none() && cookies::read(request, settings, Name::Session).is_some() {
            cookies.push(cookies::removed(settings, Name::Session));
        }
        let (user, renewed) =
            returned.map_or((None, None), |Returned { user, renewed }| (Some(user), renewed));
        let visitor = cookies::read(request, settings, Name::Visitor);
        let holder = match (held.filter(|_| user.is_some()), visitor) {
            (Some(Held { session, .. }), _) => {
                if let Some(token) = renewed {
                    let held = Held { session: session.clone(), token };
                    cookies.push(cookies::of_signed_in(settings, &held));
                }
                session
            }
            (None, Some(visitor)) => visitor,
            (None, None) => {
                let visitor = cookies::unguessable().map_err(ApiError::internal)?;
                cookies.push(cookies::of_session(settings, Name::Visitor, visitor.clone()));
                visitor
            }
        };
        let flash = cookies::read(request, settings, Name::Flash)
            .and_then(|value| Flash::from_cookie(&settings.key, &value));
        let frame = Frame {
            nav: nav(request.path(), user.as_ref()),
            user: user.as_ref().map(Viewer::of),
            path: request.path().to_owned(),
            here: request.uri().path_and_query().map_or("/", |here| here.as_str()).to_owned(),
            theme: theme_of(request, &site),
            csrf: seal::seal(&settings.key, CSRF_PURPOSE, &holder, ""),
            flash,
            year: instainstru_domain::zone::Zone::new_york().date_at(app.clock.now()).year(),
            styleguide: settings.styleguide,
        };
        let frame = Arc::new(frame);
        request.extensions_mut().insert(Arc::clone(&frame));
        Ok(Self(Rc::new(Inner { request: request.clone(), site, user, frame, cookies })))
    }

    /// Who is signed in.
    pub(crate) fn user(&self) -> Option<&User> {
        self.0.user.as_ref()
    }

    pub(crate) fn site(&self) -> &Site {
        &self.0.site
    }

    pub(crate) fn request(&self) -> &HttpRequest {
        &self.0.request
    }

    /// The token of the session, to give it up.
    pub(crate) fn session_token(&self) -> Option<String> {
        Held::by(self.request(), &self.site().settings).map(|held| held.token)
    }

    /// The cookie of a session that begins with this token.
    ///
    /// # Errors
    /// 500 when the system has no randomness to give.
    pub(crate) fn session_cookie(&self, token: String) -> Result<Cookie<'static>, ApiError> {
        let held = Held::new(token).map_err(ApiError::internal)?;
        Ok(cookies::of_signed_in(&self.site().settings, &held))
    }

    /// Whether a script asks for a part of the page only.
    pub(crate) fn wants_fragment(&self) -> bool {
        self.request().headers().get("HX-Request-Type").is_some_and(|kind| kind.as_bytes() == b"partial")
    }

    /// The page made from a template and its model.
    ///
    /// # Errors
    /// 500 when the template asks for something that the model does not say.
    pub(crate) fn page<P: Serialize>(&self, template: &str, model: &P) -> PageResult {
        self.page_with(StatusCode::OK, template, model)
    }

    /// The page with another status, such as 422 for a form that has mistakes.
    ///
    /// # Errors
    /// As [`Visit::page`].
    pub(crate) fn page_with<P: Serialize>(
        &self,
        status: StatusCode,
        template: &str,
        model: &P,
    ) -> PageResult {
        let body = self.site().templates.page(template, &*self.0.frame, model).map_err(ApiError::internal)?;
        Ok(self.send(status, body))
    }

    /// The block of a template when a script asks for a part, the whole page otherwise.
    ///
    /// # Errors
    /// As [`Visit::page`].
    pub(crate) fn page_or_block<P: Serialize>(&self, template: &str, block: &str, model: &P) -> PageResult {
        if !self.wants_fragment() {
            return self.page(template, model);
        }
        let body = self
            .site()
            .templates
            .block(template, block, &*self.0.frame, model)
            .map_err(ApiError::internal)?;
        Ok(self.send(StatusCode::OK, body))
    }

    /// A redirect after something was done: the browser gets the next page.
    pub(crate) fn go(&self, path: &str) -> HttpResponse {
        let mut response = HttpResponse::SeeOther();
        response.insert_header((header::LOCATION, path)).insert_header((header::CACHE_CONTROL, "no-store"));
        for cookie in &self.0.cookies {
            response.cookie(cookie.clone());
        }
        response.finish()
    }

    /// A redirect to a page that begins with a message.
    ///
    /// # Errors
    /// 500 when the message cannot be written.
    pub(crate) fn go_saying(&self, path: &str, tone: Tone, text: impl Into<String>) -> PageResult {
        let settings = &self.site().settings;
        let message =
            Flash { tone, text: text.into() }.to_cookie(&settings.key).map_err(ApiError::internal)?;
        let mut response = self.go(path);
        response
            .add_cookie(&cookies::of_session(settings, Name::Flash, message))
            .map_err(ApiError::internal)?;
        Ok(response)
    }

    fn send(&self, status: StatusCode, body: String) -> HttpResponse {
        let private = self.0.user.is_some() || self.0.frame.flash.is_some() || !self.0.cookies.is_empty();
        let keep = if private || status != StatusCode::OK { Keep::Never } else { Keep::Revalidate };
        let mut cookies = self.0.cookies.clone();
        if self.0.frame.flash.is_some() {
            cookies.push(cookies::removed(&self.site().settings, Name::Flash));
        }
        reply::html(Some(self.request()), status, keep, &cookies, body)
    }
}

/// The colours a visitor has chosen.
pub(crate) fn theme_of(request: &HttpRequest, site: &Site) -> Theme {
    cookies::read(request, &site.settings, Name::Theme)
        .and_then(|theme| Theme::parse(&theme))
        .unwrap_or_default()
}

fn nav(path: &str, user: Option<&User>) -> &'static str {
    let within =
        |area: &str| path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    match user {
        None => "public",
        Some(user) if user.is_admin && within("/admin") => "admin",
        Some(user) if user.role == Role::Instructor => "teach",
        Some(_) => "student",
    }
}

impl Frame {
    /// The frame around an error when nobody looked who is there.
    pub(crate) fn of_nobody(path: &str, theme: Theme, styleguide: bool) -> Self {
        Self {
            user: None,
            nav: "public",
            path: path.to_owned(),
            here: path.to_owned(),
            theme,
            csrf: String::new(),
            flash: None,
            year: 0,
            styleguide,
        }
    }
}

/// Names as they are shown to others; kept here so that view models and the frame agree.
pub(crate) fn public_name(user: &User) -> String {
    words::short_name(user.full_name.as_str())
}
