//! The files of `deploy/`: whatever they name has to exist, and programs have to understand them.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the repository has failed")]

#[path = "deploy/compose.rs"]
mod compose;
#[path = "deploy/files.rs"]
mod files;
#[path = "deploy/image.rs"]
mod image;
#[path = "deploy/systemd.rs"]
mod systemd;
#[path = "deploy/terraform.rs"]
mod terraform;
