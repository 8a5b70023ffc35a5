//! Deciding which services were meant, strictly: what was named, and nothing beside it.

use super::{
    Evidence, Query, Scope,
    chips::{self, Chip, Slot},
    lattice::{Candidate, Found, Phrase},
    reading::Reading,
    trades::{Beside, Surroundings},
};
use crate::{
    semantic::{ACCEPT, Meanings, Near, Nearness, OVERRULE, OVERRULE_MARGIN, SUGGEST},
    vocabulary::{CategoryIx, GroupIx, Meaning, ServiceIx, lists},
};

/// A span that names services.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) services: Vec<ServiceIx>,
    group: Option<GroupIx>,
    pub(super) category: Option<CategoryIx>,
    spelled: String,
    corrected: bool,
    pub(super) blocked: bool,
}

/// Services to ask about.
const MOST_SUGGESTIONS: usize = 3;
/// Words between two names that make them a union.
const JOINERS: &[&str] = &["or", "and", ",", "/", "+", ";", "|", "plus", "either", "both", "also"];
const NEGATIONS: &[&str] = &["not", "no", "without", "except", "excluding", "besides"];

/// Decides the services of the query from the cover, and what is left unexplained.
pub(super) fn decide(reading: &Reading<'_>, cover: &[Candidate], query: &mut Query) {
    let mut hits: Vec<Hit> = cover.iter().filter_map(|candidate| hit(reading, candidate)).collect();
    let leftover = unexplained(reading, cover);
    exclude(reading, &mut hits, query);
    let leftover = exclude_members(reading, leftover, &hits, query);
    let mut other_trade = false;
    let mut named_things = Vec::new();
    let surroundings = Surroundings::new(reading, cover, &leftover, &hits);
    hits.retain_mut(|hit| {
        let beside = if hit.blocked { None } else { surroundings.beside(hit) };
        hit.blocked |= beside == Some(Beside::Trade);
        other_trade |= hit.blocked && beside.is_some();
        if beside == Some(Beside::Thing) {
            named_things.extend(hit.services.iter().copied());
        }
        beside != Some(Beside::Thing)
    });
    drop_languages_of_instruction(reading, &mut hits);
    let blocked: Vec<ServiceIx> =
        hits.iter().filter(|hit| hit.blocked).flat_map(|hit| hit.services.clone()).collect();
    query.excluded.extend(&blocked);
    for hit in hits.iter().filter(|hit| hit.blocked) {
        query.residual.push(reading.phrase(hit.from, hit.to));
    }
    hits.retain(|hit| !hit.blocked);
    let decision = Decision { reading, cover, leftover: &leftover };
    if let Some(chosen) = decision.named(&hits, query) {
        decision.accept(&chosen, query);
    } else if !blocked.is_empty() && (other_trade || leftover.is_empty()) {
        query.scope = Scope::Nothing;
        query.did_you_mean = blocked;
        query.did_you_mean.truncate(MOST_SUGGESTIONS);
    } else if let Some(category) = hits.iter().find(|hit| hit.category.is_some()) {
        decision.category(category, query);
    } else if !leftover.is_empty() {
        decision.by_meaning(query);
    }
    if query.scope == Scope::Nothing {
        named_things.retain(|service| !query.did_you_mean.contains(service));
        query.did_you_mean.splice(0..0, named_things);
        query.did_you_mean.truncate(MOST_SUGGESTIONS);
    }
    let understood = query.evidence != Evidence::None && matches!(query.evidence, Evidence::Meaning(_));
    if !understood {
        query.residual.extend(leftover.iter().map(|at| reading.raw(*at).to_owned()));
    }
}

fn hit(reading: &Reading<'_>, candidate: &Candidate) -> Option<Hit> {
    let Found::Phrase(Phrase { meaning, spelled, corrected }) = &candidate.found else { return None };
    let mut hit = Hit {
        from: candidate.from,
        to: candidate.to,
        services: Vec::new(),
        group: None,
        category: None,
        spelled: spelled.clone(),
        corrected: *corrected,
        blocked: false,
    };
    match meaning {
        Meaning::Services { services, .. } => hit.services.clone_from(services),
        Meaning::Group(group) => {
            hit.services = reading.vocabulary.group(*group)?.services.clone();
            hit.group = Some(*group);
            // "test prep" is a set of services and says which category, too.
            let words: Vec<&str> = spelled.split(' ').collect();
            hit.category = reading.vocabulary.phrases.find(&words).iter().find_map(|meaning| match meaning {
                Meaning::Category(category) => Some(*category),
                _ => None,
            });
        }
        Meaning::Category(category) => hit.category = Some(*category),
        Meaning::NotService(service) => {
            hit.services = vec![*service];
            hit.blocked = true;
        }
        Meaning::Place(_) | Meaning::WholeCity | Meaning::Elsewhere | Meaning::Slot => return None,
    }
    Some(hit)
}

