//! One of the registry's event sequences. There are several so that
//! registrations need not queue on one account.

use crate::error::RegistryError;
use anchor_lang::prelude::*;
use tributary_core::position::{AssetSeq, Slot};

/// At `["shard", index]`.
#[account]
pub struct Shard {
    pub version: u8,
    pub bump: u8,
    pub index: u8,
    pub reserved_small: u8,
    /// How many assets were registered here in `slot`.
    pub nth: u16,
    pub reserved_medium: [u8; 2],
    /// The sequence of the next event.
    pub sequence: u64,
    /// The slot of the latest registration.
    pub slot: u64,
    pub reserved: [u8; 32],
}

impl Shard {
    /// The next event's sequence; each call moves it on.
    pub fn take_sequence(&mut self) -> Result<u64> {
        let sequence = self.sequence;
        self.sequence = sequence.checked_add(1).ok_or(RegistryError::Overflow)?;
        Ok(sequence)
    }

    /// The next asset's place in the order of all registrations.
    pub fn take_asset_sequence(&mut self, slot: u64) -> Result<AssetSeq> {
        let nth = if self.slot == slot { self.nth } else { 0 };
        self.nth = nth.checked_add(1).ok_or(RegistryError::ShardFull)?;
        self.slot = slot;
        Ok(AssetSeq::compose(Slot(slot), self.index, nth).ok_or(RegistryError::Overflow)?)
    }
}
