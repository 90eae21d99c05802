//! Recomputes the chained digests of a slot range from a node and compares them
//! with what an indexer stored: its digests, and the events they are made of. It
//! repairs nothing.

use crate::collect::{CollectError, events_of_range};
use crate::read::{SlotDigest, digest_at, digests_between, events_between, finalised_slot};
use crate::source::{ChainSource, SourceError};
use crate::store::{StoreError, slot_digests, stored_genesis};
use sqlx::PgPool;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

/// Why a range could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database gave no answer.
    #[error("the stored digests could not be read")]
    Store(#[from] StoreError),
    /// The node gave no answer.
    #[error("the chain could not be read")]
    Source(#[from] SourceError),
    /// The chain's events could not be collected.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The range is not final here.
    #[error("slot {to} is not final in the database yet: it is complete up to slot {finalised}; ask for that at most")]
    NotFinal {
        /// What was asked for.
        to: Slot,
        /// How far it is.
        finalised: Slot,
    },
    /// The range is empty.
    #[error("the range is empty: the first slot is {from}, the last one {to}")]
    Range {
        /// The first slot.
        from: Slot,
        /// The last one.
        to: Slot,
    },
    /// The database belongs to another chain.
    #[error("the database belongs to the chain {stored}, but the node runs {found}: use another database or node")]
    OtherChain {
        /// In the database.
        stored: Genesis,
        /// Of the node.
        found: Genesis,
    },
}

/// What is wrong with the first slot that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The stored digest is not that of the chain's events.
    Digest,
    /// The stored digest is right, but not the events stored beside it.
    Events,
}

/// The first slot that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub slot: Slot,
    /// What is wrong with it.
    pub wrong: Wrong,
    /// What the database has.
    pub stored: Option<SlotDigest>,
    /// What the chain has.
    pub chain: Option<SlotDigest>,
}

/// What was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Slots with events.
    pub slots: usize,
    /// Events.
    pub events: usize,
    /// The digest at the end, when all of it agrees; else where it first does not.
    pub outcome: Result<tributary_core::id::Commitment, Difference>,
}

/// Compares the slots from `from` up to and with `to`.
pub async fn verify(pool: &PgPool, source: &impl ChainSource, from: Slot, to: Slot) -> Result<Verified, VerifyError> {
    if to < from {
        return Err(VerifyError::Range { from, to });
    }
    let finalised = finalised_slot(pool).await?.unwrap_or_default();
    if to > finalised {
        return Err(VerifyError::NotFinal { to, finalised });
    }
    let (stored, found) = (stored_genesis(pool).await?, source.genesis().await?);
    if stored != found {
        return Err(VerifyError::OtherChain { stored, found });
    }
    let before = Slot(from.0.saturating_sub(1));
    // Slot 0 holds the cluster's genesis and no transaction.
    let opening = digest_at(pool, before).await?;
    let on_chain = events_of_range(source, before, to).await?;
    let of_chain = slot_digests(&opening, &on_chain)?;
    let of_events = slot_digests(&opening, &events_between(pool, before, to).await?)?;
    let stored = digests_between(pool, before, to).await?;

    let difference = first_difference(&stored, &of_chain)
        .map(|slot| (slot, Wrong::Digest))
        .or_else(|| first_difference(&of_events, &of_chain).map(|slot| (slot, Wrong::Events)));
    let outcome = match difference {
        None => Ok(of_chain.last().map_or(opening, |last| last.digest)),
        Some((slot, wrong)) => {
            let here = if wrong == Wrong::Digest { &stored } else { &of_events };
            let at = |digests: &[SlotDigest]| digests.iter().find(|digest| digest.slot == slot).copied();
            Err(Difference { slot, wrong, stored: at(here), chain: at(&of_chain) })
        }
    };
    Ok(Verified { slots: of_chain.len(), events: on_chain.len(), outcome })
}

/// The first slot of which two lists of digests, both ascending, say different things.
fn first_difference(a: &[SlotDigest], b: &[SlotDigest]) -> Option<Slot> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    match (a.get(same), b.get(same)) {
        (Some(a), Some(b)) => Some(a.slot.min(b.slot)),
        (Some(only), None) | (None, Some(only)) => Some(only.slot),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_core::id::Commitment;

    fn digests(of: &[(u64, u8)]) -> Vec<SlotDigest> {
        of.iter()
            .map(|(slot, byte)| SlotDigest { slot: Slot(*slot), events: 1, digest: Commitment([*byte; 32]) })
            .collect()
    }

    #[test]
    fn the_first_slot_that_differs_is_named_whichever_side_lacks_it() {
        let chain = digests(&[(3, 1), (5, 2), (9, 3)]);
        assert_eq!(first_difference(&chain, &chain), None);
        assert_eq!(first_difference(&digests(&[(3, 1), (9, 7)]), &chain), Some(Slot(5)));
        assert_eq!(first_difference(&digests(&[(3, 1), (4, 7), (5, 8), (9, 9)]), &chain), Some(Slot(4)));
        assert_eq!(first_difference(&digests(&[(3, 1), (5, 2)]), &chain), Some(Slot(9)));
        assert_eq!(first_difference(&digests(&[(3, 9), (5, 2), (9, 3)]), &chain), Some(Slot(3)));
    }
}
