//! Dates and days of the week.

use instainstru_core::dates::DateRange;
use jiff::civil::{Date, Weekday};

use super::{
    TimeWindow, Weekdays, clock,
    dates::{self, add_days},
    holidays,
    lattice::{Candidate, Found, When},
    numbers,
    reading::Reading,
};

/// Proposes every date.
pub(super) fn propose(reading: &Reading<'_>, out: &mut Vec<Candidate>) {
    for from in 0..reading.len() {
        relative(reading, from, out);
        weekdays(reading, from, out);
        calendar(reading, from, out);
        counted(reading, from, out);
        bounded(reading, from, out);
        holidays::propose(reading, from, out);
    }
}

fn dates(from: usize, to: usize, dates: Vec<DateRange>) -> Candidate {
    Candidate::slot(from, to, Found::When(When { dates, ..When::default() }))
}

/// Today, tomorrow, this week, next month.
fn relative(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let today = reading.today;
    let day = |days| DateRange::day(add_days(today, days));
    let fixed: [(&[&str], DateRange); 13] = [
        (&["today", "later today"], day(0)),
        (&["tomorrow", "tmrw", "tmr", "tomorow", "2morrow", "tmw"], day(1)),
        (&["day after tomorrow", "the day after tomorrow", "overmorrow"], day(2)),
        (
            &[
                "this week",
                "later this week",
                "rest of the week",
                "the rest of the week",
                "rest of this week",
            ],
            dates::this_week(today),
        ),
        (&["next week", "the following week", "following week"], dates::next_week(today)),
        (
            &[
                "a week from today",
                "week from today",
                "in a week",
                "a week from now",
                "one week from today",
                "in one week",
            ],
            day(7),
        ),
        (&["a week from tomorrow"], day(8)),
        (
            &[
                "this weekend",
                "the weekend",
                "weekend",
                "on the weekend",
                "this coming weekend",
                "upcoming weekend",
                "the coming weekend",
            ],
            dates::this_weekend(today),
        ),
        (&["next weekend", "weekend after next", "the following weekend"], dates::next_weekend(today)),
        (
            &["this month", "later this month", "rest of the month", "the rest of the month"],
            dates::this_month(today),
        ),
        (&["next month"], dates::next_month(today)),
        (&["weekend after next"], {
            let next = dates::next_weekend(today);
            dates::range(add_days(next.first(), 7), add_days(next.last(), 7))
        }),
        (
            &["this year", "rest of the year"],
            dates::range(today, Date::new(today.year(), 12, 31).unwrap_or(today)),
        ),
    ];
    for (phrases, range) in fixed {
        for end in phrases.iter().filter_map(|phrase| reading.phrase_end(from, phrase)) {
            // "weekend mornings" come back every week.
            let recurring = range == dates::this_weekend(today) && clock::is_plural_part(reading.at(end));
            if recurring {
                out.push(recurring_days(from, end, Weekdays::WEEKEND));
            } else {
                out.push(dates(from, end, vec![range]));
            }
        }
    }
    let evening = TimeWindow { from: clock::hour(17), to: None, start_only: false };
    for phrase in ["tonight", "this evening", "tonite", "this night"] {
        if let Some(end) = reading.phrase_end(from, phrase) {
            let time = if phrase == "this evening" { clock::part("evening") } else { Some(evening) };
            let when = When { dates: vec![day(0)], time, ..When::default() };
            out.push(Candidate::slot(from, end, Found::When(when)));
        }
    }
    if reading.at(from) == "this"
        && let Some(time) = clock::part(reading.at(from + 1))
    {
        let when = When { dates: vec![day(0)], time: Some(time), ..When::default() };
        out.push(Candidate::slot(from, from + 2, Found::When(when)));
    }
}

fn recurring_days(from: usize, to: usize, weekdays: Weekdays) -> Candidate {
    Candidate::slot(from, to, Found::When(When { weekdays, ..When::default() }))
}

