//! One usage event in, credits out: who earns what of a payment, and why.
//!
//! A pure function of event, graph and policy set. It does not check mandates,
//! signatures or leases, and does not find evidence: see `settlement` and
//! [`crate::index`].

use crate::apportion::{ApportionError, apportion};
use crate::graph::Graph;
use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::bytes::DecodeError;
use tributary_core::content::AssetKind;
use tributary_core::event::{EvidenceKind, UsageEvent};
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

/// The engine that this code is, as policy sets name it.
pub const ENGINE_VERSION: u16 = 1;

/// Why a line of credit came about. Never *caused*: a match or a declaration is
/// what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyLabel {
    /// P0: the agent was called, and its terms say who is paid.
    Declared,
    /// P1: this payment used the model.
    Used,
    /// P3: spans of the answer stand in the asset's text.
    Verbatim,
    /// P3's share of what no registered text matched: the model's own part.
    Unmatched,
    /// A child owed the asset a share of what the child received.
    Royalty,
}

impl PolicyLabel {
    /// As it stands in files, tables and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Used => "used",
            Self::Verbatim => "verbatim",
            Self::Unmatched => "unmatched",
            Self::Royalty => "royalty",
        }
    }
}

/// A line of the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CreditLine {
    /// Who earns it.
    pub claimant: Claimant,
    /// For which asset.
    pub asset: AssetId,
    /// Why.
    pub policy: PolicyLabel,
    /// How much, in sub-units; never zero.
    pub amount: SubUnits,
}

/// What becomes of one payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credits {
    /// The protocol's part.
    pub fee: SubUnits,
    /// The contributors' parts; with the fee they sum exactly to the price.
    pub by_claimant: BTreeMap<Claimant, SubUnits>,
    /// The same parts as a receipt, ascending, no (claimant, asset, policy) twice.
    pub lines: Vec<CreditLine>,
}

/// Why an event earns nobody anything. The caller books it as void, at the
/// operator's loss.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributionError {
    /// The policy set asks for another engine.
    #[error("the policy set asks for engine {0}, this is engine {ENGINE_VERSION}; use the matching release")]
    Engine(u16),
    /// An asset that does not count (yet).
    #[error("asset {0} is not in the graph of this epoch's terms")]
    UnknownAsset(AssetId),
    /// An asset of the wrong kind.
    #[error("asset {asset} is not {expected}")]
    WrongKind {
        /// Which.
        asset: AssetId,
        /// What the event says it is.
        expected: &'static str,
    },
    /// The agent's record does not lead to the model.
    #[error("agent {agent} does not name model {model} among its parents or theirs")]
    ForeignModel {
        /// Who was called.
        agent: AssetId,
        /// Who is said to have answered.
        model: AssetId,
    },
    /// An asset registered after the graph position the event claims.
    #[error("asset {asset} was registered after slot {graph_slot}, the event's graph position")]
    FutureAsset {
        /// Which.
        asset: AssetId,
        /// The position.
        graph_slot: Slot,
    },
    /// The evidence breaks its own rules.
    #[error("the event's evidence is malformed")]
    Evidence(#[source] DecodeError),
    /// A split without weights; no valid graph and policy set leads here.
    #[error("a part of the payment could not be split")]
    Split(#[from] ApportionError),
}

/// Attributes one event under the terms of `graph`.
pub fn attribute(event: &UsageEvent, graph: &Graph, policy: &PolicySet) -> Result<Credits, AttributionError> {
    if policy.engine != ENGINE_VERSION {
        return Err(AttributionError::Engine(policy.engine));
    }
    event.evidence.check().map_err(AttributionError::Evidence)?;
    let places = Places::find(event, graph)?;
    let (fee, pool) = protocol_fee(event.price, policy)?;

    let mix = graph.assets()[places.model].mix.unwrap_or(policy.default_mix);
    let shares = mix.shares().map(|share| u64::from(share.get()));
    let [declared, used, similar, verbatim, reported] = fixed(apportion(pool, &shares)?);
    // P2 and P4 have no evidence yet: their shares take P0's path, so that a
    // model may declare the mix it will want before the evidence exists.
    let declared = SubUnits(declared.0 + similar.0 + reported.0);

    let mut flow = Flow::new(graph);
    flow.enter(places.agent, PolicyLabel::Declared, declared);
    flow.enter(places.model, PolicyLabel::Used, used);
    let unmatched = flow.enter_evidence(event, &places.evidence, verbatim)?;
    flow.run()?;
    flow.pay_owners(places.model, PolicyLabel::Unmatched, unmatched)?;
    Ok(flow.into_credits(fee))
}

/// The protocol's fee is floored to a sub-unit; what rounding leaves stays in
/// the contributors' pool.
fn protocol_fee(price: BaseUnits, policy: &PolicySet) -> Result<(SubUnits, SubUnits), AttributionError> {
    let gross = price.to_sub_units();
    // At most 2⁹⁶ · 10⁴ before the division: fits 128 bits.
    let fee = gross.0 * u128::from(policy.fee.get()) / 10_000;
    Ok((SubUnits(fee), SubUnits(gross.0 - fee)))
}

fn fixed<const N: usize>(parts: Vec<SubUnits>) -> [SubUnits; N] {
    let mut out = [SubUnits::ZERO; N];
    for (slot, part) in out.iter_mut().zip(parts) {
        *slot = part;
    }
    out
}

/// The event's assets as positions in the graph.
struct Places {
    agent: usize,
    model: usize,
    /// Position and weight, in the evidence's order.
    evidence: Vec<(usize, u32)>,
}

impl Places {
    fn find(event: &UsageEvent, graph: &Graph) -> Result<Self, AttributionError> {
        let find = |asset: &AssetId, kind: AssetKind, expected: &'static str| {
            let at = graph.position(asset).ok_or(AttributionError::UnknownAsset(*asset))?;
            let found = &graph.assets()[at];
            if found.kind != kind {
                return Err(AttributionError::WrongKind { asset: *asset, expected });
            }
            if found.seq.slot() > event.graph_slot {
                return Err(AttributionError::FutureAsset { asset: *asset, graph_slot: event.graph_slot });
            }
            Ok(at)
        };
        let agent = find(&event.agent, AssetKind::Agent, "an agent")?;
        let model = find(&event.model, AssetKind::Model, "a model")?;
        if !graph.descends(agent, model) {
            return Err(AttributionError::ForeignModel { agent: event.agent, model: event.model });
        }
        let mut evidence = Vec::with_capacity(event.evidence.pairs.len());
        for (asset, weight) in &event.evidence.pairs {
            evidence.push((find(asset, AssetKind::Dataset, "a dataset")?, *weight));
        }
        Ok(Self { agent, model, evidence })
    }
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
            for (parent, part) in self.graph.parents_of(at).iter().zip(parts) {
                self.enter(*parent, PolicyLabel::Royalty, part);
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

    fn into_credits(mut self, fee: SubUnits) -> Credits {
        self.paid.sort_unstable();
        let mut credits = Credits { fee, ..Credits::default() };
        for line in self.paid {
            credits.by_claimant.entry(line.claimant).or_default().0 += line.amount.0;
            match credits.lines.last_mut() {
                Some(last) if (last.claimant, last.asset, last.policy) == (line.claimant, line.asset, line.policy) => {
                    last.amount.0 += line.amount.0;
                }
                _ => credits.lines.push(line),
            }
        }
        credits
    }
}

#[cfg(test)]
mod tests;
