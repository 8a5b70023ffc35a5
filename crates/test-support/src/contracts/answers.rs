//! Contracts of the stored answers of unsafe requests.

use instainstru_domain::ports::{
    Conflict, Outcome, StorageError, Transactor,
    idempotency::{AnswerKey, StoredAnswer},
};
use jiff::{SignedDuration, Timestamp};

use super::{Contract, assert_unexpected, at, attempt, conflict, done, named, read};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "answers":
        an_answer_is_read_back_byte_by_byte,
        a_key_without_answer_has_none,
        the_same_key_of_two_people_is_two_keys,
        an_answer_is_found_from_its_own_instant_on,
        an_answered_key_cannot_be_reserved,
        an_old_answer_gives_way,
        an_undone_reservation_leaves_the_key_free,
        an_answer_without_reservation_is_unexpected,
        a_key_is_answered_once,
        an_answer_is_stored_with_the_effect_of_the_request,
    }
}

const STORED: &str = "2026-07-01T12:00:00.123456Z";
const DAY_BEFORE: &str = "2026-06-30T12:00:00Z";

fn key(scope: &str, key: &str) -> AnswerKey {
    AnswerKey { scope: scope.to_owned(), key: key.to_owned() }
}

fn answer(body: &str, stored_at: Timestamp) -> StoredAnswer {
    StoredAnswer { fingerprint: "f1".into(), status: 201, body: body.to_owned(), stored_at }
}

fn reserve(tx: &dyn Transactor, key: &AnswerKey, since: Timestamp) -> Result<(), StorageError> {
    attempt(tx, |uow| uow.answers().reserve(key, "f1", since, at(STORED)))
}

fn reserve_and_store(tx: &dyn Transactor, key: &AnswerKey, answer: &StoredAnswer) {
    done(tx, |uow| {
        uow.answers().reserve(key, &answer.fingerprint, at(DAY_BEFORE), answer.stored_at)?;
        uow.answers().store(key, answer)
    });
}

fn find(tx: &dyn Transactor, key: &AnswerKey, since: Timestamp) -> Option<StoredAnswer> {
    read(tx, |uow| uow.answers().find(key, since))
}

fn an_answer_is_read_back_byte_by_byte(tx: &dyn Transactor) {
    for (name, status, body) in [
        ("empty", 204, String::new()),
        ("unicode", 201, "{\"note\": \"Ünï 🎹\\u0000\",\n\t\"x\":  1.50 }\r\n".to_owned()),
        ("long", 599, "0123456789".repeat(20_000)),
    ] {
        let key = key("user:7", name);
        let stored = StoredAnswer { fingerprint: "a".repeat(64), status, body, stored_at: at(STORED) };
        reserve_and_store(tx, &key, &stored);
        assert_eq!(find(tx, &key, at(DAY_BEFORE)), Some(stored));
    }
}

fn a_key_without_answer_has_none(tx: &dyn Transactor) {
    reserve_and_store(tx, &key("user:7", "k"), &answer("{}", at(STORED)));
    for other in [key("user:7", "K"), key("user:7", ""), key("", "k"), key("user:", "7k")] {
        assert_eq!(find(tx, &other, at(DAY_BEFORE)), None, "{other:?}");
    }
}

fn the_same_key_of_two_people_is_two_keys(tx: &dyn Transactor) {
    let (ada, ben) = (key("user:7", "k"), key("user:8", "k"));
    reserve_and_store(tx, &ada, &answer("Ada's", at(STORED)));
    reserve_and_store(tx, &ben, &answer("Ben's", at(STORED)));
    assert_eq!(find(tx, &ada, at(DAY_BEFORE)).unwrap().body, "Ada's");
    assert_eq!(find(tx, &ben, at(DAY_BEFORE)).unwrap().body, "Ben's");
}

