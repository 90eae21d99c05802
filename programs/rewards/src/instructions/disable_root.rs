//! Strikes down a root that serves, with everything that was built on it; its
//! parent serves again. What was paid under them is allowed for, so that nobody
//! who is owed something under the parent is stranded.
//!
//! The ring has 8 places and the newest four active roots are live, so the
//! parent of the oldest live one still stands in it: a pending root takes the
//! place of the eighth.

use super::veto_root::REASONS;
use crate::error::RewardsError;
use crate::events::RootsDisabled;
use crate::state::{ACTIVE, Config, DISABLED, PENDING, Root, Vault};
use anchor_lang::prelude::*;
use tributary_core::leaf::CLASSES;

#[event_cpi]
#[derive(Accounts)]
pub struct DisableRoot {
    /// Must be a watcher, the guardian or the governor, checked below.
    pub authority: Signer,
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// Vault, id and status are checked below.
    #[account(mut, constraint = root.is_current() @ RewardsError::OldLayout)]
    pub root: Account<Root>,
    /// The active root built on it, where there is one; checked below.
    #[account(mut, constraint = later_1.is_current() @ RewardsError::OldLayout)]
    pub later_1: Option<Account<Root>>,
    /// The one built on that.
    #[account(mut, constraint = later_2.is_current() @ RewardsError::OldLayout)]
    pub later_2: Option<Account<Root>>,
    /// The one built on that.
    #[account(mut, constraint = later_3.is_current() @ RewardsError::OldLayout)]
    pub later_3: Option<Account<Root>>,
    /// The pending root, where there is one; checked below.
    #[account(mut, constraint = pending.is_current() @ RewardsError::OldLayout)]
    pub pending: Option<Account<Root>>,
    /// The root that serves again, unless there was none before; checked below.
    #[account(mut, constraint = parent.is_current() @ RewardsError::OldLayout)]
    pub parent: Option<Account<Root>>,
}

pub fn disable_root(ctx: &mut Context<DisableRoot>, root_id: [u8; 32], reason: u8) -> Result<()> {
    let slot = Clock::get()?.slot;
    let by = *ctx.accounts.authority.address();
    require!(REASONS.contains(&reason), RewardsError::BadReason);
    let accounts = &mut ctx.accounts;
    let address = *accounts.vault.address();
    let (vault, config) = (&mut accounts.vault, &accounts.config);
    accounts.root.check(&address, &root_id)?;
    require!(accounts.root.serves(vault.head_epoch), RewardsError::NotActive);
    let is_governor = by == config.governor;
    let may = is_governor || by == config.guardian || config.watcher(&by).is_ok();
    require!(may, RewardsError::NotWatcher);
    require!(is_governor || !vault.is_kept(accounts.root.epoch), RewardsError::OldestLive);

    // The root and each built on it, up to the head: none missing, none more.
    let (parent_id, parent_epoch) = (accounts.root.parent, accounts.root.epoch.saturating_sub(1));
    let mut roots = Vec::with_capacity(5);
    let mut paid = [0; CLASSES];
    strike(&mut accounts.root, vault, &mut paid, &mut roots)?;
    for later in [&mut accounts.later_1, &mut accounts.later_2, &mut accounts.later_3] {
        let Some(later) = later else { continue };
        let last = roots.last().copied().unwrap_or_default();
        let continues = later.vault == address && later.status == ACTIVE && later.parent == last;
        require!(continues, RewardsError::WrongRelatives);
        strike(later, vault, &mut paid, &mut roots)?;
    }
    require!(roots.last() == Some(&vault.head_root), RewardsError::WrongRelatives);

    match (&mut accounts.pending, vault.pending) {
        (None, 0) => {}
        (Some(pending), 1..) => {
            pending.check(&address, &vault.pending_root)?;
            require!(pending.status == PENDING, RewardsError::WrongRelatives);
            strike(pending, vault, &mut paid, &mut roots)?;
        }
        _ => return Err(RewardsError::WrongRelatives.into()),
    }

    let is_first = parent_id == [0; 32];
    require!(is_first == accounts.parent.is_none(), RewardsError::WrongRelatives);
    if let Some(parent) = &accounts.parent {
        parent.check(&address, &parent_id)?;
        let serves = parent.status == ACTIVE && parent.epoch == parent_epoch;
        require!(serves, RewardsError::WrongRelatives);
    }
    let parent = accounts.parent.as_mut().map(|parent| &mut **parent);
    vault.restore(parent, &paid, slot)?;
    let (head_root, head_epoch) = (vault.head_root, vault.head_epoch);
    let sequence = vault.take_sequence()?;
    emit_cpi!(RootsDisabled { vault: address, sequence, head_root, head_epoch, by, reason, slot, paid, roots });
    Ok(())
}

/// Strikes one of them down, and notes what was paid under it.
fn strike(root: &mut Root, vault: &mut Vault, paid: &mut [u64; CLASSES], roots: &mut Vec<[u8; 32]>) -> Result<()> {
    for class in 0..CLASSES {
        paid[class] = paid[class].checked_add(root.paid[class]).ok_or(RewardsError::Overflow)?;
    }
    vault.use_up_attempt(root.epoch, root.attempt)?;
    root.status = DISABLED;
    roots.push(root.root_id);
    Ok(())
}
