//! Contracts of lists and figures of bookings.

use instainstru_core::{booking::BookingStatus, dates::DateRange, money::Cents};
use instainstru_domain::{
    account::User,
    booking::{Booking, BookingFilter, BookingOrder, BookingStats, Side},
    ids::{BookingId, UserId},
    instructor::Instructor,
    page::{Page, Paged},
    ports::Transactor,
};
use jiff::civil::{Date, date};

use super::{Contract, named, read};
use crate::builders::{a_booking, a_user, an_instructor};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "booking_lists":
        everybody_sees_their_own_side,
        a_list_is_in_its_order,
        equal_times_are_listed_by_id,
        a_list_holds_one_status,
        a_list_holds_both_of_its_dates,
        a_list_is_read_in_pages,
        a_list_tells_details,
        booked_lessons_are_confirmed_or_completed,
        figures_count_every_state,
        nobody_has_figures_of_others,
        future_bookings_are_pending_or_confirmed_from_today_on,
    }
}

const DAY: Date = date(2026, 7, 15);

fn everything(side: Side) -> BookingFilter {
    BookingFilter { side, status: None, from: None, until: None, order: BookingOrder::SoonestFirst }
}

fn list(tx: &dyn Transactor, filter: &BookingFilter) -> Vec<BookingId> {
    let Paged { items, total } = read(tx, |uow| uow.bookings().list(filter, Page::first(100)));
    assert_eq!(u64::try_from(items.len()).unwrap(), total);
    items.into_iter().map(|details| details.booking.id).collect()
}

fn people(tx: &dyn Transactor) -> (Instructor, User) {
    (an_instructor(tx).offering("piano", 75_00, &[60]).insert(), a_user(tx).insert())
}

/// A booking of each status at 9:00, 10:00, … of one date.
fn one_of_each(tx: &dyn Transactor, ada: &Instructor, student: &User, day: Date) -> [Booking; 5] {
    let at = |start| a_booking(tx).with(ada).of(student).at(day, start, 60);
    [
        at("09:00").pending().insert(),
        at("10:00").insert(),
        at("11:00").completed().insert(),
        at("12:00").cancelled().insert(),
        at("13:00").missed().insert(),
    ]
}

fn everybody_sees_their_own_side(tx: &dyn Transactor) {
    let ((ada, zoe), (ben, yann)) = (people(tx), people(tx));
    let first = a_booking(tx).with(&ada).of(&zoe).at(DAY, "09:00", 60).insert().id;
    let second = a_booking(tx).with(&ada).of(&yann).at(DAY, "11:00", 60).insert().id;
    let third = a_booking(tx).with(&ben).of(&zoe).at(DAY, "13:00", 60).insert().id;
    let learning = a_booking(tx).with(&ben).of(&ada.user).at(DAY, "15:00", 60).insert().id;
    for (side, expected) in [
        (Side::Instructor(ada.user.id), vec![first, second]),
        (Side::Student(ada.user.id), vec![learning]),
        (Side::Instructor(ben.user.id), vec![third, learning]),
        (Side::Student(zoe.id), vec![first, third]),
        (Side::Student(yann.id), vec![second]),
        (Side::Instructor(yann.id), vec![]),
        (Side::Either(ada.user.id), vec![first, second, learning]),
        (Side::Either(zoe.id), vec![first, third]),
        (Side::Everybody, vec![first, second, third, learning]),
        (Side::Student(UserId::new(i64::from(i32::MAX)).unwrap()), vec![]),
    ] {
        assert_eq!(list(tx, &everything(side)), expected, "{side:?}");
    }
}

fn a_list_is_in_its_order(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let at = |day, start| a_booking(tx).with(&ada).of(&zoe).at(date(2026, 7, day), start, 60).insert().id;
    let (third, first, fourth, second) = (at(16, "09:00"), at(15, "09:00"), at(16, "20:00"), at(15, "20:00"));
    let soonest = everything(Side::Student(zoe.id));
    assert_eq!(list(tx, &soonest), [first, second, third, fourth]);
    let newest = BookingFilter { order: BookingOrder::NewestFirst, ..soonest };
    assert_eq!(list(tx, &newest), [fourth, third, second, first]);
}

fn equal_times_are_listed_by_id(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let mut ids = Vec::new();
    for _nth in 0..3 {
        ids.push(a_booking(tx).with(&ada).of(&zoe).at(DAY, "10:00", 60).cancelled().insert().id);
    }
    ids.push(a_booking(tx).with(&ada).of(&zoe).at(DAY, "10:00", 60).insert().id);
    for order in [BookingOrder::SoonestFirst, BookingOrder::NewestFirst] {
        let filter = BookingFilter { order, ..everything(Side::Instructor(ada.user.id)) };
        assert_eq!(list(tx, &filter), ids, "{order:?}");
    }
}

fn a_list_holds_one_status(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let bookings = one_of_each(tx, &ada, &zoe, DAY);
    for (booking, status) in bookings.iter().zip(BookingStatus::ALL.map(Some)) {
        let found = |side| list(tx, &BookingFilter { status: Some(booking.status), ..everything(side) });
        assert_eq!(found(Side::Student(zoe.id)), [booking.id], "{status:?}");
        assert_eq!(found(Side::Instructor(ada.user.id)), [booking.id], "{status:?}");
    }
    assert_eq!(list(tx, &everything(Side::Student(zoe.id))).len(), 5);
}

