//! Calls the governor's hand-over off. The guardian can too.

use crate::error::RewardsError;
use crate::events::GovernorCancelled;
use crate::state::Config;
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CancelGovernor {
    /// Must be the guardian or the governor, checked below.
    pub signer: Signer,
    #[account(mut, constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
}

pub fn cancel_governor(ctx: &mut Context<CancelGovernor>) -> Result<()> {
    let by = *ctx.accounts.signer.address();
    let vault = *ctx.accounts.config.address();
    let config = &mut ctx.accounts.config;
    config.check_guards(&by)?;
    let next_governor = config.next_governor;
    require!(next_governor != Address::default(), RewardsError::NoNextGovernor);
    config.clear_next_governor();
    let sequence = config.take_sequence()?;
    emit_cpi!(GovernorCancelled { vault, sequence, next_governor, by, slot: Clock::get()?.slot });
    Ok(())
}
