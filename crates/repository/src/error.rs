//! What a driver error means. Names of constraints become rules of the domain here and nowhere else.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use instainstru_domain::ports::{Conflict, StorageError};

/// A rule of the schema that code must know by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// One account per address.
    UniqueEmail,
    /// One profile per user.
    UniqueProfile,
    /// One active service per profile and catalogue entry.
    UniqueActiveService,
    /// One blackout per instructor and date.
    UniqueBlackout,
    /// One answer per key.
    UniqueAnswer,
    /// One run of the analytics at a time.
    UniqueAnalyticsRun,
    /// Claims of one person never overlap.
    ClaimsDoNotOverlap,
}

impl Rule {
    /// The name of the constraint, and what SQLite says instead when the constraint is a unique one.
    const NAMES: [(Self, &'static str, &'static str); 7] = [
        (Self::UniqueEmail, "users_email_key", "users.email"),
        (Self::UniqueProfile, "instructor_profiles_user_id_key", "instructor_profiles.user_id"),
        (
            Self::UniqueActiveService,
            "unique_instructor_catalog_service_active",
            "instructor_services.instructor_profile_id, instructor_services.service_catalog_id",
        ),
        (
            Self::UniqueBlackout,
            "unique_instructor_blackout_date",
            "blackout_dates.instructor_id, blackout_dates.date",
        ),
        (
            Self::UniqueAnswer,
            "idempotency_answers_pkey",
            "idempotency_answers.scope, idempotency_answers.key",
        ),
        (Self::UniqueAnalyticsRun, "unique_running_analytics_run", "analytics_runs.status"),
        (Self::ClaimsDoNotOverlap, "time_claims_no_overlap", ""),
    ];

    fn named(constraint: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, name, _)| *name == constraint).map(|(rule, ..)| rule)
    }

    fn on_columns(columns: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, _, known)| *known == columns).map(|(rule, ..)| rule)
    }
}

/// What a failed statement means for the transaction it was part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The change would break a rule.
    Rule(Rule),
    /// A rival transaction is to blame; the same again may succeed.
    Rival,
    /// The connection is gone.
    Lost,
    /// The statement took longer than it may.
    Timeout,
    /// No failure of the database at all: a query found nothing.
    Nothing,
    /// Our mistake, or a database that is not what it should be.
    Other,
}

/// Begins the message of a trigger that stands in for an exclusion constraint.
const EXCLUSION_PREFIX: &str = "exclusion:";
/// Begins what SQLite says about a unique constraint: it names columns instead.
const UNIQUE_PREFIX: &str = "UNIQUE constraint failed: ";

/// What an error of the driver means.
pub(crate) fn failure_of(error: &Error) -> Failure {
    match error {
        Error::DatabaseError(kind, information) => database_failure(kind, information.as_ref()),
        Error::NotFound => Failure::Nothing,
        Error::BrokenTransactionManager => Failure::Lost,
        Error::RollbackErrorOnCommit { commit_error, .. } => failure_of(commit_error),
        // A value that cannot be read or written, or a misuse of Diesel; the enum may grow.
        _ => Failure::Other,
    }
}

fn database_failure(kind: &DatabaseErrorKind, information: &dyn DatabaseErrorInformation) -> Failure {
    let message = information.message();
    match kind {
        DatabaseErrorKind::UniqueViolation => information
            .constraint_name()
            .and_then(Rule::named)
            .or_else(|| message.strip_prefix(UNIQUE_PREFIX).and_then(Rule::on_columns))
            .map_or(Failure::Other, Failure::Rule),
        DatabaseErrorKind::ExclusionViolation => {
            information.constraint_name().and_then(Rule::named).map_or(Failure::Other, Failure::Rule)
        }
        DatabaseErrorKind::SerializationFailure => Failure::Rival,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Failure::Lost,
        DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::ReadOnlyTransaction => Failure::Other,
        // `Unknown`: only the text is left. The enum may grow.
        _ => failure_in_words(message),
    }
}

fn failure_in_words(message: &str) -> Failure {
    if let Some(constraint) = message.strip_prefix(EXCLUSION_PREFIX) {
        return Rule::named(constraint).map_or(Failure::Other, Failure::Rule);
    }
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["deadlock detected", "database is locked", "database table is locked"]) {
        Failure::Rival
    } else if says(&["statement timeout", "lock timeout"]) {
        Failure::Timeout
    } else if says(&[
        "terminating connection",
        "server closed the connection",
        "connection to server was lost",
    ]) {
        Failure::Lost
    } else {
        Failure::Other
    }
}

