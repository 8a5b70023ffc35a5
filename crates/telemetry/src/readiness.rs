//! Whether this server should get requests.

use std::sync::{
    PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

/// Something the server needs.
pub trait Check: Send + Sync {
    /// Its stable name, such as `database`.
    fn name(&self) -> &'static str;

    /// Whether the server cannot do without it. What is not vital is told all the same.
    fn is_vital(&self) -> bool {
        true
    }

    /// Whether it can be used. May ask a database or another server, and so take a moment.
    ///
    /// # Errors
    /// What is wrong, in a stable word or two such as `unreachable`: it is shown to everybody.
    fn check(&self) -> Result<(), &'static str>;
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckResult {
    /// Name of the check.
    pub name: &'static str,
    /// Whether the server cannot do without it.
    pub is_vital: bool,
    /// What is wrong, if something is.
    pub trouble: Option<&'static str>,
}

/// Whether this server should get requests, and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// The server is about to stop and wants no more requests.
    pub draining: bool,
    /// Every check, in the order they were added.
    pub checks: Vec<CheckResult>,
}

impl Readiness {
    /// Whether this server should get requests.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.draining && self.checks.iter().all(|check| check.trouble.is_none() || !check.is_vital)
    }
}

/// What readiness depends on.
#[derive(Default)]
pub(crate) struct Checks {
    draining: AtomicBool,
    checks: RwLock<Vec<Box<dyn Check>>>,
}

impl Checks {
    pub(crate) fn add(&self, check: Box<dyn Check>) {
        self.checks.write().unwrap_or_else(PoisonError::into_inner).push(check);
    }

    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn run(&self) -> Readiness {
        let checks = self.checks.read().unwrap_or_else(PoisonError::into_inner);
        let result = |check: &dyn Check| CheckResult {
            name: check.name(),
            is_vital: check.is_vital(),
            trouble: check.check().err(),
        };
        Readiness {
            draining: self.draining.load(Ordering::Relaxed),
            checks: checks.iter().map(|check| result(&**check)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(&'static str, Result<(), &'static str>);

    /// Something that is missed, and can be done without.
    struct Luxury;

    impl Check for Luxury {
        fn name(&self) -> &'static str {
            "redis"
        }

        fn is_vital(&self) -> bool {
            false
        }

        fn check(&self) -> Result<(), &'static str> {
            Err("unreachable")
        }
    }

    impl Check for Fixed {
        fn name(&self) -> &'static str {
            self.0
        }

        fn check(&self) -> Result<(), &'static str> {
            self.1
        }
    }

    #[test]
    fn a_server_is_ready_when_everything_is_and_it_does_not_drain() {
        let checks = Checks::default();
        checks.add(Box::new(Fixed("database", Ok(()))));
        assert!(checks.run().is_ready());
        checks.add(Box::new(Luxury));
        let missed = CheckResult { name: "redis", is_vital: false, trouble: Some("unreachable") };
        assert!(checks.run().is_ready());
        assert_eq!(checks.run().checks[1], missed);
        checks.add(Box::new(Fixed("migrations", Err("pending"))));
        let readiness = checks.run();
        assert!(!readiness.is_ready());
        assert_eq!(
            readiness.checks[2],
            CheckResult { name: "migrations", is_vital: true, trouble: Some("pending") }
        );
        let checks = Checks::default();
        checks.drain();
        assert!(!checks.run().is_ready());
    }
}
