//! Contracts of the claims on people's time: nobody is in two lessons at once.

use instainstru_core::zone::UtcRange;
use instainstru_domain::{
    booking::{Booking, BookingClaims, NewBooking},
    ids::{BookingId, UserId},
    instructor::Instructor,
    ports::{Conflict, StorageError, Transactor},
};
use jiff::civil::date;

use super::{Contract, at, attempt, conflict, done, named, read};
use crate::builders::{a_booking, a_user, an_instructor};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "claims":
        a_booking_claims_the_time_of_both,
        overlapping_time_of_the_instructor_is_refused,
        overlapping_time_of_the_student_is_refused,
        the_instructor_is_named_when_both_are_taken,
        touching_claims_are_no_overlap,
        a_single_microsecond_is_an_overlap,
        the_claims_decide_and_not_the_lessons,
        somebody_who_teaches_cannot_learn_meanwhile,
        nobody_takes_a_lesson_with_themselves,
        a_refused_booking_leaves_nothing_behind,
        released_time_is_free_at_once,
        releasing_is_no_error_without_claims,
        only_claims_that_overlap_are_told_by_start,
        claims_within_all_of_time_are_all_claims,
        an_update_leaves_the_claims,
        a_booking_can_be_moved_over_its_own_old_time,
        a_moved_booking_frees_its_old_time,
        a_booking_cannot_be_moved_onto_another,
        a_refused_move_keeps_the_old_time,
    }
}

fn utc(start: &str, end: &str) -> UtcRange {
    UtcRange::new(at(&format!("2026-07-15T{start}Z")), at(&format!("2026-07-15T{end}Z"))).unwrap()
}

/// Claims of both parties over the same time.
fn both(start: &str, end: &str) -> BookingClaims {
    BookingClaims { instructor: utc(start, end), student: utc(start, end) }
}

fn ada(tx: &dyn Transactor) -> Instructor {
    an_instructor(tx).offering("piano", 75_00, &[60]).insert()
}

/// A booking with this instructor by a fresh student, for claims of our own.
fn booking_with(tx: &dyn Transactor, instructor: &Instructor) -> NewBooking {
    a_booking(tx).with(instructor).build().0
}

fn insert(tx: &dyn Transactor, booking: &NewBooking, claims: BookingClaims) -> Result<Booking, StorageError> {
    attempt(tx, |uow| uow.bookings().insert(booking, &claims))
}

fn claims_of(tx: &dyn Transactor, user: UserId) -> Vec<UtcRange> {
    let year = UtcRange::new(at("2026-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z")).unwrap();
    read(tx, |uow| uow.bookings().claims(user, year, None))
}

/// Ranges that overlap 10:00 to 11:00, each in another way.
const OVERLAPPING: [(&str, &str); 7] = [
    ("10:00:00", "11:00:00"),
    ("09:30:00", "10:30:00"),
    ("10:30:00", "11:30:00"),
    ("10:15:00", "10:45:00"),
    ("09:00:00", "12:00:00"),
    ("10:00:00", "10:15:00"),
    ("10:45:00", "11:00:00"),
];

fn a_booking_claims_the_time_of_both(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).buffer(15).insert();
    let lesson = a_booking(tx).with(&ada).at(date(2026, 7, 15), "10:00", 60).insert();
    assert_eq!(claims_of(tx, ada.user.id), [utc("14:00:00", "15:15:00")]);
    assert_eq!(claims_of(tx, lesson.student_id), [utc("14:00:00", "15:00:00")]);
    assert_eq!(claims_of(tx, a_user(tx).insert().id), []);
}

fn overlapping_time_of_the_instructor_is_refused(tx: &dyn Transactor) {
    let ada = ada(tx);
    insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00")).unwrap();
    for (start, end) in OVERLAPPING {
        let refused = conflict(insert(tx, &booking_with(tx, &ada), both(start, end)));
        assert_eq!(refused, Conflict::TimeTaken(ada.user.id), "{start} to {end}");
    }
    assert_eq!(claims_of(tx, ada.user.id).len(), 1);
}

