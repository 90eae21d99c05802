//! Names who follows the governor. A key that cannot sign never takes over,
//! because the next one must accept.

use crate::error::RewardsError;
use crate::events::GovernorProposed;
use crate::state::Config;
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeGovernor {
    /// Must be the governor.
    #[account(address = config.governor @ RewardsError::NotGovernor)]
    pub governor: Signer,
    #[account(mut, constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
}

/// A second proposal replaces the first and waits anew.
pub fn propose_governor(ctx: &mut Context<ProposeGovernor>, next_governor: Address) -> Result<()> {
    require!(next_governor != Address::default(), RewardsError::ZeroRole);
    let clock = Clock::get()?;
    let vault = *ctx.accounts.config.address();
    let config = &mut ctx.accounts.config;
    let (ready_slot, ready_at) = config.ready(&clock)?;
    config.next_governor = next_governor;
    config.governor_ready_slot = ready_slot;
    config.governor_ready_at = ready_at;
    let sequence = config.take_sequence()?;
    emit_cpi!(GovernorProposed { vault, sequence, next_governor, ready_slot, ready_at, slot: clock.slot });
    Ok(())
}
