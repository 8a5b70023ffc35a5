//! Terraform: formatted, understood, and about files that exist. The provider is not downloaded, so resources are not checked.

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use hcl::{Attribute, BlockLabel, Body, Structure};

use crate::files::root;

fn files() -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(root().join("deploy/terraform")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|it| it == "tf"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// The words that follow a prefix such as `var.`.
fn named(text: &str, prefix: &str) -> BTreeSet<String> {
    let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    text.split(prefix).skip(1).map(|rest| rest.chars().take_while(is_part).collect()).collect()
}

#[test]
fn terraform_is_well_formed_and_uses_what_it_declares() {
    let (mut declared, mut locals, mut resources) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut text = String::new();
    for (path, source) in files() {
        let body: Body = hcl::parse(&source).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for block in body.iter().filter_map(Structure::as_block) {
            let labels: Vec<&str> = block.labels().iter().map(BlockLabel::as_str).collect();
            match block.identifier() {
                "variable" => {
                    let attributes: Vec<&str> = block.body().attributes().map(Attribute::key).collect();
                    assert!(
                        attributes.contains(&"description") && attributes.contains(&"type"),
                        "{labels:?}"
                    );
                    declared.insert(labels[0].to_owned());
                }
                "locals" => {
                    locals.extend(block.body().attributes().map(|attribute| attribute.key().to_owned()))
                }
                "resource" => {
                    resources.insert(labels.join("."));
                }
                "terraform" | "provider" => {}
                other => panic!("{}: a block {other}", path.display()),
            }
        }
        text.push_str(&source);
    }
    assert_eq!(named(&text, "var."), declared);
    assert_eq!(named(&text, "local."), locals);
    assert_eq!(
        resources.iter().map(String::as_str).collect::<Vec<_>>(),
        [
            "grafana_contact_point.team",
            "grafana_dashboard.all",
            "grafana_folder.instainstru",
            "grafana_notification_policy.all",
            "grafana_rule_group.all"
        ]
    );
    // A secret has no default and is printed nowhere.
    let (_before, token) = text.split_once("variable \"grafana_token\"").unwrap();
    let token = token.split_once("\n}\n").unwrap().0;
    assert!(token.contains("sensitive   = true") && !token.contains("default"), "{token}");
}

#[test]
fn terraform_is_about_files_that_are_there() {
    let main = fs::read_to_string(root().join("deploy/terraform/main.tf")).unwrap();
    let monitoring = root().join("deploy/monitoring");
    for (named, path) in [
        ("${path.module}/../monitoring", ""),
        ("${local.monitoring}/grafana/dashboards", "grafana/dashboards"),
        ("${local.monitoring}/prometheus/alerts.yml", "prometheus/alerts.yml"),
    ] {
        assert!(main.contains(named), "{named}");
        // Whoever leaves monitoring out has nothing to bring to Grafana Cloud.
        let path = monitoring.join(path);
        assert!(!monitoring.exists() || path.exists(), "{}", path.display());
    }
    if !monitoring.exists() {
        return;
    }
    let dashboards = fs::read_dir(monitoring.join("grafana/dashboards")).unwrap();
    for dashboard in dashboards.map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&dashboard).unwrap();
        assert!(text.contains("prometheus-uid"), "{} names another data source", dashboard.display());
    }
}

/// By Terraform itself, where it is: on other machines there is nobody to ask.
#[test]
fn terraform_is_formatted() {
    let formatted = Command::new("terraform")
        .args(["fmt", "-check", "-diff"])
        .current_dir(root().join("deploy/terraform"))
        .output();
    if let Ok(formatted) = formatted {
        assert!(formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stdout));
    }
}
