//! What is looked for, and the scan that finds it: filter first, rank last.

use std::collections::BinaryHeap;

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::{BLOCK_MINUTES, GridTime},
    length::LessonLength,
    zone::DayClock,
};
use instainstru_domain::{
    ids::{InstructorServiceId, UserId},
    instructor::ExperienceLevel,
};
use jiff::{Timestamp, civil::Date};

use super::{
    Snapshot,
    facts::{Ages, Levels},
    segment::{Offer, Segment, ServiceKey},
};
use crate::{
    query::{Audience, Level, Mode, TimeWindow, Weekdays},
    vocabulary::places::PlaceSet,
};

/// What an offer and its instructor must be. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Slugs of services to choose from, each with its relevance in thousandths; nothing means all services.
    pub services: Option<Vec<(String, u32)>>,
    /// Lowest rate, in cents.
    pub min_cents: Option<u32>,
    /// Highest rate, in cents.
    pub max_cents: Option<u32>,
    /// Places to choose from; empty means any.
    pub places: PlaceSet,
    /// Online or in person.
    pub mode: Option<Mode>,
    /// Levels to choose from; empty means any.
    pub levels: Vec<Level>,
    /// Who is to be taught; empty means anybody.
    pub audience: Vec<Audience>,
    /// Length of the lesson, in minutes.
    pub duration: Option<u16>,
    /// Dates to choose from; empty means any.
    pub dates: Vec<DateRange>,
    /// Days of the week to choose from; empty means any.
    pub weekdays: Weekdays,
    /// Time of day.
    pub time: Option<TimeWindow>,
}

impl Filter {
    /// Whether a free time is asked for.
    #[must_use]
    pub const fn asks_for_time(&self) -> bool {
        !self.dates.is_empty() || !self.weekdays.is_empty() || self.time.is_some()
    }
}

/// When a lesson could begin, on the clock of the instructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Start {
    /// The date.
    pub date: Date,
    /// The time.
    pub time: GridTime,
}

/// An offer that passed the filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Who teaches.
    pub instructor: UserId,
    /// Which offer.
    pub offer: InstructorServiceId,
    /// Slug of its service.
    pub service: String,
    /// Price of an hour, in cents.
    pub rate_cents: u32,
    /// How well it fits, in thousandths, at most 100,000.
    pub score: u32,
    /// The lesson that fits there: the length that was asked for, else the shortest that is offered.
    pub length: LessonLength,
    /// The first starts that fit, at most [`NEXT_STARTS`], the soonest first. Each lesson ends before the next one starts.
    pub next_starts: Vec<Start>,
}

/// How many starts are told of a match.
pub const NEXT_STARTS: usize = 3;

/// What a scan found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The best matches, the best first.
    pub matches: Vec<Match>,
    /// Number of all matches.
    pub total: usize,
}

/// The place of a match in the order: the better the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// 100,000 minus the score.
    lack: u32,
    day: u16,
    block: u8,
    instructor: UserId,
    offer: InstructorServiceId,
    segment: usize,
}

const NEVER: u16 = u16::MAX;

/// A filter worked out against one snapshot at one instant.
struct Scan<'a> {
    snapshot: &'a Snapshot,
    filter: &'a Filter,
    levels: Levels,
    ages: Ages,
    /// Quarter hours of the lesson, if a length is asked for.
    blocks: Option<u8>,
    /// Days to look at, in order.
    days: Vec<u16>,
    /// For each combination of zone and notice: the first day on which a lesson may begin and its blocks.
    earliest: Vec<(u16, BlockSet)>,
    window: BlockSet,
}

impl Snapshot {
    /// The best `limit` offers that pass the filter at `now`, and how many pass.
    #[must_use]
    pub fn find(&self, filter: &Filter, now: Timestamp, limit: usize) -> Found {
        let scan = Scan::new(self, filter, now);
        let mut best: BinaryHeap<Rank> = BinaryHeap::with_capacity(limit.min(1024) + 1);
        let mut total = 0;
        scan.each(&mut |segment, offer, relevance| {
            total += usize::from(scan.rank(segment, offer, relevance, limit, &mut best));
            true
        });
        let mut ranks = best.into_vec();
        ranks.sort_unstable();
        let matches = ranks.into_iter().filter_map(|rank| scan.matched(rank)).collect();
        Found { matches, total }
    }

    /// How many offers pass the filter at `now`, counted up to `most`.
    #[must_use]
    pub fn count(&self, filter: &Filter, now: Timestamp, most: usize) -> usize {
        let scan = Scan::new(self, filter, now);
        let mut total = 0;
        scan.each(&mut |segment, offer, _| {
            total += usize::from(scan.has_time(segment, offer));
            total < most
        });
        total
    }

    /// The lowest rate, in cents, among the offers that pass the filter at `now`.
    #[must_use]
    pub fn lowest_rate(&self, filter: &Filter, now: Timestamp) -> Option<u32> {
        let scan = Scan::new(self, filter, now);
        let mut lowest = None;
        scan.each(&mut |segment, offer, _| {
            if lowest.is_none_or(|lowest| offer.rate_cents < lowest) && scan.has_time(segment, offer) {
                lowest = Some(offer.rate_cents);
            }
            true
        });
        lowest
    }

