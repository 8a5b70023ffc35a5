//! Aliases and groups; places are in a file of their own.

use instainstru_domain::{
    account::User,
    editorial::Origin,
    ids::{AliasId, CatalogueServiceId, GroupId, PlaceId},
    page::{Page, Paged},
    ports::{StorageError, TransactorExt, UnitOfWork},
    text::EntryName,
    vocabulary::{Alias, GroupEntry, Meaning, NewAlias, Phrase, Place, ServiceGroup},
};

use super::{
    AliasFilter, EditorialError, EditorialService, PlaceChange, PlaceDraft, PlaceFilter, VocabularyEditing,
    lexicon::{Lexicon, Use},
    service::{Deed, Edit, Edited, contains, each_once, page_of},
};

impl VocabularyEditing for EditorialService {
    fn aliases(&self, filter: &AliasFilter, page: Page) -> Result<Paged<Alias>, EditorialError> {
        let mut aliases = self.tx.reading(|uow| uow.vocabulary().aliases())?;
        aliases.retain(|alias| {
            let meaning = alias.meaning;
            alias.is_active
                && filter.kind.is_none_or(|kind| meaning.kind() == kind)
                && filter.service.is_none_or(|service| meaning.service() == Some(service))
                && filter.category.is_none_or(|category| meaning == Meaning::Category(category))
                && filter.group.is_none_or(|group| meaning == Meaning::Group(group))
                && contains([alias.phrase.as_str()], filter.text.as_deref())
        });
        aliases.sort_by(|a, b| (&a.phrase, a.meaning).cmp(&(&b.phrase, b.meaning)));
        Ok(page_of(aliases, page))
    }

    fn add_alias(&self, actor: &User, phrase: &Phrase, meaning: Meaning) -> Result<Alias, EditorialError> {
        self.edit(actor, |edit| {
            exists(edit, meaning)?;
            Lexicon::read(edit.uow, &*self.keys)?.claim(phrase.as_str(), Use::Alias(meaning))?;
            let new = NewAlias { phrase: phrase.clone(), meaning, origin: Origin::Admin };
            // One that was taken away comes back as the row it was.
            match edit.uow.vocabulary().find_alias(&new)? {
                Some(known) => {
                    let back = Alias { is_active: true, origin: Origin::Admin, ..known };
                    edit.uow.vocabulary().update_alias(&back, edit.at)?;
                }
                None => edit.uow.vocabulary().insert_aliases(std::slice::from_ref(&new), edit.at)?,
            }
            edit.done(Deed::Added, Edited::Alias(phrase, meaning))?;
            let stored = edit.uow.vocabulary().find_alias(&new)?;
            stored.ok_or_else(|| {
                StorageError::unexpected("an alias that was just stored cannot be read").into()
            })
        })
    }

    fn remove_alias(&self, actor: &User, id: AliasId) -> Result<(), EditorialError> {
        self.edit(actor, |edit| {
            let aliases = edit.uow.vocabulary().aliases()?;
            let alias = aliases.into_iter().find(|alias| alias.id == id && alias.is_active);
            let alias = alias.ok_or(EditorialError::AliasNotFound)?;
            let away = Alias { is_active: false, origin: Origin::Admin, ..alias };
            edit.uow.vocabulary().update_alias(&away, edit.at)?;
            edit.done(Deed::Removed, Edited::Alias(&away.phrase, away.meaning))?;
            Ok(())
        })
    }

    fn groups(&self) -> Result<Vec<ServiceGroup>, EditorialError> {
        let mut groups = self.tx.reading(|uow| uow.vocabulary().groups())?;
        groups.sort_by(|a, b| a.entry.name.cmp(&b.entry.name));
        Ok(groups)
    }

