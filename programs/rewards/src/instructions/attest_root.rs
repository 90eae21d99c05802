//! Confirms, as a watcher, that a root was recomputed and is right.

use crate::error::RewardsError;
use crate::events::RootAttested;
use crate::state::{Config, PENDING, Root, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct AttestRoot {
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

pub fn attest_root(ctx: &mut Context<AttestRoot>, root_id: [u8; 32]) -> Result<()> {
    let watcher = *ctx.accounts.watcher.address();
    let watchers_epoch = ctx.accounts.config.watchers_epoch;
    let bit = 1u8 << ctx.accounts.config.watcher(&watcher)?;
    let address = *ctx.accounts.vault.address();
    let root = &mut ctx.accounts.root;
    root.check(&address, &root_id)?;
    require!(root.status == PENDING, RewardsError::NotPending);
    root.keep_attestations_of(watchers_epoch);
    require!(root.attested & bit == 0, RewardsError::AlreadyAttested);
    root.attested |= bit;
    root.attestations = root.attested.count_ones() as u8;
    let attestations = root.attestations;

    let sequence = ctx.accounts.vault.take_sequence()?;
    emit_cpi!(RootAttested { vault: address, sequence, root_id, watcher, attestations, slot: Clock::get()?.slot });
    Ok(())
}
