//! Where a claim's money goes: to the associated token account of whom the
//! claimant has chosen, or of the claimant itself, whoever pays for the claim.

use super::claim::PayClaim;
use crate::derived::{MARKER, is_hash};
use crate::error::RewardsError;
use crate::state::Recipient;
use anchor_lang::prelude::*;
use anchor_spl::associated_token;

/// Where a token account names its owner.
const TOKEN_OWNER: core::ops::Range<usize> = 32..64;

/// Who receives what is `claimant`'s. The account at the claimant's one place
/// for this must be passed even when nothing is there, so that no payer can
/// withhold a choice.
#[inline(always)]
pub fn receiver_of(recipient: &AccountView, claimant: &Address) -> Result<Address> {
    require!(Recipient::is_at(recipient.address(), claimant), RewardsError::WrongRecipientAccount);
    Ok(Recipient::chosen(recipient)?.unwrap_or(*claimant))
}

/// Creates the receiver's associated token account where it is missing, and
/// refuses any other. The caller names the bump, so that none is searched for.
#[inline(always)]
pub fn open_destination(accounts: &mut PayClaim, bump: u8) -> Result<()> {
    if accounts.destination.owned_by(&System::id()) {
        associated_token::create(CpiContext::new(
            accounts.associated_token_program.address(),
            associated_token::Create {
                payer: accounts.payer.cpi_handle_mut(),
                associated_token: accounts.destination.cpi_handle_mut(),
                authority: accounts.receiver.cpi_handle(),
                mint: accounts.mint.cpi_handle(),
                system_program: accounts.system_program.cpi_handle(),
                token_program: accounts.token_program.cpi_handle(),
            },
        ))?;
    }
    let (receiver, token_program) = (accounts.receiver.address(), accounts.token_program.address());
    let destination = accounts.destination.account();
    // The token program owns it, so the associated token program has created it: nobody else can sign for its address.
    require!(destination.owned_by(token_program), RewardsError::WrongDestination);
    let (mint, bump) = (accounts.mint.address(), [bump]);
    let program = associated_token::ID;
    let parts = [receiver.as_ref(), token_program.as_ref(), mint.as_ref(), &bump, program.as_ref(), MARKER];
    require!(is_hash(destination.address(), parts), RewardsError::WrongDestination);
    // Its owner may have given the account away.
    let data = destination.try_borrow()?;
    let owner = data.get(TOKEN_OWNER).and_then(|owner| <&[u8; 32]>::try_from(owner).ok());
    require!(owner == Some(receiver.as_array()), RewardsError::WrongDestination);
    Ok(())
}