/// Tokens that no span explains and that say something.
pub(super) fn unexplained(reading: &Reading<'_>, cover: &[Candidate]) -> Vec<usize> {
    let covered = |at: usize| cover.iter().any(|candidate| (candidate.from..candidate.to).contains(&at));
    (0..reading.len())
        .filter(|at| !covered(*at))
        .filter(|at| {
            reading.token(*at).is_some_and(|token| token.is_word() && token.text.len() > 1)
                && !reading.vocabulary.is_filler(reading.at(*at))
        })
        .collect()
}

/// "not piano", "except drums", "violin instead of cello".
fn exclude(reading: &Reading<'_>, hits: &mut Vec<Hit>, query: &mut Query) {
    let mut excluded = Vec::new();
    hits.retain(|hit| {
        let mut at = hit.from;
        while at > 0
            && matches!(
                reading.before(at),
                "a" | "an" | "the" | "any" | "for" | "in" | "interested" | "looking" | "want"
            )
        {
            at -= 1;
        }
        let before = reading.before(at);
        let further = reading.before(at.saturating_sub(1));
        let negated = NEGATIONS.contains(&before)
            || matches!(
                (further, before),
                ("instead", "of") | ("other", "than") | ("rather", "than") | ("anything", "but")
            );
        // "no piano at home" still asks for piano when nothing else is asked for.
        if negated {
            excluded.push(hit.clone());
        }
        !negated
    });
    if hits.is_empty() {
        hits.append(&mut excluded);
        return;
    }
    for hit in excluded {
        let value = chips::of_services(reading.vocabulary, &hit.services, hit.group);
        query.chips.push(Chip::new(reading, hit.from, hit.to, Slot::Excluded, value));
        query.excluded.extend(hit.services);
    }
}

/// "painting except oil": a word behind a negation that names one member of the group rules that member out.
fn exclude_members(
    reading: &Reading<'_>,
    leftover: Vec<usize>,
    hits: &[Hit],
    query: &mut Query,
) -> Vec<usize> {
    let names = |service: &ServiceIx, word: &str| {
        let service = reading.vocabulary.service(*service);
        service.is_some_and(|service| crate::text::words(&service.name).iter().any(|part| part == word))
    };
    let mut rest = Vec::with_capacity(leftover.len());
    for at in leftover {
        let word = reading.raw(at);
        let members = hits.iter().filter(|hit| hit.group.is_some()).flat_map(|hit| &hit.services);
        let meant: Vec<ServiceIx> = members.filter(|service| names(service, word)).copied().collect();
        if meant.is_empty() || !NEGATIONS.contains(&reading.before(at)) {
            rest.push(at);
            continue;
        }
        let value = chips::of_services(reading.vocabulary, &meant, None);
        query.chips.push(Chip::new(reading, at, at + 1, Slot::Excluded, value));
        query.excluded.extend(meant);
    }
    rest
}

/// "for Spanish speakers", "a French-speaking teacher", "piano in Russian": the language is not what is to be learnt. English
/// for speakers of something else is English as a second language.
fn drop_languages_of_instruction(reading: &Reading<'_>, hits: &mut Vec<Hit>) {
    if hits.len() < 2 {
        return;
    }
    let is_language = |hit: &Hit| {
        hit.services.iter().all(|service| {
            let service = reading.vocabulary.service(*service);
            service
                .and_then(|s| reading.vocabulary.category(s.category))
                .is_some_and(|c| c.slug == "language")
        }) && !hit.services.is_empty()
    };
    let names_english = |hit: &Hit| hit.spelled == "english";
    let mut speakers = false;
    let dropped: Vec<bool> = hits
        .iter()
        .map(|hit| {
            let behind = if reading.is_sign(hit.to, '-') { hit.to + 1 } else { hit.to };
            let spoken = matches!(reading.at(behind), "speaker" | "speakers" | "speaking")
                || hit.spelled.ends_with(" speaking")
                || hit.spelled.starts_with("speak ");
            let learner = matches!(reading.at(behind), "speaker" | "speakers");
            let medium = reading.before(hit.from) == "in" || reading.before(hit.from) == "speaks";
            // "korean drums" are drums.
            let adjective =
                hits.iter().any(|next| next.from == hit.to && !is_language(next) && next.category.is_none());
            let dropped = (is_language(hit) && (spoken || medium || adjective))
                || (names_english(hit) && (spoken || medium));
            speakers |= dropped && learner;
            dropped
        })
        .collect();
    if dropped.iter().all(|dropped| *dropped) {
        return;
    }
    let mut keep = dropped.iter().map(|dropped| !dropped);
    hits.retain(|_| keep.next().unwrap_or(true));
    if speakers
        && let [only] = hits.as_mut_slice()
        && only.spelled == "english"
        && let Some(Meaning::Services { services, .. }) = reading.vocabulary.phrases.find(&["esl"]).first()
    {
        only.services.clone_from(services);
        only.group = None;
    }
}

