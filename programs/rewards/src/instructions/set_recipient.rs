//! Chooses who receives what a claimant is owed, from all vaults and until it
//! chooses again.

use crate::error::RewardsError;
use crate::events::RecipientSet;
use crate::state::{Config, LAYOUT, RECIPIENT_SEED, Recipient};
use anchor_lang::prelude::*;
use anchor_lang::system_program::{self, AllocateWithSeed, Transfer};

#[event_cpi]
#[derive(Accounts)]
pub struct SetRecipient {
    /// Pays rent; may be the claimant. It holds nothing that is written here.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Whose money it is: nobody else can choose.
    pub claimant: Signer,
    /// Numbers the event.
    #[account(mut, constraint = config.version == LAYOUT @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// CHECK: where the claimant's choice is; its address is checked below.
    #[account(mut)]
    pub recipient_account: UncheckedAccount,
    pub system_program: Program<System>,
}

/// `recipient` is zeros to receive oneself again.
pub fn set_recipient(ctx: &mut Context<SetRecipient>, recipient: Address) -> Result<()> {
    let claimant = *ctx.accounts.claimant.address();
    let mut account = *ctx.accounts.recipient_account.account();
    require!(Recipient::is_at(account.address(), &claimant), RewardsError::WrongRecipientAccount);
    if !account.owned_by(&crate::ID) {
        create(&mut ctx.accounts)?;
    }
    Recipient::write(&mut account, &claimant, &recipient)?;

    let vault = *ctx.accounts.config.address();
    let sequence = ctx.accounts.config.take_sequence()?;
    emit_cpi!(RecipientSet { vault, sequence, claimant, recipient, slot: Clock::get()?.slot });
    Ok(())
}

/// Creates the account in two steps, so that lamports sent ahead to its address
/// cannot stop it.
fn create(accounts: &mut SetRecipient) -> Result<()> {
    let rent = Rent::get()?.try_minimum_balance(Recipient::SPACE)?;
    let missing = rent.saturating_sub(accounts.recipient_account.account().lamports());
    if missing > 0 {
        let pay = Transfer { from: accounts.payer.cpi_handle_mut(), to: accounts.recipient_account.cpi_handle_mut() };
        system_program::transfer(CpiContext::new(accounts.system_program.address(), pay), missing)?;
    }
    let allocate = AllocateWithSeed {
        account_to_allocate: accounts.recipient_account.cpi_handle_mut(),
        base: accounts.claimant.cpi_handle(),
    };
    let context = CpiContext::new(accounts.system_program.address(), allocate);
    system_program::allocate_with_seed(context, RECIPIENT_SEED, Recipient::SPACE as u64, &crate::ID)
}
