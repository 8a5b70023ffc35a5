//! Rate limits: in process, or counted together by all servers.

mod gcra;
mod local;
mod pattern;
mod shared;

pub(crate) use self::shared::ForgetListener;
pub use self::{local::LocalLimiter, shared::SharedLimiter};
