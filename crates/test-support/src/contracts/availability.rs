//! Contracts of the storage of windows and blackouts.

use instainstru_core::{blocks::BlockSet, dates::DateRange, grid::TimeRange};
use instainstru_domain::{
    availability::{Blackout, Window},
    ids::{BlackoutId, UserId, WindowId},
    ports::{Conflict, Transactor},
    text::BlackoutReason,
};
use jiff::civil::{Date, date};

use super::{Contract, at, attempt, conflict, done, named, read};
use crate::builders::{an_instructor, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "availability":
        the_windows_of_a_date_are_its_maximal_ranges,
        windows_come_by_date_and_start_with_both_ends_of_the_dates,
        other_dates_and_other_instructors_stay_as_they_are,
        a_window_that_overlaps_a_new_range_keeps_its_id,
        a_window_that_only_touches_a_new_range_does_not_keep_its_id,
        one_range_is_taken_by_one_window,
        replacing_with_nothing_empties_a_date,
        replacing_nothing_changes_nothing,
        a_year_is_replaced_at_once,
        a_window_is_found_by_its_id,
        a_blackout_is_read_back_as_it_was_stored,
        blackouts_come_by_date_with_both_ends_of_the_dates,
        dates_are_blocked_together_or_not_at_all,
        a_date_is_blocked_once,
        an_unblocked_date_can_be_blocked_again,
    }
}

const DAY: Date = date(2026, 7, 15);

fn blocks(ranges: &[&str]) -> BlockSet {
    ranges.iter().map(|range| range.parse::<TimeRange>().unwrap()).collect()
}

fn replace(tx: &dyn Transactor, instructor: UserId, days: &[(Date, &[&str])]) {
    let days: Vec<(Date, BlockSet)> = days.iter().map(|(date, ranges)| (*date, blocks(ranges))).collect();
    done(tx, |uow| uow.availability().replace(instructor, &days, built_at()));
}

fn windows(tx: &dyn Transactor, instructor: UserId, dates: DateRange) -> Vec<Window> {
    read(tx, |uow| uow.availability().windows(instructor, dates))
}

fn ranges(tx: &dyn Transactor, instructor: UserId, date: Date) -> Vec<String> {
    windows(tx, instructor, DateRange::day(date)).iter().map(|window| window.range.to_string()).collect()
}

/// The ranges of a date with the ids of their windows.
fn with_ids(tx: &dyn Transactor, instructor: UserId) -> Vec<(String, WindowId)> {
    let windows = windows(tx, instructor, DateRange::day(DAY));
    windows.iter().map(|window| (window.range.to_string(), window.id)).collect()
}

fn somebody(tx: &dyn Transactor) -> UserId {
    an_instructor(tx).insert().user.id
}

fn the_windows_of_a_date_are_its_maximal_ranges(tx: &dyn Transactor) {
    let ada = somebody(tx);
    for (published, expected) in [
        (vec!["09:00-10:00", "10:00-11:00"], vec!["09:00-11:00"]),
        (vec!["14:00-15:00", "09:00-10:30", "10:00-11:00"], vec!["09:00-11:00", "14:00-15:00"]),
        (vec!["23:45-24:00", "00:00-00:15"], vec!["00:00-00:15", "23:45-24:00"]),
        (vec!["00:00-24:00"], vec!["00:00-24:00"]),
        (vec!["08:00-08:15"], vec!["08:00-08:15"]),
    ] {
        replace(tx, ada, &[(DAY, &published)]);
        assert_eq!(ranges(tx, ada, DAY), expected);
    }
    let every_other: BlockSet = BlockSet::FULL.thinned(30);
    done(tx, |uow| uow.availability().replace(ada, &[(DAY, every_other)], built_at()));
    assert_eq!(windows(tx, ada, DateRange::day(DAY)).len(), 48);
}

fn windows_come_by_date_and_start_with_both_ends_of_the_dates(tx: &dyn Transactor) {
    let ada = somebody(tx);
    let days = [date(2026, 7, 17), date(2026, 7, 14), date(2026, 7, 16), date(2026, 7, 15)];
    for day in days {
        replace(tx, ada, &[(day, &["16:00-17:00"])]);
    }
    for day in days {
        replace(tx, ada, &[(day, &["16:00-17:00", "08:00-09:00"])]);
    }
    let found = windows(tx, ada, DateRange::new(date(2026, 7, 15), date(2026, 7, 16)).unwrap());
    let shown: Vec<String> =
        found.iter().map(|window| format!("{} {}", window.date.day(), window.range)).collect();
    assert_eq!(shown, ["15 08:00-09:00", "15 16:00-17:00", "16 08:00-09:00", "16 16:00-17:00"]);
}

