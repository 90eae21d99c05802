//! Takes a proposed governor back.

use crate::error::RegistryError;
use crate::events::GovernorCancelled;
use crate::state::{Config, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CancelGovernor {
    /// Must be the governor.
    #[account(address = config.governor @ RegistryError::NotGovernor)]
    pub governor: Signer,
    /// Its type says that this program made it; there is one only.
    #[account(mut)]
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
}

pub fn cancel_governor(ctx: &mut Context<CancelGovernor>) -> Result<()> {
    let config = &mut ctx.accounts.config;
    let next = config.next_governor;
    require!(next != Address::default(), RegistryError::NoProposal);
    config.clear_governor();

    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    emit_cpi!(GovernorCancelled { shard, sequence, next, slot: Clock::get()?.slot });
    Ok(())
}
