//! Search: the engine behind its port, the index that follows the database, and the command that explains.

mod cursor;
mod engine;
mod explain;
mod follower;
mod indexer;
mod rows;

pub(crate) use self::cursor::Cursor;
pub use self::{
    engine::EngineSearch,
    explain::{Asked, explain, read_now},
    follower::Follower,
    indexer::Indexer,
};
