//! Many at once.

use std::{sync::Barrier, thread};

use instainstru_domain::event::DomainEvent;
use instainstru_service::{
    bookings::{BookingError, BookingUseCases},
    instructors::{InstructorError, InstructorUseCases},
};

use crate::world::{DAY, NOW, World, lesson, outcome, to};

const THREADS: usize = 16;

/// Runs `work` on sixteen threads that begin together.
fn at_once<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let gate = Barrier::new(THREADS);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let (gate, work) = (&gate, &work);
                scope.spawn(move || {
                    gate.wait();
                    work(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn of_sixteen_students_at_one_time_exactly_one_gets_it() {
    for _ in 0..20 {
        let world = World::at(NOW);
        let teacher = world.free_teacher("Ada");
        let students: Vec<_> = (0..THREADS).map(|n| world.student(&format!("Sam {n}"))).collect();
        let results = at_once(|n| world.bookings.create(&students[n], &lesson(&teacher, DAY, "10:00", 60)));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for lost in results.iter().filter_map(|result| result.as_ref().err()) {
            let BookingError::Taken { alternatives, .. } = lost else { panic!("{lost:?}") };
            assert_eq!(alternatives.len(), 3);
        }
        assert_eq!(world.store.claims_of(teacher.user.id).len(), 1);
        let confirmed = |event: &DomainEvent| matches!(event, DomainEvent::BookingConfirmed { .. });
        assert_eq!(world.store.events().iter().filter(|event| confirmed(event)).count(), 1);
    }
}

#[test]
fn a_student_with_sixteen_instructors_at_one_time_gets_one() {
    let world = World::at(NOW);
    let teachers: Vec<_> = (0..THREADS).map(|n| world.free_teacher(&format!("Ada {n}"))).collect();
    let student = world.student("Sam");
    let results =
        at_once(|n| outcome(&world.bookings.create(&student, &lesson(&teachers[n], DAY, "10:00", 60))));
    assert_eq!(results.iter().filter(|result| *result == "ok").count(), 1);
    assert_eq!(results.iter().filter(|result| *result == "Taken student").count(), THREADS - 1);
}

#[test]
fn of_sixteen_bookings_moved_to_one_time_one_arrives_and_the_others_stay() {
    let world = World::at(NOW);
    let teacher = world.free_teacher("Ada");
    let student = world.student("Sam");
    let ids: Vec<_> =
        (0..THREADS).map(|n| world.book(&student, &teacher, DAY, &format!("{n:02}:00")).booking.id).collect();
    let results = at_once(|n| outcome(&world.bookings.reschedule(&student, ids[n], &to(DAY, "20:00"))));
    assert_eq!(results.iter().filter(|result| *result == "ok").count(), 1);
    assert_eq!(world.store.claims_of(teacher.user.id).len(), THREADS);
}

#[test]
fn a_suspension_and_bookings_at_once_never_leave_a_suspended_instructor_with_a_lesson() {
    for _ in 0..20 {
        let world = World::at(NOW);
        let teacher = world.free_teacher("Ada");
        let students: Vec<_> = (0..THREADS).map(|n| world.student(&format!("Sam {n}"))).collect();
        let results = at_once(|n| {
            if n == 0 {
                return match world.instructors.suspend(&teacher.user, teacher.user.id) {
                    Ok(_) => "suspended".to_owned(),
                    Err(InstructorError::FutureBookings { .. }) => "refused".to_owned(),
                    Err(other) => panic!("{other:?}"),
                };
            }
            outcome(&world.bookings.create(&students[n], &lesson(&teacher, DAY, &format!("{n:02}:00"), 60)))
        });
        let booked = results.iter().filter(|result| *result == "ok").count();
        let expected = if results[0] == "suspended" { 0 } else { booked.max(1) };
        assert_eq!(booked, expected, "{results:?}");
    }
}
