//! All events of a slot range straight from a node, without a database: for
//! those who check what somebody else stored.

use crate::decode::decode;
use crate::event::IndexedEvent;
use crate::machine::{PAGE, PROGRAMS};
use crate::source::{ChainSource, Failure, ListRequest, Listed, SourceError};
use futures::{StreamExt, TryStreamExt};
use solana_sdk::signature::Signature;
use std::collections::BTreeSet;
use tributary_core::position::Slot;

/// Transactions fetched at the same time.
const FETCHES_AT_ONCE: usize = 8;

/// Why a range could not be collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The node gave no answer.
    #[error("the chain's events could not be collected")]
    Source(#[from] SourceError),
    /// The node lists a transaction that it does not have.
    #[error("the node lists {0} but does not have it; ask again or ask another node")]
    Missing(Signature),
    /// The node gave the same page twice.
    #[error("the node's listing goes round in circles; ask another node")]
    Listing,
    /// An event that this software can't read.
    #[error("an event of {signature} can't be read: {reason}")]
    Unreadable {
        /// Its transaction.
        signature: Signature,
        /// Why.
        reason: String,
    },
}

impl CollectError {
    /// What follows from it for whoever may ask somebody else.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Source(error) => error.failure(),
            Self::Missing(_) => Failure::NotYet,
            Self::Listing | Self::Unreadable { .. } => Failure::Unanswered,
        }
    }
}

/// Events of the slots after `from` up to and with `to`, in canonical order:
/// (slot, program, stream, sequence). `to` must be final on the node.
pub async fn events_of_range(
    source: &impl ChainSource,
    from: Slot,
    to: Slot,
) -> Result<Vec<IndexedEvent>, CollectError> {
    let mut signatures = BTreeSet::new();
    for address in PROGRAMS {
        let mut before: Option<Listed> = None;
        loop {
            let request = ListRequest {
                address,
                before: before.map(|line| line.signature),
                until: None,
                min_context: to,
                limit: PAGE,
            };
            let page = source.list(&request).await?;
            let in_range = |line: &&Listed| !line.failed && line.slot > from && line.slot <= to;
            signatures.extend(page.iter().filter(in_range).map(|line| line.signature));
            match page.last() {
                Some(last) if page.len() >= PAGE && last.slot > from => {
                    if before.is_some_and(|before| before.slot < last.slot || before.signature == last.signature) {
                        return Err(CollectError::Listing);
                    }
                    before = Some(*last);
                }
                _ => break,
            }
        }
    }
    let transactions: Vec<_> = futures::stream::iter(signatures)
        .map(|signature| async move { source.transaction(&signature).await?.ok_or(CollectError::Missing(signature)) })
        .buffer_unordered(FETCHES_AT_ONCE)
        .try_collect()
        .await?;
    let mut events = Vec::new();
    for transaction in &transactions {
        let decoded = decode(transaction);
        if let Some(letter) = decoded.dead_letters.into_iter().next() {
            return Err(CollectError::Unreadable { signature: letter.id.signature, reason: letter.reason });
        }
        events.extend(decoded.events.into_iter().filter(|event| event.slot > from && event.slot <= to));
    }
    events.sort_by_key(IndexedEvent::canonical);
    Ok(events)
}
