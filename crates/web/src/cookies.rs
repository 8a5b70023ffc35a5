//! The cookies of the site.

use std::fmt;

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use rand::{TryRngCore as _, rngs::OsRng};

use crate::settings::WebSettings;

/// Holds the session of who is signed in, see [`Held`].
const SESSION: &str = "session";
/// Names a browser in which nobody is signed in, so that forms can be bound to it.
const VISITOR: &str = "visitor";
/// Holds a message for the next page.
const FLASH: &str = "flash";
/// Holds the theme that was chosen.
const THEME: &str = "theme";

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Session,
    Visitor,
    Flash,
    Theme,
}

impl Name {
    const fn base(self) -> &'static str {
        match self {
            Self::Session => SESSION,
            Self::Visitor => VISITOR,
            Self::Flash => FLASH,
            Self::Theme => THEME,
        }
    }

    /// Its name in this installation. The prefix makes browsers refuse the cookie from other hosts and from plain HTTP.
    fn on(self, settings: &WebSettings) -> String {
        if settings.secure { format!("__Host-{}", self.base()) } else { self.base().to_owned() }
    }
}

/// The value of a cookie of this request.
pub(crate) fn read(request: &HttpRequest, settings: &WebSettings, name: Name) -> Option<String> {
    request
        .cookie(&name.on(settings))
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| !value.is_empty())
}

/// A cookie that lasts until the browser is closed.
pub(crate) fn of_session(settings: &WebSettings, name: Name, value: String) -> Cookie<'static> {
    Cookie::build(name.on(settings), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.secure)
        .finish()
}

/// A cookie that lasts a year.
pub(crate) fn lasting(settings: &WebSettings, name: Name, value: String) -> Cookie<'static> {
    let mut cookie = of_session(settings, name, value);
    cookie.set_max_age(Duration::days(365));
    cookie
}

/// The cookie of a session, which lasts as long as its token does.
pub(crate) fn of_signed_in(settings: &WebSettings, held: &Held) -> Cookie<'static> {
    let mut cookie = of_session(settings, Name::Session, held.to_string());
    cookie.set_max_age(Duration::seconds(settings.session_lifetime.as_secs()));
    cookie
}

/// What the cookie of a session holds.
///
/// Tokens are renewed while pages of the same session stand open elsewhere. Their forms are bound to the name of the session,
/// which stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// Name of the session that nobody can guess.
    pub(crate) session: String,
    /// The token that proves who it is.
    pub(crate) token: String,
}

impl Held {
    /// Stands between the two, and in neither.
    const BETWEEN: char = '~';

    /// What the cookie of this request holds.
    pub(crate) fn by(request: &HttpRequest, settings: &WebSettings) -> Option<Self> {
        let value = read(request, settings, Name::Session)?;
        let (session, token) = value.split_once(Self::BETWEEN)?;
        Some(Self { session: session.to_owned(), token: token.to_owned() })
    }

    /// A session that begins with this token.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub(crate) fn new(token: String) -> Result<Self, rand::rand_core::OsError> {
        Ok(Self { session: unguessable()?, token })
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.session, Self::BETWEEN, self.token)
    }
}

/// Takes a cookie away.
pub(crate) fn removed(settings: &WebSettings, name: Name) -> Cookie<'static> {
    let mut cookie = of_session(settings, name, String::new());
    cookie.make_removal();
    cookie
}

/// A name for a browser or a session that nobody can guess.
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn unguessable() -> Result<String, rand::rand_core::OsError> {
    use std::fmt::Write as _;
    let mut bytes = [0_u8; 16];
    OsRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}
