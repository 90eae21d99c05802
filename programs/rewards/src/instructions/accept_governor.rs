//! Takes the governor's role over, once the timelock has passed.

use crate::error::RewardsError;
use crate::events::GovernorAccepted;
use crate::state::Config;
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct AcceptGovernor {
    /// Must be who was proposed, checked below. A program's address can sign here too.
    pub next_governor: Signer,
    #[account(mut, constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
}

pub fn accept_governor(ctx: &mut Context<AcceptGovernor>) -> Result<()> {
    let clock = Clock::get()?;
    let governor = *ctx.accounts.next_governor.address();
    let vault = *ctx.accounts.config.address();
    let config = &mut ctx.accounts.config;
    require!(config.next_governor != Address::default(), RewardsError::NoNextGovernor);
    require!(config.next_governor == governor, RewardsError::NotNextGovernor);
    let ready = clock.slot >= config.governor_ready_slot && clock.unix_timestamp >= config.governor_ready_at;
    require!(ready, RewardsError::ChangeNotReady);
    let previous = config.governor;
    config.governor = governor;
    config.clear_next_governor();
    let sequence = config.take_sequence()?;
    emit_cpi!(GovernorAccepted { vault, sequence, previous, governor, slot: clock.slot });
    Ok(())
}
