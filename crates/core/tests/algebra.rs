//! Block sets against the simplest model there is: 96 yes-or-no answers.
#![expect(clippy::unwrap_used, reason = "tests")]

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::{GridTime, TimeRange},
    week::{WeekPattern, WeekStart},
};
use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;

type Model = [bool; 96];

fn model(set: BlockSet) -> Model {
    std::array::from_fn(|i| set.bits() >> i & 1 == 1)
}

fn range() -> impl Strategy<Value = TimeRange> {
    (0u8..96, 1u8..=96).prop_filter_map("forward", |(a, b)| {
        TimeRange::new(GridTime::from_block(a)?, GridTime::from_block(b)?).ok()
    })
}

fn set() -> impl Strategy<Value = BlockSet> {
    prop_oneof![
        prop::collection::vec(range(), 0..6).prop_map(BlockSet::from_iter),
        any::<u128>().prop_map(BlockSet::from_bits),
    ]
}

fn date() -> impl Strategy<Value = Date> {
    (0i64..20_000).prop_map(|days| jiff::civil::date(1995, 1, 1).checked_add(days.days()).unwrap())
}

proptest! {
    #[test]
    fn set_operations_are_those_of_single_blocks(a in set(), b in set()) {
        let (ma, mb) = (model(a), model(b));
        for i in 0..96 {
            prop_assert_eq!(model(a | b)[i], ma[i] || mb[i]);
            prop_assert_eq!(model(a & b)[i], ma[i] && mb[i]);
            prop_assert_eq!(model(a - b)[i], ma[i] && !mb[i]);
            prop_assert_eq!(model(!a)[i], !ma[i]);
        }
        prop_assert_eq!(a.minutes(), u32::try_from(ma.iter().filter(|on| **on).count()).unwrap() * 15);
    }

    #[test]
    fn ranges_are_ordered_apart_and_say_the_same_as_the_set(a in set()) {
        let ranges: Vec<TimeRange> = a.ranges().collect();
        prop_assert!(ranges.windows(2).all(|pair| pair[0].end() < pair[1].start()));
        prop_assert_eq!(ranges.iter().copied().collect::<BlockSet>(), a);
        let gaps: Vec<TimeRange> = a.gaps().collect();
        prop_assert_eq!(gaps.into_iter().chain(ranges).collect::<BlockSet>(), BlockSet::FULL);
    }

    #[test]
    fn merging_does_not_depend_on_order_or_repetition(mut ranges in prop::collection::vec(range(), 0..12)) {
        let merged: BlockSet = ranges.iter().copied().collect();
        ranges.reverse();
        let twice = ranges.clone();
        ranges.extend(twice);
        prop_assert_eq!(ranges.into_iter().collect::<BlockSet>(), merged);
    }

    #[test]
    fn runs_start_exactly_where_the_next_blocks_are_all_free(a in set(), blocks in 1u8..=48) {
        let m = model(a);
        let starts = model(a.starts_of_runs(blocks));
        for i in 0..96usize {
            let end = i + usize::from(blocks);
            prop_assert_eq!(starts[i], end <= 96 && m[i..end].iter().all(|on| *on), "block {}", i);
        }
    }

    #[test]
    fn covering_and_touching_agree_with_the_blocks(a in set(), r in range()) {
        let inside = &model(a)[usize::from(r.start().block())..usize::from(r.end().block())];
        prop_assert_eq!(a.covers(r), inside.iter().all(|on| *on));
        prop_assert_eq!(a.touches(r), inside.iter().any(|on| *on));
    }

    #[test]
    fn splitting_loses_and_doubles_nothing(a in set(), at in 0u8..=96) {
        let at = GridTime::from_block(at).unwrap();
        let (before, after) = a.split_at(at);
        prop_assert_eq!(before | after, a);
        prop_assert!((before & after).is_empty());
        prop_assert!(before.ranges().all(|r| r.end() <= at) && after.ranges().all(|r| r.start() >= at));
    }

    #[test]
    fn overlapping_is_sharing_a_block(a in range(), b in range()) {
        prop_assert_eq!(a.overlaps(b), !(BlockSet::of(a) & BlockSet::of(b)).is_empty());
        prop_assert_eq!(a.contains(b), (BlockSet::of(b) - BlockSet::of(a)).is_empty());
    }

    #[test]
    fn times_and_ranges_survive_being_written_down(r in range()) {
        prop_assert_eq!(r.to_string().parse::<TimeRange>().unwrap(), r);
        prop_assert_eq!(format!("{}:00", r.end()).parse::<GridTime>().unwrap(), r.end());
    }

    #[test]
    fn reading_any_text_as_a_time_gives_a_time_or_an_error(text in "\\PC{0,12}|[0-9:.]{0,10}") {
        if let Ok(time) = text.parse::<GridTime>() {
            prop_assert!(text.starts_with(&time.to_string()));
        }
    }

    #[test]
    fn copying_a_week_there_and_back_changes_nothing(days in prop::collection::vec(set(), 7), from in date(), to in date()) {
        let (from, to) = (WeekStart::containing(from), WeekStart::containing(to));
        let source: Vec<(Date, BlockSet)> = from.dates().iter().zip(days).collect();
        let pattern = WeekPattern::of_week(from, source.clone());
        let there: Vec<(Date, BlockSet)> = pattern.over(to.dates()).collect();
        let back: Vec<(Date, BlockSet)> = WeekPattern::of_week(to, there).over(from.dates()).collect();
        prop_assert_eq!(back, source);
    }

    #[test]
    fn a_pattern_gives_every_date_the_blocks_of_its_weekday(days in prop::collection::vec(set(), 7), first in date(), count in 1u16..400) {
        let week = WeekStart::containing(first);
        let pattern = WeekPattern::of_week(week, week.dates().iter().zip(days.clone()));
        let range = DateRange::of_days(first, count);
        let laid: Vec<_> = pattern.over(range).collect();
        prop_assert_eq!(i64::try_from(laid.len()).unwrap(), range.days());
        for (day, blocks) in laid {
            prop_assert_eq!(blocks, days[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]);
        }
    }

    #[test]
    fn two_weeks_have_the_same_version_exactly_when_they_are_equal(a in prop::collection::vec(set(), 7), b in prop::collection::vec(set(), 7)) {
        let week = WeekStart::containing(jiff::civil::date(2026, 7, 13));
        let of = |days: &[BlockSet]| WeekPattern::of_week(week, week.dates().iter().zip(days.to_vec()));
        prop_assert_eq!(of(&a).version() == of(&b).version(), a == b);
        prop_assert_eq!(of(&a).version(), of(&a.clone()).version());
    }
}
