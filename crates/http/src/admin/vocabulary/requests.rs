//! Words and places as administrators send them.

use instainstru_domain::{
    ids::{CatalogueServiceId, CategoryId, GroupId, InvalidId},
    text::{EntryName, InvalidText, line},
    vocabulary::{Meaning, MeaningKind, Phrase, PlaceKind},
};
use instainstru_service::editorial::{AliasFilter, PlaceChange, PlaceDraft, PlaceFilter};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        catalogue::requests::{MAX_ENTRIES, phrases, query_id, service_ids},
        paging::Paging,
    },
    dto::{KindName, PlaceKindName},
};
use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::read_switch,
};

/// A phrase and what search should take it for. Synonyms, hints and nots are about a service, the others about what their kind
/// says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateAliasRequest {
    /// The phrase.
    #[schema(min_length = 1, max_length = 100, example = "pianoforte")]
    phrase: String,
    /// What it means.
    kind: KindName,
    /// The service it is about; for synonyms, hints and nots.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 2147483647_i64, example = 1)]
    service_id: Option<i64>,
    /// The group it means.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 2147483647_i64)]
    group_id: Option<i64>,
    /// The category it means.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 2147483647_i64)]
    category_id: Option<i64>,
}

impl IntoCommand for CreateAliasRequest {
    type Command = (Phrase, Meaning);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let phrase = errors.take("phrase", Phrase::new(&self.phrase));
        let mut about = About { service: self.service_id, group: self.group_id, category: self.category_id };
        let meaning = match self.kind {
            KindName::Synonym => about.service(&mut errors).map(Meaning::Synonym),
            KindName::Hint => about.service(&mut errors).map(Meaning::Hint),
            KindName::Not => about.service(&mut errors).map(Meaning::Not),
            KindName::Group => {
                let id = about.group.take();
                id_of(&mut errors, "group_id", id, GroupId::new).map(Meaning::Group)
            }
            KindName::Category => {
                let id = about.category.take();
                id_of(&mut errors, "category_id", id, CategoryId::new).map(Meaning::Category)
            }
            KindName::Weak => Some(Meaning::Weak),
            KindName::Outside => Some(Meaning::Outside),
        };
        about.refuse_the_rest(&mut errors);
        errors.finish(phrase.zip(meaning))
    }
}

/// What an alias may be about.
struct About {
    service: Option<i64>,
    group: Option<i64>,
    category: Option<i64>,
}

impl About {
    fn service(&mut self, errors: &mut FieldErrors) -> Option<CatalogueServiceId> {
        id_of(errors, "service_id", self.service.take(), CatalogueServiceId::new)
    }

    /// What the kind does not ask for would be ignored, and that is not what the client means.
    fn refuse_the_rest(self, errors: &mut FieldErrors) {
        for (field, id) in
            [("service_id", self.service), ("group_id", self.group), ("category_id", self.category)]
        {
            if id.is_some() {
                errors.push(field, format!("{field} does not go with this kind"));
            }
        }
    }
}

fn id_of<T>(
    errors: &mut FieldErrors,
    field: &str,
    id: Option<i64>,
    new: fn(i64) -> Result<T, InvalidId>,
) -> Option<T> {
    let id = errors.require(field, id)?;
    errors.take(field, new(id))
}

/// Which aliases to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListAliasesParams {
    /// Only aliases of this kind.
    #[param(
        nullable = false,
        pattern = "^(synonym|hint|not|group|category|weak|outside)$",
        example = "synonym"
    )]
    kind: Option<String>,
    /// Only aliases about this service.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64)]
    service_id: Option<String>,
    /// Only aliases that mean this group.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64)]
    group_id: Option<String>,
    /// Only aliases that mean this category.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 2147483647_i64)]
    category_id: Option<String>,
    /// Only aliases with this text in the phrase, ignoring case.
    #[param(nullable = false, min_length = 1, max_length = 100, example = "piano")]
    q: Option<String>,
    /// Number of the page, from 1.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 10000000, default = 1)]
    page: Option<String>,
    /// Aliases on a page.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 50)]
    per_page: Option<String>,
}

