//! Lets a root serve, once its window has passed, which runs on during pauses.
//! Anyone may call it, so that nobody can keep a good root from serving.

use crate::error::RewardsError;
use crate::events::RootActivated;
use crate::state::{ACTIVE, Config, PAUSE_ROOTS, PENDING, Root, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ActivateRoot {
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// Vault and id are checked below.
    #[account(mut, constraint = root.is_current() @ RewardsError::OldLayout)]
    pub root: Account<Root>,
}

pub fn activate_root(ctx: &mut Context<ActivateRoot>, root_id: [u8; 32]) -> Result<()> {
    let clock = Clock::get()?;
    let slot = clock.slot;
    let watchers_epoch = ctx.accounts.config.watchers_epoch;
    let threshold = ctx.accounts.config.threshold;
    ctx.accounts.vault.check_not_paused(PAUSE_ROOTS, clock.unix_timestamp)?;
    let address = *ctx.accounts.vault.address();
    let root = &mut ctx.accounts.root;
    root.check(&address, &root_id)?;
    require!(root.status == PENDING, RewardsError::NotPending);
    // Both: a halted cluster eats seconds, a slow one eats slots.
    require!(slot >= root.opens_slot && clock.unix_timestamp >= root.opens_at, RewardsError::WindowOpen);
    root.keep_attestations_of(watchers_epoch);
    require!(root.attestations >= threshold, RewardsError::TooFewAttestations);
    root.status = ACTIVE;
    root.activated_slot = slot;
    let epoch = root.epoch;

    let vault = &mut ctx.accounts.vault;
    vault.promote(root)?;
    let sequence = vault.take_sequence()?;
    emit_cpi!(RootActivated { vault: address, sequence, root_id, epoch, slot });
    Ok(())
}
