//! Which roots of a vault serve or served, by the chain's events.

use crate::files::chain::ChainRow;
use std::collections::BTreeMap;
use tributary_client::rewards::{RewardsEvent, RootPosted};
use tributary_client::{ClientError, pda};
use tributary_core::id::VaultId;

/// The roots of a vault that became active and were not disabled since, ascending by epoch.
pub(super) fn active_roots(rows: &[ChainRow], vault: &VaultId) -> Result<Vec<RootPosted>, ClientError> {
    let mut posted: BTreeMap<[u8; 32], RootPosted> = BTreeMap::new();
    let mut active = BTreeMap::new();
    for row in rows.iter().filter(|row| row.program == pda::REWARDS && row.stream.to_bytes() == vault.0) {
        match RewardsEvent::decode(&row.data)? {
            RewardsEvent::RootPosted(event) => {
                posted.insert(event.root_id, *event);
            }
            RewardsEvent::RootActivated(event) => {
                if let Some(root) = posted.get(&event.root_id) {
                    active.insert(event.epoch, root.clone());
                }
            }
            // They were struck down for being wrong; what is verified is what serves or served.
            RewardsEvent::RootsDisabled(event) => active.retain(|_, root| !event.roots.contains(&root.root_id)),
            _ => {}
        }
    }
    Ok(active.into_values().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use solana_address::Address;
    use tributary_client::rewards::{RootActivated, RootsDisabled};
    use tributary_core::position::Slot;

    const VAULT: [u8; 32] = [7; 32];

    fn posted(epoch: u64, attempt: u16) -> RootPosted {
        RootPosted {
            vault: Address::new_from_array(VAULT),
            sequence: 0,
            place: 0,
            root_id: [epoch as u8 * 16 + attempt as u8; 32],
            epoch,
            attempt,
            parent: [0; 32],
            finalised_slot: epoch,
            tree_hash: [0; 32],
            class_totals: [0; 3],
            overpaid: [0; 3],
            leaf_count: 1,
            manifest: [0; 32],
            policy_set: [0; 32],
            opens_slot: 0,
            opens_at: 0,
            slot: epoch,
        }
    }

    fn row(event: &RewardsEvent) -> ChainRow {
        ChainRow {
            slot: Slot(1),
            program: pda::REWARDS,
            stream: Address::new_from_array(VAULT),
            sequence: 0,
            signature: [0; 64],
            outer: 0,
            inner: 0,
            data: event.encode(),
        }
    }

    fn served(root: &RootPosted) -> [ChainRow; 2] {
        let (vault, root_id, epoch) = (root.vault, root.root_id, root.epoch);
        let activated = RootActivated { vault, sequence: 0, root_id, epoch, slot: 2 };
        [row(&RewardsEvent::RootPosted(Box::new(root.clone()))), row(&RewardsEvent::RootActivated(Box::new(activated)))]
    }

    #[test]
    fn disabled_roots_are_not_verified_and_what_replaced_them_is() {
        let (first, second, third, again) = (posted(1, 0), posted(2, 0), posted(3, 0), posted(2, 1));
        let disabled = RootsDisabled {
            vault: first.vault,
            sequence: 0,
            head_root: first.root_id,
            head_epoch: 1,
            by: Address::new_from_array([9; 32]),
            reason: 1,
            slot: 3,
            paid: [0; 3],
            roots: vec![second.root_id, third.root_id],
        };
        let mut rows: Vec<ChainRow> = [&first, &second, &third].into_iter().flat_map(served).collect();
        assert_eq!(active_roots(&rows, &VaultId(VAULT)).unwrap(), [first.clone(), second, third]);
        rows.push(row(&RewardsEvent::RootsDisabled(Box::new(disabled))));
        assert_eq!(active_roots(&rows, &VaultId(VAULT)).unwrap(), std::slice::from_ref(&first));
        rows.extend(served(&again));
        assert_eq!(active_roots(&rows, &VaultId(VAULT)).unwrap(), [first, again]);
    }
}
