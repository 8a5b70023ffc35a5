//! What is told about accounts, and which events are told at all.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    delivery::consumers_of,
    event::DomainEvent,
    ids::{AnalyticsRunId, CatalogueServiceId, CategoryId},
    ports::EventConsumer,
};
use instainstru_notification::mail::MailKind;
use instainstru_test_support::builders::{a_booking, a_user, an_instructor};
use jiff::civil::date;

use crate::world::{NOW, World, called_off, confirmed, rescheduled};

#[test]
fn whoever_registers_is_welcomed_to_their_side() {
    let world = World::new();
    for (user, expected) in [
        (a_user(&world.store).named("Zoë").insert(), "/instructors"),
        (a_user(&world.store).named("Ada").instructor().insert(), "/dashboard/instructor"),
    ] {
        let mails = world.mails_about(DomainEvent::UserRegistered { user: user.id });
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].subject.as_str(), "Welcome to iNSTAiNSTRU");
        assert_eq!(mails[0].to.address, user.email);
        assert!(mails[0].text.contains(&format!("Hi {},", user.full_name)), "{}", mails[0].text);
        let link = format!("https://studio.example{expected}");
        assert!(mails[0].text.contains(&link) && mails[0].html.contains(&link), "{}", mails[0].text);
    }
}

#[test]
fn a_mail_to_an_address_that_may_be_anybodys_carries_no_link_of_a_stranger() {
    let world = World::new();
    let user = a_user(&world.store).named("Win now at evil.example/prize").insert();
    for event in
        [DomainEvent::UserRegistered { user: user.id }, DomainEvent::PasswordChanged { user: user.id }]
    {
        let mail = &world.mails_about(event)[0];
        assert!(mail.text.contains("Hi there,"), "{}", mail.text);
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil"), "{}", mail.text);
    }
}

#[test]
fn a_reset_carries_the_link_that_opens_the_page() {
    let world = World::new();
    let user = a_user(&world.store).insert();
    let reset = world.reset_of(user.id).id;
    let mails = world.mails_about(DomainEvent::PasswordResetRequested { user: user.id, reset });
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject.as_str(), "Reset Your iNSTAiNSTRU Password");
    let link = "https://studio.example/reset-password?token=token-of-nonce-7";
    assert!(mails[0].text.contains(&format!("\n{link}\n")), "{}", mails[0].text);
    assert!(mails[0].html.contains(&format!("href=\"{link}\"")), "{}", mails[0].html);
    assert!(mails[0].text.contains("good for 1 hour"), "{}", mails[0].text);
    // A link is as good as a password, and not for logs.
    assert!(!format!("{:?}", mails[0]).contains("nonce"));
}

#[test]
fn a_link_that_opens_nothing_is_not_sent() {
    for (now, valid) in [
        ("2026-07-01T13:00:59Z", Some("good for 1 hour")),
        ("2026-07-01T13:17:30Z", Some("good for 43 minutes")),
        ("2026-07-01T13:59:59Z", Some("good for 1 minute,")),
        ("2026-07-01T14:00:00Z", None),
    ] {
        let world = World::new();
        let user = a_user(&world.store).insert().id;
        let reset = world.reset_of(user).id;
        world.clock.set(now);
        let mails = world.mails_about(DomainEvent::PasswordResetRequested { user, reset });
        assert_eq!(mails.len(), usize::from(valid.is_some()), "{now}");
        assert!(mails.iter().zip(valid).all(|(mail, valid)| mail.text.contains(valid)), "{mails:?}");
    }
    let world = World::new();
    let user = a_user(&world.store).insert().id;
    let reset = world.reset_of(user).id;
    world.void_resets(user);
    assert!(world.mails_about(DomainEvent::PasswordResetRequested { user, reset }).is_empty());
}

#[test]
fn whoever_left_for_good_is_told_nothing_more() {
    let world = World::new();
    let lesson = world.lesson();
    world.erase(lesson.student_id);
    let mails = world.mails_about(confirmed(&lesson));
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.address, world.user(lesson.instructor_id).email);
    assert!(mails[0].text.contains("Deleted user") && !mails[0].text.contains("Zoë"), "{}", mails[0].text);
    assert!(world.mails_about(DomainEvent::PasswordChanged { user: lesson.student_id }).is_empty());
}

