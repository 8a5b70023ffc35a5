//! From the best cover to the query.

use super::{
    Audience, Query, TimeWindow, Weekdays,
    chips::{self, Chip, Slot},
    lattice::{Candidate, Found, People, Phrase, When},
    reading::Reading,
    services,
};
use crate::vocabulary::Meaning;

/// Gathers what the cover says.
pub(super) fn resolve(reading: &Reading<'_>, mut cover: Vec<Candidate>) -> Query {
    let mut query = Query { text: reading.text.to_owned(), ..Query::default() };
    for candidate in &cover {
        apply(reading, candidate, &mut query);
    }
    children(reading, &cover, &mut query);
    if query.audience.is_empty()
        && let Some(age) = query.age.or(query.max_age)
    {
        query.audience.push(Audience::of_age(age));
    }
    unknown_place(reading, &mut cover, &mut query);
    services::decide(reading, &cover, &mut query);
    query.chips.sort_by_key(|chip| chip.span.start);
    query
}

fn apply(reading: &Reading<'_>, candidate: &Candidate, query: &mut Query) {
    match &candidate.found {
        Found::Phrase(phrase) => place(reading, candidate, phrase, query),
        Found::Price(price) => {
            query.price.min = query.price.min.or(price.min);
            query.price.max = query.price.max.or(price.max);
            query.price.word = query.price.word.or(price.word);
        }
        Found::When(when) => apply_when(when, query),
        Found::Duration(minutes) => query.duration = query.duration.or(Some(*minutes)),
        Found::Mode(mode) => query.mode = query.mode.or(Some(*mode)),
        Found::NearUser => query.near_user = true,
        Found::Level(level) => {
            if !query.levels.contains(level) {
                query.levels.push(*level);
            }
        }
        Found::People(People { audience, age, max_age }) => {
            query.audience.extend(audience.filter(|audience| !query.audience.contains(audience)));
            query.age = query.age.or(*age);
            query.max_age = query.max_age.or(*max_age);
        }
        Found::Noise => {}
    }
    query.chips.extend(chips::of(reading, candidate));
}

fn apply_when(when: &When, query: &mut Query) {
    for range in &when.dates {
        if !query.dates.contains(range) {
            query.dates.push(*range);
        }
    }
    if !when.weekdays.is_empty() {
        query.weekdays = Weekdays::and(query.weekdays, when.weekdays);
    }
    query.time = match (query.time, when.time) {
        (Some(known), Some(more)) => Some(both(known, more)),
        (known, more) => known.or(more),
    };
}

/// Two windows of one query: "evening after 6" is where they overlap, "evening at 7" is at 7, and "morning or evening", which
/// do not overlap, reaches from the first to the last.
fn both(a: TimeWindow, b: TimeWindow) -> TimeWindow {
    if a.start_only != b.start_only {
        return if a.start_only { a } else { b };
    }
    let from = a.from.max(b.from);
    let to = match (a.to, b.to) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    if from.zip(to).is_none_or(|(from, to)| from < to) {
        return TimeWindow { from, to, start_only: a.start_only };
    }
    TimeWindow {
        from: a.from.min(b.from),
        to: a.to.zip(b.to).map(|(a, b)| a.max(b)),
        start_only: a.start_only,
    }
}

fn place(reading: &Reading<'_>, candidate: &Candidate, phrase: &Phrase, query: &mut Query) {
    match phrase.meaning {
        Meaning::Place(place) => {
            if !query.places.contains(&place) {
                query.places.push(place);
            }
            // "astoria queens" names the borough, too.
            let gazetteer = reading.vocabulary.places();
            let borough =
                gazetteer.get(place).and_then(|place| place.borough).filter(|borough| *borough != place);
            if let Some(borough) = borough
                && let Some(name) =
                    gazetteer.get(borough).map(|borough| crate::text::words(&borough.name).join(" "))
                && phrase.spelled.ends_with(&format!(" {name}"))
                && !query.places.contains(&borough)
            {
                query.places.push(borough);
            }
            let before =
                if reading.before(candidate.from) == "the" { candidate.from - 1 } else { candidate.from };
            let further = reading.before(before.saturating_sub(1));
            query.near_place |= matches!(reading.before(before), "near" | "around" | "by")
                || matches!(
                    (further, reading.before(before)),
                    ("close", "to") | ("minutes", "from") | ("min", "from")
                );
        }
        Meaning::Elsewhere => query.unknown_place = Some(phrase.spelled.clone()),
        Meaning::Services { .. }
        | Meaning::Group(_)
        | Meaning::Category(_)
        | Meaning::NotService(_)
        | Meaning::WholeCity
        | Meaning::Slot => {}
    }
}

/// "kids art" may be the name of a service and speaks of children all the same.
fn children(reading: &Reading<'_>, cover: &[Candidate], query: &mut Query) {
    let speaks =
        cover.iter().filter(|candidate| matches!(candidate.found, Found::Phrase(_))).any(|candidate| {
            (candidate.from..candidate.to).any(|at| reading.vocabulary.children.contains(reading.at(at)))
        });
    if speaks && query.audience.is_empty() {
        query.audience.push(Audience::Kids);
    }
}

/// "photography in atlantis": a word behind "in" or "near" that is no English word and that nothing explains is meant as a
/// place, and we do not know it.
fn unknown_place(reading: &Reading<'_>, cover: &mut Vec<Candidate>, query: &mut Query) {
    if query.unknown_place.is_some() || !query.places.is_empty() {
        return;
    }
    let left = services::unexplained(reading, cover);
    for at in &left {
        let near = reading.before(*at) == "near";
        let leads = near || matches!(reading.before(*at), "in" | "around");
        let foreign = !reading.vocabulary.english.contains(reading.raw(*at));
        let capitalised = reading.token(*at).is_some_and(|token| token.capitalised)
            && !reading.token(0).is_some_and(|t| t.capitals);
        let mut end = at + 1;
        while left.contains(&end) {
            end += 1;
        }
        if !leads || !(foreign || near || capitalised || stands_apart(reading, cover, *at, end)) {
            continue;
        }
        let name = reading.phrase(*at, end);
        query.chips.push(Chip::new(reading, *at, end, Slot::UnknownPlace, name.clone()));
        query.unknown_place = Some(name);
        cover.push(Candidate::slot(*at, end, Found::Noise));
        cover.sort_by_key(|candidate| candidate.from);
        return;
    }
}

/// Whether the words `from..to` end the query, are like the names of places and have nothing to do with the service it names:
/// then they are a place, too.
fn stands_apart(reading: &Reading<'_>, cover: &[Candidate], from: usize, to: usize) -> bool {
    let Some(meanings) = &reading.vocabulary.meanings else { return to == reading.len() };
    let words = reading.phrase(from, to);
    let named = cover.iter().filter_map(|candidate| match &candidate.found {
        Found::Phrase(Phrase { meaning: Meaning::Services { services, .. }, .. }) => services.first(),
        _ => None,
    });
    let mut named = named.peekable();
    to == reading.len()
        && (from..to).any(|at| meanings.is_like_a_place(reading.raw(at)))
        && named.peek().is_some()
        && named.all(|service| meanings.similarity(&words, *service) < crate::semantic::SUGGEST)
}
