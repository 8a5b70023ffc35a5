//! Mails that were sent.

use diesel::prelude::*;
use instainstru_domain::ports::{SentMailRepository, StorageError, mails::SentMail};

use crate::{connection::on_inner, schema::sent_mails, types::Instant, unit_of_work::DieselUnitOfWork};

impl SentMailRepository for DieselUnitOfWork<'_> {
    fn about(&mut self, event: i64) -> Result<Vec<String>, StorageError> {
        self.execute(|connection| {
            sent_mails::table
                .filter(sent_mails::event_id.eq(event))
                .order(sent_mails::message_id)
                .select(sent_mails::message_id)
                .load(connection)
        })
    }

    fn insert(&mut self, mail: &SentMail) -> Result<(), StorageError> {
        self.execute(|connection| {
            let row = (
                sent_mails::message_id.eq(&mail.message_id),
                sent_mails::event_id.eq(mail.event),
                sent_mails::sent_at.eq(Instant(mail.sent_at)),
            );
            on_inner!(connection, |connection| diesel::insert_into(sent_mails::table)
                .values(row)
                .on_conflict_do_nothing()
                .execute(connection))
        })?;
        Ok(())
    }
}
