//! Contracts of leases and of what jobs did and are to do.

use instainstru_domain::{
    job::{JobRun, JobRunId, JobState, RunCause, RunEnd, RunOutcome},
    ports::Transactor,
};
use jiff::Timestamp;

use super::{Contract, deliveries::minutes_after_noon, done, named, read};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "jobs":
        a_lease_has_one_holder_until_it_ends,
        a_holder_prolongs_its_lease,
        a_lease_that_was_given_up_is_free,
        only_the_holder_gives_a_lease_up,
        leases_of_other_names_are_other_leases,
        a_job_without_history_has_no_state,
        the_state_of_a_job_is_replaced,
        a_request_stays_until_it_is_cleared,
        a_state_says_nothing_about_requests,
        a_run_begins_and_ends,
        a_run_ends_once,
        runs_that_have_not_ended_are_known,
        the_latest_run_of_each_job_is_known,
        runs_of_a_job_are_listed_latest_first,
    }
}

pub(super) fn take(tx: &dyn Transactor, name: &str, holder: &str, minutes: i64, until: i64) -> bool {
    let (now, until) = (minutes_after_noon(minutes), minutes_after_noon(until));
    done(tx, |uow| uow.leases().take(name, holder, now, until))
}

fn a_lease_has_one_holder_until_it_ends(tx: &dyn Transactor) {
    assert!(take(tx, "leader", "a", 0, 5));
    assert!(!take(tx, "leader", "b", 4, 9));
    assert!(take(tx, "leader", "b", 5, 10), "it ends at its end");
    assert!(!take(tx, "leader", "a", 6, 11));
}

fn a_holder_prolongs_its_lease(tx: &dyn Transactor) {
    assert!(take(tx, "leader", "a", 0, 5));
    assert!(take(tx, "leader", "a", 4, 9));
    assert!(!take(tx, "leader", "b", 8, 13));
    assert!(take(tx, "leader", "a", 20, 25), "nobody took it meanwhile");
}

fn a_lease_that_was_given_up_is_free(tx: &dyn Transactor) {
    assert!(take(tx, "leader", "a", 0, 5));
    done(tx, |uow| uow.leases().give_up("leader", "a"));
    assert!(take(tx, "leader", "b", 1, 6));
}

fn only_the_holder_gives_a_lease_up(tx: &dyn Transactor) {
    assert!(take(tx, "leader", "a", 0, 5));
    done(tx, |uow| uow.leases().give_up("leader", "b"));
    done(tx, |uow| uow.leases().give_up("unknown", "b"));
    assert!(!take(tx, "leader", "b", 1, 6));
}

fn leases_of_other_names_are_other_leases(tx: &dyn Transactor) {
    assert!(take(tx, "leader", "a", 0, 5));
    assert!(take(tx, "job/sweep", "b", 0, 5));
    done(tx, |uow| uow.leases().give_up("job/sweep", "b"));
    assert!(!take(tx, "leader", "b", 1, 6));
}

fn states(tx: &dyn Transactor) -> Vec<(String, JobState)> {
    read(tx, |uow| uow.jobs().states())
}

fn a_job_without_history_has_no_state(tx: &dyn Transactor) {
    assert_eq!(states(tx), []);
    done(tx, |uow| uow.jobs().clear_request("sweep"));
    assert_eq!(states(tx), []);
}

fn failing_state() -> JobState {
    JobState {
        settled_until: Some(minutes_after_noon(0)),
        failures: 2,
        not_before: Some(minutes_after_noon(7)),
        requested_at: None,
    }
}

fn the_state_of_a_job_is_replaced(tx: &dyn Transactor) {
    done(tx, |uow| uow.jobs().set_state("sweep", &failing_state()));
    done(tx, |uow| uow.jobs().set_state("reminders", &JobState::default()));
    assert_eq!(
        states(tx),
        [("reminders".to_owned(), JobState::default()), ("sweep".to_owned(), failing_state())]
    );
    done(tx, |uow| uow.jobs().set_state("sweep", &JobState::default()));
    assert_eq!(states(tx)[1].1, JobState::default());
}

fn requested_at(tx: &dyn Transactor) -> Option<Timestamp> {
    states(tx)[0].1.requested_at
}

