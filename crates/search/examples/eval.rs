//! Scores golden sets and generated typos: `cargo run --release -p instainstru-search --example eval [files]`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a tool for people")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "shared with the gate")]

#[path = "../tests/golden_support/mod.rs"]
mod golden_support;

use std::path::PathBuf;

use golden_support as golden;
use instainstru_search::vocabulary::Vocabulary;

fn main() {
    let vocabulary = Vocabulary::embedded().unwrap();
    let mut files: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let all = files.is_empty();
    if all {
        files = ["golden_dev.json", "golden_own.json"]
            .iter()
            .map(|name| golden::data().join(name))
            .filter(|path| path.exists())
            .collect();
    }
    for file in files {
        golden::score(&vocabulary, &golden::load(&file)).print(&file.display().to_string());
    }
    if all {
        let cases = golden::typos(&vocabulary, &golden::catalogue(), &golden::english());
        golden::score(&vocabulary, &cases).print("generated typos");
    }
}
