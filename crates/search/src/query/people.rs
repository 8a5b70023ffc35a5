//! Who is to be taught and how: audience, age, level, online or in person, near the student.

use super::{
    Audience, Level, Mode,
    lattice::{Candidate, Found, People},
    numbers,
    reading::Reading,
};

const MODES: &[(&str, Mode)] = &[
    ("online", Mode::Online),
    ("virtual", Mode::Online),
    ("virtually", Mode::Online),
    ("remote", Mode::Online),
    ("remotely", Mode::Online),
    ("zoom", Mode::Online),
    ("over zoom", Mode::Online),
    ("by zoom", Mode::Online),
    ("via zoom", Mode::Online),
    ("on zoom", Mode::Online),
    ("skype", Mode::Online),
    ("over skype", Mode::Online),
    ("facetime", Mode::Online),
    ("google meet", Mode::Online),
    ("video call", Mode::Online),
    ("video calls", Mode::Online),
    ("by video", Mode::Online),
    ("over video", Mode::Online),
    ("webcam", Mode::Online),
    ("over the internet", Mode::Online),
    ("distance learning", Mode::Online),
    ("from home online", Mode::Online),
    ("in person", Mode::InPerson),
    ("inperson", Mode::InPerson),
    ("face to face", Mode::InPerson),
    ("at my home", Mode::InPerson),
    ("at my place", Mode::InPerson),
    ("at my house", Mode::InPerson),
    ("at my apartment", Mode::InPerson),
    ("in my home", Mode::InPerson),
    ("in my house", Mode::InPerson),
    ("in my apartment", Mode::InPerson),
    ("in home", Mode::InPerson),
    ("to my home", Mode::InPerson),
    ("to my house", Mode::InPerson),
    ("to my apartment", Mode::InPerson),
    ("house calls", Mode::InPerson),
    ("comes to me", Mode::InPerson),
    ("come to me", Mode::InPerson),
    ("not online", Mode::InPerson),
    ("offline", Mode::InPerson),
    ("on site", Mode::InPerson),
];

const NEAR_USER: &[&str] = &[
    "near me",
    "nearby",
    "near by",
    "close to me",
    "close by",
    "around me",
    "around here",
    "near here",
    "in my area",
    "in my neighborhood",
    "in my neighbourhood",
    "near my home",
    "near my house",
    "near my apartment",
    "near my place",
    "close to home",
    "near home",
    "local to me",
    "near my location",
    "closest to me",
    "nearest",
];

const LEVELS: &[(&str, Level)] = &[
    ("beginner", Level::Beginner),
    ("beginners", Level::Beginner),
    ("absolute beginner", Level::Beginner),
    ("absolute beginners", Level::Beginner),
    ("complete beginner", Level::Beginner),
    ("complete beginners", Level::Beginner),
    ("total beginner", Level::Beginner),
    ("total beginners", Level::Beginner),
    ("beginner level", Level::Beginner),
    ("newbie", Level::Beginner),
    ("newbies", Level::Beginner),
    ("novice", Level::Beginner),
    ("novices", Level::Beginner),
    ("first timer", Level::Beginner),
    ("first timers", Level::Beginner),
    ("entry level", Level::Beginner),
    ("introductory", Level::Beginner),
    ("intro", Level::Beginner),
    ("intro to", Level::Beginner),
    ("introduction to", Level::Beginner),
    ("no experience", Level::Beginner),
    ("no prior experience", Level::Beginner),
    ("zero experience", Level::Beginner),
    ("without experience", Level::Beginner),
    ("from zero", Level::Beginner),
    ("noob", Level::Beginner),
    ("noobs", Level::Beginner),
    ("rookie", Level::Beginner),
    ("rookies", Level::Beginner),
    ("complete newbie", Level::Beginner),
    ("total newbie", Level::Beginner),
    ("beginner friendly", Level::Beginner),
    ("just starting out", Level::Beginner),
    ("starting out", Level::Beginner),
    ("never played", Level::Beginner),
    ("never played before", Level::Beginner),
    ("never done", Level::Beginner),
    ("never done this before", Level::Beginner),
    ("never done it before", Level::Beginner),
    ("never tried", Level::Beginner),
    ("never studied", Level::Beginner),
    ("never touched", Level::Beginner),
    ("never taken", Level::Beginner),
    ("never had a lesson", Level::Beginner),
    ("intermediate", Level::Intermediate),
    ("intermediates", Level::Intermediate),
    ("intermediate level", Level::Intermediate),
    ("advanced", Level::Advanced),
    ("advanced level", Level::Advanced),
    ("advanced students", Level::Advanced),
    ("advanced players", Level::Advanced),
    ("expert level", Level::Advanced),
    ("elementary school", Level::Elementary),
    ("elementary", Level::Elementary),
    ("elementary schoolers", Level::Elementary),
    ("grade school", Level::Elementary),
    ("grade schoolers", Level::Elementary),
    ("primary school", Level::Elementary),
    ("middle school", Level::MiddleSchool),
    ("middle schooler", Level::MiddleSchool),
    ("middle schoolers", Level::MiddleSchool),
    ("junior high", Level::MiddleSchool),
    ("high school", Level::HighSchool),
    ("highschool", Level::HighSchool),
    ("high schooler", Level::HighSchool),
    ("high schoolers", Level::HighSchool),
    ("college", Level::College),
    ("college level", Level::College),
    ("university", Level::College),
    ("undergraduate", Level::College),
    ("college student", Level::College),
    ("college students", Level::College),
    ("ap", Level::Ap),
    ("advanced placement", Level::Ap),
];

