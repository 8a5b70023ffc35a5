//! The tour of the README, run as it stands there.

use std::{fs, process::Command};

use crate::{home::Home, on_both_databases};

on_both_databases![the_tour_works_word_for_word];

fn the_tour_works_word_for_word(home: &Home) {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let (_before, rest) = readme.split_once("```sh tour\n").expect("the README has a tour");
    let (tour, _after) = rest.split_once("```").expect("the tour ends");
    assert!(tour.contains("http://localhost:8000"), "the tour names the address of the default server");

    let server = home.start(&[("ENVIRONMENT", "development")]);
    // The port is all that differs from what a reader types.
    let script = tour.replace("http://localhost:8000", server.base());
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}:\n{printed}{errors}", output.status);
    for expected in ["\"BOOKING_CONFLICT\"", "refused, as it must be", "\"CANCELLED\"", "\"BLACKOUT\""] {
        assert!(printed.contains(expected), "the tour does not print {expected}:\n{printed}");
    }
    server.stop();
}
