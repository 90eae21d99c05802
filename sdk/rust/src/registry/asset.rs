//! The record of an asset, read into a typed value: what it says now and what
//! it will say from a later slot.

use super::{CoOwner, Parent};
use crate::ClientError;
use crate::accounts::{address, decode};
use solana_address::Address;
use tributary_core::bytes::{DecodeError, Reader};
use tributary_core::content::AssetKind;
use tributary_core::id::{ContentId, FileHash};
use tributary_core::position::{AssetSeq, Slot};

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
    /// 0 relative, 1 absolute.
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
    /// 1 to 16. Those of now only when no terms to follow are due: see [`Asset::settled`].
    pub co_owners: Vec<CoOwner>,
    /// The terms that are to follow, or that have followed since the record was last written.
    pub next_terms: Option<NextTerms>,
    /// The uses that are to follow, likewise, and from which slot.
    pub next_uses: Option<(u8, Slot)>,
    /// Whether somebody disputes who owns it.
    pub contest: Contest,
    /// To whom it is offered.
    pub offered_to: Option<Address>,
    /// The collection it is or was a member of.
    pub membership: Option<Membership>,
    /// The last slot at which an older commitment displaces it, and before which nothing is made from it.
    pub displaceable_until: Slot,
}

/// Terms that count from a later slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextTerms {
    /// From which slot.
    pub effective_slot: Slot,
    /// How a model mixes P0 to P4.
    pub mix_bps: [u16; 5],
    /// 1 to 16.
    pub co_owners: Vec<CoOwner>,
}

/// Whether somebody disputes who owns an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Contest {
    /// Nobody.
    None = 0,
    /// A dispute is open.
    Disputed = 1,
    /// A dispute was ruled for the challenger, who is about to get it.
    Reassigning = 2,
}

/// A dataset's place in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The collection's record.
    pub collection: Address,
    /// Basis points that its curator receives of what the dataset does.
    pub share_bps: u16,
    /// The first slot.
    pub from: Slot,
    /// The first slot after it.
    pub until: Option<Slot>,
}

impl Asset {
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
            let next_owner_count = usize::from(r.u8("number of next co-owners")?);
            let next_uses = r.u8("next uses")?;
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
            let terms_slot = r.u64("slot of terms")?;
            let next_uses_slot = r.u64("slot of uses")?;
            let mut next_mix_bps = [0; 5];
            for share in &mut next_mix_bps {
                *share = r.u16("next mix")?;
            }
            let collection_bps = r.u16("collection's share")?;
            let contest = match r.u8("contest")? {
                0 => Contest::None,
                1 => Contest::Disputed,
                2 => Contest::Reassigning,
                _ => return Err(DecodeError::Value("contest")),
            };
            r.take(3, "reserved bytes")?;
            let offered_to = some(address(r, "offered to")?);
            let collection = some(address(r, "collection")?);
            let from = Slot(r.u64("membership")?);
            let until = slot_or_none(r.u64("end of membership")?);
            let displaceable_until = Slot(r.u64("displaceable until")?);
            r.take(8, "reserved bytes")?;
            if r.u32("number of entries")? as usize != parent_count + owner_count + next_owner_count {
                return Err(DecodeError::Value("number of entries"));
            }
            let mut parents = Vec::with_capacity(parent_count);
            for _ in 0..parent_count {
                parents.push(Parent { asset: address(r, "parent")?, royalty_bps: r.u16("royalty")? });
            }
            let co_owners = shares(r, owner_count)?;
            let next_owners = shares(r, next_owner_count)?;
            let next_terms = slot_or_none(terms_slot).map(|effective_slot| NextTerms {
                effective_slot,
                mix_bps: next_mix_bps,
                co_owners: next_owners,
            });
            let next_uses = slot_or_none(next_uses_slot).map(|slot| (next_uses, slot));
            let membership =
                collection.map(|collection| Membership { collection, share_bps: collection_bps, from, until });
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
                next_terms,
                next_uses,
                contest,
                offered_to,
                membership,
                displaceable_until,
            })
        })
    }

    /// The record as of a slot: with the terms and uses that count there.
    pub fn settled(mut self, slot: Slot) -> Self {
        if let Some(next) = self.next_terms.take_if(|next| next.effective_slot <= slot) {
            self.co_owners = next.co_owners;
            self.mix_bps = next.mix_bps;
            self.effective_slot = next.effective_slot;
        }
        if let Some((uses, _)) = self.next_uses.take_if(|(_, from)| *from <= slot) {
            self.uses = uses;
        }
        self
    }
}

/// The next co-owners.
fn shares(r: &mut Reader<'_>, count: usize) -> Result<Vec<CoOwner>, DecodeError> {
    (0..count).map(|_| Ok(CoOwner { key: address(r, "co-owner")?, share_bps: r.u16("share")? })).collect()
}

/// Zeros stand for nobody.
fn some(address: Address) -> Option<Address> {
    (address != Address::default()).then_some(address)
}

/// Zero stands for no slot.
fn slot_or_none(slot: u64) -> Option<Slot> {
    (slot != 0).then_some(Slot(slot))
}
