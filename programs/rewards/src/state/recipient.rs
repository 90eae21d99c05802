//! Whom a claimant has chosen to receive what it is owed, from all vaults.
//!
//! The account is at an address with a seed, not a program address: there is
//! exactly one such address for a claimant, without a bump, so that one hash
//! shows that nothing was chosen. Only the claimant can create it.

use crate::derived::is_hash;
use crate::error::RewardsError;
use anchor_lang::bytemuck;
use anchor_lang::prelude::*;

/// At the System program's address of claimant, [`RECIPIENT_SEED`] and this
/// program. Never closed: zeros mean the claimant itself.
#[account]
pub struct Recipient {
    pub version: u8,
    pub reserved: [u8; 7],
    pub claimant: Address,
    pub recipient: Address,
}

/// The seed of its address.
pub const RECIPIENT_SEED: &str = "tributary:recipient";
/// The version of this layout.
const LAYOUT: u8 = 1;

impl Recipient {
    /// Discriminator and fields.
    pub const SPACE: usize = Self::DISCRIMINATOR.len() + core::mem::size_of::<Self>();

    /// Whether this is where the claimant's choice is, or would be.
    #[inline(always)]
    pub fn is_at(address: &Address, claimant: &Address) -> bool {
        is_hash(address, [claimant.as_ref(), RECIPIENT_SEED.as_bytes(), crate::ID.as_ref()])
    }

    /// Whom the account at a claimant's place names, if anybody. An account that
    /// is not ours, or that the claimant has allocated without choosing, names nobody.
    #[inline(always)]
    pub fn chosen(account: &AccountView) -> Result<Option<Address>> {
        if !account.owned_by(&crate::ID) {
            return Ok(None);
        }
        let data = account.try_borrow()?;
        let Some(fields) = data.strip_prefix(Self::DISCRIMINATOR) else { return Ok(None) };
        let stored: &Self = bytemuck::try_from_bytes(fields).map_err(|_| RewardsError::WrongRecipientAccount)?;
        require!(stored.version == LAYOUT, RewardsError::OldLayout);
        let nobody = anchor_lang::address_eq(&stored.recipient, &Address::default());
        Ok((!nobody).then_some(stored.recipient))
    }

    /// Writes a choice into the account's data, which holds [`Self::SPACE`] bytes.
    pub fn write(account: &mut AccountView, claimant: &Address, recipient: &Address) -> Result<()> {
        let mut data = account.try_borrow_mut()?;
        require!(data.len() == Self::SPACE, RewardsError::WrongRecipientAccount);
        let (discriminator, fields) = data.split_at_mut(Self::DISCRIMINATOR.len());
        discriminator.copy_from_slice(Self::DISCRIMINATOR);
        let stored: &mut Self =
            bytemuck::try_from_bytes_mut(fields).map_err(|_| RewardsError::WrongRecipientAccount)?;
        *stored = Self { version: LAYOUT, reserved: [0; 7], claimant: *claimant, recipient: *recipient };
        Ok(())
    }
}
