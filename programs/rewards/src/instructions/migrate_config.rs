//! Brings the configuration from layout 1 to layout 2, which has a timelock.

use crate::error::RewardsError;
use crate::events::Migrated;
use crate::limits::check_timelock;
use crate::state::{Config, LAYOUT};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct MigrateConfig {
    /// Must be the governor.
    #[account(address = config.governor @ RewardsError::NotGovernor)]
    pub governor: Signer,
    /// Of layout 1.
    #[account(mut, constraint = !config.is_current() @ RewardsError::AlreadyMigrated)]
    pub config: Account<Config>,
}

pub fn migrate_config(ctx: &mut Context<MigrateConfig>, timelock_slots: u64, timelock_seconds: u64) -> Result<()> {
    check_timelock(timelock_slots, timelock_seconds)?;
    let vault = *ctx.accounts.config.address();
    let config = &mut ctx.accounts.config;
    // The other new fields were zeros in layout 1, which is what they start with.
    config.version = LAYOUT;
    config.timelock_slots = timelock_slots;
    config.timelock_seconds = timelock_seconds;
    let sequence = config.take_sequence()?;
    emit_cpi!(Migrated { vault, sequence, account: vault, slot: Clock::get()?.slot });
    Ok(())
}