fn a_request_stays_until_it_is_cleared(tx: &dyn Transactor) {
    done(tx, |uow| uow.jobs().request("sweep", minutes_after_noon(1)));
    assert_eq!(requested_at(tx), Some(minutes_after_noon(1)));
    done(tx, |uow| uow.jobs().request("sweep", minutes_after_noon(2)));
    assert_eq!(requested_at(tx), Some(minutes_after_noon(1)), "the first who asked is waiting longest");
    done(tx, |uow| uow.jobs().clear_request("sweep"));
    assert_eq!(requested_at(tx), None);
    done(tx, |uow| uow.jobs().request("sweep", minutes_after_noon(3)));
    assert_eq!(requested_at(tx), Some(minutes_after_noon(3)));
}

fn a_state_says_nothing_about_requests(tx: &dyn Transactor) {
    done(tx, |uow| uow.jobs().set_state("sweep", &failing_state()));
    done(tx, |uow| uow.jobs().request("sweep", minutes_after_noon(1)));
    done(tx, |uow| uow.jobs().set_state("sweep", &failing_state()));
    let requested = JobState { requested_at: Some(minutes_after_noon(1)), ..failing_state() };
    assert_eq!(states(tx), [("sweep".to_owned(), requested)]);
}

fn begin(tx: &dyn Transactor, job: &str, minutes: i64) -> JobRun {
    done(tx, |uow| uow.jobs().insert_run(job, RunCause::Schedule, minutes_after_noon(minutes)))
}

fn end(tx: &dyn Transactor, id: JobRunId, minutes: i64, outcome: RunOutcome) -> bool {
    let end = RunEnd { at: minutes_after_noon(minutes), outcome, report: format!("{minutes} things") };
    done(tx, |uow| uow.jobs().end_run(id, &end))
}

fn a_run_begins_and_ends(tx: &dyn Transactor) {
    for cause in RunCause::ALL {
        for outcome in RunOutcome::ALL {
            let run = done(tx, |uow| uow.jobs().insert_run("sweep", cause, minutes_after_noon(1)));
            let begun = JobRun {
                id: run.id,
                job: "sweep".to_owned(),
                cause,
                started_at: minutes_after_noon(1),
                end: None,
            };
            assert_eq!(run, begun);
            assert_eq!(read(tx, |uow| uow.jobs().runs("sweep", 1)), std::slice::from_ref(&begun));
            assert!(end(tx, run.id, 3, outcome));
            let expected = RunEnd { at: minutes_after_noon(3), outcome, report: "3 things".to_owned() };
            let found = read(tx, |uow| uow.jobs().runs("sweep", 1));
            assert_eq!(found, [JobRun { end: Some(expected), ..begun }]);
        }
    }
}

fn a_run_ends_once(tx: &dyn Transactor) {
    let run = begin(tx, "sweep", 0);
    assert!(end(tx, run.id, 1, RunOutcome::Abandoned));
    assert!(!end(tx, run.id, 2, RunOutcome::Succeeded));
    let found = read(tx, |uow| uow.jobs().runs("sweep", 1));
    assert_eq!(found[0].end.as_ref().map(|end| end.outcome), Some(RunOutcome::Abandoned));
    assert!(!end(tx, JobRunId::new(i64::MAX).unwrap(), 2, RunOutcome::Succeeded));
}

fn runs_that_have_not_ended_are_known(tx: &dyn Transactor) {
    let [ended, first, second] = [0, 1, 2].map(|minute| begin(tx, "sweep", minute));
    let _other = begin(tx, "reminders", 3);
    assert!(end(tx, ended.id, 1, RunOutcome::Succeeded));
    assert_eq!(read(tx, |uow| uow.jobs().open_runs("sweep")), [first, second]);
    assert_eq!(read(tx, |uow| uow.jobs().open_runs("analytics")), []);
}

fn the_latest_run_of_each_job_is_known(tx: &dyn Transactor) {
    assert_eq!(read(tx, |uow| uow.jobs().latest_runs()), []);
    let _earlier = begin(tx, "sweep", 0);
    let reminders = begin(tx, "reminders", 1);
    let sweep = begin(tx, "sweep", 2);
    assert_eq!(read(tx, |uow| uow.jobs().latest_runs()), [reminders, sweep]);
}

fn runs_of_a_job_are_listed_latest_first(tx: &dyn Transactor) {
    let [first, second, third] = [0, 1, 2].map(|minute| begin(tx, "sweep", minute));
    let _other = begin(tx, "reminders", 3);
    assert_eq!(read(tx, |uow| uow.jobs().runs("sweep", 2)), [third.clone(), second.clone()]);
    assert_eq!(read(tx, |uow| uow.jobs().runs("sweep", 10)), [third, second, first]);
}