const AUDIENCES: &[(&str, Audience)] = &[
    ("toddler", Audience::Toddlers),
    ("toddlers", Audience::Toddlers),
    ("baby", Audience::Toddlers),
    ("babies", Audience::Toddlers),
    ("infant", Audience::Toddlers),
    ("infants", Audience::Toddlers),
    ("preschooler", Audience::Toddlers),
    ("preschoolers", Audience::Toddlers),
    ("kid", Audience::Kids),
    ("kids", Audience::Kids),
    ("kiddo", Audience::Kids),
    ("kiddos", Audience::Kids),
    ("child", Audience::Kids),
    ("childs", Audience::Kids),
    ("children", Audience::Kids),
    ("childrens", Audience::Kids),
    ("my son", Audience::Kids),
    ("my sons", Audience::Kids),
    ("my daughter", Audience::Kids),
    ("my daughters", Audience::Kids),
    ("our son", Audience::Kids),
    ("our sons", Audience::Kids),
    ("our daughter", Audience::Kids),
    ("our daughters", Audience::Kids),
    ("my little one", Audience::Kids),
    ("my girl", Audience::Kids),
    ("my boy", Audience::Kids),
    ("my girls", Audience::Kids),
    ("my boys", Audience::Kids),
    ("little girl", Audience::Kids),
    ("little girls", Audience::Kids),
    ("little boy", Audience::Kids),
    ("little boys", Audience::Kids),
    ("little ones", Audience::Kids),
    ("my grandson", Audience::Kids),
    ("my granddaughter", Audience::Kids),
    ("my grandkids", Audience::Kids),
    ("my grandchildren", Audience::Kids),
    ("my niece", Audience::Kids),
    ("my nephew", Audience::Kids),
    ("young children", Audience::Kids),
    ("young kids", Audience::Kids),
    ("little kids", Audience::Kids),
    ("boys", Audience::Kids),
    ("girls", Audience::Kids),
    ("youth", Audience::Kids),
    ("kindergartner", Audience::Kids),
    ("kindergartener", Audience::Kids),
    ("kindergartners", Audience::Kids),
    ("kindergarteners", Audience::Kids),
    ("tween", Audience::Kids),
    ("tweens", Audience::Kids),
    ("teen", Audience::Teens),
    ("teens", Audience::Teens),
    ("teenager", Audience::Teens),
    ("teenagers", Audience::Teens),
    ("teenage", Audience::Teens),
    ("adolescents", Audience::Teens),
    ("adult", Audience::Adults),
    ("adults", Audience::Adults),
    ("grown ups", Audience::Adults),
    ("grownups", Audience::Adults),
    ("grown up", Audience::Adults),
    ("senior", Audience::Seniors),
    ("seniors", Audience::Seniors),
    ("senior citizens", Audience::Seniors),
    ("elderly", Audience::Seniors),
    ("older adult", Audience::Seniors),
    ("older adults", Audience::Seniors),
    ("older people", Audience::Seniors),
    ("old people", Audience::Seniors),
    ("retired people", Audience::Seniors),
    ("retirees", Audience::Seniors),
];

