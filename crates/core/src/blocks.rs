//! Sets of 15-minute blocks of one day, with the algebra of availability.

use std::{
    fmt,
    ops::{BitAnd, BitOr, Not, Sub},
};

use crate::grid::{BLOCK_MINUTES, BLOCKS_PER_DAY, GridTime, TimeRange};

const DAY: u128 = (1 << BLOCKS_PER_DAY) - 1;

/// A set of the 96 blocks of a day: the free time of a day, or the starts that fit a lesson.
///
/// One machine word pair holds it, so union, difference, gaps and fitting are a few instructions, and adjacent or overlapping
/// ranges merge by themselves.
///
/// # Examples
/// ```
/// use instainstru_core::{blocks::BlockSet, grid::TimeRange};
/// let published = ["09:00-10:00", "10:00-11:00", "14:00-15:00"];
/// let day: BlockSet = published.iter().map(|range| range.parse::<TimeRange>().unwrap()).collect();
/// assert_eq!(day.ranges().map(|r| r.to_string()).collect::<Vec<_>>(), ["09:00-11:00", "14:00-15:00"]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BlockSet(u128);

impl BlockSet {
    /// No block at all.
    pub const EMPTY: Self = Self(0);
    /// All 96 blocks.
    pub const FULL: Self = Self(DAY);

    /// The blocks of one range.
    #[must_use]
    pub fn of(range: TimeRange) -> Self {
        Self::between(range.start().block(), range.end().block())
    }

    /// The blocks `from..to`; indices beyond the day are cut off, an empty or reversed interval is the empty set.
    #[must_use]
    pub const fn between(from: u8, to: u8) -> Self {
        let to = if to > BLOCKS_PER_DAY { BLOCKS_PER_DAY } else { to };
        if from >= to {
            return Self::EMPTY;
        }
        Self((DAY >> (BLOCKS_PER_DAY - (to - from))) << from)
    }

    /// The set whose block `i` is bit `i`; bits beyond the day are dropped.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits & DAY)
    }

    /// Bit `i` tells whether block `i` is in the set.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Whether there is no block in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the block that begins at `time` is in the set.
    #[must_use]
    pub const fn contains(self, time: GridTime) -> bool {
        (self.0 >> time.block()) & 1 == 1
    }

    /// Whether every block of `range` is in the set.
    #[must_use]
    pub fn covers(self, range: TimeRange) -> bool {
        (Self::of(range) - self).is_empty()
    }

    /// Whether any block of `range` is in the set.
    #[must_use]
    pub fn touches(self, range: TimeRange) -> bool {
        !(Self::of(range) & self).is_empty()
    }

    /// Total length in minutes, 0..=1440.
    #[must_use]
    pub fn minutes(self) -> u32 {
        self.0.count_ones() * u32::from(BLOCK_MINUTES)
    }

    /// Number of blocks in the set.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The first block of the set.
    #[must_use]
    pub fn first(self) -> Option<GridTime> {
        self.iter().next()
    }

    /// The maximal ranges of the set in order: what a calendar shows.
    #[must_use]
    pub const fn ranges(self) -> Ranges {
        Ranges(self.0)
    }

    /// The maximal ranges between the blocks of the set, from midnight to midnight.
    #[must_use]
    pub fn gaps(self) -> Ranges {
        (!self).ranges()
    }

    /// The times at which the blocks of the set begin, in order.
    pub fn iter(self) -> impl Iterator<Item = GridTime> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let index = u8::try_from(rest.trailing_zeros()).ok().filter(|i| *i < BLOCKS_PER_DAY)?;
            rest &= rest - 1;
            GridTime::from_block(index)
        })
    }

    /// The blocks from which a run of `blocks` consecutive blocks stays in the set: the starts that fit.
    ///
    /// Doubles the run it has proved so far, so even a 12-hour lesson takes six steps.
    #[must_use]
    pub fn starts_of_runs(self, blocks: u8) -> Self {
        let mut starts = self.0;
        let mut proved = 1;
        while proved < blocks {
            let step = proved.min(blocks - proved);
            starts &= starts >> step;
            proved += step;
        }
        Self(starts)
    }

    /// The parts of the set before and from `time` on.
    #[must_use]
    pub const fn split_at(self, time: GridTime) -> (Self, Self) {
        let before = Self::between(0, time.block()).0;
        (Self(self.0 & before), Self(self.0 & !before))
    }

    /// Keeps the blocks that begin on a multiple of `minutes` after midnight. Multiples of 15 make sense; anything else, and
    /// zero, is rounded down to the grid and never below one block.
    #[must_use]
    pub fn thinned(self, minutes: u16) -> Self {
        let step = (minutes / BLOCK_MINUTES).max(1);
        self.iter()
            .filter(|time| u16::from(time.block()).is_multiple_of(step))
            .fold(Self::EMPTY, Self::with_block)
    }

    fn with_block(self, time: GridTime) -> Self {
        self | Self::between(time.block(), time.block() + 1)
    }
}

