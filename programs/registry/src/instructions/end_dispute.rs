//! Ends a dispute that nobody ruled in time, in the owner's favour: a dispute
//! cannot hold an asset for longer than its deadline.

use crate::error::RegistryError;
use crate::events::DisputeEnded;
use crate::state::{AssetAccount, Dispute, Shard, UNCONTESTED, pay};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct EndDispute {
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; the dispute below names it.
    #[account(mut)]
    pub asset: AssetAccount,
    /// The asset's dispute: its type says that this program made it.
    #[account(mut, constraint = dispute.asset == *asset.address() @ RegistryError::WrongDispute)]
    pub dispute: Account<Dispute>,
    /// CHECK: whom the dispute names as its challenger.
    #[account(mut, unsafe(dup), address = dispute.challenger @ RegistryError::WrongRecipient)]
    pub challenger: UncheckedAccount,
    /// CHECK: whom the record names as its owner; may be the challenger.
    #[account(mut, unsafe(dup), address = asset.owner @ RegistryError::WrongRecipient)]
    pub owner: UncheckedAccount,
}

pub fn end_dispute(ctx: &mut Context<EndDispute>) -> Result<()> {
    let slot = Clock::get()?.slot;
    let dispute = &ctx.accounts.dispute;
    dispute.check_open()?;
    require!(slot > dispute.deadline_slot, RegistryError::DeadlineOpen);
    let (challenger, owner, bond) = (dispute.challenger, ctx.accounts.asset.owner, dispute.bond);
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    ctx.accounts.asset.contest = UNCONTESTED;

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(DisputeEnded { shard, sequence, asset, challenger, owner, bond, slot });

    // Lamports move last: a call to another program would check their balance in between.
    pay(ctx.accounts.dispute.account(), ctx.accounts.owner.account(), bond)?;
    let to = *ctx.accounts.challenger.account();
    ctx.accounts.dispute.close(to)
}
