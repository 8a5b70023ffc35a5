//! Colours: enough contrast in both themes, and named in one file only.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{collections::BTreeMap, fs, path::Path};

use sha2::{Digest as _, Sha256};

/// What is read or seen on what: foreground, background, least contrast (4.5 for text, 3 for lines and marks).
const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "paper", 4.5),
    ("ink", "surface", 4.5),
    ("ink", "section", 4.5),
    ("ink", "cream", 4.5),
    ("ink", "primary-soft", 4.5),
    ("ink", "good-soft", 4.5),
    ("ink", "bad-soft", 4.5),
    ("ink", "accent-soft", 4.5),
    ("muted", "paper", 4.5),
    ("muted", "surface", 4.5),
    ("muted", "section", 4.5),
    ("muted", "cream", 4.5),
    ("muted", "primary-soft", 4.5),
    ("muted", "bad-soft", 4.5),
    ("link", "paper", 4.5),
    ("link", "surface", 4.5),
    ("link", "section", 4.5),
    ("link", "cream", 4.5),
    ("link", "primary-soft", 4.5),
    ("link-hover", "paper", 4.5),
    ("link-hover", "surface", 4.5),
    ("link-hover", "section", 4.5),
    ("link-hover", "primary-soft", 4.5),
    ("on-primary", "primary", 4.5),
    ("on-primary", "primary-hover", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-hover", 4.5),
    ("good", "surface", 4.5),
    ("good", "good-soft", 4.5),
    ("bad", "paper", 4.5),
    ("bad", "surface", 4.5),
    ("bad", "bad-soft", 4.5),
    ("control", "paper", 3.0),
    ("control", "surface", 3.0),
    ("control", "section", 3.0),
    ("control", "cream", 3.0),
    ("focus", "paper", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "section", 3.0),
    ("focus", "cream", 3.0),
    ("focus", "primary-soft", 3.0),
];

/// Colours that no text and no mark relies on.
const DECORATION: &[&str] = &["line"];

#[test]
fn every_pair_of_colours_has_enough_contrast_in_both_themes() {
    let colours = colours();
    for (foreground, background, least) in PAIRS {
        for theme in [0, 1] {
            let ratio = contrast(colours[*foreground][theme], colours[*background][theme]);
            let name = ["light", "dark"][theme];
            assert!(ratio >= *least, "{foreground} on {background}, {name}: {ratio:.2} is less than {least}");
        }
    }
}

#[test]
fn every_colour_is_in_a_pair() {
    for name in colours().keys() {
        let is_checked =
            PAIRS.iter().any(|(foreground, background, _)| foreground == name || background == name);
        assert!(is_checked || DECORATION.contains(&name.as_str()), "--{name} is checked against nothing");
    }
}

#[test]
fn contrast_is_computed_as_the_standard_says() {
    assert!((contrast([255.0; 3], [0.0; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast([255.0, 215.0, 0.0], [255.0; 3]) - 1.40).abs() < 0.01);
}

#[test]
fn only_the_tokens_hold_colours() {
    for (path, text) in style_files() {
        if path.ends_with("1-tokens.css") {
            continue;
        }
        for line in text.lines() {
            let hex = line.split('#').skip(1).any(|rest| {
                let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
                matches!(digits, 3 | 4 | 6 | 8)
                    && !rest.chars().nth(digits).is_some_and(|c| c.is_alphanumeric() || c == '-')
            });
            assert!(!hex && !line.contains("rgb("), "{path}: {line}");
        }
    }
}

#[test]
fn every_token_in_use_exists() {
    let files = style_files();
    let defined: String = files.iter().map(|(_, text)| text.as_str()).collect();
    for (path, text) in &files {
        for name in text.split("var(--").skip(1).map(|rest| rest.split([')', ',']).next().unwrap()) {
            assert!(defined.contains(&format!("--{name}:")), "{path} uses --{name}");
        }
    }
}

#[test]
fn what_others_made_is_what_they_published() {
    let vendor = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/vendor");
    let digest: String = Sha256::digest(fs::read(vendor.join("htmx.js")).unwrap())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(
        fs::read_to_string(vendor.join("README.md")).unwrap().contains(&digest),
        "htmx.js has the digest {digest}"
    );
}

fn style_files() -> Vec<(String, String)> {
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/styles")];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(found.len() > 5);
    found
}

/// The colours by name: light and dark.
fn colours() -> BTreeMap<String, [[f64; 3]; 2]> {
    let tokens = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/styles/1-tokens.css");
    let text = fs::read_to_string(tokens).unwrap();
    let pairs = text.lines().filter_map(|line| {
        let (name, rest) = line.trim().strip_prefix("--")?.split_once(": light-dark(#")?;
        let (light, rest) = rest.split_once(", #")?;
        Some((name.to_owned(), [channels(light), channels(rest.split(')').next()?)]))
    });
    let colours: BTreeMap<_, _> = pairs.collect();
    assert!(colours.len() > 20);
    colours
}

fn channels(hex: &str) -> [f64; 3] {
    assert_eq!(hex.len(), 6, "{hex}");
    let number = u32::from_str_radix(hex, 16).unwrap();
    [number >> 16, number >> 8, number].map(|channel| f64::from(channel & 0xff))
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(channels: [f64; 3]) -> f64 {
    let [red, green, blue] = channels.map(|channel| {
        let share = channel / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
