//! What the tests of pages share: a marketplace, a browser that keeps cookies and fills forms, and a search that says what it
//! is told.

mod browser;
mod counted;
mod html;
mod notebook;
mod oracle;
mod world;

pub use self::{
    browser::{Browser, Shown},
    notebook::Notebook,
    oracle::Oracle,
    world::{Site, TODAY, WEDNESDAY, instructor},
};
