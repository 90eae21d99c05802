//! A posted root, in one of the places of its vault's ring.

use super::{CLAIMABLE, LAYOUT};
use crate::error::RewardsError;
use anchor_lang::bytemuck;
use anchor_lang::prelude::*;
use tributary_core::leaf::CLASSES;
use tributary_core::tree::{FRONTIER_MAX, Node, climb, locate};

/// Of `Root::status`: in its challenge window, or waiting for its activation.
pub const PENDING: u8 = 1;
/// Of `Root::status`: serves.
pub const ACTIVE: u8 = 2;
/// Of `Root::status`: struck down by a watcher while it was pending.
pub const VETOED: u8 = 3;
/// Of `Root::status`: struck down after its activation, or with the root it was built on.
pub const DISABLED: u8 = 4;

/// At `["root", vault, place]`; written again when the ring comes round.
#[account]
pub struct Root {
    pub version: u8,
    pub bump: u8,
    pub status: u8,
    pub place: u8,
    /// Which watchers have attested, as bits in the configuration's order.
    pub attested: u8,
    /// How many have attested.
    pub attestations: u8,
    /// Which attempt at its epoch.
    pub attempt: u16,
    pub leaf_count: u32,
    /// How many of the frontier's nodes are in use.
    pub frontier_len: u8,
    pub reserved_small: [u8; 3],
    pub epoch: u64,
    /// The finalised slot it was computed at.
    pub finalised_slot: u64,
    /// Sums by leaf class, in base units.
    pub class_totals: [u64; CLASSES],
    pub posted_slot: u64,
    /// First slot at which it can be activated.
    pub opens_slot: u64,
    /// First Unix second at which it can be activated.
    pub opens_at: i64,
    /// When it was activated; 0 before.
    pub activated_slot: u64,
    pub vault: Address,
    pub root_id: [u8; 32],
    /// The root it builds on; zeros for none.
    pub parent: [u8; 32],
    pub tree_hash: [u8; 32],
    pub manifest: [u8; 32],
    pub policy_set: [u8; 32],
    /// The tree's nodes at depth 4, where proofs end.
    pub frontier: [FrontierNode; FRONTIER_MAX],
    /// What was paid under this root, and under roots built on it that were disabled since, by class, in base units.
    pub paid: [u64; CLASSES],
    /// What may have been paid beyond its totals, by class: what it declared, and
    /// what roots built on it had paid when they were disabled.
    pub overpaid: [u64; CLASSES],
    /// The configuration's count of changed lists of watchers that `attested` belongs to.
    pub watchers_epoch: u64,
    pub reserved: [u8; 8],
}

/// A node of the tree as it is stored and passed.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
#[bytemuck(crate = "anchor_lang::bytemuck")]
#[repr(C)]
pub struct FrontierNode {
    pub hash: [u8; 32],
    /// Sum of the leaves below, in base units.
    pub sum: u64,
}

impl From<FrontierNode> for Node {
    fn from(node: FrontierNode) -> Self {
        Self { hash: node.hash, sum: node.sum }
    }
}

impl Root {
    /// Whether the account has the present layout; an older one must be migrated first.
    pub fn is_current(&self) -> bool {
        self.version == LAYOUT
    }

    /// Forgets attestations that another list of watchers gave: their bits
    /// would be read as other people's.
    pub fn keep_attestations_of(&mut self, watchers_epoch: u64) {
        if self.watchers_epoch != watchers_epoch {
            self.watchers_epoch = watchers_epoch;
            self.attested = 0;
            self.attestations = 0;
        }
    }

    /// Whether claims are paid under this root: it is active and among the newest.
    #[inline(always)]
    pub fn serves(&self, head_epoch: u64) -> bool {
        self.status == ACTIVE && self.epoch <= head_epoch && self.epoch.saturating_add(CLAIMABLE) > head_epoch
    }

    /// Books a payment under this root, which never pays a class more than its own leaves of it.
    #[inline(always)]
    pub fn book_payment(&mut self, class: usize, amount: u64) -> Result<()> {
        let paid = self.paid[class].checked_add(amount).ok_or(RewardsError::Overflow)?;
        let room = u128::from(self.class_totals[class]) + u128::from(self.overpaid[class]);
        require!(u128::from(paid) <= room, RewardsError::OverClaimed);
        self.paid[class] = paid;
        Ok(())
    }

    /// Whether a leaf belongs to this root's tree.
    #[inline(always)]
    pub fn proves(&self, leaf: Node, index: u32, proof: &[u8]) -> bool {
        let Some(place) = locate(index, self.leaf_count) else { return false };
        let Some(expected) = self.frontier.get(place.slot) else { return false };
        climb(leaf, place.index, place.count, proof) == Some((*expected).into())
    }

    /// Refuses roots of other vaults and roots that are not the expected one.
    pub fn check(&self, vault: &Address, root_id: &[u8; 32]) -> Result<()> {
        require!(self.vault == *vault, RewardsError::WrongVault);
        require!(self.root_id == *root_id, RewardsError::WrongRoot);
        Ok(())
    }
}
