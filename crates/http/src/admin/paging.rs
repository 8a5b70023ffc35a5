//! Pages of long lists.

use instainstru_domain::page::Page;

use crate::{error::FieldErrors, wire::read_bounded};

/// Entries on a page when the client does not say.
const USUAL_SIZE: u32 = 50;
const MAX_SIZE: u32 = 100;
const MAX_NUMBER: u32 = 10_000_000;

/// Which page of a list, and how long pages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paging {
    pub(super) number: u32,
    pub(super) size: u32,
}

impl Paging {
    pub(super) fn read(
        errors: &mut FieldErrors,
        page: Option<String>,
        per_page: Option<String>,
    ) -> Option<Self> {
        let number = page.map(|text| read_bounded(&text, 1, MAX_NUMBER));
        let number = errors.take_optional("page", number);
        let size = per_page.map(|text| read_bounded(&text, 1, MAX_SIZE));
        let size = errors.take_optional("per_page", size);
        Some(Self { number: number?.unwrap_or(1), size: size?.unwrap_or(USUAL_SIZE) })
    }

    pub(super) const fn page(self) -> Page {
        Page::numbered(self.number, self.size)
    }
}
