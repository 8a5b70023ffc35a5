#![doc = include_str!("../README.md")]

pub mod answer;
pub mod index;
pub mod query;
pub mod semantic;
pub mod text;
pub mod vocabulary;
