//! The pure core: from everything a manifest names to a root.
//!
//! [`compute`] is what the settler runs to build a root, the watcher to judge
//! one and `verify` to check old ones. No I/O, no clock, no randomness; the
//! result does not depend on the order of the input or on threads.

mod chain;
mod credit;
mod error;
mod flows;
mod held;
mod identity;
mod inputs;
mod overpaid;
mod provenance;
mod registered;
mod state;
mod state_file;
mod usage;
mod void;
mod within_slot;

pub use error::ComputeError;
pub use flows::{Account, Entry};
pub use identity::Identity;
pub use inputs::{EpochInputs, Scope, Segment};
pub use state::{Deposit, HeadAt, KeyTerm, Lease, Payer, State};
pub use usage::check_chain;
pub use void::{Void, VoidReason};

use flows::Flows;
use std::collections::BTreeMap;
use tributary_attribution::epoch::ReceiptLine;
use tributary_attribution::{Graph, attribute_all};
use tributary_core::amount::SubUnits;
use tributary_core::id::Claimant;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::leaf_file::file_hash;

/// What an epoch closes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochOutput {
    /// The next epoch's opening state.
    pub closing: State,
    /// All assets registered by the finalised slot, with the terms of then.
    pub graph: Graph,
    /// The leaves in tree order; empty when nobody is entitled to anything yet.
    pub leaves: Vec<Leaf>,
    /// The terms of the identity at the close, in sub-units.
    pub identity: Identity,
    /// What moved between its accounts.
    pub entries: Vec<Entry>,
    /// The receipts by claimant, asset and policy, without the fee; what ended
    /// disputes released is in them, what open ones hold is not.
    pub credits: BTreeMap<ReceiptLine, SubUnits>,
    /// What of these ended disputes released: it is of no event of this epoch.
    pub released: BTreeMap<ReceiptLine, SubUnits>,
    /// The graph with the terms by which the epoch's events were paid, where it is
    /// another than `graph`.
    pub terms: Option<Graph>,
    /// The protocol's fee of this epoch.
    pub fee: SubUnits,
    /// Events that earned nothing, ascending by position.
    pub voids: Vec<Void>,
    /// Events of this vault in the epoch, void ones included.
    pub events: u64,
}

impl EpochOutput {
    /// The terms by which the epoch's events were paid.
    pub fn terms(&self) -> &Graph {
        self.terms.as_ref().unwrap_or(&self.graph)
    }
}

/// Computes an epoch. An error means that the inputs contradict each other or
/// the rules: no root may be built on them.
pub fn compute(inputs: &EpochInputs) -> Result<EpochOutput, ComputeError> {
    inputs.check()?;
    let mut state = inputs.opening.clone();
    let mut flows = Flows::default();

    let (provenance, paid) = chain::apply(&mut state, inputs, &mut flows)?;
    let graphs = provenance.graphs(inputs.finalised_slot)?;
    let log = credit::apply(&mut state, inputs, &mut flows)?;
    let mut outcome = usage::apply(&mut state, inputs, &provenance, &mut flows)?;
    // First what was held before: what this epoch holds is another dispute's, if an old one ended.
    let released = held::release(&mut state, &mut flows, &provenance)?;

    let attributed = attribute_all(&outcome.accepted, graphs.terms(), &inputs.policy)?;
    for (position, error) in attributed.void {
        let at = outcome.accepted.binary_search_by_key(&position, |event| event.position);
        let event = at.ok().and_then(|at| outcome.accepted.get(at)).ok_or(ComputeError::Overflow("void events"))?;
        usage::return_price(&mut state, &mut flows, event)?;
        outcome.voids.push(Void::of(event, VoidReason::Assets(error)));
    }
    held::keep(&mut state, &mut flows, &attributed.sum.held)?;
    let (mut credits, fee) = (attributed.sum.receipts, attributed.sum.fee);
    let of_class = |(claimant, amount)| ((LeafClass::Earned, claimant), amount);
    let mut sums: BTreeMap<(LeafClass, Claimant), SubUnits> = attributed.sum.earned.into_iter().map(of_class).collect();
    outcome.voids.sort_by_key(|void| void.position);
    flows.earn(&sums, fee)?;
    let mut of_disputes = BTreeMap::new();
    for (line, amount) in released {
        add(sums.entry((LeafClass::Earned, line.0)).or_default(), amount)?;
        add(credits.entry(line).or_default(), amount)?;
        add(of_disputes.entry(line).or_default(), amount)?;
    }
    if fee > SubUnits::ZERO {
        add(sums.entry((LeafClass::Fee, inputs.policy.fee_claimant)).or_default(), fee)?;
    }
    for (payer, amount) in log.finish(&mut state, &mut flows)? {
        add(sums.entry((LeafClass::Refund, Claimant(payer.0))).or_default(), amount)?;
    }

    let settled = tributary_attribution::settle(
        &inputs.opening.entitlements,
        &sums,
        tributary_core::amount::BaseUnits(inputs.policy.leaf_min),
    )?;
    state.entitlements = settled.entitlements;
    paid.book(&mut state, inputs.epoch)?;
    state.finalised_slot = inputs.finalised_slot;
    state.credit_end = inputs.credit_end;
    state.graph = file_hash(&graphs.published.encode());

    let opening = Identity::of(&inputs.opening)?;
    let identity = Identity::of(&state)?;
    identity.check()?;
    let entries = flows.entries(&opening, &identity)?;
    Ok(EpochOutput {
        closing: state,
        graph: graphs.published,
        leaves: settled.leaves,
        identity,
        entries,
        credits,
        released: of_disputes,
        terms: graphs.earlier,
        fee,
        voids: outcome.voids,
        events: outcome.events,
    })
}

fn add(to: &mut SubUnits, amount: SubUnits) -> Result<(), ComputeError> {
    *to = to.checked_add(amount).ok_or(ComputeError::Overflow("credits"))?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
