//! Offers an asset to somebody, in place of any other offer, or withdraws the
//! offer. Nothing moves before it is accepted.

use crate::error::RegistryError;
use crate::events::TransferOffered;
use crate::state::{AssetAccount, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct OfferTransfer {
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

pub fn offer_transfer(ctx: &mut Context<OfferTransfer>, to: Address) -> Result<()> {
    let slot = Clock::get()?.slot;
    let owner = *ctx.accounts.owner.address();
    let asset = &mut ctx.accounts.asset;
    asset.check_uncontested()?;
    asset.offered_to = to;

    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = *ctx.accounts.asset.address();
    emit_cpi!(TransferOffered { shard, sequence, asset, owner, to, slot });
    Ok(())
}
