//! Sums by place: one number for each payee of the graph and each label, in
//! pages that exist once something was paid into them. Names are put to them
//! once, at the end.

use super::{EpochError, EpochSum, add};
use crate::engine::{Ledger, PolicyLabel, is_held};
use crate::graph::Graph;
use tributary_core::amount::SubUnits;

/// Payees of one page.
const PAYEES_PER_PAGE: usize = 128;
/// Labels of one payee, rounded up so that places are found by shifting.
const LABELS: usize = 8;

/// See the module's head.
pub(super) struct Pages {
    pages: Vec<Option<Box<[u128; PAYEES_PER_PAGE * LABELS]>>>,
    overflowed: bool,
}

impl Pages {
    /// For so many payees.
    pub(super) fn new(payees: usize) -> Self {
        let mut pages = Vec::new();
        pages.resize_with(payees.div_ceil(PAYEES_PER_PAGE), || None);
        Self { pages, overflowed: false }
    }

    /// Adds all sums to those of an epoch, under their names.
    pub(super) fn name(self, graph: &Graph, sum: &mut EpochSum) -> Result<(), EpochError> {
        if self.overflowed {
            return Err(EpochError::Overflow);
        }
        for (page, numbers) in self.pages.iter().enumerate().filter_map(|(n, page)| Some((n, page.as_ref()?))) {
            for (n, amount) in numbers.iter().enumerate().filter(|(_, amount)| **amount > 0) {
                let place = page * PAYEES_PER_PAGE + n / LABELS;
                let asset = &graph.assets()[graph.asset_of_payee(place)];
                let payee = &graph.payees()[place];
                let line = (payee.claimant, asset.asset, PolicyLabel::ALL[n % LABELS]);
                let amount = SubUnits(*amount);
                if is_held(asset.disputed_from, payee.is_curator) {
                    add(sum.held.entry(line).or_default(), amount)?;
                } else {
                    add(sum.earned.entry(payee.claimant).or_default(), amount)?;
                    add(sum.receipts.entry(line).or_default(), amount)?;
                }
            }
        }
        Ok(())
    }
}

impl Ledger for Pages {
    fn pay(&mut self, payee: usize, label: PolicyLabel, amount: u128) {
        let page = self.pages[payee / PAYEES_PER_PAGE].get_or_insert_with(|| Box::new([0; PAYEES_PER_PAGE * LABELS]));
        let sum = &mut page[payee % PAYEES_PER_PAGE * LABELS + label as usize];
        let (added, overflowed) = sum.overflowing_add(amount);
        *sum = added;
        self.overflowed |= overflowed;
    }
}
