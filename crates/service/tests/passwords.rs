//! New passwords, on the store in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};

use instainstru_domain::{
    account::{AccountStatus, EmailAddress, Password, PasswordHash, SessionKind, User},
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    password_reset::{PasswordReset, ResetToken},
    ports::{
        Clock, PasswordHasher, ResetTokens, StorageError, TransactorExt, UnitOfWork, security::SecurityError,
    },
};
use instainstru_service::{
    accounts::{AccountError, AccountService, AccountUseCases},
    passwords::{PasswordError, PasswordService, PasswordUseCases},
};
use instainstru_test_support::{
    builders::{PASSWORD, a_user},
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
    security::{PlainHasher, PlainResetTokens, PlainTokens},
};
use jiff::SignedDuration;

mod world;

use world::spy::Spy;

const NEW: &str = "NewPassword456!";

struct World {
    store: MemoryStore,
    clock: FixedClock,
    hasher: PlainHasher,
    resets: PlainResetTokens,
    spy: Arc<Spy>,
    accounts: AccountService,
    passwords: PasswordService,
}

impl World {
    fn new() -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at("2026-07-15T12:00:00Z"));
        let (hasher, resets) = (PlainHasher::default(), PlainResetTokens::default());
        let tokens = PlainTokens::default();
        let spy = Arc::new(Spy::new(store.clone()));
        let accounts = AccountService::new(
            Arc::new(store.clone()),
            Arc::new(hasher.clone()),
            Arc::new(tokens.clone()),
            Arc::new(clock.clone()),
        );
        let passwords = PasswordService::new(
            spy.clone(),
            Arc::new(hasher.clone()),
            Arc::new(resets.clone()),
            Arc::new(tokens),
            Arc::new(clock.clone()),
        );
        Self { store, clock, hasher, resets, spy, accounts, passwords }
    }

    fn read<T>(&self, work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.reading(work).unwrap()
    }

    /// Asks for a new password and returns the token as the mail would carry it.
    fn ask(&self, user: &User) -> ResetToken {
        self.passwords.request_reset(&user.email).unwrap();
        let Some(DomainEvent::PasswordResetRequested { user: whose, reset }) = self.store.events().pop()
        else {
            panic!("{:?}", self.store.events())
        };
        assert_eq!(whose, user.id);
        let reset: PasswordReset = self.read(|uow| uow.password_resets().find(reset)).unwrap();
        self.resets.token(&reset.nonce)
    }

    fn logs_in(&self, user: &User, with: &str) -> bool {
        match self.accounts.log_in(&user.email, &password(with), SessionKind::Program) {
            Ok(_) => true,
            Err(AccountError::BadCredentials) => false,
            Err(other) => panic!("{other}"),
        }
    }

    fn actions(&self) -> Vec<AuditAction> {
        self.store.audit_entries().iter().map(|entry| entry.action).collect()
    }
}

fn password(text: &str) -> Password {
    Password::presented(text).unwrap()
}

fn new_password() -> Password {
    Password::replacing(NEW).unwrap()
}

#[test]
fn whoever_lost_a_password_sets_another_with_a_mailed_token() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let session = world.accounts.log_in(&ada.email, &password(PASSWORD), SessionKind::Program).unwrap().token;
    let token = world.ask(&ada);
    assert!(world.logs_in(&ada, PASSWORD), "asking changes nothing");
    assert_eq!(world.passwords.inspect_reset(&token).unwrap(), Some(ada.email.clone()));

    world.passwords.reset(&token, &new_password()).unwrap();
    assert!(world.logs_in(&ada, NEW) && !world.logs_in(&ada, PASSWORD));
    assert!(matches!(world.accounts.authenticate(&session), Err(AccountError::InvalidToken)));
    assert_eq!(world.store.events().last(), Some(&DomainEvent::PasswordChanged { user: ada.id }));
    let entry = NewAuditEntry::new(AuditAction::PasswordReset, world.clock.now()).by(ada.id).about(ada.id);
    assert!(world.store.audit_entries().contains(&entry));
}

