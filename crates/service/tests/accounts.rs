//! Registering, logging in and telling who is calling, on the store in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use instainstru_core::length::{Buffer, Notice};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, Password, PasswordHash, Role, SessionKind, User},
    event::DomainEvent,
    ids::UserId,
    instructor::{Areas, Instructor, ProfileDetails},
    ports::{Clock, PasswordHasher, StorageError, TokenIssuer, TransactorExt, security::SecurityError},
    text::FullName,
    zone::Zone,
};
use instainstru_service::accounts::{AccountError, AccountService, AccountUseCases, RegisterAccount};
use instainstru_test_support::{
    builders::{PASSWORD, a_user},
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
    security::{PlainHasher, PlainTokens},
};
use jiff::SignedDuration;

/// A hasher that refuses to work inside a transaction, where the store in memory lets no other one begin.
struct OutsideTransactions {
    hasher: PlainHasher,
    store: MemoryStore,
}

impl OutsideTransactions {
    fn check(&self) {
        let begun: Result<(), StorageError> = self.store.reading(|_uow| Ok(()));
        begun.unwrap();
    }
}

impl PasswordHasher for OutsideTransactions {
    fn hash(&self, password: &Password) -> Result<PasswordHash, SecurityError> {
        self.check();
        self.hasher.hash(password)
    }

    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, SecurityError> {
        self.check();
        self.hasher.verify(password, hash)
    }

    fn waste_time(&self, password: &Password) {
        self.check();
        self.hasher.waste_time(password);
    }
}

struct World {
    store: MemoryStore,
    clock: FixedClock,
    hasher: PlainHasher,
    tokens: PlainTokens,
    service: AccountService,
}

impl World {
    fn new() -> Self {
        let store = MemoryStore::new();
        let clock = FixedClock::at("2026-07-15T12:00:00Z");
        let (hasher, tokens) = (PlainHasher::default(), PlainTokens::default());
        let outside = OutsideTransactions { hasher: hasher.clone(), store: store.clone() };
        let service = AccountService::new(
            Arc::new(store.clone()),
            Arc::new(outside),
            Arc::new(tokens.clone()),
            Arc::new(clock.clone()),
        );
        Self { store, clock, hasher, tokens, service }
    }

    fn read<T>(
        &self,
        work: impl FnMut(&mut dyn instainstru_domain::ports::UnitOfWork) -> Result<T, StorageError>,
    ) -> T {
        self.store.reading(work).unwrap()
    }

    fn change(
        &self,
        mut work: impl FnMut(&mut dyn instainstru_domain::ports::UnitOfWork) -> Result<(), StorageError>,
    ) {
        self.store.transaction(|uow| work(uow)).unwrap();
    }

    fn instructor(&self, user: &User) -> Option<Instructor> {
        self.read(|uow| uow.instructors().find(user.id))
    }

    fn set_status(&self, user: &User, account_status: AccountStatus) {
        self.change(|uow| uow.users().update(&User { account_status, ..user.clone() }));
    }

    fn log_in(&self, user: &User) -> String {
        self.service.log_in(&user.email, &password(PASSWORD), SessionKind::Program).unwrap().token
    }

