//! The contracts of the storage ports, on both databases.

use std::sync::Arc;

use instainstru_domain::ports::Transactor;
use instainstru_test_support::contracts;

use crate::databases::Fresh;

/// A test for each group of contracts and database, and one that no group is forgotten.
macro_rules! groups {
    ($($group:ident,)+) => {
        mod postgres {
            $(#[test]
            fn $group() {
                if super::Fresh::postgres().is_some() {
                    super::check(concat!(stringify!($group), "::"), || super::Fresh::postgres().unwrap());
                }
            })+
        }
        mod sqlite {
            $(#[test]
            fn $group() {
                super::check(concat!(stringify!($group), "::"), super::Fresh::sqlite);
            })+
        }
        const GROUPS: &[&str] = &[$(stringify!($group)),+];
    };
}

groups! {
    users,
    instructors,
    instructor_lists,
    catalogue,
    catalogue_editor,
    vocabulary,
    availability,
    bookings,
    claims,
    booking_lists,
    outbox,
    deliveries,
    jobs,
    reminders,
    retention,
    search_source,
    search_history,
    alerts,
    answers,
    analytics, analytics_oracle, audit, password_resets, personal_data, sent_mails, statistics,
    transactions,
    concurrent,
    work_for_many,
}

fn check(group: &str, fresh: impl Fn() -> Fresh) {
    contracts::check(&[group], || -> Arc<dyn Transactor> { Arc::new(fresh()) });
}

#[test]
fn every_contract_is_in_a_group_that_is_checked() {
    let names = contracts::all().into_iter().map(|(name, _)| name);
    for name in names.chain(contracts::concurrent().into_iter().map(|(name, _)| name)) {
        let group = name.split("::").next().unwrap();
        assert!(GROUPS.contains(&group), "{name}");
    }
}
