//! The commands about mail.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, anyhow};
use instainstru_domain::{account::EmailAddress, ports::Clock};
use instainstru_notification::mail::{Alert, Severity, Writer, preview::samples};

use super::{Post, site};
use crate::{clock::SystemClock, config::Config};

/// `mail preview`: writes every mail there is, with made-up data, as text and as HTML into a directory.
///
/// # Errors
/// When a template is broken or the files cannot be written.
pub fn preview(config: &Config, directory: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let writer = Writer::new(site(config, None)?).context("the mails cannot be written")?;
    let samples = samples(&writer).map_err(|error| anyhow!(error))?;
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    for sample in &samples {
        let file = |suffix: &str, content: &str| {
            let path: PathBuf = directory.join(format!("{}.{suffix}", sample.name));
            fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
        };
        file("html", &sample.mail.html)?;
        file("txt", &format!("Subject: {}\n\n{}", sample.mail.subject.as_str(), sample.mail.text))?;
        if let Some(calendar) = &sample.mail.calendar {
            file("ics", &calendar.text)?;
        }
    }
    writeln!(out, "{} mails in {}", samples.len(), directory.display())?;
    Ok(())
}

/// `mail test`: sends a mail the way all mails go, and says what became of it.
///
/// # Errors
/// When the address is none, or the mail is not taken; the message says why.
pub fn send_test(config: &Config, to: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let to = EmailAddress::new(to)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let now = clock.now();
    let post = Post::new(config, clock, None)?;
    let alert = Alert {
        key: "test".to_owned(),
        severity: Severity::Info,
        title: "Mail works".to_owned(),
        message: "Somebody asked for this mail with `instainstru mail test`.".to_owned(),
        details: Vec::new(),
        raised_at: now,
    };
    post.alerts().send(std::slice::from_ref(&to), &alert)?;
    writeln!(out, "sent to {to} by {}", post.sender.name())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(data_dir: &Path) -> Config {
        let data_dir = data_dir.display().to_string();
        Config::read(&|name| (name == "INSTAINSTRU_DATA_DIR").then(|| data_dir.clone()), []).unwrap()
    }

    #[test]
    fn a_preview_shows_every_mail() {
        let directory = tempfile::tempdir().unwrap();
        let mut out = Vec::new();
        preview(&config(directory.path()), &directory.path().join("preview"), &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().starts_with("28 mails in "));
        for name in ["confirmation_student.full.html", "welcome.minimal.txt", "cancellation_student.full.ics"]
        {
            assert!(directory.path().join("preview").join(name).exists(), "{name}");
        }
    }

    #[test]
    fn a_test_mail_goes_the_way_of_all_mails() {
        let directory = tempfile::tempdir().unwrap();
        let mut out = Vec::new();
        send_test(&config(directory.path()), "ada@example.com", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "sent to ada@example.com by file\n");
        assert_eq!(fs::read_dir(directory.path().join("mail")).unwrap().count(), 1);
        assert!(send_test(&config(directory.path()), "ada", &mut Vec::new()).is_err());
    }
}
