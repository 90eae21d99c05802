//! Proposes settings, in place of any others that were proposed. What only
//! makes things slower and dearer takes effect at once; anything else waits for
//! the timelock, so that whoever disagrees can act under the old ones.

use crate::error::RegistryError;
use crate::events::{SettingsApplied, SettingsProposed};
use crate::state::{Config, RegistrySettings, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeSettings {
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

pub fn propose_settings(ctx: &mut Context<ProposeSettings>, settings: RegistrySettings) -> Result<()> {
    settings.check()?;
    let clock = Clock::get()?;
    let slot = clock.slot;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let config = &mut ctx.accounts.config;
    let ripe = config.timelock(&clock)?;
    if config.settings.only_tightens(&settings) {
        config.settings = settings;
        config.clear_settings();
        emit_cpi!(SettingsApplied { shard, sequence, settings, slot });
        return Ok(());
    }
    config.next_settings = settings;
    config.settings_slot = ripe.slot;
    config.settings_second = ripe.second;

    emit_cpi!(SettingsProposed { shard, sequence, settings, ripe_slot: ripe.slot, ripe_second: ripe.second, slot });
    Ok(())
}
