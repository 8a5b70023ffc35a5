//! Contracts of the storage of accounts.

use instainstru_domain::{
    account::{AccountStatus, Bearer, EmailAddress, PasswordHash, Role, User},
    administration::{AccountState, UserFilter},
    ids::UserId,
    page::Page,
    ports::{Conflict, Transactor},
    text::FullName,
};

use super::{Contract, assert_unexpected, at, attempt, conflict, done, named, read};
use crate::builders::a_user;

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "users":
        an_account_is_read_back_as_it_was_stored,
        an_unknown_account_is_none,
        an_address_has_one_account,
        credentials_are_found_by_address,
        everything_but_the_password_can_be_updated,
        updating_an_unknown_account_is_unexpected,
        a_new_password_voids_the_tokens_issued_before,
        a_password_for_an_unknown_account_is_unexpected,
        only_the_revoked_token_is_revoked,
        revoking_a_token_twice_is_no_error,
        accounts_are_listed_the_youngest_first_in_pages,
        everything_a_filter_of_accounts_asks_for_must_hold,
        administrators_are_those_whose_accounts_are_switched_on,
        accounts_are_locked_in_any_order_and_unknown_ones_ignored,
    }
}

fn unknown() -> UserId {
    UserId::new(i64::from(i32::MAX)).unwrap()
}

fn an_account_is_read_back_as_it_was_stored(tx: &dyn Transactor) {
    for (name, role, status, created_at) in [
        ("Ada", Role::Student, AccountStatus::Active, "2026-07-01T12:00:00.123456Z"),
        ("שרה 🎹 O'Hara", Role::Instructor, AccountStatus::Suspended, "1999-12-31T23:59:59.999999Z"),
        ("Ð", Role::Student, AccountStatus::Deactivated, "2026-11-01T05:30:00Z"),
    ] {
        let mut new = a_user(tx).named(name).status(status).created_at(at(created_at)).build();
        new.role = role;
        let stored = done(tx, |uow| uow.users().insert(&new));
        let expected = User {
            id: stored.id,
            email: new.email.clone(),
            full_name: FullName::new(name).unwrap(),
            role,
            is_admin: false,
            is_active: true,
            account_status: status,
            credential_version: 1,
            created_at: at(created_at),
            updated_at: None,
            deleted_at: None,
        };
        assert_eq!(stored, expected);
        assert_eq!(read(tx, |uow| uow.users().find(stored.id)), Some(expected));
    }
}

fn an_unknown_account_is_none(tx: &dyn Transactor) {
    let _somebody_else = a_user(tx).insert();
    let nobody = EmailAddress::new("nobody@example.com").unwrap();
    assert_eq!(read(tx, |uow| uow.users().find(unknown())), None);
    assert_eq!(read(tx, |uow| uow.users().find_bearer(unknown(), "token")), None);
    assert_eq!(read(tx, |uow| uow.users().find_credentials(&nobody)), None);
}

fn an_address_has_one_account(tx: &dyn Transactor) {
    let first = a_user(tx).email("ada@example.com").insert();
    let rival = a_user(tx).email("ADA@example.com").named("Another Ada").build();
    assert_eq!(conflict(attempt(tx, |uow| uow.users().insert(&rival))), Conflict::EmailTaken);
    let found = read(tx, |uow| uow.users().find_credentials(&rival.email)).unwrap();
    assert_eq!(found.user, first);
    let other = a_user(tx).email("ada@example.org").insert();
    assert_ne!(other.id, first.id);
}

fn credentials_are_found_by_address(tx: &dyn Transactor) {
    let ada = a_user(tx).email("ada+lessons@example.com").password("first password").insert();
    let _ben = a_user(tx).password("second password").insert();
    let found = read(tx, |uow| uow.users().find_credentials(&ada.email)).unwrap();
    assert_eq!(found.user, ada);
    assert_eq!(found.password_hash.reveal(), "plain:first password");
}

