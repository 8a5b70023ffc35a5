//! Who is told what on which occasion.

use instainstru_domain::{
    account::{EmailAddress, Role, User},
    booking::{BookingDetails, Party},
    calendar::CalendarFile,
    ids::UserId,
    password_reset::ResetToken,
};
use jiff::Timestamp;
use serde::Serialize;
use tera::Context;

use super::{
    alert::{self, Alert},
    kind::MailKind,
    message::{Mail, MessageId, Recipient, Subject},
    render::{TemplateError, Templates},
    site::{BRAND, Site},
    view::{AccountView, LessonView, PolicyView},
};

/// Something that people are told of, with everything there is to tell. Never printed: it can hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Occasion {
    /// A lesson was booked.
    Confirmed(BookingDetails),
    /// A lesson was moved.
    Rescheduled(BookingDetails),
    /// A lesson was called off by this person.
    Cancelled(BookingDetails, UserId),
    /// A lesson is near.
    Reminder(BookingDetails),
    /// Somebody asked for a new password.
    ResetRequested {
        /// Who.
        user: User,
        /// The token that opens the page to set it.
        token: ResetToken,
        /// How long it is good for, in minutes.
        valid_minutes: i64,
    },
    /// Somebody has a new password.
    PasswordChanged(User),
    /// Somebody registered.
    Registered(User),
    /// Something is wrong with the marketplace itself.
    Alert {
        /// What.
        alert: Alert,
        /// Who administers the marketplace.
        to: Vec<EmailAddress>,
    },
}

/// A mail that is going to be written: everything but its body. Never printed: it can hold a secret.
pub struct Letter {
    message_id: MessageId,
    kind: MailKind,
    to: Recipient,
    subject: Subject,
    calendar: Option<CalendarFile>,
    context: Context,
}

impl Letter {
    /// The name of the mail.
    #[must_use]
    pub const fn message_id(&self) -> &MessageId {
        &self.message_id
    }

    /// Who it goes to.
    #[must_use]
    pub const fn to(&self) -> &Recipient {
        &self.to
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> MailKind {
        self.kind
    }

    /// The letter with more for its template.
    pub(super) fn telling(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.context.insert(name, value);
        self
    }
}

/// Writes the mails of one installation.
#[derive(Debug, Clone)]
pub struct Writer {
    site: Site,
    templates: Templates,
}

impl Writer {
    /// A writer of mails of this installation.
    ///
    /// # Errors
    /// [`TemplateError`] when a template does not compile.
    pub fn new(site: Site) -> Result<Self, TemplateError> {
        Ok(Self { site, templates: Templates::new()? })
    }

