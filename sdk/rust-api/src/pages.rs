//! Answers as of a slot, and lists page after page.

use crate::error::ApiError;
use futures::Stream;
use serde::{Deserialize, Serialize};

/// One thing, and as of when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// Everything on-chain up to this slot is accounted for.
    pub as_of_slot: u64,
    /// Epoch of the vault's newest active root; none where no single vault is concerned.
    pub root_epoch: Option<u64>,
    /// What was asked for.
    pub data: T,
}

/// One page of a list, and as of when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// Everything on-chain up to this slot is accounted for.
    pub as_of_slot: u64,
    /// Epoch of the vault's newest active root; none where no single vault is concerned.
    pub root_epoch: Option<u64>,
    /// The page's entries.
    pub data: Vec<T>,
    /// Whether there is another page.
    pub has_more: bool,
    /// Send it as `cursor` for the next page; none on the last one.
    pub next_cursor: Option<String>,
}

/// A question that is asked again for the next page.
pub trait Turn {
    /// Goes on behind a page.
    fn turn(&mut self, cursor: String);
}

/// All entries of a list. A page is asked for when its first entry is.
pub(crate) fn follow<Q: Turn, T>(
    mut query: Q,
    page: impl AsyncFn(&Q) -> Result<Page<T>, ApiError>,
) -> impl Stream<Item = Result<T, ApiError>> {
    async_stream::try_stream! {
        loop {
            let Page { data, next_cursor, .. } = page(&query).await?;
            for entry in data {
                yield entry;
            }
            match next_cursor {
                Some(cursor) => query.turn(cursor),
                None => break,
            }
        }
    }
}
