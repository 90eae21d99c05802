//! Takes proposed settings back.

use crate::error::RegistryError;
use crate::events::SettingsCancelled;
use crate::state::{Config, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CancelSettings {
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

pub fn cancel_settings(ctx: &mut Context<CancelSettings>) -> Result<()> {
    let config = &mut ctx.accounts.config;
    require!(config.settings_slot != 0, RegistryError::NoProposal);
    config.clear_settings();

    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    emit_cpi!(SettingsCancelled { shard, sequence, slot: Clock::get()?.slot });
    Ok(())
}
