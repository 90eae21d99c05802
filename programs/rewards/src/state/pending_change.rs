//! A change that waits for its timelock.

use super::Change;
use crate::error::RewardsError;
use anchor_lang::prelude::*;
use anchor_lang::{BORSH_CONFIG, wincode};

/// Room for every change: the longest takes 49 bytes.
const CHANGE_BYTES: usize = 64;
/// The version of this layout.
const LAYOUT: u8 = 1;

/// At `["change", target, nonce]`; closed when it is made or cancelled.
#[account]
pub struct PendingChange {
    pub version: u8,
    pub bump: u8,
    pub reserved: [u8; 6],
    /// Tells changes of one target apart.
    pub nonce: u64,
    /// The first slot at which it can be made.
    pub ready_slot: u64,
    /// The first Unix second at which it can be made; both must have come.
    pub ready_at: i64,
    /// The configuration or the vault that it changes.
    pub target: Address,
    /// Gets the rent back.
    pub payer: Address,
    /// The change in borsh, then zeros.
    pub change: [u8; CHANGE_BYTES],
}

impl PendingChange {
    /// Keeps a change until it is ready.
    pub fn keep(&mut self, change: &Change) -> Result<()> {
        self.version = LAYOUT;
        self.change = [0; CHANGE_BYTES];
        let room: &mut [u8] = &mut self.change;
        Ok(wincode::config::serialize_into(room, change, BORSH_CONFIG).map_err(|_| RewardsError::BadChange)?)
    }

    /// What waits.
    pub fn change(&self) -> Result<Change> {
        Ok(wincode::config::deserialize(&self.change, BORSH_CONFIG).map_err(|_| RewardsError::BadChange)?)
    }

    /// Refuses to make it before slot and second have come.
    pub fn check_ready(&self, clock: &Clock) -> Result<()> {
        let ready = clock.slot >= self.ready_slot && clock.unix_timestamp >= self.ready_at;
        require!(ready, RewardsError::ChangeNotReady);
        Ok(())
    }
}
