//! What a claimant has been paid, for life. Small, because every claimant pays
//! its rent once a vault and class; never closed, because an address that could
//! be created again could be paid again.

use crate::error::RewardsError;
use anchor_lang::bytemuck;
use anchor_lang::prelude::*;
use tributary_core::leaf::LeafClass;

use super::LAYOUT;

/// At `["claim", vault, class, claimant]`.
#[account]
pub struct Claim {
    pub version: u8,
    pub bump: u8,
    /// Base units paid since the beginning.
    pub claimed: PodU64,
}

/// Discriminator and fields.
const SPACE: usize = Claim::DISCRIMINATOR.len() + core::mem::size_of::<Claim>();

impl Claim {
    /// Reads the record out of its account's data.
    fn of(data: &mut [u8]) -> Result<&mut Self> {
        let (discriminator, fields) =
            data.split_at_mut_checked(Self::DISCRIMINATOR.len()).ok_or(RewardsError::WrongClaimAccount)?;
        require!(discriminator == Self::DISCRIMINATOR, RewardsError::WrongClaimAccount);
        Ok(bytemuck::try_from_bytes_mut(fields).map_err(|_| RewardsError::WrongClaimAccount)?)
    }

    /// What was paid so far.
    pub fn claimed(record: &mut AccountView) -> Result<u64> {
        Ok(Self::of(&mut record.try_borrow_mut()?)?.claimed.into())
    }

    /// Stores what was paid by now.
    pub fn set_claimed(record: &mut AccountView, claimed: u64) -> Result<()> {
        Self::of(&mut record.try_borrow_mut()?)?.claimed = claimed.into();
        Ok(())
    }
}

/// Makes sure that `record` is the claimant's, and creates it where it is
/// missing. A bump is searched for only then: an existing record names the one
/// it was created with, and hashing once more proves the address.
pub fn open_claim(
    record: &mut AccountView,
    payer: &AccountView,
    vault: &Address,
    class: LeafClass,
    claimant: &Address,
) -> Result<()> {
    let class = [class as u8];
    let seeds: [&[u8]; 4] = [b"claim", vault.as_ref(), &class, claimant.as_ref()];
    if record.owned_by(&crate::ID) {
        let bump = [Claim::of(&mut record.try_borrow_mut()?)?.bump];
        return anchor_lang::verify_program_address(
            &[seeds[0], seeds[1], seeds[2], seeds[3], &bump],
            &crate::ID,
            record.address(),
        )
        .map_err(|_| RewardsError::WrongClaimAccount.into());
    }
    let bump = anchor_lang::find_and_verify_program_address(&seeds, &crate::ID, record.address())
        .map_err(|_| RewardsError::WrongClaimAccount)?;
    let seeds: [&[u8]; 5] = [seeds[0], seeds[1], seeds[2], seeds[3], &[bump]];
    create_account_signed(payer, record, SPACE, &crate::ID, &seeds)?;
    let mut data = record.try_borrow_mut()?;
    data[..Claim::DISCRIMINATOR.len()].copy_from_slice(Claim::DISCRIMINATOR);
    let created = Claim::of(&mut data)?;
    created.version = LAYOUT;
    created.bump = bump;
    Ok(())
}
