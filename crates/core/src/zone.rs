//! How the blocks of a wall-clock day lie on the line of instants.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use crate::{
    blocks::BlockSet,
    grid::{BLOCK_MINUTES, BLOCKS_PER_DAY, GridTime, TimeRange},
};

const BLOCK: SignedDuration = SignedDuration::from_mins(15);
/// A civil day meets at most two changes of the clock in any zone and year we know; each makes one more piece.
const MAX_PIECES: usize = 4;

/// A half-open range `[start, end)` of instants: time that somebody's claim takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UtcRange {
    start: Timestamp,
    end: Timestamp,
}

/// An end that is not after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{end} is not after {start}")]
pub struct InvalidUtcRange {
    /// The start that was given.
    pub start: Timestamp,
    /// The end that was given.
    pub end: Timestamp,
}

impl UtcRange {
    /// All instants there are.
    pub const ALL: Self = Self { start: Timestamp::MIN, end: Timestamp::MAX };

    /// The instants from `start` to `end`.
    ///
    /// # Errors
    /// [`InvalidUtcRange`] unless `start < end`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, InvalidUtcRange> {
        if start < end { Ok(Self { start, end }) } else { Err(InvalidUtcRange { start, end }) }
    }

    /// First instant.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// First instant after the range.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        self.end
    }

    /// Whether both ranges share an instant; touching ranges do not.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The range with its end moved later.
    #[must_use]
    pub fn extended(self, by: SignedDuration) -> Self {
        Self { start: self.start, end: later(self.end, by) }
    }
}

/// One civil day in one zone: which of its blocks exist, and when they begin.
///
/// A day is one piece, except when the clock changes in it. When the clock springs forward the skipped blocks do not exist.
/// When it falls back, a repeated block means its **first** occurrence; the second one is never used. Time is continuous
/// within a piece and jumps between pieces, so a lesson must lie within one piece: its length on the clock and its elapsed
/// length are then always equal.
#[derive(Debug, Clone, Copy)]
pub struct DayClock {
    pieces: [Piece; MAX_PIECES],
}

/// Consecutive blocks `first..end` of a day over which time is continuous.
#[derive(Debug, Clone, Copy)]
struct Piece {
    first: u8,
    end: u8,
    starts_at: Timestamp,
}

impl Piece {
    const NONE: Self = Self { first: 0, end: 0, starts_at: Timestamp::UNIX_EPOCH };

    fn instant(self, block: u8) -> Timestamp {
        later(self.starts_at, minutes(i64::from(block.saturating_sub(self.first)) * i64::from(BLOCK_MINUTES)))
    }

    const fn blocks(self) -> BlockSet {
        BlockSet::between(self.first, self.end)
    }

    /// Blocks of the piece that share an instant with `taken`; a block that is partly taken counts as taken.
    fn taken_by(self, taken: UtcRange) -> BlockSet {
        let from = taken.start.duration_since(self.starts_at).as_secs().div_euclid(BLOCK.as_secs());
        let to = -(-ceil_seconds(taken.end.duration_since(self.starts_at))).div_euclid(BLOCK.as_secs());
        let block = |index: i64| u8::try_from(index.clamp(0, 96)).unwrap_or(BLOCKS_PER_DAY) + self.first;
        BlockSet::between(block(from), block(to)) & self.blocks()
    }

    /// Blocks of the piece that begin at or after `instant`.
    fn beginning_from(self, instant: Timestamp) -> BlockSet {
        let wait = -(-ceil_seconds(instant.duration_since(self.starts_at))).div_euclid(BLOCK.as_secs());
        let first = u8::try_from(wait.clamp(0, 96)).unwrap_or(BLOCKS_PER_DAY) + self.first;
        BlockSet::between(first, self.end)
    }
}

impl DayClock {
    /// The day `date` as the clocks of `zone` show it.
    #[must_use]
    pub fn new(date: Date, zone: &TimeZone) -> Self {
        Self::unchanging(date, zone).unwrap_or_else(|| Self::changing(date, zone))
    }

