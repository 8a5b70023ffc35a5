//! Categories and services.

use instainstru_core::money::Cents;
use instainstru_domain::{
    account::User,
    catalogue::{CategoryFacts, ServiceFacts},
    editorial::{CategoryRecord, DisplayOrder, Origin, ServiceRecord, Slug, TypicalPrice},
    ids::{CatalogueServiceId, CategoryId},
    page::{Page, Paged},
    ports::{StorageError, TransactorExt, UnitOfWork},
    vocabulary::{Alias, Meaning, NewAlias, Phrase},
};

use super::{
    CatalogueEditing, CategoryChange, CategoryDraft, EditedService, EditorialError, EditorialService,
    ServiceChange, ServiceDraft, ServiceFilter,
    lexicon::{Lexicon, Use},
    service::{Deed, Edit, Edited, contains, each_once, page_of},
};

impl CatalogueEditing for EditorialService {
    fn categories(&self) -> Result<Vec<CategoryRecord>, EditorialError> {
        Ok(self.tx.reading(|uow| uow.catalogue_editor().categories())?)
    }

    fn add_category(&self, actor: &User, draft: &CategoryDraft) -> Result<CategoryRecord, EditorialError> {
        self.edit(actor, |edit| {
            let known = edit.uow.catalogue_editor().categories()?;
            if known.iter().any(|record| record.category.facts.slug == draft.slug.as_str()) {
                return Err(EditorialError::SlugTaken(draft.slug.clone()));
            }
            let orders = known.iter().map(|record| record.category.facts.display_order);
            let facts = CategoryFacts {
                slug: draft.slug.to_string(),
                name: draft.name.to_string(),
                subtitle: draft.subtitle.as_ref().map(ToString::to_string),
                description: draft.description.as_ref().map(ToString::to_string),
                display_order: draft.display_order.map_or_else(|| after(orders), DisplayOrder::get),
                icon_name: draft.icon_name.as_ref().map(ToString::to_string),
            };
            let record = edit.uow.catalogue_editor().insert_category(&facts, edit.at)?;
            let id = record.category.id;
            let mut lexicon = Lexicon::read(edit.uow, &*self.keys)?;
            lexicon.confirm(&facts.name, Use::CategoryName(id))?;
            edit.done(Deed::Added, Edited::Category(id, &facts))?;
            Ok(record)
        })
    }

    fn change_category(
        &self,
        actor: &User,
        id: CategoryId,
        change: &CategoryChange,
    ) -> Result<CategoryRecord, EditorialError> {
        self.edit(actor, |edit| {
            let record = category(edit.uow, id)?.ok_or(EditorialError::CategoryNotFound)?;
            slug_stays("category", &record.category.facts.slug, change.slug.as_ref())?;
            let mut changed = record.clone();
            let facts = &mut changed.category.facts;
            set(&mut facts.name, change.name.as_ref().map(ToString::to_string));
            set(&mut facts.subtitle, texts(change.subtitle.as_ref()));
            set(&mut facts.description, texts(change.description.as_ref()));
            set(&mut facts.display_order, change.display_order.map(DisplayOrder::get));
            set(&mut facts.icon_name, texts(change.icon_name.as_ref()));
            if changed == record {
                return Ok(record);
            }
            changed.origin = Origin::Admin;
            let (before, now) = (&record.category.facts.name, &changed.category.facts.name);
            if before != now {
                let mut lexicon = Lexicon::read(edit.uow, &*self.keys)?;
                lexicon.release(before, Use::CategoryName(id));
                lexicon.claim(now, Use::CategoryName(id))?;
            }
            edit.uow.catalogue_editor().update_category(&changed, edit.at)?;
            edit.done(Deed::Changed, Edited::Category(id, &changed.category.facts))?;
            Ok(changed)
        })
    }

    fn switch_category(
        &self,
        actor: &User,
        id: CategoryId,
        is_active: bool,
    ) -> Result<CategoryRecord, EditorialError> {
        self.edit(actor, |edit| {
            let record = category(edit.uow, id)?.ok_or(EditorialError::CategoryNotFound)?;
            if record.is_active == is_active {
                return Ok(record);
            }
            let switched = CategoryRecord { is_active, ..record };
            edit.uow.catalogue_editor().update_category(&switched, edit.at)?;
            edit.done(Deed::switched(is_active), Edited::Category(id, &switched.category.facts))?;
            Ok(switched)
        })
    }

