//! What of a vault can be paused, and for how long. A pause ends by itself, so
//! that a stolen guardian key delays and never keeps.

use super::Vault;
use crate::error::RewardsError;
use anchor_lang::prelude::*;

/// Bit of a pause: deposits.
pub const PAUSE_DEPOSITS: u8 = 1;
/// Bit of a pause: posting and activating roots. Challenge windows run on.
pub const PAUSE_ROOTS: u8 = 2;
/// Bit of a pause: claims, except under the oldest root that can be claimed from.
pub const PAUSE_CLAIMS: u8 = 4;
/// All bits there are.
const PAUSE_FLAGS: u8 = PAUSE_DEPOSITS | PAUSE_ROOTS | PAUSE_CLAIMS;
/// How long a pause lasts, and how long after its end the next one must wait.
const PAUSE_SECONDS: i64 = 72 * 60 * 60;

impl Vault {
    /// Begins a pause, if the last one ended long enough ago.
    pub fn begin_pause(&mut self, flags: u8, now: i64) -> Result<()> {
        require!(flags != 0 && flags & !PAUSE_FLAGS == 0, RewardsError::BadPause);
        require!(now >= self.pause_again_at, RewardsError::PausedRecently);
        self.pause_flags = flags;
        self.paused_until = now.checked_add(PAUSE_SECONDS).ok_or(RewardsError::Overflow)?;
        self.pause_again_at = self.paused_until.checked_add(PAUSE_SECONDS).ok_or(RewardsError::Overflow)?;
        Ok(())
    }

    /// Ends a running pause now.
    pub fn end_pause(&mut self, now: i64) -> Result<()> {
        require!(self.pause_flags != 0 && now < self.paused_until, RewardsError::NotPaused);
        self.pause_flags = 0;
        self.paused_until = now;
        self.pause_again_at = now.checked_add(PAUSE_SECONDS).ok_or(RewardsError::Overflow)?;
        Ok(())
    }

    /// Refuses what a running pause stops.
    pub fn check_not_paused(&self, flag: u8, now: i64) -> Result<()> {
        require!(self.pause_flags & flag == 0 || now >= self.paused_until, RewardsError::Paused);
        Ok(())
    }

    /// Whether claims under a root wait for the end of a pause. Under the oldest
    /// live root none ever does.
    #[inline(always)]
    pub fn claims_paused(&self, now: i64, is_oldest_live: bool) -> bool {
        self.pause_flags & PAUSE_CLAIMS != 0 && now < self.paused_until && !is_oldest_live
    }
}