fn other_dates_and_other_instructors_stay_as_they_are(tx: &dyn Transactor) {
    let (ada, ben) = (somebody(tx), somebody(tx));
    let next = date(2026, 7, 16);
    for who in [ada, ben] {
        replace(tx, who, &[(DAY, &["09:00-10:00"]), (next, &["11:00-12:00"])]);
    }
    let week = DateRange::of_days(date(2026, 7, 13), 7);
    let bens = windows(tx, ben, week);
    let adas_next = windows(tx, ada, DateRange::day(next));
    replace(tx, ada, &[(DAY, &["20:00-21:00"])]);
    assert_eq!(ranges(tx, ada, DAY), ["20:00-21:00"]);
    assert_eq!(windows(tx, ada, DateRange::day(next)), adas_next);
    assert_eq!(windows(tx, ben, week), bens);
}

fn a_window_that_overlaps_a_new_range_keeps_its_id(tx: &dyn Transactor) {
    let ada = somebody(tx);
    replace(tx, ada, &[(DAY, &["09:00-12:00", "13:00-14:00", "18:00-19:00"])]);
    let before = with_ids(tx, ada);
    let [morning, noon, evening] = [0, 1, 2].map(|nth: usize| before[nth].1);

    replace(tx, ada, &[(DAY, &["09:00-12:00", "13:00-14:00", "18:00-19:00"])]);
    assert_eq!(with_ids(tx, ada), before, "the same again");

    replace(tx, ada, &[(DAY, &["08:00-09:15", "13:15-13:30", "17:00-20:00", "22:00-23:00"])]);
    let after = with_ids(tx, ada);
    let of = |range: &str| after.iter().find(|(known, _id)| known == range).unwrap().1;
    assert_eq!((of("08:00-09:15"), of("13:15-13:30"), of("17:00-20:00")), (morning, noon, evening));
    assert!(!before.iter().any(|(_range, id)| *id == of("22:00-23:00")), "a new one has a new id");
}

fn a_window_that_only_touches_a_new_range_does_not_keep_its_id(tx: &dyn Transactor) {
    let ada = somebody(tx);
    replace(tx, ada, &[(DAY, &["09:00-10:00"])]);
    let old = with_ids(tx, ada)[0].1;
    replace(tx, ada, &[(DAY, &["08:00-09:00", "10:00-11:00"])]);
    assert_eq!(ranges(tx, ada, DAY), ["08:00-09:00", "10:00-11:00"]);
    assert!(with_ids(tx, ada).iter().all(|(_range, id)| *id != old));
    assert_eq!(read(tx, |uow| uow.availability().find_window(old)), None);
}

fn one_range_is_taken_by_one_window(tx: &dyn Transactor) {
    let ada = somebody(tx);
    // Two windows, one range that overlaps both: the earlier window takes it.
    replace(tx, ada, &[(DAY, &["09:00-10:00", "11:00-12:00"])]);
    let [first, second] = [0, 1].map(|nth: usize| with_ids(tx, ada)[nth].1);
    replace(tx, ada, &[(DAY, &["09:00-12:00"])]);
    assert_eq!(with_ids(tx, ada), [("09:00-12:00".to_owned(), first)]);
    assert_eq!(read(tx, |uow| uow.availability().find_window(second)), None);

    // One window, two ranges: it takes the first one.
    replace(tx, ada, &[(DAY, &["09:00-10:00", "11:00-12:00"])]);
    let after = with_ids(tx, ada);
    assert_eq!(after[0], ("09:00-10:00".to_owned(), first));
    assert_ne!(after[1].1, first);

    // Two windows, two ranges, the first of which is taken when the second window asks for one.
    let later = after[1].1;
    replace(tx, ada, &[(DAY, &["08:00-09:15", "09:45-12:00"])]);
    assert_eq!(with_ids(tx, ada), [("08:00-09:15".to_owned(), first), ("09:45-12:00".to_owned(), later)]);
}

fn replacing_with_nothing_empties_a_date(tx: &dyn Transactor) {
    let ada = somebody(tx);
    replace(tx, ada, &[(DAY, &["09:00-10:00", "11:00-12:00"])]);
    replace(tx, ada, &[(DAY, &[])]);
    assert_eq!(ranges(tx, ada, DAY), Vec::<String>::new());
    replace(tx, ada, &[(DAY, &[])]);
    assert_eq!(ranges(tx, ada, DAY), Vec::<String>::new());
}

fn replacing_nothing_changes_nothing(tx: &dyn Transactor) {
    let ada = somebody(tx);
    replace(tx, ada, &[(DAY, &["09:00-10:00"])]);
    let before = with_ids(tx, ada);
    replace(tx, ada, &[]);
    assert_eq!(with_ids(tx, ada), before);
}

fn a_year_is_replaced_at_once(tx: &dyn Transactor) {
    let ada = somebody(tx);
    let year = DateRange::of_days(date(2026, 7, 1), 366);
    let all: Vec<(Date, BlockSet)> =
        year.iter().map(|day| (day, blocks(&["08:00-12:00", "13:00-17:00", "18:00-24:00"]))).collect();
    done(tx, |uow| uow.availability().replace(ada, &all, built_at()));
    let before = windows(tx, ada, year);
    assert_eq!(before.len(), 366 * 3);
    let fewer: Vec<(Date, BlockSet)> = year.iter().map(|day| (day, blocks(&["09:00-17:30"]))).collect();
    done(tx, |uow| uow.availability().replace(ada, &fewer, built_at()));
    let after = windows(tx, ada, year);
    assert_eq!(after.len(), 366);
    assert!(after.iter().zip(before.chunks(3)).all(|(now, then)| now.id == then[0].id));
}

