//! Makes the proposed governor the governor, signed by itself: a mistyped key
//! can never take over.

use crate::error::RegistryError;
use crate::events::GovernorChanged;
use crate::state::{Config, Ripe, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct AcceptGovernor {
    /// Must be the proposed governor.
    #[account(address = config.next_governor @ RegistryError::NotNextGovernor)]
    pub next: Signer,
    /// Its type says that this program made it; there is one only.
    #[account(mut)]
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
}

pub fn accept_governor(ctx: &mut Context<AcceptGovernor>) -> Result<()> {
    let clock = Clock::get()?;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let governor = *ctx.accounts.next.address();
    let config = &mut ctx.accounts.config;
    Ripe { slot: config.governor_slot, second: config.governor_second }.check(&clock)?;
    let previous = config.governor;
    config.governor = governor;
    config.clear_governor();

    emit_cpi!(GovernorChanged { shard, sequence, previous, governor, slot: clock.slot });
    Ok(())
}