    /// The same in a browser.
    fn sign_in(&self, user: &User) -> String {
        self.service.log_in(&user.email, &password(PASSWORD), SessionKind::Browser).unwrap().token
    }
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

fn password(text: &str) -> Password {
    Password::presented(text).unwrap()
}

fn account(address: &str, role: Role) -> RegisterAccount {
    RegisterAccount {
        email: email(address),
        password: Password::new("correct horse").unwrap(),
        full_name: FullName::new("Ada Łukasz 🎻").unwrap(),
        role,
    }
}

#[test]
fn a_registered_student_can_log_in() {
    let world = World::new();
    let command = account("Ada@Example.com", Role::Student);
    let user = world.service.register(&command).unwrap();
    assert_eq!(user.email.as_str(), "ada@example.com");
    assert_eq!((user.full_name.as_str(), user.role), ("Ada Łukasz 🎻", Role::Student));
    assert_eq!((user.is_active, user.is_admin, user.account_status), (true, false, AccountStatus::Active));
    assert_eq!(user.created_at, world.clock.now());
    assert_eq!(world.instructor(&user), None, "a student has no profile");
    assert_eq!(world.store.events(), [DomainEvent::UserRegistered { user: user.id }]);

    let session =
        world.service.log_in(&email("ADA@example.com"), &command.password, SessionKind::Program).unwrap();
    assert_eq!(session.user, user);
    assert_eq!(world.service.authenticate(&session.token).unwrap(), user);
}

#[test]
fn a_password_is_stored_as_its_hash() {
    let world = World::new();
    world.service.register(&account("ada@example.com", Role::Student)).unwrap();
    let stored = world.read(|uow| uow.users().find_credentials(&email("ada@example.com"))).unwrap();
    assert_eq!(stored.password_hash, PlainHasher::hash_of("correct horse"));
    assert_eq!(world.hasher.hashed(), 1);
}

#[test]
fn a_registered_instructor_gets_a_profile_to_complete() {
    let world = World::new();
    let user = world.service.register(&account("ada@example.com", Role::Instructor)).unwrap();
    let instructor = world.instructor(&user).unwrap();
    assert_eq!(
        instructor.profile.details,
        ProfileDetails {
            bio: None,
            areas: Areas::default(),
            years_experience: 0,
            notice: Notice::from_hours(1).unwrap(),
            buffer: Buffer::from_minutes(15).unwrap(),
            zone: Zone::new_york(),
        }
    );
    assert!(instructor.services.is_empty());
    assert_eq!(
        world.store.events(),
        [
            DomainEvent::UserRegistered { user: user.id },
            DomainEvent::InstructorChanged { instructor: user.id }
        ]
    );
}

#[test]
fn an_address_belongs_to_one_account() {
    let world = World::new();
    world.service.register(&account("ada@example.com", Role::Student)).unwrap();
    let events = world.store.events();
    for role in [Role::Student, Role::Instructor] {
        let refused = world.service.register(&account("ADA@EXAMPLE.COM", role));
        assert!(matches!(refused, Err(AccountError::EmailTaken)));
    }
    assert_eq!(world.store.events(), events);
}

#[test]
fn a_registration_that_fails_halfway_leaves_nothing() {
    // Account, event, profile and event; then the commit.
    for fault in (1..=4).map(Fault::Call).chain([Fault::Begin, Fault::Commit]) {
        let world = World::new();
        // The hasher of these tests begins a transaction too.
        let service = AccountService::new(
            Arc::new(world.store.clone()),
            Arc::new(world.hasher.clone()),
            Arc::new(world.tokens.clone()),
            Arc::new(world.clock.clone()),
        );
        world.store.fail_next(fault, unavailable);
        let failed = service.register(&account("ada@example.com", Role::Instructor));
        assert!(
            matches!(failed, Err(AccountError::Storage(StorageError::Unavailable(_)))),
            "{fault:?} became {failed:?}"
        );
        assert_eq!(world.store.events(), []);
        assert_eq!(world.read(|uow| uow.users().find_credentials(&email("ada@example.com"))), None);
        assert!(service.register(&account("ada@example.com", Role::Instructor)).is_ok(), "{fault:?}");
    }
}

#[test]
fn unknown_addresses_wrong_passwords_and_deactivated_accounts_get_one_answer_in_the_same_time() {
    let world = World::new();
    let ada = a_user(&world.store).email("ada@example.com").insert();
    let gone = a_user(&world.store).status(AccountStatus::Deactivated).insert();
    for (address, given, verified, wasted) in [
        (email("nobody@example.com"), PASSWORD, 0, 1),
        (ada.email, "wrong", 1, 0),
        (gone.email, PASSWORD, 1, 0),
    ] {
        let before = (world.hasher.verified(), world.hasher.wasted());
        let refused = world.service.log_in(&address, &password(given), SessionKind::Program).unwrap_err();
        assert!(matches!(refused, AccountError::BadCredentials), "{address}");
        assert_eq!(refused.to_string(), "Incorrect email or password");
        assert_eq!(
            (world.hasher.verified() - before.0, world.hasher.wasted() - before.1),
            (verified, wasted)
        );
    }
}

#[test]
fn passwords_are_compared_exactly() {
    let world = World::new();
    let ada = a_user(&world.store).password("pässwörd 🎹").insert();
    assert!(world.service.log_in(&ada.email, &password("pässwörd 🎹"), SessionKind::Program).is_ok());
    for near in ["pässwörd 🎹 ", "Pässwörd 🎹", "pa\u{308}sswo\u{308}rd 🎹", ""] {
        let refused = world.service.log_in(&ada.email, &password(near), SessionKind::Program);
        assert!(matches!(refused, Err(AccountError::BadCredentials)), "{near:?}");
    }
}

#[test]
fn suspended_and_switched_off_accounts_may_log_in() {
    let world = World::new();
    let suspended = a_user(&world.store).status(AccountStatus::Suspended).insert();
    let off = a_user(&world.store).insert();
    world.store.set_user_active(off.id, false);
    for user in [suspended, off] {
        let token = world.log_in(&user);
        let bearer = world.service.authenticate(&token).unwrap();
        assert_eq!(bearer.id, user.id, "what they may do is decided elsewhere");
    }
}

#[test]
fn a_token_ends_after_its_time() {
    let world = World::new();
    let token = world.log_in(&a_user(&world.store).insert());
    world.clock.advance(SignedDuration::from_mins(30) - SignedDuration::from_micros(1));
    assert!(world.service.authenticate(&token).is_ok());
    world.clock.advance(SignedDuration::from_micros(1));
    assert!(matches!(world.service.authenticate(&token), Err(AccountError::InvalidToken)));
    assert!(matches!(world.service.log_out(&token), Err(AccountError::InvalidToken)));
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

#[test]
fn a_browser_stays_signed_in_for_as_long_as_it_comes_back() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let mut token = world.sign_in(&ada);
    for visit in 0..10 {
        world.clock.advance(days(13));
        let returned = world.service.resume(&token).unwrap();
        assert_eq!(returned.user, ada, "visit {visit}");
        token = returned.renewed.unwrap();
    }
    world.clock.advance(days(14));
    assert!(matches!(world.service.resume(&token), Err(AccountError::InvalidToken)));
}

#[test]
fn a_fresh_token_is_kept_for_a_day() {
    let world = World::new();
    let token = world.sign_in(&a_user(&world.store).insert());
    world.clock.advance(days(1) - SignedDuration::from_micros(1));
    assert_eq!(world.service.resume(&token).unwrap().renewed, None);
    world.clock.advance(SignedDuration::from_micros(1));
    assert!(world.service.resume(&token).unwrap().renewed.is_some());
    assert!(world.service.authenticate(&token).is_ok(), "the old one counts for pages under way");
}

#[test]
fn the_token_of_a_program_is_never_renewed() {
    let world = World::new();
    let token = world.log_in(&a_user(&world.store).insert());
    world.clock.advance(SignedDuration::from_mins(29));
    assert_eq!(world.service.resume(&token).unwrap().renewed, None);
    world.clock.advance(SignedDuration::from_mins(1));
    assert!(matches!(world.service.resume(&token), Err(AccountError::InvalidToken)));
}

#[test]
fn signing_out_ends_every_token_a_session_ever_had() {
    for given_up in ["the first", "the last"] {
        let world = World::new();
        let ada = a_user(&world.store).insert();
        let (first, elsewhere) = (world.sign_in(&ada), world.sign_in(&ada));
        world.clock.advance(days(5));
        let last = world.service.resume(&first).unwrap().renewed.unwrap();
        world.service.log_out(if given_up == "the first" { &first } else { &last }).unwrap();
        // Also once the first would have ended, and whoever forgets what is over has been.
        for wait in [0, 10] {
            world.clock.advance(days(wait));
            let now = world.clock.now();
            world.change(|uow| uow.retention().forget_revoked_tokens(now, 100).map(|_forgotten| ()));
            assert!(matches!(world.service.resume(&last), Err(AccountError::InvalidToken)), "{given_up}");
            assert!(matches!(world.service.resume(&first), Err(AccountError::InvalidToken)), "{given_up}");
        }
        world.clock.advance(-days(10));
        assert!(world.service.resume(&elsewhere).is_ok(), "another browser stays signed in");
    }
}

#[test]
fn a_browser_is_signed_out_by_a_new_password_and_by_deactivation() {
    let world = World::new();
    let (ada, tom) = (a_user(&world.store).insert(), a_user(&world.store).insert());
    let (of_ada, of_tom) = (world.sign_in(&ada), world.sign_in(&tom));
    world.clock.advance(days(2));
    let of_ada = world.service.resume(&of_ada).unwrap().renewed.unwrap();
    let now = world.clock.now();
    world.change(|uow| uow.users().set_password(ada.id, &PlainHasher::hash_of(PASSWORD), now));
    world.set_status(&tom, AccountStatus::Deactivated);
    for token in [of_ada, of_tom] {
        assert!(matches!(world.service.resume(&token), Err(AccountError::InvalidToken)));
    }
}

#[test]
fn a_forged_token_proves_nothing() {
    let world = World::new();
    for forged in ["", "Bearer", "user-1.version-1", "🎹", &"x".repeat(10_000)] {
        assert!(matches!(world.service.authenticate(forged), Err(AccountError::InvalidToken)));
        assert!(matches!(world.service.log_out(forged), Err(AccountError::InvalidToken)));
    }
}

#[test]
fn a_change_of_credentials_ends_older_tokens() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let old = world.log_in(&ada);
    let now = world.clock.now();
    world.change(|uow| uow.users().set_password(ada.id, &PlainHasher::hash_of(PASSWORD), now));
    assert!(matches!(world.service.authenticate(&old), Err(AccountError::InvalidToken)));
    let new = world.log_in(&ada);
    assert_eq!(world.service.authenticate(&new).unwrap().credential_version, 2);
}

