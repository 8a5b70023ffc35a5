//! Everything search takes words for, and giving a phrase a meaning.

use actix_web::{http::StatusCode, web};
use instainstru_domain::{
    account::User,
    ids::{AliasId, CatalogueServiceId, CategoryId, GroupId},
    page::{Page, Paged},
    vocabulary::{Alias, Meaning, MeaningKind, Phrase},
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::editorial::{AliasFilter, ServiceFilter};
use serde::{Deserialize, Serialize};

use super::{AliasRow, meaning, refusal};
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Admin,
    pages::admin::{Choice, number, page_number, wanted},
    view::{Link, Pagination, links},
    visit::PageResult,
    words,
};

const TEMPLATE: &str = "pages/admin/catalogue/words.html";
const HERE: &str = "/admin/catalogue/words";
/// Words on a page.
const SIZE: u32 = 50;
/// More services than any catalogue has.
const SERVICES: u32 = 10_000;

#[derive(Debug, Default, Serialize)]
pub(crate) struct WordsPage {
    pub(crate) filter: FormView,
    pub(crate) only: Vec<Choice>,
    pub(crate) is_narrowed: bool,
    /// Such as `120 words`.
    pub(crate) summary: String,
    pub(crate) words: Vec<WordRow>,
    pub(crate) pagination: Option<Pagination>,
    /// The form for a new word.
    pub(crate) form: FormView,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) abouts: Vec<Choice>,
}

/// A word, and what it is about.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WordRow {
    pub(crate) alias: AliasRow,
    /// A link without an address when there is no page about it.
    pub(crate) about: Option<Link>,
}

/// Which words are asked for, and the phrase that gets a meaning.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct WordsQuery {
    q: String,
    only: String,
    page: String,
    phrase: String,
}

/// `GET /admin/catalogue/words`.
pub(in crate::pages) async fn show(
    Admin { visit, .. }: Admin,
    read: Read,
    query: web::Query<WordsQuery>,
) -> PageResult {
    let query = query.into_inner();
    let form = Form::filled([("phrase", query.phrase.as_str()), ("kind", "synonym")]);
    let page = read.run(move |app| WordsPage::read(app, &query, &form)).await?;
    visit.page(TEMPLATE, &page)
}

/// What becomes of the form.
enum Outcome {
    Done(String),
    Wrong(Box<WordsPage>),
}

