//! Properties of arbitrary edits.

use std::collections::BTreeSet;

use instainstru_core::grid::GridTime;
use instainstru_service::availability::{BulkChange, BulkOperation, StepResult};
use jiff::ToSpan;
use proptest::prelude::*;

use super::*;

/// Two weeks, of which two days have passed.
fn day() -> impl Strategy<Value = Date> {
    (0_i64..14).prop_map(|offset| MONDAY.saturating_add(offset.days()))
}

/// Ranges close together, so that they often meet.
fn a_range() -> impl Strategy<Value = TimeRange> {
    (48_u8..72, 1_u8..10).prop_map(|(start, blocks)| {
        let time = |block| GridTime::from_block(block).unwrap();
        TimeRange::new(time(start), time(start + blocks)).unwrap()
    })
}

fn some_ranges() -> impl Strategy<Value = Vec<(Date, TimeRange)>> {
    prop::collection::vec((day(), a_range()), 0..10)
}

/// A step; windows are named by their place in the list of windows there are.
#[derive(Debug, Clone)]
enum Step {
    Add(Date, TimeRange),
    Remove(usize),
    Update(usize, TimeRange),
}

impl Step {
    fn naming(&self, windows: &[WindowId]) -> BulkOperation {
        let id = |place: usize| windows.get(place % (windows.len() + 1)).copied();
        match self {
            Self::Add(date, range) => {
                BulkOperation::Add { date: Some(*date), start: Some(range.start()), end: Some(range.end()) }
            }
            Self::Remove(place) => BulkOperation::Remove { window: id(*place) },
            Self::Update(place, range) => BulkOperation::Update {
                window: id(*place),
                start: Some(range.start()),
                end: Some(range.end()),
            },
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (day(), a_range()).prop_map(|(date, range)| Step::Add(date, range)),
        1 => (0_usize..20).prop_map(Step::Remove),
        2 => (0_usize..20, a_range()).prop_map(|(place, range)| Step::Update(place, range)),
    ];
    prop::collection::vec(step, 1..10)
}

/// The plainest model of free time: a set of quarter hours.
type Model = BTreeSet<(Date, u8)>;

fn quarters(date: Date, range: TimeRange) -> impl Iterator<Item = (Date, u8)> {
    (range.start().block()..range.end().block()).map(move |block| (date, block))
}

fn model_of(windows: &[Window]) -> Model {
    windows.iter().flat_map(|window| quarters(window.date, window.range)).collect()
}

fn assert_merged(windows: &[Window]) {
    for pair in windows.windows(2) {
        let [a, b] = pair else { unreachable!() };
        assert!(
            (a.date, a.range.end()) < (b.date, b.range.start())
                && (a.date != b.date || a.range.end() < b.range.start()),
            "{a:?} and {b:?} touch"
        );
    }
}

fn world_with(ranges: &[(Date, TimeRange)]) -> World {
    let texts: Vec<_> = ranges.iter().map(|(date, range)| (*date, range.to_string())).collect();
    World::with(|ada| texts.iter().fold(ada, |ada, (date, text)| ada.publishing(*date, text)))
}

fn flags(results: &[StepResult]) -> Vec<bool> {
    results.iter().map(|result| result.success).collect()
}

fn in_week(monday: Date, date: Date) -> bool {
    week_of(monday).dates().contains(date)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_saves_and_adds_equals_a_set_of_quarter_hours(
        edits in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>(), some_ranges()), 1..6)
    ) {
        let world = World::new();
        let mut model = Model::new();
        for (bulk, clear_existing, second_week, ranges) in edits {
            if bulk {
                let operations: Vec<_> = ranges.iter().map(|(d, r)| bulk::add(*d, &r.to_string())).collect();
                let results = world.service.bulk(&world.ada, &bulk::change(&operations)).unwrap();
                for ((date, range), result) in ranges.iter().zip(results) {
                    if result.success {
                        model.extend(quarters(*date, *range));
                        let holder = world.windows().into_iter().find(|window| Some(window.id) == result.window);
                        let holder = holder.unwrap();
                        prop_assert!(holder.date == *date && holder.range.contains(*range));
                    }
                }
            } else {
                let monday = if second_week { NEXT_MONDAY } else { MONDAY };
                let command = SaveWeek { ranges: ranges.clone(), clear_existing, ..week(monday, &[]) };
                world.service.save_week(&world.ada, &command).unwrap();
                if clear_existing {
                    model.retain(|(date, _)| !in_week(monday, *date) || *date < TODAY);
                }
                let kept = ranges.iter().filter(|(date, _)| in_week(monday, *date) && *date >= TODAY);
                model.extend(kept.flat_map(|(date, range)| quarters(*date, *range)));
            }
            let windows = world.windows();
            assert_merged(&windows);
            prop_assert_eq!(model_of(&windows), model.clone());
        }
    }

    #[test]
    fn a_bulk_change_is_its_steps_one_by_one(published in some_ranges(), steps in steps()) {
        let (at_once, one_by_one) = (world_with(&published), world_with(&published));
        let ids: Vec<_> = at_once.windows().iter().map(|window| window.id).collect();
        prop_assert_eq!(&ids, &one_by_one.windows().iter().map(|window| window.id).collect::<Vec<_>>());
        let operations: Vec<_> = steps.iter().map(|step| step.naming(&ids)).collect();

        let results = at_once.service.bulk(&at_once.ada, &bulk::change(&operations)).unwrap();
        let singly: Vec<_> = operations.iter().map(|operation| {
            one_by_one.service.bulk(&one_by_one.ada, &bulk::change(&[*operation])).unwrap().remove(0)
        }).collect();
        let reasons = |results: &[StepResult]| results.iter().map(|r| r.reason.clone()).collect::<Vec<_>>();
        prop_assert_eq!(flags(&results), flags(&singly));
        prop_assert_eq!(reasons(&results), reasons(&singly));
        prop_assert_eq!(at_once.published(), one_by_one.published());
        assert_merged(&at_once.windows());
    }

    #[test]
    fn trying_out_foretells_what_happens(published in some_ranges(), steps in steps(), atomic in any::<bool>()) {
        let world = world_with(&published);
        let before = world.windows();
        let ids: Vec<_> = before.iter().map(|window| window.id).collect();
        let operations: Vec<_> = steps.iter().map(|step| step.naming(&ids)).collect();
        let change = BulkChange { atomic, ..bulk::change(&operations) };
        let foretold = world.service.bulk(&world.ada, &BulkChange { validate_only: true, ..change.clone() }).unwrap();
        prop_assert_eq!(world.windows(), before.clone());
        let happened = world.service.bulk(&world.ada, &change).unwrap();
        if atomic && flags(&foretold).contains(&false) {
            prop_assert!(!flags(&happened).contains(&true));
            prop_assert_eq!(world.windows(), before);
        } else {
            prop_assert_eq!(flags(&foretold), flags(&happened));
        }
    }

    #[test]
    fn copying_there_and_back_changes_nothing(published in some_ranges()) {
        let world = world_with(&published);
        let (first, second) = (week_of(MONDAY), week_of(NEXT_MONDAY));
        let before = world.service.week(&world.ada, MONDAY).unwrap();
        let there = world.service.copy_week(&world.ada, first, second).unwrap();
        prop_assert_eq!(there.ranges_created, before.days.values().map(Vec::len).sum::<usize>());
        let announced = world.announced().len();
        let back = world.service.copy_week(&world.ada, second, first).unwrap();
        prop_assert_eq!(back.week, before);
        prop_assert_eq!(world.announced().len(), announced, "the way back had nothing to change");
    }

    #[test]
    fn a_week_laid_over_dates_gives_each_date_its_weekday(
        published in some_ranges(), start in 2_i64..20, length in 1_u16..40,
    ) {
        let world = world_with(&published);
        let before = world.windows();
        let dates = DateRange::of_days(MONDAY.saturating_add(start.days()), length);
        let applied = world.service.apply_week(&world.ada, week_of(MONDAY), dates).unwrap();
        let source = model_of(&before).into_iter().filter(|(date, _)| in_week(MONDAY, *date)).collect::<Model>();
        let laid = dates.iter().flat_map(|date| {
            source.iter().filter(move |(day, _)| day.weekday() == date.weekday()).map(move |(_, block)| (date, *block))
        });
        let outside = model_of(&before).into_iter().filter(|(date, _)| !dates.contains(*date));
        prop_assert_eq!(model_of(&world.windows()), laid.chain(outside).collect::<Model>());
        let inside: Vec<_> = world.windows().into_iter().filter(|window| dates.contains(window.date)).collect();
        prop_assert_eq!(applied.ranges_created, inside.len());
        let with_ranges: BTreeSet<Date> = inside.iter().map(|window| window.date).collect();
        prop_assert_eq!(applied.dates_with_ranges, with_ranges.len());
    }

    #[test]
    fn versions_are_equal_exactly_when_the_weeks_are(a in some_ranges(), b in some_ranges()) {
        let (a, b) = (world_with(&a), world_with(&b));
        let week = |world: &World| world.service.week(&world.ada, MONDAY).unwrap();
        let (a, b) = (week(&a), week(&b));
        prop_assert_eq!(a.version == b.version, a.days == b.days);
    }

    #[test]
    fn what_validation_proposes_leads_from_one_week_to_the_other(published in some_ranges(), wanted in some_ranges()) {
        let world = world_with(&published);
        let next_week = |ranges: &[(Date, TimeRange)]| -> Vec<(Date, TimeRange)> {
            let merged = world_with(ranges).windows();
            merged.iter().filter(|w| in_week(NEXT_MONDAY, w.date)).map(|w| (w.date, w.range)).collect()
        };
        let by_date = |ranges: &[(Date, TimeRange)]| {
            let mut days = DayRanges::new();
            for (date, range) in ranges {
                days.entry(*date).or_default().push(*range);
            }
            days
        };
        let (saved, current) = (next_week(&published), next_week(&wanted));
        let proposed =
            world.service.validate_week(&world.ada, NEXT_MONDAY, &by_date(&current), &by_date(&saved)).unwrap();
        let operations: Vec<_> = proposed.iter().map(|change| match change.window {
            Some(id) => bulk::remove(id),
            None => bulk::add(change.date, &change.range.to_string()),
        }).collect();
        let results = world.service.bulk(&world.ada, &bulk::change(&operations)).unwrap();
        let foretold: Vec<_> = proposed.iter().map(|change| change.result.clone()).collect();
        prop_assert_eq!(flags(&results), flags(&foretold));
        if !flags(&results).contains(&false) {
            let now: Vec<_> = world.windows().iter().filter(|w| in_week(NEXT_MONDAY, w.date)).map(|w| (w.date, w.range)).collect();
            prop_assert_eq!(now, current);
        }
    }
}
