//! Withdraws an asset: nothing new is made from it. The record stays, because
//! what was made from it goes on paying.

use crate::error::RegistryError;
use crate::events::Retired;
use crate::state::{ASSET_RETIRED, AssetAccount, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct Retire {
    /// Must be the asset's owner.
    #[account(address = asset.owner @ RegistryError::NotOwner)]
    pub owner: Signer,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// The record: its type says that this program made it; whose it is was checked above.
    #[account(mut)]
    pub asset: AssetAccount,
}

pub fn retire(ctx: &mut Context<Retire>) -> Result<()> {
    let slot = Clock::get()?.slot;
    let owner = *ctx.accounts.owner.address();
    let asset = &mut ctx.accounts.asset;
    asset.check_uncontested()?;
    require!(asset.status != ASSET_RETIRED, RegistryError::AlreadyRetired);
    asset.status = ASSET_RETIRED;

    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = *ctx.accounts.asset.address();
    emit_cpi!(Retired { shard, sequence, asset, owner, slot });
    Ok(())
}
