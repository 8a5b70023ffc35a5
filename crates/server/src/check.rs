//! Verifying that bookings and the time they take agree.
//!
//! A live booking (any but a cancelled one) holds exactly two claims: one of its instructor from its start to its end or a
//! little later (the buffer), and one of its student from its start to its end. There are no other claims, and nobody's
//! claims overlap. The database enforces the last part; this looks at all of it.

use std::fmt;

use instainstru_core::{length::Buffer, zone::UtcRange};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, NewUser, PasswordHash, Role},
    booking::{Booking, BookingFilter, BookingOrder, Side},
    ids::{BookingId, UserId},
    page::Page,
    ports::{Clock, StorageError, Transactor, TransactorExt, UnitOfWork},
    text::FullName,
};
use jiff::SignedDuration;

/// Something that does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Two claims of a person overlap.
    Overlap(UserId, UtcRange, UtcRange),
    /// A claim belongs to no live booking.
    StrayClaim(UserId, UtcRange),
    /// A live booking has no claim on the time of one of its parties.
    Unclaimed(UserId, BookingId),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |range: &UtcRange| format!("{} to {}", range.start(), range.end());
        match self {
            Self::Overlap(user, one, other) => {
                write!(f, "user {user}: the claims {} and {} overlap", shown(one), shown(other))
            }
            Self::StrayClaim(user, claim) => {
                write!(f, "user {user}: the claim {} belongs to no live booking", shown(claim))
            }
            Self::Unclaimed(user, booking) => write!(f, "user {user}: live booking {booking} has no claim"),
        }
    }
}

/// What was looked at and what does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Number of accounts.
    pub users: u32,
    /// Number of live bookings.
    pub bookings: u32,
    /// What does not agree.
    pub findings: Vec<Finding>,
}

/// Looks at everybody's bookings and claims, each person at one moment, so that it may run beside a server.
///
/// # Errors
/// Only storage failures.
pub fn verify(transactor: &dyn Transactor, clock: &dyn Clock) -> Result<Report, StorageError> {
    let mut report = Report::default();
    for id in 1..next_user_number(transactor, clock)? {
        let Ok(user) = UserId::new(id.into()) else { break };
        let Some(seen) = transactor.reading(|uow| Person::read(uow, user))? else { continue };
        let mut findings = seen.findings();
        if !findings.is_empty() {
            // A server may have committed between two statements; what is wrong stays wrong.
            let again = transactor.reading(|uow| Person::read(uow, user))?;
            let still = again.map(|person| person.findings()).unwrap_or_default();
            findings.retain(|finding| still.contains(finding));
        }
        report.users += 1;
        // Counted with the instructor only, so each once.
        let taught = seen.live.iter().filter(|booking| booking.instructor_id == user).count();
        report.bookings = report.bookings.saturating_add(u32::try_from(taught).unwrap_or(u32::MAX));
        report.findings.extend(findings);
    }
    Ok(report)
}

/// One person's live bookings and claims.
struct Person {
    user: UserId,
    live: Vec<Booking>,
    claims: Vec<UtcRange>,
}

impl Person {
    fn read(uow: &mut dyn UnitOfWork, user: UserId) -> Result<Option<Self>, StorageError> {
        if uow.users().find(user)?.is_none() {
            return Ok(None);
        }
        let claims = uow.bookings().claims(user, UtcRange::ALL, None)?;
        let mut live = Vec::new();
        for side in [Side::Student(user), Side::Instructor(user)] {
            live.extend(live_bookings(uow, side)?);
        }
        Ok(Some(Self { user, live, claims }))
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut claims = self.claims.clone();
        claims.sort_by_key(|claim| (claim.start(), claim.end()));
        for pair in claims.windows(2) {
            if let [one, other] = pair
                && one.overlaps(*other)
            {
                findings.push(Finding::Overlap(self.user, *one, *other));
            }
        }
        for booking in &self.live {
            match claims.iter().position(|claim| fits(*claim, booking, self.user)) {
                Some(index) => {
                    claims.remove(index);
                }
                None => findings.push(Finding::Unclaimed(self.user, booking.id)),
            }
        }
        findings.extend(claims.into_iter().map(|claim| Finding::StrayClaim(self.user, claim)));
        findings
    }
}

/// Whether a claim is what `user` gives for a booking. The buffer may have been another when it was booked.
fn fits(claim: UtcRange, booking: &Booking, user: UserId) -> bool {
    let lesson = booking.time.instants;
    let longest = if booking.instructor_id == user {
        lesson.extended(SignedDuration::from_mins(i64::from(Buffer::MAX_MINUTES)))
    } else {
        lesson
    };
    claim.start() == lesson.start() && (lesson.end()..=longest.end()).contains(&claim.end())
}

fn live_bookings(uow: &mut dyn UnitOfWork, side: Side) -> Result<Vec<Booking>, StorageError> {
    const SIZE: u32 = 500;
    let filter =
        BookingFilter { side, status: None, from: None, until: None, order: BookingOrder::SoonestFirst };
    let mut live = Vec::new();
    let mut page = Page::first(SIZE);
    loop {
        let part = uow.bookings().list(&filter, page)?;
        page.offset = page.offset.saturating_add(SIZE);
        let is_last = u64::from(page.offset) >= part.total;
        live.extend(
            part.items.into_iter().map(|item| item.booking).filter(|booking| booking.status.holds_time()),
        );
        if is_last {
            return Ok(live);
        }
    }
}