fn a_list_holds_both_of_its_dates(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let ids: Vec<BookingId> = (14..19)
        .map(|day| a_booking(tx).with(&ada).of(&zoe).at(date(2026, 7, day), "10:00", 60).insert().id)
        .collect();
    let day = |day| Some(date(2026, 7, day));
    for (from, until, expected) in [
        (day(15), None, &ids[1..]),
        (None, day(15), &ids[..2]),
        (day(15), day(17), &ids[1..4]),
        (day(16), day(16), &ids[2..3]),
        (day(17), day(15), &[]),
        (day(19), None, &[]),
        (None, None, &ids[..]),
    ] {
        let filter = BookingFilter { from, until, ..everything(Side::Student(zoe.id)) };
        assert_eq!(list(tx, &filter), expected, "{from:?} to {until:?}");
    }
}

fn a_list_is_read_in_pages(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let ids: Vec<BookingId> = (14..19)
        .map(|day| a_booking(tx).with(&ada).of(&zoe).at(date(2026, 7, day), "10:00", 60).insert().id)
        .collect();
    let _of_somebody_else = a_booking(tx).insert();
    for (offset, limit, expected) in [
        (0, 2, &ids[..2]),
        (2, 2, &ids[2..4]),
        (4, 2, &ids[4..]),
        (5, 2, &[]),
        (1000, 2, &[]),
        (0, 0, &[]),
        (1, 100, &ids[1..]),
    ] {
        let filter = everything(Side::Instructor(ada.user.id));
        let paged = read(tx, |uow| uow.bookings().list(&filter, Page { offset, limit }));
        let found: Vec<_> = paged.items.iter().map(|details| details.booking.id).collect();
        assert_eq!((found.as_slice(), paged.total), (expected, 5), "{limit} from {offset}");
    }
}

fn a_list_tells_details(tx: &dyn Transactor) {
    let ada =
        an_instructor(tx).named("Ada").offering("piano", 75_00, &[60]).described("Jazz, mostly").insert();
    let lesson = a_booking(tx).with(&ada).note("First lesson").insert();
    let found = read(tx, |uow| uow.bookings().find(lesson.id)).unwrap();
    for side in [Side::Student(lesson.student_id), Side::Instructor(ada.user.id)] {
        let paged = read(tx, |uow| uow.bookings().list(&everything(side), Page::first(10)));
        assert_eq!(paged.items, std::slice::from_ref(&found));
    }
    let booked = read(tx, |uow| uow.bookings().booked(ada.user.id, DateRange::day(DAY)));
    assert_eq!(booked, std::slice::from_ref(&found));
    assert_eq!((found.booking, found.instructor.full_name.as_str()), (lesson, "Ada"));
}

fn booked_lessons_are_confirmed_or_completed(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let [_pending, confirmed, completed, _cancelled, _missed] =
        one_of_each(tx, &ada, &zoe, date(2026, 7, 16));
    let at = |day, start| a_booking(tx).with(&ada).of(&zoe).at(date(2026, 7, day), start, 60).insert().id;
    let (last, _after) = (at(17, "08:00"), at(18, "08:00"));
    let (late, early, _before) = (at(15, "20:00"), at(15, "08:00"), at(14, "08:00"));
    let _other_instructor = a_booking(tx).of(&zoe).at(date(2026, 7, 16), "20:00", 60).insert();
    let dates = DateRange::new(date(2026, 7, 15), date(2026, 7, 17)).unwrap();
    let booked: Vec<BookingId> = read(tx, |uow| uow.bookings().booked(ada.user.id, dates))
        .into_iter()
        .map(|details| details.booking.id)
        .collect();
    assert_eq!(booked, [early, late, confirmed.id, completed.id, last]);
}

fn figures_count_every_state(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let june = one_of_each(tx, &ada, &zoe, date(2026, 6, 30));
    let today = one_of_each(tx, &ada, &zoe, DAY);
    let tomorrow = one_of_each(tx, &ada, &zoe, date(2026, 7, 16));
    let august = one_of_each(tx, &ada, &zoe, date(2026, 8, 1));
    let last_year = one_of_each(tx, &ada, &zoe, date(2025, 7, 15));
    assert_eq!([june, today, tomorrow, august, last_year].len(), 5);
    let stats = |today| read(tx, |uow| uow.bookings().stats(ada.user.id, today));
    let expected = BookingStats {
        total: 25,
        upcoming: 2,
        completed: 5,
        cancelled: 5,
        no_show: 5,
        earnings: Cents::new(5 * 75_00).unwrap(),
        earnings_this_month: Cents::new(2 * 75_00).unwrap(),
    };
    assert_eq!(stats(DAY), expected);
    let in_june = BookingStats { upcoming: 3, earnings_this_month: Cents::new(75_00).unwrap(), ..expected };
    assert_eq!(stats(date(2026, 6, 30)), in_june);
    let in_december = BookingStats { upcoming: 0, earnings_this_month: Cents::ZERO, ..expected };
    assert_eq!(stats(date(2026, 12, 31)), in_december);
}

fn nobody_has_figures_of_others(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    let _bookings = one_of_each(tx, &ada, &zoe, DAY);
    let ben = an_instructor(tx).insert();
    for user in [ben.user.id, zoe.id] {
        assert_eq!(read(tx, |uow| uow.bookings().stats(user, DAY)), BookingStats::default());
        assert_eq!(read(tx, |uow| uow.bookings().count_future(user, DAY)), 0);
    }
}

fn future_bookings_are_pending_or_confirmed_from_today_on(tx: &dyn Transactor) {
    let (ada, zoe) = people(tx);
    for day in [14, 15, 16] {
        let _bookings = one_of_each(tx, &ada, &zoe, date(2026, 7, day));
    }
    for (today, expected) in [(14, 6), (15, 4), (16, 2), (17, 0)] {
        let found = read(tx, |uow| uow.bookings().count_future(ada.user.id, date(2026, 7, today)));
        assert_eq!(found, expected, "on the {today}th");
    }
}
