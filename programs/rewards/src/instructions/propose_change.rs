//! Proposes a change, which waits for its timelock.

use crate::error::RewardsError;
use crate::events::ChangeProposed;
use crate::state::{Change, Config, PendingChange, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(target: Address, nonce: u64)]
pub struct ProposeChange {
    /// Pays; must be the governor.
    #[account(mut, address = config.governor @ RewardsError::NotGovernor)]
    pub governor: Signer,
    /// Holds the roles; numbers the event of a change of its own.
    #[account(mut, constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// The vault, for a change of a vault's.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Option<Account<Vault>>,
    /// At an address made of what it changes and its number: none is overwritten.
    #[account(
        init,
        payer = governor,
        seeds = [b"change", target.as_ref(), &nonce.to_le_bytes()],
        bump
    )]
    pub change: Account<PendingChange>,
    pub system_program: Program<System>,
}

pub fn propose_change(ctx: &mut Context<ProposeChange>, target: Address, nonce: u64, change: Change) -> Result<()> {
    let clock = Clock::get()?;
    let (ready_slot, ready_at) = ctx.accounts.config.ready(&clock)?;
    change.check()?;
    require!(change.of_vault() == ctx.accounts.vault.is_some(), RewardsError::WrongTarget);
    let config = *ctx.accounts.config.address();
    let address = ctx.accounts.vault.as_ref().map_or(config, |vault| *vault.address());
    require!(address == target, RewardsError::WrongTarget);

    let bump = ctx.bumps.change;
    let payer = *ctx.accounts.governor.address();
    let pending = &mut ctx.accounts.change;
    pending.bump = bump;
    pending.nonce = nonce;
    pending.ready_slot = ready_slot;
    pending.ready_at = ready_at;
    pending.target = target;
    pending.payer = payer;
    pending.keep(&change)?;

    let sequence = match &mut ctx.accounts.vault {
        Some(vault) => vault.take_sequence()?,
        None => ctx.accounts.config.take_sequence()?,
    };
    emit_cpi!(ChangeProposed { vault: target, sequence, nonce, ready_slot, ready_at, slot: clock.slot, change });
    Ok(())
}
