//! Takes a dataset into a collection, when both sides want it. Its curator's
//! share counts after the delay of all terms.

use crate::error::RegistryError;
use crate::events::CollectionJoined;
use crate::state::{AssetAccount, Collection, Config, Shard};
use anchor_lang::prelude::*;
use tributary_core::content::AssetKind;

#[event_cpi]
#[derive(Accounts)]
pub struct JoinCollection {
    /// Must be the asset's owner.
    #[account(address = asset.owner @ RegistryError::NotOwner)]
    pub owner: Signer,
    /// Must be the collection's curator.
    #[account(address = collection.curator @ RegistryError::NotCurator)]
    pub curator: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; whose it is was checked above.
    pub collection: Account<Collection>,
    /// The record: its type says that this program made it; whose it is was checked above.
    #[account(mut)]
    pub asset: AssetAccount,
}

pub fn join_collection(ctx: &mut Context<JoinCollection>) -> Result<()> {
    let slot = Clock::get()?.slot;
    let effective_slot = ctx.accounts.config.terms_slot(slot)?;
    let collection = *ctx.accounts.collection.address();
    let (curator, share_bps) = (ctx.accounts.collection.curator, ctx.accounts.collection.share_bps);
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = &mut ctx.accounts.asset;
    require!(asset.kind == AssetKind::Dataset as u8, RegistryError::NotDataset);
    asset.check_uncontested()?;
    // One that has left may join again; one that is still leaving pays the old curator.
    let free =
        asset.collection == Address::default() || (asset.collection_until != 0 && slot >= asset.collection_until);
    require!(free, RegistryError::AlreadyMember);
    asset.collection = collection;
    asset.collection_bps = share_bps;
    asset.collection_from = effective_slot;
    asset.collection_until = 0;

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(CollectionJoined { shard, sequence, asset, collection, curator, share_bps, effective_slot, slot });
    Ok(())
}
