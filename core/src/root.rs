//! The identity of a root: everything it was posted with, in one hash.

use crate::domain::Domain;
use crate::hash::{Digest, VERSION, sha256, tag};
use crate::id::{FileHash, RootId};
use crate::leaf::CLASSES;
use crate::position::{Epoch, Slot};

/// What a root commits to. The program stores these fields and computes the id
/// when a root is posted; a child names its parent by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootHeader {
    /// The vault's domain.
    pub domain: Domain,
    /// Which epoch it closes.
    pub epoch: Epoch,
    /// Which attempt at that epoch, from 0.
    pub attempt: u16,
    /// The newest root that was not disabled; zeros for the first.
    pub parent: RootId,
    /// The finalised slot it was computed at.
    pub finalised_slot: Slot,
    /// Hash of the tree's top node.
    pub tree_hash: Digest,
    /// Sums by leaf class; together they are the tree's sum.
    pub class_totals: [u64; CLASSES],
    /// Number of leaves, 1 to 2²⁴.
    pub leaf_count: u32,
    /// SHA-256 of the published manifest.
    pub manifest: FileHash,
    /// SHA-256 of the published policy set.
    pub policy_set: FileHash,
}

impl RootHeader {
    /// The sum over all classes, unless it overflows.
    pub fn total(&self) -> Option<u64> {
        self.class_totals.iter().try_fold(0u64, |sum, part| sum.checked_add(*part))
    }

    /// `H(0x02 ‖ version ‖ domain ‖ epoch u64 ‖ attempt u16 ‖ parent ‖ slot u64 ‖
    /// tree hash ‖ class totals 3 × u64 ‖ leaf count u32 ‖ manifest ‖ policy set)`.
    pub fn id(&self) -> RootId {
        let [earned, refund, fee] = self.class_totals.map(u64::to_le_bytes);
        RootId(sha256(&[
            &[tag::ROOT, VERSION],
            &self.domain.0,
            &self.epoch.0.to_le_bytes(),
            &self.attempt.to_le_bytes(),
            &self.parent.0,
            &self.finalised_slot.0.to_le_bytes(),
            &self.tree_hash,
            &earned,
            &refund,
            &fee,
            &self.leaf_count.to_le_bytes(),
            &self.manifest.0,
            &self.policy_set.0,
        ]))
    }
}
