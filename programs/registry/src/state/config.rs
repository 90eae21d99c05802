//! Settings of the registry, and what its governor has proposed.

use super::{RegistrySettings, Ripe};
use anchor_lang::prelude::*;

/// At `["config"]`.
#[account]
pub struct Config {
    pub version: u8,
    pub bump: u8,
    /// How many shards are open.
    pub shards: u8,
    pub reserved_small: [u8; 5],
    pub settings: RegistrySettings,
    /// Who may change settings.
    pub governor: Address,
    /// The cluster's genesis hash.
    pub genesis: [u8; 32],
    /// Who was proposed as the next governor; zeros for nobody.
    pub next_governor: Address,
    /// From which slot it may accept.
    pub governor_slot: u64,
    /// From which second it may accept.
    pub governor_second: i64,
    /// The settings that were proposed; only read when `settings_slot` is not 0.
    pub next_settings: RegistrySettings,
    /// From which slot they may be applied; 0 when none were proposed.
    pub settings_slot: u64,
    /// From which second they may be applied.
    pub settings_second: i64,
    pub reserved: [u8; 16],
}

impl Config {
    /// When a proposal made now may take effect.
    pub fn timelock(&self, clock: &Clock) -> Result<Ripe> {
        Ripe::after(clock, self.settings.timelock_slots, self.settings.timelock_seconds)
    }

    /// The slot at which terms that change at `slot` take effect.
    pub fn terms_slot(&self, slot: u64) -> Result<u64> {
        Ok(slot.checked_add(self.settings.terms_delay_slots).ok_or(crate::error::RegistryError::Overflow)?)
    }

    /// Forgets the proposed settings.
    pub fn clear_settings(&mut self) {
        self.settings_slot = 0;
        self.settings_second = 0;
        self.next_settings = anchor_lang::bytemuck::Zeroable::zeroed();
    }

    /// Forgets the proposed governor.
    pub fn clear_governor(&mut self) {
        self.next_governor = Address::default();
        self.governor_slot = 0;
        self.governor_second = 0;
    }
}