    /// What all mails have in common.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Who is told what about an occasion, which is the event with this number, at `now`.
    #[must_use]
    pub fn letters(&self, event: i64, occasion: &Occasion, now: Timestamp) -> Vec<Letter> {
        match occasion {
            Occasion::Confirmed(lesson) => self.to_both(event, lesson, now, |role, news| match role {
                Role::Student => news.letter(
                    MailKind::ConfirmationStudent,
                    &format!("Booking Confirmed: {} with {}", news.service(), lesson.instructor.full_name),
                ),
                Role::Instructor => news.letter(
                    MailKind::ConfirmationInstructor,
                    &format!("New Booking: {} with {}", news.service(), lesson.student.full_name),
                ),
            }),
            Occasion::Rescheduled(lesson) => self.to_both(event, lesson, now, |role, news| {
                let (kind, other) = match role {
                    Role::Student => (MailKind::RescheduledStudent, &lesson.instructor),
                    Role::Instructor => (MailKind::RescheduledInstructor, &lesson.student),
                };
                news.letter(kind, &format!("Booking Moved: {} with {}", news.service(), other.full_name))
            }),
            Occasion::Cancelled(lesson, by) => self.to_both(event, lesson, now, |role, mut news| {
                news.tell("reason", &lesson.booking.cancellation.as_ref().map(|off| off.reason.as_str()));
                news.tell("cancelled_by", &side_of(lesson, *by));
                let (me, notice, confirmation) = match role {
                    Role::Student => (
                        lesson.student.id,
                        MailKind::CancellationStudent,
                        MailKind::CancellationConfirmationStudent,
                    ),
                    Role::Instructor => (
                        lesson.instructor.id,
                        MailKind::CancellationInstructor,
                        MailKind::CancellationConfirmationInstructor,
                    ),
                };
                if me == *by {
                    news.letter(confirmation, &format!("Cancellation Confirmed: {}", news.service()))
                } else {
                    news.letter(notice, &format!("Booking Cancelled: {}", news.service()))
                }
            }),
            Occasion::Reminder(lesson) => self.to_both(event, lesson, now, |role, news| {
                let kind = match role {
                    Role::Student => MailKind::ReminderStudent,
                    Role::Instructor => MailKind::ReminderInstructor,
                };
                let when = match news.lesson.day_in_words() {
                    "today" => "Today",
                    "tomorrow" => "Tomorrow",
                    other => other,
                };
                // The lesson is where it was when the calendar was told of it.
                Letter {
                    calendar: None,
                    ..news.letter(kind, &format!("Reminder: {} {when}", news.service()))
                }
            }),
            Occasion::ResetRequested { user, token, valid_minutes } => {
                let link = self.site.links().reset_password(token.as_str());
                let subject = format!("Reset Your {BRAND} Password");
                vec![self.to_user(event, user, now, MailKind::PasswordReset, &subject, |context, links| {
                    context.insert("valid_for", &duration_in_words(*valid_minutes));
                    links.insert("reset", &link);
                })]
            }
            Occasion::PasswordChanged(user) => {
                let subject = format!("Your {BRAND} Password Has Been Reset");
                vec![self.to_user(
                    event,
                    user,
                    now,
                    MailKind::PasswordChanged,
                    &subject,
                    |_context, _links| {},
                )]
            }
            Occasion::Registered(user) => {
                let subject = format!("Welcome to {BRAND}");
                vec![self.to_user(event, user, now, MailKind::Welcome, &subject, |_context, _links| {})]
            }
            Occasion::Alert { alert, to } => {
                to.iter().map(|address| alert::letter(self, address, alert, now)).collect()
            }
        }
    }

    /// Writes a letter.
    ///
    /// # Errors
    /// [`TemplateError`] when its template asks for what is not there.
    pub fn write(&self, letter: Letter) -> Result<Mail, TemplateError> {
        let body = self.templates.render(letter.kind, &letter.context)?;
        Ok(Mail {
            message_id: letter.message_id,
            kind: letter.kind,
            from: self.site.from().clone(),
            to: letter.to,
            subject: letter.subject,
            text: body.text,
            html: body.html,
            calendar: letter.calendar,
        })
    }

    /// A letter to anybody, with what all letters have.
    pub(super) fn letter(
        &self,
        message_id: MessageId,
        kind: MailKind,
        to: Recipient,
        subject: Subject,
        now: Timestamp,
    ) -> Letter {
        let mut context = Context::new();
        let palette = kind.palette();
        context.insert("brand_name", BRAND);
        context.insert("current_year", &now.to_zoned(jiff::tz::TimeZone::UTC).year());
        context.insert("frontend_url", self.site.links().home());
        context.insert("support_email", self.site.from().as_str());
        context.insert("subject", subject.as_str());
        context.insert("palette", &PaletteView { main: palette.main, tint: palette.tint });
        context.insert("policy", &PolicyView::new());
        context.insert("links", &LinksView::new(&self.site).0);
        Letter { message_id, kind, to, subject, calendar: None, context }
    }