impl BitOr for BlockSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for BlockSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for BlockSet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl Not for BlockSet {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0 & DAY)
    }
}

impl FromIterator<TimeRange> for BlockSet {
    fn from_iter<I: IntoIterator<Item = TimeRange>>(ranges: I) -> Self {
        ranges.into_iter().fold(Self::EMPTY, |set, range| set | Self::of(range))
    }
}

impl FromIterator<GridTime> for BlockSet {
    fn from_iter<I: IntoIterator<Item = GridTime>>(times: I) -> Self {
        times.into_iter().fold(Self::EMPTY, Self::with_block)
    }
}

impl fmt::Display for BlockSet {
    /// The starts of all blocks, separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for time in self.iter() {
            write!(f, "{separator}{time}")?;
            separator = " ";
        }
        Ok(())
    }
}

impl fmt::Debug for BlockSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.ranges()).finish()
    }
}

/// Iterator over the maximal ranges of a [`BlockSet`].
#[derive(Debug, Clone, Copy)]
pub struct Ranges(u128);

impl Iterator for Ranges {
    type Item = TimeRange;

    fn next(&mut self) -> Option<TimeRange> {
        if self.0 == 0 {
            return None;
        }
        let start = self.0.trailing_zeros();
        let length = (self.0 >> start).trailing_ones();
        let (start, end) = (u8::try_from(start).ok()?, u8::try_from(start + length).ok()?);
        self.0 &= !BlockSet::between(start, end).0;
        TimeRange::new(GridTime::from_block(start)?, GridTime::from_block(end)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ranges: &[&str]) -> BlockSet {
        ranges.iter().map(|r| r.parse::<TimeRange>().unwrap()).collect()
    }

    fn shown(ranges: impl Iterator<Item = TimeRange>) -> Vec<String> {
        ranges.map(|r| r.to_string()).collect()
    }

    #[test]
    fn adjacent_and_overlapping_ranges_merge() {
        assert_eq!(shown(set(&["09:00-10:00", "10:00-11:00"]).ranges()), ["09:00-11:00"]);
        assert_eq!(
            shown(set(&["09:00-10:30", "10:00-11:00", "08:00-08:15"]).ranges()),
            ["08:00-08:15", "09:00-11:00"]
        );
        assert_eq!(shown(BlockSet::FULL.ranges()), ["00:00-24:00"]);
        assert_eq!(shown(BlockSet::EMPTY.ranges()), Vec::<String>::new());
    }

    #[test]
    fn gaps_are_what_is_left_of_the_day() {
        assert_eq!(shown(set(&["09:00-10:00", "11:00-24:00"]).gaps()), ["00:00-09:00", "10:00-11:00"]);
        assert_eq!(shown(BlockSet::FULL.gaps()), Vec::<String>::new());
    }

    #[test]
    fn a_lesson_fits_where_its_whole_run_is_free() {
        let free = set(&["09:00-10:30", "23:00-24:00"]);
        assert_eq!(free.starts_of_runs(4).to_string(), "09:00 09:15 09:30 23:00");
        assert_eq!(free.starts_of_runs(6).to_string(), "09:00");
        assert!(free.starts_of_runs(7).is_empty());
        assert_eq!(BlockSet::FULL.starts_of_runs(48).len(), 49);
    }

    #[test]
    fn splitting_and_thinning_keep_the_rest_in_place() {
        let (before, after) = set(&["09:00-11:00"]).split_at(GridTime::new(10, 0).unwrap());
        assert_eq!(
            (shown(before.ranges()), shown(after.ranges())),
            (vec!["09:00-10:00".into()], vec!["10:00-11:00".into()])
        );
        assert_eq!(set(&["09:00-10:30"]).thinned(30).to_string(), "09:00 09:30 10:00");
        assert_eq!(set(&["09:00-09:45"]).thinned(0).to_string(), "09:00 09:15 09:30");
    }
}
