//! What numbers the settings of vaults and configuration may have. Pure; used
//! when something is created and when a change is proposed or applied.

use crate::error::RewardsError;

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
