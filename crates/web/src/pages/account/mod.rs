//! Somebody's own account: the name, the password, a copy of all data, and leaving.

pub(super) mod delete;
pub(super) mod password;
pub(super) mod show;