fn everything_but_the_password_can_be_updated(tx: &dyn Transactor) {
    let ben = a_user(tx).insert();
    let ada = a_user(tx).password("first password").insert();
    let changed = User {
        full_name: FullName::new("Ada Lovelace").unwrap(),
        role: Role::Instructor,
        is_admin: true,
        is_active: false,
        account_status: AccountStatus::Deactivated,
        credential_version: 5,
        updated_at: Some(at("2026-07-02T09:00:00.000001Z")),
        ..ada.clone()
    };
    done(tx, |uow| uow.users().update(&changed));
    let found = read(tx, |uow| uow.users().find_credentials(&ada.email)).unwrap();
    assert_eq!(found.user, changed);
    assert_eq!(found.password_hash.reveal(), "plain:first password");
    assert_eq!(read(tx, |uow| uow.users().find(ben.id)), Some(ben));

    done(tx, |uow| uow.users().update(&ada));
    assert_eq!(read(tx, |uow| uow.users().find(ada.id)), Some(ada), "and back");
}

fn updating_an_unknown_account_is_unexpected(tx: &dyn Transactor) {
    let ghost = User { id: unknown(), email: a_user(tx).build().email, ..a_user(tx).insert() };
    assert_unexpected(attempt(tx, |uow| uow.users().update(&ghost)));
    assert_eq!(read(tx, |uow| uow.users().find(unknown())), None);
}

fn a_new_password_voids_the_tokens_issued_before(tx: &dyn Transactor) {
    let ada = a_user(tx).password("first password").insert();
    let ben = a_user(tx).insert();
    for (version, minute) in [(2, "12:01:00"), (3, "12:02:00")] {
        let now = at(&format!("2026-07-02T{minute}Z"));
        let hash = PasswordHash::new(format!("hash {version}"));
        done(tx, |uow| uow.users().set_password(ada.id, &hash, now));
        let found = read(tx, |uow| uow.users().find_credentials(&ada.email)).unwrap();
        assert_eq!(found.password_hash, hash);
        assert_eq!(found.user, User { credential_version: version, updated_at: Some(now), ..ada.clone() });
    }
    assert_eq!(read(tx, |uow| uow.users().find(ben.id)), Some(ben));
}

fn a_password_for_an_unknown_account_is_unexpected(tx: &dyn Transactor) {
    let hash = PasswordHash::new("hash".into());
    let now = at("2026-07-02T12:00:00Z");
    assert_unexpected(attempt(tx, |uow| uow.users().set_password(unknown(), &hash, now)));
}

fn only_the_revoked_token_is_revoked(tx: &dyn Transactor) {
    let ada = a_user(tx).insert();
    let bearer = |token: &str| read(tx, |uow| uow.users().find_bearer(ada.id, token)).unwrap();
    assert_eq!(bearer("phone"), Bearer { user: ada.clone(), token_revoked: false });
    done(tx, |uow| uow.users().revoke_token("phone", at("2026-07-01T12:30:00Z")));
    assert_eq!(bearer("phone"), Bearer { user: ada.clone(), token_revoked: true });
    assert_eq!(bearer("laptop"), Bearer { user: ada.clone(), token_revoked: false });
    assert!(!bearer("Phone").token_revoked, "ids of tokens are compared byte by byte");
}

fn revoking_a_token_twice_is_no_error(tx: &dyn Transactor) {
    let ada = a_user(tx).insert();
    for _attempt in 0..2 {
        done(tx, |uow| uow.users().revoke_token("phone", at("2026-07-01T12:30:00Z")));
    }
    done(tx, |uow| {
        uow.users().revoke_token("laptop", at("2026-07-01T12:30:00Z"))?;
        uow.users().revoke_token("laptop", at("2026-07-01T12:45:00Z"))
    });
    for token in ["phone", "laptop"] {
        assert!(read(tx, |uow| uow.users().find_bearer(ada.id, token)).unwrap().token_revoked, "{token}");
    }
}

