//! Prices: "under $50", "$40-60", "around 80 dollars an hour", "cheap".

use super::{
    PriceLimit, PriceWord,
    lattice::{Candidate, Found},
    numbers,
    reading::Reading,
};

const AT_MOST: &[&str] = &[
    "no more than",
    "not more than",
    "not over",
    "less than",
    "lower than",
    "cheaper than",
    "at most",
    "up to",
    "under",
    "below",
    "within",
    "max",
    "maximum",
    "max of",
    "maximum of",
    "budget",
    "budget of",
    "budget is",
    "my budget is",
    "with a budget of",
    "not exceeding",
];
const AT_LEAST: &[&str] = &[
    "more than",
    "no less than",
    "not less than",
    "at least",
    "over",
    "above",
    "minimum",
    "minimum of",
    "min",
    "starting at",
    "starting from",
    "higher than",
    "upwards of",
];
const ABOUT: &[&str] =
    &["around", "about", "approximately", "approx", "roughly", "circa", "close to", "near"];
const CHEAP: &[&str] = &[
    "cheap",
    "cheaper",
    "cheapest",
    "affordable",
    "inexpensive",
    "budget",
    "budget friendly",
    "low cost",
    "lowcost",
    "low price",
    "low priced",
    "reasonably priced",
    "not too expensive",
    "not expensive",
    "good value",
    "on a budget",
    "on a tight budget",
    "on a shoestring",
    "economical",
    "bargain",
    "low budget",
    "reasonable price",
    "reasonable prices",
];
const DEAR: &[&str] = &["premium", "luxury", "high end", "expensive", "top end", "most expensive"];
const PER: &[&str] = &[
    "per hour",
    "an hour",
    "per hr",
    "an hr",
    "a hour",
    "hourly",
    "ph",
    "per lesson",
    "a lesson",
    "per session",
    "a session",
    "per class",
    "a class",
    "each",
    "each lesson",
    "hr",
    "hour",
    "h",
];
/// What follows a number that is not money.
const OTHER_UNITS: &[&str] = &[
    "min", "mins", "minute", "minutes", "hour", "hours", "hr", "hrs", "h", "am", "pm", "a", "p", "year",
    "years", "yr", "yrs", "yo", "month", "months", "mo", "week", "weeks", "day", "days", "mile", "miles",
    "mi", "block", "blocks", "km", "k", "oclock", "th", "st", "nd", "rd", "grade", "lessons", "people",
    "students", "kids", "times", "x", "stops", "m",
];

/// More than any lesson costs.
const MAX_CENTS: u32 = 10_000_000;

/// An amount of money in cents.
#[derive(Clone, Copy)]
struct Money {
    cents: u32,
    end: usize,
    /// Written with a currency.
    explicit: bool,
}

/// Proposes every price.
pub(super) fn propose(reading: &Reading<'_>, out: &mut Vec<Candidate>) {
    for from in 0..reading.len() {
        limits(reading, from, out);
        bare(reading, from, out);
        words(reading, from, out);
    }
}

/// Reads an amount at `at`.
fn money(reading: &Reading<'_>, at: usize) -> Option<Money> {
    let signed = reading.is_sign(at, '$') || reading.at(at) == "usd";
    let number_at = if signed { at + 1 } else { at };
    let (cents, mut end) = match reading.hundredths(number_at) {
        Some(hundredths) => (hundredths.min(MAX_CENTS), number_at + 1),
        None => numbers::phrase(|at| reading.at(number_at + at))
            .map(|(dollars, words)| (dollars.saturating_mul(100).min(MAX_CENTS), number_at + words))?,
    };
    let named = matches!(reading.at(end), "dollars" | "dollar" | "bucks" | "buck" | "usd")
        || reading.is_sign(end, '$');
    if named && !signed {
        end += 1;
    }
    Some(Money { cents, end, explicit: signed || named })
}

/// Skips "an hour" and "/hr".
fn after_unit(reading: &Reading<'_>, end: usize) -> (usize, bool) {
    if reading.is_sign(end, '/') {
        return reading.any_phrase_end(end + 1, PER).map_or((end, false), |end| (end, true));
    }
    // "50 an hour" names a price, "2 hour" does not.
    let spelled = PER.iter().filter(|unit| !matches!(**unit, "hr" | "hour" | "h" | "each"));
    let found = spelled.filter_map(|unit| reading.phrase_end(end, unit)).max();
    found.map_or((end, false), |end| (end, true))
}

/// Whether a bare number may be money: a sensible amount with no other unit behind it.
fn may_be_money(reading: &Reading<'_>, money: Money) -> bool {
    money.explicit || (money.cents >= 1_500 && !followed_by_other_unit(reading, money.end))
}

