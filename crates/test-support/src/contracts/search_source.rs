//! Contracts of the reading for the search index, which concerns many people at a time.

use instainstru_core::{blocks::BlockSet, dates::DateRange, zone::UtcRange};
use instainstru_domain::{
    account::{AccountStatus, Role, User},
    ids::UserId,
    instructor::Instructor,
    ports::Transactor,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

use super::{Contract, at, done, named, read};
use crate::builders::{a_booking, a_catalogue, a_profile, a_user, an_instructor, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "search_source":
        instructor_ids_are_those_with_a_profile_ascending,
        instructors_offering_a_service_are_those_with_an_active_offer,
        instructors_come_by_id_whatever_the_state_of_the_account,
        instructors_are_those_of_the_single_reading,
        people_without_a_profile_are_left_out,
        inactive_services_are_left_out,
        windows_come_by_person_date_and_start_with_both_ends_of_the_dates,
        blackouts_come_by_person_and_date_with_both_ends_of_the_dates,
        claims_come_by_person_and_start,
        claims_are_those_that_overlap,
        given_back_time_is_no_claim,
        nobody_asked_for_gives_nothing,
        somebody_named_twice_appears_once,
        more_people_than_a_statement_can_name_are_read_at_once,
    }
}

const DAY: Date = date(2026, 7, 15);

fn instructors(tx: &dyn Transactor, ids: &[UserId]) -> Vec<Instructor> {
    read(tx, |uow| uow.search_source().instructors(ids))
}

fn claims(tx: &dyn Transactor, ids: &[UserId], within: UtcRange) -> Vec<(UserId, UtcRange)> {
    read(tx, |uow| uow.search_source().claims(ids, within))
}

fn between(start: &str, end: &str) -> UtcRange {
    UtcRange::new(at(start), at(end)).unwrap()
}

/// Instructors in every state an account can be in, by id.
fn people_in_every_state(tx: &dyn Transactor) -> Vec<UserId> {
    let active = an_instructor(tx).insert().user;
    let suspended = an_instructor(tx).status(AccountStatus::Suspended).insert().user;
    let deactivated = an_instructor(tx).status(AccountStatus::Deactivated).insert().user;
    let off = an_instructor(tx).insert().user;
    let student = an_instructor(tx).insert().user;
    done(tx, |uow| {
        uow.users().update(&User { is_active: false, ..off.clone() })?;
        uow.users().update(&User { role: Role::Student, ..student.clone() })
    });
    vec![active.id, suspended.id, deactivated.id, off.id, student.id]
}

fn instructor_ids_are_those_with_a_profile_ascending(tx: &dyn Transactor) {
    let ids = |tx| read(tx, |uow| uow.search_source().instructor_ids());
    assert_eq!(ids(tx), []);
    let late = a_user(tx).instructor().insert().id;
    let mut expected = people_in_every_state(tx);
    let _no_profile = a_user(tx).instructor().insert();
    let _student = a_user(tx).insert();
    let gone = an_instructor(tx).insert();
    done(tx, |uow| {
        uow.instructors().delete_profile(gone.profile.id, built_at())?;
        uow.instructors().insert_profile(late, &a_profile(), built_at())
    });
    expected.insert(0, late);
    assert_eq!(ids(tx), expected, "by account, not by profile");
}

fn instructors_offering_a_service_are_those_with_an_active_offer(tx: &dyn Transactor) {
    let catalogue = a_catalogue(tx);
    let (piano, yoga) = (catalogue.id("piano"), catalogue.id("yoga"));
    let offering = |services: &[_]| read(tx, |uow| uow.search_source().instructors_offering(services));
    let both = an_instructor(tx).offering("yoga", 50_00, &[60]).offering("piano", 50_00, &[60]).insert();
    let _other = an_instructor(tx).offering("guitar", 50_00, &[60]).insert();
    let suspended =
        an_instructor(tx).offering("piano", 50_00, &[60]).status(AccountStatus::Suspended).insert();
    let paused = an_instructor(tx).offering("piano", 50_00, &[60]).insert();
    let gone = an_instructor(tx).offering("piano", 50_00, &[60]).insert();
    done(tx, |uow| {
        let service = &paused.services[0];
        uow.instructors().update_service(service.id, &service.offer, false, built_at())?;
        uow.instructors().delete_profile(gone.profile.id, built_at())
    });
    assert_eq!(offering(&[piano]), [both.user.id, suspended.user.id]);
    assert_eq!(offering(&[yoga, piano]), [both.user.id, suspended.user.id], "each once");
    assert_eq!(offering(&[catalogue.id("spanish")]), []);
    assert_eq!(offering(&[]), []);
}

fn instructors_come_by_id_whatever_the_state_of_the_account(tx: &dyn Transactor) {
    let late = a_user(tx).instructor().insert().id;
    let mut expected = people_in_every_state(tx);
    done(tx, |uow| uow.instructors().insert_profile(late, &a_profile(), built_at()));
    expected.insert(0, late);
    let asked: Vec<UserId> = expected.iter().copied().rev().collect();
    let found: Vec<UserId> = instructors(tx, &asked).iter().map(|instructor| instructor.user.id).collect();
    assert_eq!(found, expected, "by account, not by profile");
}

