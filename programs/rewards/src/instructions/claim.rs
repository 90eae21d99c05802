//! Pays a claimant what is due under a proven leaf.

use crate::error::RewardsError;
use crate::events::Claimed;
use crate::state::{ACTIVE, CLAIMABLE, Claim, Root, Vault, open_claim};
use anchor_lang::prelude::*;
use anchor_spl::associated_token::{self, AssociatedToken};
use anchor_spl::token_interface::{self, Mint, TokenAccount, TokenInterface, TransferChecked};
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::id::Claimant;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::tree::Node;

/// Where a token account names its owner.
const TOKEN_OWNER: core::ops::Range<usize> = 32..64;

#[event_cpi]
#[derive(Accounts)]
pub struct PayClaim {
    /// Pays fees and rent; may be the claimant. It holds nothing that is written here.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// CHECK: whose leaf it is; need not sign, because the money goes to it alone.
    pub claimant: UncheckedAccount,
    /// Its type says that this program made it.
    #[account(mut)]
    pub vault: Account<Vault>,
    /// A root of this vault; whether it serves is checked below.
    #[account(constraint = root.vault == *vault.address() @ RewardsError::WrongVault)]
    pub root: Account<Root>,
    /// CHECK: what the claimant has been paid; `open_claim` checks address and owner, or creates it.
    #[account(mut)]
    pub record: UncheckedAccount,
    #[account(address = vault.mint @ RewardsError::WrongMint)]
    pub mint: InterfaceAccount<Mint>,
    #[account(mut, address = vault.token_account @ RewardsError::WrongTokenAccount)]
    pub token_account: InterfaceAccount<TokenAccount>,
    /// CHECK: the claimant's associated token account; address and owner are checked below.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = vault.token_program @ RewardsError::WrongTokenProgram)]
    pub token_program: Interface<'static, TokenInterface>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

pub fn claim(
    ctx: &mut Context<PayClaim>,
    class: u8,
    cumulative: u64,
    index: u32,
    destination_bump: u8,
    proof: &[u8],
) -> Result<()> {
    let class = LeafClass::from_code(class).ok_or(RewardsError::BadClass)?;
    let claimant = *ctx.accounts.claimant.address();
    let address = *ctx.accounts.vault.address();
    let vault = &ctx.accounts.vault;
    let root = &ctx.accounts.root;
    let serves = root.status == ACTIVE && root.epoch.saturating_add(CLAIMABLE) > vault.head_epoch;
    require!(serves, RewardsError::NotClaimable);

    let leaf = Leaf { class, claimant: Claimant(claimant.to_bytes()), cumulative: BaseUnits(cumulative) };
    let node = Node { hash: leaf.hash(&Domain(vault.domain)), sum: cumulative };
    require!(root.proves(node, index, proof), RewardsError::BadProof);
    let epoch = root.epoch;

    let mut record = *ctx.accounts.record.account();
    open_claim(&mut record, ctx.accounts.payer.account(), &address, class, &claimant)?;
    open_destination(ctx, destination_bump)?;

    // A leaf that was paid before, or in part, pays the rest; one from before a
    // lower root pays nothing.
    let claimed = Claim::claimed(&mut record)?;
    let due = cumulative.saturating_sub(claimed);
    ctx.accounts.vault.book_payment(class as usize, due)?;
    if due > 0 {
        pay(ctx, due)?;
        Claim::set_claimed(&mut record, cumulative)?;
    }

    let sequence = ctx.accounts.vault.take_sequence()?;
    emit_cpi!(Claimed {
        vault: address,
        sequence,
        epoch,
        class: class as u8,
        claimant,
        destination: *ctx.accounts.destination.address(),
        paid: due,
        claimed: claimed.max(cumulative),
        slot: Clock::get()?.slot,
    });
    Ok(())
}

/// Creates the claimant's associated token account where it is missing, and
/// refuses any other. The caller names the bump, so that none is searched for;
/// no other program than the associated token program can have made an account
/// at such an address.
fn open_destination(ctx: &mut Context<PayClaim>, bump: u8) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let claimant = *accounts.claimant.address();
    if accounts.destination.owned_by(&System::id()) {
        associated_token::create(CpiContext::new(
            accounts.associated_token_program.address(),
            associated_token::Create {
                payer: accounts.payer.cpi_handle_mut(),
                associated_token: accounts.destination.cpi_handle_mut(),
                authority: accounts.claimant.cpi_handle(),
                mint: accounts.mint.cpi_handle(),
                system_program: accounts.system_program.cpi_handle(),
                token_program: accounts.token_program.cpi_handle(),
            },
        ))?;
    }
    let seeds: [&[u8]; 4] =
        [claimant.as_ref(), accounts.token_program.address().as_ref(), accounts.mint.address().as_ref(), &[bump]];
    anchor_lang::verify_program_address(&seeds, &associated_token::ID, accounts.destination.address())
        .map_err(|_| RewardsError::WrongDestination)?;
    // Its owner may have given the account away.
    let data = accounts.destination.try_borrow()?;
    require!(data.get(TOKEN_OWNER) == Some(claimant.as_ref()), RewardsError::WrongDestination);
    Ok(())
}

/// Moves tokens out of the vault and makes sure that exactly these left.
fn pay(ctx: &mut Context<PayClaim>, due: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let before = accounts.token_account.amount();
    let decimals = accounts.vault.decimals;
    let (mint, bump) = (accounts.vault.mint, [accounts.vault.bump]);
    let seeds: &[&[u8]] = &[b"vault", mint.as_ref(), &bump];
    token_interface::transfer_checked(
        CpiContext::new_with_signer(
            accounts.token_program.address(),
            TransferChecked {
                from: accounts.token_account.cpi_handle_mut(),
                mint: accounts.mint.cpi_handle(),
                to: accounts.destination.cpi_handle_mut(),
                authority: accounts.vault.cpi_handle(),
            },
            &[seeds],
        ),
        due,
        decimals,
    )?;
    let left = before.checked_sub(accounts.token_account.amount());
    require!(left == Some(due), RewardsError::PaidMismatch);
    Ok(())
}
