//! API clients generated from `docs/openapi.json`: TypeScript types and a Postman collection.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{self, output};
use crate::workspace::Workspace;

/// The document everything is generated from, relative to the root.
const DOCUMENT: &str = "docs/openapi.json";
/// Where the generated files are committed, relative to the root.
const DIRECTORY: &str = "docs/api";
const TYPES: &str = "types.ts";
const COLLECTION: &str = "instainstru.postman_collection.json";

/// Options of `cargo xtask api-clients`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// Write nothing, and fail when a committed file is not what would be generated
    #[arg(long)]
    pub(crate) check: bool,
}

/// Generates the clients, or checks that the committed ones are fresh.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let document = workspace.root.join(DOCUMENT);
    if !document.is_file() {
        bail!("{DOCUMENT} is missing: write it with `instainstru openapi`");
    }
    let generated = tempfile::tempdir().context("cannot create a directory for the generated files")?;
    generate(workspace, &document, generated.path())?;
    let committed = workspace.root.join(DIRECTORY);
    if options.check { compare(generated.path(), &committed) } else { publish(generated.path(), &committed) }
}

fn generate(workspace: &Workspace, document: &Path, directory: &Path) -> Result<()> {
    let openapi_typescript = workspace.tool("api-clients", "node_modules/.bin/openapi-typescript")?;
    output(
        process::command(openapi_typescript, directory)
            .arg(document)
            .arg("--output")
            .arg(directory.join(TYPES)),
    )?;
    let postman = workspace.tool("api-clients", "postman.cjs")?;
    output(process::command("node", directory).arg(postman).arg(document).arg(directory.join(COLLECTION)))?;
    Ok(())
}

fn publish(generated: &Path, committed: &Path) -> Result<()> {
    fs::create_dir_all(committed).with_context(|| format!("cannot create {}", committed.display()))?;
    for name in [TYPES, COLLECTION] {
        fs::copy(generated.join(name), committed.join(name))
            .with_context(|| format!("cannot write {}", committed.join(name).display()))?;
        println!("wrote {DIRECTORY}/{name}");
    }
    Ok(())
}

fn compare(generated: &Path, committed: &Path) -> Result<()> {
    let read = |path: PathBuf| fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
    for name in [TYPES, COLLECTION] {
        let committed = committed.join(name);
        if !committed.is_file() || read(committed)? != read(generated.join(name))? {
            bail!("{DIRECTORY}/{name} is stale: run `cargo xtask api-clients` and commit the result");
        }
        println!("{DIRECTORY}/{name} is fresh");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_named_with_the_remedy() {
        let (generated, committed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in [TYPES, COLLECTION] {
            fs::write(generated.path().join(name), name).unwrap();
        }
        let error = compare(generated.path(), committed.path()).unwrap_err().to_string();
        assert!(error.contains("types.ts is stale: run `cargo xtask api-clients`"), "{error}");

        publish(generated.path(), committed.path()).unwrap();
        compare(generated.path(), committed.path()).unwrap();

        fs::write(committed.path().join(COLLECTION), "edited").unwrap();
        let error = compare(generated.path(), committed.path()).unwrap_err().to_string();
        assert!(error.contains("postman_collection.json is stale"), "{error}");
    }

    #[test]
    fn a_missing_document_says_how_to_write_it() {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace {
            root: directory.path().to_owned(),
            target: directory.path().to_owned(),
            crates: Vec::new(),
        };
        let error = run(&workspace, &Options { check: true }).unwrap_err().to_string();
        assert!(error.contains("instainstru openapi"), "{error}");
    }
}
