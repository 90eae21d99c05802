//! Takes a refund request back, so that the payer can go on spending.

use crate::error::RewardsError;
use crate::events::RefundWithdrawn;
use crate::state::{Payer, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawRefundRequest {
    /// Whose credit it is.
    pub payer: Signer,
    /// Its type says that this program made it.
    #[account(mut, constraint = vault.is_current() @ RewardsError::OldLayout)]
    pub vault: Account<Vault>,
    /// The payer's own with this vault: the address says so.
    #[account(
        mut,
        seeds = [b"payer", vault.address().as_ref(), payer.address().as_ref()],
        bump = payer_account.bump
    )]
    pub payer_account: Account<Payer>,
}

pub fn withdraw_refund_request(ctx: &mut Context<WithdrawRefundRequest>) -> Result<()> {
    let payer = *ctx.accounts.payer.address();
    let address = *ctx.accounts.vault.address();
    let account = &mut ctx.accounts.payer_account;
    require!(account.refund_slot != 0, RewardsError::NoRefundRequest);
    account.refund_slot = 0;

    let sequence = ctx.accounts.vault.take_sequence()?;
    emit_cpi!(RefundWithdrawn { vault: address, sequence, payer, slot: Clock::get()?.slot });
    Ok(())
}
