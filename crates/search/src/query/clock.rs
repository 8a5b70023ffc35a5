//! Times of day: "at 5pm", "after 5", "2-4pm", "morning", "lunchtime"; and how long a lesson takes.

use instainstru_core::grid::GridTime;

use super::{
    TimeWindow,
    lattice::{Candidate, Found, When},
    numbers,
    reading::Reading,
};

/// A full hour on the grid.
pub(super) fn hour(hour: u8) -> Option<GridTime> {
    GridTime::new(hour, 0).ok()
}

fn between(from: u8, to: u8) -> TimeWindow {
    TimeWindow { from: hour(from), to: hour(to), start_only: false }
}

/// A named part of the day.
pub(super) fn part(word: &str) -> Option<TimeWindow> {
    Some(match word {
        "morning" | "mornings" => between(6, 12),
        "afternoon" | "afternoons" => between(12, 17),
        "evening" | "evenings" => between(17, 21),
        "midday" | "lunchtime" | "lunch" => between(12, 14),
        "night" | "nights" => TimeWindow { from: hour(17), to: None, start_only: false },
        _ => return None,
    })
}

/// Whether the word means a part of many days.
pub(super) fn is_plural_part(word: &str) -> bool {
    matches!(word, "mornings" | "afternoons" | "evenings" | "nights")
}

/// Named windows of more than one word.
const NAMED: &[(&str, u8, u8)] = &[
    ("early morning", 6, 9),
    ("early mornings", 6, 9),
    ("late morning", 10, 12),
    ("mid morning", 9, 11),
    ("early afternoon", 12, 15),
    ("mid afternoon", 14, 16),
    ("late afternoon", 15, 17),
    ("early evening", 17, 19),
    ("late evening", 19, 22),
    ("late night", 21, 24),
    ("lunch time", 12, 14),
    ("lunch hour", 12, 14),
    ("lunch break", 12, 14),
    ("at lunch", 12, 14),
    ("after school", 15, 18),
    ("after class", 15, 18),
    ("after work", 17, 21),
    ("before work", 6, 9),
    ("before school", 6, 8),
    ("during the day", 9, 17),
    ("daytime", 9, 17),
    ("day time", 9, 17),
    ("business hours", 9, 17),
    ("office hours", 9, 17),
    ("school hours", 9, 15),
];

/// A time as it was written.
#[derive(Clone, Copy)]
struct Clock {
    hour: u32,
    minute: u32,
    /// `Some(true)` for the afternoon; nothing when neither half was named.
    afternoon: Option<bool>,
    /// Certainly a time: with a half of the day, with minutes, or by name.
    certain: bool,
    end: usize,
}

impl Clock {
    /// Minutes since midnight, taking the half of the day that was named, or else `guess`.
    fn minutes(self, guess: bool) -> u32 {
        let afternoon = self.afternoon.unwrap_or(guess);
        let hour = match (self.hour, afternoon) {
            (12, false) => 0,
            (12, true) => 12,
            (hour, true) if hour < 12 => hour + 12,
            (hour, _) => hour,
        };
        hour * 60 + self.minute
    }

    /// The half that lessons most often mean: 1 to 7 in the afternoon, 8 to 11 in the morning, 12 is noon.
    const fn usual_half(self) -> bool {
        self.hour < 8 || self.hour == 12
    }
}

fn clock(reading: &Reading<'_>, at: usize) -> Option<Clock> {
    match reading.at(at) {
        "noon" | "midday" => {
            return Some(Clock { hour: 12, minute: 0, afternoon: Some(true), certain: true, end: at + 1 });
        }
        "midnight" => {
            return Some(Clock { hour: 24, minute: 0, afternoon: Some(false), certain: true, end: at + 1 });
        }
        _ => {}
    }
    let hour = reading.digits(at).or_else(|| numbers::word(reading.at(at)))?;
    let mut end = at + 1;
    let mut minute = 0;
    let mut certain = false;
    if hour > 24 {
        return compact(reading, at);
    }
    if (reading.is_sign(end, ':') && reading.glued(end))
        && let Some(minutes) = reading.digits(end + 1).filter(|minutes| *minutes < 60)
    {
        minute = minutes;
        certain = true;
        end += 2;
    }
    let (afternoon, end) = half(reading, end);
    if hour == 0 && !certain || (hour > 12 && !certain && afternoon.is_none()) || hour > 24 {
        return None;
    }
    let afternoon = if hour > 12 || (hour == 0) { Some(false) } else { afternoon };
    Some(Clock { hour, minute, afternoon, certain: certain || afternoon.is_some(), end })
}

