//! What is written down, and who may read it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use instainstru_domain::{
    account::{AccountStatus, EmailAddress, Password, SessionKind, User},
    audit::{AuditAction, AuditFilter, NewAuditEntry, Origin},
    ports::{Clock, TransactorExt},
};
use instainstru_service::{
    accounts::{AccountError, AccountService, AccountUseCases},
    audit::{AuditError, AuditService, AuditUseCases, record, within},
    instructors::{InstructorUseCases, InstructorsService},
};
use instainstru_test_support::{
    builders::{PASSWORD, a_user, an_instructor},
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
    security::{PlainHasher, PlainTokens},
};

struct World {
    store: MemoryStore,
    clock: FixedClock,
    accounts: AccountService,
    audit: AuditService,
}

impl World {
    fn new() -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at("2026-07-15T12:00:00Z"));
        let accounts = AccountService::new(
            Arc::new(store.clone()),
            Arc::new(PlainHasher::default()),
            Arc::new(PlainTokens::default()),
            Arc::new(clock.clone()),
        );
        let audit = AuditService::new(Arc::new(store.clone()));
        Self { store, clock, accounts, audit }
    }

    fn entry(&self, action: AuditAction) -> NewAuditEntry {
        NewAuditEntry::new(action, self.clock.now())
    }

    fn admin(&self) -> User {
        let user = a_user(&self.store).insert();
        self.store.set_admin(user.id, true);
        User { is_admin: true, ..user }
    }
}

fn password(text: &str) -> Password {
    Password::presented(text).unwrap()
}

#[test]
fn logging_in_and_out_is_written_down_with_where_it_came_from() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let origin = Origin { request: Some("r1".into()), address: Some("203.0.113.7".parse().unwrap()) };
    let token = within(origin.clone(), || {
        let session = world.accounts.log_in(&ada.email, &password(PASSWORD), SessionKind::Program).unwrap();
        session.token
    });
    world.accounts.log_out(&token).unwrap();
    let expected = [
        world.entry(AuditAction::LoggedIn).by(ada.id).caused_by(origin),
        world.entry(AuditAction::LoggedOut).by(ada.id),
    ];
    assert_eq!(world.store.audit_entries(), expected);
}

#[test]
fn every_refused_login_is_one_entry_that_names_no_address() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let gone = a_user(&world.store).status(AccountStatus::Deactivated).insert();
    let nobody = EmailAddress::new("nobody@example.com").unwrap();
    for (email, given) in [(&nobody, PASSWORD), (&ada.email, "wrong"), (&gone.email, PASSWORD)] {
        let commits = world.store.commits();
        let refused = world.accounts.log_in(email, &password(given), SessionKind::Program);
        assert!(matches!(refused, Err(AccountError::BadCredentials)), "{email}");
        assert_eq!(world.store.commits() - commits, 1, "each refusal writes as much as the others: {email}");
    }
    let failed = || world.entry(AuditAction::LoginFailed);
    let expected = [
        failed().saying("reason", "unknown_address"),
        failed().about(ada.id).saying("reason", "wrong_password"),
        failed().about(gone.id).saying("reason", "deactivated"),
    ];
    assert_eq!(world.store.audit_entries(), expected);
}

#[test]
fn nobody_gets_in_unseen() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    for (given, fault) in [
        (PASSWORD, Fault::Call(2)),
        (PASSWORD, Fault::Commit),
        ("wrong", Fault::Call(2)),
        ("wrong", Fault::Commit),
    ] {
        world.store.fail_next(fault, unavailable);
        let failed = world.accounts.log_in(&ada.email, &password(given), SessionKind::Program);
        assert!(matches!(failed, Err(AccountError::Storage(_))), "{given} {fault:?}: {failed:?}");
    }
    assert_eq!(world.store.audit_entries(), []);
}

#[test]
fn the_life_of_an_instructor_is_written_down_once_for_each_change() {
    let world = World::new();
    let ada = an_instructor(&world.store).insert().user;
    let instructors = InstructorsService::new(Arc::new(world.store.clone()), Arc::new(world.clock.clone()));
    instructors.suspend(&ada, ada.id).unwrap();
    instructors.suspend(&ada, ada.id).unwrap();
    instructors.deactivate(&ada, ada.id).unwrap();
    instructors.reactivate(&ada, ada.id).unwrap();
    assert!(instructors.reactivate(&ada, ada.id).is_err());
    let entry = |action, previous: AccountStatus| {
        world.entry(action).by(ada.id).about(ada.id).saying("previous", previous.as_str())
    };
    let expected = [
        entry(AuditAction::AccountSuspended, AccountStatus::Active),
        entry(AuditAction::AccountDeactivated, AccountStatus::Suspended),
        entry(AuditAction::AccountReactivated, AccountStatus::Deactivated),
    ];
    assert_eq!(world.store.audit_entries(), expected);
}

#[test]
fn an_entry_that_cannot_be_written_undoes_the_change_it_is_about() {
    let world = World::new();
    let ada = an_instructor(&world.store).insert().user;
    let instructors = InstructorsService::new(Arc::new(world.store.clone()), Arc::new(world.clock.clone()));
    // Lock, account, profile, lessons ahead, change, event; then the entry.
    world.store.fail_next(Fault::Call(7), unavailable);
    assert!(instructors.suspend(&ada, ada.id).is_err());
    let account =
        world.store.reading::<_, instainstru_domain::ports::StorageError>(|uow| uow.users().find(ada.id));
    assert_eq!(account.unwrap().unwrap().account_status, AccountStatus::Active);
    assert!(world.store.events().iter().all(|event| event.kind() != "instructor.changed"));
}

#[test]
fn a_long_list_is_read_in_parts_and_the_last_part_says_so() {
    let world = World::new();
    let admin = world.admin();
    for _nth in 0..5 {
        let entry = world.entry(AuditAction::JobRun);
        world.store.transaction(|uow| record(uow, entry.clone())).unwrap();
    }
    let (mut filter, mut sizes) = (AuditFilter::default(), Vec::new());
    loop {
        let page = world.audit.entries(&admin, &filter, 2).unwrap();
        sizes.push(page.entries.len());
        match page.next {
            Some(next) => filter.before = Some(next),
            None => break,
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    let exact = world.audit.entries(&admin, &AuditFilter::default(), 5).unwrap();
    assert_eq!((exact.entries.len(), exact.next), (5, None));
}

#[test]
fn only_administrators_read_the_audit_log() {
    let world = World::new();
    let tom = a_user(&world.store).insert();
    let refused = world.audit.entries(&tom, &AuditFilter::default(), 10);
    assert!(matches!(refused, Err(AuditError::NotAdmin)));
}
