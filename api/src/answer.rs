//! The frame around every answer.

use serde::Serialize;
use utoipa::ToSchema;

/// One thing, and as of when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Answer<T> {
    /// Everything on-chain up to this slot is accounted for.
    pub as_of_slot: u64,
    /// Epoch of the vault's newest active root; null where no single vault is
    /// concerned, or before its first root.
    pub root_epoch: Option<u64>,
    /// What was asked for.
    pub data: T,
}

/// One page of a list, and as of when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// Everything on-chain up to this slot is accounted for.
    pub as_of_slot: u64,
    /// Epoch of the vault's newest active root; null where no single vault is
    /// concerned, or before its first root.
    pub root_epoch: Option<u64>,
    /// The page's entries.
    pub data: Vec<T>,
    /// Whether there is another page.
    pub has_more: bool,
    /// Send it as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}