fn a_window_is_found_by_its_id(tx: &dyn Transactor) {
    let ada = somebody(tx);
    replace(tx, ada, &[(DAY, &["22:00-24:00"])]);
    let window = windows(tx, ada, DateRange::day(DAY))[0];
    assert_eq!(window.range, "22:00-24:00".parse().unwrap());
    assert_eq!((window.instructor_id, window.date), (ada, DAY));
    assert_eq!(read(tx, |uow| uow.availability().find_window(window.id)), Some(window));
    let unknown = WindowId::new(i64::from(i32::MAX)).unwrap();
    assert_eq!(read(tx, |uow| uow.availability().find_window(unknown)), None);
}

fn a_blackout_is_read_back_as_it_was_stored(tx: &dyn Transactor) {
    let ada = somebody(tx);
    let reason = BlackoutReason::new("Ferien in Österreich 🏔").unwrap();
    for (day, reason) in [(DAY, Some(reason)), (date(2026, 7, 16), None)] {
        let created_at = at("2026-07-01T12:00:00.123456Z");
        let stored = done(tx, |uow| uow.availability().insert_blackout(ada, day, reason.clone(), created_at));
        let expected = Blackout { id: stored.id, instructor_id: ada, date: day, reason, created_at };
        assert_eq!(stored, expected);
        assert_eq!(read(tx, |uow| uow.availability().find_blackout(stored.id)), Some(expected));
    }
    let unknown = BlackoutId::new(i64::from(i32::MAX)).unwrap();
    assert_eq!(read(tx, |uow| uow.availability().find_blackout(unknown)), None);
}

fn dates_are_blocked_together_or_not_at_all(tx: &dyn Transactor) {
    let ada = an_instructor(tx).insert().user.id;
    let dates = DateRange::of_days(DAY, 3);
    let days: Vec<Date> = dates.iter().collect();
    let reason = BlackoutReason::new("Sailing 🎆").unwrap();
    let block = |days: &[Date]| {
        let (days, reason) = (days.to_vec(), Some(reason.clone()));
        attempt(tx, |uow| uow.availability().insert_blackouts(ada, &days, reason.clone(), built_at()))
    };
    let found = || read(tx, |uow| uow.availability().blackouts(ada, dates));
    block(&days[1..2]).unwrap();
    assert_eq!(conflict(block(&days)), Conflict::BlackoutExists);
    assert_eq!(found().len(), 1);
    block(&[days[0], days[2]]).unwrap();
    let blocked: Vec<Date> = found().iter().map(|blackout| blackout.date).collect();
    assert_eq!(blocked, days);
    assert!(found().iter().all(|it| it.reason.as_ref() == Some(&reason) && it.created_at == built_at()));
}

fn blackouts_come_by_date_with_both_ends_of_the_dates(tx: &dyn Transactor) {
    let (ada, ben) = (somebody(tx), somebody(tx));
    done(tx, |uow| {
        for day in [17, 14, 16, 15, 18] {
            uow.availability().insert_blackout(ada, date(2026, 7, day), None, built_at())?;
        }
        uow.availability().insert_blackout(ben, date(2026, 7, 16), None, built_at())
    });
    let dates = DateRange::new(date(2026, 7, 15), date(2026, 7, 17)).unwrap();
    let found = read(tx, |uow| uow.availability().blackouts(ada, dates));
    assert_eq!(found.iter().map(|blackout| blackout.date.day()).collect::<Vec<_>>(), [15, 16, 17]);
    assert!(found.iter().all(|blackout| blackout.instructor_id == ada));
}

fn a_date_is_blocked_once(tx: &dyn Transactor) {
    let (ada, ben) = (somebody(tx), somebody(tx));
    let block = |who| attempt(tx, |uow| uow.availability().insert_blackout(who, DAY, None, built_at()));
    let first = block(ada).unwrap();
    assert_eq!(conflict(block(ada)), Conflict::BlackoutExists);
    block(ben).unwrap();
    let found = read(tx, |uow| uow.availability().blackouts(ada, DateRange::day(DAY)));
    assert_eq!(found, [first]);
}

fn an_unblocked_date_can_be_blocked_again(tx: &dyn Transactor) {
    let ada = somebody(tx);
    let block = |day| done(tx, |uow| uow.availability().insert_blackout(ada, day, None, built_at()));
    let (first, other) = (block(DAY), block(date(2026, 7, 16)));
    for _attempt in 0..2 {
        done(tx, |uow| uow.availability().delete_blackout(first.id));
    }
    assert_eq!(read(tx, |uow| uow.availability().find_blackout(first.id)), None);
    let again = block(DAY);
    let found = read(tx, |uow| uow.availability().blackouts(ada, DateRange::of_days(DAY, 2)));
    assert_eq!(found, [again, other]);
}
