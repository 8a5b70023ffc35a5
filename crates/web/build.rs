//! Puts templates and assets into the program: bundled, named by their content and compressed once.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

#[path = "src/assets/bundle.rs"]
mod bundle;

fn main() -> io::Result<()> {
    // A build script is told where it is through its environment.
    #[expect(clippy::disallowed_methods, reason = "cargo tells build scripts through the environment")]
    let directory =
        |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name.to_owned()));
    let (source, out) = (directory("CARGO_MANIFEST_DIR")?, directory("OUT_DIR")?);
    for watched in ["templates", "assets", "src/assets/bundle.rs", "build.rs"] {
        println!("cargo:rerun-if-changed={watched}");
    }
    let mut code = String::from("pub(super) static TEMPLATES: &[(&str, &str)] = &[\n");
    for (name, text) in bundle::templates(&source.join("templates"))? {
        code.push_str(&format!("({name:?}, {text:?}),\n"));
    }
    code.push_str("];\npub(super) static ASSETS: &[Asset] = &[\n");
    for (name, content) in bundle::assets(&source.join("assets"))? {
        code.push_str(&embed(&out, &name, &content)?);
    }
    code.push_str("];\n");
    fs::write(out.join("embedded.rs"), code)
}

/// Writes a file in its three forms and returns the code that includes them.
fn embed(out: &Path, name: &str, content: &[u8]) -> io::Result<String> {
    let digest: String = Sha256::digest(content).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let write = |form: &str, bytes: &[u8]| -> io::Result<String> {
        let path = out.join(format!("{name}{form}"));
        fs::write(&path, bytes)?;
        Ok(format!("include_bytes!({:?})", path.display().to_string()))
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(content)?;
    let mut brotli = Vec::new();
    let mut compressor = brotli::CompressorWriter::new(&mut brotli, 4096, 11, 22);
    compressor.write_all(content)?;
    compressor.flush()?;
    drop(compressor);
    Ok(format!(
        "Asset {{ name: {name:?}, path: {:?}, digest: {digest:?}, media_type: {:?}, plain: {}, gzip: {}, brotli: {} }},\n",
        format!("/assets/{stem}.{digest}.{end}"),
        media_type(name),
        write("", content)?,
        write(".gz", &gzip.finish()?)?,
        write(".br", &brotli)?,
    ))
}

/// The media type of a file by the end of its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_stem, end)| end) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
