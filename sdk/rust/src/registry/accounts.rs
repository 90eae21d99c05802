//! Accounts of the registry program, read into typed values.

use super::{CoOwner, Parent};
use crate::ClientError;
use crate::accounts::{address, decode};
use solana_address::Address;
use tributary_core::bytes::DecodeError;
use tributary_core::content::AssetKind;
use tributary_core::id::{Commitment, ContentId, FileHash, Genesis};
use tributary_core::position::{AssetSeq, Slot};

/// Settings of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistryConfig {
    /// How many shards are open.
    pub shards: u8,
    /// Who may change settings.
    pub governor: Address,
    /// The cluster, which commitments contain.
    pub genesis: Genesis,
    /// Slots that must pass between commitment and reveal.
    pub reveal_min_slots: u64,
    /// Slots after which a commitment is stale.
    pub reveal_max_slots: u64,
}

/// One of the registry's event sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which.
    pub index: u8,
    /// The sequence of its next event.
    pub sequence: u64,
    /// The slot of its latest registration.
    pub slot: Slot,
    /// How many registrations it has had in that slot.
    pub nth: u16,
}

/// A commitment that has not been revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitmentRecord {
    /// Who paid for it and gets the rent back.
    pub payer: Address,
    /// What was committed.
    pub commitment: Commitment,
    /// When.
    pub slot: Slot,
}

/// Whether an asset is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AssetStatus {
    /// In use.
    Active = 1,
    /// Its owner has withdrawn it from new uses.
    Retired = 2,
}

/// An asset's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// What it is.
    pub kind: AssetKind,
    /// Whether it is in use.
    pub status: AssetStatus,
    /// Permitted uses as bits ([`tributary_core::content::uses`]).
    pub uses: u8,
    /// 0: royalties are shares of what the child receives.
    pub royalty_mode: u8,
    /// Length of the longest path through parents; 0 without any.
    pub depth: u8,
    /// Basis points of its income that its ancestors receive together.
    pub stack_bps: u16,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// Bytes of content.
    pub content_length: u64,
    /// Its place in the order of all registrations.
    pub sequence: AssetSeq,
    /// When it was committed.
    pub commit_slot: Slot,
    /// When it was revealed.
    pub reveal_slot: Slot,
    /// From which slot its terms count.
    pub effective_slot: Slot,
    /// Who may change the record.
    pub owner: Address,
    /// The content's id.
    pub content_id: ContentId,
    /// SHA-256 of the content.
    pub content_hash: FileHash,
    /// SHA-256 of the published metadata.
    pub metadata_hash: FileHash,
    /// SHA-256 of the content's URI.
    pub uri_hash: FileHash,
    /// SPDX identifier, padded with zeros.
    pub licence: [u8; 32],
    /// At most 16.
    pub parents: Vec<Parent>,
    /// 1 to 16.
    pub co_owners: Vec<CoOwner>,
}

/// A key with which a gateway signs its group commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayKeyRecord {
    /// An Ed25519 key.
    pub key: Address,
    /// The first slot at which its signatures count.
    pub valid_from: Slot,
    /// The first slot at which they no longer count.
    pub revoked_from: Option<Slot>,
}

/// A gateway's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Who runs it.
    pub operator: Address,
    /// Which of the operator's.
    pub index: u32,
    /// All keys it ever had, at most 8.
    pub keys: Vec<GatewayKeyRecord>,
}

impl RegistryConfig {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Config", data, |r| {
            r.u8("bump")?;
            let shards = r.u8("number of shards")?;
            r.take(5, "reserved bytes")?;
            let reveal_min_slots = r.u64("minimum delay")?;
            let reveal_max_slots = r.u64("maximum delay")?;
            let governor = address(r, "governor")?;
            let genesis = Genesis(r.array("genesis")?);
            Ok(Self { shards, governor, genesis, reveal_min_slots, reveal_max_slots })
        })
    }
}

