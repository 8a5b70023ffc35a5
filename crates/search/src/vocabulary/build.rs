//! Building a vocabulary: which phrases mean what, after the rules that keep meanings apart.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    AliasKind, Category, CategoryIx, Completes, Group, InvalidVocabulary, KIDS, Meaning, Service, ServiceIx,
    Sources, Vocabulary,
    data::{Catalogue, Words},
    lists,
    places::Gazetteer,
    spelling::Spelling,
    trie::Trie,
};
use crate::{semantic::Meanings, text};

type Phrase = Vec<String>;

/// Words in front of or behind a name that are slots of their own: "beginner spanish" is Spanish for beginners.
const SLOT_MODIFIERS: &[&str] =
    &["beginner", "beginners", "intermediate", "advanced", "adult", "adults", "online", "kids", "for"];

impl Vocabulary {
    /// Builds a vocabulary.
    ///
    /// # Errors
    /// [`InvalidVocabulary::UnknownSlug`] when a word or group names a service or category that does not exist,
    /// [`InvalidVocabulary::TooManyServices`] beyond 65,535.
    pub fn new(sources: Sources) -> Result<Self, InvalidVocabulary> {
        Self::build(sources, None)
    }

    /// Builds a vocabulary that differs from this one in a few words: the same as [`Vocabulary::new`], several times faster.
    ///
    /// # Errors
    /// As [`Vocabulary::new`].
    pub fn renewed(&self, sources: Sources) -> Result<Self, InvalidVocabulary> {
        Self::build(sources, Some(self))
    }

    fn build(sources: Sources, former: Option<&Self>) -> Result<Self, InvalidVocabulary> {
        let Sources { catalogue, words, places, english, embeddings } = sources;
        if catalogue.services.len() > usize::from(u16::MAX) {
            return Err(InvalidVocabulary::TooManyServices(catalogue.services.len()));
        }
        let categories: Vec<Category> = catalogue
            .categories
            .iter()
            .map(|c| Category { slug: c.slug.clone(), name: c.name.clone() })
            .collect();
        let category_by_slug: FxHashMap<&str, CategoryIx> =
            (0..).zip(&categories).map(|(ix, c)| (c.slug.as_str(), ix)).collect();
        let unknown = |context, slug: &str| InvalidVocabulary::UnknownSlug { context, slug: slug.to_owned() };
        let mut services = Vec::with_capacity(catalogue.services.len());
        for entry in &catalogue.services {
            let category = *category_by_slug
                .get(entry.category.as_str())
                .ok_or_else(|| unknown("a service", &entry.category))?;
            services.push(Service {
                slug: entry.slug.clone(),
                name: entry.name.clone(),
                category,
                for_children: Vec::new(),
            });
        }
        let by_slug: FxHashMap<String, ServiceIx> =
            (0..).zip(&services).map(|(ix, s)| (s.slug.clone(), ix)).collect();
        let find = |context, slug: &str| by_slug.get(slug).copied().ok_or_else(|| unknown(context, slug));
        let mut groups = Vec::with_capacity(words.groups.len());
        for entry in &words.groups {
            let members: Result<Vec<_>, _> =
                entry.services.iter().map(|slug| find("a group", slug)).collect();
            groups.push(Group { name: entry.name.clone(), services: members? });
        }
        for entry in &words.services {
            find("a service's words", &entry.slug)?;
        }
        let mut builder = Builder {
            services,
            weak: words.weak.iter().filter_map(|word| single_word(word)).collect(),
            phrases: Trie::default(),
            aliases: FxHashMap::default(),
            groups: group_cores(&words),
        };
        builder.collect(&catalogue, &words, &by_slug);
        let frequency = builder.frequency();
        let completions = builder.completions(&categories);
        builder.insert_services();
        builder.insert_groups(&words);
        for (entry, category) in
            words.categories.iter().map(|entry| (entry, category_by_slug.get(entry.slug.as_str())))
        {
            let category = *category.ok_or_else(|| unknown("category words", &entry.slug))?;
            for term in &entry.terms {
                builder.phrases.insert(&text::words(term), Meaning::Category(category));
            }
        }
        for (ix, category) in (0..).zip(&categories) {
            let name = text::words(&category.name);
            if builder.phrases.find(&name).is_empty() && category.slug != KIDS {
                builder.phrases.insert(&name, Meaning::Category(ix));
            }
        }
        for entry in &words.services {
            for (phrase, service) in entry.not.iter().filter_map(|not| Some((not, by_slug.get(&entry.slug)?)))
            {
                builder.insert_not(&text::words(phrase), *service);
            }
        }
        let gazetteer = Gazetteer::new(places);
        builder.insert_places(&gazetteer);
        let (services, phrases, weak) = builder.finish(&categories);
        let meant_before = former.and_then(|former| former.meanings.as_ref());
        let meanings = embeddings
            .map(|table| Meanings::new(table, &services, &categories, &catalogue, &words, meant_before));
        let words = phrases.all_words();
        let spelling = match former {
            Some(former) => former.spelling.renewed(words),
            None => Spelling::new(words),
        };
        Ok(Self {
            spelling,
            services,
            categories,
            groups,
            places: Arc::new(gazetteer),
            by_slug,
            phrases,
            english,
            weak,
            stop: lists::STOP.iter().copied().collect(),
            children: lists::CHILDREN.iter().copied().collect(),
            other_trade: lists::OTHER_TRADE.iter().copied().collect(),
            frequency,
            meanings,
            completions,
        })
    }
}

