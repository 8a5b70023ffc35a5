//! Crowds, and a server that dies among them.
#![expect(clippy::print_stdout, reason = "tests print what they measured; they do not judge it")]

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use jiff::{ToSpan, civil::date};

use crate::{
    home::Home,
    market::{instructor, student},
    on_both_databases,
    race::{run_race, run_student_race},
};

const THREADS: usize = 64;
const ROUNDS: usize = 200;

on_both_databases![
    of_many_students_exactly_one_gets_the_time,
    one_student_is_never_in_two_lessons,
    a_killed_server_loses_nothing_that_was_answered,
];

fn of_many_students_exactly_one_gets_the_time(home: &Home) {
    let server = home.start(&[]);
    let race = run_race(server.base(), ROUNDS, THREADS).unwrap();
    assert_eq!(race.answers, ROUNDS * THREADS);
    println!("99 of 100 answers within {:?}", race.p99);
    server.stop();
    home.succeed(&["check"], &[]);
}

fn one_student_is_never_in_two_lessons(home: &Home) {
    let server = home.start(&[]);
    let race = run_student_race(server.base(), ROUNDS, THREADS).unwrap();
    assert_eq!(race.answers, ROUNDS * THREADS);
    println!("99 of 100 answers within {:?}", race.p99);
    server.stop();
    home.succeed(&["check"], &[]);
}

fn a_killed_server_loses_nothing_that_was_answered(home: &Home) {
    let monday = date(2035, 1, 1);
    for _death in 0..3 {
        let server = home.start(&[]);
        let base = server.base().to_owned();
        let teachers: Vec<_> = (0..4).map(|_| instructor(&base).unwrap()).collect();
        for teacher in &teachers {
            teacher.publish_week(monday, "00:00", "24:00").unwrap();
        }
        let students: Vec<_> = (0..8).map(|_| student(&base).unwrap()).collect();
        let confirmed_so_far = AtomicUsize::new(0);
        let confirmed: Vec<_> = thread::scope(|scope| {
            let lanes: Vec<_> = students
                .iter()
                .enumerate()
                .map(|(lane, api)| {
                    let (teachers, confirmed_so_far) = (&teachers, &confirmed_so_far);
                    scope.spawn(move || {
                        let mut confirmed = Vec::new();
                        // Every student walks through the same times from another place on, and gives every third lesson up.
                        for step in 0.. {
                            let slot = lane * 13 + step;
                            let day = monday.saturating_add(i32::try_from(slot / 24 % 7).unwrap().days());
                            let time =
                                format!("{:02}:{}", slot % 24, if slot % 2 == 0 { "00" } else { "15" });
                            let teacher = &teachers[slot % teachers.len()];
                            let Ok(reply) = teacher.book(api, day, &time) else { break };
                            assert!(
                                matches!(reply.status, 201 | 409 | 422),
                                "{} {}",
                                reply.status,
                                reply.body
                            );
                            if reply.status == 201 {
                                let id = reply.body["id"].as_i64().unwrap();
                                confirmed_so_far.fetch_add(1, Ordering::SeqCst);
                                if step % 3 != 0 {
                                    confirmed.push(id);
                                    continue;
                                }
                                let reason = serde_json::json!({"reason": "changed my mind"});
                                if api.post(&format!("/bookings/{id}/cancel"), &reason).is_err() {
                                    break;
                                }
                            }
                        }
                        confirmed
                    })
                })
                .collect();
            while confirmed_so_far.load(Ordering::SeqCst) < 40 {
                thread::sleep(Duration::from_millis(5));
            }
            server.kill();
            lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
        });

        let server = home.start(&[]);
        for (api, ids) in students.iter().zip(confirmed) {
            for id in ids {
                let path = format!("/bookings/{id}");
                let booking = api.at(server.base()).get(&path).unwrap().expect(200).unwrap();
                assert_eq!(booking["status"], "CONFIRMED", "{booking}");
            }
        }
        server.stop();
        home.succeed(&["check"], &[]);
    }
}