#[test]
fn a_deactivated_account_loses_its_tokens() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let token = world.log_in(&ada);
    world.set_status(&ada, AccountStatus::Deactivated);
    assert!(matches!(world.service.authenticate(&token), Err(AccountError::InvalidToken)));
    assert!(matches!(world.service.log_out(&token), Err(AccountError::InvalidToken)));
}

#[test]
fn a_token_of_an_account_that_is_gone_says_so() {
    let world = World::new();
    let nobody = User { id: UserId::new(4711).unwrap(), ..a_user(&world.store).insert() };
    let token = world.tokens.issue(&nobody, SessionKind::Program, world.clock.now()).unwrap();
    assert!(matches!(world.service.authenticate(&token), Err(AccountError::UserGone)));
    assert!(matches!(world.service.log_out(&token), Err(AccountError::UserGone)));
}

#[test]
fn logging_out_ends_one_token_and_no_other() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let (phone, desk) = (world.log_in(&ada), world.log_in(&ada));
    world.service.log_out(&phone).unwrap();
    assert!(matches!(world.service.authenticate(&phone), Err(AccountError::InvalidToken)));
    assert!(
        matches!(world.service.log_out(&phone), Err(AccountError::InvalidToken)),
        "it is given up already"
    );
    assert_eq!(world.service.authenticate(&desk).unwrap(), ada);
}

