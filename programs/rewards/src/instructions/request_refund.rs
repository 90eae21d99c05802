//! Asks for what is left of a payer's credit. The money itself comes as a leaf
//! of a later root, once the last lease has ended.

use crate::error::RewardsError;
use crate::events::RefundRequested;
use crate::state::{Payer, Vault};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct RequestRefund {
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

pub fn request_refund(ctx: &mut Context<RequestRefund>) -> Result<()> {
    let slot = Clock::get()?.slot;
    let payer = *ctx.accounts.payer.address();
    let address = *ctx.accounts.vault.address();
    let account = &mut ctx.accounts.payer_account;
    require!(account.refund_slot == 0, RewardsError::RefundPending);
    // Slot 0 means "not requested"; nothing can be deposited that early.
    account.refund_slot = slot.max(1);

    let sequence = ctx.accounts.vault.take_sequence()?;
    emit_cpi!(RefundRequested { vault: address, sequence, payer, slot });
    Ok(())
}
