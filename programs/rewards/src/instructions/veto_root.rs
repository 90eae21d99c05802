//! Strikes a pending root down. Any one watcher can: a wrong root costs money,
//! a delayed one only time.

use crate::error::RewardsError;
use crate::events::RootVetoed;
use crate::state::{Config, PENDING, Root, VETOED, Vault};
use anchor_lang::prelude::*;
use tributary_core::leaf::CLASSES;

/// Known reasons: 1 wrong, 2 its data could not be fetched.
pub(super) const REASONS: core::ops::RangeInclusive<u8> = 1..=2;

#[event_cpi]
#[derive(Accounts)]
pub struct VetoRoot {
    /// Must be listed in the configuration, checked below.
    pub watcher: Signer,
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// Vault and id are checked below.
    #[account(mut, constraint = root.is_current() @ RewardsError::OldLayout)]
    pub root: Account<Root>,
}

pub fn veto_root(ctx: &mut Context<VetoRoot>, root_id: [u8; 32], reason: u8) -> Result<()> {
    let slot = Clock::get()?.slot;
    let watcher = *ctx.accounts.watcher.address();
    ctx.accounts.config.watcher(&watcher)?;
    require!(REASONS.contains(&reason), RewardsError::BadReason);
    let address = *ctx.accounts.vault.address();
    let root = &mut ctx.accounts.root;
    root.check(&address, &root_id)?;
    require!(root.status == PENDING, RewardsError::NotPending);
    root.status = VETOED;

    let vault = &mut ctx.accounts.vault;
    vault.pending = 0;
    vault.pending_root = [0; 32];
    vault.attempt = vault.attempt.checked_add(1).ok_or(RewardsError::Overflow)?;
    vault.release_growth(&[0; CLASSES], slot);
    let sequence = vault.take_sequence()?;
    emit_cpi!(RootVetoed { vault: address, sequence, root_id, watcher, reason, slot });
    Ok(())
}
