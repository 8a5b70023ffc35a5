//! How source files become the files that browsers fetch. Used while building, and in development at every request.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Names of the files that browsers fetch, with their content.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// All templates below a directory, named by their path, such as `pages/home.html`.
///
/// # Errors
/// When a file cannot be read or is not text.
pub(crate) fn templates(directory: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for path in files_below(directory)? {
        let name =
            path.strip_prefix(directory).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        found.insert(name, fs::read_to_string(&path)?);
    }
    Ok(found)
}

/// All assets: one style sheet, one script of ours, one sprite of icons, and what others made as it is.
///
/// # Errors
/// When a file cannot be read or is not text.
pub(crate) fn assets(directory: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    files.insert("site.css".to_owned(), style_sheet(&directory.join("styles"))?.into_bytes());
    files.insert("site.js".to_owned(), script(&directory.join("scripts"))?.into_bytes());
    files.insert("icons.svg".to_owned(), sprite(&directory.join("icons"))?.into_bytes());
    for folder in ["vendor", "root"] {
        for path in files_below(&directory.join(folder))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.ends_with(".md") && !name.starts_with("LICENSE") {
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// All style files in the order of their names, without comments and indentation.
fn style_sheet(directory: &Path) -> io::Result<String> {
    let mut sheet = String::from("@layer reset,tokens,base,components,utilities;\n");
    for path in files_below(directory)? {
        let text = without_comments(&fs::read_to_string(path)?);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            sheet.push_str(line);
            sheet.push('\n');
        }
    }
    Ok(sheet)
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_comment, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// All scripts, each in a block of its own so that their names do not meet, without comment lines and indentation.
fn script(directory: &Path) -> io::Result<String> {
    let mut script = String::new();
    for path in files_below(directory)? {
        script.push_str("{\n");
        for line in fs::read_to_string(path)?.lines().map(str::trim) {
            if !line.is_empty() && !line.starts_with("//") {
                script.push_str(line);
                script.push('\n');
            }
        }
        script.push_str("}\n");
    }
    Ok(script)
}

/// One file with a symbol for each icon, named like its file.
fn sprite(directory: &Path) -> io::Result<String> {
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">");
    for path in files_below(directory)?.iter().filter(|path| path.extension().is_some_and(|it| it == "svg")) {
        let text = fs::read_to_string(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let Some((_opening, rest)) = text.split_once("stroke-linejoin=\"round\"") else {
            return Err(io::Error::other(format!("{} is not drawn like the other icons", path.display())));
        };
        let inner = rest.split_once('>').map_or("", |(_end, inner)| inner);
        let inner = inner.rsplit_once("</svg>").map_or(inner, |(inner, _end)| inner);
        sprite.push_str(&format!(
            "<symbol id=\"{name}\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\">"
        ));
        for line in inner.lines() {
            sprite.push_str(line.trim());
        }
        sprite.push_str("</symbol>");
    }
    sprite.push_str("</svg>");
    Ok(sprite)
}

/// Every file below a directory, in the order of their paths.
fn files_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
