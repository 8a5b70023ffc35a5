//! Reading back the mails that [`super::FileSender`] wrote, for whoever looks at them while developing.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use mail_parser::{Address, Message, MessageParser, MimeHeaders};

/// A directory of mails.
#[derive(Debug, Clone)]
pub struct Mailbox {
    directory: PathBuf,
}

/// A mail in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Name of its file, which names it here.
    pub name: String,
    /// When it was sent, in RFC 3339.
    pub date: String,
    /// Address it went to.
    pub to: String,
    /// What it is about.
    pub subject: String,
}

/// A mail with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// As in a list.
    pub listed: Listed,
    /// Name and address it came from.
    pub from: String,
    /// Its name in the world.
    pub message_id: String,
    /// What it says as text.
    pub text: String,
    /// What it says as HTML.
    pub html: String,
    /// Its attachments.
    pub attachments: Vec<KeptAttachment>,
    /// The file as it stands.
    pub raw: Vec<u8>,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAttachment {
    /// Its name.
    pub name: String,
    /// Its media type, such as `text/calendar`.
    pub content_type: String,
    /// The file.
    pub content: Vec<u8>,
}

impl Mailbox {
    /// The mails in this directory, which need not exist yet.
    #[must_use]
    pub const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The newest mails first, at most `limit`.
    ///
    /// # Errors
    /// When the directory or a mail cannot be read.
    pub fn list(&self, limit: usize) -> io::Result<Vec<Listed>> {
        let mut names = self.names()?;
        names.sort_unstable_by(|one, other| other.cmp(one));
        names.truncate(limit);
        let mut listed = Vec::with_capacity(names.len());
        for name in names {
            // Somebody may be clearing the directory.
            if let Some(mail) = self.read(&name)? {
                listed.push(mail.listed);
            }
        }
        Ok(listed)
    }

    /// The mail in the file of this name, if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, name: &str) -> io::Result<Option<Kept>> {
        if !is_ours(name) {
            return Ok(None);
        }
        match fs::read(self.directory.join(name)) {
            Ok(raw) => Ok(Some(kept(name, raw))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry?.file_name().into_string().ok().filter(|name| is_ours(name)));
        }
        Ok(names)
    }
}

/// Whether a name can be that of a mail: nothing that leads out of the directory is.
fn is_ours(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    Path::new(name).extension().is_some_and(|suffix| suffix == "eml")
        && !name.starts_with('.')
        && name.chars().all(is_plain)
}

/// What a file says; what it does not say is empty.
fn kept(name: &str, raw: Vec<u8>) -> Kept {
    let parsed = MessageParser::default().parse(&raw);
    let mail = parsed.as_ref();
    let listed = Listed {
        name: name.to_owned(),
        date: mail.and_then(Message::date).map(mail_parser::DateTime::to_rfc3339).unwrap_or_default(),
        to: mail.and_then(Message::to).map(people).unwrap_or_default(),
        subject: mail.and_then(Message::subject).unwrap_or_default().to_owned(),
    };
    Kept {
        listed,
        from: mail.and_then(Message::from).map(people).unwrap_or_default(),
        message_id: mail.and_then(Message::message_id).unwrap_or_default().to_owned(),
        text: mail.and_then(|mail| mail.body_text(0)).unwrap_or_default().into_owned(),
        html: mail.and_then(|mail| mail.body_html(0)).unwrap_or_default().into_owned(),
        attachments: mail.map(attachments).unwrap_or_default(),
        raw,
    }
}

fn people(addresses: &Address<'_>) -> String {
    let one = |address: &mail_parser::Addr<'_>| match (address.name(), address.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => address.or(name).unwrap_or_default().to_owned(),
    };
    addresses.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn attachments(mail: &Message<'_>) -> Vec<KeptAttachment> {
    mail.attachments()
        .map(|part| {
            let content_type = part.content_type().map_or_else(
                || "application/octet-stream".to_owned(),
                |kind| match kind.subtype() {
                    Some(subtype) => format!("{}/{subtype}", kind.ctype()),
                    None => kind.ctype().to_owned(),
                },
            );
            KeptAttachment {
                name: part.attachment_name().unwrap_or("attachment").to_owned(),
                content_type,
                content: part.contents().to_vec(),
            }
        })
        .collect()
}
