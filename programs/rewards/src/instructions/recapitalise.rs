//! Adds tokens to the reserve that makes good what was paid wrongly. Anyone may;
//! nobody gets credit for it.

use crate::error::RewardsError;
use crate::events::Recapitalised;
use crate::state::Vault;
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{self, Mint, TokenAccount, TokenInterface, TransferChecked};

#[event_cpi]
#[derive(Accounts)]
pub struct Recapitalise {
    /// Signs for the tokens.
    pub payer: Signer,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    #[account(address = vault.mint @ RewardsError::WrongMint)]
    pub mint: InterfaceAccount<Mint>,
    /// Where the tokens come from; the token program checks that the payer may spend them.
    #[account(mut)]
    pub source: InterfaceAccount<TokenAccount>,
    #[account(mut, address = vault.token_account @ RewardsError::WrongTokenAccount)]
    pub token_account: InterfaceAccount<TokenAccount>,
    #[account(address = vault.token_program @ RewardsError::WrongTokenProgram)]
    pub token_program: Interface<'static, TokenInterface>,
}

pub fn recapitalise(ctx: &mut Context<Recapitalise>, amount: u64) -> Result<()> {
    require!(amount > 0, RewardsError::ZeroAmount);
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

    let by = *ctx.accounts.payer.address();
    let address = *ctx.accounts.vault.address();
    let vault = &mut ctx.accounts.vault;
    vault.recapitalised = vault.recapitalised.checked_add(arrived).ok_or(RewardsError::Overflow)?;
    let recapitalised = vault.recapitalised;
    let sequence = vault.take_sequence()?;
    let slot = Clock::get()?.slot;
    emit_cpi!(Recapitalised { vault: address, sequence, by, amount: arrived, recapitalised, slot });
    Ok(())
}
