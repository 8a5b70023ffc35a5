//! One service: whether it is shown, and the words it is found by.

use actix_web::{http::StatusCode, web};
use instainstru_domain::{
    account::User,
    ids::{AliasId, CatalogueServiceId},
    vocabulary::{Meaning, Phrase},
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::editorial::EditedService;
use serde::Serialize;

use super::{AliasRow, listed, refusal};
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Admin,
    pages::admin::{Badge, Choice, number},
    view::links,
    visit::PageResult,
    words,
};

const TEMPLATE: &str = "pages/admin/catalogue/service.html";

#[derive(Debug, Serialize)]
pub(crate) struct EditedServicePage {
    pub(crate) id: i32,
    pub(crate) here: String,
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) description: Option<String>,
    /// Such as `$40 to $90`.
    pub(crate) usual_price: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) badge: Badge,
    /// Words that are shown with the catalogue.
    pub(crate) terms: Vec<String>,
    pub(crate) aliases: Vec<AliasRow>,
    pub(crate) form: FormView,
    pub(crate) kinds: Vec<Choice>,
}

/// `GET /admin/catalogue/services/{id}`.
pub(in crate::pages) async fn show(
    Admin { visit, .. }: Admin,
    read: Read,
    id: web::Path<String>,
) -> PageResult {
    let id = service_id(&id)?;
    let service = read.run(move |app| app.catalogue_editing.service(id)).await?;
    let form = Form::filled([("kind", "synonym")]);
    visit.page(TEMPLATE, &EditedServicePage::new(&service, &form))
}

/// What becomes of the form.
enum Outcome {
    Done(String),
    Wrong(Box<EditedServicePage>),
}

/// `POST /admin/catalogue/services/{id}`: `do` is `add` or `remove`, of a word.
pub(in crate::pages) async fn change(
    Admin { visit, user }: Admin,
    read: Read,
    id: web::Path<String>,
    mut form: Form,
) -> PageResult {
    let id = service_id(&id)?;
    let outcome = read
        .run(move |app| {
            if form.text("do") == "remove" {
                let alias = number(form.text("alias"), |id| AliasId::new(id).ok(), "Alias")?;
                app.vocabulary_editing.remove_alias(&user, alias)?;
                return Ok(Outcome::Done("The word is taken away.".to_owned()));
            }
            match add(app, &user, id, &mut form)? {
                Some(text) => Ok(Outcome::Done(text)),
                None => {
                    let service = app.catalogue_editing.service(id)?;
                    Ok::<_, ApiError>(Outcome::Wrong(Box::new(EditedServicePage::new(&service, &form))))
                }
            }
        })
        .await?;
    match outcome {
        Outcome::Done(text) => visit.go_saying(&links::edited_service(id), Tone::Success, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

/// Adds the word that was typed; nothing is said when the form has mistakes.
fn add(
    app: &Application,
    user: &User,
    service: CatalogueServiceId,
    form: &mut Form,
) -> Result<Option<String>, ApiError> {
    let typed = Phrase::new(form.text("phrase"));
    let phrase = form.take("phrase", typed, |error| format!("Enter a word or a few: {error}"));
    let meaning = match form.text("kind") {
        "synonym" => Ok(Meaning::Synonym(service)),
        "hint" => Ok(Meaning::Hint(service)),
        "not" => Ok(Meaning::Not(service)),
        _ => Err(()),
    };
    let meaning = form.take("kind", meaning, |()| "Choose what the word means".to_owned());
    let Some((phrase, meaning)) = phrase.zip(meaning) else { return Ok(None) };
    match app.vocabulary_editing.add_alias(user, &phrase, meaning) {
        Ok(alias) => Ok(Some(format!("\u{201c}{}\u{201d} is added.", alias.phrase))),
        Err(error) => {
            form.refuse("phrase", refusal(error)?);
            Ok(None)
        }
    }
}

fn service_id(text: &str) -> Result<CatalogueServiceId, ApiError> {
    number(text, |id| CatalogueServiceId::new(id).ok(), "Service")
}

impl EditedServicePage {
    fn new(service: &EditedService, form: &Form) -> Self {
        let record = &service.record;
        let price = record.facts.typical_price;
        Self {
            id: record.id.get(),
            here: links::edited_service(record.id),
            name: record.facts.name.clone(),
            category: service.category.category.facts.name.clone(),
            description: record.facts.description.clone(),
            usual_price: price.map(|(low, high)| format!("{} to {}", words::money(low), words::money(high))),
            is_active: record.is_active,
            badge: listed(service),
            terms: record.facts.search_terms.clone(),
            aliases: service.aliases.iter().map(AliasRow::new).collect(),
            form: form.view(),
            kinds: Self::kinds(),
        }
    }

    pub(in crate::pages) fn kinds() -> Vec<Choice> {
        vec![
            Choice::new("synonym", "Means exactly this service"),
            Choice::new("hint", "Is near to it in meaning"),
            Choice::new("not", "Has its words and means something else"),
        ]
    }
}