/// `POST /admin/catalogue/words`: `do` is `add` or `remove`.
pub(in crate::pages) async fn change(Admin { visit, user }: Admin, read: Read, mut form: Form) -> PageResult {
    let outcome = read
        .run(move |app| {
            if form.text("do") == "remove" {
                let alias = number(form.text("alias"), |id| AliasId::new(id).ok(), "Alias")?;
                app.vocabulary_editing.remove_alias(&user, alias)?;
                return Ok(Outcome::Done("The word is taken away.".to_owned()));
            }
            match add(app, &user, &mut form)? {
                Some(text) => Ok::<_, ApiError>(Outcome::Done(text)),
                None => {
                    let page = WordsPage::read(app, &WordsQuery::default(), &form)?;
                    Ok(Outcome::Wrong(Box::new(page)))
                }
            }
        })
        .await?;
    match outcome {
        Outcome::Done(text) => visit.go_saying(HERE, Tone::Success, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

/// Adds the word that was typed; nothing is said when the form has mistakes.
fn add(app: &Application, user: &User, form: &mut Form) -> Result<Option<String>, ApiError> {
    let typed = Phrase::new(form.text("phrase"));
    let phrase = form.take("phrase", typed, |error| format!("Enter a word or a few: {error}"));
    let kind = form.text("kind").parse::<MeaningKind>();
    let kind = form.take("kind", kind, |_| "Choose what the word means".to_owned());
    let about = form.text("about").to_owned();
    let meaning = kind.and_then(|kind| {
        form.take("about", of_kind(kind, &about).ok_or(kind), |kind| match kind {
            MeaningKind::Synonym | MeaningKind::Hint | MeaningKind::Not => "Choose a service".to_owned(),
            MeaningKind::Group => "Choose a group".to_owned(),
            MeaningKind::Category => "Choose a category".to_owned(),
            MeaningKind::Weak | MeaningKind::Outside => "Such a word is about nothing".to_owned(),
        })
    });
    let Some((phrase, meaning)) = phrase.zip(meaning) else { return Ok(None) };
    match app.vocabulary_editing.add_alias(user, &phrase, meaning) {
        Ok(alias) => Ok(Some(format!("\u{201c}{}\u{201d} is added.", alias.phrase))),
        Err(error) => {
            form.refuse("phrase", refusal(error)?);
            Ok(None)
        }
    }
}

/// The meaning of this kind about a thing, which is written as in [`abouts`]; none when they do not go together.
fn of_kind(kind: MeaningKind, about: &str) -> Option<Meaning> {
    let id = |what: &str| about.strip_prefix(what).and_then(|rest| rest.strip_prefix('-')?.parse().ok());
    let service = || id("service").and_then(|id| CatalogueServiceId::new(id).ok());
    match kind {
        MeaningKind::Synonym => service().map(Meaning::Synonym),
        MeaningKind::Hint => service().map(Meaning::Hint),
        MeaningKind::Not => service().map(Meaning::Not),
        MeaningKind::Group => id("group").and_then(|id| GroupId::new(id).ok()).map(Meaning::Group),
        MeaningKind::Category => {
            id("category").and_then(|id| CategoryId::new(id).ok()).map(Meaning::Category)
        }
        MeaningKind::Weak => about.is_empty().then_some(Meaning::Weak),
        MeaningKind::Outside => about.is_empty().then_some(Meaning::Outside),
    }
}

/// The value under which a form names a service.
pub(in crate::pages::admin) fn about_service(service: CatalogueServiceId) -> String {
    format!("service-{service}")
}

/// The value under which a form names what a meaning is about.
fn value(meaning: Meaning) -> Option<String> {
    match meaning {
        Meaning::Synonym(service) | Meaning::Hint(service) | Meaning::Not(service) => {
            Some(about_service(service))
        }
        Meaning::Group(group) => Some(format!("group-{group}")),
        Meaning::Category(category) => Some(format!("category-{category}")),
        Meaning::Weak | Meaning::Outside => None,
    }
}

/// Everything a word can be about.
fn abouts(app: &Application) -> Result<Vec<Choice>, ApiError> {
    let services = app.catalogue_editing.services(&ServiceFilter::default(), Page::first(SERVICES))?;
    let categories = app.catalogue_editing.categories()?;
    let groups = app.vocabulary_editing.groups()?;
    let services = services.items.iter().map(|service| {
        let (record, category) = (&service.record, &service.category.category.facts.name);
        Choice::new(format!("service-{}", record.id), format!("{} ({category})", record.facts.name))
    });
    let categories = categories.iter().map(|record| {
        let category = &record.category;
        Choice::new(format!("category-{}", category.id), format!("Category: {}", category.facts.name))
    });
    let groups = groups
        .iter()
        .map(|group| Choice::new(format!("group-{}", group.id), format!("Group: {}", group.entry.name)));
    Ok(std::iter::once(Choice::new("", "Nothing")).chain(services).chain(categories).chain(groups).collect())
}

impl WordsPage {
    fn read(app: &Application, query: &WordsQuery, form: &Form) -> Result<Self, ApiError> {
        let number = page_number(&query.page);
        let filter =
            AliasFilter { kind: query.only.parse().ok(), text: wanted(&query.q), ..AliasFilter::default() };
        let found = app.vocabulary_editing.aliases(&filter, Page::numbered(number, SIZE))?;
        Ok(Self::new(&found, &filter, number, abouts(app)?, form))
    }

    fn new(
        found: &Paged<Alias>,
        filter: &AliasFilter,
        number: u32,
        abouts: Vec<Choice>,
        form: &Form,
    ) -> Self {
        let given = [
            ("q", filter.text.as_deref().unwrap_or_default()),
            ("only", filter.kind.map_or("", MeaningKind::as_str)),
        ];
        let numbered = |page: u64| {
            let page = page.to_string();
            let [q, only] = given;
            links::narrowed(HERE, &[q, only, ("page", &page)])
        };
        let kinds = || MeaningKind::ALL.map(|kind| Choice::new(kind.as_str(), meaning(kind)));
        Self {
            filter: Form::filled(given).view(),
            only: std::iter::once(Choice::new("", "All meanings")).chain(kinds()).collect(),
            is_narrowed: given.iter().any(|(_, value)| !value.is_empty()),
            summary: words::count(found.total, "word"),
            words: found.items.iter().map(|alias| WordRow::new(alias, &abouts)).collect(),
            pagination: Pagination::new(number.into(), SIZE.into(), found.total, numbered),
            form: form.view(),
            kinds: kinds().into(),
            abouts,
        }
    }
}

impl WordRow {
    fn new(alias: &Alias, abouts: &[Choice]) -> Self {
        let about = value(alias.meaning).and_then(|value| abouts.iter().find(|about| about.value == value));
        Self {
            alias: AliasRow::new(alias),
            about: about.map(|about| {
                let service = alias.meaning.service().map(links::edited_service);
                Link::new(service.unwrap_or_default(), about.label.clone())
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_word_is_about_goes_with_what_it_means() {
        for kind in MeaningKind::ALL {
            for about in ["", "service-7", "category-7", "group-7", "service-", "service-0", "piano"] {
                match of_kind(kind, about) {
                    Some(meaning) => {
                        assert_eq!(
                            (meaning.kind(), value(meaning).unwrap_or_default()),
                            (kind, about.into())
                        );
                    }
                    None => assert!(
                        about != "service-7" || !matches!(kind, MeaningKind::Synonym | MeaningKind::Hint)
                    ),
                }
            }
        }
        assert_eq!(of_kind(MeaningKind::Weak, ""), Some(Meaning::Weak));
        assert_eq!(of_kind(MeaningKind::Group, "category-7"), None);
    }
}