/// The day a word names, and whether it is meant as coming back every week.
fn weekday(word: &str) -> Option<(Weekday, bool)> {
    let day = match word {
        "monday" | "mondays" | "mon" | "mons" => Weekday::Monday,
        "tuesday" | "tuesdays" | "tue" | "tues" => Weekday::Tuesday,
        "wednesday" | "wednesdays" | "wed" | "weds" => Weekday::Wednesday,
        "thursday" | "thursdays" | "thu" | "thur" | "thurs" => Weekday::Thursday,
        "friday" | "fridays" | "fri" => Weekday::Friday,
        "saturday" | "saturdays" | "sat" | "sats" => Weekday::Saturday,
        "sunday" | "sundays" | "sun" | "suns" => Weekday::Sunday,
        _ => return None,
    };
    Some((day, word.ends_with("days") || matches!(word, "sats" | "suns" | "mons")))
}

/// Whether the word names a day.
pub(super) fn is_day(word: &str) -> bool {
    weekday(word).is_some()
        || matches!(word, "today" | "tomorrow" | "weekend" | "weekends" | "weekday" | "weekdays")
}

/// Words that are something else besides a day.
fn is_ambiguous(word: &str) -> bool {
    matches!(word, "sat" | "sun" | "mon" | "wed" | "thu" | "fri" | "tue")
}

/// "monday", "next tue or thu", "mon-fri", "every saturday", "tuesday next week".
fn weekdays(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let fixed: [(&[&str], Weekdays); 2] = [
        (
            &[
                "weekdays",
                "weekday",
                "on weekdays",
                "work days",
                "workdays",
                "during the week",
                "weeknights",
                "weeknight",
                "every weekday",
                "school nights",
            ],
            Weekdays::WORKING,
        ),
        (&["weekends", "on weekends", "every weekend", "weekends only"], Weekdays::WEEKEND),
    ];
    for (phrases, days) in fixed {
        for phrase in phrases {
            if let Some(end) = reading.phrase_end(from, phrase) {
                let time = if phrase.contains("night") { clock::part("evening") } else { None };
                let when = When { weekdays: days, time, dates: Vec::new() };
                out.push(Candidate::slot(from, end, Found::When(when)));
            }
        }
    }
    let mut at = from;
    if reading.at(at) == "on" {
        at += 1;
    }
    let every = matches!(reading.at(at), "every" | "each" | "any");
    let mut next = reading.at(at) == "next";
    if every || next || matches!(reading.at(at), "this" | "coming" | "upcoming") {
        at += 1;
        if matches!(reading.at(at), "coming" | "upcoming") {
            at += 1;
        }
    }
    let Some((first, mut plural)) = weekday(reading.at(at)) else { return };
    let ambiguous = is_ambiguous(reading.at(at));
    let named_at = at;
    at += 1;
    let mut days: Vec<(Weekday, bool)> = vec![(first, next)];
    let mut through = None;
    loop {
        let mut link = at;
        let mut to = false;
        while matches!(
            reading.at(link),
            "," | "or" | "and" | "/" | "-" | "to" | "through" | "thru" | "till" | "until" | "+"
        ) {
            to |= matches!(reading.at(link), "-" | "to" | "through" | "thru" | "till" | "until");
            link += 1;
        }
        let qualified = matches!(reading.at(link), "next" | "this" | "every" | "on");
        next = if qualified { reading.at(link) == "next" } else { next };
        let Some((day, also)) = weekday(reading.at(if qualified { link + 1 } else { link })) else { break };
        // Two days without a link belong together only as a list: "tue thu".
        if to && days.len() == 1 {
            through = Some(day);
        }
        plural |= also;
        days.push((day, next));
        at = link + 1 + usize::from(qualified);
    }
    let next_week = reading.phrase_end(at, "next week");
    let in_two_weeks = reading.any_phrase_end(at, &["after next"]);
    // A weekday list is a list of days in any order of a week that lies ahead.
    let date = |(day, next): (Weekday, bool)| {
        if next || next_week.is_some() {
            dates::next_weekday(reading.today, day)
        } else if in_two_weeks.is_some() {
            add_days(dates::next_weekday(reading.today, day), 7)
        } else {
            dates::bare_weekday(reading.today, day)
        }
    };
    let end = next_week.or(in_two_weeks).unwrap_or(at);
    let recurring = plural || every || clock::is_plural_part(reading.at(end));
    let when = match through {
        Some(last) if recurring || !(days.iter().any(|(_, next)| *next) || next_week.is_some()) => {
            When { weekdays: Weekdays::between(first, last), ..When::default() }
        }
        Some(last) => {
            let first = date((first, true));
            let last = date((last, true));
            When { dates: vec![dates::range(first, last.max(first))], ..When::default() }
        }
        None if recurring => {
            let all = days.iter().fold(Weekdays::default(), |all, (day, _)| all.and(Weekdays::of(*day)));
            When { weekdays: all, ..When::default() }
        }
        None => {
            When { dates: days.iter().map(|day| DateRange::day(date(*day))).collect(), ..When::default() }
        }
    };
    let mut candidate = Candidate::slot(from, end, Found::When(when));
    if ambiguous && days.len() == 1 && named_at == from {
        candidate = candidate.plus(short_day_bonus(reading, named_at, end));
    }
    out.push(candidate);
}

