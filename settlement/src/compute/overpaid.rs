//! What was paid above true entitlements: claims under roots that were disabled
//! afterwards. Counts; decides nobody's entitlement and declares nothing.
//!
//! A root's chain events begin behind its parent's slot, so every claim under a
//! disabled root that was built on the same parent is among them, and says what
//! its claimant was paid since the beginning. Who was overpaid before stands in
//! the opening state. All others were paid under ancestors of the root, whose
//! leaves never say more than its own.

use super::error::ComputeError;
use super::state::State;
use std::collections::BTreeMap;
use tributary_client::rewards::{Claimed, RootActivated, RootsDisabled};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{Claimant, RootId};
use tributary_core::leaf::{CLASSES, LeafClass};
use tributary_core::position::Epoch;

/// What an epoch's chain events say about payments.
#[derive(Debug, Default)]
pub(super) struct Paid {
    /// The most that each claim says was paid to its claimant since the beginning.
    claimed: BTreeMap<(LeafClass, Claimant), BaseUnits>,
    /// Roots that were activated and not disabled, with their epochs.
    serving: BTreeMap<RootId, Epoch>,
}

impl Paid {
    pub(super) fn claimed(&mut self, event: &Claimed) -> Result<(), &'static str> {
        let class = LeafClass::from_code(event.class).ok_or("it claims under a class that does not exist")?;
        let known = self.claimed.entry((class, Claimant(event.claimant.to_bytes()))).or_default();
        *known = (*known).max(BaseUnits(event.claimed));
        Ok(())
    }

    pub(super) fn activated(&mut self, event: &RootActivated) {
        self.serving.insert(RootId(event.root_id), Epoch(event.epoch));
    }

    pub(super) fn disabled(&mut self, event: &RootsDisabled) {
        for root in &event.roots {
            self.serving.remove(&RootId(*root));
        }
    }

    /// Books who has been paid more than its leaf says, once the leaves are known.
    pub(super) fn book(self, state: &mut State, epoch: Epoch) -> Result<(), ComputeError> {
        // Ancestors are activated in this range as well, but they close earlier epochs.
        if let Some((root, _)) = self.serving.into_iter().find(|(_, of)| *of >= epoch) {
            return Err(ComputeError::StillServes(root));
        }
        for (account, claimed) in self.claimed {
            let known = state.overpaid.entry(account).or_default();
            *known = (*known).max(claimed);
        }
        let published = |account: &_| state.entitlements.get(account).map(|e| e.published).unwrap_or_default();
        let beyond =
            std::mem::take(&mut state.overpaid).into_iter().filter(|(account, paid)| *paid > published(account));
        state.overpaid = beyond.collect();
        Ok(())
    }
}

impl State {
    /// What was paid above the leaves, by class: what a root must declare.
    pub fn overpaid_by_class(&self) -> Result<[u64; CLASSES], ComputeError> {
        let mut sums = [0u64; CLASSES];
        for (account, claimed) in &self.overpaid {
            let owed = self.entitlements.get(account).map(|e| e.published).unwrap_or_default();
            let beyond = claimed.checked_sub(owed).ok_or(ComputeError::Negative("overpayments"))?;
            let sum = sums.get_mut(account.0 as usize).ok_or(ComputeError::Overflow("overpayments"))?;
            *sum = sum.checked_add(beyond.0).ok_or(ComputeError::Overflow("overpayments"))?;
        }
        Ok(sums)
    }
}
