//! Sets the permitted uses. What is taken away ends at once; what is added
//! counts after the delay of all terms.

use crate::error::RegistryError;
use crate::events::UsesSet;
use crate::state::{AssetAccount, Config, Shard};
use crate::terms::{check_uses, drop_next_uses, settle};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct SetUses {
    /// Must be the asset's owner.
    #[account(address = asset.owner @ RegistryError::NotOwner)]
    pub owner: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// The record: its type says that this program made it; whose it is was checked above.
    #[account(mut)]
    pub asset: AssetAccount,
}

pub fn set_uses(ctx: &mut Context<SetUses>, uses: u8) -> Result<()> {
    let slot = Clock::get()?.slot;
    check_uses(uses)?;
    let later = ctx.accounts.config.terms_slot(slot)?;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = &mut ctx.accounts.asset;
    settle(asset, slot);
    asset.uses &= uses;
    let kept = asset.uses;
    let effective_slot = if kept == uses {
        drop_next_uses(asset);
        slot
    } else {
        asset.next_uses = uses;
        asset.next_uses_slot = later;
        later
    };

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(UsesSet { shard, sequence, asset, uses: kept, next_uses: uses, effective_slot, slot });
    Ok(())
}