#[test]
fn a_token_is_good_once_for_an_hour_and_until_the_next_one() {
    let world = World::new();
    let (ada, ben) = (a_user(&world.store).insert(), a_user(&world.store).insert());
    let refusal = |token: &ResetToken| {
        assert_eq!(world.passwords.inspect_reset(token).unwrap(), None);
        let hashed = world.hasher.hashed();
        let refused = world.passwords.reset(token, &new_password()).unwrap_err();
        assert_eq!(world.hasher.hashed(), hashed, "nothing is hashed for a bad token");
        refused.to_string()
    };
    let (first, bens) = (world.ask(&ada), world.ask(&ben));
    let second = world.ask(&ada);
    assert!(refusal(&first).contains("already been used"), "a later request makes it void");
    assert_eq!(world.passwords.inspect_reset(&bens).unwrap(), Some(ben.email.clone()));

    world.clock.advance(PasswordReset::LIFETIME - SignedDuration::from_micros(1));
    world.passwords.reset(&second, &new_password()).unwrap();
    assert!(refusal(&second).contains("already been used"));
    world.clock.advance(SignedDuration::from_micros(1));
    assert!(refusal(&bens).contains("expired"));
    for unknown in ["", "token-of-nonce-4711", "🎹"] {
        assert!(refusal(&ResetToken::new(unknown.to_owned())).contains("Invalid or expired"));
    }
    assert!(world.logs_in(&ben, PASSWORD));
}

#[test]
fn an_address_that_nobody_has_costs_as_much_and_leaves_nothing() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let gone = a_user(&world.store).status(AccountStatus::Deactivated).insert();
    let nobody = EmailAddress::new("nobody@example.com").unwrap();
    let cost = |email: &EmailAddress| {
        let before = (world.resets.nonces(), world.resets.hashes(), world.store.commits());
        world.spy.calls();
        world.passwords.request_reset(email).unwrap();
        (
            world.spy.calls(),
            world.resets.nonces() - before.0,
            world.resets.hashes() - before.1,
            world.store.commits() - before.2,
        )
    };
    let known = cost(&ada.email);
    assert_eq!(known, (5, 1, 1, 1));
    let events = world.store.events();
    assert_eq!(events.len(), 1);
    for email in [&nobody, &gone.email] {
        assert_eq!(cost(email), known, "{email}");
    }
    assert_eq!(world.store.events(), events);
    assert_eq!((world.hasher.hashed(), world.hasher.verified(), world.hasher.wasted()), (0, 0, 0));
    let requested = || NewAuditEntry::new(AuditAction::PasswordResetRequested, world.clock.now());
    assert_eq!(world.store.audit_entries(), [requested().about(ada.id), requested(), requested()]);
}

#[test]
fn an_account_that_closed_meanwhile_gets_no_new_password() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let token = world.ask(&ada);
    let closed = User { account_status: AccountStatus::Deactivated, ..ada.clone() };
    world.store.transaction(|uow| uow.users().update(&closed)).unwrap();
    assert_eq!(world.passwords.inspect_reset(&token).unwrap(), None);
    let refused = world.passwords.reset(&token, &new_password());
    assert!(matches!(refused, Err(PasswordError::UnknownToken)));
}

/// What somebody else does.
type Work = Box<dyn FnOnce() + Send>;

/// A hasher during whose work somebody else is quicker.
struct Interrupted {
    hasher: PlainHasher,
    meanwhile: Mutex<Option<Work>>,
}

impl PasswordHasher for Interrupted {
    fn hash(&self, password: &Password) -> Result<PasswordHash, SecurityError> {
        if let Some(work) = self.meanwhile.lock().unwrap().take() {
            work();
        }
        self.hasher.hash(password)
    }

    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, SecurityError> {
        self.hasher.verify(password, hash)
    }

    fn waste_time(&self, password: &Password) {
        self.hasher.waste_time(password);
    }
}