/// "530pm"
fn compact(reading: &Reading<'_>, at: usize) -> Option<Clock> {
    let number = reading.digits(at).filter(|number| (100..=1259).contains(number) && number % 100 < 60)?;
    let (afternoon, end) = half(reading, at + 1);
    afternoon?;
    Some(Clock { hour: number / 100, minute: number % 100, afternoon, certain: true, end })
}

/// "am", "pm", "in the evening", "o'clock".
fn half(reading: &Reading<'_>, at: usize) -> (Option<bool>, usize) {
    let next = |at: usize| match reading.at(at) {
        "am" => Some((Some(false), at + 1)),
        "pm" => Some((Some(true), at + 1)),
        "a" if reading.glued(at) => Some((Some(false), at + 1)),
        "p" if reading.glued(at) => Some((Some(true), at + 1)),
        _ => None,
    };
    let after = if reading.at(at) == "oclock" { at + 1 } else { at };
    if let Some(found) = next(after) {
        return found;
    }
    for (phrase, afternoon) in
        [("in the morning", false), ("in the afternoon", true), ("in the evening", true), ("at night", true)]
    {
        if let Some(end) = reading.phrase_end(after, phrase) {
            return (Some(afternoon), end);
        }
    }
    (None, after)
}

/// The grid time at or before the minutes; later than the day is its end.
fn grid(minutes: u32) -> Option<GridTime> {
    u8::try_from((minutes / 15).min(96)).ok().and_then(GridTime::from_block)
}

/// The grid time at or after the minutes.
fn grid_after(minutes: u32) -> Option<GridTime> {
    grid(minutes.div_ceil(15) * 15)
}

fn time(from: usize, to: usize, window: TimeWindow) -> Candidate {
    Candidate::slot(from, to, Found::When(When { time: Some(window), ..When::default() }))
}

/// Proposes every time of day and every length of a lesson.
pub(super) fn propose(reading: &Reading<'_>, out: &mut Vec<Candidate>) {
    for from in 0..reading.len() {
        parts(reading, from, out);
        points(reading, from, out);
        ranges(reading, from, out);
        durations(reading, from, out);
    }
}

fn parts(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let lead = reading.any_phrase_end(from, &["in the", "during the", "at", "in", "the"]).unwrap_or(from);
    for start in [from, lead] {
        if let Some(window) = part(reading.at(start)) {
            // "lunch" alone is food, and "salsa night" is a party.
            let of_something = match reading.at(start) {
                "lunch" => true,
                "night" => from > 0 && !follows_a_day(reading, from) && !is_lesson(reading.at(start + 1)),
                _ => false,
            };
            if !of_something || start > from {
                out.push(time(from, start + 1, window));
            }
        }
        for (name, open, close) in NAMED {
            if let Some(end) = reading.phrase_end(start, name) {
                out.push(time(from, end, between(*open, *close)));
            }
        }
    }
    if let Some(end) = reading.any_phrase_end(from, &["am only", "mornings only"]) {
        out.push(time(from, end, between(6, 12)));
    }
}

/// Whether the token before `at` is about days, so that "night" behind it is a time.
fn follows_a_day(reading: &Reading<'_>, at: usize) -> bool {
    let before = reading.before(at);
    super::when::is_day(before)
        || matches!(before, "late" | "every" | "each" | "any" | "this" | "by" | "or" | "and" | ",")
}

fn is_lesson(word: &str) -> bool {
    matches!(
        word,
        "lesson" | "lessons" | "class" | "classes" | "school" | "course" | "courses" | "session" | "sessions"
    )
}