/// Understood, and asking for nothing we could filter by.
const NOISE: &[&str] = &[
    "asap",
    "as soon as possible",
    "right now",
    "available now",
    "right away",
    "soon",
    "immediately",
    "anytime",
    "any time",
    "any day",
    "flexible",
    "as early as possible",
];

/// Proposes everything about people and ways of teaching.
pub(super) fn propose(reading: &Reading<'_>, out: &mut Vec<Candidate>) {
    for from in 0..reading.len() {
        for (phrase, mode) in MODES {
            if let Some(end) = reading.phrase_end(from, phrase) {
                out.push(Candidate::slot(from, end, Found::Mode(*mode)));
            }
        }
        if let Some(end) = reading.any_phrase_end(from, NEAR_USER) {
            out.push(Candidate::slot(from, end, Found::NearUser));
        }
        if let Some(end) = reading.any_phrase_end(from, NOISE) {
            out.push(Candidate::slot(from, end, Found::Noise));
        }
        for (phrase, level) in LEVELS {
            if let Some(end) = reading.phrase_end(from, phrase) {
                out.push(Candidate::slot(from, end, Found::Level(*level)));
            }
        }
        for (phrase, audience) in AUDIENCES {
            if let Some(end) = reading.phrase_end(from, phrase) {
                let people = People { audience: Some(*audience), ..People::default() };
                out.push(Candidate::slot(from, end, Found::People(people)));
                limit(reading, from, end, *audience, out);
            }
        }
        over(reading, from, out);
        ages(reading, from, out);
        grades(reading, from, out);
    }
}

fn years(reading: &Reading<'_>, at: usize) -> Option<u8> {
    reading.number(at).and_then(|years| u8::try_from(years).ok()).filter(|years| *years <= 110)
}

/// "kids under 10", "children up to 8", "kids ages 5 to 7", "kids (5-7)".
fn limit(reading: &Reading<'_>, from: usize, at: usize, audience: Audience, out: &mut Vec<Candidate>) {
    let mut push = |end: usize, age, max_age| {
        let end = after_years(reading, end).unwrap_or(end);
        let people = People { audience: Some(audience), age, max_age };
        out.push(Candidate::slot(from, end, Found::People(people)).plus(8.0));
    };
    let not_money = |end: usize| {
        !reading.is_sign(end, '$') && !matches!(reading.at(end), "dollars" | "bucks" | "pm" | "am")
    };
    let at = if reading.at(at) == "who" || reading.at(at) == "that" { at + 2 } else { at };
    let at = if matches!(reading.at(at), "aged" | "age" | "ages" | "are") { at + 1 } else { at };
    let under = reading.any_phrase_end(
        at,
        &["under the age of", "under", "below", "younger than", "up to", "up to age", "under age"],
    );
    if let Some(number_at) = under
        && let Some(age) = years(reading, number_at).filter(|age| *age <= 18)
        && not_money(number_at + 1)
    {
        push(number_at + 1, None, Some(age));
    }
    if let Some((low, high, end)) =
        age_range(reading, at).filter(|(_, high, end)| *high <= 18 && not_money(*end))
    {
        push(end, Some(low), Some(high));
    }
    if at > from + 1
        && let Some(age) =
            years(reading, at).filter(|_| not_money(at + 1) && matches!(reading.before(at), "aged" | "age"))
    {
        push(at + 1, Some(age), None);
    }
}

/// "adults over 60", "women over fifty": an age, and no price.
fn over(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let people =
        ["adults", "seniors", "people", "women", "men", "folks", "ladies", "anyone", "everyone", "those"];
    let sign = reading.is_sign(from + 2, '$');
    if people.contains(&reading.at(from))
        && matches!(reading.at(from + 1), "over" | "above" | "past")
        && let Some(age) = years(reading, from + 2).filter(|age| *age >= 18 && !sign)
    {
        let end = after_years(reading, from + 3).unwrap_or(from + 3);
        let people = People { audience: Some(Audience::of_age(age)), ..People::default() };
        out.push(Candidate::slot(from, end, Found::People(people)).plus(8.0));
    }
}

