//! What is logged and how.

use tracing_subscriber::EnvFilter;

use super::{Environment, reader::Reader};

/// What is logged and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// Shape of a line.
    pub format: LogFormat,
    /// Directives such as `info,instainstru_http=debug`.
    pub filter: String,
}

/// Shape of a line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl LogConfig {
    /// Reads the part about logging.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        let structured = reader.flag("STRUCTURED_LOGS", environment == Environment::Production);
        let usual = if structured { LogFormat::Json } else { LogFormat::Text };
        Self {
            format: reader.choice(
                "LOG_FORMAT",
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
                usual,
            ),
            filter: reader.parsed("RUST_LOG", "info".to_owned(), |text| {
                EnvFilter::try_new(text)
                    .map(|_valid| text.to_owned())
                    .map_err(|error| format!("is no filter such as info or instainstru=debug: {error}"))
            }),
        }
    }
}