#[test]
fn of_two_who_set_a_password_at_once_one_wins() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let service = |hasher| {
        let tokens = Arc::new(PlainTokens::default());
        let (store, clock) = (Arc::new(world.store.clone()), Arc::new(world.clock.clone()));
        PasswordService::new(store, hasher, Arc::new(world.resets.clone()), tokens, clock)
    };
    let slower_than = |token: &ResetToken, quicker: &'static str| {
        let (rival, token) = (service(Arc::new(world.hasher.clone())), token.clone());
        let work = move || rival.reset(&token, &Password::replacing(quicker).unwrap()).unwrap();
        let meanwhile: Mutex<Option<Work>> = Mutex::new(Some(Box::new(work)));
        service(Arc::new(Interrupted { hasher: world.hasher.clone(), meanwhile }))
    };
    let token = world.ask(&ada);
    let lost = slower_than(&token, "Quicker 123").reset(&token, &new_password());
    assert!(matches!(lost, Err(PasswordError::UsedToken)));
    assert!(world.logs_in(&ada, "Quicker 123"));

    let token = world.ask(&ada);
    let lost = slower_than(&token, "Quicker 456").change(
        &ada,
        &password("Quicker 123"),
        &new_password(),
        SessionKind::Program,
    );
    assert!(matches!(lost, Err(PasswordError::WrongPassword)), "the current password is another one now");
    assert!(world.logs_in(&ada, "Quicker 456"));
}

#[test]
fn whoever_knows_the_password_changes_it_and_stays_logged_in_alone() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let reset = world.ask(&ada);
    let phone = world.accounts.log_in(&ada.email, &password(PASSWORD), SessionKind::Program).unwrap().token;
    let session =
        world.passwords.change(&ada, &password(PASSWORD), &new_password(), SessionKind::Program).unwrap();
    assert_eq!(session.user.credential_version, ada.credential_version + 1);
    assert_eq!(world.accounts.authenticate(&session.token).unwrap(), session.user);
    assert!(matches!(world.accounts.authenticate(&phone), Err(AccountError::InvalidToken)));
    assert!(world.logs_in(&ada, NEW) && !world.logs_in(&ada, PASSWORD));
    assert_eq!(world.passwords.inspect_reset(&reset).unwrap(), None, "a token on its way is void");
    assert_eq!(world.store.events().last(), Some(&DomainEvent::PasswordChanged { user: ada.id }));
    assert!(world.actions().contains(&AuditAction::PasswordChanged));
}

#[test]
fn a_wrong_current_password_changes_nothing_and_is_written_down() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let events = world.store.events();
    let refused = world.passwords.change(&ada, &password("wrong"), &new_password(), SessionKind::Program);
    assert!(matches!(refused, Err(PasswordError::WrongPassword)));
    assert_eq!(world.hasher.hashed(), 0);
    assert_eq!(world.store.events(), events);
    assert!(world.logs_in(&ada, PASSWORD));
    let failed = NewAuditEntry::new(AuditAction::LoginFailed, world.clock.now()).by(ada.id).about(ada.id);
    assert_eq!(world.store.audit_entries()[0], failed.saying("reason", "wrong_current_password"));
}

#[test]
fn a_change_that_fails_halfway_leaves_everything() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let token = world.ask(&ada);
    let before = (world.store.events(), world.store.audit_entries());
    let reset = || world.passwords.reset(&token, &new_password()).map(|_done| ());
    let change = || {
        world
            .passwords
            .change(&ada, &password(PASSWORD), &new_password(), SessionKind::Program)
            .map(|_session| ())
    };
    type Action<'a> = &'a dyn Fn() -> Result<(), PasswordError>;
    let actions: [(Action<'_>, u32); 2] = [(&change, 8), (&reset, 9)];
    for (action, calls) in actions {
        for fault in (1..=calls).map(Fault::Call).chain([Fault::Begin, Fault::Commit]) {
            world.store.fail_next(fault, unavailable);
            assert!(matches!(action(), Err(PasswordError::Storage(_))), "{fault:?}");
            assert_eq!((world.store.events(), world.store.audit_entries()), before, "{fault:?}");
        }
        assert!(world.passwords.inspect_reset(&token).unwrap().is_some());
    }
    world.spy.calls();
    reset().unwrap();
    assert_eq!(world.spy.calls(), 9, "every call was made to fail");
    world.spy.calls();
    world.passwords.change(&ada, &password(NEW), &new_password(), SessionKind::Program).unwrap();
    assert_eq!(world.spy.calls(), 8, "every call was made to fail");
}