    fn services(&self, filter: &ServiceFilter, page: Page) -> Result<Paged<EditedService>, EditorialError> {
        self.tx.reading(|uow| {
            let fits = |record: &ServiceRecord| {
                let facts = &record.facts;
                let texts = [facts.name.as_str(), facts.slug.as_str()];
                let terms = facts.search_terms.iter().map(String::as_str);
                filter.category.is_none_or(|category| record.category_id == category)
                    && filter.is_active.is_none_or(|is_active| record.is_active == is_active)
                    && contains(texts.into_iter().chain(terms), filter.text.as_deref())
            };
            let mut records = uow.catalogue_editor().services()?;
            records.retain(fits);
            let categories = uow.catalogue_editor().categories()?;
            let mut services = edited(records, &categories, &uow.vocabulary().aliases()?);
            services.sort_by(|a, b| {
                let order = |service: &EditedService| {
                    (service.category.category.facts.display_order, service.record.facts.display_order)
                };
                order(a).cmp(&order(b)).then_with(|| a.record.facts.name.cmp(&b.record.facts.name))
            });
            Ok(page_of(services, page))
        })
    }

    fn service(&self, id: CatalogueServiceId) -> Result<EditedService, EditorialError> {
        self.tx.reading(|uow| details(uow, id))
    }

    fn add_service(&self, actor: &User, draft: &ServiceDraft) -> Result<EditedService, EditorialError> {
        self.edit(actor, |edit| {
            category(edit.uow, draft.category)?.ok_or(EditorialError::UnknownCategory(draft.category))?;
            edit.services_exist(&draft.related)?;
            let known = edit.uow.catalogue_editor().services()?;
            if known.iter().any(|record| record.facts.slug == draft.slug.as_str()) {
                return Err(EditorialError::SlugTaken(draft.slug.clone()));
            }
            let siblings = known.iter().filter(|record| record.category_id == draft.category);
            let orders = siblings.map(|record| record.facts.display_order);
            let facts = ServiceFacts {
                slug: draft.slug.to_string(),
                name: draft.name.to_string(),
                description: draft.description.as_ref().map(ToString::to_string),
                search_terms: each_once(&draft.search_terms).iter().map(ToString::to_string).collect(),
                display_order: draft.display_order.map_or_else(|| after(orders), DisplayOrder::get),
                online_capable: draft.online_capable,
                requires_certification: draft.requires_certification,
                typical_price: draft.typical_price.map(TypicalPrice::ends),
            };
            let related = each_once(&draft.related);
            let record =
                edit.uow.catalogue_editor().insert_service(draft.category, &facts, &related, edit.at)?;
            let id = record.id;
            let mut lexicon = Lexicon::read(edit.uow, &*self.keys)?;
            lexicon.confirm(&facts.name, Use::Name(id))?;
            for term in &facts.search_terms {
                lexicon.confirm(term, Use::Term(id))?;
            }
            let of = |meaning: fn(CatalogueServiceId) -> Meaning, phrases: &[Phrase]| {
                each_once(phrases).into_iter().map(move |phrase| NewAlias {
                    phrase,
                    meaning: meaning(id),
                    origin: Origin::Admin,
                })
            };
            let synonyms = of(Meaning::Synonym, &draft.synonyms);
            let others = of(Meaning::Hint, &draft.hints).chain(of(Meaning::Not, &draft.not));
            let aliases: Vec<NewAlias> = synonyms.chain(others).collect();
            for alias in &aliases {
                lexicon.claim(alias.phrase.as_str(), Use::Alias(alias.meaning))?;
            }
            edit.uow.vocabulary().insert_aliases(&aliases, edit.at)?;
            edit.done(Deed::Added, Edited::Service(id, &facts))?;
            details(edit.uow, id)
        })
    }

    fn change_service(
        &self,
        actor: &User,
        id: CatalogueServiceId,
        change: &ServiceChange,
    ) -> Result<EditedService, EditorialError> {
        self.edit(actor, |edit| {
            let record = edit.uow.catalogue_editor().find_service(id)?;
            let record = record.ok_or(EditorialError::ServiceNotFound)?;
            slug_stays("service", &record.facts.slug, change.slug.as_ref())?;
            if let Some(wanted) = change.category {
                category(edit.uow, wanted)?.ok_or(EditorialError::UnknownCategory(wanted))?;
            }
            if let Some(related) = &change.related {
                edit.services_exist(related)?;
            }
            let mut changed = record.clone();
            apply(&mut changed, change);
            if changed != record {
                changed.origin = Origin::Admin;
                self.claim_words(edit, &record, &changed)?;
                edit.uow.catalogue_editor().update_service(&changed, edit.at)?;
                edit.done(Deed::Changed, Edited::Service(id, &changed.facts))?;
            }
            details(edit.uow, id)
        })
    }

