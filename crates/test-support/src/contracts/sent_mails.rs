//! Contracts of the mails that were sent.

use instainstru_domain::{
    event::DomainEvent,
    ports::{Transactor, mails::SentMail},
};

use super::{Contract, assert_unexpected, at, attempt, done, named, read};
use crate::builders::a_user;

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "sent_mails":
        mails_are_found_by_the_event_they_tell_of,
        a_mail_that_was_noted_can_be_noted_again,
        a_mail_about_no_event_is_unexpected,
        a_mail_is_noted_with_its_transaction_or_not_at_all,
    }
}

/// Records an event and returns its number.
fn an_event(tx: &dyn Transactor) -> i64 {
    let user = a_user(tx).insert().id;
    done(tx, |uow| uow.outbox().push(&DomainEvent::UserRegistered { user }, at("2026-07-01T12:00:00Z")));
    read(tx, |uow| uow.outbox().last_number())
}

fn mail(message_id: &str, event: i64) -> SentMail {
    SentMail { message_id: message_id.to_owned(), event, sent_at: at("2026-07-01T12:00:01.000001Z") }
}

fn about(tx: &dyn Transactor, event: i64) -> Vec<String> {
    read(tx, |uow| uow.sent_mails().about(event))
}

fn mails_are_found_by_the_event_they_tell_of(tx: &dyn Transactor) {
    let (one, other) = (an_event(tx), an_event(tx));
    assert_eq!(about(tx, one), [""; 0]);
    let longest = format!("{}@{}.example", "m".repeat(144), "d".repeat(247));
    assert_eq!(longest.len(), 400);
    for (id, event) in [("2@example.com", one), ("1@example.com", one), (longest.as_str(), other)] {
        done(tx, |uow| uow.sent_mails().insert(&mail(id, event)));
    }
    assert_eq!(about(tx, one), ["1@example.com", "2@example.com"]);
    assert_eq!(about(tx, other), [longest]);
    assert_eq!(about(tx, i64::MAX), [""; 0]);
}

fn a_mail_that_was_noted_can_be_noted_again(tx: &dyn Transactor) {
    let event = an_event(tx);
    for _time in 0..2 {
        done(tx, |uow| uow.sent_mails().insert(&mail("1@example.com", event)));
    }
    assert_eq!(about(tx, event), ["1@example.com"]);
    // Nor does it spoil the transaction.
    done(tx, |uow| {
        uow.sent_mails().insert(&mail("1@example.com", event))?;
        uow.sent_mails().insert(&mail("2@example.com", event))
    });
    assert_eq!(about(tx, event), ["1@example.com", "2@example.com"]);
}

fn a_mail_about_no_event_is_unexpected(tx: &dyn Transactor) {
    let event = an_event(tx);
    assert_unexpected(attempt(tx, |uow| uow.sent_mails().insert(&mail("1@example.com", event + 1))));
    assert_eq!(about(tx, event + 1), [""; 0]);
}

fn a_mail_is_noted_with_its_transaction_or_not_at_all(tx: &dyn Transactor) {
    let event = an_event(tx);
    let failed = attempt(tx, |uow| {
        uow.sent_mails().insert(&mail("1@example.com", event))?;
        uow.sent_mails().insert(&mail("2@example.com", event + 1))
    });
    assert_unexpected(failed);
    assert_eq!(about(tx, event), [""; 0]);
}