fn overlapping_time_of_the_student_is_refused(tx: &dyn Transactor) {
    let student = a_user(tx).insert();
    let by_student = || NewBooking { student_id: student.id, ..booking_with(tx, &ada(tx)) };
    insert(tx, &by_student(), both("10:00:00", "11:00:00")).unwrap();
    for (start, end) in OVERLAPPING {
        let refused = conflict(insert(tx, &by_student(), both(start, end)));
        assert_eq!(refused, Conflict::TimeTaken(student.id), "{start} to {end}");
    }
    assert_eq!(claims_of(tx, student.id).len(), 1);
}

fn the_instructor_is_named_when_both_are_taken(tx: &dyn Transactor) {
    // In both orders of ids, because a database might check the claims in that order.
    let student = a_user(tx).insert();
    let (ada, younger) = (ada(tx), a_user(tx).insert());
    for learner in [student, younger] {
        let booking = NewBooking { student_id: learner.id, ..booking_with(tx, &ada) };
        let hour = if learner.id < ada.user.id { "10" } else { "12" };
        let claims = both(&format!("{hour}:00:00"), &format!("{hour}:45:00"));
        insert(tx, &booking, claims).unwrap();
        assert_eq!(conflict(insert(tx, &booking, claims)), Conflict::TimeTaken(ada.user.id));
    }
}

fn touching_claims_are_no_overlap(tx: &dyn Transactor) {
    let (ada, student) = (ada(tx), a_user(tx).insert());
    let booking = NewBooking { student_id: student.id, ..booking_with(tx, &ada) };
    for (start, end) in [("10:00:00", "11:00:00"), ("11:00:00", "12:00:00"), ("09:00:00", "10:00:00")] {
        insert(tx, &booking, both(start, end)).unwrap();
    }
    let expected = [utc("09:00:00", "10:00:00"), utc("10:00:00", "11:00:00"), utc("11:00:00", "12:00:00")];
    assert_eq!(claims_of(tx, ada.user.id), expected);
    assert_eq!(claims_of(tx, student.id), expected);
}

fn a_single_microsecond_is_an_overlap(tx: &dyn Transactor) {
    let ada = ada(tx);
    insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00.000001")).unwrap();
    let next = booking_with(tx, &ada);
    let refused = conflict(insert(tx, &next, both("11:00:00", "12:00:00")));
    assert_eq!(refused, Conflict::TimeTaken(ada.user.id));
    insert(tx, &next, both("11:00:00.000001", "12:00:00")).unwrap();
}

fn the_claims_decide_and_not_the_lessons(tx: &dyn Transactor) {
    let ada = ada(tx);
    let (booking, rival) = (booking_with(tx, &ada), booking_with(tx, &ada));
    let with_buffer =
        BookingClaims { instructor: utc("10:00:00", "11:30:00"), student: utc("10:00:00", "11:00:00") };
    insert(tx, &booking, with_buffer).unwrap();
    let refused = conflict(insert(tx, &rival, both("11:15:00", "12:15:00")));
    assert_eq!(refused, Conflict::TimeTaken(ada.user.id), "within the buffer");
    let elsewhere = NewBooking { student_id: booking.student_id, ..booking_with(tx, &self::ada(tx)) };
    insert(tx, &elsewhere, both("11:00:00", "12:00:00")).expect("the buffer is not the student's");
}

fn somebody_who_teaches_cannot_learn_meanwhile(tx: &dyn Transactor) {
    let (ada, ben) = (ada(tx), ada(tx));
    insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00")).unwrap();
    let learning = NewBooking { student_id: ada.user.id, ..booking_with(tx, &ben) };
    let refused = conflict(insert(tx, &learning, both("10:30:00", "11:30:00")));
    assert_eq!(refused, Conflict::TimeTaken(ada.user.id));
    insert(tx, &learning, both("11:00:00", "12:00:00")).unwrap();
    let refused = conflict(insert(tx, &booking_with(tx, &ada), both("11:30:00", "12:30:00")));
    assert_eq!(refused, Conflict::TimeTaken(ada.user.id), "and the other way round");
}

fn nobody_takes_a_lesson_with_themselves(tx: &dyn Transactor) {
    let ada = ada(tx);
    let alone = NewBooking { student_id: ada.user.id, ..booking_with(tx, &ada) };
    let refused = insert(tx, &alone, both("10:00:00", "11:00:00"));
    assert!(refused.is_err(), "somebody would be in two lessons at once: {refused:?}");
    assert_eq!(claims_of(tx, ada.user.id), []);
}

