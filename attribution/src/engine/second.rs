//! Engine 2: evidence of spans and of similarity, relative and absolute
//! royalties, curators, retired and disputed assets.
//!
//! [`Attributor`] sends one event after another through one graph and reuses its
//! memory; where the parts end up is the [`Ledger`]'s matter.

use super::places::Places;
use super::split::{Part, split};
use super::{AttributionError, CreditLine, Credits, PolicyLabel, credits, mixed, protocol_fee};
use crate::apportion::apportion;
use crate::graph::Graph;
use std::collections::BinaryHeap;
use tributary_core::amount::SubUnits;
use tributary_core::event::{EvidenceKind, UsageEvent};
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

/// Takes the parts of payments.
pub(crate) trait Ledger {
    /// A part, never zero, for a place of [`Graph::payees`].
    fn pay(&mut self, payee: usize, label: PolicyLabel, amount: u128);
}

/// Parts in the order of payment; one may stand several times.
impl Ledger for Vec<(usize, PolicyLabel, u128)> {
    fn pay(&mut self, payee: usize, label: PolicyLabel, amount: u128) {
        self.push((payee, label, amount));
    }
}

/// Attributes one event.
pub(super) fn attribute(event: &UsageEvent, graph: &Graph, policy: &PolicySet) -> Result<Credits, AttributionError> {
    let mut parts: Vec<(usize, PolicyLabel, u128)> = Vec::new();
    let fee = Attributor::new(graph, policy)?.attribute(event, &mut parts)?;
    let (mut paid, mut held) = (Vec::new(), Vec::new());
    for (payee, policy, amount) in parts {
        let asset = &graph.assets()[graph.asset_of_payee(payee)];
        let Some(payee) = graph.payees().get(payee) else { continue };
        let line = CreditLine { claimant: payee.claimant, asset: asset.asset, policy, amount: SubUnits(amount) };
        if is_held(asset.disputed_from, payee.is_curator) { held.push(line) } else { paid.push(line) }
    }
    Ok(credits(fee, paid, held))
}

/// A dispute is about who owns an asset: it holds what the co-owners earn, not
/// what the curator does, nor the royalties of its parents.
pub(crate) fn is_held(disputed_from: Option<Slot>, is_curator: bool) -> bool {
    disputed_from.is_some() && !is_curator
}

/// See the module's head.
pub(crate) struct Attributor<'g> {
    graph: &'g Graph,
    policy: &'g PolicySet,
    /// Royalties that reached an asset and have not been passed on.
    waiting: Vec<u128>,
    /// The assets where some wait, youngest first.
    open: BinaryHeap<u32>,
    /// A split being made, and whom its parts but the last are for.
    parts: Vec<Part>,
    parents: Vec<u32>,
}

impl<'g> Attributor<'g> {
    /// For events under the terms of one graph.
    pub(crate) fn new(graph: &'g Graph, policy: &'g PolicySet) -> Result<Self, AttributionError> {
        if policy.similarity.is_none() {
            return Err(AttributionError::Similarity(policy.engine));
        }
        let waiting = vec![0; graph.assets().len()];
        Ok(Self { graph, policy, waiting, open: BinaryHeap::new(), parts: Vec::new(), parents: Vec::new() })
    }

    /// Sends one event's price through the graph and returns the fee. A refused
    /// event pays nobody.
    pub(crate) fn attribute(
        &mut self,
        event: &UsageEvent,
        ledger: &mut impl Ledger,
    ) -> Result<SubUnits, AttributionError> {
        event.evidence.check().map_err(AttributionError::Evidence)?;
        let mut places = Places::find(event, self.graph)?;
        self.check_in_use(event, &places)?;
        // Ties of equal remainders go by asset sequence.
        places.verbatim.sort_unstable();
        places.similar.sort_unstable();

        let (fee, pool) = protocol_fee(event.price, self.policy);
        let [declared, used, similar, verbatim, reported] = mixed(pool, self.graph, places.model, self.policy);
        let spans = self.by_weight(verbatim, event, &places.verbatim)?;
        let neighbours = match places.similar.is_empty() {
            true => None,
            false => Some(apportion(similar, &weights(&places.similar))?),
        };

        // P4 has no evidence yet: its share takes P0's path. So does P2's for an
        // answer that nobody looked up neighbours for.
        let declared = declared.0 + reported.0 + if neighbours.is_none() { similar.0 } else { 0 };
        self.enter(places.agent, PolicyLabel::Declared, declared, ledger);
        self.enter(places.model, PolicyLabel::Used, used.0, ledger);
        let mut unmatched = verbatim.0;
        for (pairs, parts, label) in
            [(&places.verbatim, spans, PolicyLabel::Verbatim), (&places.similar, neighbours, PolicyLabel::Similar)]
        {
            for ((asset, _), part) in pairs.iter().zip(parts.unwrap_or_default()) {
                let is_retired = self.retired(*asset, event.graph_slot);
                match (label, is_retired) {
                    (PolicyLabel::Verbatim, false) => unmatched -= part.0,
                    (PolicyLabel::Similar, true) => unmatched += part.0,
                    _ => {}
                }
                // What a retired dataset would get for new uses stays with the model.
                if !is_retired {
                    self.enter(*asset, label, part.0, ledger);
                }
            }
        }
        self.pass_on(ledger);
        // The model's own part owes nobody royalties.
        self.pay(places.model, PolicyLabel::Unmatched, unmatched, ledger);
        Ok(fee)
    }

