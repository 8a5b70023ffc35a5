//! Failures that a test plans.

use instainstru_domain::ports::StorageError;

/// What is to fail, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The next transaction, before its work begins.
    Begin,
    /// The next commit of a writing transaction, after its work is done. Nothing is kept.
    Commit,
    /// The repository call with this number, counted from 1 and from now on, over all transactions.
    Call(u32),
}

/// An error as it comes from a database that cannot be reached.
#[must_use]
pub fn unavailable() -> StorageError {
    StorageError::Unavailable("the test says that the database is not there".into())
}

/// An error as it comes from a database that does not hold what it should.
#[must_use]
pub fn unexpected() -> StorageError {
    StorageError::unexpected("the test says that something is wrong")
}

/// The failures that are still to come.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(Fault, fn() -> StorageError)>);

impl Faults {
    pub(super) fn plan(&mut self, fault: Fault, make: fn() -> StorageError) {
        self.0.push((fault, make));
    }

    pub(super) fn on_begin(&mut self) -> Result<(), StorageError> {
        self.happen(Fault::Begin)
    }

    pub(super) fn on_commit(&mut self) -> Result<(), StorageError> {
        self.happen(Fault::Commit)
    }

    pub(super) fn on_call(&mut self) -> Result<(), StorageError> {
        let due = self.happen(Fault::Call(1));
        for (fault, _make) in &mut self.0 {
            if let Fault::Call(number) = fault {
                *number = number.saturating_sub(1);
            }
        }
        due
    }

    fn happen(&mut self, now: Fault) -> Result<(), StorageError> {
        match self.0.iter().position(|(fault, _make)| *fault == now) {
            Some(due) => Err((self.0.remove(due).1)()),
            None => Ok(()),
        }
    }
}