#[test]
fn a_new_name_is_kept_and_told_to_whoever_shows_instructors() {
    let world = World::new();
    let (ada, tom) = (
        instainstru_test_support::builders::an_instructor(&world.store).insert().user,
        a_user(&world.store).insert(),
    );
    let name = FullName::new("Ada King 🎻").unwrap();
    let seen = world.store.events().len();
    for user in [&ada, &tom, &ada] {
        let renamed = world.service.rename(user, &name).unwrap();
        let expected =
            User { full_name: name.clone(), updated_at: Some(world.clock.now()), ..(*user).clone() };
        assert_eq!(renamed, expected);
        assert_eq!(world.read(|uow| uow.users().find(user.id)), Some(renamed));
    }
    let told = DomainEvent::InstructorChanged { instructor: ada.id };
    assert_eq!(world.store.events().split_off(seen), [told], "once, and nobody looks for students");
    let entries = world.store.audit_entries();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| !format!("{entry:?}").contains("King")), "no names in the audit log");
}

#[test]
fn who_is_calling_takes_one_statement() {
    let world = World::new();
    let token = world.log_in(&a_user(&world.store).insert());
    world.store.fail_next(Fault::Call(2), unavailable);
    assert!(world.service.authenticate(&token).is_ok());
}

#[test]
fn failures_of_storage_and_hashing_are_told_as_such() {
    let world = World::new();
    let ada = a_user(&world.store).insert();
    let token = world.log_in(&ada);
    world.store.fail_next(Fault::Call(1), unavailable);
    assert!(matches!(
        world.service.log_in(&ada.email, &password(PASSWORD), SessionKind::Program),
        Err(AccountError::Storage(StorageError::Unavailable(_)))
    ));
    world.store.fail_next(Fault::Call(1), unavailable);
    assert!(matches!(world.service.authenticate(&token), Err(AccountError::Storage(_))));
    world.store.fail_next(Fault::Commit, unavailable);
    assert!(matches!(world.service.log_out(&token), Err(AccountError::Storage(_))));
    assert!(world.service.authenticate(&token).is_ok(), "a log-out that failed changed nothing");

    let now = world.clock.now();
    world.change(|uow| uow.users().set_password(ada.id, &PasswordHash::new("broken".into()), now));
    let failed = world.service.log_in(&ada.email, &password(PASSWORD), SessionKind::Program);
    assert!(matches!(failed, Err(AccountError::Security(_))));
}
