//! Drops a proposed change. The guardian can too, so that a stolen governor key
//! gains nothing by waiting.

use crate::error::RewardsError;
use crate::events::ChangeCancelled;
use crate::state::{Change, Config, PendingChange, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CancelChange {
    /// Must be the guardian or the governor, checked below.
    pub signer: Signer,
    #[account(mut, constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// The vault, for a change of a vault's; checked below to be the one it names.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Option<Account<Vault>>,
    /// Its type says that this program made it.
    #[account(mut, close = change_payer)]
    pub change: Account<PendingChange>,
    /// CHECK: gets the rent back; may be who signs. Nothing else is written there.
    #[account(mut, unsafe(dup), address = change.payer @ RewardsError::WrongChangePayer)]
    pub change_payer: UncheckedAccount,
}

pub fn cancel_change(ctx: &mut Context<CancelChange>) -> Result<()> {
    let by = *ctx.accounts.signer.address();
    ctx.accounts.config.check_guards(&by)?;
    let (nonce, target) = (ctx.accounts.change.nonce, ctx.accounts.change.target);
    // Otherwise a stolen guardian key could keep its successor out for ever.
    let of_guardian = matches!(ctx.accounts.change.change()?, Change::Guardian(_));
    require!(!of_guardian || by == ctx.accounts.config.governor, RewardsError::NotGovernor);
    let config_address = *ctx.accounts.config.address();

    let sequence = match &mut ctx.accounts.vault {
        Some(vault) => {
            require!(*vault.address() == target, RewardsError::WrongTarget);
            vault.take_sequence()?
        }
        None => {
            require!(config_address == target, RewardsError::WrongTarget);
            ctx.accounts.config.take_sequence()?
        }
    };
    emit_cpi!(ChangeCancelled { vault: target, sequence, nonce, by, slot: Clock::get()?.slot });
    Ok(())
}
