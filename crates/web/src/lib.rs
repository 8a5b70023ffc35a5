#![doc = include_str!("../README.md")]

mod assets;
mod cookies;
mod errors;
mod flash;
mod form;
mod guards;
mod local_path;
mod pages;
mod reply;
mod seal;
mod settings;
mod site;
mod templates;
mod theme;
mod view;
mod visit;
mod words;

pub use self::{
    pages::configure,
    settings::{PageKey, WebSettings},
    site::{Site, SiteError},
};