    /// The common case: no change of the clock between the midnights around the day.
    fn unchanging(date: Date, zone: &TimeZone) -> Option<Self> {
        let starts_at = zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).unambiguous().ok()?;
        let ends_at = later(starts_at, minutes(24 * 60));
        if zone.following(starts_at).next().is_some_and(|change| change.timestamp() <= ends_at) {
            return None;
        }
        let mut pieces = [Piece::NONE; MAX_PIECES];
        *pieces.first_mut()? = Piece { first: 0, end: BLOCKS_PER_DAY, starts_at };
        Some(Self { pieces })
    }

    /// Asks the zone about every block and joins those that follow each other without a jump.
    fn changing(date: Date, zone: &TimeZone) -> Self {
        let mut pieces = [Piece::NONE; MAX_PIECES];
        let mut used = 0;
        let mut current: Option<Piece> = None;
        for block in 0..BLOCKS_PER_DAY {
            let Some(instant) = first_occurrence(date, block, zone) else { continue };
            match &mut current {
                Some(piece) if piece.end == block && piece.instant(block) == instant => piece.end = block + 1,
                _ => {
                    if let (Some(done), Some(place)) = (current, pieces.get_mut(used)) {
                        *place = done;
                        used += 1;
                    }
                    current = Some(Piece { first: block, end: block + 1, starts_at: instant });
                }
            }
        }
        if let (Some(done), Some(place)) = (current, pieces.get_mut(used)) {
            *place = done;
        }
        Self { pieces }
    }

    fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.pieces.iter().copied().filter(|piece| piece.first < piece.end)
    }

    /// The blocks that exist on this day.
    #[must_use]
    pub fn existing(&self) -> BlockSet {
        self.pieces().fold(BlockSet::EMPTY, |blocks, piece| blocks | piece.blocks())
    }

    /// The instants of a lesson, or `None` when it would use a time that does not exist or cross a change of the clock.
    #[must_use]
    pub fn instants(&self, lesson: TimeRange) -> Option<UtcRange> {
        let (first, end) = (lesson.start().block(), lesson.end().block());
        let piece = self.pieces().find(|piece| piece.first <= first && end <= piece.end)?;
        UtcRange::new(piece.instant(first), piece.instant(end)).ok()
    }

    /// The instant at which the block that begins at `time` begins, unless it does not exist.
    #[must_use]
    pub fn instant(&self, time: GridTime) -> Option<Timestamp> {
        let block = time.block();
        let piece = self.pieces().find(|piece| piece.first <= block && block < piece.end)?;
        Some(piece.instant(block))
    }

    /// The first and last instant of the day, around all of its blocks; `None` for a day that a zone skipped.
    #[must_use]
    pub fn span(&self) -> Option<UtcRange> {
        let start = self.pieces().map(|piece| piece.starts_at).min()?;
        let end = self.pieces().map(|piece| piece.instant(piece.end)).max()?;
        UtcRange::new(start, end).ok()
    }

    /// The starts from which a lesson of `blocks` blocks lies in `free` and within one piece.
    #[must_use]
    pub fn starts_of_runs(&self, free: BlockSet, blocks: u8) -> BlockSet {
        self.pieces()
            .fold(BlockSet::EMPTY, |starts, piece| starts | (free & piece.blocks()).starts_of_runs(blocks))
    }

    /// The blocks that begin at or after `instant`.
    #[must_use]
    pub fn beginning_from(&self, instant: Timestamp) -> BlockSet {
        self.pieces().fold(BlockSet::EMPTY, |blocks, piece| blocks | piece.beginning_from(instant))
    }

    /// The blocks that share an instant with one of the ranges, each first made to begin `earlier` by that much.
    ///
    /// A lesson followed by a buffer collides with a claim exactly when the lesson alone collides with the claim made to
    /// begin one buffer earlier, so `earlier` is how buffers are honoured.
    #[must_use]
    pub fn taken_by(&self, ranges: &[UtcRange], earlier: SignedDuration) -> BlockSet {
        let Some(day) = self.span() else { return BlockSet::EMPTY };
        let mut taken = BlockSet::EMPTY;
        for range in ranges {
            let range = UtcRange { start: later(range.start, -earlier), end: range.end };
            if range.overlaps(day) {
                taken = self.pieces().fold(taken, |blocks, piece| blocks | piece.taken_by(range));
            }
        }
        taken
    }
}

/// When a block first occurs; `None` when the clock skips any part of it.
fn first_occurrence(date: Date, block: u8, zone: &TimeZone) -> Option<Timestamp> {
    let start = date.to_datetime(GridTime::from_block(block)?.to_civil()?);
    let last_second = start.saturating_add(SignedDuration::from_secs(i64::from(BLOCK_MINUTES) * 60 - 1));
    let begins = zone.to_ambiguous_timestamp(start);
    let exists = |ambiguous: jiff::tz::AmbiguousTimestamp| {
        !matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. })
    };
    (exists(begins) && exists(zone.to_ambiguous_timestamp(last_second)))
        .then(|| begins.earlier().ok())
        .flatten()
}

