//! Settings and roles.

use crate::error::RewardsError;
use anchor_lang::prelude::*;

/// The most watchers there can be: one bit each in a root.
pub const WATCHERS_MAX: usize = 8;

/// At `["config"]`.
#[account]
pub struct Config {
    pub version: u8,
    pub bump: u8,
    /// How many watchers must attest to a root.
    pub threshold: u8,
    pub watcher_count: u8,
    pub reserved_small: [u8; 4],
    /// The sequence of the configuration's next event.
    pub sequence: u64,
    /// Who may change settings.
    pub governor: Address,
    /// Who posts roots.
    pub poster: Address,
    /// Who may pause.
    pub guardian: Address,
    /// The registry program.
    pub registry: Address,
    /// The cluster's genesis hash.
    pub genesis: [u8; 32],
    /// Who may attest and veto; a root's attestations are bits in this order.
    pub watchers: [Address; WATCHERS_MAX],
    /// Who becomes governor when it accepts; zeros for nobody.
    pub next_governor: Address,
    /// The first slot at which it can.
    pub governor_ready_slot: u64,
    /// The first Unix second at which it can; both must have come.
    pub governor_ready_at: i64,
    /// How many slots a loosening change waits.
    pub timelock_slots: u64,
    /// How many seconds; both must pass.
    pub timelock_seconds: u64,
    pub reserved: [[u8; 64]; 3],
}

impl Config {
    /// The next event's sequence; each call moves it on.
    pub fn take_sequence(&mut self) -> Result<u64> {
        let sequence = self.sequence;
        self.sequence = sequence.checked_add(1).ok_or(RewardsError::Overflow)?;
        Ok(sequence)
    }

    /// The watcher's place in the list.
    pub fn watcher(&self, key: &Address) -> Result<usize> {
        let count = usize::from(self.watcher_count).min(WATCHERS_MAX);
        Ok(self.watchers[..count].iter().position(|watcher| watcher == key).ok_or(RewardsError::NotWatcher)?)
    }
}
