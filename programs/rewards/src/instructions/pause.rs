//! Pauses parts of a vault for at most 72 hours.

use crate::error::RewardsError;
use crate::events::Paused;
use crate::state::{Config, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct Pause {
    /// Must be the guardian or the governor, checked below.
    pub authority: Signer,
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
}

pub fn pause(ctx: &mut Context<Pause>, flags: u8) -> Result<()> {
    let clock = Clock::get()?;
    let by = *ctx.accounts.authority.address();
    ctx.accounts.config.check_guards(&by)?;
    let address = *ctx.accounts.vault.address();
    let vault = &mut ctx.accounts.vault;
    vault.begin_pause(flags, clock.unix_timestamp)?;
    let until = vault.paused_until;
    let sequence = vault.take_sequence()?;
    emit_cpi!(Paused { vault: address, sequence, flags, by, until, slot: clock.slot });
    Ok(())
}