/// The folded word, if the entry is one word of letters: "one on one" says nothing about "one".
fn single_word(entry: &str) -> Option<String> {
    let mut words = text::words(entry);
    let word = words.pop().filter(|word| word.chars().all(char::is_alphabetic))?;
    words.is_empty().then_some(word)
}

/// The phrases of all groups.
fn group_cores(words: &Words) -> FxHashSet<Phrase> {
    words.groups.iter().flat_map(|group| &group.terms).map(|term| text::words(term)).collect()
}

struct Builder {
    services: Vec<Service>,
    weak: FxHashSet<String>,
    phrases: Trie<Meaning>,
    /// Who goes by a phrase, and how closely.
    aliases: FxHashMap<Phrase, Vec<(ServiceIx, AliasKind)>>,
    groups: FxHashSet<Phrase>,
}

impl Builder {
    fn collect(&mut self, catalogue: &Catalogue, words: &Words, by_slug: &FxHashMap<String, ServiceIx>) {
        for (ix, entry) in (0..).zip(&catalogue.services) {
            self.alias(&entry.name, ix, AliasKind::Name);
            for term in &entry.search_terms {
                self.alias(term, ix, AliasKind::Term);
            }
        }
        for entry in &words.services {
            let Some(ix) = by_slug.get(&entry.slug) else { continue };
            for synonym in &entry.synonyms {
                self.alias(synonym, *ix, AliasKind::Synonym);
            }
        }
    }

    fn alias(&mut self, phrase: &str, service: ServiceIx, kind: AliasKind) {
        let words = text::words(phrase);
        if words.is_empty() {
            return;
        }
        let known = self.aliases.entry(words).or_default();
        match known.iter_mut().find(|(known, _)| *known == service) {
            Some((_, known)) => *known = (*known).max(kind),
            None => known.push((service, kind)),
        }
    }

    fn frequency(&self) -> FxHashMap<String, u16> {
        let mut users: FxHashMap<&str, FxHashSet<ServiceIx>> = FxHashMap::default();
        for (phrase, services) in &self.aliases {
            for word in phrase {
                users.entry(word).or_default().extend(services.iter().map(|(service, _)| *service));
            }
        }
        users
            .into_iter()
            .map(|(word, users)| (word.to_owned(), u16::try_from(users.len()).unwrap_or(u16::MAX)))
            .collect()
    }

    fn completions(&self, categories: &[Category]) -> Vec<(String, Completes)> {
        let mut out = Vec::new();
        for (phrase, services) in &self.aliases {
            for (service, _) in services {
                out.push((phrase.join(" "), Completes::Service(*service)));
            }
        }
        for (ix, category) in (0..).zip(categories) {
            out.push((text::words(&category.name).join(" "), Completes::Category(ix)));
        }
        out.sort_unstable();
        out
    }

    /// Inserts what services go by, leaving out phrases that say no more than a shorter one of the same service, and those
    /// that belong to a group.
    fn insert_services(&mut self) {
        let mut phrases: Vec<Phrase> = self.aliases.keys().cloned().collect();
        phrases.sort_unstable();
        for phrase in phrases {
            let Some(known) = self.aliases.get(&phrase) else { continue };
            let best = known.iter().map(|(_, kind)| *kind).max().unwrap_or(AliasKind::Term);
            let services: Vec<ServiceIx> =
                known.iter().filter(|(_, kind)| *kind == best).map(|(service, _)| *service).collect();
            if best != AliasKind::Name
                && (self.is_composed(&phrase, &services) || self.belongs_to_group(&phrase))
            {
                continue;
            }
            if phrase.len() > 1 {
                self.insert_joined(&phrase, &services, best);
            }
            self.phrases.insert(&phrase, Meaning::Services { services, kind: best });
        }
    }

