//! Identifiers. Each kind is its own type, so a booking's id cannot be passed where a user's is meant.

/// A number that is not an identifier: they are positive 32-bit integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an id; ids are whole numbers from 1 to {max}", max = i32::MAX)]
pub struct InvalidId(pub i64);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i32);

        impl $name {
            /// The id with this number.
            ///
            /// # Errors
            /// [`InvalidId`] below 1 or above `i32::MAX`.
            pub fn new(id: i64) -> Result<Self, InvalidId> {
                i32::try_from(id).ok().filter(|id| *id > 0).map(Self).ok_or(InvalidId(id))
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> i32 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// An account: student, instructor or administrator.
    UserId,
    /// The profile of an instructor. Public paths name instructors by [`UserId`].
    ProfileId,
    /// A category of the catalogue.
    CategoryId,
    /// A service of the catalogue, such as Piano.
    CatalogueServiceId,
    /// What one instructor offers of one service, at a price.
    InstructorServiceId,
    /// A stretch of published free time on one date.
    WindowId,
    /// A blocked date.
    BlackoutId,
    /// A booked lesson.
    BookingId,
    /// A request for a new password.
    PasswordResetId,
    /// A phrase and what search takes it for.
    AliasId,
    /// A named set of services.
    GroupId,
    /// A place that a search may name.
    PlaceId,
    /// A run of the analytics.
    AnalyticsRunId,
    /// Something that went wrong with the marketplace itself, and that administrators were told of.
    AlertId,
}
