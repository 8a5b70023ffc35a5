//! Contracts of sums over bookings.

use std::collections::BTreeSet;

use instainstru_core::{booking::BookingStatus, dates::DateRange, money::Cents};
use instainstru_domain::{
    analytics::{LessonFact, MarketDay, MarketPeople, Trade},
    booking::{Booking, Cancellation},
    ids::UserId,
    ports::Transactor,
    text::CancellationReason,
};
use jiff::civil::{Date, date};

use super::{Contract, done, named, read};
use crate::builders::{a_booking, a_user, an_instructor};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "statistics":
        the_lessons_of_an_instructor_come_in_order,
        students_of_earlier_lessons_are_remembered,
        the_trade_of_each_date_is_added_up,
        people_count_once,
        cancellations_belong_to_who_called_off,
        services_are_listed_by_bookings,
        nothing_adds_up_to_nothing,
    }
}

const DAY: Date = date(2026, 7, 15);

fn july() -> DateRange {
    DateRange::new(date(2026, 7, 1), date(2026, 7, 31)).unwrap()
}

fn cents(amount: i64) -> Cents {
    Cents::new(amount).unwrap()
}

fn the_lessons_of_an_instructor_come_in_order(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 60_00, &[30, 60]).insert();
    let tom = a_user(tx).insert();
    let later = a_booking(tx).with(&ada).of(&tom).at(DAY, "10:00", 30).completed().insert();
    let earlier = a_booking(tx).with(&ada).at(DAY, "09:00", 60).cancelled().insert();
    let first = a_booking(tx).with(&ada).at(july().first(), "23:00", 60).insert();
    let last = a_booking(tx).with(&ada).at(july().last(), "00:00", 60).missed().insert();
    let _outside = [
        a_booking(tx).with(&ada).at(date(2026, 6, 30), "09:00", 60).insert(),
        a_booking(tx).with(&ada).at(date(2026, 8, 1), "09:00", 60).insert(),
        a_booking(tx).at(DAY, "09:00", 60).insert(),
    ];
    let found = read(tx, |uow| uow.statistics().lessons(ada.user.id, july()));
    let fact = |booking: &Booking| LessonFact {
        date: booking.time.date,
        range: booking.time.range,
        status: booking.status,
        price: booking.total_price,
        student: booking.student_id,
        service_name: "Piano".into(),
    };
    assert_eq!(found, [&first, &earlier, &later, &last].map(fact));
    assert_eq!(
        (found[2].status, found[2].price, found[2].student),
        (BookingStatus::Completed, cents(30_00), tom.id)
    );
}

fn students_of_earlier_lessons_are_remembered(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let [often, once, never, later, elsewhere] = [(); 5].map(|()| a_user(tx).insert());
    let _lessons = [
        a_booking(tx).with(&ada).of(&often).at(date(2026, 7, 1), "09:00", 60).completed().insert(),
        a_booking(tx).with(&ada).of(&often).at(date(2026, 7, 2), "09:00", 60).completed().insert(),
        a_booking(tx).with(&ada).of(&once).at(date(2026, 7, 14), "09:00", 60).missed().insert(),
        a_booking(tx).with(&ada).of(&never).at(date(2026, 7, 14), "10:00", 60).cancelled().insert(),
        a_booking(tx).with(&ada).of(&later).at(DAY, "09:00", 60).insert(),
        a_booking(tx).of(&elsewhere).at(date(2026, 7, 1), "09:00", 60).insert(),
    ];
    let found = read(tx, |uow| uow.statistics().students_before(ada.user.id, DAY));
    assert_eq!(found, BTreeSet::from([often.id, once.id]));
}

fn the_trade_of_each_date_is_added_up(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 60_00, &[30, 60]).insert();
    let ben = an_instructor(tx).offering("yoga", 33_33, &[60]).insert();
    let _lessons = [
        a_booking(tx).with(&ada).at(DAY, "09:00", 60).completed().insert(),
        a_booking(tx).with(&ben).at(DAY, "09:00", 60).completed().insert(),
        a_booking(tx).with(&ben).at(DAY, "10:00", 60).cancelled().insert(),
        a_booking(tx).with(&ada).at(DAY, "11:00", 60).missed().insert(),
        a_booking(tx).with(&ada).at(DAY, "12:00", 60).insert(),
        a_booking(tx).with(&ada).at(DAY, "13:00", 30).pending().insert(),
        a_booking(tx).with(&ada).at(july().first(), "09:00", 30).completed().insert(),
        a_booking(tx).with(&ada).at(date(2026, 6, 30), "09:00", 60).completed().insert(),
        a_booking(tx).with(&ada).at(date(2026, 8, 1), "09:00", 60).completed().insert(),
    ];
    let first = Trade { bookings: 1, completed: 1, revenue: cents(30_00), ..Trade::default() };
    let second = Trade { bookings: 6, completed: 2, cancelled: 1, no_show: 1, revenue: cents(93_33) };
    assert_eq!(
        read(tx, |uow| uow.statistics().market_days(july())),
        [MarketDay { date: july().first(), trade: first }, MarketDay { date: DAY, trade: second }]
    );
}