fn a_refused_booking_leaves_nothing_behind(tx: &dyn Transactor) {
    let (ada, student) = (ada(tx), a_user(tx).insert());
    let elsewhere = NewBooking { student_id: student.id, ..booking_with(tx, &self::ada(tx)) };
    insert(tx, &elsewhere, both("10:00:00", "11:00:00")).unwrap();
    // The instructor is free, so the claim of the instructor may have been stored before the student's was refused.
    let refused = NewBooking { student_id: student.id, ..booking_with(tx, &ada) };
    let taken = conflict(insert(tx, &refused, both("10:30:00", "11:30:00")));
    assert_eq!(taken, Conflict::TimeTaken(student.id));
    assert_eq!(claims_of(tx, ada.user.id), []);
    insert(tx, &booking_with(tx, &ada), both("10:30:00", "11:30:00")).unwrap();
    let stats = read(tx, |uow| uow.bookings().stats(ada.user.id, date(2026, 7, 1)));
    assert_eq!(stats.total, 1);
}

fn released_time_is_free_at_once(tx: &dyn Transactor) {
    let ada = ada(tx);
    let (booking, rival) = (booking_with(tx, &ada), booking_with(tx, &ada));
    let first = insert(tx, &booking, both("10:00:00", "11:00:00")).unwrap();
    let other = insert(tx, &booking, both("12:00:00", "13:00:00")).unwrap();
    let second = done(tx, |uow| {
        uow.bookings().release_claims(first.id)?;
        uow.bookings().insert(&rival, &both("10:00:00", "11:00:00"))
    });
    assert_eq!(claims_of(tx, first.student_id), [utc("12:00:00", "13:00:00")], "of booking {}", other.id);
    assert_eq!(claims_of(tx, second.student_id), [utc("10:00:00", "11:00:00")]);
    assert!(read(tx, |uow| uow.bookings().find(first.id)).is_some(), "the booking itself stays");
}

fn releasing_is_no_error_without_claims(tx: &dyn Transactor) {
    let lesson = a_booking(tx).insert();
    for id in [lesson.id, lesson.id, BookingId::new(i64::from(i32::MAX)).unwrap()] {
        done(tx, |uow| uow.bookings().release_claims(id));
    }
    assert_eq!(claims_of(tx, lesson.student_id), []);
}

fn only_claims_that_overlap_are_told_by_start(tx: &dyn Transactor) {
    let ada = ada(tx);
    let booking = booking_with(tx, &ada);
    let mut ids = Vec::new();
    for hour in [14, 10, 12] {
        let claims = both(&format!("{hour}:00:00"), &format!("{}:00:00", hour + 1));
        ids.push(insert(tx, &booking, claims).unwrap().id);
    }
    let claims = |within: UtcRange, except| {
        let claims = read(tx, |uow| uow.bookings().claims(ada.user.id, within, except));
        claims.iter().map(|claim| claim.start().strftime("%H").to_string()).collect::<Vec<_>>()
    };
    assert_eq!(claims(utc("00:00:00", "23:00:00"), None), ["10", "12", "14"]);
    assert_eq!(claims(utc("11:00:00", "14:00:00"), None), ["12"], "touching is not overlapping");
    assert_eq!(claims(utc("10:59:59.999999", "14:00:00.000001"), None), ["10", "12", "14"]);
    assert_eq!(claims(utc("12:15:00", "12:30:00"), None), ["12"]);
    assert_eq!(claims(utc("11:00:00", "12:00:00"), None), Vec::<String>::new());
    assert_eq!(claims(utc("00:00:00", "23:00:00"), Some(ids[2])), ["10", "14"]);
    let unknown = BookingId::new(i64::from(i32::MAX)).unwrap();
    assert_eq!(claims(utc("00:00:00", "23:00:00"), Some(unknown)), ["10", "12", "14"]);
}

fn claims_within_all_of_time_are_all_claims(tx: &dyn Transactor) {
    let lesson = a_booking(tx).insert();
    let claims = read(tx, |uow| uow.bookings().claims(lesson.student_id, UtcRange::ALL, None));
    assert_eq!(claims, [lesson.time.instants]);
}

