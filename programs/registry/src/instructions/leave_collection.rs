//! Takes a dataset out of its collection, after the delay of all terms. Either
//! side may: nobody is kept.

use crate::error::RegistryError;
use crate::events::CollectionLeft;
use crate::state::{AssetAccount, Collection, Config, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct LeaveCollection {
    /// Must be the asset's owner or the collection's curator.
    #[account(
        constraint = *authority.address() == asset.owner || *authority.address() == collection.curator
            @ RegistryError::NotOwnerOrCurator
    )]
    pub authority: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; must be the one the record names.
    #[account(constraint = *collection.address() == asset.collection @ RegistryError::NotMember)]
    pub collection: Account<Collection>,
    /// The record: its type says that this program made it.
    #[account(mut)]
    pub asset: AssetAccount,
}

pub fn leave_collection(ctx: &mut Context<LeaveCollection>) -> Result<()> {
    let slot = Clock::get()?.slot;
    let effective_slot = ctx.accounts.config.terms_slot(slot)?;
    let collection = *ctx.accounts.collection.address();
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = &mut ctx.accounts.asset;
    require!(asset.collection_until == 0, RegistryError::NotMember);
    asset.collection_until = effective_slot;

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(CollectionLeft { shard, sequence, asset, collection, effective_slot, slot });
    Ok(())
}
