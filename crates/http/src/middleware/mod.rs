//! What happens to every request before and after its handler.

mod compression;
mod cors;
mod edge;
mod gate;
mod limit;
mod measure;
mod request_id;
mod security;
mod trace;

pub(crate) use self::{
    compression::{MIN_COMPRESSED_BYTES, mark_small_bodies, unmark_small_bodies},
    cors::cors,
    edge::edge,
    gate::gate,
    limit::limit,
    measure::RouteMemo,
};