/// How likely "sat", "sun" and the like are days: likelier beside other words of time, less likely in capitals.
fn short_day_bonus(reading: &Reading<'_>, at: usize, end: usize) -> f32 {
    let shouted = reading.token(at).is_some_and(|token| token.capitals)
        && !reading.tokens.iter().filter(|token| token.is_word()).all(|token| token.capitals);
    if shouted {
        return -4.0;
    }
    let next = reading.at(end);
    let before = reading.before(at);
    // "sat tutor", and yet "a tutor on sat", "this sat class".
    let led = matches!(before, "on" | "this" | "next" | "every" | "each");
    if reading.at(at) == "sat" && !led && is_of_the_test(reading.likely(end)) {
        return -4.0;
    }
    // "sat/act prep", "act prep not sat": in a list of things, not of days.
    let listed = |word: &str| matches!(word, "/" | "not" | "or" | "and" | "vs");
    if listed(next) || listed(before) && weekday(reading.before(at.saturating_sub(1))).is_none() {
        return -1.5;
    }
    let time_follows = clock::part(next).is_some()
        || clock::is_plural_part(next)
        || matches!(
            next,
            "at" | "after" | "before" | "between" | "from" | "night" | "noon" | "early" | "late"
        )
        || reading.digits(end).is_some();
    if time_follows
        || clock::part(before).is_some()
        || matches!(before, "on" | "this" | "next" | "every" | "am" | "pm" | "for")
    {
        3.0
    } else if reading.len() > 1 {
        0.9
    } else {
        -2.0
    }
}

/// Words behind "sat" that make it the test.
fn is_of_the_test(word: &str) -> bool {
    matches!(
        word,
        "tutor"
            | "tutors"
            | "tutoring"
            | "tutored"
            | "help"
            | "coach"
            | "coaching"
            | "teacher"
            | "instructor"
            | "course"
            | "courses"
            | "scores"
            | "score"
            | "math"
            | "english"
            | "reading"
            | "verbal"
            | "vocabulary"
            | "bootcamp"
    )
}