    /// "hip hop" is also looked for as "hiphop".
    fn insert_joined(&mut self, phrase: &[String], services: &[ServiceIx], kind: AliasKind) {
        let joined = phrase.concat();
        let telling = phrase.iter().all(|word| !self.weak.contains(word));
        if joined.len() >= 6 && telling && !self.aliases.contains_key(&vec![joined.clone()]) {
            self.phrases.insert(&[joined], Meaning::Services { services: services.to_vec(), kind });
        }
    }

    /// Whether the phrase is another phrase of all these services with words around it that are slots of their own.
    fn is_composed(&self, phrase: &[String], services: &[ServiceIx]) -> bool {
        let modifier = |word: &String| SLOT_MODIFIERS.contains(&word.as_str()) || self.weak.contains(word);
        let from = phrase.iter().take_while(|word| modifier(word)).count();
        let behind = phrase.iter().rev().take_while(|word| modifier(word)).count();
        if from + behind == 0 || from + behind >= phrase.len() {
            return false;
        }
        let core = phrase.get(from..phrase.len() - behind).unwrap_or_default();
        let goes_by = |service: &ServiceIx| {
            self.aliases.get(core).is_some_and(|known| known.iter().any(|(known, _)| known == service))
        };
        services.iter().all(goes_by)
    }

    /// Whether a group goes by the phrase, or by the phrase without its weak words.
    fn belongs_to_group(&self, phrase: &[String]) -> bool {
        if self.groups.contains(phrase) {
            return true;
        }
        let core: Phrase = phrase.iter().filter(|word| !self.weak.contains(*word)).cloned().collect();
        core.len() < phrase.len() && self.groups.contains(&core)
    }

    /// A phrase that is not this service: it is another one if a part of it says so ("polish nails" is no Polish but nails),
    /// else nobody's.
    fn insert_not(&mut self, phrase: &[String], service: ServiceIx) {
        let is_other = |meaning: &&Meaning| match meaning {
            Meaning::Services { services, .. } => !services.contains(&service),
            Meaning::Group(_) | Meaning::NotService(_) => true,
            Meaning::Category(_)
            | Meaning::Place(_)
            | Meaning::WholeCity
            | Meaning::Elsewhere
            | Meaning::Slot => false,
        };
        if self.phrases.find(phrase).iter().any(|meaning| is_other(&meaning)) {
            return;
        }
        let parts = (1..phrase.len()).rev().flat_map(|length| phrase.windows(length));
        let other = parts
            .filter_map(|part| self.phrases.find(part).iter().find(is_other))
            .find(|meaning| matches!(meaning, Meaning::Services { .. }))
            .cloned();
        self.phrases.insert(phrase, other.unwrap_or(Meaning::NotService(service)));
    }

    fn insert_groups(&mut self, words: &Words) {
        for (ix, group) in (0..).zip(&words.groups) {
            for term in &group.terms {
                self.phrases.insert(&text::words(term), Meaning::Group(ix));
            }
        }
    }

    fn insert_places(&mut self, gazetteer: &Gazetteer) {
        for (ix, place) in gazetteer.iter() {
            for name in std::iter::once(&place.name).chain(&place.aliases) {
                let words = text::words(name);
                if gazetteer.find(name) == Some(ix) && !words.is_empty() {
                    self.phrases.insert(&words, Meaning::Place(ix));
                }
            }
        }
        for (names, meaning) in
            [(lists::WHOLE_CITY, Meaning::WholeCity), (lists::ELSEWHERE, Meaning::Elsewhere)]
        {
            for name in names {
                self.phrases.insert(&text::words(name), meaning.clone());
            }
        }
        for word in lists::SLOT_WORDS {
            self.phrases.insert(&[word], Meaning::Slot);
        }
        // Weak words are worth correcting to, lest "teacehr" become something else.
        for word in self.weak.clone() {
            if word.len() >= 5 && self.phrases.find(&[&word]).is_empty() {
                self.phrases.insert(&[word], Meaning::Slot);
            }
        }
    }

