//! Gives a disputed asset to the challenger for whom it was ruled, once the
//! wait is over. What was earned before stays with who earned it.

use crate::error::RegistryError;
use crate::events::Reassigned;
use crate::state::{AssetAccount, Dispute, Shard, UNCONTESTED};
use crate::terms::{give_whole, settle};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ApplyReassignment {
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; the dispute below names it.
    #[account(mut)]
    pub asset: AssetAccount,
    /// The asset's dispute: its type says that this program made it.
    #[account(mut, close = challenger, constraint = dispute.asset == *asset.address() @ RegistryError::WrongDispute)]
    pub dispute: Account<Dispute>,
    /// CHECK: whom the dispute names as its challenger.
    #[account(mut, unsafe(dup), address = dispute.challenger @ RegistryError::WrongRecipient)]
    pub challenger: UncheckedAccount,
}

pub fn apply_reassignment(ctx: &mut Context<ApplyReassignment>) -> Result<()> {
    let clock = Clock::get()?;
    let slot = clock.slot;
    ctx.accounts.dispute.check_upheld()?;
    ctx.accounts.dispute.ripe().check(&clock)?;
    let owner = ctx.accounts.dispute.challenger;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = &mut ctx.accounts.asset;
    settle(asset, slot);
    let previous_owner = asset.owner;
    asset.owner = owner;
    asset.offered_to = Address::default();
    asset.contest = UNCONTESTED;
    give_whole(asset, owner, slot);
    let mix_bps = asset.mix_bps;

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(Reassigned { shard, sequence, asset, previous_owner, owner, mix_bps, effective_slot: slot, slot });
    Ok(())
}
