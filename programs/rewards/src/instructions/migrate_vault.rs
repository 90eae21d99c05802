//! Brings a vault from layout 1 to layout 2, which limits each leaf class.

use crate::error::RewardsError;
use crate::events::Migrated;
use crate::limits::check_policy_set;
use crate::mint_terms;
use crate::state::{Config, LAYOUT, UNLIMITED_OUTFLOW, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct MigrateVault {
    /// Must be the governor.
    #[account(address = config.governor @ RewardsError::NotGovernor)]
    pub governor: Signer,
    /// Migrated before.
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Of layout 1.
    #[account(mut, constraint = !vault.is_current() @ RewardsError::AlreadyMigrated)]
    pub vault: Account<Vault>,
    /// CHECK: the vault's own, whose extensions were checked when the vault was created.
    #[account(address = vault.mint @ RewardsError::WrongMint)]
    pub mint: UncheckedAccount,
}

pub fn migrate_vault(ctx: &mut Context<MigrateVault>, policy_set: [u8; 32]) -> Result<()> {
    check_policy_set(&policy_set)?;
    let clock = Clock::get()?;
    let fee_bps = mint_terms::fee_bps(&ctx.accounts.mint.account().try_borrow()?, clock.epoch)?;
    let address = *ctx.accounts.vault.address();
    let vault = &mut ctx.accounts.vault;
    vault.version = LAYOUT;
    // Layout 1 counted all classes together; each now has what they had together.
    vault.refund_fee_growth_per_slot = [vault.growth_per_slot; 2];
    vault.refund_fee_growth_burst = [vault.growth_burst; 2];
    vault.refund_fee_headroom = [vault.headroom; 2];
    vault.outflow_burst = UNLIMITED_OUTFLOW;
    vault.highest_epoch = vault.head_epoch;
    vault.fee_bps_at_creation = fee_bps;
    vault.policy_set = policy_set;
    let sequence = vault.take_sequence()?;
    emit_cpi!(Migrated { vault: address, sequence, account: address, slot: clock.slot });
    Ok(())
}
