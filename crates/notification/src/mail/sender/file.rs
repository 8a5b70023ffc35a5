//! Writing mails into files, for development.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use instainstru_domain::ports::Clock;
use jiff::Timestamp;

use super::{MailSender, SendError, mime};
use crate::mail::message::{Mail, MessageId};

/// Writes each mail into a file of its own, `<time>-<message id>.eml`, so that names sort by time.
#[derive(Clone)]
pub struct FileSender {
    directory: PathBuf,
    clock: Arc<dyn Clock>,
}

impl FileSender {
    /// A sender that writes into this directory, which is made when it is missing.
    #[must_use]
    pub fn new(directory: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { directory, clock }
    }
}

impl std::fmt::Debug for FileSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileSender").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl MailSender for FileSender {
    fn name(&self) -> &'static str {
        "file"
    }

    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let now = self.clock.now();
        let message = mime::message(mail, now)?;
        let path = self.directory.join(file_name(now, &mail.message_id));
        write_whole(&path, &message.formatted())
            .map_err(|error| SendError::later(format!("cannot write {}", path.display()), Some(error.into())))
    }
}

/// `20260715T140000.000001Z-7.welcome.1.1782907200.eml`.
fn file_name(now: Timestamp, id: &MessageId) -> String {
    let local = id.as_str().split('@').next().unwrap_or_default();
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = local.chars().map(safe).collect();
    format!("{}-{name}.eml", now.strftime("%Y%m%dT%H%M%S.%6fZ"))
}

/// A file appears whole or not at all.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let unfinished = path.with_extension("tmp");
    let mut file = File::create(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}