fn people_count_once(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let ben = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let idle = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let (tom, zoe) = (a_user(tx).insert(), a_user(tx).insert());
    let _lessons = [
        a_booking(tx).with(&ada).of(&tom).at(DAY, "09:00", 60).completed().insert(),
        a_booking(tx).with(&ada).of(&tom).at(DAY, "10:00", 60).insert(),
        a_booking(tx).with(&ben).of(&tom).at(DAY, "11:00", 60).missed().insert(),
        a_booking(tx).with(&idle).of(&zoe).at(DAY, "09:00", 60).cancelled().insert(),
        a_booking(tx).with(&idle).of(&zoe).at(date(2026, 8, 1), "09:00", 60).insert(),
    ];
    let found = read(tx, |uow| uow.statistics().market_people(july()));
    assert_eq!((found.active_instructors, found.active_students), (2, 1));
}

/// Calls a stored booking off in the name of somebody.
fn call_off(tx: &dyn Transactor, booking: &Booking, by: UserId) {
    let reason = CancellationReason::new("Ill").unwrap();
    let cancellation = Cancellation { at: booking.created_at, by, reason };
    done(tx, |uow| {
        uow.bookings().release_claims(booking.id)?;
        uow.bookings().update(&booking.clone().cancelled(cancellation.clone()).unwrap())
    });
}

fn cancellations_belong_to_who_called_off(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let tom = a_user(tx).insert();
    for (hour, by) in [("09:00", tom.id), ("10:00", tom.id), ("11:00", ada.user.id)] {
        let booking = a_booking(tx).with(&ada).of(&tom).at(DAY, hour, 60).insert();
        call_off(tx, &booking, by);
    }
    let found = read(tx, |uow| uow.statistics().market_people(july()));
    assert_eq!((found.cancelled_by_student, found.cancelled_by_instructor), (2, 1));
}

fn services_are_listed_by_bookings(tx: &dyn Transactor) {
    let piano = || an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    let (ada, ben) = (piano(), piano());
    let cleo = an_instructor(tx).offering("yoga", 40_00, &[60]).offering("guitar", 50_00, &[60]).insert();
    let by_name = |name: &str| cleo.services.iter().find(|service| service.name == name).unwrap();
    let _lessons = [
        a_booking(tx).with(&ada).at(DAY, "09:00", 60).completed().insert(),
        a_booking(tx).with(&ben).at(DAY, "09:00", 60).cancelled().insert(),
        a_booking(tx).with(&cleo).in_service(by_name("Yoga")).at(DAY, "09:00", 60).completed().insert(),
        a_booking(tx).with(&cleo).in_service(by_name("Guitar")).at(DAY, "11:00", 60).insert(),
        a_booking(tx).with(&cleo).in_service(by_name("Guitar")).at(date(2026, 8, 1), "11:00", 60).insert(),
    ];
    let found = |limit| -> Vec<(String, u32, i64)> {
        read(tx, |uow| uow.statistics().top_services(july(), limit))
            .into_iter()
            .map(|sales| (sales.name, sales.trade.bookings, sales.trade.revenue.get()))
            .collect()
    };
    let all = [("Piano".into(), 2, 60_00), ("Guitar".into(), 1, 0), ("Yoga".into(), 1, 40_00)];
    assert_eq!(found(10), all, "of equals the one that is longer in the catalogue");
    assert_eq!(found(1), all[..1]);
    assert_eq!(found(0), []);
}

fn nothing_adds_up_to_nothing(tx: &dyn Transactor) {
    let ada = an_instructor(tx).insert().user.id;
    let _outside = a_booking(tx).at(date(2026, 8, 1), "09:00", 60).insert();
    assert_eq!(read(tx, |uow| uow.statistics().lessons(ada, july())), []);
    assert_eq!(read(tx, |uow| uow.statistics().students_before(ada, DAY)), BTreeSet::new());
    assert_eq!(read(tx, |uow| uow.statistics().market_days(july())), []);
    assert_eq!(read(tx, |uow| uow.statistics().market_people(july())), MarketPeople::default());
    assert_eq!(read(tx, |uow| uow.statistics().top_services(july(), 10)), []);
}
