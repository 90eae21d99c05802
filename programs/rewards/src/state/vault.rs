//! A vault: the tokens of one mint, who is owed what of them in total, and how
//! fast they may leave. How fast the total may grow stands in `growth`, what can
//! be paused in `pause`, what happens when roots are disabled in `disabling`.

use super::LAYOUT;
use crate::error::RewardsError;
use anchor_lang::prelude::*;
use tributary_core::leaf::CLASSES;

/// How many places the ring of roots has.
pub const RING: u8 = 8;
/// How many of the newest active roots can be claimed from.
pub const CLAIMABLE: u64 = 4;
/// How many slots a finalised slot must lie back.
pub const FINALITY_SLOTS: u64 = 32;

/// At `["vault", mint]`.
#[account]
pub struct Vault {
    pub version: u8,
    pub bump: u8,
    pub decimals: u8,
    /// 1 when somebody can freeze accounts of the mint.
    pub freezable: u8,
    /// The place of the newest active root.
    pub head_place: u8,
    /// 1 while a root is pending.
    pub pending: u8,
    /// The number of the next attempt at the epoch after the head's.
    pub attempt: u16,
    /// The sequence of the next event.
    pub sequence: u64,
    /// What payers have deposited since the beginning, in base units.
    pub deposited: u64,
    /// What the reserve has added since the beginning.
    pub recapitalised: u64,
    /// What was paid above true entitlements: what the newest active root
    /// declares, or as much as disabled roots paid until the next one does.
    pub overpaid: u64,
    /// What left, by leaf class, since the beginning.
    pub paid: [u64; CLASSES],
    /// The newest active root's epoch; 0 without one.
    pub head_epoch: u64,
    pub head_finalised_slot: u64,
    pub head_class_totals: [u64; CLASSES],
    /// Base units by which a root's total may grow, a slot.
    pub growth_per_slot: u64,
    /// The most that growth can be saved up.
    pub growth_burst: u64,
    /// What was saved up at `headroom_slot`.
    pub headroom: u64,
    pub headroom_slot: u64,
    /// By how much the pending root grows the total.
    pub pending_growth: u64,
    pub challenge_slots: u64,
    pub challenge_seconds: u64,
    pub mint: Address,
    pub token_program: Address,
    /// The account that holds the tokens.
    pub token_account: Address,
    /// Ties leaves to this cluster, program and vault.
    pub domain: [u8; 32],
    /// The newest active root; zeros without one.
    pub head_root: [u8; 32],
    /// The root in its challenge window; zeros without one.
    pub pending_root: [u8; 32],
    /// As the growth fields above, which are the class earned's: those of the
    /// classes refund and fee.
    pub refund_fee_growth_per_slot: [u64; 2],
    pub refund_fee_growth_burst: [u64; 2],
    pub refund_fee_headroom: [u64; 2],
    pub refund_fee_pending_growth: [u64; 2],
    /// Base units that may leave against claims, a slot.
    pub outflow_per_slot: u64,
    /// The most that outflow can be saved up; `UNLIMITED_OUTFLOW` for no limit.
    pub outflow_burst: u64,
    /// What was saved up at `outflow_slot`.
    pub outflow: u64,
    pub outflow_slot: u64,
    /// By how much each class may have been paid more than the newest active
    /// root owes it, because roots were disabled.
    pub allowance: [u64; CLASSES],
    /// The highest epoch that was ever active.
    pub highest_epoch: u64,
    /// The first attempt at epochs up to that one.
    pub attempt_floor: u16,
    /// The mint's transfer fee, in basis points, when the vault was created.
    pub fee_bps_at_creation: u16,
    /// What is paused until `paused_until`, as bits.
    pub pause_flags: u8,
    pub reserved_small: [u8; 3],
    /// The Unix second at which a pause ends by itself.
    pub paused_until: i64,
    /// The first Unix second at which it can be paused again.
    pub pause_again_at: i64,
    /// SHA-256 of the policy set in force.
    pub policy_set: [u8; 32],
    /// SHA-256 of the one that follows it; zeros for none.
    pub next_policy_set: [u8; 32],
    /// The first slot it is in force at.
    pub next_policy_slot: u64,
    pub reserved: [u8; 32],
}

/// Of `outflow_burst`: no limit.
pub const UNLIMITED_OUTFLOW: u64 = u64::MAX;

impl Vault {
    /// Whether the account has the present layout; an older one must be migrated first.
    pub fn is_current(&self) -> bool {
        self.version == LAYOUT
    }

    /// The next event's sequence; each call moves it on.
    pub fn take_sequence(&mut self) -> Result<u64> {
        let sequence = self.sequence;
        self.sequence = sequence.checked_add(1).ok_or(RewardsError::Overflow)?;
        Ok(sequence)
    }

    /// Where the next root goes. A vetoed root's place is used again, so that
    /// vetoes never push an active root out of the ring.
    pub fn next_place(&self) -> u8 {
        (self.head_place + 1) % RING
    }

    /// The epoch of the oldest root that can be claimed from.
    #[inline(always)]
    pub fn oldest_live_epoch(&self) -> u64 {
        self.head_epoch.saturating_sub(CLAIMABLE - 1).max(1)
    }

    /// Takes up to `due` base units out of what may leave by this slot, and
    /// returns how many. What does not fit is delayed, never refused.
    #[inline(always)]
    pub fn take_outflow(&mut self, due: u64, slot: u64) -> u64 {
        if self.outflow_burst == UNLIMITED_OUTFLOW {
            return due;
        }
        let slots = slot.saturating_sub(self.outflow_slot);
        // What is saved up beyond the burst is cut off, so that saturating loses nothing.
        let saved = self.outflow.saturating_add(slots.saturating_mul(self.outflow_per_slot)).min(self.outflow_burst);
        let taken = due.min(saved);
        self.outflow = saved - taken;
        self.outflow_slot = slot;
        taken
    }

    /// Books a payment. All that leaves stays within what the newest root owes a
    /// class, whichever of the live roots it was claimed under, and what
    /// disabled roots had paid before.
    #[inline(always)]
    pub fn book_payment(&mut self, class: usize, amount: u64) -> Result<()> {
        let paid = self.paid[class].checked_add(amount).ok_or(RewardsError::Overflow)?;
        let owed = u128::from(self.head_class_totals[class]) + u128::from(self.allowance[class]);
        require!(u128::from(paid) <= owed, RewardsError::OverClaimed);
        self.paid[class] = paid;
        Ok(())
    }
}
