//! Names by which spans and lines of the log are recognised by whoever passes them on.
//!
//! A span with the target [`TRACED`] and the level `TRACE` costs nothing until somebody listens to it.

/// Target of spans that are sent to a collector of traces.
pub const TRACED: &str = "instainstru_traced";
/// Target of the line that says that a request failed on our side.
pub const FAILED: &str = "instainstru_http::failed";
/// Target of the line that says that the program panicked.
pub const PANICKED: &str = "instainstru_server::panicked";
