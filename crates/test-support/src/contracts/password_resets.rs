//! Contracts of the storage of requests for a new password.

use instainstru_domain::{
    ids::{PasswordResetId, UserId},
    password_reset::{NewPasswordReset, PasswordReset, ResetNonce, ResetTokenHash},
    ports::Transactor,
};
use jiff::SignedDuration;

use super::{Contract, assert_unexpected, at, attempt, done, named, read};
use crate::builders::a_user;

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "password_resets":
        a_request_is_found_by_its_id_and_by_its_token,
        a_token_belongs_to_one_request,
        tokens_of_an_account_become_void_together_and_once,
        old_requests_are_deleted_used_or_not,
    }
}

const NOON: &str = "2026-07-01T12:00:00.123456Z";

fn new(user_id: UserId, token: &str, created_at: &str) -> NewPasswordReset {
    NewPasswordReset {
        user_id,
        nonce: ResetNonce::new(format!("nonce of {token}")),
        token_hash: ResetTokenHash::new(format!("{token:0>64}")),
        created_at: at(created_at),
    }
}

fn insert(tx: &dyn Transactor, new: &NewPasswordReset) -> PasswordReset {
    done(tx, |uow| uow.password_resets().insert(new))
}

fn find(tx: &dyn Transactor, id: PasswordResetId) -> Option<PasswordReset> {
    read(tx, |uow| uow.password_resets().find(id))
}

fn a_request_is_found_by_its_id_and_by_its_token(tx: &dyn Transactor) {
    let ada = a_user(tx).insert().id;
    let (first, second) = (new(ada, "a", NOON), new(ada, "b", NOON));
    let _other = insert(tx, &second);
    let stored = insert(tx, &first);
    let expected = PasswordReset {
        id: stored.id,
        user_id: ada,
        nonce: first.nonce.clone(),
        created_at: at(NOON),
        expires_at: at(NOON) + SignedDuration::from_hours(1),
        used_at: None,
    };
    assert_eq!(stored, expected);
    assert_eq!(find(tx, stored.id).as_ref(), Some(&expected));
    let by = |hash: &ResetTokenHash| read(tx, |uow| uow.password_resets().find_by_token(hash));
    assert_eq!(by(&first.token_hash), Some(expected));
    for wrong in ["", "c", &first.token_hash.as_str().to_uppercase()] {
        assert_eq!(by(&ResetTokenHash::new(wrong.to_owned())), None, "{wrong}");
    }
    assert_eq!(find(tx, PasswordResetId::new(i64::from(i32::MAX)).unwrap()), None);
}

fn a_token_belongs_to_one_request(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    insert(tx, &new(ada, "a", NOON));
    assert_unexpected(attempt(tx, |uow| uow.password_resets().insert(&new(ben, "a", NOON))));
}

fn tokens_of_an_account_become_void_together_and_once(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert().id, a_user(tx).insert().id);
    let resets = [insert(tx, &new(ada, "a", NOON)), insert(tx, &new(ada, "b", NOON))];
    let bens = insert(tx, &new(ben, "c", NOON));
    let (first, later) = (at("2026-07-01T12:10:00.000001Z"), at("2026-07-01T12:20:00Z"));
    done(tx, |uow| uow.password_resets().void_all(ada, first));
    done(tx, |uow| uow.password_resets().void_all(ada, later));
    for reset in resets {
        assert_eq!(find(tx, reset.id), Some(PasswordReset { used_at: Some(first), ..reset }));
    }
    assert_eq!(find(tx, bens.id), Some(bens));
}

fn old_requests_are_deleted_used_or_not(tx: &dyn Transactor) {
    let ada = a_user(tx).insert().id;
    let used = insert(tx, &new(ada, "a", NOON));
    let unused = insert(tx, &new(ada, "b", "2026-07-01T11:00:00Z"));
    done(tx, |uow| uow.password_resets().void_all(ada, at(NOON)));
    let young = insert(tx, &new(ada, "c", "2026-07-01T12:00:00.123457Z"));
    let delete = |limit| done(tx, |uow| uow.password_resets().delete_expired(young.expires_at, limit));
    assert_eq!((delete(0), delete(1)), (0, 1));
    assert_eq!((find(tx, unused.id), find(tx, used.id).is_some()), (None, true), "the oldest first");
    assert_eq!((delete(5), delete(5)), (1, 0));
    assert_eq!((find(tx, used.id), find(tx, young.id)), (None, Some(young.clone())));
}
