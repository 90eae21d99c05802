//! One usage event in, credits out: who earns what of a payment, and why.
//!
//! A pure function of event, graph and policy set. It does not check mandates,
//! signatures or leases, and does not find evidence: see `settlement` and
//! [`crate::index`].

use crate::apportion::ApportionError;
use crate::graph::Graph;
use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::bytes::DecodeError;
use tributary_core::event::UsageEvent;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

mod first;
mod places;
mod second;
mod split;

pub(crate) use second::{Attributor, Ledger, is_held};

use split::{Part, split};

/// The engines that this code has. An epoch is recomputed with the one its
/// policy set names, for ever.
pub const ENGINES: [u16; 2] = [1, 2];
/// The newest of them, for new policy sets.
pub const ENGINE_VERSION: u16 = 2;

/// Whether this code has an engine.
pub fn is_known(engine: u16) -> bool {
    ENGINES.contains(&engine)
}

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
    /// P2: the asset's cluster is among the nearest to the answer.
    Similar,
    /// The curator's share of what a member of a collection kept.
    Curated,
}

impl PolicyLabel {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 7] =
        [Self::Declared, Self::Used, Self::Verbatim, Self::Unmatched, Self::Royalty, Self::Similar, Self::Curated];

    /// As it stands in files, tables and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Used => "used",
            Self::Verbatim => "verbatim",
            Self::Unmatched => "unmatched",
            Self::Royalty => "royalty",
            Self::Similar => "similar",
            Self::Curated => "curated",
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
    /// The contributors' parts; with the fee and what is held they sum exactly
    /// to the price.
    pub by_claimant: BTreeMap<Claimant, SubUnits>,
    /// The same parts as a receipt, ascending, no (claimant, asset, policy) twice.
    pub lines: Vec<CreditLine>,
    /// What co-owners of disputed assets would have earned, in the same form: it
    /// is nobody's until the dispute ends.
    pub held: Vec<CreditLine>,
}

/// Why an event earns nobody anything. The caller books it as void, at the
/// operator's loss.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributionError {
    /// The policy set asks for another engine.
    #[error("the policy set asks for engine {0}, which this release does not have; use the matching one")]
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
    /// An agent or a model whose owner withdrew it.
    #[error("asset {asset} was retired by slot {graph_slot}, the event's graph position")]
    Retired {
        /// Which.
        asset: AssetId,
        /// The position.
        graph_slot: Slot,
    },
    /// The policy set lacks what its engine needs.
    #[error("the policy set of engine {0} does not say how near-duplicates are found; publish a complete one")]
    Similarity(u16),
    /// The evidence breaks its own rules.
    #[error("the event's evidence is malformed")]
    Evidence(#[source] DecodeError),
    /// A split without weights; no valid graph and policy set leads here.
    #[error("a part of the payment could not be split")]
    Split(#[from] ApportionError),
}

/// Attributes one event under the terms of `graph`, with the engine that the
/// policy set names. For many events [`crate::epoch::attribute_all`] is quicker.
pub fn attribute(event: &UsageEvent, graph: &Graph, policy: &PolicySet) -> Result<Credits, AttributionError> {
    match policy.engine {
        1 => first::attribute(event, graph, policy),
        2 => second::attribute(event, graph, policy),
        other => Err(AttributionError::Engine(other)),
    }
}

/// The protocol's fee is floored to a sub-unit; what rounding leaves stays in
/// the contributors' pool.
fn protocol_fee(price: BaseUnits, policy: &PolicySet) -> (SubUnits, SubUnits) {
    let gross = price.to_sub_units();
    // At most 2⁹⁶ · 10⁴ before the division: fits 128 bits.
    let product = gross.0 * u128::from(policy.fee.get());
    // Most products have 64 bits, where division by a constant is quick.
    let fee = u64::try_from(product).map_or_else(|_| product / 10_000, |product| u128::from(product / 10_000));
    (SubUnits(fee), SubUnits(gross.0 - fee))
}

/// The parts of the pool for P0 to P4, by the model's mix or the default.
fn mixed(pool: SubUnits, graph: &Graph, model: usize, policy: &PolicySet) -> [SubUnits; 5] {
    let mix = graph.assets()[model].mix.unwrap_or(policy.default_mix);
    let mut parts = mix.shares().map(|share| Part::of(share.get()));
    split(pool.0, &mut parts);
    parts.map(|part| SubUnits(part.amount))
}

/// Sorts lines and adds up those of one claimant, asset and policy.
fn merged(mut lines: Vec<CreditLine>) -> Vec<CreditLine> {
    lines.sort_unstable();
    lines.dedup_by(|next, kept| {
        let same = (kept.claimant, kept.asset, kept.policy) == (next.claimant, next.asset, next.policy);
        if same {
            kept.amount.0 += next.amount.0;
        }
        same
    });
    lines
}

/// Credits from lines in any order, some of which are held.
fn credits(fee: SubUnits, paid: Vec<CreditLine>, held: Vec<CreditLine>) -> Credits {
    let mut credits = Credits { fee, lines: merged(paid), held: merged(held), ..Credits::default() };
    for line in &credits.lines {
        credits.by_claimant.entry(line.claimant).or_default().0 += line.amount.0;
    }
    credits
}

#[cfg(test)]
mod tests;
