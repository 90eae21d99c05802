//! Manifests: everything a root was computed from, by content address.
//!
//! Canonical JSON: the fields in the order below, no white space, hashes in
//! lower-case hexadecimal, addresses in base58, amounts and 64-bit positions as
//! decimal strings or integers as typed here. The manifest's hash is the SHA-256
//! of those bytes.

use crate::bytes::DecodeError;
use crate::hash::sha256;
use crate::id::{FileHash, GatewayId, Genesis, Head, MintId, ProgramId, RootId, VaultId};
use crate::position::{CreditSeq, Epoch, EventSeq, Generation, Slot};
use serde::{Deserialize, Serialize};
use std::string::String;
use std::vec::Vec;

/// The version of the manifest's layout.
pub const MANIFEST_VERSION: u16 = 1;

/// A segment of one gateway's events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageSegment {
    /// Whose.
    pub gateway: GatewayId,
    /// In which of its lives.
    pub generation: Generation,
    /// First sequence in the segment.
    pub first: EventSeq,
    /// One past the last.
    pub end: EventSeq,
    /// Head before the first.
    pub previous: Head,
    /// Signed head after the last.
    pub head: Head,
    /// The groups, one after the other.
    pub file: FileHash,
}

/// What a root was computed from and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`].
    pub version: u16,
    /// The cluster.
    pub genesis: Genesis,
    /// The registry program.
    pub registry: ProgramId,
    /// The rewards program.
    pub rewards: ProgramId,
    /// The vault.
    pub vault: VaultId,
    /// Its mint.
    pub mint: MintId,
    /// Which epoch.
    pub epoch: Epoch,
    /// Which attempt at it.
    pub attempt: u16,
    /// The parent's id; zeros for the first root.
    pub parent: RootId,
    /// The finalised slot that closes the epoch.
    pub finalised_slot: Slot,
    /// The terms of assets are those effective at this slot: the parent's
    /// finalised slot, or this root's own for the first.
    pub terms_slot: Slot,
    /// Name and version of the engine.
    pub engine: String,
    /// The policy set, a published file.
    pub policy_set: FileHash,
    /// The state the parent closed with; zeros for the first root.
    pub opening_state: FileHash,
    /// The decoded chain events of both programs in (parent's finalised slot,
    /// this finalised slot].
    pub chain: FileHash,
    /// The chained digest of the finalised slot.
    pub chain_digest: FileHash,
    /// The graph of assets as of the finalised slot.
    pub graph: FileHash,
    /// Mandates that events of this epoch cite, with their signatures.
    pub mandates: FileHash,
    /// The credit log from the parent's position, exclusive, to `credit_end`, inclusive.
    pub credit: FileHash,
    /// The last credit position included.
    pub credit_end: CreditSeq,
    /// The gateways' events, ascending by gateway and generation.
    pub usage: Vec<UsageSegment>,
    /// The state this epoch closes with.
    pub closing_state: FileHash,
    /// The leaves.
    pub leaf_file: FileHash,
    /// Top node of the tree.
    pub tree_hash: FileHash,
    /// Sum of the leaves, in base units.
    pub total: String,
    /// Number of leaves.
    pub leaf_count: u32,
}

impl Manifest {
    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        // Serialising plain strings and integers to memory cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads canonical bytes and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|_| DecodeError::Magic("manifest"))?;
        if manifest.version != MANIFEST_VERSION {
            return Err(DecodeError::Version(manifest.version));
        }
        if manifest.encode() != bytes {
            return Err(DecodeError::Value("order or spelling of the manifest's fields"));
        }
        Ok(manifest)
    }

    /// SHA-256 of the canonical bytes.
    pub fn hash(&self) -> FileHash {
        FileHash(sha256(&[&self.encode()]))
    }
}
