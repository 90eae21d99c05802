//! Cancels a reassignment during its wait: what the governor can do against a
//! wrong verdict, and all it can do.

use crate::error::RegistryError;
use crate::events::ReassignmentCancelled;
use crate::state::{AssetAccount, Config, Dispute, Shard, UNCONTESTED};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CancelReassignment {
    /// Must be the governor.
    #[account(address = config.governor @ RegistryError::NotGovernor)]
    pub governor: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
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

pub fn cancel_reassignment(ctx: &mut Context<CancelReassignment>) -> Result<()> {
    let slot = Clock::get()?.slot;
    ctx.accounts.dispute.check_upheld()?;
    let challenger = ctx.accounts.dispute.challenger;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    ctx.accounts.asset.contest = UNCONTESTED;

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(ReassignmentCancelled { shard, sequence, asset, challenger, slot });
    Ok(())
}
