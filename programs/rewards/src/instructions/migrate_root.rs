//! Brings a root from layout 1 to layout 2, which counts what is paid under it.

use crate::error::RewardsError;
use crate::events::Migrated;
use crate::state::{Config, LAYOUT, Root, Vault};
use anchor_lang::prelude::*;
use tributary_core::leaf::CLASSES;

#[event_cpi]
#[derive(Accounts)]
pub struct MigrateRoot {
    /// Must be the governor.
    #[account(address = config.governor @ RewardsError::NotGovernor)]
    pub governor: Signer,
    /// Migrated before.
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Migrated before.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// Of layout 1, and of this vault.
    #[account(
        mut,
        constraint = !root.is_current() @ RewardsError::AlreadyMigrated,
        constraint = root.vault == *vault.address() @ RewardsError::WrongVault
    )]
    pub root: Account<Root>,
}

pub fn migrate_root(ctx: &mut Context<MigrateRoot>) -> Result<()> {
    let vault = *ctx.accounts.vault.address();
    let vault_paid = ctx.accounts.vault.paid;
    let account = *ctx.accounts.root.address();
    let watchers_epoch = ctx.accounts.config.watchers_epoch;
    let root = &mut ctx.accounts.root;
    root.version = LAYOUT;
    // What was paid under it was not counted by root. For the newest one it is all that was paid, as it owes that to
    // those who had it; an older one pays no more than that either, and whoever it leaves out claims under a newer one.
    for class in 0..CLASSES {
        root.paid[class] = vault_paid[class].min(root.class_totals[class]);
    }
    root.keep_attestations_of(watchers_epoch);
    let sequence = ctx.accounts.vault.take_sequence()?;
    emit_cpi!(Migrated { vault, sequence, account, slot: Clock::get()?.slot });
    Ok(())
}
