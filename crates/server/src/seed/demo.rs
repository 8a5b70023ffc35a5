//! Storing the demo people: accounts, profiles, free time and lessons, all or nothing.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use instainstru_core::{dates::DateRange, week::WeekStart};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, NewUser, Password, PasswordHash, Role, User},
    event::DomainEvent,
    ports::{Clock, Outcome, PasswordHasher, StorageError, Transactor, TransactorExt},
    text::FullName,
};
use instainstru_service::instructors::{InstructorUseCases, InstructorsService};
use jiff::Timestamp;

use super::{
    lessons::{Diary, lessons_of},
    people::{DEMO_INSTRUCTOR, DemoInstructor, DemoPeople},
};

/// Password of all demo people.
pub const DEMO_PASSWORD: &str = "TestPassword123!";
/// Days for which demo instructors publish free time, from the Monday of this week.
const PUBLISHED_DAYS: u16 = 28;

/// What was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoredPeople {
    /// Number of instructors.
    pub instructors: usize,
    /// Number of students.
    pub students: usize,
    /// Number of lessons.
    pub lessons: usize,
}

/// Stores demo people.
pub struct DemoSeeder {
    transactor: Arc<dyn Transactor>,
    hasher: Arc<dyn PasswordHasher>,
    clock: Arc<dyn Clock>,
}

impl DemoSeeder {
    /// A seeder that stores through these ports.
    pub fn new(
        transactor: Arc<dyn Transactor>,
        hasher: Arc<dyn PasswordHasher>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { transactor, hasher, clock }
    }

    /// Whether the demo people were stored before.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn is_done(&self) -> anyhow::Result<bool> {
        let marker = EmailAddress::new(DEMO_INSTRUCTOR)?;
        let found = self.transactor.reading(|uow| uow.users().find_credentials(&marker));
        Ok(found.context("cannot look for the demo people")?.is_some())
    }

    /// Stores the people in one transaction, so that they are all there or none. Addresses that are in use already keep
    /// their accounts.
    ///
    /// # Errors
    /// When a rule or the storage refuses something; then nothing is stored.
    pub fn store(&self, people: &DemoPeople) -> anyhow::Result<StoredPeople> {
        // One hash for all: each takes a quarter of a second on purpose, and the password is public anyway.
        let hash = self.hasher.hash(&Password::new(DEMO_PASSWORD)?)?;
        let mut result = None;
        self.transactor.enclose(&mut || {
            let stored = self.store_all(people, &hash);
            let outcome = Outcome::commit_if(stored.is_ok());
            result = Some(stored);
            outcome
        })?;
        result.unwrap_or_else(|| Err(anyhow!("the transaction was not run")))
    }

    fn store_all(&self, people: &DemoPeople, hash: &PasswordHash) -> anyhow::Result<StoredPeople> {
        let now = self.clock.now();
        let mut students = Vec::new();
        for student in &people.students {
            students.extend(self.open_account(&student.email, &student.full_name, hash, now)?);
        }
        let mut stored = StoredPeople { students: students.len(), ..StoredPeople::default() };
        let mut diary = Diary::default();
        for instructor in &people.instructors {
            let Some(user) = self.open_account(&instructor.email, &instructor.full_name, hash, now)? else {
                continue;
            };
            stored.instructors += 1;
            stored.lessons += self
                .set_up(&user, instructor, &students, &mut diary, now)
                .with_context(|| format!("demo instructor {}", instructor.email))?;
        }
        Ok(stored)
    }

    /// Opens an account unless somebody has the address. Everybody begins as a student; a profile makes an instructor.
    fn open_account(
        &self,
        email: &EmailAddress,
        full_name: &FullName,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<Option<User>, StorageError> {
        self.transactor.transaction(|uow| {
            if uow.users().find_credentials(email)?.is_some() {
                return Ok(None);
            }
            let user = NewUser {
                email: email.clone(),
                password_hash: hash.clone(),
                full_name: full_name.clone(),
                role: Role::Student,
                account_status: AccountStatus::Active,
                created_at: now,
            };
            uow.users().insert(&user).map(Some)
        })
    }

    /// Gives an account its profile, free time and lessons, and then its state. Returns the number of lessons.
    fn set_up(
        &self,
        user: &User,
        demo: &DemoInstructor,
        students: &[User],
        diary: &mut Diary,
        now: Timestamp,
    ) -> anyhow::Result<usize> {
        let use_cases = InstructorsService::new(Arc::clone(&self.transactor), Arc::clone(&self.clock));
        let instructor = use_cases.create_profile(user, &demo.profile)?;
        let id = instructor.user.id;

        let monday = WeekStart::containing(demo.profile.details.zone.date_at(now)).monday();
        let dates = DateRange::of_days(monday, PUBLISHED_DAYS);
        let days: Vec<_> = demo.week.over(dates).filter(|(_date, blocks)| !blocks.is_empty()).collect();
        let lessons = lessons_of(&instructor, demo.status, &demo.week, students, now, diary);
        self.transactor.transaction(|uow| {
            uow.availability().replace(id, &days, now)?;
            uow.outbox().push(&DomainEvent::AvailabilityChanged { instructor: id, dates }, now)?;
            // Without events: nobody is to get mail about lessons that nobody booked.
            for lesson in &lessons {
                let booking = uow.bookings().insert(&lesson.booking, &lesson.claims)?;
                if let Some(at) = lesson.completed_at {
                    let completed =
                        booking.completed(at).map_err(|error| StorageError::unexpected(error.to_string()))?;
                    uow.bookings().update(&completed)?;
                }
            }
            Ok::<_, StorageError>(())
        })?;

        match demo.status {
            AccountStatus::Active => {}
            AccountStatus::Suspended => {
                use_cases.suspend(&instructor.user, id)?;
            }
            AccountStatus::Deactivated => {
                use_cases.deactivate(&instructor.user, id)?;
            }
        }
        Ok(lessons.len())
    }
}