fn instructors_are_those_of_the_single_reading(tx: &dyn Transactor) {
    let ada = an_instructor(tx)
        .named("Ada")
        .bio("Plays since childhood")
        .offering("yoga", 50_00, &[90, 60])
        .described("At dawn")
        .offering("piano", 75_00, &[30])
        .insert();
    let ben = an_instructor(tx).named("Ben").offering("piano", 60_00, &[60]).zone("Europe/Paris").insert();
    let idle = an_instructor(tx).named("Idle").without_bio().insert();
    let ids = [ada.user.id, ben.user.id, idle.user.id];
    let one_by_one: Vec<Instructor> =
        ids.iter().map(|id| read(tx, |uow| uow.instructors().find(*id)).unwrap()).collect();
    let found = instructors(tx, &ids);
    assert_eq!(found, one_by_one);
    assert_eq!(found, [ada, ben, idle], "with all that was stored");
}

fn people_without_a_profile_are_left_out(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let _not_asked_for = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let no_profile = a_user(tx).instructor().insert().id;
    let student = a_user(tx).insert().id;
    let unknown = UserId::new(i32::MAX.into()).unwrap();
    assert_eq!(instructors(tx, &[unknown, student, ada.user.id, no_profile]), [ada]);
    assert_eq!(instructors(tx, &[no_profile, unknown]), []);
}

fn inactive_services_are_left_out(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).offering("yoga", 50_00, &[60]).insert();
    let ben = an_instructor(tx).offering("piano", 60_00, &[60]).insert();
    done(tx, |uow| {
        for service in ada.services.iter().filter(|service| service.name == "Piano").chain(&ben.services) {
            uow.instructors().update_service(service.id, &service.offer, false, built_at())?;
        }
        Ok(())
    });
    let found = instructors(tx, &[ada.user.id, ben.user.id]);
    let names = |nth: usize| found[nth].services.iter().map(|service| service.name.as_str()).collect();
    let (of_ada, of_ben): (Vec<&str>, Vec<&str>) = (names(0), names(1));
    assert_eq!((of_ada, of_ben), (vec!["Yoga"], vec![]), "and nobody is left out for want of services");
}

fn windows_come_by_person_date_and_start_with_both_ends_of_the_dates(tx: &dyn Transactor) {
    let (first, last) = (date(2026, 7, 14), date(2026, 7, 16));
    let published = |builder: crate::builders::InstructorBuilder<'_>| {
        builder
            .publishing(last, "09:00-10:00")
            .publishing(date(2026, 7, 17), "09:00-10:00")
            .publishing(first, "14:00-15:00")
            .publishing(first, "08:00-09:00")
            .publishing(date(2026, 7, 13), "09:00-10:00")
            .insert()
            .user
            .id
    };
    let ada = published(an_instructor(tx).status(AccountStatus::Suspended));
    let _not_asked_for = published(an_instructor(tx));
    let ben = published(an_instructor(tx));
    // Stored last, though it comes first.
    let early = [(first, BlockSet::of("06:00-07:00".parse().unwrap()))];
    let idle = an_instructor(tx).insert().user.id;
    done(tx, |uow| {
        let windows = uow.availability().windows(ada, DateRange::day(first))?;
        let kept = windows.iter().fold(early[0].1, |blocks, window| blocks | BlockSet::of(window.range));
        uow.availability().replace(ada, &[(first, kept)], built_at())
    });
    let dates = DateRange::new(first, last).unwrap();
    let windows = read(tx, |uow| uow.search_source().windows(&[idle, ben, ada], dates));
    let shown: Vec<(UserId, Date, String)> =
        windows.iter().map(|window| (window.instructor_id, window.date, window.range.to_string())).collect();
    let expected = [
        (ada, first, "06:00-07:00"),
        (ada, first, "08:00-09:00"),
        (ada, first, "14:00-15:00"),
        (ada, last, "09:00-10:00"),
        (ben, first, "08:00-09:00"),
        (ben, first, "14:00-15:00"),
        (ben, last, "09:00-10:00"),
    ];
    assert_eq!(shown, expected.map(|(who, date, range)| (who, date, range.to_owned())));
    let of_ben = read(tx, |uow| uow.availability().windows(ben, dates));
    assert_eq!(windows[4..], of_ben, "with their ids");
}

