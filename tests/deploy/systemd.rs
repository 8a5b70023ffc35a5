//! The services of systemd, read by systemd itself where it is.

use std::{fs, process::Command};

use crate::files::{assert_command, assert_variables, read, root};

const UNITS: [&str; 3] = ["instainstru.service", "instainstru-backup.service", "instainstru-backup.timer"];
const PROGRAM: &str = "/usr/local/bin/instainstru";

fn unit(name: &str) -> String {
    read(&format!("deploy/systemd/{name}"))
}

fn settings<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).collect()
}

#[test]
fn services_run_commands_that_there_are_with_variables_that_are_read() {
    let mut units: Vec<String> = fs::read_dir(root().join("deploy/systemd"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    units.sort();
    assert_eq!(units, ["instainstru-backup.service", "instainstru-backup.timer", "instainstru.service"]);
    for name in UNITS.into_iter().filter(|name| name.ends_with(".service")) {
        let text = unit(name);
        let commands = [settings(&text, "ExecStart"), settings(&text, "ExecStartPre")].concat();
        assert!(!commands.is_empty());
        for command in commands {
            let words: Vec<&str> = command.split(' ').collect();
            assert_eq!(words[0], PROGRAM);
            assert_command(&words[1..]);
        }
        let environment = settings(&text, "Environment");
        let pairs =
            environment.iter().flat_map(|line| line.split(' ')).map(|pair| pair.split_once('=').unwrap());
        assert_variables(pairs.map(|(name, _value)| name));
        // Both find the same data.
        assert!(
            text.contains("INSTAINSTRU_DATA_DIR=/var/lib/instainstru")
                && text.contains("StateDirectory=instainstru\n")
        );
    }
}

#[test]
fn services_of_systemd_can_do_little() {
    for name in ["instainstru.service", "instainstru-backup.service"] {
        let text = unit(name);
        for setting in [
            "DynamicUser=yes",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "ProtectHome=yes",
            "UMask=0077",
        ] {
            assert!(text.lines().any(|line| line == setting), "{name} does not say {setting}");
        }
    }
    let text = unit("instainstru.service");
    for setting in
        ["CapabilityBoundingSet=", "MemoryDenyWriteExecute=yes", "SystemCallFilter=@system-service"]
    {
        assert!(text.lines().any(|line| line == setting), "{setting}");
    }
}

/// Read by systemd, where it is: on other machines there is nobody to ask.
#[test]
fn systemd_understands_its_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let files: Vec<_> = UNITS
        .into_iter()
        .map(|name| {
            let file = directory.path().join(name);
            // Another program in the place of ours, which is not installed here.
            fs::write(&file, unit(name).replace(PROGRAM, "/bin/true")).unwrap();
            file
        })
        .collect();
    let verified =
        Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&files).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("instainstru")).collect();
    assert!(verified.status.success() && ours.is_empty(), "{said}");
}