    /// Finds for each service the services for children that teach the same. A phrase such as "piano for kids" then needs no
    /// meaning of its own: it is Piano, asked for by speaking of children.
    fn finish(mut self, categories: &[Category]) -> (Vec<Service>, Trie<Meaning>, FxHashSet<String>) {
        let kids: FxHashSet<CategoryIx> =
            (0..).zip(categories).filter(|(_, c)| c.slug == KIDS).map(|(ix, _)| ix).collect();
        let is_kids = |services: &[Service], ix: ServiceIx| {
            services.get(usize::from(ix)).is_some_and(|service| kids.contains(&service.category))
        };
        let mut pairs: Vec<(ServiceIx, ServiceIx)> = Vec::new();
        let mut composed: Vec<Phrase> = Vec::new();
        for (phrase, known) in &self.aliases {
            let [(child, _)] = known.as_slice() else { continue };
            if !is_kids(&self.services, *child) {
                continue;
            }
            let speaks = |word: &str| {
                lists::CHILDREN.contains(&word)
                    || matches!(word, "for" | "lessons" | "teen" | "first" | "family")
            };
            let ages = |word: &str| word == "k" || word.bytes().all(|b| b.is_ascii_digit());
            let core: Vec<&String> = phrase.iter().filter(|word| !speaks(word) && !ages(word)).collect();
            if core.is_empty() || core.len() == phrase.len() {
                continue;
            }
            for meaning in self.phrases.find(&core) {
                if let Meaning::Services { services, .. } = meaning
                    && services.iter().all(|base| !is_kids(&self.services, *base))
                {
                    pairs.extend(services.iter().map(|base| (*base, *child)));
                    composed.push(phrase.clone());
                }
            }
        }
        for (base, child) in pairs {
            if let Some(service) = self.services.get_mut(usize::from(base))
                && !service.for_children.contains(&child)
            {
                service.for_children.push(child);
            }
        }
        for service in &mut self.services {
            service.for_children.sort_unstable();
        }
        for phrase in composed {
            self.phrases.retain(&phrase, |meaning| !matches!(meaning, Meaning::Services { .. }));
        }
        (self.services, self.phrases, self.weak)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOGUE: &str = r#"
        [[category]]
        slug = "music"
        name = "Music"
        [[category]]
        slug = "kids"
        name = "Kids"
        [[service]]
        slug = "piano"
        name = "Piano"
        category = "music"
        search_terms = ["piano lessons", "beginner piano", "keyboard"]
        [[service]]
        slug = "algebra-i"
        name = "Algebra I"
        category = "music"
        search_terms = ["algebra tutor", "algebra 1"]
        [[service]]
        slug = "nails"
        name = "Nail Art"
        category = "music"
        search_terms = ["nails"]
        [[service]]
        slug = "polish"
        name = "Polish"
        category = "music"
        [[service]]
        slug = "kids-piano"
        name = "Piano for Kids"
        category = "kids"
        search_terms = ["kids piano", "tiny keys club"]
    "#;
    const WORDS: &str = r#"
        weak = ["lessons", "tutor", "1:1"]
        [[service]]
        slug = "piano"
        synonyms = ["hip keys"]
        not = ["piano repair"]
        [[service]]
        slug = "polish"
        not = ["polish nails"]
        [[group]]
        name = "algebra"
        terms = ["algebra"]
        services = ["algebra-i"]
    "#;

    fn meanings(vocabulary: &Vocabulary, phrase: &str) -> Vec<String> {
        let slug = |ix: &ServiceIx| vocabulary.service(*ix).unwrap().slug.clone();
        let show = |meaning: &Meaning| match meaning {
            Meaning::Services { services, .. } => services.iter().map(slug).collect::<Vec<_>>().join("+"),
            Meaning::NotService(service) => format!("not {}", slug(service)),
            other => format!("{other:?}"),
        };
        vocabulary.phrases.find(&text::words(phrase)).iter().map(show).collect()
    }

    #[test]
    fn phrases_mean_what_the_rules_say() {
        let vocabulary = Vocabulary::new(Sources::from_texts(CATALOGUE, WORDS, "").unwrap()).unwrap();
        let cases: &[(&str, &[&str])] = &[
            ("piano", &["piano"]),
            ("keyboard", &["piano"]),
            // They say no more than "piano" does.
            ("piano lessons", &[]),
            ("beginner piano", &[]),
            ("hip keys", &["piano"]),
            ("hipkeys", &["piano"]),
            ("piano repair", &["not piano"]),
            // No Polish, but something else we know.
            ("polish nails", &["nails"]),
            ("algebra", &["Group(0)"]),
            ("algebra tutor", &[]),
            ("algebra 1", &["algebra-i"]),
            // Piano, asked for by speaking of children.
            ("piano for kids", &[]),
            ("tiny keys club", &["kids-piano"]),
            ("music", &["Category(0)"]),
        ];
        for (phrase, expected) in cases {
            assert_eq!(meanings(&vocabulary, phrase), *expected, "{phrase}");
        }
        let piano = vocabulary.find_service("piano").unwrap();
        let kids = vocabulary.find_service("kids-piano").unwrap();
        assert_eq!(vocabulary.service(piano).unwrap().for_children, [kids]);
        assert!(vocabulary.is_for_children(kids) && !vocabulary.is_for_children(piano));
    }

    #[test]
    fn words_for_services_that_do_not_exist_are_refused() {
        let words = "[[service]]\nslug = 'harp'\nsynonyms = ['lyre']";
        let error = Vocabulary::new(Sources::from_texts(CATALOGUE, words, "").unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "a service's words names 'harp', which is not in the catalogue");
    }
}