fn blackouts_come_by_person_and_date_with_both_ends_of_the_dates(tx: &dyn Transactor) {
    let (first, last) = (date(2026, 7, 14), date(2026, 7, 16));
    let away = || {
        let builder = an_instructor(tx).away_on(last).away_on(date(2026, 7, 13)).away_on(first);
        builder.away_on(date(2026, 7, 17)).insert().user.id
    };
    let (ada, _not_asked_for, ben) = (away(), away(), away());
    let dates = DateRange::new(first, last).unwrap();
    let blackouts = read(tx, |uow| uow.search_source().blackouts(&[ben, ada], dates));
    let shown: Vec<(UserId, Date)> = blackouts.iter().map(|one| (one.instructor_id, one.date)).collect();
    assert_eq!(shown, [(ada, first), (ada, last), (ben, first), (ben, last)]);
    assert_eq!(
        blackouts[2..],
        read(tx, |uow| uow.availability().blackouts(ben, dates)),
        "as they are stored"
    );
}

fn claims_come_by_person_and_start(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).buffer(15).insert();
    let ben = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    // Ben learns from Ada and teaches somebody else; times are those of New York, four hours behind UTC.
    let _taught_by_ben = a_booking(tx).with(&ben).at(DAY, "16:00", 60).insert();
    let _late = a_booking(tx).with(&ada).at(DAY, "12:00", 60).insert();
    let _learned_by_ben = a_booking(tx).with(&ada).of(&ben.user).at(DAY, "10:00", 60).insert();
    let found = claims(tx, &[ben.user.id, ada.user.id], UtcRange::ALL);
    let expected = [
        (ada.user.id, between("2026-07-15T14:00:00Z", "2026-07-15T15:15:00Z")),
        (ada.user.id, between("2026-07-15T16:00:00Z", "2026-07-15T17:15:00Z")),
        (ben.user.id, between("2026-07-15T14:00:00Z", "2026-07-15T15:00:00Z")),
        (ben.user.id, between("2026-07-15T20:00:00Z", "2026-07-15T21:00:00Z")),
    ];
    assert_eq!(found, expected, "with the time after lessons, without that of the other students");
}

fn claims_are_those_that_overlap(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let lesson = a_booking(tx).with(&ada).at(DAY, "10:00", 60).insert().time.instants;
    let micro = jiff::SignedDuration::from_micros(1);
    let within = |start: Timestamp, end: Timestamp| {
        claims(tx, &[ada.user.id], UtcRange::new(start, end).unwrap()).len()
    };
    let (start, end) = (lesson.start(), lesson.end());
    let day = between("2026-07-15T00:00:00Z", "2026-07-16T00:00:00Z");
    assert_eq!(within(day.start(), start), 0, "what ends at its start");
    assert_eq!(within(day.start(), start + micro), 1);
    assert_eq!(within(end, day.end()), 0, "what begins at its end");
    assert_eq!(within(end - micro, day.end()), 1);
    assert_eq!(within(start + micro, end - micro), 1, "what lies inside");
    assert_eq!(within(day.start(), day.end()), 1, "what encloses it");
}

fn given_back_time_is_no_claim(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let _cancelled = a_booking(tx).with(&ada).cancelled().insert();
    assert_eq!(claims(tx, &[ada.user.id], UtcRange::ALL), []);
}

/// An instructor with a service, a window, a blackout and a claim.
fn somebody_busy(tx: &dyn Transactor) -> UserId {
    let busy = an_instructor(tx)
        .offering("piano", 75_00, &[60])
        .publishing(DAY, "09:00-17:00")
        .away_on(date(2026, 7, 16))
        .insert();
    let _lesson = a_booking(tx).with(&busy).at(DAY, "10:00", 60).insert();
    busy.user.id
}

/// How many instructors, windows, blackouts and claims there are of these people.
fn counts(tx: &dyn Transactor, ids: &[UserId]) -> [usize; 4] {
    let dates = DateRange::of_days(DAY, 30);
    read(tx, |uow| {
        let source = uow.search_source();
        Ok([
            source.instructors(ids)?.len(),
            source.windows(ids, dates)?.len(),
            source.blackouts(ids, dates)?.len(),
            source.claims(ids, UtcRange::ALL)?.len(),
        ])
    })
}

fn nobody_asked_for_gives_nothing(tx: &dyn Transactor) {
    let _busy = somebody_busy(tx);
    assert_eq!(counts(tx, &[]), [0, 0, 0, 0]);
}

fn somebody_named_twice_appears_once(tx: &dyn Transactor) {
    let (ada, ben) = (somebody_busy(tx), somebody_busy(tx));
    assert_eq!(counts(tx, &[ada, ben, ada]), [2, 2, 2, 2]);
}

fn more_people_than_a_statement_can_name_are_read_at_once(tx: &dyn Transactor) {
    let (ada, ben) = (somebody_busy(tx), somebody_busy(tx));
    // Beyond what either database binds in one statement; nobody else exists.
    let mut ids: Vec<UserId> = (1_000_000..1_070_000).map(|id| UserId::new(id).unwrap()).collect();
    ids.push(ada);
    ids.insert(0, ben);
    assert_eq!(counts(tx, &ids), [2, 2, 2, 2]);
    let found: Vec<UserId> = instructors(tx, &ids).iter().map(|instructor| instructor.user.id).collect();
    assert_eq!(found, [ada, ben]);
}