    fn switch_service(
        &self,
        actor: &User,
        id: CatalogueServiceId,
        is_active: bool,
    ) -> Result<EditedService, EditorialError> {
        self.edit(actor, |edit| {
            let record = edit.uow.catalogue_editor().find_service(id)?;
            let record = record.ok_or(EditorialError::ServiceNotFound)?;
            if record.is_active != is_active {
                let switched = ServiceRecord { is_active, ..record };
                edit.uow.catalogue_editor().update_service(&switched, edit.at)?;
                edit.done(Deed::switched(is_active), Edited::Service(id, &switched.facts))?;
            }
            details(edit.uow, id)
        })
    }
}

impl EditorialService {
    /// Fails when a name or term that a service did not have before means something else.
    fn claim_words(
        &self,
        edit: &mut Edit<'_>,
        before: &ServiceRecord,
        now: &ServiceRecord,
    ) -> Result<(), EditorialError> {
        let mut lexicon = Lexicon::read(edit.uow, &*self.keys)?;
        let id = before.id;
        if before.facts.name != now.facts.name {
            lexicon.release(&before.facts.name, Use::Name(id));
            lexicon.claim(&now.facts.name, Use::Name(id))?;
        }
        // What it shares with others since before, such as "brass", stays shared.
        let known = &before.facts.search_terms;
        for term in now.facts.search_terms.iter().filter(|term| !known.contains(term)) {
            lexicon.confirm(term, Use::Term(id))?;
        }
        Ok(())
    }
}

fn apply(record: &mut ServiceRecord, change: &ServiceChange) {
    set(&mut record.category_id, change.category);
    set(&mut record.related, change.related.as_deref().map(each_once));
    let facts = &mut record.facts;
    set(&mut facts.name, change.name.as_ref().map(ToString::to_string));
    set(&mut facts.description, texts(change.description.as_ref()));
    let terms = change.search_terms.as_deref().map(each_once);
    set(&mut facts.search_terms, terms.map(|terms| terms.iter().map(ToString::to_string).collect()));
    set(&mut facts.display_order, change.display_order.map(DisplayOrder::get));
    set(&mut facts.online_capable, change.online_capable);
    set(&mut facts.requires_certification, change.requires_certification);
    let price = change.typical_price.map(|price| price.map(TypicalPrice::ends));
    set::<Option<(Cents, Cents)>>(&mut facts.typical_price, price);
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// A text that is set, taken away or left alone.
fn texts<T: ToString>(change: Option<&Option<T>>) -> Option<Option<String>> {
    change.map(|text| text.as_ref().map(ToString::to_string))
}

fn slug_stays(thing: &'static str, slug: &str, wanted: Option<&Slug>) -> Result<(), EditorialError> {
    if wanted.is_none_or(|wanted| wanted.as_str() == slug) {
        Ok(())
    } else {
        Err(EditorialError::KeyStays { what: "slug", thing, key: slug.to_owned() })
    }
}

/// The place after all these.
fn after(orders: impl Iterator<Item = i32>) -> i32 {
    orders.max().unwrap_or(0).saturating_add(1).clamp(1, DisplayOrder::MAX)
}

fn category(uow: &mut dyn UnitOfWork, id: CategoryId) -> Result<Option<CategoryRecord>, StorageError> {
    Ok(uow.catalogue_editor().categories()?.into_iter().find(|record| record.category.id == id))
}

/// Services with their categories and words.
fn edited(
    records: Vec<ServiceRecord>,
    categories: &[CategoryRecord],
    aliases: &[Alias],
) -> Vec<EditedService> {
    let with_words = |record: ServiceRecord| {
        let category = categories.iter().find(|category| category.category.id == record.category_id)?;
        let of = |alias: &&Alias| alias.is_active && alias.meaning.service() == Some(record.id);
        let mut aliases: Vec<Alias> = aliases.iter().filter(of).cloned().collect();
        aliases.sort_by(|a, b| (a.meaning, &a.phrase).cmp(&(b.meaning, &b.phrase)));
        Some(EditedService { category: category.clone(), aliases, record })
    };
    records.into_iter().filter_map(with_words).collect()
}

fn details(uow: &mut dyn UnitOfWork, id: CatalogueServiceId) -> Result<EditedService, EditorialError> {
    let record = uow.catalogue_editor().find_service(id)?.ok_or(EditorialError::ServiceNotFound)?;
    let categories = uow.catalogue_editor().categories()?;
    let aliases = uow.vocabulary().aliases()?;
    edited(vec![record], &categories, &aliases).pop().ok_or(EditorialError::ServiceNotFound)
}
