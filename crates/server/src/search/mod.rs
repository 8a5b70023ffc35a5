//! Search: the engine behind its port, the words and the index that follow the database, the memory of past searches, and the
//! command that explains.

mod cursor;
mod engine;
mod explain;
mod follower;
mod indexer;
mod keys;
mod live;
mod recorder;
mod rows;
mod words;

pub(crate) use self::{cursor::Cursor, live::Moment};
pub use self::{
    engine::EngineSearch,
    explain::{Asked, explain, read_now},
    follower::Follower,
    indexer::{Freshness, IndexError, Indexer},
    keys::SearchKeys,
    live::LiveSearch,
    recorder::{RecorderLog, SearchRecorder},
};