    /// The rates, in cents and ascending, of the offers that pass the filter whatever they cost.
    #[must_use]
    pub fn rates(&self, filter: &Filter, now: Timestamp) -> Vec<u32> {
        let any_price = Filter { min_cents: None, max_cents: None, ..filter.clone() };
        let scan = Scan::new(self, &any_price, now);
        let mut rates = Vec::new();
        scan.each(&mut |_, offer, _| {
            rates.push(offer.rate_cents);
            true
        });
        rates.sort_unstable();
        rates
    }
}

impl<'a> Scan<'a> {
    fn new(snapshot: &'a Snapshot, filter: &'a Filter, now: Timestamp) -> Self {
        let earliest: Vec<(u16, BlockSet)> = snapshot
            .classes
            .iter()
            .map(|class| {
                let from = class.notice.earliest_start(now);
                let date = from.to_zoned(class.zone.clone()).date();
                let ahead = i64::from((date - snapshot.first_day).get_days());
                if ahead < 0 {
                    return (0, BlockSet::FULL);
                }
                let day = u16::try_from(ahead).unwrap_or(NEVER);
                (day, DayClock::new(date, &class.zone).beginning_from(from))
            })
            .collect();
        let fits = |day: &u16| {
            let date = snapshot.first_day.saturating_add(jiff::Span::new().days(i64::from(*day)));
            (filter.dates.is_empty() || filter.dates.iter().any(|range| range.contains(date)))
                && (filter.weekdays.is_empty() || filter.weekdays.contains(date.weekday()))
        };
        let first = earliest.iter().map(|(day, _)| *day).min().unwrap_or(0);
        let block = |time: Option<GridTime>, open: u8| time.map_or(open, GridTime::block);
        let window = filter.time.map_or(BlockSet::FULL, |time| {
            BlockSet::between(block(time.from, 0), block(time.to, instainstru_core::grid::BLOCKS_PER_DAY))
        });
        Self {
            snapshot,
            filter,
            levels: filter.levels.iter().fold(Levels::default(), |all, level| all.and(Levels::of(*level))),
            ages: filter
                .audience
                .iter()
                .fold(Ages::default(), |all, audience| all.and(Ages::asked(*audience))),
            blocks: filter
                .duration
                .map(|minutes| u8::try_from(minutes.div_ceil(BLOCK_MINUTES)).unwrap_or(u8::MAX)),
            days: (first..snapshot.days).filter(fits).collect(),
            earliest,
            window,
        }
    }

