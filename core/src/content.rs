//! Content ids and the commitments that precede a registration.

use crate::hash::{VERSION, sha256, tag};
use crate::id::{Commitment, ContentId, Genesis, ProgramId};

/// What an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AssetKind {
    /// Texts or tables that models are made of.
    Dataset = 1,
    /// Something that answers.
    Model = 2,
    /// Something that runs models for callers.
    Agent = 3,
}

impl AssetKind {
    /// The kind with this code.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Dataset),
            2 => Some(Self::Model),
            3 => Some(Self::Agent),
            _ => None,
        }
    }
}

/// Uses an owner permits, as bits.
pub mod uses {
    /// Models may be built from it.
    pub const TRAIN: u8 = 1;
    /// Answers may be grounded in it.
    pub const GROUND: u8 = 2;
    /// Parts of it may be shown.
    pub const DISPLAY: u8 = 4;
    /// All of them.
    pub const ALL: u8 = 7;
}

/// The id of content: `H(0x08 ‖ version ‖ kind ‖ length u64 ‖ SHA-256 of the bytes)`.
pub fn content_id(kind: AssetKind, length: u64, content_hash: &[u8; 32]) -> ContentId {
    ContentId(sha256(&[&[tag::CONTENT, VERSION, kind as u8], &length.to_le_bytes(), content_hash]))
}

/// What is recorded before a reveal, so that nobody who sees the reveal can be
/// first: `H(0x07 ‖ version ‖ genesis ‖ registry ‖ kind ‖ content id ‖ owner ‖ salt)`.
pub fn commitment(
    genesis: &Genesis,
    registry: &ProgramId,
    kind: AssetKind,
    content: &ContentId,
    owner: &[u8; 32],
    salt: &[u8; 32],
) -> Commitment {
    Commitment(sha256(&[&[tag::COMMIT, VERSION], &genesis.0, &registry.0, &[kind as u8], &content.0, owner, salt]))
}
