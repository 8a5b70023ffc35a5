//! Who did what: security-relevant and administrative actions, written once and never changed.

use std::{collections::BTreeMap, fmt, net::IpAddr, str::FromStr};

use jiff::Timestamp;

use crate::{
    account::UnknownName,
    ids::{BookingId, CatalogueServiceId, CategoryId, UserId},
};

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What somebody did. The names are stored and never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum AuditAction {
            $($(#[$doc])* $variant,)+
        }

        impl AuditAction {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, such as `login.failed`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl FromStr for AuditAction {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    other => Err(UnknownName::new(other, concat!($($name, ", "),+, "and no other"))),
                }
            }
        }
    };
}

actions! {
    /// Somebody logged in.
    LoggedIn = "login.succeeded",
    /// Somebody tried to log in and was refused. The subject is the account, if the address belongs to one.
    LoginFailed = "login.failed",
    /// Somebody gave up a token.
    LoggedOut = "logout",
    /// Somebody asked for a new password. The subject is the account, if the address belongs to one.
    PasswordResetRequested = "password.reset_requested",
    /// Somebody set a new password with a token from a mail.
    PasswordReset = "password.reset",
    /// Somebody set a new password, knowing the old one.
    PasswordChanged = "password.changed",
    /// An account was made an administrator.
    AdminGranted = "admin.granted",
    /// An administrator was made an ordinary account.
    AdminRevoked = "admin.revoked",
    /// An account was switched off by an administrator.
    AccountSwitchedOff = "account.switched_off",
    /// An account was switched on again by an administrator.
    AccountSwitchedOn = "account.switched_on",
    /// An instructor hid from the public.
    AccountSuspended = "account.suspended",
    /// An instructor closed the account.
    AccountDeactivated = "account.deactivated",
    /// An instructor is shown to the public again.
    AccountReactivated = "account.reactivated",
    /// Somebody changed what the account says about them.
    AccountChanged = "account.changed",
    /// Somebody took a copy of everything about them.
    AccountExported = "account.exported",
    /// Somebody left for good.
    AccountDeleted = "account.deleted",
    /// An administrator called a lesson off in the name of the marketplace. The parties do so without an entry.
    BookingCancelled = "booking.cancelled",
    /// The catalogue was edited.
    CatalogueEdited = "catalogue.edited",
    /// The delivery of an event was tried again by hand.
    EventRetried = "event.retried",
    /// An event was given up by hand.
    EventDiscarded = "event.discarded",
    /// A job was run by hand.
    JobRun = "job.run",
    /// Rate limits were reset by hand.
    LimitsReset = "limits.reset",
    /// Caches or their figures were reset by hand.
    CacheReset = "cache.reset",
    /// An alert was acknowledged.
    AlertAcknowledged = "alert.acknowledged",
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kind of thing an action was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// An account.
    User,
    /// A booking.
    Booking,
    /// A category of the catalogue.
    Category,
    /// A service of the catalogue.
    CatalogueService,
    /// An event of the outbox.
    Event,
}

impl SubjectKind {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Booking => "booking",
            Self::Category => "category",
            Self::CatalogueService => "catalogue_service",
            Self::Event => "event",
        }
    }
}

impl FromStr for SubjectKind {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "user" => Ok(Self::User),
            "booking" => Ok(Self::Booking),
            "category" => Ok(Self::Category),
            "catalogue_service" => Ok(Self::CatalogueService),
            "event" => Ok(Self::Event),
            other => Err(UnknownName::new(other, "user, booking, category, catalogue_service, event")),
        }
    }
}

/// What an action was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AuditSubject {
    /// What kind of thing.
    pub kind: SubjectKind,
    /// Its id.
    pub id: i64,
}

impl AuditSubject {
    /// An event of the outbox, by its number.
    #[must_use]
    pub const fn event(number: i64) -> Self {
        Self { kind: SubjectKind::Event, id: number }
    }
}

macro_rules! subjects {
    ($($id:ident => $kind:ident,)+) => {$(
        impl From<$id> for AuditSubject {
            fn from(id: $id) -> Self {
                Self { kind: SubjectKind::$kind, id: id.get().into() }
            }
        }
    )+};
}

subjects! {
    UserId => User,
    BookingId => Booking,
    CategoryId => Category,
    CatalogueServiceId => CatalogueService,
}

/// A few short facts about an action, by name.
///
/// Never a name, an address or a note of a person: entries outlive accounts. Values are cut to
/// [`AuditDetail::MAX_VALUE_CHARS`], and control characters become spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditDetail(BTreeMap<String, String>);