/// The number that the next account would get: above those of all accounts there are. No port counts accounts, so one is
/// opened and the transaction undone.
fn next_user_number(transactor: &dyn Transactor, clock: &dyn Clock) -> Result<i32, StorageError> {
    enum Undone {
        Probed(UserId),
        Failed(StorageError),
    }
    impl From<StorageError> for Undone {
        fn from(error: StorageError) -> Self {
            Self::Failed(error)
        }
    }
    let text = |error: instainstru_domain::text::InvalidText| StorageError::unexpected(error.to_string());
    let probe = NewUser {
        email: EmailAddress::new("nobody@check.invalid").map_err(text)?,
        password_hash: PasswordHash::new("!".to_owned()),
        full_name: FullName::new("Nobody").map_err(text)?,
        role: Role::Student,
        account_status: AccountStatus::Deactivated,
        created_at: clock.now(),
    };
    let done = transactor.transaction(|uow| Err::<(), _>(Undone::Probed(uow.users().insert(&probe)?.id)));
    match done {
        Err(Undone::Probed(id)) => Ok(id.get()),
        Err(Undone::Failed(error)) => Err(error),
        Ok(()) => Err(StorageError::unexpected("the probe was not undone")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use instainstru_domain::booking::BookingClaims;
    use instainstru_test_support::{clock::FixedClock, memory::MemoryStore, security::PlainHasher};

    use super::*;
    use crate::seed::{ContentSeeder, DemoPeople, DemoSeeder};

    struct World {
        store: Arc<MemoryStore>,
        clock: Arc<FixedClock>,
        lessons: usize,
    }

    fn seeded() -> World {
        let (store, clock) =
            (Arc::new(MemoryStore::default()), Arc::new(FixedClock::at("2026-07-15T14:00:00Z")));
        ContentSeeder::new(store.clone(), clock.clone()).store().unwrap();
        let seeder = DemoSeeder::new(store.clone(), Arc::new(PlainHasher::default()), clock.clone());
        let lessons = seeder.store(&DemoPeople::from_files().unwrap()).unwrap().lessons;
        World { store, clock, lessons }
    }

    impl World {
        fn findings(&self) -> Vec<Finding> {
            verify(&*self.store, &*self.clock).unwrap().findings
        }

        /// Any live booking.
        fn booking(&self) -> Booking {
            (1..)
                .map(|id| BookingId::new(id).unwrap())
                .find_map(|id| self.store.reading(|uow| uow.bookings().find(id)).unwrap())
                .unwrap()
                .booking
        }
    }

    #[test]
    fn a_seeded_database_agrees() {
        let world = seeded();
        let report = verify(&*world.store, &*world.clock).unwrap();
        assert_eq!(report.findings, []);
        assert_eq!(usize::try_from(report.bookings).unwrap(), world.lessons);
        assert!(report.users > 70, "{}", report.users);
    }

    #[test]
    fn looking_changes_nothing() {
        let world = seeded();
        let first = verify(&*world.store, &*world.clock).unwrap();
        assert_eq!(verify(&*world.store, &*world.clock).unwrap(), first);
    }

    #[test]
    fn a_live_booking_without_claims_is_found() {
        let world = seeded();
        let booking = world.booking();
        world.store.transaction(|uow| uow.bookings().release_claims(booking.id)).unwrap();
        let mut expected = [
            Finding::Unclaimed(booking.student_id, booking.id),
            Finding::Unclaimed(booking.instructor_id, booking.id),
        ];
        let mut found = world.findings();
        let key = |finding: &Finding| finding.to_string();
        expected.sort_by_key(key);
        found.sort_by_key(key);
        assert_eq!(found, expected);
    }

    #[test]
    fn claims_of_a_cancelled_booking_are_found() {
        let world = seeded();
        let mut booking = world.booking();
        booking.status = instainstru_core::booking::BookingStatus::Cancelled;
        world.store.transaction(|uow| uow.bookings().update(&booking)).unwrap();
        let found = world.findings();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.contains(&Finding::StrayClaim(booking.student_id, booking.time.instants)), "{found:?}");
    }

    #[test]
    fn claims_at_another_time_than_their_booking_are_found() {
        let world = seeded();
        let booking = world.booking();
        let later = |range: UtcRange| {
            let by = SignedDuration::from_hours(24 * 365);
            UtcRange::new(range.start() + by, range.end() + by).unwrap()
        };
        let elsewhere = later(booking.time.instants);
        let claims = BookingClaims { instructor: elsewhere, student: elsewhere };
        world.store.transaction(|uow| uow.bookings().move_claims(&booking, &claims)).unwrap();
        let found = world.findings();
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found.contains(&Finding::Unclaimed(booking.instructor_id, booking.id)), "{found:?}");
        assert!(found.contains(&Finding::StrayClaim(booking.instructor_id, elsewhere)), "{found:?}");
    }

    #[test]
    fn overlapping_claims_are_found() {
        let range = |from: &str, to: &str| UtcRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
        let one = range("2026-07-15T14:00:00Z", "2026-07-15T15:00:00Z");
        let other = range("2026-07-15T14:30:00Z", "2026-07-15T15:30:00Z");
        let user = UserId::new(1).unwrap();
        let person = Person { user, live: Vec::new(), claims: vec![other, one] };
        assert_eq!(
            person.findings(),
            [
                Finding::Overlap(user, one, other),
                Finding::StrayClaim(user, one),
                Finding::StrayClaim(user, other)
            ]
        );
    }
}
