//! Settings and roles.

use super::LAYOUT;
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
    /// Counts changes of the list of watchers. Attestations given before a
    /// change stand for another list and no longer count.
    pub watchers_epoch: u64,
    /// Zeros.
    pub reserved: [[u8; 23]; 8],
}

impl Config {
    /// Whether the account has the present layout; an older one must be migrated first.
    pub fn is_current(&self) -> bool {
        self.version == LAYOUT
    }

    /// When a change that is proposed now can be made: the first slot and second.
    pub fn ready(&self, clock: &Clock) -> Result<(u64, i64)> {
        let seconds = i64::try_from(self.timelock_seconds).map_err(|_| RewardsError::Overflow)?;
        let slot = clock.slot.checked_add(self.timelock_slots).ok_or(RewardsError::Overflow)?;
        let at = clock.unix_timestamp.checked_add(seconds).ok_or(RewardsError::Overflow)?;
        Ok((slot, at))
    }

    /// Refuses everybody but the guardian and the governor.
    pub fn check_guards(&self, key: &Address) -> Result<()> {
        // A dismissed guardian is the zero address, for which nobody can sign.
        require!(*key == self.guardian || *key == self.governor, RewardsError::NotGuardian);
        Ok(())
    }

    /// Nobody waits to become governor any more.
    pub fn clear_next_governor(&mut self) {
        self.next_governor = Address::default();
        self.governor_ready_slot = 0;
        self.governor_ready_at = 0;
    }

    /// Counts a change of the list of watchers.
    pub(super) fn change_list(&mut self) -> Result<()> {
        self.watchers_epoch = self.watchers_epoch.checked_add(1).ok_or(RewardsError::Overflow)?;
        Ok(())
    }

    /// The watchers.
    pub fn watchers(&self) -> &[Address] {
        &self.watchers[..usize::from(self.watcher_count).min(WATCHERS_MAX)]
    }

    /// The next event's sequence; each call moves it on.
    pub fn take_sequence(&mut self) -> Result<u64> {
        let sequence = self.sequence;
        self.sequence = sequence.checked_add(1).ok_or(RewardsError::Overflow)?;
        Ok(sequence)
    }

    /// The watcher's place in the list.
    pub fn watcher(&self, key: &Address) -> Result<usize> {
        Ok(self.watchers().iter().position(|watcher| watcher == key).ok_or(RewardsError::NotWatcher)?)
    }
}
