//! Who did what.

use std::collections::BTreeMap;

use diesel::{alias, prelude::*};
use instainstru_domain::{
    audit::{AuditDetail, AuditEntry, AuditFilter, AuditSubject, NewAuditEntry, Origin, SubjectKind},
    ids::UserId,
    ports::{AuditLog, StorageError},
};
use jiff::Timestamp;

use crate::{
    schema::audit_log,
    stored::Place,
    types::{Instant, Json},
    unit_of_work::DieselUnitOfWork,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log)]
struct EntryRow {
    id: i64,
    recorded_at: Instant,
    action: String,
    actor_id: Option<i32>,
    subject_kind: Option<String>,
    subject_id: Option<i64>,
    detail: Json,
    request: Option<String>,
    address: Option<String>,
}

impl EntryRow {
    fn into_entry(self) -> Result<AuditEntry, StorageError> {
        let place = Place::new("audit_log", self.id);
        let facts: Result<BTreeMap<String, String>, _> = serde_json::from_str(&self.detail.0);
        let subject = match (self.subject_kind, self.subject_id) {
            (Some(kind), Some(id)) => {
                let kind: SubjectKind = place.check("subject_kind", kind.parse())?;
                Some(AuditSubject { kind, id })
            }
            (None, _) | (_, None) => None,
        };
        let address = place.check_some("address", self.address, |text| text.parse())?;
        let entry = NewAuditEntry {
            at: self.recorded_at.0,
            action: place.check("action", self.action.parse())?,
            actor: place.check_some("actor_id", self.actor_id, |id| UserId::new(id.into()))?,
            subject,
            detail: AuditDetail::stored(place.check("detail", facts)?),
            origin: Origin { request: self.request, address },
        };
        Ok(AuditEntry { number: self.id, entry })
    }
}

impl AuditLog for DieselUnitOfWork<'_> {
    fn record(&mut self, entry: &NewAuditEntry) -> Result<(), StorageError> {
        let detail = serde_json::to_string(entry.detail.facts());
        let detail = detail.map_err(|error| StorageError::Unexpected(Box::new(error)))?;
        self.execute(|connection| {
            diesel::insert_into(audit_log::table)
                .values((
                    audit_log::recorded_at.eq(Instant(entry.at)),
                    audit_log::action.eq(entry.action.as_str()),
                    audit_log::actor_id.eq(entry.actor.map(UserId::get)),
                    audit_log::subject_kind.eq(entry.subject.map(|subject| subject.kind.as_str())),
                    audit_log::subject_id.eq(entry.subject.map(|subject| subject.id)),
                    audit_log::detail.eq(Json(detail)),
                    audit_log::request.eq(&entry.origin.request),
                    audit_log::address.eq(entry.origin.address.map(|address| address.to_string())),
                ))
                .execute(connection)
        })?;
        Ok(())
    }

    fn entries(&mut self, filter: &AuditFilter, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
        let rows: Vec<EntryRow> = self.execute(|connection| {
            let mut query = audit_log::table
                .order(audit_log::id.desc())
                .limit(limit.into())
                .select(EntryRow::as_select())
                .into_boxed();
            if let Some(actor) = filter.actor {
                query = query.filter(audit_log::actor_id.eq(actor.get()));
            }
            if let Some(user) = filter.concerning {
                let done_to = audit_log::subject_kind
                    .eq(SubjectKind::User.as_str())
                    .and(audit_log::subject_id.eq(i64::from(user.get())));
                query = query.filter(audit_log::actor_id.eq(user.get()).or(done_to));
            }
            if let Some(action) = filter.action {
                query = query.filter(audit_log::action.eq(action.as_str()));
            }
            if let Some(since) = filter.since {
                query = query.filter(audit_log::recorded_at.ge(Instant(since)));
            }
            if let Some(number) = filter.before {
                query = query.filter(audit_log::id.lt(number));
            }
            query.load(connection)
        })?;
        rows.into_iter().map(EntryRow::into_entry).collect()
    }

    fn forget_person(&mut self, user: UserId) -> Result<(), StorageError> {
        let nothing = || (audit_log::request.eq(None::<String>), audit_log::address.eq(None::<String>));
        self.execute(|connection| {
            diesel::update(audit_log::table.filter(audit_log::actor_id.eq(user.get())))
                .set(nothing())
                .execute(connection)?;
            diesel::update(audit_log::table)
                .filter(audit_log::subject_id.eq(i64::from(user.get())))
                .filter(audit_log::subject_kind.eq(SubjectKind::User.as_str()))
                .set((nothing(), audit_log::detail.eq(Json("{}".to_owned()))))
                .execute(connection)
        })?;
        Ok(())
    }

    fn forget_addresses(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let rows = self.execute(|connection| {
            let oldest = alias!(audit_log as oldest);
            let numbers = oldest
                .filter(oldest.field(audit_log::address).is_not_null())
                .filter(oldest.field(audit_log::recorded_at).lt(Instant(before)))
                .order((oldest.field(audit_log::recorded_at), oldest.field(audit_log::id)))
                .limit(limit.into())
                .select(oldest.field(audit_log::id));
            diesel::update(audit_log::table.filter(audit_log::id.eq_any(numbers)))
                .set(audit_log::address.eq(None::<String>))
                .execute(connection)
        })?;
        u64::try_from(rows).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }
}