    fn add_group(
        &self,
        actor: &User,
        name: &EntryName,
        services: &[CatalogueServiceId],
    ) -> Result<ServiceGroup, EditorialError> {
        self.edit(actor, |edit| {
            edit.services_exist(services)?;
            let known = edit.uow.vocabulary().groups()?;
            let key = self.keys.key(name.as_str());
            if let Some(group) = known.iter().find(|group| self.keys.key(&group.entry.name) == key) {
                let of = format!("the group {}", group.entry.name);
                return Err(EditorialError::NameTaken { name: name.to_string(), of });
            }
            let entry =
                GroupEntry { name: name.to_string(), services: each_once(services), origin: Origin::Admin };
            edit.uow.vocabulary().insert_groups(std::slice::from_ref(&entry), edit.at)?;
            edit.done(Deed::Added, Edited::Group(&entry.name))?;
            let stored = edit.uow.vocabulary().groups()?.into_iter().find(|group| group.entry == entry);
            stored
                .ok_or_else(|| StorageError::unexpected("a group that was just stored cannot be read").into())
        })
    }

    fn change_group(
        &self,
        actor: &User,
        id: GroupId,
        services: &[CatalogueServiceId],
    ) -> Result<ServiceGroup, EditorialError> {
        self.edit(actor, |edit| {
            edit.services_exist(services)?;
            let group = group(edit.uow, id)?;
            let mut entry = GroupEntry { services: each_once(services), ..group.entry.clone() };
            if entry == group.entry {
                return Ok(group);
            }
            entry.origin = Origin::Admin;
            save_group(edit, Deed::Changed, ServiceGroup { entry, ..group })
        })
    }

    fn switch_group(
        &self,
        actor: &User,
        id: GroupId,
        is_active: bool,
    ) -> Result<ServiceGroup, EditorialError> {
        self.edit(actor, |edit| {
            let group = group(edit.uow, id)?;
            if group.is_active == is_active {
                return Ok(group);
            }
            let entry = GroupEntry { origin: Origin::Admin, ..group.entry.clone() };
            save_group(edit, Deed::switched(is_active), ServiceGroup { entry, is_active, ..group })
        })
    }

    fn places(&self, filter: &PlaceFilter, page: Page) -> Result<Paged<Place>, EditorialError> {
        self.list_places(filter, page)
    }

    fn add_place(&self, actor: &User, draft: &PlaceDraft) -> Result<Place, EditorialError> {
        self.new_place(actor, draft)
    }

    fn change_place(&self, actor: &User, id: PlaceId, change: &PlaceChange) -> Result<Place, EditorialError> {
        self.other_place(actor, id, change)
    }

    fn switch_place(&self, actor: &User, id: PlaceId, is_active: bool) -> Result<Place, EditorialError> {
        self.known_place(actor, id, is_active)
    }
}

/// Fails unless what a phrase is to mean exists.
fn exists(edit: &mut Edit<'_>, meaning: Meaning) -> Result<(), EditorialError> {
    match meaning {
        Meaning::Synonym(service) | Meaning::Hint(service) | Meaning::Not(service) => {
            edit.services_exist(&[service])
        }
        Meaning::Group(id) => match group(edit.uow, id) {
            Err(EditorialError::GroupNotFound) => Err(EditorialError::UnknownGroup(id)),
            other => other.map(drop),
        },
        Meaning::Category(id) => {
            let categories = edit.uow.catalogue_editor().categories()?;
            let is_there = categories.iter().any(|record| record.category.id == id);
            if is_there { Ok(()) } else { Err(EditorialError::UnknownCategory(id)) }
        }
        Meaning::Weak | Meaning::Outside => Ok(()),
    }
}

fn group(uow: &mut dyn UnitOfWork, id: GroupId) -> Result<ServiceGroup, EditorialError> {
    let found = uow.vocabulary().groups()?.into_iter().find(|group| group.id == id);
    found.ok_or(EditorialError::GroupNotFound)
}

fn save_group(edit: &mut Edit<'_>, deed: Deed, group: ServiceGroup) -> Result<ServiceGroup, EditorialError> {
    edit.uow.vocabulary().update_groups(std::slice::from_ref(&group), edit.at)?;
    edit.done(deed, Edited::Group(&group.entry.name))?;
    Ok(group)
}