fn followed_by_other_unit(reading: &Reading<'_>, end: usize) -> bool {
    let end = if reading.is_sign(end, '-') && reading.glued(end) { end + 1 } else { end };
    OTHER_UNITS.contains(&reading.at(end))
        || (reading.is_sign(end, ':') && reading.glued(end))
        || (reading.is_sign(end, '/') && reading.digits(end + 1).is_some())
        || (reading.is_sign(end, '%'))
}

fn range(min: Option<u32>, max: Option<u32>) -> Found {
    let (min, max) = match (min, max) {
        (Some(a), Some(b)) if a > b => (Some(b), Some(a)),
        other => other,
    };
    Found::Price(PriceLimit { min, max, word: None })
}

/// "under 50", "over $60", "around $80", "between 40 and 60".
fn limits(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let mut push = |end: usize, found: Found, explicit: bool| {
        let end = after_unit(reading, end).0;
        out.push(Candidate::slot(from, end, found).plus(if explicit { 6.0 } else { 0.0 }));
    };
    let sign = |sign| reading.is_sign(from, sign);
    let lead = |phrases: &[&str]| phrases.iter().filter_map(|phrase| reading.phrase_end(from, phrase)).max();
    let at_amount = |at: usize| {
        // "under about $50"
        let at = if matches!(reading.at(at), "about" | "of" | "the" | "is") { at + 1 } else { at };
        let at = if reading.is_sign(at, ':') || reading.is_sign(at, '=') { at + 1 } else { at };
        money(reading, at).filter(|money| may_be_money(reading, *money))
    };
    let symbol = |c: char| sign(c).then(|| if reading.is_sign(from + 1, '=') { from + 2 } else { from + 1 });
    if let Some(amount) = lead(AT_MOST).or_else(|| symbol('<')).and_then(at_amount) {
        push(amount.end, range(None, Some(amount.cents)), amount.explicit);
    }
    if let Some(amount) = lead(AT_LEAST).or_else(|| symbol('>')).and_then(at_amount) {
        push(amount.end, range(Some(amount.cents), None), amount.explicit);
    }
    if let Some(amount) = lead(ABOUT).or_else(|| symbol('~')).and_then(at_amount) {
        let (low, high) = (amount.cents / 5 * 4, amount.cents / 5 * 6);
        push(amount.end, range(Some(low), Some(high)), amount.explicit);
    }
    if matches!(reading.at(from), "between" | "from")
        && let Some((low, high)) = pair(reading, from + 1, &["and", "to", "-"])
    {
        push(high.end, range(Some(low.cents), Some(high.cents)), low.explicit || high.explicit);
    }
    if let Some((low, high)) = pair(reading, from, &["to", "-"]) {
        push(high.end, range(Some(low.cents), Some(high.cents)), low.explicit || high.explicit);
    }
}

/// Two amounts with one of `links` between them.
fn pair(reading: &Reading<'_>, at: usize, links: &[&str]) -> Option<(Money, Money)> {
    let low = money(reading, at)?;
    if !links.contains(&reading.at(low.end)) {
        return None;
    }
    let high = money(reading, low.end + 1)?;
    let explicit = low.explicit || high.explicit;
    // "10-12" is a time, "8-10 year olds" an age, "40-60" a price.
    let plausible = high.cents >= 2_500 && low.cents >= 1_000 && high.cents > low.cents;
    (explicit || (plausible && !followed_by_other_unit(reading, high.end))).then_some((low, high))
}

/// "$50", "50 dollars", "$50+", "$50 or less", "50 an hour".
fn bare(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let Some(money) = money(reading, from) else { return };
    let (end, per_hour) = after_unit(reading, money.end);
    if !money.explicit && (!per_hour || money.cents < 1_000) {
        return;
    }
    let at_least = ["or more", "and up", "or above", "and above", "plus", "minimum", "and over", "or higher"];
    let at_most = [
        "or less",
        "or under",
        "or below",
        "or cheaper",
        "max",
        "maximum",
        "tops",
        "and under",
        "and below",
        "budget",
    ];
    let (end, found) = if reading.is_sign(end, '+') {
        (end + 1, range(Some(money.cents), None))
    } else if let Some(end) = reading.any_phrase_end(end, &at_least) {
        (end, range(Some(money.cents), None))
    } else {
        let end = reading.any_phrase_end(end, &at_most).unwrap_or(end);
        (end, range(None, Some(money.cents)))
    };
    let end = after_unit(reading, end).0;
    out.push(Candidate::slot(from, end, found).plus(3.0));
}

fn words(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    for (phrases, word) in [(CHEAP, PriceWord::Budget), (DEAR, PriceWord::Premium)] {
        if let Some(end) = phrases.iter().filter_map(|phrase| reading.phrase_end(from, phrase)).max() {
            let found = Found::Price(PriceLimit { word: Some(word), ..PriceLimit::default() });
            out.push(Candidate::slot(from, end, found));
        }
    }
}
