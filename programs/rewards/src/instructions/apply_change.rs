//! Makes a proposed change once its timelock has passed. Anyone may call it:
//! what was announced happens, whoever is away by then.

use crate::error::RewardsError;
use crate::events::ChangeApplied;
use crate::state::{Config, PendingChange, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ApplyChange {
    #[account(mut, constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// The vault, for a change of a vault's; checked below to be the one it names.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Option<Account<Vault>>,
    /// Its type says that this program made it; closed, so that it is made once.
    #[account(mut, close = change_payer)]
    pub change: Account<PendingChange>,
    /// CHECK: gets the rent back; nothing else is written there.
    #[account(mut, address = change.payer @ RewardsError::WrongChangePayer)]
    pub change_payer: UncheckedAccount,
}

pub fn apply_change(ctx: &mut Context<ApplyChange>) -> Result<()> {
    let clock = Clock::get()?;
    let pending = &ctx.accounts.change;
    pending.check_ready(&clock)?;
    let (change, nonce, target) = (pending.change()?, pending.nonce, pending.target);
    let config_address = *ctx.accounts.config.address();

    let config = &mut ctx.accounts.config;
    let sequence = match &mut ctx.accounts.vault {
        Some(vault) => {
            require!(*vault.address() == target, RewardsError::WrongTarget);
            change.apply(config, Some(vault), clock.slot)?;
            vault.take_sequence()?
        }
        None => {
            require!(config_address == target, RewardsError::WrongTarget);
            change.apply(config, None, clock.slot)?;
            config.take_sequence()?
        }
    };
    emit_cpi!(ChangeApplied { vault: target, sequence, nonce, slot: clock.slot, change });
    Ok(())
}
