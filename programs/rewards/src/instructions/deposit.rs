//! Deposits tokens to a payer's credit.

use crate::error::RewardsError;
use crate::events::Deposited;
use crate::state::{PAUSE_DEPOSITS, PAYER_LAYOUT, Payer, Vault};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{self, Mint, TokenAccount, TokenInterface, TransferChecked};

#[event_cpi]
#[derive(Accounts)]
pub struct Deposit {
    /// Signs for the tokens and pays rent.
    #[account(mut)]
    pub payer: Signer,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// At an address made of vault and payer.
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [b"payer", vault.address().as_ref(), payer.address().as_ref()],
        bump
    )]
    pub payer_account: Account<Payer>,
    #[account(address = vault.mint @ RewardsError::WrongMint)]
    pub mint: InterfaceAccount<Mint>,
    /// Where the tokens come from; the token program checks that the payer may spend them.
    #[account(mut)]
    pub source: InterfaceAccount<TokenAccount>,
    #[account(mut, address = vault.token_account @ RewardsError::WrongTokenAccount)]
    pub token_account: InterfaceAccount<TokenAccount>,
    #[account(address = vault.token_program @ RewardsError::WrongTokenProgram)]
    pub token_program: Interface<'static, TokenInterface>,
    pub system_program: Program<System>,
}

pub fn deposit(ctx: &mut Context<Deposit>, amount: u64) -> Result<()> {
    let clock = Clock::get()?;
    require!(amount > 0, RewardsError::ZeroAmount);
    ctx.accounts.vault.check_not_paused(PAUSE_DEPOSITS, clock.unix_timestamp)?;
    require!(ctx.accounts.payer_account.refund_slot == 0, RewardsError::RefundPending);

    let before = ctx.accounts.token_account.amount();
    let decimals = ctx.accounts.mint.decimals();
    token_interface::transfer_checked(
        CpiContext::new(
            ctx.accounts.token_program.address(),
            TransferChecked {
                from: ctx.accounts.source.cpi_handle_mut(),
                mint: ctx.accounts.mint.cpi_handle(),
                to: ctx.accounts.token_account.cpi_handle_mut(),
                authority: ctx.accounts.payer.cpi_handle(),
            },
        ),
        amount,
        decimals,
    )?;
    // A fee may have been taken on the way: what arrived counts.
    let after = ctx.accounts.token_account.amount();
    let arrived = after.checked_sub(before).ok_or(RewardsError::NothingArrived)?;
    require!(arrived > 0, RewardsError::NothingArrived);

    let bump = ctx.bumps.payer_account;
    let payer = *ctx.accounts.payer.address();
    let address = *ctx.accounts.vault.address();
    let account = &mut ctx.accounts.payer_account;
    account.version = PAYER_LAYOUT;
    account.bump = bump;
    account.vault = address;
    account.payer = payer;
    account.deposited = account.deposited.checked_add(arrived).ok_or(RewardsError::Overflow)?;
    let payer_total = account.deposited;

    let vault = &mut ctx.accounts.vault;
    vault.deposited = vault.deposited.checked_add(arrived).ok_or(RewardsError::Overflow)?;
    let deposited = vault.deposited;
    let sequence = vault.take_sequence()?;
    emit_cpi!(Deposited { vault: address, sequence, payer, amount: arrived, payer_total, deposited, slot: clock.slot });
    Ok(())
}
