//! A root's account, in one of the places of its vault's ring.

use super::LAYOUT;
use crate::ClientError;
use crate::accounts::{decode_version, u64s};
use tributary_core::bytes::DecodeError;
use tributary_core::domain::Domain;
use tributary_core::id::{FileHash, RootId, VaultId};
use tributary_core::leaf::CLASSES;
use tributary_core::position::{Epoch, Slot};
use tributary_core::root::RootHeader;
use tributary_core::tree::{FRONTIER_MAX, Node};

/// Where a root stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RootStatus {
    /// In its challenge window, or waiting to be activated after it.
    Pending = 1,
    /// Serves.
    Active = 2,
    /// Struck down by a watcher.
    Vetoed = 3,
    /// Struck down after activation.
    Disabled = 4,
}

/// A posted root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Where it stands in its life.
    pub status: RootStatus,
    /// Its place in the ring.
    pub place: u8,
    /// Which watchers have attested, as bits in the order of the configuration.
    pub attested: u8,
    /// How many have attested.
    pub attestations: u8,
    /// The slot it was posted at.
    pub posted_slot: Slot,
    /// First slot at which it can be activated.
    pub opens_slot: Slot,
    /// First Unix second at which it can be activated.
    pub opens_at: i64,
    /// The slot it was activated at.
    pub activated_slot: Option<Slot>,
    /// The vault.
    pub vault: VaultId,
    /// Its identity.
    pub id: RootId,
    /// Which epoch it closes.
    pub epoch: Epoch,
    /// Which attempt at it.
    pub attempt: u16,
    /// The root it builds on.
    pub parent: RootId,
    /// The finalised slot it was computed at.
    pub finalised_slot: Slot,
    /// Hash of the tree's top node.
    pub tree_hash: [u8; 32],
    /// Sums by class.
    pub class_totals: [u64; CLASSES],
    /// Number of leaves.
    pub leaf_count: u32,
    /// SHA-256 of the manifest.
    pub manifest: FileHash,
    /// SHA-256 of the policy set.
    pub policy_set: FileHash,
    /// The nodes at depth 4.
    pub frontier: Vec<Node>,
    /// What was paid under it, by class.
    pub paid: [u64; CLASSES],
    /// What it declares as paid above true entitlements, by class.
    pub overpaid: [u64; CLASSES],
}

impl Root {
    /// What the identity is made of.
    pub fn header(&self, domain: Domain) -> RootHeader {
        RootHeader {
            domain,
            epoch: self.epoch,
            attempt: self.attempt,
            parent: self.parent,
            finalised_slot: self.finalised_slot,
            tree_hash: self.tree_hash,
            class_totals: self.class_totals,
            leaf_count: self.leaf_count,
            manifest: self.manifest,
            policy_set: self.policy_set,
        }
    }
}

impl Root {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode_version("Root", LAYOUT, data, |r| {
            r.u8("bump")?;
            let status = match r.u8("status")? {
                1 => RootStatus::Pending,
                2 => RootStatus::Active,
                3 => RootStatus::Vetoed,
                4 => RootStatus::Disabled,
                _ => return Err(DecodeError::Value("status")),
            };
            let place = r.u8("place")?;
            let attested = r.u8("attested")?;
            let attestations = r.u8("attestations")?;
            let attempt = r.u16("attempt")?;
            let leaf_count = r.u32("leaf count")?;
            let nodes = usize::from(r.u8("number of nodes")?);
            if nodes > FRONTIER_MAX {
                return Err(DecodeError::Value("number of nodes"));
            }
            r.take(3, "reserved bytes")?;
            let epoch = Epoch(r.u64("epoch")?);
            let finalised_slot = Slot(r.u64("finalised slot")?);
            let class_totals = u64s(r, "class totals")?;
            let posted_slot = Slot(r.u64("posted slot")?);
            let opens_slot = Slot(r.u64("opens slot")?);
            let opens_at = r.u64("opens at")? as i64;
            let activated_slot = match r.u64("activated slot")? {
                0 => None,
                slot => Some(Slot(slot)),
            };
            let vault = VaultId(r.array("vault")?);
            let id = RootId(r.array("root id")?);
            let parent = RootId(r.array("parent")?);
            let tree_hash = r.array("tree hash")?;
            let manifest = FileHash(r.array("manifest")?);
            let policy_set = FileHash(r.array("policy set")?);
            let mut frontier = Vec::with_capacity(nodes);
            for _ in 0..nodes {
                frontier.push(Node { hash: r.array("node hash")?, sum: r.u64("node sum")? });
            }
            r.take((FRONTIER_MAX - nodes) * 40, "unused nodes")?;
            let paid = u64s(r, "paid")?;
            let overpaid = u64s(r, "overpaid")?;
            Ok(Self {
                status,
                place,
                attested,
                attestations,
                posted_slot,
                opens_slot,
                opens_at,
                activated_slot,
                vault,
                id,
                epoch,
                attempt,
                parent,
                finalised_slot,
                tree_hash,
                class_totals,
                leaf_count,
                manifest,
                policy_set,
                frontier,
                paid,
                overpaid,
            })
        })
    }
}
