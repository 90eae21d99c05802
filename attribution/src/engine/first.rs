//! Engine 1, as it was: relative royalties, spans, no collections, disputes or
//! retirement. It keeps computing what it computed; nothing new goes here.

use super::places::Places;
use super::{AttributionError, CreditLine, Credits, PolicyLabel, credits, mixed, protocol_fee};
use crate::apportion::apportion;
use crate::graph::Graph;
use std::collections::BTreeMap;
use tributary_core::amount::SubUnits;
use tributary_core::event::{EvidenceKind, UsageEvent};
use tributary_core::policy::PolicySet;

/// Attributes one event as engine 1 did.
pub(super) fn attribute(event: &UsageEvent, graph: &Graph, policy: &PolicySet) -> Result<Credits, AttributionError> {
    event.evidence.check().map_err(AttributionError::Evidence)?;
    let places = Places::find(event, graph)?;
    let (fee, pool) = protocol_fee(event.price, policy);
    let [declared, used, similar, verbatim, reported] = mixed(pool, graph, places.model, policy);
    // P2 and P4 have no evidence: their shares take P0's path, so that a model
    // may declare the mix it will want before the evidence exists.
    let declared = SubUnits(declared.0 + similar.0 + reported.0);

    let mut flow = Flow::new(graph);
    flow.enter(places.agent, PolicyLabel::Declared, declared);
    flow.enter(places.model, PolicyLabel::Used, used);
    let unmatched = flow.enter_evidence(event, &places.verbatim, verbatim)?;
    flow.run()?;
    flow.pay_owners(places.model, PolicyLabel::Unmatched, unmatched)?;
    Ok(credits(fee, flow.paid, Vec::new()))
}

/// Money on its way through the graph. Inflow waits at the asset it reached
/// until all younger assets have passed theirs on.
struct Flow<'g> {
    graph: &'g Graph,
    waiting: BTreeMap<(usize, PolicyLabel), u128>,
    /// In the order of payment; the same line may stand several times.
    paid: Vec<CreditLine>,
}

impl<'g> Flow<'g> {
    fn new(graph: &'g Graph) -> Self {
        Self { graph, waiting: BTreeMap::new(), paid: Vec::new() }
    }

    // Sums cannot overflow: all amounts are parts of one price of at most 2⁹⁶.
    fn enter(&mut self, asset: usize, policy: PolicyLabel, amount: SubUnits) {
        if amount.0 > 0 {
            *self.waiting.entry((asset, policy)).or_default() += amount.0;
        }
    }

    /// Sends P3's share to the evidence's assets and returns what no one matched.
    fn enter_evidence(
        &mut self,
        event: &UsageEvent,
        evidence: &[(usize, u32)],
        share: SubUnits,
    ) -> Result<SubUnits, AttributionError> {
        if event.evidence.kind != EvidenceKind::Verbatim || evidence.is_empty() {
            return Ok(share);
        }
        // Ties of equal remainders go by asset sequence, so parts stand in it;
        // the unmatched rest comes last.
        let mut pairs = evidence.to_vec();
        pairs.sort();
        let mut weights: Vec<u64> = pairs.iter().map(|(_, weight)| u64::from(*weight)).collect();
        weights.push(event.evidence.whole() - weights.iter().sum::<u64>());
        let mut parts = apportion(share, &weights)?;
        let unmatched = parts.pop().unwrap_or_default();
        for ((asset, _), part) in pairs.into_iter().zip(parts) {
            self.enter(asset, PolicyLabel::Verbatim, part);
        }
        Ok(unmatched)
    }

    /// One pass from the youngest asset to the oldest: each splits its inflow
    /// among its parents and itself. Parents are older, so none is met twice.
    fn run(&mut self) -> Result<(), AttributionError> {
        while let Some(((at, policy), inflow)) = self.waiting.pop_last() {
            let asset = &self.graph.assets()[at];
            let royalties = asset.parents.iter().map(|(_, share)| u64::from(share.get()));
            let kept = 10_000 - royalties.clone().sum::<u64>();
            let weights: Vec<u64> = royalties.chain([kept]).collect();
            let mut parts = apportion(SubUnits(inflow), &weights)?;
            let own = parts.pop().unwrap_or_default();
            for (link, part) in self.graph.parents_of(at).iter().zip(parts) {
                self.enter(link.parent as usize, PolicyLabel::Royalty, part);
            }
            self.pay_owners(at, policy, own)?;
        }
        Ok(())
    }

    fn pay_owners(&mut self, at: usize, policy: PolicyLabel, amount: SubUnits) -> Result<(), AttributionError> {
        if amount.0 == 0 {
            return Ok(());
        }
        let asset = &self.graph.assets()[at];
        let weights: Vec<u64> = asset.co_owners.iter().map(|(_, share)| u64::from(share.get())).collect();
        for ((claimant, _), amount) in asset.co_owners.iter().zip(apportion(amount, &weights)?) {
            if amount.0 > 0 {
                self.paid.push(CreditLine { claimant: *claimant, asset: asset.asset, policy, amount });
            }
        }
        Ok(())
    }
}
