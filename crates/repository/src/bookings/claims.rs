//! Claims on people's time. The database refuses those of one person that would overlap.

use diesel::prelude::*;
use instainstru_core::zone::UtcRange;
use instainstru_domain::{
    ids::{BookingId, UserId},
    ports::{Conflict, StorageError},
};

use crate::{
    connection::AnyConnection, error::is_overlap, schema::time_claims, stored::Place, types::Instant,
};

/// What a person's time is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The lesson and the buffer after it.
    Teaching,
    /// The lesson.
    Learning,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Teaching => "teaching",
            Self::Learning => "learning",
        }
    }
}

/// A failed statement, and whose claim it refused if that is why it failed.
pub(super) struct ClaimError {
    pub(super) source: diesel::result::Error,
    pub(super) refused: Option<Kind>,
}

impl From<diesel::result::Error> for ClaimError {
    fn from(source: diesel::result::Error) -> Self {
        Self { source, refused: None }
    }
}

/// The conflict that names whose time is taken.
pub(super) const fn taken(user: UserId) -> StorageError {
    StorageError::Conflict(Conflict::TimeTaken(user))
}

fn refusal(kind: Kind) -> impl FnOnce(diesel::result::Error) -> ClaimError {
    move |source| {
        let refused = is_overlap(&source).then_some(kind);
        ClaimError { source, refused }
    }
}

/// Takes the time of one person for a booking.
pub(super) fn insert(
    connection: &mut AnyConnection,
    booking: i32,
    kind: Kind,
    user: UserId,
    time: UtcRange,
) -> Result<(), ClaimError> {
    diesel::insert_into(time_claims::table)
        .values((
            time_claims::user_id.eq(user.get()),
            time_claims::kind.eq(kind.as_str()),
            time_claims::starts_at.eq(Instant(time.start())),
            time_claims::ends_at.eq(Instant(time.end())),
            time_claims::booking_id.eq(booking),
        ))
        .execute(connection)
        .map(|_one| ())
        .map_err(refusal(kind))
}

/// Moves the time of one person for a booking; a booking that has given its time back takes it anew.
pub(super) fn shift(
    connection: &mut AnyConnection,
    booking: i32,
    kind: Kind,
    user: UserId,
    time: UtcRange,
) -> Result<(), ClaimError> {
    let moved = diesel::update(time_claims::table)
        .filter(time_claims::booking_id.eq(booking))
        .filter(time_claims::kind.eq(kind.as_str()))
        .set((time_claims::starts_at.eq(Instant(time.start())), time_claims::ends_at.eq(Instant(time.end()))))
        .execute(connection)
        .map_err(refusal(kind))?;
    if moved == 0 { insert(connection, booking, kind, user, time) } else { Ok(()) }
}

/// Gives back all time taken for a booking.
pub(super) fn release(connection: &mut AnyConnection, booking: BookingId) -> QueryResult<()> {
    diesel::delete(time_claims::table)
        .filter(time_claims::booking_id.eq(booking.get()))
        .execute(connection)
        .map(|_claims| ())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = time_claims)]
pub(super) struct ClaimRow {
    id: i64,
    user_id: i32,
    starts_at: Instant,
    ends_at: Instant,
}

impl ClaimRow {
    pub(super) fn into_range(self) -> Result<UtcRange, StorageError> {
        Place::new("time_claims", self.id).check("ends_at", UtcRange::new(self.starts_at.0, self.ends_at.0))
    }

    /// Whose time is taken, and when.
    pub(super) fn into_owned_range(self) -> Result<(UserId, UtcRange), StorageError> {
        let user = Place::new("time_claims", self.id).check("user_id", UserId::new(self.user_id.into()))?;
        Ok((user, self.into_range()?))
    }
}

/// The claims of these people that overlap `within`, by person and start.
pub(super) fn of_people(
    connection: &mut AnyConnection,
    people: &[i32],
    within: UtcRange,
) -> QueryResult<Vec<ClaimRow>> {
    time_claims::table
        .filter(time_claims::user_id.eq_any(people))
        .filter(time_claims::starts_at.lt(Instant(within.end())))
        .filter(time_claims::ends_at.gt(Instant(within.start())))
        .order((time_claims::user_id, time_claims::starts_at))
        .select(ClaimRow::as_select())
        .load(connection)
}

/// The claims of a person that overlap `within`, by start.
pub(super) fn overlapping(
    connection: &mut AnyConnection,
    user: UserId,
    within: UtcRange,
    except: Option<BookingId>,
) -> QueryResult<Vec<ClaimRow>> {
    let mut claims = time_claims::table
        .filter(time_claims::user_id.eq(user.get()))
        .filter(time_claims::starts_at.lt(Instant(within.end())))
        .filter(time_claims::ends_at.gt(Instant(within.start())))
        .order(time_claims::starts_at)
        .select(ClaimRow::as_select())
        .into_boxed();
    if let Some(booking) = except {
        let others = time_claims::booking_id.is_null().or(time_claims::booking_id.ne(booking.get()));
        claims = claims.filter(others.assume_not_null());
    }
    claims.load(connection)
}
