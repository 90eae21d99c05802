//! Instructions that change a record after its registration: terms, transfers,
//! uses, retirement, collections.

use super::CoOwner;
use super::instructions::{call, shares};
use crate::instructions::{instruction, readonly, signer, signer_mut, writable};
use crate::pda;
use solana_address::Address;
use solana_instruction::Instruction;
use tributary_core::id::{AssetId, FileHash};

pub(super) fn record(asset: &AssetId) -> Address {
    Address::new_from_array(asset.0)
}

/// Terms that an owner sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetTerms {
    /// Pays when the record must grow, and signs.
    pub payer: Address,
    /// The asset's owner, who signs.
    pub owner: Address,
    /// Which event sequence to use.
    pub shard: u8,
    /// The asset.
    pub asset: AssetId,
    /// 1 to 16, with shares that sum to 10,000.
    pub co_owners: Vec<CoOwner>,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// Every co-owner but the owner whose share falls; they sign.
    pub consenting: Vec<Address>,
}

/// Sets terms that count after the delay.
pub fn set_terms(terms: &SetTerms) -> Instruction {
    let mut mix = Vec::with_capacity(10);
    for share in terms.mix_bps {
        mix.extend_from_slice(&share.to_le_bytes());
    }
    instruction(
        &pda::REGISTRY,
        &pda::registry_event_authority(),
        "set_terms",
        &[&shares(&terms.co_owners), &mix],
        vec![
            signer_mut(&terms.payer),
            signer(&terms.owner),
            readonly(&pda::registry_config()),
            writable(&pda::shard(terms.shard)),
            writable(&record(&terms.asset)),
            readonly(&pda::SYSTEM),
        ],
        terms.consenting.iter().map(signer),
    )
}

/// Offers an asset to `to`; the zero address withdraws the offer.
pub fn offer_transfer(owner: &Address, shard: u8, asset: &AssetId, to: &Address) -> Instruction {
    call("offer_transfer", [to.as_ref()], vec![signer(owner), writable(&pda::shard(shard)), writable(&record(asset))])
}

/// Accepts an offered asset.
pub fn accept_transfer(payer: &Address, new_owner: &Address, shard: u8, asset: &AssetId) -> Instruction {
    call(
        "accept_transfer",
        [],
        vec![
            signer_mut(payer),
            signer(new_owner),
            readonly(&pda::registry_config()),
            writable(&pda::shard(shard)),
            writable(&record(asset)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Sets the permitted uses.
pub fn set_uses(owner: &Address, shard: u8, asset: &AssetId, uses: u8) -> Instruction {
    call(
        "set_uses",
        [&[uses]],
        vec![signer(owner), readonly(&pda::registry_config()), writable(&pda::shard(shard)), writable(&record(asset))],
    )
}

/// Withdraws an asset from new uses.
pub fn retire(owner: &Address, shard: u8, asset: &AssetId) -> Instruction {
    call("retire", [], vec![signer(owner), writable(&pda::shard(shard)), writable(&record(asset))])
}

/// Opens a collection; the curator's share never changes.
pub fn create_collection(
    curator: &Address,
    shard: u8,
    index: u32,
    share_bps: u16,
    metadata_hash: &FileHash,
) -> Instruction {
    call(
        "create_collection",
        [&index.to_le_bytes(), &share_bps.to_le_bytes(), &metadata_hash.0],
        vec![
            signer_mut(curator),
            writable(&pda::shard(shard)),
            writable(&pda::collection(curator, index)),
            readonly(&pda::SYSTEM),
        ],
    )
}

/// Takes a dataset into a collection; its owner and the curator sign.
pub fn join_collection(
    owner: &Address,
    curator: &Address,
    shard: u8,
    collection: &Address,
    asset: &AssetId,
) -> Instruction {
    call(
        "join_collection",
        [],
        vec![
            signer(owner),
            signer(curator),
            readonly(&pda::registry_config()),
            writable(&pda::shard(shard)),
            readonly(collection),
            writable(&record(asset)),
        ],
    )
}

/// Takes a dataset out of its collection; its owner or the curator signs.
pub fn leave_collection(authority: &Address, shard: u8, collection: &Address, asset: &AssetId) -> Instruction {
    call(
        "leave_collection",
        [],
        vec![
            signer(authority),
            readonly(&pda::registry_config()),
            writable(&pda::shard(shard)),
            readonly(collection),
            writable(&record(asset)),
        ],
    )
}
