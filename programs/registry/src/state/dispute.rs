//! A dispute about who owns an asset, with the bond it was opened with.

use super::Ripe;
use crate::error::RegistryError;
use anchor_lang::prelude::*;

/// Of `Dispute::status`: the arbiter may rule.
pub const DISPUTE_OPEN: u8 = 1;
/// Of `Dispute::status`: ruled for the challenger, who gets the asset when the wait is over.
pub const DISPUTE_UPHELD: u8 = 2;

/// At `["dispute", asset]`, so that an asset has one at a time. Holds the bond
/// on top of its rent while it is open; closed when it has ended.
#[account]
pub struct Dispute {
    pub version: u8,
    pub bump: u8,
    pub status: u8,
    pub reserved_small: [u8; 5],
    /// When it was opened.
    pub opened_slot: u64,
    /// The last slot at which the arbiter may rule.
    pub deadline_slot: u64,
    /// The bond in lamports.
    pub bond: u64,
    /// The first slot at which an upheld dispute reassigns the asset.
    pub ripe_slot: u64,
    /// The first second at which it does.
    pub ripe_second: i64,
    /// The asset.
    pub asset: Address,
    /// Who opened it, and paid bond and rent.
    pub challenger: Address,
    /// SHA-256 of the published evidence.
    pub evidence_hash: [u8; 32],
    pub reserved: [u8; 32],
}

impl Dispute {
    /// When the asset may be reassigned.
    pub fn ripe(&self) -> Ripe {
        Ripe { slot: self.ripe_slot, second: self.ripe_second }
    }

    /// Refuses unless the arbiter's verdict is still awaited.
    pub fn check_open(&self) -> Result<()> {
        require!(self.status == DISPUTE_OPEN, RegistryError::AlreadyRuled);
        Ok(())
    }

    /// Refuses unless it was ruled for the challenger.
    pub fn check_upheld(&self) -> Result<()> {
        require!(self.status == DISPUTE_UPHELD, RegistryError::NotUpheld);
        Ok(())
    }
}

/// Pays lamports out of an account of this program.
pub fn pay(from: &AccountView, to: &AccountView, lamports: u64) -> Result<()> {
    let (mut from, mut to) = (*from, *to);
    let rest = from.lamports().checked_sub(lamports).ok_or(RegistryError::Overflow)?;
    from.set_lamports(rest);
    let sum = to.lamports().checked_add(lamports).ok_or(RegistryError::Overflow)?;
    to.set_lamports(sum);
    Ok(())
}
