//! What a vault's books say after roots that served were disabled: the parent
//! serves again, and what was paid under them strands nobody.

use super::{CLAIMABLE, RING, Root, Vault};
use crate::error::RewardsError;
use anchor_lang::prelude::*;
use tributary_core::leaf::CLASSES;

impl Vault {
    /// Whether only the governor may disable the root of an epoch: the oldest live
    /// one, or one that was so when the highest epoch served. Otherwise one root
    /// after the other could be struck down, until none is left.
    pub fn is_kept(&self, epoch: u64) -> bool {
        epoch <= self.oldest_live_epoch() || epoch <= self.highest_epoch.saturating_sub(CLAIMABLE - 1)
    }

    /// Notes that an attempt at an epoch was used, so that its number never comes
    /// again: roots are told apart by epoch and attempt.
    pub fn use_up_attempt(&mut self, epoch: u64, attempt: u16) -> Result<()> {
        let next = attempt.checked_add(1).ok_or(RewardsError::Overflow)?;
        self.attempt_floor = self.attempt_floor.max(next);
        self.highest_epoch = self.highest_epoch.max(epoch);
        Ok(())
    }

    /// Makes an older root the head again, or none. `paid` is what was paid under
    /// the roots that are disabled.
    pub fn restore(&mut self, parent: Option<&mut Root>, paid: &[u64; CLASSES], slot: u64) -> Result<()> {
        // Attempts at the epoch behind the old head: the pending one and those vetoed before it.
        let behind = self.head_epoch.checked_add(1).ok_or(RewardsError::Overflow)?;
        let used = self.attempt.checked_add(self.pending.into()).ok_or(RewardsError::Overflow)?;
        if let Some(last) = used.checked_sub(1) {
            self.use_up_attempt(behind, last)?;
        }
        self.pending = 0;
        self.pending_root = [0; 32];

        let before = self.head_class_totals;
        match parent {
            Some(parent) => {
                // Both, so that the parent's own room stays as it was, and so that all of it is handed on when
                // the parent is disabled as well.
                for class in 0..CLASSES {
                    let overpaid = parent.overpaid[class].checked_add(paid[class]);
                    parent.overpaid[class] = overpaid.ok_or(RewardsError::Overflow)?;
                    let all = parent.paid[class].checked_add(paid[class]);
                    parent.paid[class] = all.ok_or(RewardsError::Overflow)?;
                }
                self.allowance = parent.overpaid;
                self.head_place = parent.place;
                self.head_epoch = parent.epoch;
                self.head_finalised_slot = parent.finalised_slot;
                self.head_class_totals = parent.class_totals;
                self.head_root = parent.root_id;
            }
            None => {
                // Nothing is owed any more, so all that was ever paid is beyond it.
                self.allowance = self.paid;
                self.head_place = RING - 1;
                self.head_epoch = 0;
                self.head_finalised_slot = 0;
                self.head_class_totals = [0; CLASSES];
                self.head_root = [0; 32];
            }
        }
        self.overpaid = sum(&self.allowance)?;
        self.attempt = self.attempt_floor;
        let mut grown = before;
        for class in 0..CLASSES {
            // Totals never shrink from one root to the next.
            grown[class] = before[class].checked_sub(self.head_class_totals[class]).ok_or(RewardsError::Overflow)?;
        }
        self.release_growth(&grown, slot);
        Ok(())
    }

    /// Makes a root the head that has just been activated.
    pub fn promote(&mut self, root: &Root) -> Result<()> {
        self.pending = 0;
        self.pending_root = [0; 32];
        self.set_pending_growth([0; CLASSES]);
        self.head_place = root.place;
        self.head_root = root.root_id;
        self.head_epoch = root.epoch;
        self.head_finalised_slot = root.finalised_slot;
        self.head_class_totals = root.class_totals;
        self.allowance = root.overpaid;
        self.overpaid = sum(&self.allowance)?;
        // An epoch that was attempted before goes on above all those attempts.
        let again = root.epoch < self.highest_epoch;
        self.attempt = if again { self.attempt_floor } else { 0 };
        self.highest_epoch = self.highest_epoch.max(root.epoch);
        Ok(())
    }
}

fn sum(classes: &[u64; CLASSES]) -> Result<u64> {
    let total = classes.iter().try_fold(0u64, |total, class| total.checked_add(*class));
    Ok(total.ok_or(RewardsError::Overflow)?)
}