    /// One letter to the student and one to the instructor.
    fn to_both(
        &self,
        event: i64,
        lesson: &BookingDetails,
        now: Timestamp,
        write: impl Fn(Role, News<'_>) -> Letter,
    ) -> Vec<Letter> {
        let news = |role| News {
            writer: self,
            event,
            details: lesson,
            lesson: LessonView::new(lesson, self.site.reminder_hours(), now),
            role,
            now,
            more: Context::new(),
        };
        [Role::Student, Role::Instructor].map(|role| write(role, news(role))).into()
    }

    fn to_user(
        &self,
        event: i64,
        user: &User,
        now: Timestamp,
        kind: MailKind,
        subject: &str,
        add: impl FnOnce(&mut Context, &mut LinksView),
    ) -> Letter {
        let id = MessageId::of_event(event, kind, user.id, user.created_at, &self.site);
        let to = Recipient { name: Some(user.full_name.to_string()), address: user.email.clone() };
        let mut letter = self.letter(id, kind, to, Subject::new(subject), now);
        let mut links = LinksView::new(&self.site);
        add(&mut letter.context, &mut links);
        letter.context.insert("user", &AccountView::new(user));
        letter.context.insert("links", &links.0);
        letter
    }
}

/// News about a lesson for one of its parties.
struct News<'a> {
    writer: &'a Writer,
    event: i64,
    details: &'a BookingDetails,
    lesson: LessonView,
    role: Role,
    now: Timestamp,
    more: Context,
}

impl News<'_> {
    fn service(&self) -> &str {
        &self.details.booking.service_name
    }

    /// Adds something that only some mails tell.
    fn tell(&mut self, name: &'static str, value: &impl Serialize) {
        self.more.insert(name, value);
    }

    fn me(&self) -> &Party {
        match self.role {
            Role::Student => &self.details.student,
            Role::Instructor => &self.details.instructor,
        }
    }

    fn letter(&self, kind: MailKind, subject: &str) -> Letter {
        let (site, me, booking) = (&self.writer.site, self.me(), &self.details.booking);
        let link = match self.role {
            Role::Student => site.links().student_lessons(),
            Role::Instructor => site.links().instructor_lesson(booking.id),
        };
        let id = MessageId::of_event(self.event, kind, me.id, booking.created_at, site);
        let to = Recipient { name: Some(me.full_name.to_string()), address: me.email.clone() };
        let mut letter = self.writer.letter(id, kind, to, Subject::new(subject), self.now);
        let mut links = LinksView::new(site);
        links.insert("lesson", &link);
        letter.context.insert("links", &links.0);
        letter.context.insert("booking", &self.lesson);
        letter.context.extend(self.more.clone());
        letter.calendar = Some(site.calendar().sent(self.details, self.role, &link));
        letter
    }
}

/// `student` or `instructor`, or `support` when it was neither.
fn side_of(lesson: &BookingDetails, user: UserId) -> &'static str {
    if user == lesson.student.id {
        Role::Student.as_str()
    } else if user == lesson.instructor.id {
        Role::Instructor.as_str()
    } else {
        "support"
    }
}

fn duration_in_words(minutes: i64) -> String {
    match minutes {
        60 => "1 hour".to_owned(),
        hours if hours > 60 && hours % 60 == 0 => format!("{} hours", hours / 60),
        1 => "1 minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

#[derive(Serialize)]
struct PaletteView {
    main: &'static str,
    tint: &'static str,
}

/// Where the links of a mail lead, by name.
struct LinksView(std::collections::BTreeMap<&'static str, String>);

impl LinksView {
    fn new(site: &Site) -> Self {
        let links = site.links();
        Self(
            [
                ("help", links.help()),
                ("terms", links.terms()),
                ("privacy", links.privacy()),
                ("login", links.login()),
                ("forgot_password", links.forgot_password()),
                ("instructors", links.instructors()),
                ("instructor_home", links.instructor_home()),
            ]
            .into(),
        )
    }

    fn insert(&mut self, name: &'static str, link: &str) {
        self.0.insert(name, link.to_owned());
    }
}
