//! What a claimant has been paid, for life. Small, because every claimant pays
//! its rent once a vault and class; never closed, because an address that could
//! be created again could be paid again.

use crate::derived::{MARKER, is_hash};
use crate::error::RewardsError;
use anchor_lang::bytemuck;
use anchor_lang::prelude::*;
use tributary_core::leaf::LeafClass;

/// At `["claim", vault, class, claimant]`.
#[account]
pub struct Claim {
    pub version: u8,
    pub bump: u8,
    /// Base units paid since the beginning.
    pub claimed: PodU64,
}

/// The version of this layout.
const LAYOUT: u8 = 1;
/// Discriminator and fields.
const SPACE: usize = Claim::DISCRIMINATOR.len() + core::mem::size_of::<Claim>();
/// First of the address's seeds; vault, class and claimant follow, then the bump.
const SEED: &[u8] = b"claim";

impl Claim {
    /// Reads the record out of its account's data.
    #[inline(always)]
    fn of(data: &mut [u8]) -> Result<&mut Self> {
        let (discriminator, fields) = data.split_first_chunk_mut::<8>().ok_or(RewardsError::WrongClaimAccount)?;
        require!(discriminator.as_slice() == Self::DISCRIMINATOR, RewardsError::WrongClaimAccount);
        Ok(bytemuck::try_from_bytes_mut(fields).map_err(|_| RewardsError::WrongClaimAccount)?)
    }

    /// Stores what was paid by now.
    #[inline(always)]
    pub fn set_claimed(record: &mut AccountView, claimed: u64) -> Result<()> {
        Self::of(&mut record.try_borrow_mut()?)?.claimed = claimed.into();
        Ok(())
    }
}

/// Makes sure that `record` is the claimant's, creates it where it is missing,
/// and returns what was paid so far. A bump is searched for only at creation: an
/// existing record names the one it was created with, and only this program,
/// which uses no other, can have made it.
#[inline(always)]
pub fn open_claim(
    record: &mut AccountView,
    payer: &AccountView,
    vault: &Address,
    class: LeafClass,
    claimant: &Address,
) -> Result<u64> {
    if !record.owned_by(&crate::ID) {
        return create_claim(record, payer, vault, class, claimant);
    }
    let address = *record.address();
    let mut data = record.try_borrow_mut()?;
    let existing = Claim::of(&mut data)?;
    let (class, bump) = ([class as u8], [existing.bump]);
    let parts = [SEED, vault.as_ref(), &class, claimant.as_ref(), &bump, crate::ID.as_ref(), MARKER];
    require!(is_hash(&address, parts), RewardsError::WrongClaimAccount);
    Ok(existing.claimed.into())
}

/// Creates the record, in which nothing was paid yet.
#[inline(never)]
fn create_claim(
    record: &mut AccountView,
    payer: &AccountView,
    vault: &Address,
    class: LeafClass,
    claimant: &Address,
) -> Result<u64> {
    let class = [class as u8];
    let seeds: [&[u8]; 4] = [SEED, vault.as_ref(), &class, claimant.as_ref()];
    let bump = anchor_lang::find_and_verify_program_address(&seeds, &crate::ID, record.address())
        .map_err(|_| RewardsError::WrongClaimAccount)?;
    let seeds: [&[u8]; 5] = [seeds[0], seeds[1], seeds[2], seeds[3], &[bump]];
    create_account_signed(payer, record, SPACE, &crate::ID, &seeds)?;
    let mut data = record.try_borrow_mut()?;
    data[..Claim::DISCRIMINATOR.len()].copy_from_slice(Claim::DISCRIMINATOR);
    let created = Claim::of(&mut data)?;
    created.version = LAYOUT;
    created.bump = bump;
    Ok(0)
}
