//! Posts a root: who is entitled to how much, since the beginning. It serves
//! only after its challenge window.

use crate::error::RewardsError;
use crate::events::RootPosted;
use crate::state::{
    ACTIVE, CLAIMABLE, Config, FINALITY_SLOTS, FrontierNode, LAYOUT, PAUSE_ROOTS, PENDING, Root, Vault,
};
use anchor_lang::prelude::*;
use tributary_core::domain::Domain;
use tributary_core::id::{FileHash, RootId};
use tributary_core::leaf::CLASSES;
use tributary_core::position::{Epoch, Slot};
use tributary_core::root::RootHeader;
use tributary_core::tree::{FRONTIER_MAX, Node, frontier_len, root_of_frontier};

/// What a root commits to.
#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct PostRootArgs {
    /// Its place in the ring.
    pub place: u8,
    /// One above the parent's.
    pub epoch: u64,
    /// How many attempts at this epoch came before.
    pub attempt: u16,
    /// The newest active root's id; zeros when there is none.
    pub parent: [u8; 32],
    /// The finalised slot it was computed at.
    pub finalised_slot: u64,
    /// Sums by leaf class, in base units.
    pub class_totals: [u64; 3],
    /// What was paid above true entitlements under disabled roots, by leaf class.
    pub overpaid: [u64; 3],
    /// 1 to 2²⁴.
    pub leaf_count: u32,
    /// SHA-256 of the published manifest.
    pub manifest: [u8; 32],
    /// SHA-256 of the published policy set.
    pub policy_set: [u8; 32],
    /// The tree's nodes at depth 4.
    pub frontier: Vec<FrontierNode>,
}

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: PostRootArgs)]
pub struct PostRoot {
    /// Pays; must be the poster.
    #[account(mut, address = config.poster @ RewardsError::NotPoster)]
    pub poster: Signer,
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// The place in the vault's ring: at an address made of both.
    #[account(
        init_if_needed,
        payer = poster,
        seeds = [b"root", vault.address().as_ref(), &[args.place]],
        bump
    )]
    pub root: Account<Root>,
    pub system_program: Program<System>,
}

pub fn post_root(ctx: &mut Context<PostRoot>, args: PostRootArgs) -> Result<()> {
    let clock = Clock::get()?;
    let slot = clock.slot;
    let watchers_epoch = ctx.accounts.config.watchers_epoch;
    let address = *ctx.accounts.vault.address();
    let vault = &mut ctx.accounts.vault;
    vault.check_not_paused(PAUSE_ROOTS, clock.unix_timestamp)?;
    check_position(vault, &args, slot)?;
    let top = top_of(&args)?;
    vault.reserve_growth(&args.class_totals, &args.overpaid, slot)?;

    let root_id = RootHeader {
        domain: Domain(vault.domain),
        epoch: Epoch(args.epoch),
        attempt: args.attempt,
        parent: RootId(args.parent),
        finalised_slot: Slot(args.finalised_slot),
        tree_hash: top.hash,
        class_totals: args.class_totals,
        leaf_count: args.leaf_count,
        manifest: FileHash(args.manifest),
        policy_set: FileHash(args.policy_set),
    }
    .id()
    .0;
    let opens_slot = slot.checked_add(vault.challenge_slots).ok_or(RewardsError::Overflow)?;
    let seconds = i64::try_from(vault.challenge_seconds).map_err(|_| RewardsError::Overflow)?;
    let opens_at = clock.unix_timestamp.checked_add(seconds).ok_or(RewardsError::Overflow)?;
    vault.pending = 1;
    vault.pending_root = root_id;
    let sequence = vault.take_sequence()?;
    let head_epoch = vault.head_epoch;

    let bump = ctx.bumps.root;
    let root = &mut ctx.accounts.root;
    // Cannot happen while the ring is longer than what is claimable; checked because money hangs on it.
    let served = root.status == ACTIVE && root.epoch.saturating_add(CLAIMABLE) > head_epoch;
    require!(!served, RewardsError::WrongPlace);
    root.version = LAYOUT;
    root.bump = bump;
    root.status = PENDING;
    root.place = args.place;
    root.attested = 0;
    root.attestations = 0;
    root.watchers_epoch = watchers_epoch;
    root.attempt = args.attempt;
    root.leaf_count = args.leaf_count;
    root.frontier_len = args.frontier.len() as u8;
    root.epoch = args.epoch;
    root.finalised_slot = args.finalised_slot;
    root.class_totals = args.class_totals;
    root.posted_slot = slot;
    root.opens_slot = opens_slot;
    root.opens_at = opens_at;
    root.activated_slot = 0;
    root.paid = [0; CLASSES];
    root.overpaid = args.overpaid;
    root.vault = address;
    root.root_id = root_id;
    root.parent = args.parent;
    root.tree_hash = top.hash;
    root.manifest = args.manifest;
    root.policy_set = args.policy_set;
    for (n, node) in root.frontier.iter_mut().enumerate() {
        *node = args.frontier.get(n).copied().unwrap_or(FrontierNode { hash: [0; 32], sum: 0 });
    }

    emit_cpi!(RootPosted {
        vault: address,
        sequence,
        place: args.place,
        root_id,
        epoch: args.epoch,
        attempt: args.attempt,
        parent: args.parent,
        finalised_slot: args.finalised_slot,
        tree_hash: top.hash,
        class_totals: args.class_totals,
        overpaid: args.overpaid,
        leaf_count: args.leaf_count,
        manifest: args.manifest,
        policy_set: args.policy_set,
        opens_slot,
        opens_at,
        slot,
    });
    Ok(())
}