impl Shard {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Shard", data, |r| {
            r.u8("bump")?;
            let index = r.u8("index")?;
            r.u8("reserved byte")?;
            let nth = r.u16("registrations in the slot")?;
            r.take(2, "reserved bytes")?;
            let sequence = r.u64("sequence")?;
            let slot = Slot(r.u64("slot")?);
            Ok(Self { index, sequence, slot, nth })
        })
    }
}

impl CommitmentRecord {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Commitment", data, |r| {
            r.take(7, "bump")?;
            let slot = Slot(r.u64("slot")?);
            let payer = address(r, "payer")?;
            let commitment = Commitment(r.array("commitment")?);
            Ok(Self { payer, commitment, slot })
        })
    }
}

impl Asset {
    /// Bytes between the end of the fields and the lists.
    const RESERVED: usize = 128;

    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Asset", data, |r| {
            r.u8("bump")?;
            let kind = AssetKind::from_code(r.u8("kind")?).ok_or(DecodeError::Value("kind"))?;
            let status = match r.u8("status")? {
                1 => AssetStatus::Active,
                2 => AssetStatus::Retired,
                _ => return Err(DecodeError::Value("status")),
            };
            let uses = r.u8("uses")?;
            let royalty_mode = r.u8("royalty mode")?;
            r.u8("shard")?;
            let depth = r.u8("depth")?;
            let parent_count = usize::from(r.u8("number of parents")?);
            let owner_count = usize::from(r.u8("number of co-owners")?);
            let stack_bps = r.u16("stack")?;
            let mut mix_bps = [0; 5];
            for share in &mut mix_bps {
                *share = r.u16("mix")?;
            }
            r.take(2, "reserved bytes")?;
            let content_length = r.u64("content length")?;
            let sequence = AssetSeq(r.u64("asset sequence")?);
            let commit_slot = Slot(r.u64("commit slot")?);
            let reveal_slot = Slot(r.u64("reveal slot")?);
            let effective_slot = Slot(r.u64("effective slot")?);
            let owner = address(r, "owner")?;
            let content_id = ContentId(r.array("content id")?);
            let content_hash = FileHash(r.array("content hash")?);
            let metadata_hash = FileHash(r.array("metadata hash")?);
            let uri_hash = FileHash(r.array("URI hash")?);
            let licence = r.array("licence")?;
            r.take(Self::RESERVED, "reserved bytes")?;
            if r.u32("number of entries")? as usize != parent_count + owner_count {
                return Err(DecodeError::Value("number of entries"));
            }
            let mut parents = Vec::with_capacity(parent_count);
            for _ in 0..parent_count {
                parents.push(Parent { asset: address(r, "parent")?, royalty_bps: r.u16("royalty")? });
            }
            let mut co_owners = Vec::with_capacity(owner_count);
            for _ in 0..owner_count {
                co_owners.push(CoOwner { key: address(r, "co-owner")?, share_bps: r.u16("share")? });
            }
            Ok(Self {
                kind,
                status,
                uses,
                royalty_mode,
                depth,
                stack_bps,
                mix_bps,
                content_length,
                sequence,
                commit_slot,
                reveal_slot,
                effective_slot,
                owner,
                content_id,
                content_hash,
                metadata_hash,
                uri_hash,
                licence,
                parents,
                co_owners,
            })
        })
    }
}

impl Gateway {
    /// Reads an account's data.
    pub fn decode(data: &[u8]) -> Result<Self, ClientError> {
        decode("Gateway", data, |r| {
            r.u8("bump")?;
            let count = r.u8("number of keys")?;
            r.u8("reserved byte")?;
            let index = r.u32("index")?;
            let operator = address(r, "operator")?;
            let mut keys = Vec::with_capacity(count.into());
            for _ in 0..count {
                keys.push(GatewayKeyRecord {
                    key: address(r, "key")?,
                    valid_from: Slot(r.u64("valid from")?),
                    revoked_from: match r.u64("revoked from")? {
                        0 => None,
                        slot => Some(Slot(slot)),
                    },
                });
            }
            Ok(Self { operator, index, keys })
        })
    }
}
