//! What numbers the settings of vaults and configuration may have. Pure; used
//! when something is created and when a change is proposed or applied.

use crate::error::RewardsError;
use crate::state::UNLIMITED_OUTFLOW;

/// The longest challenge window and timelock, in seconds and in slots of 400 ms.
const SECONDS_MAX: u64 = 30 * 24 * 60 * 60;
const SLOTS_MAX: u64 = SECONDS_MAX * 5 / 2;

/// A window that watchers can use and that ends.
pub fn check_window(slots: u64, seconds: u64) -> Result<(), RewardsError> {
    let fits = (1..=SLOTS_MAX).contains(&slots) && seconds <= SECONDS_MAX;
    if fits { Ok(()) } else { Err(RewardsError::BadWindow) }
}

/// A timelock that ends, so that nobody can lock the settings for ever.
pub fn check_timelock(slots: u64, seconds: u64) -> Result<(), RewardsError> {
    let fits = slots <= SLOTS_MAX && seconds <= SECONDS_MAX;
    if fits { Ok(()) } else { Err(RewardsError::BadTimelock) }
}

/// A policy set that was published.
pub fn check_policy_set(hash: &[u8; 32]) -> Result<(), RewardsError> {
    if *hash == [0; 32] { Err(RewardsError::BadPolicySet) } else { Ok(()) }
}

/// An outflow limit that lets something leave, as it is stored: two zeros mean
/// no limit, which is a burst of all of u64. One zero would block for ever.
pub fn check_outflow(per_slot: u64, burst: u64) -> Result<(u64, u64), RewardsError> {
    match (per_slot, burst) {
        (0, 0) => Ok((0, UNLIMITED_OUTFLOW)),
        (0, _) | (_, 0) => Err(RewardsError::BadOutflow),
        limit => Ok(limit),
    }
}
