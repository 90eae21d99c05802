//! Changes of a vault's settings, as a `Change` makes them. What was saved up
//! under the old ones stays, up to the new burst.

use super::Vault;
use tributary_core::leaf::CLASSES;

impl Vault {
    /// How fast totals may grow and how much can be saved up, by leaf class.
    pub fn growth(&self) -> ([u64; CLASSES], [u64; CLASSES]) {
        let (slots, bursts) = (self.refund_fee_growth_per_slot, self.refund_fee_growth_burst);
        ([self.growth_per_slot, slots[0], slots[1]], [self.growth_burst, bursts[0], bursts[1]])
    }

    /// Lets totals grow differently from this slot on.
    pub fn set_growth(&mut self, per_slot: [u64; CLASSES], burst: [u64; CLASSES], slot: u64) {
        self.accrue(slot);
        let [earned, refund, fee] = per_slot;
        self.growth_per_slot = earned;
        self.refund_fee_growth_per_slot = [refund, fee];
        let [earned, refund, fee] = burst;
        self.growth_burst = earned;
        self.refund_fee_growth_burst = [refund, fee];
        // Cuts what was saved up at the new bursts.
        self.accrue(slot);
    }

    /// Limits what leaves differently from this slot on. A first limit starts full.
    pub fn set_outflow(&mut self, per_slot: u64, burst: u64, slot: u64) {
        // With no limit nothing was counted, and all of the new burst may leave.
        let saved = self.outflow_at(slot).min(burst);
        self.outflow_per_slot = per_slot;
        self.outflow_burst = burst;
        self.outflow = saved;
        self.outflow_slot = slot;
    }

    /// What may leave at this slot.
    fn outflow_at(&self, slot: u64) -> u64 {
        let slots = slot.saturating_sub(self.outflow_slot);
        let saved = self.outflow.saturating_add(slots.saturating_mul(self.outflow_per_slot));
        if self.outflow_burst == u64::MAX { u64::MAX } else { saved.min(self.outflow_burst) }
    }

    /// The policy set in force for a root on a parent of this finalised slot.
    pub fn policy_set_at(&self, parent_finalised_slot: u64) -> [u8; 32] {
        let follows = self.next_policy_set != [0; 32] && parent_finalised_slot >= self.next_policy_slot;
        if follows { self.next_policy_set } else { self.policy_set }
    }

    /// Lets epochs whose parent's finalised slot is this or later follow another
    /// policy set. One that was waiting and is not in force yet is dropped.
    pub fn set_next_policy(&mut self, hash: [u8; 32], slot: u64) {
        self.policy_set = self.policy_set_at(self.head_finalised_slot);
        self.next_policy_set = hash;
        self.next_policy_slot = slot;
    }
}
