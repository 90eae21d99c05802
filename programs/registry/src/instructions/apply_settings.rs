//! Applies proposed settings after the timelock.

use crate::error::RegistryError;
use crate::events::SettingsApplied;
use crate::state::{Config, Ripe, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ApplySettings {
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

pub fn apply_settings(ctx: &mut Context<ApplySettings>) -> Result<()> {
    let clock = Clock::get()?;
    let config = &mut ctx.accounts.config;
    require!(config.settings_slot != 0, RegistryError::NoProposal);
    Ripe { slot: config.settings_slot, second: config.settings_second }.check(&clock)?;
    let settings = config.next_settings;
    config.settings = settings;
    config.clear_settings();

    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    emit_cpi!(SettingsApplied { shard, sequence, settings, slot: clock.slot });
    Ok(())
}