/// Refuses roots that do not continue the newest active one.
fn check_position(vault: &Vault, args: &PostRootArgs, slot: u64) -> Result<()> {
    require!(vault.pending == 0, RewardsError::RootPending);
    require!(args.parent == vault.head_root, RewardsError::WrongParent);
    let epoch = vault.head_epoch.checked_add(1).ok_or(RewardsError::Overflow)?;
    require!(args.epoch == epoch, RewardsError::WrongEpoch);
    require!(args.attempt == vault.attempt, RewardsError::WrongAttempt);
    require!(args.place == vault.next_place(), RewardsError::WrongPlace);
    let finalised = slot.checked_sub(FINALITY_SLOTS).is_some_and(|newest| args.finalised_slot <= newest);
    require!(finalised && args.finalised_slot > vault.head_finalised_slot, RewardsError::BadFinalisedSlot);
    let policy_set = vault.policy_set_at(vault.head_finalised_slot);
    require!(args.policy_set == policy_set, RewardsError::WrongPolicySet);
    let overpaid = args.overpaid.iter().zip(&vault.allowance).all(|(overpaid, allowance)| overpaid <= allowance);
    require!(overpaid, RewardsError::BadOverpaid);
    Ok(())
}

/// The top of the tree that the frontier stands for, which must sum to the
/// class totals.
fn top_of(args: &PostRootArgs) -> Result<Node> {
    let expected = frontier_len(args.leaf_count);
    require!(expected > 0, RewardsError::BadLeafCount);
    require!(args.frontier.len() == expected, RewardsError::BadFrontier);
    let mut frontier = [Node::default(); FRONTIER_MAX];
    for (node, passed) in frontier.iter_mut().zip(&args.frontier) {
        *node = (*passed).into();
    }
    let top = root_of_frontier(&frontier[..expected], args.leaf_count).ok_or(RewardsError::BadFrontier)?;
    let classes: &[u64; CLASSES] = &args.class_totals;
    let total = classes.iter().try_fold(0u64, |total, class| total.checked_add(*class));
    require!(total == Some(top.sum), RewardsError::TotalsMismatch);
    Ok(top)
}