fn an_update_leaves_the_claims(tx: &dyn Transactor) {
    for lesson in
        [a_booking(tx).insert(), a_booking(tx).completed().insert(), a_booking(tx).missed().insert()]
    {
        done(tx, |uow| uow.bookings().update(&lesson));
        assert_eq!(claims_of(tx, lesson.student_id), [lesson.time.instants], "{}", lesson.status);
        assert_eq!(claims_of(tx, lesson.instructor_id), [lesson.time.instants], "{}", lesson.status);
    }
}

fn a_booking_can_be_moved_over_its_own_old_time(tx: &dyn Transactor) {
    let ada = ada(tx);
    let lesson = insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00")).unwrap();
    for (start, end) in [
        ("10:30:00", "11:30:00"),
        ("10:30:00", "11:30:00"),
        ("10:00:00", "12:00:00"),
        ("11:00:00", "11:15:00"),
    ] {
        done(tx, |uow| uow.bookings().move_claims(&lesson, &both(start, end)));
        assert_eq!(claims_of(tx, ada.user.id), [utc(start, end)]);
        assert_eq!(claims_of(tx, lesson.student_id), [utc(start, end)]);
    }
}

fn a_moved_booking_frees_its_old_time(tx: &dyn Transactor) {
    let ada = ada(tx);
    let lesson = insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00")).unwrap();
    let neighbour = insert(tx, &booking_with(tx, &ada), both("11:00:00", "12:00:00")).unwrap();
    let new = BookingClaims { instructor: utc("12:00:00", "13:15:00"), student: utc("12:00:00", "13:00:00") };
    done(tx, |uow| uow.bookings().move_claims(&lesson, &new));
    assert_eq!(claims_of(tx, lesson.student_id), [utc("12:00:00", "13:00:00")]);
    assert_eq!(claims_of(tx, neighbour.student_id), [utc("11:00:00", "12:00:00")]);
    insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00")).unwrap();
    assert_eq!(claims_of(tx, ada.user.id).len(), 3);
}

fn a_booking_cannot_be_moved_onto_another(tx: &dyn Transactor) {
    let (ada, student) = (ada(tx), a_user(tx).insert());
    let lesson = insert(
        tx,
        &NewBooking { student_id: student.id, ..booking_with(tx, &ada) },
        both("10:00:00", "11:00:00"),
    )
    .unwrap();
    let move_to = |start, end| attempt(tx, |uow| uow.bookings().move_claims(&lesson, &both(start, end)));

    insert(tx, &booking_with(tx, &ada), both("12:00:00", "13:00:00")).unwrap();
    assert_eq!(conflict(move_to("12:30:00", "13:30:00")), Conflict::TimeTaken(ada.user.id));

    let elsewhere = NewBooking { student_id: student.id, ..booking_with(tx, &self::ada(tx)) };
    insert(tx, &elsewhere, both("15:00:00", "16:00:00")).unwrap();
    assert_eq!(conflict(move_to("14:30:00", "15:30:00")), Conflict::TimeTaken(student.id));

    insert(
        tx,
        &NewBooking { student_id: student.id, ..booking_with(tx, &ada) },
        both("17:00:00", "18:00:00"),
    )
    .unwrap();
    assert_eq!(conflict(move_to("17:00:00", "18:00:00")), Conflict::TimeTaken(ada.user.id), "both are taken");
    move_to("13:00:00", "14:00:00").expect("touching is fine");
}

fn a_refused_move_keeps_the_old_time(tx: &dyn Transactor) {
    let ada = ada(tx);
    let lesson = insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00")).unwrap();
    insert(tx, &booking_with(tx, &ada), both("12:00:00", "13:00:00")).unwrap();
    let refused = attempt(tx, |uow| uow.bookings().move_claims(&lesson, &both("12:00:00", "13:00:00")));
    assert_eq!(conflict(refused), Conflict::TimeTaken(ada.user.id));
    assert_eq!(claims_of(tx, lesson.student_id), [utc("10:00:00", "11:00:00")]);
    assert_eq!(claims_of(tx, ada.user.id), [utc("10:00:00", "11:00:00"), utc("12:00:00", "13:00:00")]);
    let rival = conflict(insert(tx, &booking_with(tx, &ada), both("10:00:00", "11:00:00")));
    assert_eq!(rival, Conflict::TimeTaken(ada.user.id));
}