const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// Whole seconds of a duration, a started second counting fully.
fn ceil_seconds(duration: SignedDuration) -> i64 {
    duration.as_secs() + i64::from(duration.subsec_nanos() > 0)
}

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn new_york(day: Date) -> DayClock {
        DayClock::new(day, &TimeZone::get("America/New_York").unwrap())
    }

    fn lesson(clock: DayClock, range: &str) -> Option<String> {
        let instants = clock.instants(range.parse().unwrap())?;
        Some(format!("{}/{}", instants.start(), instants.end()))
    }

    #[test]
    fn an_ordinary_day_is_one_piece_of_24_hours() {
        let clock = new_york(date(2026, 7, 15));
        assert_eq!(clock.existing(), BlockSet::FULL);
        assert_eq!(lesson(clock, "00:00-24:00").unwrap(), "2026-07-15T04:00:00Z/2026-07-16T04:00:00Z");
    }

    #[test]
    fn the_hour_that_spring_skips_does_not_exist() {
        let clock = new_york(date(2026, 3, 8));
        assert_eq!((!clock.existing()).to_string(), "02:00 02:15 02:30 02:45");
        assert_eq!(lesson(clock, "01:00-02:00").unwrap(), "2026-03-08T06:00:00Z/2026-03-08T07:00:00Z");
        assert_eq!(lesson(clock, "03:00-04:00").unwrap(), "2026-03-08T07:00:00Z/2026-03-08T08:00:00Z");
        for impossible in ["02:00-03:00", "01:30-02:30", "02:30-03:30", "01:00-04:00"] {
            assert_eq!(lesson(clock, impossible), None, "{impossible}");
        }
    }

    #[test]
    fn a_repeated_hour_means_its_first_occurrence_and_its_neighbours_stay_right() {
        let clock = new_york(date(2026, 11, 1));
        assert_eq!(clock.existing(), BlockSet::FULL);
        assert_eq!(lesson(clock, "00:30-01:30").unwrap(), "2026-11-01T04:30:00Z/2026-11-01T05:30:00Z");
        assert_eq!(lesson(clock, "01:00-02:00").unwrap(), "2026-11-01T05:00:00Z/2026-11-01T06:00:00Z");
        assert_eq!(lesson(clock, "02:00-03:00").unwrap(), "2026-11-01T07:00:00Z/2026-11-01T08:00:00Z");
        assert_eq!(lesson(clock, "01:30-02:30"), None, "it would take two hours instead of one");
    }

    #[test]
    fn a_claim_takes_every_block_it_touches() {
        let clock = new_york(date(2026, 7, 15));
        let claim =
            UtcRange::new("2026-07-15T13:50:00Z".parse().unwrap(), "2026-07-15T14:30:00.5Z".parse().unwrap())
                .unwrap();
        assert_eq!(clock.taken_by(&[claim], SignedDuration::ZERO).to_string(), "09:45 10:00 10:15 10:30");
        assert_eq!(clock.taken_by(&[claim], minutes(30)).to_string(), "09:15 09:30 09:45 10:00 10:15 10:30");
    }

    #[test]
    fn a_claim_in_the_second_occurrence_of_an_hour_takes_no_block() {
        let clock = new_york(date(2026, 11, 1));
        let second =
            UtcRange::new("2026-11-01T06:00:00Z".parse().unwrap(), "2026-11-01T07:00:00Z".parse().unwrap());
        assert!(clock.taken_by(&[second.unwrap()], SignedDuration::ZERO).is_empty());
    }

    #[test]
    fn blocks_from_an_instant_on_begin_at_or_after_it() {
        let clock = new_york(date(2026, 7, 15));
        let from =
            |instant: &str| clock.beginning_from(instant.parse().unwrap()).first().map(|t| t.to_string());
        assert_eq!(from("2026-07-15T13:00:00Z").unwrap(), "09:00");
        assert_eq!(from("2026-07-15T13:00:00.001Z").unwrap(), "09:15");
        assert_eq!(from("2026-07-14T00:00:00Z").unwrap(), "00:00");
        assert_eq!(from("2026-07-16T04:00:00Z"), None);
    }
}