/// "at 5pm", "after 5", "before noon", "by 6".
fn points(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let lead = |phrases: &[&str]| phrases.iter().filter_map(|phrase| reading.phrase_end(from, phrase)).max();
    // A bare number is a time only where nothing else makes it one.
    let plain = |clock: &Clock| clock.certain || !is_counted(reading, clock.end);
    if let Some(at) = lead(&["at around", "at about", "at", "around", "about", "@"])
        && let Some(clock) = clock(reading, at)
        && plain(&clock)
        && (clock.certain || reading.at(from) == "at" || clock.hour <= 12)
    {
        out.push(start_at(from, clock));
    }
    if let Some(clock) = clock(reading, from)
        && clock.certain
    {
        out.push(start_at(from, clock));
    }
    let later = |phrases: &[&str]| lead(phrases).and_then(|at| clock(reading, at)).filter(plain);
    if let Some(clock) = later(&[
        "after",
        "past",
        "from",
        "since",
        "starting at",
        "starting from",
        "not before",
        "no earlier than",
        "later than",
        "starting",
    ]) {
        let only_when_certain = matches!(reading.at(from), "from" | "since" | "past");
        if clock.certain || !only_when_certain {
            let end = reading
                .any_phrase_end(clock.end, &["onwards", "onward", "on", "or later"])
                .unwrap_or(clock.end);
            let window = TimeWindow {
                from: grid_after(clock.minutes(clock.hour < 9 || clock.hour == 12)),
                to: None,
                start_only: false,
            };
            out.push(time(from, end, window));
        }
    }
    if let Some(clock) = clock(reading, from)
        && plain(&clock)
        && let Some(end) =
            reading.any_phrase_end(clock.end, &["or later", "onwards", "onward", "and later", "or after"])
    {
        let window =
            TimeWindow { from: grid_after(clock.minutes(clock.usual_half())), to: None, start_only: false };
        out.push(time(from, end, window));
    }
    if let Some(clock) = later(&[
        "before",
        "until",
        "till",
        "til",
        "by",
        "no later than",
        "not after",
        "earlier than",
        "ending by",
        "done by",
        "up to",
    ]) && (clock.certain || reading.at(from) != "up")
    {
        let minutes = if clock.hour == 24 { 1440 } else { clock.minutes(clock.usual_half()) };
        let window = TimeWindow { from: None, to: grid(minutes), start_only: false };
        out.push(time(from, clock.end, window));
    }
}

/// A lesson that begins within the hour.
fn start_at(from: usize, clock: Clock) -> Candidate {
    let minutes = clock.minutes(clock.usual_half());
    let window = TimeWindow { from: grid(minutes), to: grid(minutes + 60), start_only: true };
    time(from, clock.end, window)
}

/// Whether what follows makes the number a count, an age or a price.
fn is_counted(reading: &Reading<'_>, end: usize) -> bool {
    let end = if reading.is_sign(end, '-') { end + 1 } else { end };
    reading.is_sign(end, '$')
        || reading.is_sign(end, '%')
        || reading.is_sign(end, '/')
        || matches!(
            reading.at(end),
            "year"
                | "years"
                | "yr"
                | "yrs"
                | "yo"
                | "yos"
                | "month"
                | "months"
                | "minutes"
                | "minute"
                | "min"
                | "mins"
                | "hour"
                | "hours"
                | "hr"
                | "hrs"
                | "dollars"
                | "bucks"
                | "week"
                | "weeks"
                | "day"
                | "days"
                | "lessons"
                | "miles"
                | "mile"
                | "blocks"
                | "people"
                | "kids"
                | "students"
                | "times"
                | "stops"
                | "th"
                | "st"
                | "nd"
                | "rd"
                | "and"
                | "k"
        )
}

/// "2-4pm", "between 2 and 4", "from 10 to noon".
fn ranges(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let led = matches!(reading.at(from), "between" | "from");
    let at = if led { from + 1 } else { from };
    let Some(first) = clock(reading, at) else { return };
    let linked = matches!(reading.at(first.end), "-" | "to" | "til" | "till" | "until" | "through")
        || (reading.at(from) == "between" && reading.at(first.end) == "and");
    if !linked {
        return;
    }
    let Some(last) = clock(reading, first.end + 1) else { return };
    let certain = first.certain || last.certain;
    if !certain && (is_counted(reading, last.end) || is_age_context(reading, at)) {
        return;
    }
    // The half that was named counts for both, unless the range would run backwards.
    let (start, end) = match (first.afternoon, last.afternoon) {
        (None, Some(half)) => {
            let end = last.minutes(half);
            let same = first.minutes(half);
            (if same < end { same } else { first.minutes(false) }, end)
        }
        (Some(half), None) => {
            let start = first.minutes(half);
            let same = last.minutes(half);
            (start, if same > start { same } else { last.minutes(true) })
        }
        _ => {
            let start = first.minutes(first.usual_half());
            let end = last.minutes(last.usual_half());
            (start, if end > start { end } else { last.minutes(true) })
        }
    };
    let end = if last.hour == 24 { 1440 } else { end };
    if start >= end {
        return;
    }
    let window = TimeWindow { from: grid_after(start), to: grid(end), start_only: false };
    let bonus = if certain { 2.0 } else { -1.0 };
    out.push(time(from, last.end, window).plus(bonus));
    // "at 2-4pm", "saturday from 2 to 4".
    if from > 0 && !led && matches!(reading.before(from), "at" | "@") {
        out.push(time(from - 1, last.end, TimeWindow { ..window }).plus(bonus));
    }
}

