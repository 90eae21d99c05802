//! The delays, windows and deposits that the governor sets, and when a change
//! of them may happen at once.

use crate::error::RegistryError;
use anchor_lang::bytemuck;
use anchor_lang::prelude::*;

/// No delay in slots is longer: some 46 days, so that no setting can lock the registry for good.
const SLOTS_MAX: u64 = 10_000_000;
/// No delay in seconds is longer: some 46 days.
const SECONDS_MAX: u64 = 4_000_000;
/// The least bond in lamports: above the rent of an empty account, so that paying it out cannot fail.
const BOND_MIN: u64 = 1_000_000;
/// The largest bond: a dispute must stay within reach.
const BOND_MAX: u64 = 1_000_000_000_000;

/// What the governor sets.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
#[bytemuck(crate = "anchor_lang::bytemuck")]
#[repr(C)]
pub struct RegistrySettings {
    /// Slots that must pass between commitment and reveal.
    pub reveal_min_slots: u64,
    /// Slots after which a commitment is stale.
    pub reveal_max_slots: u64,
    /// Slots after a reveal in which an older commitment displaces it.
    pub displace_slots: u64,
    /// Slots between a change of terms and its effect.
    pub terms_delay_slots: u64,
    /// Slots between a governor's proposal and its effect.
    pub timelock_slots: u64,
    /// Seconds that must pass as well.
    pub timelock_seconds: u64,
    /// Slots in which the arbiter may rule a dispute.
    pub dispute_slots: u64,
    /// What opening a dispute costs whoever loses it, in lamports.
    pub dispute_bond: u64,
    /// Who rules disputes.
    pub arbiter: Address,
}

impl RegistrySettings {
    /// Refuses settings that make no sense together.
    pub fn check(&self) -> Result<()> {
        let reveals = 1 <= self.reveal_min_slots && self.reveal_min_slots < self.reveal_max_slots;
        require!(reveals, RegistryError::BadDelays);
        let slots = [self.terms_delay_slots, self.timelock_slots, self.dispute_slots];
        let sensible = (1..=self.reveal_max_slots).contains(&self.displace_slots)
            && self.reveal_max_slots <= SLOTS_MAX
            && slots.iter().all(|slots| (1..=SLOTS_MAX).contains(slots))
            && self.timelock_seconds <= SECONDS_MAX
            && (BOND_MIN..=BOND_MAX).contains(&self.dispute_bond)
            && self.arbiter != Address::default();
        require!(sensible, RegistryError::BadSettings);
        Ok(())
    }

    /// Whether changing to `next` only makes things slower and dearer, so that
    /// nobody needs time to object. Another arbiter never is.
    pub fn only_tightens(&self, next: &Self) -> bool {
        let numbers = |settings: &Self| {
            [
                settings.reveal_min_slots,
                settings.reveal_max_slots,
                settings.displace_slots,
                settings.terms_delay_slots,
                settings.timelock_slots,
                settings.timelock_seconds,
                settings.dispute_slots,
                settings.dispute_bond,
            ]
        };
        self.arbiter == next.arbiter && numbers(self).iter().zip(numbers(next)).all(|(now, then)| *now <= then)
    }
}

/// When something that waits for the timelock may happen: slots and seconds
/// must both have passed, so that neither a halt nor a slow chain eats the wait.
#[derive(Clone, Copy)]
pub struct Ripe {
    /// The first slot.
    pub slot: u64,
    /// The first second.
    pub second: i64,
}

impl Ripe {
    /// After so many slots and seconds from now.
    pub fn after(clock: &Clock, slots: u64, seconds: u64) -> Result<Self> {
        let seconds = i64::try_from(seconds).map_err(|_| RegistryError::Overflow)?;
        Ok(Self {
            slot: clock.slot.checked_add(slots).ok_or(RegistryError::Overflow)?,
            second: clock.unix_timestamp.checked_add(seconds).ok_or(RegistryError::Overflow)?,
        })
    }

    /// Refuses before both have come.
    pub fn check(&self, clock: &Clock) -> Result<()> {
        require!(clock.slot >= self.slot && clock.unix_timestamp >= self.second, RegistryError::Timelocked);
        Ok(())
    }
}