    /// Calls `each` with every offer whose columns pass: the number of its segment, the offer, its relevance. Ends when `each`
    /// says false.
    fn each(&self, each: &mut impl FnMut(usize, &Offer, u32) -> bool) {
        let services: Option<Vec<(ServiceKey, u32)>> = self.filter.services.as_ref().map(|list| {
            list.iter()
                .filter_map(|(slug, relevance)| Some((self.snapshot.service_key(slug)?, *relevance)))
                .collect()
        });
        for (number, segment) in self.snapshot.segments.iter().enumerate() {
            // Nobody here is ever free at that time of day: no need to look at each day of each person.
            if self.filter.time.is_some() && !segment.ever_free(self.window) {
                continue;
            }
            let mut run = |offers: &[Offer], relevance: u32| {
                let mut passing = offers.iter().filter(|offer| self.passes(segment, offer));
                passing.all(|offer| each(number, offer, relevance))
            };
            let goes_on = match &services {
                None => run(segment.offers(), 1000),
                Some(list) => list.iter().all(|(key, relevance)| run(segment.offers_of(*key), *relevance)),
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Whether a lesson fits if time is asked for.
    fn has_time(&self, number: usize, offer: &Offer) -> bool {
        !self.filter.asks_for_time()
            || self
                .snapshot
                .segments
                .get(number)
                .is_some_and(|s| self.next_start(s, offer, NEVER - 1).is_some())
    }

    fn passes(&self, segment: &Segment, offer: &Offer) -> bool {
        let filter = self.filter;
        filter.min_cents.is_none_or(|min| offer.rate_cents >= min)
            && filter.max_cents.is_none_or(|max| offer.rate_cents <= max)
            && filter.mode.is_none_or(|mode| offer.modes.has(mode))
            && offer.levels.suits(self.levels)
            && offer.ages.suits(self.ages)
            && self.blocks.is_none_or(|blocks| offer.takes(blocks))
            && (filter.places.is_empty() || segment.comes_to(offer.person, &filter.places))
    }

    /// Quarter hours of a lesson of the offer.
    fn blocks(&self, offer: &Offer) -> u8 {
        self.blocks.unwrap_or_else(|| offer.shortest())
    }

    /// Days up to `last_day` on which a lesson of the offer fits, each with all its starts.
    fn days_with_starts<'b>(
        &'b self,
        segment: &'b Segment,
        offer: &'b Offer,
        last_day: u16,
    ) -> impl Iterator<Item = (u16, BlockSet)> + 'b {
        let blocks = self.blocks(offer);
        let class = segment.class(offer.person);
        let (first, begin) = self.earliest.get(usize::from(class)).copied().unwrap_or((0, BlockSet::FULL));
        let start_only = self.filter.time.is_some_and(|time| time.start_only);
        let days = self
            .days
            .iter()
            .copied()
            .skip_while(move |day| *day < first)
            .take_while(move |day| *day <= last_day);
        days.filter_map(move |day| {
            let free = segment.free(day, offer.person);
            if free.is_empty() {
                return None;
            }
            let free = if day == first { free & begin } else { free };
            let starts = if start_only {
                free.starts_of_runs(blocks) & self.window
            } else {
                (free & self.window).starts_of_runs(blocks)
            };
            (!starts.is_empty()).then_some((day, starts))
        })
    }

    /// First start of a lesson of the offer, looking no further than `last_day`.
    fn next_start(&self, segment: &Segment, offer: &Offer, last_day: u16) -> Option<(u16, u8)> {
        let (day, starts) = self.days_with_starts(segment, offer, last_day).next()?;
        Some((day, starts.first()?.block()))
    }

    /// The first starts that do not overlap as lessons: a choice, where quarter hours of one morning would be none.
    fn next_starts(&self, segment: &Segment, offer: &Offer) -> Vec<Start> {
        let blocks = self.blocks(offer);
        let mut next = Vec::with_capacity(NEXT_STARTS);
        for (day, starts) in self.days_with_starts(segment, offer, NEVER - 1) {
            let date = self.snapshot.first_day.saturating_add(jiff::Span::new().days(i64::from(day)));
            let mut free_from = 0;
            for time in starts.iter() {
                if time.block() < free_from {
                    continue;
                }
                next.push(Start { date, time });
                if next.len() == NEXT_STARTS {
                    return next;
                }
                free_from = time.block().saturating_add(blocks);
            }
        }
        next
    }

    /// Ranks an offer among the best; whether it is a match.
    fn rank(
        &self,
        number: usize,
        offer: &Offer,
        relevance: u32,
        limit: usize,
        best: &mut BinaryHeap<Rank>,
    ) -> bool {
        let Some(segment) = self.snapshot.segments.get(number) else { return false };
        let lack = 100_000 - score(self.filter, offer, relevance);
        let asks = self.filter.asks_for_time();
        let worst = if best.len() >= limit { best.peek().copied() } else { None };
        // Behind the worst of the best it is enough to know whether there is a start at all.
        let hopeless = worst.is_some_and(|worst| lack > worst.lack) || limit == 0;
        if hopeless && !asks {
            return true;
        }
        let last_day = match worst {
            Some(worst) if !asks && lack == worst.lack => worst.day,
            _ => NEVER - 1,
        };
        let start = self.next_start(segment, offer, last_day);
        if asks && start.is_none() {
            return false;
        }
        if hopeless {
            return true;
        }
        let (day, block) = start.unwrap_or((NEVER, 0));
        let Some(instructor) = segment.id(offer.person) else { return false };
        best.push(Rank { lack, day, block, instructor, offer: offer.id, segment: number });
        if best.len() > limit {
            best.pop();
        }
        true
    }

    fn matched(&self, rank: Rank) -> Option<Match> {
        let segment = self.snapshot.segments.get(rank.segment)?;
        let offer = segment
            .offers()
            .iter()
            .find(|offer| offer.id == rank.offer && segment.id(offer.person) == Some(rank.instructor))?;
        Some(Match {
            instructor: rank.instructor,
            offer: rank.offer,
            service: self.snapshot.service_slug(offer.service).to_owned(),
            rate_cents: offer.rate_cents,
            score: 100_000 - rank.lack,
            length: LessonLength::from_minutes(i64::from(self.blocks(offer)) * i64::from(BLOCK_MINUTES))
                .ok()?,
            next_starts: self.next_starts(segment, offer),
        })
    }
}

/// How well an offer fits, in thousandths: relevance, nearness to the middle of a price range, experience, online when asked for.
fn score(filter: &Filter, offer: &Offer, relevance: u32) -> u32 {
    let mut score = u64::from(relevance.min(1000)) * 100;
    if let (Some(min), Some(max)) = (filter.min_cents, filter.max_cents) {
        let (ends, twice) = (u64::from(min) + u64::from(max), u64::from(offer.rate_cents) * 2);
        if ends > 0 {
            score = score * (5 * ends).saturating_sub(twice.abs_diff(ends)) / (5 * ends);
        }
    }
    score = match offer.experience {
        Some(ExperienceLevel::Expert) => score * 110 / 100,
        Some(ExperienceLevel::Intermediate) => score * 105 / 100,
        Some(ExperienceLevel::Beginner) | None => score,
    };
    if filter.mode == Some(Mode::Online) && offer.modes.has(Mode::Online) {
        score = score * 110 / 100;
    }
    u32::try_from(score).unwrap_or(100_000).min(100_000)
}
