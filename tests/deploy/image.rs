//! The image: there is no engine to build it here, so whatever it names is looked for.

use std::collections::BTreeSet;

use crate::files::{assert_command, assert_variables, read, root};

/// An instruction and its arguments, with continued lines in one.
fn instructions() -> Vec<(String, String)> {
    let text = read("deploy/docker/Dockerfile").replace("\\\n", " ");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, arguments)| {
            (name.to_owned(), arguments.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect()
}

fn arguments_of<'a>(instructions: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let found = instructions.iter().filter(|(instruction, _arguments)| instruction == name);
    found.map(|(_instruction, arguments)| arguments.as_str()).collect()
}

/// The words of `["a", "b"]`.
fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What stands after an option, such as `--package`.
fn option<'a>(text: &'a str, name: &str) -> &'a str {
    text.split_whitespace()
        .skip_while(|word| *word != name)
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {text}"))
}

#[test]
fn the_image_is_made_of_what_is_there() {
    let all = instructions();
    let of = |name: &str| arguments_of(&all, name);
    let single = |name: &str| -> String {
        let found = of(name);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found[0].to_owned()
    };

    // The compiler is the one of the project, on the Debian it is run on.
    let toolchain = read("rust-toolchain.toml");
    let [build, run] = of("FROM")[..] else { panic!("two stages: {:?}", of("FROM")) };
    let version = build.split_once("rust:").unwrap().1.split('-').next().unwrap();
    assert!(toolchain.contains(&format!("channel = \"{version}.")), "{build} is not {toolchain}");
    let debian = build.split_once('-').unwrap().1.split(' ').next().unwrap();
    assert!(run.contains(debian), "built on {debian}, run on {run}");

    // The package, its features and the program exist.
    let making = of("RUN").into_iter().find(|line| line.contains("cargo build")).unwrap();
    assert_eq!(option(making, "--package"), "instainstru-server");
    assert!(making.contains("--locked") && root().join("Cargo.lock").is_file());
    let manifest: toml::Value = toml::from_str(&read("crates/server/Cargo.toml")).unwrap();
    let feature = option(making, "--features");
    assert!(manifest["features"].get(feature).is_some(), "no feature {feature}");
    let program = manifest["bin"][0]["name"].as_str().unwrap();
    let built = format!("cp target/release/{program} ");
    let kept = making.split_once(&built).unwrap().1.split(' ').next().unwrap();
    let copied = of("COPY").into_iter().find(|line| line.starts_with("--from=")).unwrap();
    assert_eq!(copied.split(' ').collect::<Vec<_>>(), ["--from=build", kept, kept]);
    assert!(build.ends_with(" AS build"), "{build}");

    // Nothing of the repository that the build needs is held back.
    let held_back: BTreeSet<String> = read(".dockerignore").lines().map(str::to_owned).collect();
    for needed in ["Cargo.toml", "Cargo.lock", "crates", "content", "migrations", "xtask", "tests"] {
        assert!(root().join(needed).exists(), "{needed}");
        assert!(!held_back.contains(needed) && !held_back.contains(&format!("/{needed}")), "{needed}");
    }

    // Nobody is root, and the directory of the data is theirs.
    let packages = of("RUN").into_iter().find(|line| line.contains("useradd")).unwrap();
    let home = option(packages, "--home-dir");
    assert_eq!(single("USER"), option(packages, "--uid"));
    assert_eq!(of("WORKDIR").last(), Some(&home));
    assert_eq!(single("VOLUME"), home);
    let variables: Vec<(&str, &str)> = of("ENV")
        .into_iter()
        .flat_map(str::split_whitespace)
        .map(|pair| pair.split_once('=').unwrap())
        .collect();
    assert_variables(variables.iter().map(|(name, _value)| *name));
    assert!(variables.contains(&("INSTAINSTRU_DATA_DIR", home)));
    assert!(variables.contains(&("ENVIRONMENT", "production")));
    assert!(variables.contains(&("PORT", single("EXPOSE").as_str())));

    // What it runs, and asks itself with.
    assert_eq!(list(&single("ENTRYPOINT")), [program]);
    let run = list(&single("CMD"));
    assert_command(&run.iter().map(String::as_str).collect::<Vec<_>>());
    let check = single("HEALTHCHECK");
    let check = list(check.split_once("CMD ").unwrap().1);
    assert_eq!(check[0], program);
    assert_command(&check.iter().skip(1).map(String::as_str).collect::<Vec<_>>());
    assert_eq!(single("STOPSIGNAL"), "SIGTERM");
}
