//! Makes a change at once that only takes powers away.

use crate::error::RewardsError;
use crate::events::Tightened;
use crate::state::{Change, Config, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct Tighten {
    /// Must be the governor.
    #[account(address = config.governor @ RewardsError::NotGovernor)]
    pub governor: Signer,
    #[account(mut, constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// The vault, for a change of a vault's.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Option<Account<Vault>>,
}

pub fn tighten(ctx: &mut Context<Tighten>, change: Change) -> Result<()> {
    let slot = Clock::get()?.slot;
    let config_address = *ctx.accounts.config.address();
    require!(change.of_vault() == ctx.accounts.vault.is_some(), RewardsError::WrongTarget);

    let config = &mut ctx.accounts.config;
    let (target, sequence) = match &mut ctx.accounts.vault {
        Some(vault) => {
            require!(change.is_tightening(config, Some(vault)), RewardsError::NotTightening);
            change.apply(config, Some(vault), slot)?;
            (*vault.address(), vault.take_sequence()?)
        }
        None => {
            require!(change.is_tightening(config, None), RewardsError::NotTightening);
            change.apply(config, None, slot)?;
            (config_address, config.take_sequence()?)
        }
    };
    emit_cpi!(Tightened { vault: target, sequence, slot, change });
    Ok(())
}
