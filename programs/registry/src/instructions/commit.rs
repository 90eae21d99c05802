//! Records a commitment, so that nobody who sees the reveal can be first.

use crate::events::Committed;
use crate::state::{Commitment, LAYOUT, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(commitment: [u8; 32])]
pub struct Commit {
    /// Pays the rent and gets it back with the reveal.
    #[account(mut)]
    pub payer: Signer,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// At an address made of the hash, so that it can be recorded once only.
    #[account(init, payer = payer, seeds = [b"commitment", &commitment], bump)]
    pub record: Account<Commitment>,
    pub system_program: Program<System>,
}

pub fn commit(ctx: &mut Context<Commit>, commitment: [u8; 32]) -> Result<()> {
    let slot = Clock::get()?.slot;
    let bump = ctx.bumps.record;
    let payer = *ctx.accounts.payer.address();
    let record = &mut ctx.accounts.record;
    record.version = LAYOUT;
    record.bump = bump;
    record.slot = slot;
    record.payer = payer;
    record.hash = commitment;

    let shard = &mut ctx.accounts.shard;
    let sequence = shard.take_sequence()?;
    let shard = shard.index;
    emit_cpi!(Committed { shard, sequence, commitment, slot });
    Ok(())
}
