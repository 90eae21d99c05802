//! Lifts a pause at once.

use crate::error::RewardsError;
use crate::events::Unpaused;
use crate::state::{Config, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct Unpause {
    /// Must be the guardian or the governor, checked below.
    pub authority: Signer,
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
}

pub fn unpause(ctx: &mut Context<Unpause>) -> Result<()> {
    let clock = Clock::get()?;
    let by = *ctx.accounts.authority.address();
    ctx.accounts.config.check_guards(&by)?;
    let address = *ctx.accounts.vault.address();
    let vault = &mut ctx.accounts.vault;
    vault.end_pause(clock.unix_timestamp)?;
    let sequence = vault.take_sequence()?;
    emit_cpi!(Unpaused { vault: address, sequence, by, slot: clock.slot });
    Ok(())
}
