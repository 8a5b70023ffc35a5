//! The templates, compiled into the program.

use tera::{Context, Tera};

use super::kind::MailKind;

/// The templates of all mails. HTML is escaped by itself, whatever people wrote.
#[derive(Clone)]
pub struct Templates(Tera);

/// A template that cannot be read or rendered: a mistake of ours.
#[derive(Debug, thiserror::Error)]
#[error("a mail template is broken")]
pub struct TemplateError(#[from] tera::Error);

/// What a mail says.
pub(super) struct Body {
    pub(super) text: String,
    pub(super) html: String,
}

/// Name and source of both forms of each template.
macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../templates/", $name)))),+]
    };
}

const SOURCES: [(&str, &str); 31] = sources![
    "base.html",
    "base.txt",
    "components.html",
    "auth/password_changed.html",
    "auth/password_changed.txt",
    "auth/password_reset.html",
    "auth/password_reset.txt",
    "auth/welcome.html",
    "auth/welcome.txt",
    "booking/cancellation_confirmation_instructor.html",
    "booking/cancellation_confirmation_instructor.txt",
    "booking/cancellation_confirmation_student.html",
    "booking/cancellation_confirmation_student.txt",
    "booking/cancellation_instructor.html",
    "booking/cancellation_instructor.txt",
    "booking/cancellation_student.html",
    "booking/cancellation_student.txt",
    "booking/confirmation_instructor.html",
    "booking/confirmation_instructor.txt",
    "booking/confirmation_student.html",
    "booking/confirmation_student.txt",
    "booking/reminder_instructor.html",
    "booking/reminder_instructor.txt",
    "booking/reminder_student.html",
    "booking/reminder_student.txt",
    "booking/rescheduled_instructor.html",
    "booking/rescheduled_instructor.txt",
    "booking/rescheduled_student.html",
    "booking/rescheduled_student.txt",
    "monitoring/alert.html",
    "monitoring/alert.txt",
];

impl Templates {
    /// Reads the templates.
    ///
    /// # Errors
    /// [`TemplateError`] when one does not compile.
    pub fn new() -> Result<Self, TemplateError> {
        let mut tera = Tera::default();
        tera.add_raw_templates(SOURCES)?;
        Ok(Self(tera))
    }

    /// Both forms of a mail.
    pub(super) fn render(&self, kind: MailKind, context: &Context) -> Result<Body, TemplateError> {
        let form = |suffix: &str| {
            let name = format!("{}/{}.{suffix}", kind.directory(), kind.as_str());
            self.0.render(&name, context)
        };
        Ok(Body { text: tidy(&form("txt")?), html: form("html")? })
    }
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Templates")
    }
}

/// The text without spaces at the ends of lines and without runs of empty lines, whichever parts a template left out.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.trim().lines().map(str::trim_end) {
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        tidied.push_str(line);
    }
    tidied.push('\n');
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_has_both_forms() {
        let templates = Templates::new().unwrap();
        for kind in MailKind::ALL {
            for suffix in ["txt", "html"] {
                let name = format!("{}/{}.{suffix}", kind.directory(), kind.as_str());
                assert!(templates.0.contains_template(&name), "{name}");
            }
        }
        assert_eq!(SOURCES.len(), 3 + 2 * MailKind::ALL.len());
    }

    #[test]
    fn texts_are_tidied() {
        assert_eq!(tidy("\n\na  \n\n\n \nb\nc\n\n"), "a\n\nb\nc\n");
    }
}
