//! Small sets of levels, ages and ways of meeting, as bits.

use crate::query::{Audience, Level, Mode};

/// Levels of skill and of schooling. An offer that names none of a kind takes all of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Levels(u8);

const SKILL: u8 = 0b0000_0111;
const SCHOOL: u8 = !SKILL;

impl Levels {
    pub(crate) const fn of(level: Level) -> Self {
        Self(match level {
            Level::Beginner => 1,
            Level::Intermediate => 1 << 1,
            Level::Advanced => 1 << 2,
            Level::Elementary => 1 << 3,
            Level::MiddleSchool => 1 << 4,
            Level::HighSchool => 1 << 5,
            Level::College => 1 << 6,
            Level::Ap => 1 << 7,
        })
    }

    pub(crate) fn from_tags(tags: &[String]) -> Self {
        tags.iter().fold(Self::default(), |all, tag| match normal(tag).as_str() {
            "beginner" | "beginners" => all.and(Self::of(Level::Beginner)),
            "intermediate" => all.and(Self::of(Level::Intermediate)),
            "advanced" | "expert" => all.and(Self::of(Level::Advanced)),
            "elementary" | "elementary school" => all.and(Self::of(Level::Elementary)),
            "middle school" => all.and(Self::of(Level::MiddleSchool)),
            "high school" => all.and(Self::of(Level::HighSchool)),
            "college" | "university" => all.and(Self::of(Level::College)),
            "ap" => all.and(Self::of(Level::Ap)),
            _ => all,
        })
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether an offer with these levels suits somebody who asks for `asked`.
    pub(crate) const fn suits(self, asked: Self) -> bool {
        suits(self.0, asked.0, SKILL) && suits(self.0, asked.0, SCHOOL)
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }
}

const fn suits(offered: u8, asked: u8, kind: u8) -> bool {
    let (offered, asked) = (offered & kind, asked & kind);
    asked == 0 || offered == 0 || offered & asked != 0
}

/// Ages. An offer that names none takes all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ages(u8);

impl Ages {
    const TODDLERS: u8 = 1;
    const KIDS: u8 = 1 << 1;
    const TEENS: u8 = 1 << 2;
    const ADULTS: u8 = 1 << 3;
    const SENIORS: u8 = 1 << 4;

    /// What an offer may name to suit this audience: whoever teaches children may be asked about toddlers, whoever teaches
    /// adults about seniors.
    pub(crate) const fn asked(audience: Audience) -> Self {
        Self(match audience {
            Audience::Toddlers => Self::TODDLERS | Self::KIDS,
            Audience::Kids => Self::KIDS,
            Audience::Teens => Self::TEENS,
            Audience::Adults => Self::ADULTS,
            Audience::Seniors => Self::SENIORS | Self::ADULTS,
        })
    }

    pub(crate) fn from_tags(tags: &[String]) -> Self {
        Self(tags.iter().fold(0, |all, tag| {
            all | match normal(tag).as_str() {
                "toddler" | "toddlers" | "0 4" | "2 4" => Self::TODDLERS,
                "kids" | "kid" | "children" | "child" | "5 12" | "6 12" => Self::KIDS,
                "teens" | "teen" | "teenagers" | "13 17" => Self::TEENS,
                "adults" | "adult" | "18+" => Self::ADULTS,
                "seniors" | "senior" | "65+" => Self::SENIORS,
                _ => 0,
            }
        }))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn suits(self, asked: Self) -> bool {
        asked.0 == 0 || self.0 == 0 || self.0 & asked.0 != 0
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }
}

/// Ways of meeting. An offer that names none is in neither: it has not said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Modes(u8);

impl Modes {
    pub(crate) const fn of(mode: Mode) -> Self {
        Self(match mode {
            Mode::Online => 1,
            Mode::InPerson => 2,
        })
    }

    pub(crate) fn from_tags(tags: &[String]) -> Self {
        Self(tags.iter().fold(0, |all, tag| {
            all | match normal(tag).as_str() {
                "online" | "remote" | "virtual" => 1,
                "in person" => 2,
                _ => 0,
            }
        }))
    }

    pub(crate) const fn has(self, mode: Mode) -> bool {
        self.0 & Self::of(mode).0 != 0
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }
}

fn normal(tag: &str) -> String {
    tag.trim().to_lowercase().replace(['-', '_', '–'], " ")
}