impl IntoCommand for ListAliasesParams {
    type Command = (AliasFilter, Paging);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let kind = errors.take_optional("kind", self.kind.map(|text| text.parse::<MeaningKind>()));
        let service = query_id(&mut errors, "service_id", self.service_id, CatalogueServiceId::new);
        let group = query_id(&mut errors, "group_id", self.group_id, GroupId::new);
        let category = query_id(&mut errors, "category_id", self.category_id, CategoryId::new);
        let text = errors.take_optional("q", self.q.map(|text| line("q", &text, 1, 100)));
        let paging = Paging::read(&mut errors, self.page, self.per_page);
        let command = (|| {
            let filter = AliasFilter {
                kind: kind?,
                service: service?,
                category: category?,
                group: group?,
                text: text?,
            };
            Some((filter, paging?))
        })();
        errors.finish(command)
    }
}

/// A group to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateGroupRequest {
    /// Unique name for people. It cannot be changed later.
    #[schema(max_length = 100, example = "strings")]
    name: String,
    /// Ids of its services.
    #[schema(value_type = Vec<i32>, max_items = 100, example = json!([4, 5]))]
    services: Vec<i64>,
}

impl IntoCommand for CreateGroupRequest {
    type Command = (EntryName, Vec<CatalogueServiceId>);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let name = errors.take("name", EntryName::new(&self.name));
        let services = service_ids(&mut errors, "services", &self.services);
        errors.finish(name.zip(services))
    }
}

/// Which services a group has from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateGroupRequest {
    /// Ids of its services, all of them.
    #[schema(value_type = Vec<i32>, max_items = 100, example = json!([4, 5]))]
    services: Vec<i64>,
}

impl IntoCommand for UpdateGroupRequest {
    type Command = Vec<CatalogueServiceId>;

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let services = service_ids(&mut errors, "services", &self.services);
        errors.finish(services)
    }
}

/// A place to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreatePlaceRequest {
    /// Unique name for people. It cannot be changed later.
    #[schema(max_length = 100, example = "Hunters Point")]
    name: String,
    /// What it is.
    kind: PlaceKindName,
    /// Name of its borough; required but for a borough itself.
    #[schema(max_length = 100, example = "Queens")]
    borough: Option<String>,
    /// Other names.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["hunterspoint"]))]
    aliases: Vec<String>,
    /// Names of the places next to it.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["Long Island City"]))]
    neighbours: Vec<String>,
}

impl IntoCommand for CreatePlaceRequest {
    type Command = PlaceDraft;

    fn into_command(self) -> Result<PlaceDraft, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let name = errors.take("name", EntryName::new(&self.name));
        let borough = errors.take_optional("borough", self.borough.map(|text| place_name("borough", &text)));
        let aliases = phrases(&mut errors, "aliases", &self.aliases);
        let neighbours = place_names(&mut errors, &self.neighbours);
        let command = (|| {
            Some(PlaceDraft {
                name: name?,
                kind: self.kind.into(),
                borough: borough?,
                aliases: aliases?,
                neighbours: neighbours?,
            })
        })();
        errors.finish(command)
    }
}

/// What to change about a place. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdatePlaceRequest {
    /// Must be what it is.
    #[schema(nullable = false, max_length = 100, example = "Hunters Point")]
    name: Option<String>,
    /// Name of its borough.
    #[schema(nullable = false, max_length = 100, example = "Queens")]
    borough: Option<String>,
    /// Other names, all of them.
    #[schema(nullable = false, max_items = 100)]
    aliases: Option<Vec<String>>,
    /// Names of the places next to it, all of them.
    #[schema(nullable = false, max_items = 100)]
    neighbours: Option<Vec<String>>,
}

impl IntoCommand for UpdatePlaceRequest {
    type Command = PlaceChange;