/// The error that a port reports for a driver error.
///
/// Whose time is taken only the statement that failed can tell: see [`is_overlap`].
pub(crate) fn storage_error(error: Error) -> StorageError {
    match failure_of(&error) {
        Failure::Rule(Rule::UniqueEmail) => StorageError::Conflict(Conflict::EmailTaken),
        Failure::Rule(Rule::UniqueProfile) => StorageError::Conflict(Conflict::ProfileExists),
        Failure::Rule(Rule::UniqueActiveService) => StorageError::Conflict(Conflict::ServiceOffered),
        Failure::Rule(Rule::UniqueBlackout) => StorageError::Conflict(Conflict::BlackoutExists),
        Failure::Rule(Rule::UniqueAnswer) => StorageError::Conflict(Conflict::AnswerExists),
        Failure::Rule(Rule::UniqueAnalyticsRun) => StorageError::Conflict(Conflict::AnalyticsRunning),
        Failure::Rival | Failure::Lost | Failure::Timeout => StorageError::Unavailable(Box::new(error)),
        Failure::Rule(Rule::ClaimsDoNotOverlap) | Failure::Nothing | Failure::Other => {
            StorageError::Unexpected(Box::new(error))
        }
    }
}

/// Whether the error says that claims of one person would overlap.
pub(crate) fn is_overlap(error: &Error) -> bool {
    failure_of(error) == Failure::Rule(Rule::ClaimsDoNotOverlap)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Said {
        message: &'static str,
        constraint: Option<&'static str>,
    }

    impl DatabaseErrorInformation for Said {
        fn message(&self) -> &str {
            self.message
        }
        fn details(&self) -> Option<&str> {
            None
        }
        fn hint(&self) -> Option<&str> {
            None
        }
        fn table_name(&self) -> Option<&str> {
            None
        }
        fn column_name(&self) -> Option<&str> {
            None
        }
        fn constraint_name(&self) -> Option<&str> {
            self.constraint
        }
        fn statement_position(&self) -> Option<i32> {
            None
        }
    }

    fn error(kind: DatabaseErrorKind, message: &'static str, constraint: Option<&'static str>) -> Error {
        Error::DatabaseError(kind, Box::new(Said { message, constraint }))
    }

    #[test]
    fn every_rule_is_recognised_in_the_words_of_both_databases() {
        for (rule, name, columns) in Rule::NAMES {
            let (kind, in_sqlite) = if rule == Rule::ClaimsDoNotOverlap {
                let raised = error(DatabaseErrorKind::Unknown, "exclusion:time_claims_no_overlap", None);
                (DatabaseErrorKind::ExclusionViolation, raised)
            } else {
                let said: &'static str = format!("UNIQUE constraint failed: {columns}").leak();
                (DatabaseErrorKind::UniqueViolation, error(DatabaseErrorKind::UniqueViolation, said, None))
            };
            assert_eq!(failure_of(&error(kind, "violates", Some(name))), Failure::Rule(rule), "{name}");
            assert_eq!(failure_of(&in_sqlite), Failure::Rule(rule), "{columns}");
        }
    }

    #[test]
    fn other_failures_are_sorted_by_what_can_be_done_about_them() {
        use DatabaseErrorKind as Kind;
        for (error, expected) in [
            (error(Kind::UniqueViolation, "", Some("service_catalog_slug_key")), Failure::Other),
            (error(Kind::CheckViolation, "", Some("ck_bookings_grid")), Failure::Other),
            (error(Kind::ForeignKeyViolation, "FOREIGN KEY constraint failed", None), Failure::Other),
            (error(Kind::SerializationFailure, "could not serialize access", None), Failure::Rival),
            (error(Kind::Unknown, "deadlock detected", None), Failure::Rival),
            (error(Kind::Unknown, "database is locked", None), Failure::Rival),
            (error(Kind::ClosedConnection, "", None), Failure::Lost),
            (error(Kind::UnableToSendCommand, "no connection to the server", None), Failure::Lost),
            (
                error(Kind::Unknown, "terminating connection due to administrator command", None),
                Failure::Lost,
            ),
            (error(Kind::Unknown, "canceling statement due to statement timeout", None), Failure::Timeout),
            (error(Kind::Unknown, "no such table: users", None), Failure::Other),
            (Error::BrokenTransactionManager, Failure::Lost),
            (Error::NotFound, Failure::Nothing),
        ] {
            assert_eq!(failure_of(&error), expected, "{error:?}");
        }
    }

    #[test]
    fn what_may_pass_is_unavailable_and_what_is_ours_is_unexpected() {
        use DatabaseErrorKind as Kind;
        let unavailable = |error| matches!(storage_error(error), StorageError::Unavailable(_));
        let unexpected = |error| matches!(storage_error(error), StorageError::Unexpected(_));
        assert!(unavailable(error(Kind::Unknown, "deadlock detected", None)));
        assert!(unavailable(error(Kind::ClosedConnection, "", None)));
        assert!(unexpected(error(Kind::CheckViolation, "", Some("ck_users_role"))));
        assert!(unexpected(Error::NotFound));
        assert!(matches!(
            storage_error(error(Kind::UniqueViolation, "", Some("users_email_key"))),
            StorageError::Conflict(Conflict::EmailTaken)
        ));
    }
}