impl AuditDetail {
    /// Greatest number of characters of a value.
    pub const MAX_VALUE_CHARS: usize = 500;

    /// The facts as stored.
    #[must_use]
    pub const fn stored(facts: BTreeMap<String, String>) -> Self {
        Self(facts)
    }

    /// The facts, by name.
    #[must_use]
    pub const fn facts(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    fn add(&mut self, name: &'static str, value: &str) {
        let plain = value.chars().take(Self::MAX_VALUE_CHARS).map(|c| if c.is_control() { ' ' } else { c });
        self.0.insert(name.to_owned(), plain.collect());
    }
}

/// Where a request came from. Empty for the command line and for jobs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The id by which the log of the server knows the request; at most [`Origin::MAX_REQUEST_CHARS`].
    pub request: Option<String>,
    /// Network address of the client.
    pub address: Option<IpAddr>,
}

impl Origin {
    /// Greatest number of characters of the id of a request.
    pub const MAX_REQUEST_CHARS: usize = 128;
}

/// An entry that is not written yet.
///
/// ```
/// use instainstru_domain::{audit::{AuditAction, NewAuditEntry}, ids::UserId};
///
/// let (admin, ada) = (UserId::new(1)?, UserId::new(7)?);
/// let entry = NewAuditEntry::new(AuditAction::AccountSwitchedOff, "2026-07-15T12:00:00Z".parse()?)
///     .by(admin)
///     .about(ada)
///     .saying("reason", "three complaints");
/// assert_eq!(entry.detail.facts()["reason"], "three complaints");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// When it was done.
    pub at: Timestamp,
    /// What was done.
    pub action: AuditAction,
    /// Who did it; nobody for the command line, for jobs, and for whoever is not logged in.
    pub actor: Option<UserId>,
    /// What it was done to.
    pub subject: Option<AuditSubject>,
    /// A few facts.
    pub detail: AuditDetail,
    /// Where the request came from.
    pub origin: Origin,
}

impl NewAuditEntry {
    /// Something that nobody in particular did to nothing in particular.
    #[must_use]
    pub fn new(action: AuditAction, at: Timestamp) -> Self {
        Self {
            at,
            action,
            actor: None,
            subject: None,
            detail: AuditDetail::default(),
            origin: Origin::default(),
        }
    }

    /// The same, done by this account.
    #[must_use]
    pub const fn by(mut self, actor: UserId) -> Self {
        self.actor = Some(actor);
        self
    }

    /// The same, done to this.
    #[must_use]
    pub fn about(mut self, subject: impl Into<AuditSubject>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same with one more fact; see [`AuditDetail`] for what it must not hold.
    #[must_use]
    pub fn saying(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.detail.add(name, &value.to_string());
        self
    }

    /// The same, caused by this request.
    #[must_use]
    pub fn caused_by(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number; later entries of one transaction have higher ones.
    pub number: i64,
    /// What it says. The address is gone once it was kept long enough, and everything that leads to a person is gone when the
    /// account is.
    pub entry: NewAuditEntry,
}

/// Which entries to read. Everything given must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only what this account did.
    pub actor: Option<UserId>,
    /// Only what this account did or what was done to it.
    pub concerning: Option<UserId>,
    /// Only this action.
    pub action: Option<AuditAction>,
    /// Only what was done then or later.
    pub since: Option<Timestamp>,
    /// Only entries older than the one with this number: the next part of a list whose last entry it was.
    pub before: Option<i64>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_is_read_back_from_its_name_and_names_are_unique() {
        let mut names = BTreeSet::new();
        for action in AuditAction::ALL {
            assert_eq!(action.as_str().parse::<AuditAction>().unwrap(), *action);
            assert!(names.insert(action.as_str()), "{action}");
            assert!(action.as_str().len() <= 60);
        }
        assert!("login".parse::<AuditAction>().is_err());
    }

    #[test]
    fn every_kind_of_subject_is_read_back_from_its_name() {
        use SubjectKind::{Booking, CatalogueService, Category, Event, User};
        for kind in [User, Booking, Category, CatalogueService, Event] {
            assert_eq!(kind.as_str().parse::<SubjectKind>().unwrap(), kind);
        }
        assert!("users".parse::<SubjectKind>().is_err());
    }

    #[test]
    fn facts_are_short_and_on_one_line() {
        let entry = NewAuditEntry::new(AuditAction::JobRun, Timestamp::UNIX_EPOCH)
            .saying("job", "two\nlines\0")
            .saying("reason", "é".repeat(501));
        assert_eq!(entry.detail.facts()["job"], "two lines ");
        assert_eq!(entry.detail.facts()["reason"].chars().count(), 500);
    }
}