    /// The parts of the assets with spans; the rest of the share is unmatched.
    fn by_weight(
        &self,
        share: SubUnits,
        event: &UsageEvent,
        pairs: &[(usize, u32)],
    ) -> Result<Option<Vec<SubUnits>>, AttributionError> {
        if event.evidence.kind != EvidenceKind::Verbatim || pairs.is_empty() {
            return Ok(None);
        }
        let mut weights = weights(pairs);
        // Cannot be negative: the evidence was checked. The rest stands last.
        weights.push(event.evidence.whole().saturating_sub(weights.iter().sum()));
        Ok(Some(apportion(share, &weights)?))
    }

    /// Refuses a call of what its owner withdrew.
    fn check_in_use(&self, event: &UsageEvent, places: &Places) -> Result<(), AttributionError> {
        for at in [places.agent, places.model] {
            if self.retired(at, event.graph_slot) {
                let asset = self.graph.assets()[at].asset;
                return Err(AttributionError::Retired { asset, graph_slot: event.graph_slot });
            }
        }
        Ok(())
    }

    fn retired(&self, at: usize, graph_slot: Slot) -> bool {
        self.graph.assets()[at].retired_from.is_some_and(|from| from <= graph_slot)
    }

    /// Money that comes from outside the graph: the asset owes of it all that its
    /// stack says.
    pub(super) fn enter(&mut self, at: usize, label: PolicyLabel, inflow: u128, ledger: &mut impl Ledger) {
        if inflow > 0 {
            let own = self.pay_royalties(at, inflow);
            self.pay(at, label, own, ledger);
        }
    }

    /// One pass from the youngest asset to the oldest. Parents are older, so none
    /// is met before all that it receives has arrived.
    // Sums cannot overflow: all amounts are parts of one price of at most 2⁹⁶.
    pub(super) fn pass_on(&mut self, ledger: &mut impl Ledger) {
        while let Some(at) = self.open.pop() {
            let at = at as usize;
            let inflow = std::mem::take(&mut self.waiting[at]);
            // Whoever paid an absolute asset has paid its ancestors already.
            let own = if self.graph.is_absolute(at) { inflow } else { self.pay_royalties(at, inflow) };
            self.pay(at, PolicyLabel::Royalty, own, ledger);
        }
    }

    /// Splits an inflow among an asset's parents, the ancestors that it pays for
    /// absolute parents, and itself, whose part is returned.
    fn pay_royalties(&mut self, at: usize, inflow: u128) -> u128 {
        let owed = self.graph.stack_of(at);
        if owed == 0 {
            return inflow;
        }
        self.parts.clear();
        self.parents.clear();
        self.stack(at);
        self.parts.push(Part::of(10_000 - owed));
        split(inflow, &mut self.parts);
        for (parent, part) in self.parents.iter().zip(&self.parts) {
            if part.amount > 0 {
                let waiting = &mut self.waiting[*parent as usize];
                if *waiting == 0 {
                    self.open.push(*parent);
                }
                *waiting += part.amount;
            }
        }
        self.parts.last().map_or(0, |own| own.amount)
    }

    /// An asset's stack in the order of its paths: each parent, then, if that one
    /// is absolute, the parent's own stack. At most 9,000 entries are not zero,
    /// and no path is longer than 32.
    fn stack(&mut self, at: usize) {
        for link in self.graph.parents_of(at) {
            if link.royalty > 0 {
                self.parts.push(Part::of(link.royalty));
                self.parents.push(link.parent);
            }
            if link.expands {
                self.stack(link.parent as usize);
            }
        }
    }

    /// Pays what an asset keeps: the curator's share first, then the co-owners'.
    fn pay(&mut self, at: usize, label: PolicyLabel, amount: u128, ledger: &mut impl Ledger) {
        if amount == 0 {
            return;
        }
        let places = self.graph.payees_of(at);
        // Nearly every asset has one owner and no curator.
        if places.len() == 1 {
            ledger.pay(places.start, label, amount);
            return;
        }
        let payees = &self.graph.payees()[places.clone()];
        let (mut co_owners, mut left) = (payees, amount);
        if let [others @ .., curator] = payees
            && curator.is_curator
        {
            let mut two = [Part::of(curator.share), Part::of(10_000 - curator.share)];
            split(amount, &mut two);
            if two[0].amount > 0 {
                ledger.pay(places.end - 1, PolicyLabel::Curated, two[0].amount);
            }
            (co_owners, left) = (others, two[1].amount);
        }
        if co_owners.len() == 1 {
            if left > 0 {
                ledger.pay(places.start, label, left);
            }
            return;
        }
        self.parts.clear();
        self.parts.extend(co_owners.iter().map(|payee| Part::of(payee.share)));
        split(left, &mut self.parts);
        for (place, part) in places.zip(&self.parts) {
            if part.amount > 0 {
                ledger.pay(place, label, part.amount);
            }
        }
    }
}

fn weights(pairs: &[(usize, u32)]) -> Vec<u64> {
    pairs.iter().map(|(_, weight)| u64::from(*weight)).collect()
}
