//! How fast what a vault owes may grow: a saved-up headroom for each leaf class,
//! so that refunds of one payer never use up what others earn.

use super::Vault;
use crate::error::RewardsError;
use anchor_lang::prelude::*;
use tributary_core::leaf::CLASSES;

impl Vault {
    /// Saves growth of all classes up to this slot.
    pub(super) fn accrue(&mut self, slot: u64) {
        let slots = slot.saturating_sub(self.headroom_slot);
        let (per_slot, burst) = self.growth();
        let mut headroom = self.headroom_by_class();
        for class in 0..CLASSES {
            // What is saved up beyond the burst is cut off, so that saturating loses nothing.
            let saved = headroom[class].saturating_add(slots.saturating_mul(per_slot[class]));
            headroom[class] = saved.min(burst[class]);
        }
        self.set_headroom(headroom);
        self.headroom_slot = slot;
    }

    /// Checks the totals of a new root against its parent's, what was deposited
    /// and the headroom, and reserves the growth. `overpaid` is what the root
    /// declares as paid above true entitlements.
    pub fn reserve_growth(
        &mut self,
        class_totals: &[u64; CLASSES],
        overpaid: &[u64; CLASSES],
        slot: u64,
    ) -> Result<()> {
        // What is owed and what is gone in all: the wider type holds every sum.
        let gone: u128 = class_totals.iter().chain(overpaid).copied().map(u128::from).sum();
        let funded = u128::from(self.deposited) + u128::from(self.recapitalised);
        require!(gone <= funded, RewardsError::Insolvent);

        self.accrue(slot);
        let mut headroom = self.headroom_by_class();
        let mut growth = [0; CLASSES];
        for class in 0..CLASSES {
            let parents = self.head_class_totals[class];
            growth[class] = class_totals[class].checked_sub(parents).ok_or(RewardsError::TotalShrank)?;
            headroom[class] = headroom[class].checked_sub(growth[class]).ok_or(RewardsError::NoHeadroom)?;
        }
        self.set_headroom(headroom);
        self.set_pending_growth(growth);
        Ok(())
    }

    /// Gives the pending root's growth back, and what the totals grew by through
    /// roots that no longer serve.
    pub fn release_growth(&mut self, disabled: &[u64; CLASSES], slot: u64) {
        self.accrue(slot);
        let (_, burst) = self.growth();
        let pending = [self.pending_growth, self.refund_fee_pending_growth[0], self.refund_fee_pending_growth[1]];
        let mut headroom = self.headroom_by_class();
        for class in 0..CLASSES {
            let back = pending[class].saturating_add(disabled[class]);
            headroom[class] = headroom[class].saturating_add(back).min(burst[class]);
        }
        self.set_headroom(headroom);
        self.set_pending_growth([0; CLASSES]);
    }

    /// What each class had saved up at `headroom_slot`.
    fn headroom_by_class(&self) -> [u64; CLASSES] {
        [self.headroom, self.refund_fee_headroom[0], self.refund_fee_headroom[1]]
    }

    /// Stores what each class has saved up.
    pub fn set_headroom(&mut self, [earned, refund, fee]: [u64; CLASSES]) {
        self.headroom = earned;
        self.refund_fee_headroom = [refund, fee];
    }

    /// Stores by how much the pending root grows each class.
    pub fn set_pending_growth(&mut self, [earned, refund, fee]: [u64; CLASSES]) {
        self.pending_growth = earned;
        self.refund_fee_pending_growth = [refund, fee];
    }
}
