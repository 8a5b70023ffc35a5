//! Storage of what search takes words for.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    ids::AliasId,
    vocabulary::{Alias, GroupEntry, NewAlias, Place, PlaceEntry, ServiceGroup},
};

/// Storage of what search takes words for, and of which version of the content files was stored.
///
/// All of it is read at once, because search works on all of it. The number of statements of each method does not depend on
/// the number of rows (up to the bind limit of the database), but for updates, which send one for each row.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait VocabularyRepository {
    /// Holds the catalogue and its words against other editors until the transaction ends. Readers do not wait.
    ///
    /// # Errors
    /// Only storage failures.
    fn lock(&mut self) -> Result<(), StorageError>;

    /// All aliases, by id, those that were taken away included.
    ///
    /// # Errors
    /// Only storage failures.
    fn aliases(&mut self) -> Result<Vec<Alias>, StorageError>;

    /// An alias by phrase and meaning.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_alias(&mut self, alias: &NewAlias) -> Result<Option<Alias>, StorageError>;

    /// Stores new aliases, each of which counts.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when one is there already, active or not, or what one is about is unknown.
    fn insert_aliases(&mut self, aliases: &[NewAlias], at: Timestamp) -> Result<(), StorageError>;

    /// Writes whether an alias counts, and its origin.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when there is no such alias.
    fn update_alias(&mut self, alias: &Alias, at: Timestamp) -> Result<(), StorageError>;

    /// Deletes aliases without a trace; unknown ones are ignored.
    ///
    /// # Errors
    /// Only storage failures.
    fn delete_aliases(&mut self, ids: &[AliasId]) -> Result<(), StorageError>;

    /// All groups, by id.
    ///
    /// # Errors
    /// Only storage failures.
    fn groups(&mut self) -> Result<Vec<ServiceGroup>, StorageError>;

    /// Stores new groups, switched on.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when a name is taken.
    fn insert_groups(&mut self, groups: &[GroupEntry], at: Timestamp) -> Result<(), StorageError>;

    /// Writes what is known about groups, but for their names, which stay.
    ///
    /// # Errors
    /// Only storage failures; groups that do not exist are not created.
    fn update_groups(&mut self, groups: &[ServiceGroup], at: Timestamp) -> Result<(), StorageError>;

    /// All places, by id.
    ///
    /// # Errors
    /// Only storage failures.
    fn places(&mut self) -> Result<Vec<Place>, StorageError>;

    /// Stores new places, switched on.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when a name is taken.
    fn insert_places(&mut self, places: &[PlaceEntry], at: Timestamp) -> Result<(), StorageError>;

    /// Writes what is known about places, but for their names, which stay.
    ///
    /// # Errors
    /// Only storage failures; places that do not exist are not created.
    fn update_places(&mut self, places: &[Place], at: Timestamp) -> Result<(), StorageError>;

    /// The digest of the content files that were stored last; nothing before the first time.
    ///
    /// # Errors
    /// Only storage failures.
    fn content_digest(&mut self) -> Result<Option<String>, StorageError>;

    /// Remembers which content files were stored.
    ///
    /// # Errors
    /// Only storage failures.
    fn set_content_digest(&mut self, digest: &str, at: Timestamp) -> Result<(), StorageError>;
}
