//! What becomes of mails when something fails: nothing is lost, and nothing is told twice without need.

use std::collections::BTreeSet;

use instainstru_domain::{
    account::EmailAddress,
    event::DomainEvent,
    ports::{ConsumerError, EventConsumer},
};
use instainstru_notification::mail::SendError;
use instainstru_test_support::{
    builders::a_user,
    memory::{Fault, unavailable},
};

use crate::world::{World, confirmed};

fn busy() -> SendError {
    SendError::Later { reason: "too busy".into(), wait_seconds: Some(7), cause: None }
}

fn very_busy() -> SendError {
    SendError::Later { reason: "much too busy".into(), wait_seconds: Some(90), cause: None }
}

fn unknown() -> SendError {
    SendError::Never { reason: "nobody of that name".into(), cause: None }
}

fn zoe() -> EmailAddress {
    EmailAddress::new("zoe@example.com").unwrap()
}

#[test]
fn an_event_that_comes_again_is_told_once() {
    let world = World::new();
    let event = world.record(confirmed(&world.lesson()));
    world.consumer.handle(&event).unwrap();
    let mails = world.post.sent();
    let names: BTreeSet<String> = mails.iter().map(|mail| mail.message_id.as_str().to_owned()).collect();
    assert_eq!(names.len(), 2);
    assert_eq!(world.noted(event.number), names.into_iter().collect::<Vec<_>>());
    world.consumer.handle(&event).unwrap();
    assert!(world.post.sent().is_empty());
}

#[test]
fn each_of_two_people_gets_their_mail_whatever_becomes_of_the_other() {
    let world = World::new();
    let lesson = world.lesson();
    let event = world.record(confirmed(&lesson));
    world.post.refuse(&zoe(), busy);
    for _attempt in 0..2 {
        let error = world.consumer.handle(&event).unwrap_err();
        let ConsumerError::Later { reason, wait_seconds, .. } = &error else { panic!("{error:?}") };
        assert_eq!((reason.as_str(), *wait_seconds), ("confirmation_student: too busy", Some(7)));
    }
    // Ada got hers once.
    let sent = world.post.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to.address, world.user(lesson.instructor_id).email);

    world.post.recover();
    world.consumer.handle(&event).unwrap();
    let sent = world.post.sent();
    assert_eq!(sent.iter().map(|mail| &mail.to.address).collect::<Vec<_>>(), [&zoe()]);
}

#[test]
fn a_refusal_for_good_is_told_when_there_is_nothing_else_to_try() {
    let world = World::new();
    let lesson = world.lesson();
    let event = world.record(confirmed(&lesson));
    let ada = world.user(lesson.instructor_id).email;
    world.post.refuse(&zoe(), unknown);
    world.post.refuse(&ada, busy);
    assert!(matches!(world.consumer.handle(&event), Err(ConsumerError::Later { .. })));
    world.post.recover();
    world.post.refuse(&zoe(), unknown);
    let error = world.consumer.handle(&event).unwrap_err();
    let ConsumerError::Never { reason, .. } = &error else { panic!("{error:?}") };
    assert_eq!(reason, "confirmation_student: nobody of that name");
    assert_eq!(world.post.sent().len(), 1);
    // An administrator who mends the address and tries again loses nothing.
    world.post.recover();
    world.consumer.handle(&event).unwrap();
    assert_eq!(world.post.sent().len(), 1);
}

#[test]
fn the_longest_wait_is_respected() {
    let world = World::new();
    let lesson = world.lesson();
    world.post.refuse(&zoe(), very_busy);
    world.post.refuse(&world.user(lesson.instructor_id).email, busy);
    let error = world.happen(confirmed(&lesson)).unwrap_err();
    assert!(matches!(error, ConsumerError::Later { wait_seconds: Some(90), .. }), "{error:?}");
}

#[test]
fn a_mail_that_was_sent_but_not_noted_is_sent_again_under_the_same_name() {
    let world = World::new();
    let user = a_user(&world.store).insert().id;
    let event = world.record(DomainEvent::UserRegistered { user });
    world.store.fail_next(Fault::Commit, unavailable);
    let error = world.consumer.handle(&event).unwrap_err();
    assert!(matches!(error, ConsumerError::Later { .. }), "{error:?}");
    assert!(error.to_string().contains("was sent, but that could not be noted"), "{error}");
    world.consumer.handle(&event).unwrap();
    let sent = world.post.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(world.noted(event.number), [sent[0].message_id.as_str()]);
}

#[test]
fn a_database_that_does_not_answer_is_asked_later_and_nothing_is_sent() {
    let world = World::new();
    let event = world.record(confirmed(&world.lesson()));
    for fault in [Fault::Begin, Fault::Call(1), Fault::Call(2)] {
        world.store.fail_next(fault, unavailable);
        let error = world.consumer.handle(&event).unwrap_err();
        assert!(matches!(error, ConsumerError::Later { wait_seconds: None, .. }), "{error:?}");
        assert!(world.post.sent().is_empty());
    }
    world.consumer.handle(&event).unwrap();
    assert_eq!(world.post.sent().len(), 2);
}
