//! Searches.

use instainstru_domain::{ids::CatalogueServiceId, ports::Transactor, search_history::SearchBatch};
use jiff::civil::Date;

use super::stored;

/// Counts searches for a service on a date, on top of those counted before. Who searched and with which words is not kept.
pub fn searched(tx: &dyn Transactor, service: CatalogueServiceId, on: Date, times: u32) {
    let batch = SearchBatch { services: [((on, service), times)].into(), ..SearchBatch::default() };
    stored(tx, |uow| uow.search_history().record(&batch, 0));
}
