//! Sums by place: one number for each label and each payee of the graph, in
//! pages that exist once something was paid into them. Names are put to them
//! once, at the end.

use super::{EpochError, ReceiptLine, add};
use crate::engine::{Ledger, PolicyLabel, is_held};
use crate::graph::Graph;
use std::collections::BTreeMap;
use tributary_core::amount::SubUnits;
use tributary_core::id::Claimant;

/// Payees of one page. Few labels are paid often, so a page is of one label:
/// what is paid often then stands close together.
const PAYEES_PER_PAGE: usize = 1_024;

type Page = Box<[u128; PAYEES_PER_PAGE]>;

/// See the module's head.
#[derive(Default)]
pub(super) struct Pages {
    /// All pages of the first label, then all of the next.
    pages: Vec<Option<Page>>,
    per_label: usize,
    overflowed: bool,
}

/// The sums under their names.
pub(super) struct Named {
    pub(super) earned: BTreeMap<Claimant, SubUnits>,
    pub(super) receipts: BTreeMap<ReceiptLine, SubUnits>,
    pub(super) held: BTreeMap<ReceiptLine, SubUnits>,
}

impl Pages {
    /// For so many payees.
    pub(super) fn new(payees: usize) -> Self {
        let per_label = payees.div_ceil(PAYEES_PER_PAGE);
        let mut pages = Vec::new();
        pages.resize_with(per_label * PolicyLabel::ALL.len(), || None);
        Self { pages, per_label, overflowed: false }
    }

    /// Adds the sums of other events over the same graph.
    pub(super) fn add(&mut self, other: Self) {
        if self.pages.is_empty() {
            *self = other;
            return;
        }
        self.overflowed |= other.overflowed;
        for (ours, theirs) in self.pages.iter_mut().zip(other.pages) {
            let Some(theirs) = theirs else { continue };
            let Some(ours) = ours else {
                *ours = Some(theirs);
                continue;
            };
            for (sum, amount) in ours.iter_mut().zip(theirs.iter()) {
                let (added, overflowed) = sum.overflowing_add(*amount);
                *sum = added;
                self.overflowed |= overflowed;
            }
        }
    }

    /// All sums under their names. Lines are sorted first: a map built of sorted
    /// lines takes a tenth of the time that it takes line by line.
    pub(super) fn name(self, graph: &Graph) -> Result<Named, EpochError> {
        if self.overflowed {
            return Err(EpochError::Overflow);
        }
        let (mut paid, mut held) = (Vec::new(), Vec::new());
        for (page, numbers) in self.pages.into_iter().enumerate().filter_map(|(n, page)| Some((n, page?))) {
            let (label, first) = (PolicyLabel::ALL[page / self.per_label], page % self.per_label * PAYEES_PER_PAGE);
            for (n, amount) in numbers.iter().enumerate().filter(|(_, amount)| **amount > 0) {
                let asset = &graph.assets()[graph.asset_of_payee(first + n)];
                let payee = &graph.payees()[first + n];
                let line = ((payee.claimant, asset.asset, label), SubUnits(*amount));
                if is_held(asset.disputed_from, payee.is_curator) { held.push(line) } else { paid.push(line) }
            }
        }
        let receipts = summed(paid)?;
        // Sorted by claimant first, as the receipts are.
        let earned = summed(receipts.iter().map(|((claimant, ..), amount)| (*claimant, *amount)).collect())?;
        Ok(Named {
            earned: earned.into_iter().collect(),
            receipts: receipts.into_iter().collect(),
            held: summed(held)?.into_iter().collect(),
        })
    }
}

/// Sorted by key, with one sum for each.
fn summed<K: Ord>(mut lines: Vec<(K, SubUnits)>) -> Result<Vec<(K, SubUnits)>, EpochError> {
    lines.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let mut sums: Vec<(K, SubUnits)> = Vec::with_capacity(lines.len());
    for (key, amount) in lines {
        match sums.last_mut() {
            Some((last, sum)) if *last == key => add(sum, amount)?,
            _ => sums.push((key, amount)),
        }
    }
    Ok(sums)
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
