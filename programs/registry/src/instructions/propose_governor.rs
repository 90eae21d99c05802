//! Proposes the next governor, in place of any other proposal. It accepts after
//! the timelock, so that a stolen key cannot hand the registry on unseen.

use crate::error::RegistryError;
use crate::events::GovernorProposed;
use crate::state::{Config, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeGovernor {
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

pub fn propose_governor(ctx: &mut Context<ProposeGovernor>, next: Address) -> Result<()> {
    require!(next != Address::default(), RegistryError::ZeroKey);
    let clock = Clock::get()?;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let config = &mut ctx.accounts.config;
    let ripe = config.timelock(&clock)?;
    config.next_governor = next;
    config.governor_slot = ripe.slot;
    config.governor_second = ripe.second;

    emit_cpi!(GovernorProposed {
        shard,
        sequence,
        next,
        ripe_slot: ripe.slot,
        ripe_second: ripe.second,
        slot: clock.slot,
    });
    Ok(())
}
