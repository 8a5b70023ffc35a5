//! The drill: back up beside a busy server, lose everything, restore, and go on.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use jiff::{ToSpan, civil::date};

use crate::{
    home::Home,
    market::{instructor, student},
    on_both_databases,
};

on_both_databases![
    what_was_backed_up_beside_a_busy_server_survives_the_loss_of_the_database,
    a_damaged_backup_is_refused_and_the_database_stays,
    only_as_many_backups_are_kept_as_configured,
];

/// The newest backup, as `backup list` tells.
fn newest(home: &Home) -> PathBuf {
    let listed = home.succeed(&["backup", "list"], &[]);
    listed.lines().next().unwrap().split(", of ").next().unwrap().into()
}

/// Number of rows of a table in a backup.
fn rows(backup: &Path, table: &str) -> u64 {
    let manifest = fs::read_to_string(backup.with_extension("json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    manifest["rows"][table].as_u64().unwrap()
}

fn what_was_backed_up_beside_a_busy_server_survives_the_loss_of_the_database(home: &Home) {
    let server = home.start(&[]);
    let base = server.base().to_owned();
    let monday = date(2035, 1, 1);
    let teacher = instructor(&base).unwrap();
    teacher.publish_week(monday, "00:00", "24:00").unwrap();
    let learner = student(&base).unwrap();
    let first = teacher.book(&learner, monday, "09:00").unwrap().expect(201).unwrap();

    let (stop, booked) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for lane in 0..4 {
            let (teacher, base, stop, booked) = (&teacher, &base, &stop, &booked);
            scope.spawn(move || {
                // Each lane has a day of its own, and gives every lesson up again.
                let (api, day) = (student(base).unwrap(), monday.saturating_add((lane + 1).days()));
                while !stop.load(Ordering::SeqCst) {
                    let reply = teacher.book(&api, day, "10:00").unwrap().expect(201).unwrap();
                    let reason = serde_json::json!({"reason": "changed my mind"});
                    api.post(&format!("/bookings/{}/cancel", reply["id"]), &reason)
                        .unwrap()
                        .expect(200)
                        .unwrap();
                    booked.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while booked.load(Ordering::SeqCst) < 20 {
            thread::sleep(Duration::from_millis(5));
        }
        let before = booked.load(Ordering::SeqCst);
        home.succeed(&["backup"], &[]);
        let after = booked.load(Ordering::SeqCst);
        let copied = usize::try_from(rows(&newest(home), "bookings")).unwrap();
        stop.store(true, Ordering::SeqCst);
        assert!((before..=after + 5).contains(&(copied - 1)), "{before} ..= {copied} ..= {after}");
    });
    let backup = newest(home);
    let verified = home.succeed(&["backup", "verify"], &[]);
    assert!(verified.contains("every row"), "{verified}");
    let second = teacher.book(&learner, monday, "12:00").unwrap().expect(201).unwrap();
    server.kill();

    let refused = home.run(&["restore", backup.to_str().unwrap()], &[]);
    assert!(!refused.status.success(), "a database is not overwritten by accident");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--replace"), "{refused:?}");
    home.succeed(&["restore", backup.to_str().unwrap(), "--replace"], &[]);
    home.succeed(&["check"], &[]);

    let server = home.start(&[]);
    let learner = learner.at(server.base());
    learner.get(&format!("/bookings/{}", first["id"])).unwrap().expect(200).unwrap();
    learner.get(&format!("/bookings/{}", second["id"])).unwrap().expect(404).unwrap();
    // Ids and claims go on where the copy ended.
    let again = teacher.book(&learner, monday, "12:00").unwrap().expect(201).unwrap();
    assert!(again["id"].as_i64() > first["id"].as_i64());
    teacher.book(&learner, monday, "09:00").unwrap().expect(409).unwrap();
    if !home.is_postgres() {
        let in_use = home.run(&["restore", backup.to_str().unwrap(), "--replace"], &[]);
        assert!(String::from_utf8_lossy(&in_use.stderr).contains("in use"), "{in_use:?}");
    }
    server.stop();
}

fn a_damaged_backup_is_refused_and_the_database_stays(home: &Home) {
    home.succeed(&["seed"], &[]);
    home.succeed(&["backup"], &[]);
    let backup = newest(home);
    let mut bytes = fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&backup, bytes).unwrap();
    for command in [&["backup", "verify"][..], &["restore", backup.to_str().unwrap(), "--replace"]] {
        let refused = home.run(command, &[]);
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stderr).contains("is damaged"), "{refused:?}");
    }
    home.succeed(&["check"], &[]);
    assert!(home.succeed(&["seed"], &[]).contains("unchanged"));
}

fn only_as_many_backups_are_kept_as_configured(home: &Home) {
    home.succeed(&["migrate"], &[]);
    for _time in 0..3 {
        home.succeed(&["backup"], &[("BACKUP_KEEP", "2")]);
    }
    assert_eq!(home.succeed(&["backup", "list"], &[]).lines().count(), 2);
    let files = fs::read_dir(home.path("data").join("backups")).unwrap().count();
    assert_eq!(files, 5, "two copies, two manifests and the lock");
}
