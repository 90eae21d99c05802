//! Sums by place: one number for each label and each payee of the graph, in
//! pages that exist once something was paid into them. Names are put to them
//! once, at the end.

use super::{EpochError, EpochSum, add};
use crate::engine::{Ledger, PolicyLabel, is_held};
use crate::graph::Graph;
use tributary_core::amount::SubUnits;

/// Payees of one page. Few labels are paid often, so a page is of one label:
/// what is paid often then stands close together.
const PAYEES_PER_PAGE: usize = 1_024;

/// See the module's head.
pub(super) struct Pages {
    /// All pages of the first label, then all of the next.
    pages: Vec<Option<Box<[u128; PAYEES_PER_PAGE]>>>,
    per_label: usize,
    overflowed: bool,
}

impl Pages {
    /// For so many payees.
    pub(super) fn new(payees: usize) -> Self {
        let per_label = payees.div_ceil(PAYEES_PER_PAGE);
        let mut pages = Vec::new();
        pages.resize_with(per_label * PolicyLabel::ALL.len(), || None);
        Self { pages, per_label, overflowed: false }
    }

    /// Adds all sums to those of an epoch, under their names.
    pub(super) fn name(self, graph: &Graph, sum: &mut EpochSum) -> Result<(), EpochError> {
        if self.overflowed {
            return Err(EpochError::Overflow);
        }
        for (page, numbers) in self.pages.iter().enumerate().filter_map(|(n, page)| Some((n, page.as_ref()?))) {
            let (label, first) = (PolicyLabel::ALL[page / self.per_label], page % self.per_label * PAYEES_PER_PAGE);
            for (n, amount) in numbers.iter().enumerate().filter(|(_, amount)| **amount > 0) {
                let asset = &graph.assets()[graph.asset_of_payee(first + n)];
                let payee = &graph.payees()[first + n];
                let line = (payee.claimant, asset.asset, label);
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
        let page = &mut self.pages[label as usize * self.per_label + payee / PAYEES_PER_PAGE];
        let sum = &mut page.get_or_insert_with(|| Box::new([0; PAYEES_PER_PAGE]))[payee % PAYEES_PER_PAGE];
        let (added, overflowed) = sum.overflowing_add(amount);
        *sum = added;
        self.overflowed |= overflowed;
    }
}