fn listed(tx: &dyn Transactor, filter: &UserFilter) -> Vec<UserId> {
    let found = read(tx, |uow| uow.users().list(filter, Page::first(100)));
    assert_eq!(usize::try_from(found.total).unwrap(), found.items.len());
    found.items.iter().map(|user| user.id).collect()
}

fn accounts_are_listed_the_youngest_first_in_pages(tx: &dyn Transactor) {
    let all: Vec<User> = (0..5).map(|_nth| a_user(tx).insert()).collect();
    let page =
        |offset, limit| read(tx, |uow| uow.users().list(&UserFilter::default(), Page { offset, limit }));
    let first = page(0, 2);
    assert_eq!((first.total, first.items), (5, vec![all[4].clone(), all[3].clone()]));
    assert_eq!(page(4, 2).items, [all[0].clone()]);
    let beyond = page(5, 2);
    assert_eq!((beyond.total, beyond.items), (5, vec![]));
}

fn everything_a_filter_of_accounts_asks_for_must_hold(tx: &dyn Transactor) {
    let ada = a_user(tx).named("Ada ÜNSAL").email("ada_1@example.com").instructor().insert().id;
    let ben = a_user(tx).named("Ben 100%").email("adax1@example.com").insert().id;
    let suspended = a_user(tx).status(AccountStatus::Suspended).instructor().insert().id;
    let closed = a_user(tx).status(AccountStatus::Deactivated).insert().id;
    let (off, gone) = (a_user(tx).status(AccountStatus::Suspended).insert(), a_user(tx).insert().id);
    done(tx, |uow| {
        uow.users().update(&User { is_active: false, ..off.clone() })?;
        uow.personal_data().erase(gone, at("2026-07-02T12:00:00Z"))
    });
    let all = UserFilter::default;
    for (query, expected) in [
        ("ünsal", vec![ada]),
        ("ADA_1", vec![ada]),
        ("100%", vec![ben]),
        ("%", vec![ben]),
        ("deleted", vec![gone]),
        ("nobody", vec![]),
        ("nul\0", vec![]),
    ] {
        assert_eq!(listed(tx, &UserFilter { query: Some(query.into()), ..all() }), expected, "{query}");
    }
    assert_eq!(listed(tx, &UserFilter { role: Some(Role::Instructor), ..all() }), [suspended, ada]);
    for (state, expected) in [
        (AccountState::Active, vec![ben, ada]),
        (AccountState::Suspended, vec![suspended]),
        (AccountState::Deactivated, vec![closed]),
        (AccountState::SwitchedOff, vec![off.id]),
        (AccountState::Deleted, vec![gone]),
    ] {
        assert_eq!(listed(tx, &UserFilter { state: Some(state), ..all() }), expected, "{state:?}");
    }
    let strict = UserFilter {
        query: Some("example".into()),
        role: Some(Role::Student),
        state: Some(AccountState::Active),
    };
    assert_eq!(listed(tx, &strict), [ben]);
}

fn administrators_are_those_whose_accounts_are_switched_on(tx: &dyn Transactor) {
    let (grace, off, _student) = (a_user(tx).insert(), a_user(tx).insert(), a_user(tx).insert());
    let margaret = a_user(tx).insert();
    let admin = |user: &User, is_active| User { is_admin: true, is_active, ..user.clone() };
    for user in [admin(&margaret, true), admin(&grace, true), admin(&off, false)] {
        done(tx, |uow| uow.users().update(&user));
    }
    let found: Vec<UserId> =
        read(tx, |uow| uow.users().administrators()).iter().map(|user| user.id).collect();
    assert_eq!(found, [grace.id, margaret.id]);
}

fn accounts_are_locked_in_any_order_and_unknown_ones_ignored(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).insert(), a_user(tx).insert());
    done(tx, |uow| {
        uow.users().lock(&[])?;
        uow.users().lock(&[ben.id, unknown(), ada.id, ben.id])?;
        uow.users().lock(&[ada.id, ben.id])?;
        uow.users().update(&User { is_admin: true, ..ada.clone() })
    });
    assert!(read(tx, |uow| uow.users().find(ada.id)).unwrap().is_admin);
}
