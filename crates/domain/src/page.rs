//! Parts of long lists.

/// Which part of a list to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Number of items to leave out at the front.
    pub offset: u32,
    /// Greatest number of items to return.
    pub limit: u32,
}

impl Page {
    /// The first `limit` items.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { offset: 0, limit }
    }

    /// Page `number` (from 1) of `size` items.
    #[must_use]
    pub const fn numbered(number: u32, size: u32) -> Self {
        Self { offset: number.saturating_sub(1).saturating_mul(size), limit: size }
    }
}

/// Part of a list together with the length of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// Number of items in the whole list.
    pub total: u64,
}