fn month_number(word: &str) -> Option<i8> {
    Some(match word {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sept" | "sep" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}

/// A day of a month at `at`: "2", "2nd", "second"; with the token behind it.
fn day_number(reading: &Reading<'_>, at: usize) -> Option<(i8, usize)> {
    let number = reading.digits(at).or_else(|| numbers::ordinal(reading.at(at)))?;
    let day = i8::try_from(number).ok().filter(|day| (1..=31).contains(day))?;
    let ordinal = numbers::is_ordinal_ending(reading.at(at + 1)) && reading.glued(at + 1);
    Some((day, if ordinal { at + 2 } else { at + 1 }))
}

/// A year of four digits at `at`, after an optional comma.
fn year(reading: &Reading<'_>, at: usize) -> Option<(i16, usize)> {
    let at = if reading.is_sign(at, ',') { at + 1 } else { at };
    let year = reading.digits(at).filter(|year| (2000..2100).contains(year))?;
    Some((i16::try_from(year).ok()?, at + 1))
}

/// Days of the calendar: "3/21", "2026-03-21", "April 2nd", "2 April", "the 15th", "in June", "April 2-5".
fn calendar(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let at = if matches!(reading.at(from), "on" | "the") { from + 1 } else { from };
    if let Some((date, end)) = day(reading, at) {
        let list = day_list(reading, at, date, end);
        let bonus = if end - at > 1 { 3.0 } else { 0.0 };
        out.push(dates(from, end, vec![DateRange::day(date)]).plus(bonus));
        if let Some((ranges, end)) = list {
            out.push(dates(from, end, ranges).plus(4.0));
        }
    }
    // "the 15th"
    if let Some(number) = reading.digits(at).and_then(|day| i8::try_from(day).ok())
        && numbers::is_ordinal_ending(reading.at(at + 1))
        && reading.glued(at + 1)
        && !matches!(
            reading.at(at + 2),
            "grade" | "grader" | "graders" | "street" | "st" | "ave" | "avenue" | "birthday" | "century"
        )
        && at > from
        && let Some(date) = dates::day_of_month(reading.today, number)
    {
        out.push(dates(from, at + 2, vec![DateRange::day(date)]));
    }
    let lead = matches!(reading.at(from), "in" | "during" | "this" | "next" | "by" | "for");
    let at = if lead { from + 1 } else { from };
    let at = if matches!(reading.at(at), "early" | "late" | "mid") { at + 1 } else { at };
    if let Some(number) = month_number(reading.at(at))
        && let Some(range) = dates::month(reading.today, number)
        && (lead || !matches!(reading.at(at), "may" | "march" | "mar" | "jan"))
    {
        out.push(dates(from, at + 1, vec![range]));
    }
}

/// One day of the calendar.
fn day(reading: &Reading<'_>, at: usize) -> Option<(Date, usize)> {
    iso(reading, at).or_else(|| slashed(reading, at)).or_else(|| named(reading, at))
}

fn iso(reading: &Reading<'_>, at: usize) -> Option<(Date, usize)> {
    let (year, next) = year(reading, at)?;
    let sign = |at| reading.is_sign(at, '-') || reading.is_sign(at, '/');
    let month = reading.digits(next + 1).filter(|_| sign(next))?;
    let day = reading.digits(next + 3).filter(|_| sign(next + 2))?;
    Some((Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?, next + 4))
}

fn slashed(reading: &Reading<'_>, at: usize) -> Option<(Date, usize)> {
    let month = i8::try_from(reading.digits(at)?).ok()?;
    let day = reading.digits(at + 2).filter(|_| reading.is_sign(at + 1, '/') && reading.glued(at + 1))?;
    let day = i8::try_from(day).ok()?;
    if reading.is_sign(at + 3, '/')
        && let Some(year) = reading.digits(at + 4)
    {
        let year = i16::try_from(if year < 100 { 2000 + year } else { year }).ok()?;
        return Some((Date::new(year, month, day).ok()?, at + 5));
    }
    Some((dates::month_day(reading.today, month, day)?, at + 3))
}

fn named(reading: &Reading<'_>, at: usize) -> Option<(Date, usize)> {
    let (month, day, end) = if let Some(month) = month_number(reading.at(at)) {
        let at = if reading.at(at + 1) == "the" { at + 2 } else { at + 1 };
        let at = if reading.is_sign(at, '.') { at + 1 } else { at };
        let (day, end) = day_number(reading, at)?;
        (month, day, end)
    } else {
        let (day, end) = day_number(reading, at)?;
        let end = if reading.at(end) == "of" { end + 1 } else { end };
        (month_number(reading.at(end))?, day, end + 1)
    };
    if let Some((year, end)) = year(reading, end) {
        return Some((Date::new(year, month, day).ok()?, end));
    }
    Some((dates::month_day(reading.today, month, day)?, end))
}

/// "April 2-5", "April 2 to April 5", "April 2 or 3".
fn day_list(reading: &Reading<'_>, at: usize, first: Date, end: usize) -> Option<(Vec<DateRange>, usize)> {
    let through = matches!(reading.at(end), "-" | "to" | "through" | "thru" | "until");
    if !through && !matches!(reading.at(end), "or" | "and" | "/" | ",") {
        return None;
    }
    let (last, stop) = day(reading, end + 1).or_else(|| {
        // A bare day takes its month from the first.
        month_number(reading.at(at))?;
        let (day, stop) = day_number(reading, end + 1)?;
        let unit = reading.at(stop);
        if matches!(unit, "am" | "pm" | "year" | "years")
            || reading.is_sign(stop, ':')
            || reading.is_sign(end + 1, '$')
        {
            return None;
        }
        Some((Date::new(first.year(), first.month(), day).ok()?, stop))
    })?;
    if through {
        return (last >= first).then(|| (vec![dates::range(first, last)], stop));
    }
    Some((vec![DateRange::day(first), DateRange::day(last)], stop))
}

/// "in two weeks", "3 days from now", "within 5 days", "the next 3 weeks".
fn counted(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let unit = |at: usize| match reading.at(at) {
        "day" | "days" => Some(1),
        "week" | "weeks" => Some(7),
        "month" | "months" => Some(30),
        _ => None,
    };
    let count = |at: usize| {
        let (number, at) = match reading.at(at) {
            "a" | "an" if reading.at(at + 1) == "couple" => {
                (2, if reading.at(at + 2) == "of" { at + 3 } else { at + 2 })
            }
            "a" | "few" => (if reading.at(at) == "few" { 3 } else { 1 }, at + 1),
            _ => (reading.number(at)?, at + 1),
        };
        let days = unit(at)?;
        Some((i64::from(number.min(1000)) * days, days, at + 1))
    };
    let target = |days: i64, unit: i64, number: i64| match unit {
        30 => reading.today.saturating_add(jiff::Span::new().months(number.clamp(0, 1000))),
        _ => add_days(reading.today, days),
    };
    if reading.at(from) == "in"
        && let Some((days, unit, end)) = count(from + 1)
    {
        out.push(dates(from, end, vec![DateRange::day(target(days, unit, days / 30))]));
    }
    if let Some((days, unit, end)) = count(from)
        && let Some(end) = reading.any_phrase_end(end, &["from now", "from today"])
    {
        out.push(dates(from, end, vec![DateRange::day(target(days, unit, days / 30))]));
    }
    for lead in [
        "within the next",
        "in the next",
        "over the next",
        "the next",
        "within",
        "next",
        "in the coming",
        "the coming",
    ] {
        if let Some(at) = reading.phrase_end(from, lead)
            && let Some((days, _, end)) = count(at)
        {
            out.push(dates(from, end, vec![dates::range(reading.today, add_days(reading.today, days))]));
        }
    }
    for phrase in ["in the coming days", "next few days", "in the next few days", "coming days"] {
        if let Some(end) = reading.phrase_end(from, phrase) {
            out.push(dates(from, end, vec![dates::range(reading.today, add_days(reading.today, 3))]));
        }
    }
}

/// "by friday", "before june 3", "starting monday", "after the 15th".
fn bounded(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let (until, inclusive) = match reading.at(from) {
        "by" | "until" | "till" => (true, true),
        "before" => (true, false),
        "starting" | "from" | "beginning" | "since" => (false, true),
        "after" => (false, false),
        _ => return,
    };
    let at = if matches!(reading.at(from + 1), "on" | "this" | "the" | "from") { from + 2 } else { from + 1 };
    let next = reading.at(at) == "next";
    let named_at = at + usize::from(next);
    let named = weekday(reading.at(named_at)).filter(|(_, plural)| !plural).map(|(day, _)| {
        let date = if next {
            dates::next_weekday(reading.today, day)
        } else {
            dates::bare_weekday(reading.today, day)
        };
        (date, named_at + 1)
    });
    let tomorrow = (reading.at(at) == "tomorrow").then(|| (add_days(reading.today, 1), at + 1));
    let next_week =
        reading.phrase_end(at, "next week").map(|end| (dates::next_week(reading.today).first(), end));
    let Some((date, end)) = day(reading, at).or(named).or(tomorrow).or(next_week.filter(|_| !until)) else {
        return;
    };
    let range = if until {
        let last = if inclusive { date } else { add_days(date, -1) };
        if last < reading.today {
            return;
        }
        dates::range(reading.today, last)
    } else {
        dates::range(if inclusive { date } else { add_days(date, 1) }, Date::MAX)
    };
    out.push(dates(from, end, vec![range]).plus(1.0));
}
