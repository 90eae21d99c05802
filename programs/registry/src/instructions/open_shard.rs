//! Opens the next event sequence.

use crate::error::RegistryError;
use crate::events::ShardOpened;
use crate::state::{Config, LAYOUT, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(index: u8)]
pub struct OpenShard {
    /// Pays; must be the governor, because every shard is one more sequence for all readers to follow.
    #[account(mut, address = config.governor @ RegistryError::NotGovernor)]
    pub governor: Signer,
    #[account(mut)]
    pub config: Account<Config>,
    /// The new shard, at its fixed address.
    #[account(init, payer = governor, seeds = [b"shard", &[index]], bump)]
    pub shard: Account<Shard>,
    pub system_program: Program<System>,
}

pub fn open_shard(ctx: &mut Context<OpenShard>, index: u8) -> Result<()> {
    let bump = ctx.bumps.shard;
    let config = &mut ctx.accounts.config;
    require!(index == config.shards, RegistryError::ShardOutOfOrder);
    config.shards = index.checked_add(1).ok_or(RegistryError::Overflow)?;

    let shard = &mut ctx.accounts.shard;
    shard.version = LAYOUT;
    shard.bump = bump;
    shard.index = index;
    let sequence = shard.take_sequence()?;

    emit_cpi!(ShardOpened { shard: index, sequence, slot: Clock::get()?.slot });
    Ok(())
}