struct Decision<'a> {
    reading: &'a Reading<'a>,
    cover: &'a [Candidate],
    leftover: &'a [usize],
}

impl Decision<'_> {
    fn meanings(&self) -> Option<&Meanings> {
        self.reading.vocabulary.meanings.as_ref()
    }

    /// The hits that are meant, if services or groups were named: services before groups, unions kept, conflicts settled.
    fn named(&self, hits: &[Hit], query: &mut Query) -> Option<Vec<Hit>> {
        let services: Vec<&Hit> = hits.iter().filter(|hit| !hit.services.is_empty()).collect();
        let any_service = services.iter().any(|hit| hit.group.is_none());
        let mut chosen: Vec<Hit> = Vec::new();
        let mut last: Option<&Hit> = None;
        for hit in services {
            let joined = last.is_some_and(|last| self.joined(last, hit));
            // A group beside a service counts only in a list: "piano or painting".
            if any_service && hit.group.is_some() && !joined && !self.begins_list(hit, hits) {
                continue;
            }
            match chosen.last_mut() {
                Some(before) if !joined => {
                    if let Some(winner) = self.settle(before, hit, query) {
                        *before = winner;
                    }
                }
                _ => chosen.push(hit.clone()),
            }
            last = Some(hit);
        }
        if chosen.is_empty() {
            return None;
        }
        if let [only] = chosen.as_mut_slice() {
            if let Some(other) = self.overruled(only, query) {
                only.services = vec![other.service];
                only.group = None;
                query.evidence = Evidence::Meaning(other.similarity);
            } else if self.is_doubtful(only) {
                return None;
            }
        }
        Some(chosen)
    }

    /// Whether a list continues behind the hit: "painting or piano".
    fn begins_list(&self, hit: &Hit, hits: &[Hit]) -> bool {
        let next = hits.iter().find(|next| next.from >= hit.to && !next.services.is_empty());
        next.is_some_and(|next| self.joined(hit, next))
    }

    /// Whether a joiner stands between the two, and nothing unexplained.
    fn joined(&self, a: &Hit, b: &Hit) -> bool {
        let gap = a.to..b.from;
        let joiner = gap.clone().any(|at| JOINERS.contains(&self.reading.at(at)));
        joiner && !self.leftover.iter().any(|at| gap.contains(at))
    }

    /// Two names without a joiner: what both go by, else what the whole means, else the rarer one.
    fn settle(&self, a: &Hit, b: &Hit, query: &mut Query) -> Option<Hit> {
        let both: Vec<ServiceIx> =
            a.services.iter().filter(|service| b.services.contains(service)).copied().collect();
        if !both.is_empty() {
            let group = if both.len() == a.services.len() { a.group } else { None };
            return Some(Hit {
                to: b.to,
                services: both,
                group,
                spelled: format!("{} {}", a.spelled, b.spelled),
                ..a.clone()
            });
        }
        let rarity = |hit: &Hit| {
            self.reading.vocabulary.rarity(hit.spelled.split(' ')) - if hit.corrected { 2.0 } else { 0.0 }
        };
        let by_rarity = if rarity(b) > rarity(a) { b } else { a };
        let Some(meanings) = self.meanings() else { return Some(by_rarity.clone()) };
        query.used_semantic = true;
        let near = meanings.nearest(&self.content(), query.is_for_children());
        // Whoever spells a whole name means it, and the other words say what for: "boxing to lose weight".
        let meant = |hit: &Hit| {
            near.of(&hit.services) + if self.is_whole_name(hit) { OVERRULE_MARGIN * 2.0 } else { 0.0 }
        };
        let (near_a, near_b) = (meant(a), meant(b));
        let winner = if near_a > near_b + 0.06 {
            a
        } else if near_b > near_a + 0.06 {
            b
        } else {
            by_rarity
        };
        if let Some(top) = near.best()
            && top.similarity >= ACCEPT
            && top.similarity > near_a.max(near_b) + OVERRULE_MARGIN
        {
            return Some(Hit { services: vec![top.service], group: None, ..winner.clone() });
        }
        Some(winner.clone())
    }

    /// The text without what slots explain.
    fn content(&self) -> String {
        let is_slot = |at: usize| {
            self.cover.iter().any(|candidate| {
                (candidate.from..candidate.to).contains(&at)
                    && !matches!(
                        &candidate.found,
                        Found::Phrase(Phrase {
                            meaning: Meaning::Services { .. } | Meaning::Group(_) | Meaning::Category(_),
                            ..
                        })
                    )
            })
        };
        let corrected = |at: usize| {
            self.cover.iter().find_map(|candidate| match &candidate.found {
                Found::Phrase(Phrase { spelled, corrected: true, .. })
                    if (candidate.from..candidate.to).contains(&at) =>
                {
                    Some(if at == candidate.from { spelled.clone() } else { String::new() })
                }
                _ => None,
            })
        };
        let words: Vec<String> = (0..self.reading.len())
            .filter(|at| !is_slot(*at))
            .filter(|at| !self.reading.token(*at).is_some_and(|token| token.kind == crate::text::Kind::Sign))
            .map(|at| corrected(at).unwrap_or_else(|| self.reading.raw(at).to_owned()))
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    }

    /// Words are left that the name does not explain, and the whole means something else.
    fn overruled(&self, hit: &Hit, query: &mut Query) -> Option<Near> {
        let sentence = self.is_sentence();
        // A phrase of several words is no accident, and one word beside it does not change what it means, unless somebody says what
        // they want to do: "edit my youtube videos" is not about shooting them.
        let phrase = hit.spelled.contains(' ') && !hit.corrected && self.leftover.len() < 2 && !sentence;
        if self.leftover.is_empty() || phrase || (hit.group.is_some() && self.leftover.len() > 3) {
            return None;
        }
        let meanings = self.meanings()?;
        query.used_semantic = true;
        let near = meanings.nearest(&self.content(), query.is_for_children());
        let named = near.of(&hit.services);
        let top = near.best()?;
        let other = !hit.services.contains(&top.service) && !query.excluded.contains(&top.service);
        let margin = match (self.is_named(hit), sentence) {
            (true, _) if self.is_whole_name(hit) => OVERRULE_MARGIN * 2.0,
            (true, _) => OVERRULE_MARGIN,
            (false, false) => OVERRULE_MARGIN * 0.75,
            (false, true) => OVERRULE_MARGIN * 0.4,
        };
        (other && top.similarity >= OVERRULE && top.similarity > named + margin).then_some(top)
    }

    /// A misspelt or very common word among several unexplained ones is no name.
    fn is_doubtful(&self, hit: &Hit) -> bool {
        if self.leftover.is_empty() || hit.spelled.contains(' ') {
            return false;
        }
        if self.is_named(hit) && !hit.corrected {
            return false;
        }
        let Some(meanings) = self.meanings() else { return hit.corrected && self.leftover.len() > 1 };
        let near = meanings.nearest(&self.content(), true);
        let similarity = near.of(&hit.services);
        let least = if hit.corrected { SUGGEST } else { SUGGEST * 0.7 };
        similarity < least || similarity < near.outside
    }

    /// Whether the hit is the name of a service, or the name begins with it.
    fn is_named(&self, hit: &Hit) -> bool {
        hit.services.iter().any(|service| {
            let service = self.reading.vocabulary.service(*service);
            service.is_some_and(|service| crate::text::words(&service.name).first() == Some(&hit.spelled))
        })
    }

    /// Whether the hit is all of the name of a service, typed without a mistake.
    fn is_whole_name(&self, hit: &Hit) -> bool {
        !hit.corrected
            && hit.services.iter().any(|service| {
                let service = self.reading.vocabulary.service(*service);
                service.is_some_and(|service| crate::text::words(&service.name).join(" ") == hit.spelled)
            })
    }

    fn accept(&self, chosen: &[Hit], query: &mut Query) {
        query.scope = Scope::Named;
        if query.evidence == Evidence::None {
            let corrected = chosen.iter().all(|hit| hit.corrected);
            query.evidence = if corrected { Evidence::Typo } else { Evidence::Words };
        }
        query.strict = !matches!(query.evidence, Evidence::Meaning(_));
        for hit in chosen {
            let value = chips::of_services(self.reading.vocabulary, &hit.services, hit.group);
            let mut chip = Chip::new(self.reading, hit.from, hit.to, Slot::Service, value);
            chip.corrected_from = hit.corrected.then(|| chip.text.clone());
            query.chips.push(chip);
            query.groups.extend(hit.group);
            if let Some(category) = hit.category.filter(|category| !query.categories.contains(category)) {
                query.categories.push(category);
            }
            for service in &hit.services {
                if !query.services.contains(service) && !query.excluded.contains(service) {
                    query.services.push(*service);
                }
            }
        }
        if query.services.is_empty() {
            query.scope = Scope::Nothing;
        }
    }

    /// Only a category was named. Words beside it may say which of its services.
    fn category(&self, hit: &Hit, query: &mut Query) {
        query.scope = Scope::Named;
        query.evidence = Evidence::Words;
        let category = hit.category.unwrap_or_default();
        if !self.leftover.is_empty()
            && let Some(meanings) = self.meanings()
        {
            query.used_semantic = true;
            let near = meanings.nearest(&self.content(), query.is_for_children());
            let within = |near: &Near| {
                self.reading
                    .vocabulary
                    .service(near.service)
                    .is_some_and(|service| service.category == category)
            };
            let inside =
                near.best().filter(|top| within(top) && near.is_accepted(self.leftover.len() + 1, true));
            if let Some(top) = self.accepted(&near).or(inside) {
                query.evidence = Evidence::Meaning(top.similarity);
                self.accept_meaning(top.service, query);
                return;
            }
            // "thai language": a name we do not know in front of a category asks for that one thing.
            let in_front = hit.from.checked_sub(1).filter(|at| self.leftover.contains(at));
            if in_front.is_some_and(|at| !self.reading.vocabulary.english.contains(self.reading.raw(at))) {
                query.evidence = Evidence::None;
                query.scope = Scope::Nothing;
                query.did_you_mean = suggestions(&near, &query.excluded);
                return;
            }
        }
        let name = self.reading.vocabulary.category(category).map_or_else(String::new, |c| c.name.clone());
        let mut chip = Chip::new(self.reading, hit.from, hit.to, Slot::Category, name);
        chip.corrected_from = hit.corrected.then(|| chip.text.clone());
        query.chips.push(chip);
        query.categories.push(category);
    }

    fn accept_meaning(&self, service: ServiceIx, query: &mut Query) {
        query.scope = Scope::Named;
        query.services = vec![service];
        let (from, to) =
            (self.leftover.first().copied().unwrap_or(0), self.leftover.last().map_or(0, |at| at + 1));
        let value = chips::of_services(self.reading.vocabulary, &[service], None);
        query.chips.push(Chip::new(self.reading, from, to, Slot::Service, value));
    }

    /// The service that answers what was left unexplained, if one is near enough.
    fn accepted(&self, near: &Nearness<'_>) -> Option<Near> {
        let other_trade =
            self.leftover.iter().map(|at| self.reading.raw(*at)).any(|word| {
                self.reading.vocabulary.other_trade.contains(word) || lists::TRADE.contains(&word)
            });
        let accepted = if other_trade {
            near.is_accepted(1, false)
        } else {
            near.is_accepted(self.leftover.len(), self.is_sentence())
        };
        near.best().filter(|_| accepted)
    }

    /// Whether somebody says what they want to do, rather than naming something.
    fn is_sentence(&self) -> bool {
        (0..self.reading.len()).any(|at| lists::SENTENCE.contains(&self.reading.raw(at)))
    }

    /// Nothing was named: what does it mean?
    fn by_meaning(&self, query: &mut Query) {
        query.scope = Scope::Nothing;
        let Some(meanings) = self.meanings() else { return };
        query.used_semantic = true;
        let near = meanings.nearest(&self.content(), query.is_for_children());
        let others = suggestions(&near, &query.excluded);
        let top = self.accepted(&near).filter(|top| !query.excluded.contains(&top.service));
        let Some(top) = top else {
            query.did_you_mean = others;
            return;
        };
        query.evidence = Evidence::Meaning(top.similarity);
        self.accept_meaning(top.service, query);
        if let Some(chip) = query.chips.last_mut() {
            let others = others.iter().filter(|other| **other != top.service);
            chip.alternatives =
                others.map(|other| chips::of_services(self.reading.vocabulary, &[*other], None)).collect();
        }
    }
}

/// The services worth asking about: near enough, and nearer than what nobody teaches.
fn suggestions(near: &Nearness<'_>, excluded: &[ServiceIx]) -> Vec<ServiceIx> {
    let least = SUGGEST.max(near.outside);
    let near =
        near.services.iter().filter(|near| near.similarity >= least && !excluded.contains(&near.service));
    near.take(MOST_SUGGESTIONS).map(|near| near.service).collect()
}