/// "8-10", "8 to 10".
fn age_range(reading: &Reading<'_>, at: usize) -> Option<(u8, u8, usize)> {
    let low = years(reading, at)?;
    if !matches!(reading.at(at + 1), "-" | "to" | "and" | "or") {
        return None;
    }
    let high = years(reading, at + 2).filter(|high| *high >= low)?;
    Some((low, high, at + 3))
}

/// Skips "year old", "-year-olds", "yo", "years of age".
fn after_years(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let at = if reading.is_sign(at, '-') { at + 1 } else { at };
    let phrases = [
        "year olds",
        "year old",
        "years olds",
        "years old",
        "years of age",
        "yr olds",
        "yr old",
        "yrs old",
        "yos",
        "yo",
        "y o",
        "year",
        "years",
        "yrs",
        "yr",
    ];
    let end = reading.any_phrase_end(at, &phrases)?;
    let old = matches!(reading.before(end), "old" | "olds" | "age" | "yo" | "yos" | "o");
    old.then_some(end)
}

/// "8-10 year olds", "for a four year old", "age 7", "ages 5 to 7", "6 months old".
fn ages(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let mut push = |end: usize, age: u8, max_age: Option<u8>| {
        let people = People { audience: None, age: Some(age), max_age };
        out.push(Candidate::slot(from, end, Found::People(people)).plus(3.0));
    };
    if let Some((low, high, end)) = age_range(reading, from)
        && let Some(end) = after_years(reading, end)
    {
        push(end, low, Some(high));
    }
    if let Some(age) = years(reading, from)
        && let Some(end) = after_years(reading, from + 1)
    {
        push(end, age, None);
    }
    if let Some(months) = years(reading, from)
        && let Some(end) =
            reading.any_phrase_end(from + 1, &["months old", "month old", "mo old", "month olds"])
    {
        push(end, months / 12, None);
    }
    if matches!(reading.at(from), "age" | "ages" | "aged") {
        if let Some((low, high, end)) = age_range(reading, from + 1) {
            push(after_years(reading, end).unwrap_or(end), low, Some(high));
        } else if let Some(age) = years(reading, from + 1) {
            let end = if reading.is_sign(from + 2, '+') { from + 3 } else { from + 2 };
            push(end, age, None);
        }
    }
    if reading.at(from) == "under"
        && let Some(age) = years(reading, from + 1)
        && let Some(end) = after_years(reading, from + 2)
    {
        let people = People { audience: None, age: None, max_age: Some(age) };
        out.push(Candidate::slot(from, end, Found::People(people)).plus(4.0));
    }
}

/// "3rd grade", "fifth grader", "grade 4": children of about that number plus five years.
fn grades(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let ordinal = numbers::ordinal(reading.at(from)).map(|grade| (grade, from + 1)).or_else(|| {
        let grade = reading.digits(from)?;
        numbers::is_ordinal_ending(reading.at(from + 1)).then_some((grade, from + 2))
    });
    let ordinal = ordinal.map(|(grade, end)| (grade, if reading.is_sign(end, '-') { end + 1 } else { end }));
    let found = ordinal
        .filter(|(_, end)| matches!(reading.at(*end), "grade" | "grader" | "graders"))
        .map(|(grade, end)| (grade, end + 1));
    let named = (reading.at(from) == "grade")
        .then(|| reading.number(from + 1).map(|grade| (grade, from + 2)))
        .flatten();
    let Some((grade, end)) = found.or(named) else { return };
    let Some(age) = u8::try_from(grade).ok().filter(|grade| (1..=12).contains(grade)).map(|grade| grade + 5)
    else {
        return;
    };
    let people = People { audience: Some(Audience::of_age(age)), age: None, max_age: None };
    out.push(Candidate::slot(from, end, Found::People(people)).plus(1.0));
}
