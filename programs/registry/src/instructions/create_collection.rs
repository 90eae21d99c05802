//! Opens a collection of datasets with the curator's share, which never
//! changes: who joins knows what it costs for good.

use crate::error::RegistryError;
use crate::events::CollectionCreated;
use crate::state::{Collection, LAYOUT, Shard};
use anchor_lang::prelude::*;

/// The most a curator takes of what a member receives.
const CURATOR_SHARE_MAX_BPS: u16 = 5_000;

#[event_cpi]
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct CreateCollection {
    /// Pays, and will keep the collection.
    #[account(mut)]
    pub curator: Signer,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// At an address made of curator and index, so that nobody can take another's.
    #[account(init, payer = curator, seeds = [b"collection", curator.address().as_ref(), &index.to_le_bytes()], bump)]
    pub collection: Account<Collection>,
    pub system_program: Program<System>,
}

pub fn create_collection(
    ctx: &mut Context<CreateCollection>,
    index: u32,
    share_bps: u16,
    metadata_hash: [u8; 32],
) -> Result<()> {
    require!(share_bps <= CURATOR_SHARE_MAX_BPS, RegistryError::BadCuratorShare);
    let curator = *ctx.accounts.curator.address();
    let bump = ctx.bumps.collection;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let record = &mut ctx.accounts.collection;
    record.version = LAYOUT;
    record.bump = bump;
    record.share_bps = share_bps;
    record.index = index;
    record.curator = curator;
    record.metadata_hash = metadata_hash;

    let collection = *ctx.accounts.collection.address();
    let slot = Clock::get()?.slot;
    emit_cpi!(CollectionCreated { shard, sequence, collection, curator, index, share_bps, metadata_hash, slot });
    Ok(())
}
