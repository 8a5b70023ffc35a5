//! Understanding what a student typed.
//!
//! Every recogniser proposes scored spans over the same tokens; one pass picks the best cover without overlaps; what the cover
//! says becomes a [`Query`]. No recogniser removes text from under another.

mod chips;
mod clock;
mod dates;
mod holidays;
mod joined;
mod lattice;
mod numbers;
mod people;
mod phrases;
mod price;
mod reading;
mod resolve;
mod services;
mod trades;
mod when;

use instainstru_core::{dates::DateRange, grid::GridTime};
use jiff::civil::{Date, Weekday};

pub use self::chips::{Chip, Slot};
pub(crate) use self::chips::{dollars as shown_dollars, show_price as shown_price, show_time as shown_time};
use crate::vocabulary::{CategoryIx, GroupIx, ServiceIx, Vocabulary, places::PlaceIx};

/// A word about the price that is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceWord {
    /// "cheap": the lowest third of the current prices of what was asked for.
    Budget,
    /// "premium": the highest third.
    Premium,
}

/// What an hour may cost, in whole cents, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PriceLimit {
    /// At least.
    pub min: Option<u32>,
    /// At most.
    pub max: Option<u32>,
    /// A word instead of a number.
    pub word: Option<PriceWord>,
}

/// A set of days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// One day.
    #[must_use]
    pub fn of(day: Weekday) -> Self {
        Self(1 << day.to_monday_zero_offset().unsigned_abs().min(6))
    }

    /// Days from `first` to `last`, over Sunday if need be.
    #[must_use]
    pub fn between(first: Weekday, last: Weekday) -> Self {
        let mut days = Self::of(first);
        let mut day = first;
        while day != last {
            day = day.next();
            days = days.and(Self::of(day));
        }
        days
    }

    /// Days of either.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the day is in the set.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::of(day).0 != 0
    }

    /// Whether there is no day in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// One letter per day: `MTWRFSU`.
    #[must_use]
    pub fn letters(self) -> String {
        "MTWRFSU"
            .chars()
            .enumerate()
            .filter(|(at, _)| (self.0 >> at) & 1 == 1)
            .map(|(_, letter)| letter)
            .collect()
    }
}

/// When on a day a lesson may take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeWindow {
    /// Not before.
    pub from: Option<GridTime>,
    /// Over by then; with [`TimeWindow::start_only`] begun before then.
    pub to: Option<GridTime>,
    /// Only the start must lie in the window: "at 5pm".
    pub start_only: bool,
}

/// How lessons are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Over the internet.
    Online,
    /// Face to face.
    InPerson,
}

/// How far a student is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Has never done it.
    Beginner,
    /// Has done it for a while.
    Intermediate,
    /// Is good at it.
    Advanced,
    /// Elementary school.
    Elementary,
    /// Middle school.
    MiddleSchool,
    /// High school.
    HighSchool,
    /// College.
    College,
    /// Advanced placement courses.
    Ap,
}

impl Level {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
            Self::Elementary => "elementary",
            Self::MiddleSchool => "middle_school",
            Self::HighSchool => "high_school",
            Self::College => "college",
            Self::Ap => "ap",
        }
    }
}

/// Who is to be taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Younger than five.
    Toddlers,
    /// Five to twelve.
    Kids,
    /// Thirteen to seventeen.
    Teens,
    /// Eighteen and older.
    Adults,
    /// Sixty-five and older.
    Seniors,
}

impl Audience {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Toddlers => "toddlers",
            Self::Kids => "kids",
            Self::Teens => "teens",
            Self::Adults => "adults",
            Self::Seniors => "seniors",
        }
    }

    /// The group somebody of this age belongs to.
    #[must_use]
    pub const fn of_age(years: u8) -> Self {
        match years {
            0..=4 => Self::Toddlers,
            5..=12 => Self::Kids,
            13..=17 => Self::Teens,
            18..=64 => Self::Adults,
            65.. => Self::Seniors,
        }
    }

    /// Whether it speaks of children, so that services for children answer.
    #[must_use]
    pub const fn is_young(self) -> bool {
        matches!(self, Self::Toddlers | Self::Kids)
    }
}

/// How we know what is to be learnt.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Evidence {
    /// Nothing was named.
    #[default]
    None,
    /// By a name or another phrase that means it.
    Words,
    /// By a misspelt name.
    Typo,
    /// By similar meaning, at most 1.
    Meaning(f32),
}

/// What is to be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Everything: nothing was said about what is to be learnt.
    #[default]
    Everything,
    /// What [`Query::services`] or [`Query::categories`] say.
    Named,
    /// Nothing: something was asked for that nobody here teaches, or that we did not understand.
    Nothing,
}

/// A query as it was understood. All parts must hold at once.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The text as typed, cut to what was read.
    pub text: String,
    /// What is to be searched.
    pub scope: Scope,
    /// Services to choose from: a union.
    pub services: Vec<ServiceIx>,
    /// Groups whose members stand in [`Query::services`].
    pub groups: Vec<GroupIx>,
    /// Categories to choose from, when no service was named.
    pub categories: Vec<CategoryIx>,
    /// Services that were ruled out.
    pub excluded: Vec<ServiceIx>,
    /// How we know.
    pub evidence: Evidence,
    /// Limits of the price.
    pub price: PriceLimit,
    /// Dates to choose from: a union; empty means any.
    pub dates: Vec<DateRange>,
    /// Days of the week to choose from; empty means any.
    pub weekdays: Weekdays,
    /// Time of day.
    pub time: Option<TimeWindow>,
    /// Length of the lesson, in minutes.
    pub duration: Option<u16>,
    /// Places to choose from; empty means any.
    pub places: Vec<PlaceIx>,
    /// Places next to those count too.
    pub near_place: bool,
    /// A place we do not know or serve.
    pub unknown_place: Option<String>,
    /// Near the student.
    pub near_user: bool,
    /// Online or in person.
    pub mode: Option<Mode>,
    /// Levels to choose from; empty means any.
    pub levels: Vec<Level>,
    /// Who is to be taught; empty means anybody.
    pub audience: Vec<Audience>,
    /// Age of the student.
    pub age: Option<u8>,
    /// Oldest age, when a limit was given.
    pub max_age: Option<u8>,
    /// Words that were not understood.
    pub residual: Vec<String>,
    /// A service was named: only it may answer.
    pub strict: bool,
    /// Meaning was consulted.
    pub used_semantic: bool,
    /// Services worth asking about when nothing was found, the likeliest first.
    pub did_you_mean: Vec<ServiceIx>,
    /// What was understood, piece by piece.
    pub chips: Vec<Chip>,
}

impl Query {
    /// Understands `text` as typed on `today`.
    #[must_use]
    pub fn parse(vocabulary: &Vocabulary, text: &str, today: Date) -> Self {
        let reading = reading::Reading::new(vocabulary, text, today);
        let mut candidates = phrases::propose(&reading);
        price::propose(&reading, &mut candidates);
        when::propose(&reading, &mut candidates);
        clock::propose(&reading, &mut candidates);
        people::propose(&reading, &mut candidates);
        let cover = lattice::cover(&reading, candidates);
        resolve::resolve(&reading, cover)
    }

    /// Whether the query speaks of children.
    #[must_use]
    pub fn is_for_children(&self) -> bool {
        self.audience.iter().any(|audience| audience.is_young())
    }

    /// Whether time is asked for.
    #[must_use]
    pub const fn asks_for_time(&self) -> bool {
        !self.dates.is_empty() || !self.weekdays.is_empty() || self.time.is_some()
    }
}
