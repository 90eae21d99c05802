//! Pays a claimant what is due under a proven leaf. Where it goes is decided in
//! `claim_destination`, how it is moved in `claim_transfer`.
//!
//! This is what everybody sends, so it is written for few compute units: every
//! address is proven by one hash, nothing is searched for or copied that can be
//! read where it lies, and all books are kept before a token moves. A token
//! program that refuses takes everything back with it.

use super::claim_destination::{open_destination, receiver_of};
use super::claim_transfer::transfer;
use crate::emit::{emit_fixed, event_bytes};
use crate::error::RewardsError;
use crate::events::Claimed;
use crate::state::{Claim, LAYOUT, Root, Vault, open_claim};
use anchor_lang::prelude::*;
use anchor_spl::associated_token::AssociatedToken;
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::id::Claimant;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::tree::Node;

/// Bytes of the event with its tags.
const CLAIMED_BYTES: usize = event_bytes::<Claimed>();

#[event_cpi]
#[derive(Accounts)]
pub struct PayClaim {
    /// Pays fees and rent; may be the claimant. It holds nothing that is written here.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// CHECK: whose leaf it is, which the proof shows; signs only for a mint that has raised its fee.
    pub claimant: UncheckedAccount,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.version == LAYOUT @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// A root of this vault; whether it serves is checked below.
    #[account(
        mut,
        constraint = root.version == LAYOUT @ RewardsError::OldLayout,
        constraint = root.vault == *vault.address() @ RewardsError::WrongVault
    )]
    pub root: Account<Root>,
    /// CHECK: what the claimant has been paid; `open_claim` checks address and owner, or creates it.
    #[account(mut)]
    pub record: UncheckedAccount,
    /// CHECK: whom the claimant has chosen to receive; `receiver_of` checks its address and owner.
    pub recipient: UncheckedAccount,
    /// CHECK: the chosen recipient, or the claimant; `receiver_of` says which it must be.
    pub receiver: UncheckedAccount,
    /// CHECK: the vault's own, whose extensions were checked when the vault was created.
    #[account(address = vault.mint @ RewardsError::WrongMint)]
    pub mint: UncheckedAccount,
    /// CHECK: the vault's own; only this program can sign for it, and never gives it away.
    #[account(mut, address = vault.token_account @ RewardsError::WrongTokenAccount)]
    pub token_account: UncheckedAccount,
    /// CHECK: the receiver's associated token account; `open_destination` checks it, or creates it.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: the mint's own, which the vault was created with.
    #[account(address = vault.token_program @ RewardsError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

/// What a claim says, beside its accounts.
pub struct ClaimArgs<'a> {
    /// 0 earned, 1 refund, 2 fee.
    pub class: u8,
    /// The leaf's amount since the beginning, in base units.
    pub cumulative: u64,
    /// The leaf's index.
    pub index: u32,
    /// Of the destination's address, so that it need not be searched for.
    pub destination_bump: u8,
    /// What must arrive at least, in base units.
    pub minimum: u64,
    /// Siblings from the leaf to the root's node at depth 4.
    pub proof: &'a [u8],
}

#[inline(always)]
pub fn claim(ctx: &mut Context<PayClaim>, args: ClaimArgs<'_>) -> Result<()> {
    let clock = Clock::get()?;
    let class = LeafClass::from_code(args.class).ok_or(RewardsError::BadClass)?;
    let accounts = &mut ctx.accounts;
    let claimant = *accounts.claimant.address();
    let address = *accounts.vault.address();

    let (vault, root) = (&accounts.vault, &accounts.root);
    require!(root.serves(vault.head_epoch), RewardsError::NotClaimable);
    let oldest = root.epoch == vault.oldest_live_epoch();
    require!(!vault.claims_paused(clock.unix_timestamp, oldest), RewardsError::Paused);
    let leaf = Leaf { class, claimant: Claimant(claimant.to_bytes()), cumulative: BaseUnits(args.cumulative) };
    let node = Node { hash: leaf.hash(&Domain(vault.domain)), sum: args.cumulative };
    require!(root.proves(node, args.index, args.proof), RewardsError::BadProof);
    let epoch = root.epoch;

    let receiver = receiver_of(accounts.recipient.account(), &claimant)?;
    require!(*accounts.receiver.address() == receiver, RewardsError::WrongReceiver);
    open_destination(accounts, args.destination_bump)?;
    let mut record = *accounts.record.account();
    let claimed = open_claim(&mut record, accounts.payer.account(), &address, class, &claimant)?;

    // A leaf that was paid before, or in part, pays the rest; one from before a lower root pays nothing.
    let due = args.cumulative.saturating_sub(claimed);
    let paid = accounts.vault.take_outflow(due, clock.slot);
    accounts.vault.book_payment(class as usize, paid)?;
    accounts.root.book_payment(class as usize, paid)?;
    let sequence = accounts.vault.take_sequence()?;
    // Never above the leaf's amount, because it is at most what was due.
    let claimed = claimed.checked_add(paid).ok_or(RewardsError::Overflow)?;
    Claim::set_claimed(&mut record, claimed)?;
    transfer(accounts, paid, args.minimum)?;

    emit_fixed::<CLAIMED_BYTES, _>(
        ctx.accounts.event_authority.account(),
        ctx.bumps.event_authority,
        &Claimed {
            vault: address,
            sequence,
            epoch,
            class: class as u8,
            claimant,
            destination: *ctx.accounts.destination.address(),
            paid,
            claimed,
            slot: clock.slot,
        },
    )
}