    fn into_command(self) -> Result<PlaceChange, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let name = errors.take_optional("name", self.name.map(|name| EntryName::new(&name)));
        let borough = errors.take_optional("borough", self.borough.map(|text| place_name("borough", &text)));
        let aliases = match self.aliases {
            None => Some(None),
            Some(aliases) => phrases(&mut errors, "aliases", &aliases).map(Some),
        };
        let neighbours = match self.neighbours {
            None => Some(None),
            Some(names) => place_names(&mut errors, &names).map(Some),
        };
        let command = (|| {
            Some(PlaceChange { name: name?, borough: borough?, aliases: aliases?, neighbours: neighbours? })
        })();
        errors.finish(command)
    }
}

fn place_name(what: &'static str, text: &str) -> Result<String, InvalidText> {
    line(what, text, 1, EntryName::MAX)
}

fn place_names(errors: &mut FieldErrors, names: &[String]) -> Option<Vec<String>> {
    if names.len() > MAX_ENTRIES {
        errors.push("neighbours", format!("neighbours must have at most {MAX_ENTRIES} entries"));
        return None;
    }
    errors.within("neighbours", |errors| {
        let read: Vec<Option<String>> = names
            .iter()
            .enumerate()
            .map(|(at, name)| errors.take(&at.to_string(), place_name("neighbour", name)))
            .collect();
        read.into_iter().collect()
    })
}

/// Which places to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListPlacesParams {
    /// Only places of this kind.
    #[param(nullable = false, pattern = "^(borough|neighborhood|landmark)$", example = "neighborhood")]
    kind: Option<String>,
    /// Only places in the borough of this name, ignoring case.
    #[param(nullable = false, min_length = 1, max_length = 100, example = "Queens")]
    borough: Option<String>,
    /// Only places that search knows, or does not know.
    #[param(value_type = Option<bool>, nullable = false)]
    is_active: Option<String>,
    /// Only places with this text in the name or an alias, ignoring case.
    #[param(nullable = false, min_length = 1, max_length = 100, example = "hill")]
    q: Option<String>,
    /// Number of the page, from 1.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 10000000, default = 1)]
    page: Option<String>,
    /// Places on a page.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 50)]
    per_page: Option<String>,
}

impl IntoCommand for ListPlacesParams {
    type Command = (PlaceFilter, Paging);

    fn into_command(self) -> Result<Self::Command, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let kind = errors.take_optional("kind", self.kind.map(|text| text.parse::<PlaceKind>()));
        let borough = errors.take_optional("borough", self.borough.map(|text| place_name("borough", &text)));
        let is_active = errors.take_optional("is_active", self.is_active.map(|text| read_switch(&text)));
        let text = errors.take_optional("q", self.q.map(|text| line("q", &text, 1, 100)));
        let paging = Paging::read(&mut errors, self.page, self.per_page);
        let command = (|| {
            let filter = PlaceFilter { kind: kind?, borough: borough?, is_active: is_active?, text: text? };
            Some((filter, paging?))
        })();
        errors.finish(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alias(json: &str) -> Result<(Phrase, Meaning), FieldErrors> {
        serde_json::from_str::<CreateAliasRequest>(json).unwrap().into_command()
    }

    #[test]
    fn an_alias_is_about_what_its_kind_says_and_nothing_else() {
        let service = CatalogueServiceId::new(7).unwrap();
        let (phrase, meaning) =
            alias(r#"{"phrase": " Grand  PIANO", "kind": "synonym", "service_id": 7}"#).unwrap();
        assert_eq!((phrase.as_str(), meaning), ("grand piano", Meaning::Synonym(service)));
        assert!(alias(r#"{"phrase": "x", "kind": "group", "group_id": 7}"#).is_ok());
        assert!(alias(r#"{"phrase": "x", "kind": "weak"}"#).is_ok());
        for json in [
            r#"{"phrase": "x", "kind": "synonym"}"#,
            r#"{"phrase": "x", "kind": "hint", "service_id": 0}"#,
            r#"{"phrase": "x", "kind": "group", "service_id": 7}"#,
            r#"{"phrase": "x", "kind": "category", "category_id": 7, "group_id": 7}"#,
            r#"{"phrase": "x", "kind": "weak", "service_id": 7}"#,
            r#"{"phrase": "!!", "kind": "weak"}"#,
        ] {
            assert!(alias(json).is_err(), "{json}");
        }
    }
}
