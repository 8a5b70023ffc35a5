//! Where the present request came from.
//!
//! It belongs to a request like the span of its log: whoever takes the request in knows it, and every use case that writes an
//! audit entry on its behalf needs it, but none decides by it. So it travels beside the arguments, with the thread.

use std::cell::RefCell;

use instainstru_domain::audit::Origin;

thread_local! {
    static CURRENT: RefCell<Origin> = RefCell::default();
}

/// Runs `work` for a request from `origin`: the entries it writes on this thread carry it.
pub fn within<T>(origin: Origin, work: impl FnOnce() -> T) -> T {
    let _restored = Restored(CURRENT.replace(origin));
    work()
}

/// The origin of the request that this thread works for; empty outside of [`within`].
pub(super) fn current() -> Origin {
    CURRENT.with_borrow(Clone::clone)
}

/// Puts back what was there before, also when the work panics: the thread goes on to serve others.
struct Restored(Origin);

impl Drop for Restored {
    fn drop(&mut self) {
        CURRENT.set(std::mem::take(&mut self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(request: &str) -> Origin {
        Origin { request: Some(request.to_owned()), address: None }
    }

    #[test]
    fn an_origin_lasts_as_long_as_its_work_even_when_that_panics() {
        assert_eq!(current(), Origin::default());
        within(origin("outer"), || {
            assert_eq!(within(origin("inner"), current), origin("inner"));
            let panicked = std::panic::catch_unwind(|| within(origin("doomed"), || panic!("on purpose")));
            assert!(panicked.is_err());
            assert_eq!(current(), origin("outer"));
        });
        assert_eq!(current(), Origin::default());
    }
}