#[test]
fn a_new_password_is_told_to_its_owner() {
    let world = World::new();
    let user = a_user(&world.store).insert();
    let mails = world.mails_about(DomainEvent::PasswordChanged { user: user.id });
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].kind, MailKind::PasswordChanged);
    assert_eq!(mails[0].subject.as_str(), "Your iNSTAiNSTRU Password Has Been Reset");
    assert!(mails[0].text.contains("https://studio.example/forgot-password"), "{}", mails[0].text);
}

#[test]
fn what_people_write_is_text_in_every_mail() {
    let world = World::new();
    let nasty = "<script>alert(1)</script>&\"'";
    let zoe = a_user(&world.store).named(nasty).insert();
    let ada = an_instructor(&world.store).named(nasty).offering("piano", 75_00, &[60]).insert();
    let lesson = a_booking(&world.store)
        .of(&zoe)
        .with(&ada)
        .note(nasty)
        .place(instainstru_domain::booking::LocationType::Neutral, nasty)
        .insert();
    let mut mails = world.mails_about(confirmed(&lesson));
    mails.extend(world.mails_about(rescheduled(&lesson)));
    world.clock.set("2026-07-14T14:00:00Z");
    mails.extend(world.mails_about(DomainEvent::ReminderDue { booking: lesson.id, hours_before: 24 }));
    world.cancelled(lesson.id, zoe.id);
    mails.extend(world.mails_about(called_off(&lesson, zoe.id)));
    mails.extend(world.mails_about(called_off(&lesson, ada.user.id)));
    assert_eq!(mails.len(), 10);
    for mail in mails {
        assert!(!mail.html.contains("<script>"), "{}", mail.html);
        assert!(mail.html.contains("&lt;script&gt;alert(1)"), "{}", mail.html);
    }
}

#[test]
fn the_consumer_wants_exactly_what_it_tells() {
    let world = World::new();
    assert_eq!(world.consumer.name(), "mail");
    let lesson = world.lesson();
    let (booking, instructor, user) = (lesson.id, lesson.instructor_id, lesson.student_id);
    world.administrator("grace@example.com");
    let dates = DateRange::of_days(date(2026, 7, 1), 1);
    let on = [
        DomainEvent::UserRegistered { user },
        DomainEvent::PasswordResetRequested { user, reset: world.reset_of(user).id },
        DomainEvent::PasswordChanged { user },
        confirmed(&lesson),
        rescheduled(&lesson),
        DomainEvent::ReminderDue { booking, hours_before: 24 },
        DomainEvent::BookingCompleted { booking, instructor, student: user },
        DomainEvent::BookingMissed { booking, instructor, student: user },
        DomainEvent::AvailabilityChanged { instructor, dates },
        DomainEvent::InstructorChanged { instructor },
        DomainEvent::CatalogueChanged { service: CatalogueServiceId::new(1).unwrap() },
        DomainEvent::CategoryChanged { category: CategoryId::new(1).unwrap() },
        DomainEvent::VocabularyChanged,
        DomainEvent::CatalogueRanked { run: AnalyticsRunId::new(1).unwrap() },
        DomainEvent::AlertRaised { alert: world.alert().id },
    ];
    for event in on {
        let is_reminder = matches!(event, DomainEvent::ReminderDue { .. });
        world.clock.set(if is_reminder { "2026-07-14T14:00:00Z" } else { NOW });
        let is_wanted = world.consumer.wants(&event);
        assert_eq!(is_wanted, !world.mails_about(event).is_empty(), "{event:?}");
        // Events are addressed when they are pushed; whoever wants one must be among the addressees.
        assert_eq!(is_wanted, consumers_of(&event).contains(&world.consumer.name()), "{event:?}");
    }
    world.cancelled(booking, user);
    let off = called_off(&lesson, user);
    assert!(world.consumer.wants(&off) && !world.mails_about(off).is_empty());
}