fn is_age_context(reading: &Reading<'_>, at: usize) -> bool {
    matches!(reading.before(at), "age" | "ages" | "aged" | "grade" | "grades" | "k")
}

/// "30 minutes", "a 90-minute lesson", "2 hours", "half an hour".
fn durations(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let at = if matches!(reading.at(from), "for" | "a" | "an") { from + 1 } else { from };
    let at = if reading.at(from) == "for" && matches!(reading.at(at), "a" | "an") { at + 1 } else { at };
    let Some((minutes, end)) = length(reading, at) else { return };
    // "30 minutes from the Bronx" is a distance.
    if let Some(end) = reading.any_phrase_end(
        end,
        &[
            "from",
            "away",
            "away from",
            "walk",
            "walk from",
            "drive",
            "drive from",
            "of",
            "by train",
            "by subway",
            "to",
        ],
    ) {
        let within = if matches!(reading.before(from), "within" | "about") { from - 1 } else { from };
        let of = if reading.at(end) == "of" || reading.at(end) == "from" { end + 1 } else { end };
        if reading.at(end.saturating_sub(1)) != "to" {
            out.push(Candidate::slot(within, of, Found::Noise).plus(1.0));
            return;
        }
    }
    let length = u16::try_from(minutes).unwrap_or(u16::MAX);
    if !(15..=720).contains(&length) {
        return;
    }
    let length = length.div_ceil(15) * 15;
    let end = if matches!(reading.at(end), "long" | "duration") { end + 1 } else { end };
    let priced = matches!(reading.before(from), "per")
        || (reading.at(from) == "an" && reading.digits(from.wrapping_sub(1)).is_some());
    if !priced {
        out.push(Candidate::slot(from, end, Found::Duration(length)));
    }
}

/// Minutes, and the token behind them.
fn length(reading: &Reading<'_>, at: usize) -> Option<(u32, usize)> {
    if let Some(end) = reading.any_phrase_end(at, &["half an hour", "half hour", "half a hour"]) {
        return Some((30, end));
    }
    if let Some(end) =
        reading.any_phrase_end(at, &["hour and a half", "one and a half hours", "one and a half hour"])
    {
        return Some((90, end));
    }
    if reading.at(at) == "hour"
        && matches!(reading.at(at + 1), "long" | "lesson" | "lessons" | "session" | "sessions" | "class")
    {
        return Some((60, at + 1));
    }
    if reading.phrase_end(at, "hour long").is_some() {
        return Some((60, at + 3));
    }
    let hundredths = reading.hundredths(at).or_else(|| numbers::word(reading.at(at)).map(|n| n * 100))?;
    let unit_at = if reading.is_sign(at + 1, '-') { at + 2 } else { at + 1 };
    match reading.at(unit_at) {
        "minute" | "minutes" | "min" | "mins" => Some((hundredths / 100, unit_at + 1)),
        "m" if reading.glued(unit_at) && hundredths >= 1500 => Some((hundredths / 100, unit_at + 1)),
        "hour" | "hours" | "hr" | "hrs" | "h" if hundredths <= 1200 => {
            let minutes = hundredths * 60 / 100;
            let half = reading.phrase_end(unit_at + 1, "and a half");
            match half {
                Some(end) => Some((minutes + 30, end)),
                None => Some((minutes, unit_at + 1)),
            }
        }
        _ => None,
    }
}