fn an_answer_is_found_from_its_own_instant_on(tx: &dyn Transactor) {
    let key = key("user:7", "k");
    reserve_and_store(tx, &key, &answer("{}", at(STORED)));
    assert!(find(tx, &key, at(STORED)).is_some());
    assert_eq!(find(tx, &key, at(STORED) + SignedDuration::from_micros(1)), None);
}

fn an_answered_key_cannot_be_reserved(tx: &dyn Transactor) {
    let key = key("user:7", "k");
    reserve_and_store(tx, &key, &answer("first", at(STORED)));
    for since in [DAY_BEFORE, STORED] {
        assert_eq!(conflict(reserve(tx, &key, at(since))), Conflict::AnswerExists, "{since}");
    }
    assert_eq!(find(tx, &key, at(DAY_BEFORE)).unwrap().body, "first");
    reserve(tx, &self::key("user:8", "k"), at(DAY_BEFORE)).unwrap();
}

fn an_old_answer_gives_way(tx: &dyn Transactor) {
    let key = key("user:7", "k");
    reserve_and_store(tx, &key, &answer("first", at(STORED)));
    let (next_day, since) = (at("2026-07-02T12:00:01Z"), at(STORED) + SignedDuration::from_micros(1));
    let second = StoredAnswer { fingerprint: "f2".into(), status: 409, ..answer("second", next_day) };
    done(tx, |uow| {
        uow.answers().reserve(&key, "f2", since, next_day)?;
        uow.answers().store(&key, &second)
    });
    assert_eq!(find(tx, &key, since), Some(second));
    assert_eq!(conflict(reserve(tx, &key, since)), Conflict::AnswerExists);
}

fn an_undone_reservation_leaves_the_key_free(tx: &dyn Transactor) {
    let key = key("user:7", "k");
    assert_unexpected(attempt(tx, |uow| {
        uow.answers().reserve(&key, "f1", at(DAY_BEFORE), at(STORED))?;
        uow.answers().store(&key, &answer("undone", at(STORED)))?;
        Err::<(), _>(StorageError::unexpected("the work failed"))
    }));
    assert_eq!(find(tx, &key, at(DAY_BEFORE)), None);
    reserve_and_store(tx, &key, &answer("kept", at(STORED)));
    assert_eq!(find(tx, &key, at(DAY_BEFORE)).unwrap().body, "kept");
}

fn an_answer_without_reservation_is_unexpected(tx: &dyn Transactor) {
    let key = key("user:7", "k");
    assert_unexpected(attempt(tx, |uow| uow.answers().store(&key, &answer("{}", at(STORED)))));
    assert_eq!(find(tx, &key, at(DAY_BEFORE)), None);
}

fn a_key_is_answered_once(tx: &dyn Transactor) {
    let key = key("user:7", "k");
    reserve_and_store(tx, &key, &answer("first", at(STORED)));
    let again = attempt(tx, |uow| uow.answers().store(&key, &answer("second", at(STORED))));
    assert_unexpected(again);
    assert_eq!(find(tx, &key, at(DAY_BEFORE)).unwrap().body, "first");
}

fn an_answer_is_stored_with_the_effect_of_the_request(tx: &dyn Transactor) {
    for (name, outcome, kept) in [("good", Outcome::Commit, true), ("bad", Outcome::Rollback, false)] {
        let key = key("user:7", name);
        let new = crate::builders::a_user(tx).build();
        tx.enclose(&mut || {
            done(tx, |uow| uow.answers().reserve(&key, "f1", at(DAY_BEFORE), at(STORED)));
            assert_eq!(find(tx, &key, at(DAY_BEFORE)), None, "reserved is not answered");
            let user = done(tx, |uow| uow.users().insert(&new));
            done(tx, |uow| uow.answers().store(&key, &answer(&user.id.to_string(), at(STORED))));
            outcome
        })
        .unwrap();
        assert_eq!(find(tx, &key, at(DAY_BEFORE)).is_some(), kept);
        assert_eq!(read(tx, |uow| uow.users().find_credentials(&new.email)).is_some(), kept);
    }
}
